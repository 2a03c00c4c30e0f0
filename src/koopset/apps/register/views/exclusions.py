"""Exclusion for unpaid fees, step by step."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import ERROR
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import person_of
from koopset.apps.register import ports, selectors, services
from koopset.apps.register.forms import (
    DecisionChoiceForm,
    DropForm,
    ExclusionStartForm,
    NoticeForm,
    ReceivedForm,
    initial_day,
)
from koopset.apps.register.models import Exclusion, ServedNotice
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import NOTICE_FILE
from koopset.apps.register.views.bringing import decision_chosen, decisions_of, files_kept
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.templatetags.ks import rub
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(RegisterRight.EXCLUSION_VIEW)
def exclusions(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list: open ones, or all."""
    show = request.GET.get("show", "")
    context = {
        "organisation_id": organisation_id,
        "rows": selectors.exclusions(request.actor, organisation_id, timezone.localdate(), show),
        "show": show,
        "months": selectors.law_here(organisation_id).rule("exclusion.months", timezone.localdate()),
    }
    return render(request, "register/exclusions.html", context)


@page(RegisterRight.EXCLUSION_HANDLE)
def exclusion_new(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """Begin an exclusion: the ground is shown before anything is written."""
    card = person_of(request.actor, organisation_id, person_id)
    today = timezone.localdate()
    law = selectors.law_here(organisation_id)
    rule = law.rule("exclusion.months", today)
    form = ExclusionStartForm(
        request.POST or None, initial={"term_months": rule.value if rule is not None else 2}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.exclusion_start(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=card.id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Prepared. Now serve the warning."))
            return redirect("register:exclusion", organisation_id=organisation_id, exclusion_id=row.pk)
    context = {
        "organisation_id": organisation_id,
        "person": card,
        "form": form,
        "rule": rule,
        "owes": ports.overdue_of(organisation_id, [card.id], today).get(card.id),
        "is_member": any(row.is_open for row in selectors.memberships_of(organisation_id, [card.id])),
        "known": selectors.open_exclusion_of(organisation_id, card.id),
    }
    return render(request, "register/exclusion_new.html", context)


@page(RegisterRight.EXCLUSION_VIEW)
def exclusion(request: PageRequest, organisation_id: int, exclusion_id: int) -> HttpResponse:
    """One exclusion: steps, proofs, what is next."""
    today = timezone.localdate()
    card = selectors.exclusion(request.actor, organisation_id, exclusion_id, today)
    verb = request.POST.get("verb", "")
    drop = DropForm(request.POST if verb == "drop" else None)
    received = ReceivedForm(
        request.POST if verb == "received" else None, initial={"received_on": initial_day(today)}
    )
    if request.method == "POST":
        done = ""
        common: dict[str, Any] = {
            "actor": request.actor,
            "organisation_id": organisation_id,
            "now": timezone.now(),
        }
        try:
            if verb == "drop" and drop.is_valid():
                services.exclusion_drop(exclusion_id=exclusion_id, word=drop.cleaned_data["word"], **common)
                done = _("The exclusion is dropped.")
            elif verb == "received" and received.is_valid():
                known = {notice.id for notice in card.notices}
                asked = request.POST.get("notice", "")
                if not asked.isdigit() or int(asked) not in known:
                    raise RuleViolation("register.unknown_notice")
                services.notice_received(
                    notice_id=int(asked), received_on=received.cleaned_data["received_on"], **common
                )
                done = _("The day of receipt is entered.")
        except RuleViolation as violation:
            tell(request, text_of(violation), level=ERROR)
            return redirect("register:exclusion", organisation_id=organisation_id, exclusion_id=exclusion_id)
        if done:
            tell(request, done)
            return redirect("register:exclusion", organisation_id=organisation_id, exclusion_id=exclusion_id)
    law, row = selectors.law_here(organisation_id), card.row
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": row,
        "steps": _steps(card),
        "rules": {
            name: law.rule(f"exclusion.{name}", row.started_on)
            for name in ("months", "warning_months", "body", "notice_days")
        },
        "drop": drop,
        "received": received,
        "may_handle": request.actor.can(RegisterRight.EXCLUSION_HANDLE, organisation_id),
        "too_early": row.lawful_from is not None and today < row.lawful_from,
    }
    return render(request, "register/exclusion.html", context)


def _steps(card: selectors.ExclusionCard) -> list[dict[str, Any]]:
    row = card.row
    warned, excluded = row.lawful_from is not None, row.state == Exclusion.State.EXCLUDED
    over = row.state == Exclusion.State.DROPPED
    found = [
        {
            "title": _("Ground"),
            "note": _("%(sum)s unpaid since %(date)s")
            % {"sum": rub(row.debt_kop), "date": row.debt_since.strftime("%d.%m.%Y")},
            "state": "done",
        },
        {"title": _("Warning"), "note": "", "state": "done" if warned else "" if over else "now"},
        {
            "title": _("Decision of the meeting"),
            "note": card.decision
            or (
                _("not before %(date)s") % {"date": row.lawful_from.strftime("%d.%m.%Y")}
                if row.lawful_from is not None
                else ""
            ),
            "state": "done" if excluded else "now" if warned and not over else "",
        },
        {
            "title": _("Notice of the decision"),
            "note": _("until %(date)s") % {"date": row.notice_due_on.strftime("%d.%m.%Y")}
            if row.notice_due_on is not None
            else "",
            "state": "done" if excluded and row.closed_on else "now" if excluded else "",
        },
    ]
    return found


@page(RegisterRight.EXCLUSION_HANDLE)
def exclusion_notice(request: PageRequest, organisation_id: int, exclusion_id: int) -> HttpResponse:
    """The warning, or after the decision the notice of it: with its proof."""
    today = timezone.localdate()
    card = selectors.exclusion(request.actor, organisation_id, exclusion_id, today)
    row = card.row
    after = row.state == Exclusion.State.EXCLUDED
    may = row.is_open and row.state != Exclusion.State.DROPPED
    title, text = _decided_text(organisation_id, card) if after else _warning_text(organisation_id, row)
    form = NoticeForm(
        request.POST or None,
        request.FILES or None,
        channels=[one for one in ServedNotice.Channel.choices if one[0] != ServedNotice.Channel.BOARD],
        initial={
            "channel": "letter" if row.person.paper_only or not row.person.email else "email",
            "sent_on": initial_day(today),
            "title": title,
            "text": text,
        },
    )
    place: dict[str, Any] = {"organisation_id": organisation_id, "exclusion_id": exclusion_id}
    if request.method == "POST" and may and form.is_valid():
        data, now = dict(form.cleaned_data), timezone.now()
        upload = data.pop("file")
        serve = services.exclusion_notify if after else services.exclusion_warn
        try:
            with transaction.atomic():
                kept = files_kept(request, organisation_id, [upload], NOTICE_FILE, now)
                serve(actor=request.actor, file_id=kept[0] if kept else None, now=now, **place, **data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Served, and the proof is kept."))
            return redirect("register:exclusion", organisation_id=organisation_id, exclusion_id=exclusion_id)
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": row,
        "form": form,
        "after": after,
        "may": may,
    }
    return render(request, "register/exclusion_notice.html", context)


def _warning_text(organisation_id: int, row: selectors.ExclusionRow) -> tuple[str, str]:
    body = organisation_card(organisation_id)
    text = _(
        "%(name)s,\n\nyou have not paid the fees for more than %(months)s months: %(sum)s is unpaid, the oldest since %(date)s.\n\n"
        "%(body)s warns you: unless you pay the debt, the general meeting may exclude you from the members (217-ФЗ art. 13). "
        "The meeting is held not earlier than a month after this warning.\n\n"
        "Pay the debt, or write to the board if you do not agree with it."
    ) % {
        "name": row.person.full_name,
        "months": row.term_months,
        "sum": rub(row.debt_kop),
        "date": row.debt_since.strftime("%d.%m.%Y"),
        "body": body.name_full,
    }
    return _("Warning of exclusion for unpaid fees"), text


def _decided_text(organisation_id: int, card: selectors.ExclusionCard) -> tuple[str, str]:
    body = organisation_card(organisation_id)
    text = _(
        "%(name)s,\n\nby the decision (%(decision)s) you are excluded from the members of %(body)s for unpaid fees.\n\n"
        "The debt of %(sum)s remains to be paid. You may apply for membership again once it is paid, "
        "and you may challenge the decision in court."
    ) % {
        "name": card.row.person.full_name,
        "decision": card.decision,
        "body": body.name_full,
        "sum": rub(card.row.debt_kop),
    }
    return _("Notice of exclusion"), text


@page(RegisterRight.EXCLUSION_HANDLE)
def exclusion_decide(request: PageRequest, organisation_id: int, exclusion_id: int) -> HttpResponse:
    """What the meeting decided."""
    today = timezone.localdate()
    card = selectors.exclusion(request.actor, organisation_id, exclusion_id, today)
    rule = selectors.law_here(organisation_id).rule("exclusion.body", today)
    form = DecisionChoiceForm(
        request.POST or None,
        decisions=decisions_of(request, organisation_id, rule.value if rule else "meeting"),
    )
    place: dict[str, Any] = {"organisation_id": organisation_id, "exclusion_id": exclusion_id}
    may = card.row.is_open and card.row.state in (Exclusion.State.PREPARED, Exclusion.State.WARNED)
    if request.method == "POST" and may and form.is_valid():
        now = timezone.now()
        name = {"name": card.row.person.full_name}
        try:
            with transaction.atomic():
                decision_id = decision_chosen(
                    request,
                    organisation_id,
                    form.cleaned_data,
                    body=rule.value if rule else "meeting",
                    title=_("Exclusion of a member: %(name)s") % {"name": card.row.person.short_name},
                    wording=_("Exclude from the members for unpaid fees: %(name)s.") % name,
                    article=rule.article if rule else "",
                    now=now,
                )
                services.exclusion_decide(actor=request.actor, decision_id=decision_id, now=now, **place)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Excluded by the decision. Now serve the notice of it."))
            return redirect("register:exclusion", organisation_id=organisation_id, exclusion_id=exclusion_id)
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": card.row,
        "form": form,
        "may": may,
        "rule": rule,
    }
    return render(request, "register/exclusion_decide.html", context)
