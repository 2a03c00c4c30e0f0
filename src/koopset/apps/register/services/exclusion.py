"""Exclusion for unpaid fees by its steps (217-ФЗ art. 13 parts 4-7): ground, warning with proof, decision of the meeting, notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.register.formats.law_profile import Law, law_of
from koopset.apps.register.models import Decision, Exclusion, Membership, ServedNotice
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import overdue_of
from koopset.apps.register.rules import debt_checked, meeting_checked, months_after
from koopset.apps.register.services.notices import notice_serve
from koopset.apps.register.services.rows import membership_end
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

SUBJECT = "register.exclusion"
LONGEST_TERM = 60


def _law(organisation_id: int) -> Law:
    return law_of(organisation_card(organisation_id).form)


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_start(
    *, actor: Actor, organisation_id: int, person_id: int, term_months: int | None = None, now: datetime
) -> Exclusion:
    """Prepare the exclusion of a member who has not paid for longer than the law says, or the charter (`term_months`, not shorter).

    Raises register.exclusion_not_here (the law knows none), register.not_a_member, register.exclusion_term, register.exclusion_no_debt,
    register.exclusion_debt_young, register.exclusion_open.
    """
    today = timezone.localdate(now)
    law = _law(organisation_id)
    least = law.value("exclusion.months", today)
    if least is None:
        raise RuleViolation("register.exclusion_not_here")
    months = least if term_months is None else term_months
    if not least <= months <= LONGEST_TERM:
        raise RuleViolation("register.exclusion_term", field="term_months", months=least)
    _member(organisation_id, person_id)
    owed = overdue_of(organisation_id, [person_id], today).get(person_id)
    since = debt_checked(owed.since if owed is not None else None, months, today)
    assert owed is not None
    try:
        with transaction.atomic():
            return Exclusion.objects.create(
                organisation_id=organisation_id,
                person_id=person_id,
                started_on=today,
                debt_kop=owed.kop,
                debt_since=since,
                term_months=months,
                created_at=now,
            )
    except IntegrityError as error:
        raise RuleViolation("register.exclusion_open") from error


def _member(organisation_id: int, person_id: int) -> Membership:
    row = (
        Membership.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True)
        .first()
    )
    if row is None:
        raise RuleViolation("register.not_a_member")
    return row


def _locked(organisation_id: int, exclusion_id: int) -> Exclusion:
    row = (
        Exclusion.objects.select_for_update().filter(organisation_id=organisation_id, pk=exclusion_id).first()
    )
    if row is None:
        raise RuleViolation("register.unknown_exclusion")
    return row


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_warn(
    *,
    actor: Actor,
    organisation_id: int,
    exclusion_id: int,
    title: str,
    text: str,
    channel: str,
    sent_on: date,
    number: str = "",
    received_on: date | None = None,
    file_id: int | None = None,
    now: datetime,
) -> Exclusion:
    """Serve the warning: the meeting may be held a month after it or later. Served again (a letter came back), the later counts.

    Raises register.unknown_exclusion, register.exclusion_closed, register.exclusion_board_only and what `notice_serve` raises.
    """
    row = _locked(organisation_id, exclusion_id)
    if row.closed_on is not None or row.state == Exclusion.State.EXCLUDED:
        raise RuleViolation("register.exclusion_closed")
    if channel == ServedNotice.Channel.BOARD:
        raise RuleViolation("register.exclusion_board_only", field="channel")
    if sent_on < row.debt_since:
        raise RuleViolation("register.exclusion_warned_before_debt", field="sent_on", since=row.debt_since)
    notice = notice_serve(
        actor=actor,
        organisation_id=organisation_id,
        person_id=row.person_id,
        subject=SUBJECT,
        subject_id=row.pk,
        title=title,
        text=text,
        channel=channel,
        sent_on=sent_on,
        number=number,
        received_on=received_on,
        file_id=file_id,
        now=now,
    )
    months = _law(organisation_id).value("exclusion.warning_months", sent_on, 0)
    row.warning_id, row.state = notice.pk, Exclusion.State.WARNED
    row.lawful_from = months_after(sent_on, months)
    row.save()
    return row


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_decide(
    *, actor: Actor, organisation_id: int, exclusion_id: int, decision_id: int, now: datetime
) -> Exclusion:
    """The meeting excluded: the membership ends on the day of the decision; a notice of it is due within the term of the law.

    Raises register.unknown_exclusion, register.exclusion_closed, register.exclusion_not_warned and register.exclusion_too_early (both name
    the first lawful day), register.unknown_decision, register.decision_wrong_body, register.not_a_member, register.ends_before_start.
    """
    row = _locked(organisation_id, exclusion_id)
    if row.closed_on is not None or row.state == Exclusion.State.EXCLUDED:
        raise RuleViolation("register.exclusion_closed")
    decision = Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).first()
    if decision is None:
        raise RuleViolation("register.unknown_decision", field="decision")
    law, today = _law(organisation_id), timezone.localdate(now)
    body = law.value("exclusion.body", decision.decided_on, "meeting")
    if decision.body != body:
        raise RuleViolation(
            "register.decision_wrong_body", field="decision", body=str(Decision.Body(body).label)
        )
    months = law.value("exclusion.warning_months", today, 0)
    meeting_checked(row.lawful_from, months, decision.decided_on, today)
    membership = _member(organisation_id, row.person_id)
    if decision.decided_on < membership.valid_from:
        raise RuleViolation("register.ends_before_start", field="decision", since=membership.valid_from)
    membership_end(membership, decision.decided_on, Membership.Ground.EXCLUDED, "", decision.pk)
    row.state, row.decision_id = Exclusion.State.EXCLUDED, decision.pk
    days = law.value("exclusion.notice_days", decision.decided_on)
    if days is None:
        row.closed_on = today
    else:
        row.notice_due_on = decision.decided_on + timedelta(days=days)
    row.save()
    return row


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_notify(
    *,
    actor: Actor,
    organisation_id: int,
    exclusion_id: int,
    title: str,
    text: str,
    channel: str,
    sent_on: date,
    number: str = "",
    received_on: date | None = None,
    file_id: int | None = None,
    now: datetime,
) -> Exclusion:
    """Serve the notice of the decision; with it the exclusion is done. A late one is taken too: better late than never.

    Raises register.unknown_exclusion, register.exclusion_not_decided, register.exclusion_board_only and what `notice_serve` raises.
    """
    row = _locked(organisation_id, exclusion_id)
    if row.state != Exclusion.State.EXCLUDED or row.closed_on is not None:
        raise RuleViolation("register.exclusion_not_decided")
    if channel == ServedNotice.Channel.BOARD:
        raise RuleViolation("register.exclusion_board_only", field="channel")
    notice = notice_serve(
        actor=actor,
        organisation_id=organisation_id,
        person_id=row.person_id,
        subject=SUBJECT,
        subject_id=row.pk,
        title=title,
        text=text,
        channel=channel,
        sent_on=sent_on,
        number=number,
        received_on=received_on,
        file_id=file_id,
        now=now,
    )
    row.notice_id, row.closed_on = notice.pk, timezone.localdate(now)
    row.save()
    return row


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_drop(
    *, actor: Actor, organisation_id: int, exclusion_id: int, word: str, now: datetime
) -> Exclusion:
    """No exclusion after all: the debt is paid, the meeting did not agree. Raises register.unknown_exclusion, register.exclusion_closed,
    register.no_word."""
    row = _locked(organisation_id, exclusion_id)
    if row.closed_on is not None or row.state == Exclusion.State.EXCLUDED:
        raise RuleViolation("register.exclusion_closed")
    text = " ".join(word.split())[:500]
    if not text:
        raise RuleViolation("register.no_word", field="word")
    row.state, row.word, row.closed_on = Exclusion.State.DROPPED, text, timezone.localdate(now)
    row.save()
    return row
