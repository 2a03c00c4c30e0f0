"""The agenda of a draft: items chosen from the law, their wordings, candidates, papers to read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.forms.agenda import CandidateForm, ItemForm, PaperForm
from koopset.apps.meetings.models import AgendaItem, Candidate, Material, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import effect_fields
from koopset.apps.meetings.rules.law import Effect
from koopset.apps.meetings.rules.profile import item_type
from koopset.apps.meetings.selectors.words import refusal_words, rule_words
from koopset.apps.meetings.views.parts import card_shown, file_kept
from koopset.apps.people.selectors import find_one, names_to_choose
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


def _call(request: PageRequest, row: Meeting) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "organisation_id": row.organisation_id,
        "meeting_id": row.pk,
        "now": timezone.now(),
    }


def _item(row: Meeting, item_id: int) -> AgendaItem:
    return get_object_or_404(AgendaItem, organisation_id=row.organisation_id, meeting_id=row.pk, pk=item_id)


def _to_card(row: Meeting) -> HttpResponse:
    return redirect("meetings:meeting", organisation_id=row.organisation_id, meeting_id=row.pk)


@page(MeetingRight.MEETING_PREPARE)
def item_new(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Choose what is decided out of the law's list, then word it: `?type=` names the row that was chosen."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    choices = selectors.item_choices(row)
    chosen = next((one for one in choices if one.key == request.GET.get("type", "")), None)
    if chosen is None or row.state != Meeting.State.DRAFT or row.repeats_id is not None:
        context = {"organisation_id": organisation_id, "card": row, "choices": choices}
        return render(request, "meetings/item_choose.html", context)
    return _edited(request, row, chosen.key, None)


@page(MeetingRight.MEETING_PREPARE)
def item_edit(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """Change an item of a draft."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    item = _item(row, item_id)
    return _edited(request, row, item_type(item.key), item)


def _edited(request: PageRequest, row: Meeting, kind: str, item: AgendaItem | None) -> HttpResponse:
    law = selectors.item_law(row, kind)
    if law is None:
        raise Http404
    rule, is_frozen = rule_words(law), row.state != Meeting.State.DRAFT
    known = dict(item.effect_data) if item is not None else {}
    asked = effect_fields(law.effect.value, organisation_id=row.organisation_id, data=known)
    form = ItemForm(
        request.POST or None,
        asked=asked,
        may_elect=law.effect is Effect.ELECTION or bool(item and item.seats),
        may_be_secret=selectors.may_be_secret(row, law),
        names=selectors.item_names(row),
        initial=ItemForm.initial_of(item, asked)
        if item is not None
        else {"title": rule.title.capitalize()[:300]},
    )
    if request.method == "POST" and form.is_valid():
        call = _call(request, row)
        try:
            typed = form.typed(kind if item is None else item.key, known)
            if item is None:
                item = services.item_add(item=typed, **call)
                tell(request, _("The item is on the agenda. Attach its papers."))
                return redirect(
                    "meetings:item", organisation_id=row.organisation_id, meeting_id=row.pk, item_id=item.pk
                )
            services.item_change(item_id=item.pk, item=typed, **call)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return _to_card(row)
    return _item_shown(request, row, item, form=form, rule=rule, is_frozen=is_frozen)


def _item_shown(
    request: PageRequest,
    row: Meeting,
    item: AgendaItem | None,
    *,
    form: ItemForm,
    rule: Any,
    is_frozen: bool,
    candidate_form: CandidateForm | None = None,
    paper_form: PaperForm | None = None,
) -> HttpResponse:
    context = {
        "organisation_id": row.organisation_id,
        "card": row,
        "item": item,
        "form": form,
        "rule": rule,
        "is_frozen": is_frozen,
        "may_add_papers": row.state in (Meeting.State.DRAFT, Meeting.State.NOTICED),
        "papers": selectors.papers_of(row).get(item.pk, []) if item is not None else [],
        "candidates": selectors.candidates_named(row).get(item.pk, []) if item is not None else [],
        "candidate_form": candidate_form or CandidateForm(),
        "paper_form": paper_form or PaperForm(),
        "names": names_to_choose(row.organisation_id) if item is not None and item.seats else {},
    }
    wrong = any(one is not None and one.errors for one in (form, candidate_form, paper_form))
    return render(request, "meetings/item.html", context, status=422 if wrong else 200)


def _item_again(request: PageRequest, row: Meeting, item: AgendaItem, **forms: Any) -> HttpResponse:
    """The page of an item with a form that was refused."""
    law = selectors.item_law(row, item_type(item.key))
    if law is None:
        raise Http404
    known = dict(item.effect_data)
    asked = effect_fields(law.effect.value, organisation_id=row.organisation_id, data=known)
    form = ItemForm(
        None,
        asked=asked,
        may_elect=law.effect is Effect.ELECTION or bool(item.seats),
        may_be_secret=selectors.may_be_secret(row, law),
        initial=ItemForm.initial_of(item, asked),
    )
    return _item_shown(
        request,
        row,
        item,
        form=form,
        rule=rule_words(law),
        is_frozen=row.state != Meeting.State.DRAFT,
        **forms,
    )


@page(MeetingRight.MEETING_PREPARE)
def item_remove(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """Take an item off a draft."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    item = _item(row, item_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.item_remove(item_id=item.pk, **_call(request, row))
    except RuleViolation as violation:
        words = refusal_words(violation, selectors.item_names(row))
        return card_shown(request, organisation_id, meeting_id, refusal=words)
    tell(request, _("The item is off the agenda."))
    return _to_card(row)


@page(MeetingRight.MEETING_PREPARE)
def candidate_add(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """Enter a candidate."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    item = _item(row, item_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = CandidateForm(request.POST)
    if form.is_valid():
        try:
            services.candidate_add(
                item_id=item.pk,
                person_id=find_one(
                    organisation_id,
                    form.cleaned_data["person"],
                    names_to_choose(organisation_id),
                    field="person",
                ),
                **_call(request, row),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The candidate is entered."))
            return redirect(
                "meetings:item", organisation_id=organisation_id, meeting_id=meeting_id, item_id=item_id
            )
    return _item_again(request, row, item, candidate_form=form)


@page(MeetingRight.MEETING_PREPARE)
def candidate_remove(
    request: PageRequest, organisation_id: int, meeting_id: int, candidate_id: int
) -> HttpResponse:
    """Take a candidate off."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    found = get_object_or_404(
        Candidate, organisation_id=organisation_id, item__meeting_id=meeting_id, pk=candidate_id
    )
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    item_id = found.item_id
    try:
        services.candidate_remove(candidate_id=found.pk, **_call(request, row))
    except RuleViolation as violation:
        words = refusal_words(violation, selectors.item_names(row))
        return card_shown(request, organisation_id, meeting_id, refusal=words)
    tell(request, _("The candidate is taken off."))
    return redirect("meetings:item", organisation_id=organisation_id, meeting_id=meeting_id, item_id=item_id)


@page(MeetingRight.MEETING_PREPARE)
def paper_add(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """Open a paper to be read from today on."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    item = _item(row, item_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        call = _call(request, row)
        try:
            with transaction.atomic():
                file_id = file_kept(
                    request, organisation_id, form.cleaned_data["file"], services.MATERIAL_FILE, call["now"]
                )
                assert file_id is not None
                services.material_add(
                    item_id=item.pk, file_id=file_id, title=form.cleaned_data["title"], **call
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The paper can be read from today on."))
            return redirect(
                "meetings:item", organisation_id=organisation_id, meeting_id=meeting_id, item_id=item_id
            )
    return _item_again(request, row, item, paper_form=form)


@page(MeetingRight.MEETING_PREPARE)
def paper_withdraw(
    request: PageRequest, organisation_id: int, meeting_id: int, material_id: int
) -> HttpResponse:
    """Take a paper back."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    found = get_object_or_404(
        Material, organisation_id=organisation_id, item__meeting_id=meeting_id, pk=material_id
    )
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.material_withdraw(material_id=found.pk, **_call(request, row))
    except RuleViolation as violation:
        words = refusal_words(violation, selectors.item_names(row))
        return card_shown(request, organisation_id, meeting_id, refusal=words)
    tell(request, _("The paper is taken back. The term of a mended one begins on its own day."))
    return redirect(
        "meetings:item", organisation_id=organisation_id, meeting_id=meeting_id, item_id=found.item_id
    )
