"""What receipts are read by, for everybody; learnt names, for the operator."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.catalogue import selectors, services
from koopset.apps.catalogue.forms import NameForm
from koopset.apps.catalogue.models import LearntName
from koopset.apps.catalogue.permissions import CatalogueRight
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ON_A_PAGE = 50


@page(Gate.PUBLIC)
def categories(request: PageRequest) -> HttpResponse:
    """Categories and kinds of goods; a search takes a word of them or a name as it stands on a receipt."""
    text = " ".join(request.GET.get("q", "").split())[:120]
    found = selectors.categories_found(text, english=get_language() == "en")
    shown = [
        {
            "title": selectors.title_of(group),
            "rows": [
                {
                    "title": selectors.title_of(one.category),
                    "info": one.category,
                    "kinds": ", ".join(selectors.title_of(kind).lower() for kind in one.kinds).capitalize(),
                }
                for one in found
                if one.category.parent == group.key
            ],
        }
        for group in selectors.groups()
    ]
    context = {
        "groups": [group for group in shown if group["rows"]],
        "is_guess": bool(found) and found[0].is_guess,
        "sought": text,
        "base": "ui/plain.html" if request.actor.is_anonymous else "ui/base.html",
    }
    return render(request, "catalogue/categories.html", context)


@page(CatalogueRight.NAME_CORRECT)
def names(request: PageRequest) -> HttpResponse:
    """Learnt names, the latest first."""
    state = request.GET.get("state", "")
    text = request.GET.get("q", "")[:80]
    rows = Paginator(selectors.learnt_names(request.actor, state=state, q=text), ON_A_PAGE)
    on_page = rows.get_page(request.GET.get("page"))
    context = {
        "page": on_page,
        "rows": [_shown(selectors.learnt_row(row)) for row in on_page],
        "states": LearntName.State.choices,
        "state": state if state in LearntName.State.values else "",
        "sought": bool(text.strip() or state in LearntName.State.values),
    }
    return render(request, "catalogue/names.html", context)


def _shown(row: selectors.LearntRow) -> dict[str, object]:
    return {
        "row": row,
        "what": selectors.title_of_both(row.category, row.kind),
        "role": {"confirmed": "ok", "corrected": "ok", "asked": "wait"}.get(row.state, ""),
    }


@page(CatalogueRight.NAME_CORRECT)
def name(request: PageRequest, name_id: int) -> HttpResponse:
    """One learnt name: what people said, what stands; the operator may set it."""
    row = selectors.learnt_name(request.actor, name_id)
    if row is None:
        raise Http404
    form = NameForm(request.POST or None, initial={"what": f"{row.category}|{row.kind}"})
    if request.method == "POST" and form.is_valid():
        category, _bar, kind = form.cleaned_data["what"].partition("|")
        try:
            services.name_correct(
                actor=request.actor, name_id=name_id, category=category, kind=kind, now=timezone.now()
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved: all receipts are read so from now on."))
            return redirect("catalogue:names")
    context = _shown(row) | {
        "form": form,
        "said": [(selectors.title_of_both(category, kind), people) for category, kind, people in row.said],
        "guess": selectors.title_of_both(row.by_dictionary, ""),
        "history": selectors.learnt_history(request.actor, name_id),
    }
    return render(request, "catalogue/name.html", context)


@page(CatalogueRight.NAME_CORRECT)
@require_POST
def name_decline(request: PageRequest, name_id: int) -> HttpResponse:
    """Nobody is asked of this name any more."""
    return _done(request, services.name_decline, name_id, _("Declined: nobody is asked of it any more."))


@page(CatalogueRight.NAME_CORRECT)
@require_POST
def name_release(request: PageRequest, name_id: int) -> HttpResponse:
    """People's answers decide again."""
    return _done(request, services.name_release, name_id, _("Released: the answers of people decide again."))


def _done(request: PageRequest, act: services.NameAct, name_id: int, words: str) -> HttpResponse:
    try:
        act(actor=request.actor, name_id=name_id, now=timezone.now())
    except LearntName.DoesNotExist as absent:
        raise Http404 from absent
    tell(request, words)
    return redirect("catalogue:name", name_id=name_id)
