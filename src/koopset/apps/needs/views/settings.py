"""Where the household lives and what it shares."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.catalogue.selectors import categories
from koopset.apps.needs import services
from koopset.apps.needs.forms import PlaceForm, is_english
from koopset.apps.needs.models import SharingChoice
from koopset.apps.needs.selectors import home_of, own, shared_categories
from koopset.apps.needs.selectors.homes import homes_proposed, territory_title
from koopset.apps.needs.services.homes import PURPOSE, shareable
from koopset.apps.needs.views.frame import own_page
from koopset.apps.places.selectors import territory_choices
from koopset.apps.privacy.selectors import addressee_of, text_in_force
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


@own_page
def sharing(request: PageRequest) -> HttpResponse:
    """What of the purchases is counted among the neighbours', nameless: nothing until one chooses."""
    text = text_in_force(PURPOSE, timezone.localdate())
    assert text is not None
    addressee = addressee_of(text, None)
    if request.method == "POST":
        every = request.POST.get("all") == "1"
        chosen = [SharingChoice.ALL] if every else request.POST.getlist("category")[:200]
        if request.POST.get("none") == "1":
            chosen = []
        try:
            services.sharing_choose(
                actor=request.actor,
                chosen=chosen,
                version=int(request.POST.get("version") or 0)
                if str(request.POST.get("version")).isdigit()
                else 0,
                sha256=request.POST.get("sha256", "")[:64],
                now=timezone.now(),
            )
            tell(request, _("Your choice is saved.") if chosen else _("Nothing of yours is shared."))
            return redirect("needs:sharing")
        except RuleViolation as violation:
            tell(request, text_of(violation), level=ERROR)
    household_id = own.own_household_id(request.actor)
    shared = shared_categories([household_id]).get(household_id, frozenset()) if household_id else frozenset()
    english = is_english()
    known = categories()
    rows = [
        (
            key,
            known[key].title_en if english else known[key].title,
            key in shared or SharingChoice.ALL in shared,
        )
        for key in shareable()
    ]
    private = [info.title_en if english else info.title for info in known.values() if info.is_private]
    context = {
        "rows": rows,
        "private": private,
        "shares": bool(shared),
        "all": SharingChoice.ALL in shared,
        "text": text.text.replace("{addressee}", addressee),
        "version": text.version,
        "sha256": text.digest(addressee),
        "home": home_of(household_id) if household_id else None,
    }
    return render(request, "needs/sharing.html", context)


@own_page
def place(request: PageRequest) -> HttpResponse:
    """Where the household lives: proposed from the roles one has, or chosen in the tree."""
    form = PlaceForm(request.POST if request.POST.get("form") == "tree" else None, places=territory_choices())
    if request.method == "POST":
        try:
            if request.POST.get("form") == "forget":
                services.home_forget(actor=request.actor, now=timezone.now())
                tell(request, _("We do not know any more where you live."))
                return redirect("needs:place")
            if request.POST.get("form") == "body" and request.POST.get("organisation_id", "").isdigit():
                services.home_set(
                    actor=request.actor,
                    organisation_id=int(request.POST["organisation_id"][:12]),
                    now=timezone.now(),
                )
                tell(request, _("Saved: here you live."))
                return redirect("needs:place")
            if form.is_bound and form.is_valid():
                services.home_set(
                    actor=request.actor, territory_id=form.cleaned_data["territory_id"], now=timezone.now()
                )
                tell(request, _("Saved: here you live."))
                return redirect("needs:place")
        except RuleViolation as violation:
            if form.is_bound:
                form.refuse(violation)
            else:
                tell(request, text_of(violation), level=ERROR)
    household_id = own.own_household_id(request.actor)
    home = home_of(household_id) if household_id else None
    context = {
        "home": home,
        "title": territory_title(home) if home else "",
        "proposed": homes_proposed(request.actor),
        "form": form,
    }
    return render(request, "needs/place.html", context, status=422 if form.errors else 200)
