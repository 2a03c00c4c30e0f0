"""Exclusion for unpaid contributions by its steps (217-ФЗ art. 13 parts 4-8): ground, warning, decision of the meeting, notice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.formats.law_profile import Law, law_of
from koopset.apps.register.models import Decision, Exclusion, Membership, ServedNotice
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import (
    ground_checked,
    meeting_checked,
    months_after,
    served_from,
)
from koopset.apps.register.selectors.exclusion import channels_needed, ground_today
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
    """Prepare the exclusion of a member who has not paid contributions for longer than the law says, or the charter (`term_months`, not
    shorter). The charges that gave the ground are kept with their arithmetic: paid later, they still show why it was begun.

    Raises register.exclusion_not_here (the law knows none), register.not_a_member, register.exclusion_term, register.exclusion_open
    and what `rules.ground_checked` raises.
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
    found = ground_today(organisation_id, person_id, months, today)
    since = ground_checked(found.ground, months)
    try:
        with transaction.atomic():
            return Exclusion.objects.create(
                organisation_id=organisation_id,
                person_id=person_id,
                started_on=today,
                debt_kop=found.ground.kop,
                debt_since=since,
                ground=[asdict(line) | {"due_on": line.due_on.isoformat()} for line in found.lines],
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
    """Serve the warning: the meeting may be held a month after it or later. Where law names the channels (217-ФЗ art. 13 part 5: by
    registered letter with acknowledgement and by the e-mail of the register), the month runs from the day on which it has gone by all of
    them; with the letter the e-mail goes out by itself. Sent again (a letter came back), the later letter counts.

    Raises register.unknown_exclusion, register.exclusion_closed, register.exclusion_board_only and what `notice_serve` raises.
    """
    row = _locked(organisation_id, exclusion_id)
    if row.closed_on is not None or row.state == Exclusion.State.EXCLUDED:
        raise RuleViolation("register.exclusion_closed")
    if channel == ServedNotice.Channel.BOARD:
        raise RuleViolation("register.exclusion_board_only", field="channel")
    if sent_on < row.debt_since:
        raise RuleViolation("register.exclusion_warned_before_debt", field="sent_on", since=row.debt_since)
    law = _law(organisation_id)
    by = law.value("exclusion.warning_by", sent_on, ())
    served = _serve(
        actor,
        row,
        by,
        {"title": title, "text": text, "channel": channel, "sent_on": sent_on},
        {"number": number, "received_on": received_on, "file_id": file_id},
        now,
    )
    since = _served_from(row, by, channel, 0)
    if since is not None:
        row.state = Exclusion.State.WARNED
        row.lawful_from = months_after(since, law.value("exclusion.warning_months", sent_on, 0))
    row.warning_id = served.pk
    row.save()
    return row


def _serve(
    actor: Actor,
    row: Exclusion,
    by: Collection[str],
    notice: dict[str, Any],
    proof: dict[str, Any],
    now: datetime,
) -> ServedNotice:
    """Serve a notice of the exclusion; with a registered letter the same text goes by e-mail, where law asks for both."""
    common: dict[str, Any] = {
        "actor": actor,
        "organisation_id": row.organisation_id,
        "person_id": row.person_id,
        "subject": SUBJECT,
        "subject_id": row.pk,
        "now": now,
    }
    served = notice_serve(**common, **notice, **proof)
    mail = ServedNotice.Channel.EMAIL
    if notice["channel"] == ServedNotice.Channel.LETTER and mail in _needed(row, by):
        sent = ServedNotice.objects.filter(
            organisation_id=row.organisation_id,
            subject=SUBJECT,
            subject_id=row.pk,
            channel=mail,
            title=served.title,
        )
        if not sent.exists():
            notice_serve(**common, **notice | {"channel": mail, "sent_on": timezone.localdate(now)})
    return served


def _needed(row: Exclusion, by: Collection[str]) -> frozenset[str]:
    cards = persons_by_ids([row.person_id], organisation_id=row.organisation_id)
    return channels_needed(cards[row.person_id], by)


def _served_from(row: Exclusion, by: Collection[str], channel: str, after: int) -> date | None:
    """Since when the notices younger than the key `after` have gone by every channel that is needed; where law names none, the one used."""
    sent: dict[str, list[date]] = {}
    for way, day in ServedNotice.objects.filter(
        organisation_id=row.organisation_id, subject=SUBJECT, subject_id=row.pk, pk__gt=after
    ).values_list("channel", "sent_on"):
        sent.setdefault(way, []).append(day)
    if not by:
        return max(sent[channel])
    return served_from(_needed(row, by), sent)


@service(RegisterRight.EXCLUSION_HANDLE)
def exclusion_decide(
    *,
    actor: Actor,
    organisation_id: int,
    exclusion_id: int,
    decision_id: int,
    paid_after: bool = False,
    now: datetime,
) -> Exclusion:
    """The meeting excluded: the membership ends on the day of the decision; a notice of it is due within the term of the law.

    Where no contribution is late for long enough any more there is no ground, unless the office says that it was paid after the
    meeting (`paid_after`).

    Raises register.unknown_exclusion, register.exclusion_closed, register.exclusion_not_warned and register.exclusion_too_early (both name
    the first lawful day), register.unknown_decision, register.decision_wrong_body, register.exclusion_paid, register.not_a_member,
    register.ends_before_start.
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
    held = ground_today(organisation_id, row.person_id, row.term_months, today).ground
    if held.since is None and not paid_after:
        raise RuleViolation("register.exclusion_paid", field="paid_after")
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
    """Serve the notice of the decision with its copy; once it has gone by every channel that law names (217-ФЗ art. 13 part 8), the
    exclusion is done. A late one is taken too: better late than never.

    Raises register.unknown_exclusion, register.exclusion_not_decided, register.exclusion_board_only and what `notice_serve` raises.
    """
    row = _locked(organisation_id, exclusion_id)
    if row.state != Exclusion.State.EXCLUDED or row.closed_on is not None:
        raise RuleViolation("register.exclusion_not_decided")
    if channel == ServedNotice.Channel.BOARD:
        raise RuleViolation("register.exclusion_board_only", field="channel")
    assert row.decision_id is not None
    decided_on = Decision.objects.get(organisation_id=organisation_id, pk=row.decision_id).decided_on
    if sent_on < decided_on:
        raise RuleViolation("register.exclusion_told_before_decision", field="sent_on", on=decided_on)
    by = _law(organisation_id).value("exclusion.notice_by", sent_on, ())
    served = _serve(
        actor,
        row,
        by,
        {"title": title, "text": text, "channel": channel, "sent_on": sent_on},
        {"number": number, "received_on": received_on, "file_id": file_id},
        now,
    )
    row.notice_id = row.notice_id or served.pk
    if _served_from(row, by, channel, row.notice_id - 1) is not None:
        row.closed_on = timezone.localdate(now)
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
