"""Exclusion for unpaid contributions, step by step."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import ERROR, WARNING
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import person_of
from koopset.apps.register import selectors, services
from koopset.apps.register.forms import (
    DropForm,
    ExclusionDecisionForm,
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
from koopset.foundation.ui.templatetags.ks import month_name, rub
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
    months = form.cleaned_data.get("term_months") if form.is_bound and form.is_valid() else None
    months = months or (rule.value if rule is not None else 2)
    context = {
        "organisation_id": organisation_id,
        "person": card,
        "form": form,
        "rule": rule,
        "months": months,
        "found": selectors.ground_today(organisation_id, card.id, months, today),
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
    law = selectors.law_here(organisation_id)
    by = law.rule("exclusion.notice_by" if after else "exclusion.warning_by", today)
    title, text = (
        _decided_text(request, organisation_id, card) if after else _warning_text(organisation_id, card)
    )
    form = NoticeForm(
        request.POST or None,
        request.FILES or None,
        channels=[one for one in ServedNotice.Channel.choices if one[0] != ServedNotice.Channel.BOARD],
        initial={
            "channel": "letter"
            if by is not None or row.person.paper_only or not row.person.email
            else "email",
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
            left = selectors.exclusion(request.actor, organisation_id, exclusion_id, today).missing
            if left:
                tell(
                    request,
                    _("Kept. It has still to be sent: %(how)s.") % {"how": ", ".join(left)},
                    level=WARNING,
                )
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
        "by": by,
    }
    return render(request, "register/exclusion_notice.html", context)


def _warning_text(organisation_id: int, card: selectors.ExclusionCard) -> tuple[str, str]:
    """With the advice how to put it right, which the law asks for (217-ФЗ art. 13 part 5)."""
    body, row = organisation_card(organisation_id), card.row
    lines = [line for line in card.today.lines if line.counts] or [line for line in card.kept if line.counts]
    numbers = sorted({line.account for line in lines})
    text = _(
        "%(name)s,\n\na member is bound to pay contributions in time (217-ФЗ art. 11 part 6 item 2). You have not paid for more than "
        "%(months)s months since they were due: %(sum)s, the oldest since %(date)s.\n\n%(lines)s\n\n"
        "%(body)s warns you: unless you pay, the general meeting may exclude you from the members (217-ФЗ art. 13). "
        "The meeting is held not earlier than a month after this warning.\n\n"
        "What to do. Pay %(sum)s to the bank account of the partnership by the payment document, naming the personal account %(accounts)s. "
        "If you cannot pay at once, ask the board in writing for a term. If you do not agree with the sum, write to the board "
        "and add your receipts."
    ) % {
        "name": row.person.full_name,
        "months": row.term_months,
        "sum": rub(sum(line.kop for line in lines) or row.debt_kop),
        "date": min((line.due_on for line in lines), default=row.debt_since).strftime("%d.%m.%Y"),
        "lines": "\n".join(_line_text(line) for line in lines),
        "body": body.name_full,
        "accounts": ", ".join(numbers) or "—",
    }
    return _("Warning of exclusion for unpaid contributions"), text


def _line_text(line: selectors.KeptLine) -> str:
    return _(
        "— %(title)s, %(month)s: charged %(charged)s, paid %(paid)s, unpaid %(left)s; was due on %(date)s"
    ) % {
        "title": line.title,
        "month": month_name(line.month),
        "charged": rub(line.charged_kop),
        "paid": rub(line.settled_kop),
        "left": rub(line.kop),
        "date": line.due_on.strftime("%d.%m.%Y"),
    }


def _decided_text(
    request: PageRequest, organisation_id: int, card: selectors.ExclusionCard
) -> tuple[str, str]:
    """The copy of the decision and what the law wants told (217-ФЗ art. 13 part 8): the day of the meeting, why, how one may return."""
    body = organisation_card(organisation_id)
    assert card.decision_id is not None
    decided = selectors.decision(request.actor, organisation_id, card.decision_id)
    text = _(
        "%(name)s,\n\nthe general meeting of %(held)s excluded you from the members of %(body)s.\n\n"
        "Copy of the decision (%(decision)s): %(wording)s\n\n"
        "Why: contributions unpaid for more than %(months)s months, %(sum)s on the day on which the exclusion was begun, "
        "the oldest due on %(since)s. You were warned; the warning is kept with its proof.\n\n"
        "What follows: the debt remains to be paid. As an owner without membership you pay for the use of common property as members "
        "do (217-ФЗ art. 5). You may be admitted again on your application once the debt is paid in full. "
        "The decision may be challenged in court."
    ) % {
        "name": card.row.person.full_name,
        "held": decided.decided_on.strftime("%d.%m.%Y"),
        "body": body.name_full,
        "decision": card.decision,
        "wording": decided.wording,
        "months": card.row.term_months,
        "sum": rub(card.row.debt_kop),
        "since": card.row.debt_since.strftime("%d.%m.%Y"),
    }
    return _("Notice of exclusion and copy of the decision"), text


@page(RegisterRight.EXCLUSION_HANDLE)
def exclusion_decide(request: PageRequest, organisation_id: int, exclusion_id: int) -> HttpResponse:
    """What the meeting decided."""
    today = timezone.localdate()
    card = selectors.exclusion(request.actor, organisation_id, exclusion_id, today)
    rule = selectors.law_here(organisation_id).rule("exclusion.body", today)
    form = ExclusionDecisionForm(
        request.POST or None,
        decisions=decisions_of(request, organisation_id, rule.value if rule else "meeting"),
    )
    place: dict[str, Any] = {"organisation_id": organisation_id, "exclusion_id": exclusion_id}
    may = card.row.is_open and card.row.state in (Exclusion.State.PREPARED, Exclusion.State.WARNED)
    paid = card.today.ground.since is None
    if not paid:
        del form.fields["paid_after"]
    if request.method == "POST" and may and form.is_valid():
        now = timezone.now()
        name = {"name": card.row.person.full_name, "months": card.row.term_months}
        try:
            with transaction.atomic():
                decision_id = decision_chosen(
                    request,
                    organisation_id,
                    form.cleaned_data,
                    body=rule.value if rule else "meeting",
                    title=_("Exclusion of a member: %(name)s") % {"name": card.row.person.short_name},
                    wording=_(
                        "Exclude from the members for contributions unpaid for more than %(months)s months: %(name)s."
                    )
                    % name,
                    article=rule.article if rule else "",
                    now=now,
                )
                services.exclusion_decide(
                    actor=request.actor,
                    decision_id=decision_id,
                    paid_after=form.cleaned_data.get("paid_after", False),
                    now=now,
                    **place,
                )
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
        "paid": paid,
        "rule": rule,
    }
    return render(request, "register/exclusion_decide.html", context)
