"""The opening: law, rules of counting and every elector are frozen; later changes of the register change nothing here."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from koopset.apps.meetings import events
from koopset.apps.meetings.models import Elector, ElectorateRow, Meeting, Opening
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.archive import opened_data
from koopset.apps.meetings.rules.ballots import CountRules, count_rules
from koopset.apps.meetings.rules.canonical import fraction_text
from koopset.apps.meetings.rules.clock import lawful
from koopset.apps.meetings.rules.electorate import Electorate, electorate_digest
from koopset.apps.meetings.rules.profile import Profile, candidate_key
from koopset.apps.meetings.rules.records import agenda_digest, count_rules_data
from koopset.apps.meetings.selectors.archives import plain
from koopset.apps.meetings.selectors.electorates import electorates_on
from koopset.apps.meetings.selectors.law import facts_data, law_on
from koopset.apps.meetings.selectors.meetings import candidates_of
from koopset.apps.meetings.selectors.plans import agenda_of, plan_as_told
from koopset.apps.meetings.selectors.telling import standing_notice
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import lock_meeting, require_move
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

BATCH = 2000
#: Weights are summed by a database in 64 bits: a million electors of this weight still fit.
MOST_WEIGHT = 10**12


def rules_of(row: Meeting, profile: Profile) -> CountRules:
    """How ballots of the meeting count. A mixed meeting begins at its own hour: written decisions must have come before."""
    return count_rules(
        profile,
        closes_at=row.ends_at,
        began_at=row.starts_at if row.form == Meeting.Form.MIXED else None,
    )


@service(MeetingRight.MEETING_HOLD)
def meeting_open(*, actor: Actor, organisation_id: int, meeting_id: int, now: datetime) -> Meeting:
    """Open the meeting on its day (votes from afar: from their first day on): the snapshot of the register of today is taken.

    Raises meetings.state; what the clock refuses with: everybody must have been told in time by proofs, with article and first lawful
    date; meetings.opening_early, meetings.opening_late with the day; meetings.register_moves where the register changes at this moment;
    meetings.weight_too_fine, and what `electorates_on` raises.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_move(row, Meeting.State.OPEN)
    today = timezone.localdate(now)
    law = law_on(organisation_id, row.law, row.on)
    barred = lawful(law.profile, plan_as_told(row), law.facts).barred
    first = row.opens_on or row.on
    if today < first:
        raise RuleViolation("meetings.opening_early", on=first)
    if today > row.on or (row.ends_at is not None and now >= row.ends_at):
        raise RuleViolation("meetings.opening_late", on=row.on)
    items, notice = agenda_of(row), standing_notice(row)
    assert notice is not None
    agenda = agenda_digest((item.key, item.wording) for item in items)
    if agenda != notice.digest:
        raise RuleViolation("meetings.agenda_changed")
    keys = [item.key for item in items]
    electorates = _snapshot(organisation_id, law.profile, keys, now)
    standing = candidates_of(row)
    votable = [
        key
        for item in items
        for key in (
            item.key,
            *(candidate_key(item.key, who) for who in standing.get(item.pk, ()) if not item.is_secret),
        )
    ]
    rules = rules_of(row, law.profile)
    is_repeat = row.repeats_id is not None
    opened = opened_data(law.profile, electorates, rules, agenda, votable, is_repeat=is_repeat)
    Opening.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        law_text=law.text,
        charter=plain(law.charter),
        facts=facts_data(law.facts),
        law_version=law.profile.version,
        law_digest=law.profile.digest,
        register=electorate_digest(electorates),
        register_on=today,
        rules=plain(count_rules_data(rules)),
        agenda=agenda,
        items=votable,
        barred=sorted(barred),
        is_repeat=is_repeat,
        at=now,
        opened_by=actor.login_id,
    )
    _write(row, electorates)
    chain_append(row, "opened", opened, at=now)
    row.state, row.opened_at = Meeting.State.OPEN, now
    row.save()
    publish(events.MeetingOpened(organisation_id, row.pk))
    return row


def _snapshot(
    organisation_id: int, profile: Profile, keys: list[str], now: datetime
) -> tuple[Electorate, ...]:
    """The electorates, read twice: a transfer that is written between two queries would show both its sides or neither."""
    today = timezone.localdate(now)
    found = electorates_on(organisation_id, profile, keys, today)
    if electorate_digest(found) != electorate_digest(electorates_on(organisation_id, profile, keys, today)):
        raise RuleViolation("meetings.register_moves")
    for one in found:
        for elector in one.electors:
            if max(elector.weight.numerator, elector.weight.denominator) > MOST_WEIGHT:
                raise RuleViolation("meetings.weight_too_fine", person=elector.person)
    return found


def _write(row: Meeting, electorates: tuple[Electorate, ...]) -> None:
    pk = row.organisation_id
    ElectorateRow.objects.bulk_create(
        ElectorateRow(
            organisation_id=pk,
            meeting=row,
            voters=one.voters.value,
            weight=one.weight.value,
            whole=fraction_text(one.whole),
            chair_id=one.chair,
        )
        for one in electorates
    )
    Elector.objects.bulk_create(
        (
            Elector(
                organisation_id=pk,
                meeting=row,
                voters=one.voters.value,
                person_id=elector.person,
                numerator=elector.weight.numerator,
                denominator=elector.weight.denominator,
                parts=[
                    [part.unit, fraction_text(part.share), fraction_text(part.weight)]
                    for part in elector.parts
                ],
            )
            for one in electorates
            for elector in one.electors
        ),
        batch_size=BATCH,
    )
