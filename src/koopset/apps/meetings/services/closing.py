"""The closing: all ballots are counted anew under the lock, secret ones enter the chain shuffled, verdicts are kept with their numbers."""

from __future__ import annotations

import secrets
from datetime import datetime

from koopset.apps.meetings import events
from koopset.apps.meetings.models import AgendaItem, Closing, ItemResult, Meeting, Official, PaperDecision
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.archive import SecretVotes, closed_data
from koopset.apps.meetings.rules.ballots import count_rules_kept
from koopset.apps.meetings.rules.law import Status
from koopset.apps.meetings.rules.recount import Votes, elected_data, item_verdict
from koopset.apps.meetings.rules.secrecy import published
from koopset.apps.meetings.rules.verdict import Outcome, VoidReason, verdict_data
from koopset.apps.meetings.selectors.archives import attendance_data, plain, secret_data
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of
from koopset.apps.meetings.selectors.meetings import candidates_of
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.meetings.selectors.votes import all_votes, sealed_of, secret_items
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import lock_meeting, require_move
from koopset.apps.meetings.services.opening import rules_of
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


def _secret(row: Meeting, frozen: Frozen, items: list[AgendaItem]) -> dict[str, SecretVotes]:
    """The two published tables of each secret item: commitments by their hashes, contents in an order drawn here."""
    found = {}
    for item in secret_items(frozen, items):
        ballots = sealed_of(row, item.key)
        order = list(range(len(ballots)))
        secrets.SystemRandom().shuffle(order)
        commitments, contents = published(ballots, order)
        found[item.key] = SecretVotes(commitments=commitments, contents=contents)
    return found


@service(MeetingRight.MEETING_HOLD)
def meeting_close(*, actor: Actor, organisation_id: int, meeting_id: int, now: datetime) -> Meeting:
    """End the vote and count. Without a quorum for any item the meeting has failed; then `next_steps_of` says what is lawful.

    In absentia not before the last moment. Written decisions that nobody confirmed hinder it: they are confirmed or rejected first.
    Raises meetings.state, meetings.voting_not_over, meetings.papers_wait, meetings.no_official (in person: who presides and who writes),
    meetings.rules_changed, meetings.chain_broken.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_move(row, Meeting.State.CLOSED)
    _may_close(row, now)
    frozen, items = frozen_of(row), agenda_of(row)
    secret = _secret(row, frozen, items)
    found = all_votes(row, frozen, items, secret, at=now)
    count_rules_kept(frozen.rules, rules_of(row, frozen.profile), len(found.ballots))
    closed = closed_data(found.ballots, found.attendance, secret)
    chain_append(row, "closed", closed, at=now)
    Closing.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        attendance=attendance_data(found.attendance),
        secret=secret_data(secret),
        ballots_root=str(closed["ballots"]),
        ballots_count=len(found.ballots),
        at=now,
        closed_by=actor.login_id,
    )
    standing = candidates_of(row)
    outcomes = [_result(row, frozen, found.votes, item, standing.get(item.pk, []), now) for item in items]
    has_quorum = any(one not in (Outcome.NO_QUORUM, Outcome.VOID) for one in outcomes)
    row.state = Meeting.State.CLOSED if has_quorum else Meeting.State.FAILED
    row.closed_at = now
    row.save()
    publish(events.MeetingClosed(organisation_id, row.pk, has_quorum))
    return row


def _may_close(row: Meeting, now: datetime) -> None:
    if row.ends_at is not None and now <= row.ends_at:
        raise RuleViolation("meetings.voting_not_over", until=row.ends_at)
    if row.starts_at is not None and now < row.starts_at:
        raise RuleViolation("meetings.voting_not_over", until=row.starts_at)
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    waiting = PaperDecision.objects.filter(**key, state=PaperDecision.State.ENTERED).count()
    if waiting:
        raise RuleViolation("meetings.papers_wait", count=waiting)
    named = set(Official.objects.filter(**key).values_list("role", flat=True))
    if not {Official.Role.CHAIR.value, Official.Role.SECRETARY.value} <= named:
        raise RuleViolation("meetings.no_official")


def _result(
    row: Meeting, frozen: Frozen, votes: Votes, item: AgendaItem, candidates: list[int], now: datetime
) -> Outcome:
    """Write the verdict on an item, and the same into the chain."""
    law = frozen.item(item.key)
    if item.seats and item.key not in frozen.barred:
        data = elected_data(votes, law, candidates, item.seats)
        chain_append(row, "elected", data, at=now)
        reached = all(measure["reached"] for measure in plain(data)["quorum"])
        outcome = Outcome.ADOPTED if data["elected"] else Outcome.NOT_ADOPTED
        outcome = outcome if reached else Outcome.NO_QUORUM
        source = law.source
    else:
        void = (VoidReason.MATERIALS_LATE,) if item.key in frozen.barred else ()
        verdict = item_verdict(votes, law, void)
        data, outcome, source = verdict_data(verdict), verdict.outcome, verdict.source
        chain_append(row, "result", data, at=now)
    ItemResult.objects.create(
        organisation_id=row.organisation_id,
        meeting=row,
        item=item,
        outcome=outcome.value,
        data=plain(data),
        article=source.article[:200],
        to_be_checked=source.status is not Status.READ,
        law_version=frozen.profile.version,
        law_digest=frozen.profile.digest,
    )
    return outcome
