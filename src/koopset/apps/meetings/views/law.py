"""The law of the body's meetings: in words, its editions, what the charter changes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.forms.law import CharterForm, EditionForm, EndForm
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


def _to_law(organisation_id: int, key: str) -> HttpResponse:
    return redirect(f"{reverse('meetings:law', args=[organisation_id])}?law={key}")


@page(MeetingRight.LAW_VIEW)
def law(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The law by which the body meets, of one kind of meeting (`?law=`), in words with articles."""
    today = timezone.localdate()
    laws = selectors.law_names(organisation_id, today)
    keys = [key for key, _name in laws]
    wanted = request.GET.get("law", "")
    key = wanted if wanted in keys else (keys[0] if keys else "")
    context = {
        "organisation_id": organisation_id,
        "laws": laws,
        "key": key,
        "found": selectors.law_page(request.actor, organisation_id, key, today=today) if key else None,
        "may_edit": request.actor.can(MeetingRight.LAW_EDIT, organisation_id),
    }
    return render(request, "meetings/law.html", context)


@page(MeetingRight.LAW_EDIT)
def law_edit(request: PageRequest, organisation_id: int, key: str) -> HttpResponse:
    """Another text of the law for this body; a text with faults is refused with rows and lines."""
    today = timezone.localdate()
    if key not in selectors.law_keys(organisation_id):
        raise Http404
    text, _is_own = selectors.law_text_on(organisation_id, key, today)
    form = EditionForm(request.POST or None, initial={"text": text})
    if request.method == "POST" and form.is_valid():
        try:
            services.law_edition_save(
                actor=request.actor,
                organisation_id=organisation_id,
                text=form.cleaned_data["text"],
                reason=form.cleaned_data["reason"],
                replaces_id=selectors.standing_edition_id(organisation_id, key, today),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The text is in force for this organisation from its own first day."))
            return _to_law(organisation_id, key)
    name = dict(selectors.law_names(organisation_id, today)).get(key, key)
    context = {"organisation_id": organisation_id, "form": form, "key": key, "name": name}
    return render(request, "meetings/law_edit.html", context, status=422 if form.errors else 200)


@page(MeetingRight.LAW_EDIT)
def edition(request: PageRequest, organisation_id: int, edition_id: int) -> HttpResponse:
    """The text of an edition, and taking it back."""
    row = selectors.edition_of(organisation_id, edition_id)
    if row is None:
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.law_edition_end(
                actor=request.actor,
                organisation_id=organisation_id,
                edition_id=edition_id,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The edition is taken back. The text of the platform holds again."))
            return _to_law(organisation_id, row.key)
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "form": form,
        "name": dict(selectors.law_names(organisation_id, timezone.localdate())).get(row.key, row.key),
        "holds": row.pk in {one.pk for one in selectors.editions_standing(organisation_id, row.key)},
    }
    return render(request, "meetings/law_edition.html", context, status=422 if form.errors else 200)


@page(MeetingRight.LAW_EDIT)
def charter(request: PageRequest, organisation_id: int, key: str) -> HttpResponse:
    """What the charter changes in the law, row by row, each with its clause."""
    today = timezone.localdate()
    found = selectors.charter_now(organisation_id, key, today)
    if found is None:
        raise Http404
    initial = CharterForm.initial_of(found.clauses, found.facts, found.document) | {"since": today}
    form = CharterForm(request.POST or None, profile=found.profile, added=found.added, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.charter_save(
                actor=request.actor,
                organisation_id=organisation_id,
                key=key,
                clauses=form.clauses(),
                added=form.added.items,
                facts=form.facts(),
                since=form.cleaned_data["since"],
                document=form.cleaned_data["document"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("What the charter says is entered."))
            return _to_law(organisation_id, key)
    name = dict(selectors.law_names(organisation_id, today)).get(key, key)
    context = {"organisation_id": organisation_id, "form": form, "key": key, "name": name}
    return render(request, "meetings/charter.html", context, status=422 if form.is_refused else 200)
