"""What a household wants: said, changed, taken back. Each change is a dated record; refusal is free until the round stops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from koopset.apps.people import selectors as people
from koopset.apps.people.services import household_ensure
from koopset.apps.purchases import events
from koopset.apps.purchases.models import Invitation, Line, Participant, Round, RoundGood, WantRecord
from koopset.apps.purchases.rules.boxfill import Sums, helps
from koopset.apps.purchases.rules.states import WANTED_IN
from koopset.apps.purchases.selectors.access import may_take_part, wanted_before
from koopset.apps.purchases.selectors.wants import standing_of_good
from koopset.apps.purchases.services.locks import lock_round
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Of one good by one household: more is a slip of the finger, or a shop.
MOST_UNITS = 1_000_000

#: good → (firm, would also take)
Wanted = Mapping[int, tuple[int, int]]


def participant_for(organisation_id: int, household_id: int, login_id: int, *, now: datetime) -> Participant:
    """The household as the organisation's rounds know it, made at its first want."""
    known = Participant.objects.filter(organisation_id=organisation_id, household_id=household_id).first()
    if known is not None:
        return known
    # Whoever wants something is to be handed it: the organiser sees the name, and the page says so.
    names = people.login_names([login_id], organisation_id=organisation_id)
    called = names.get(login_id) or people.name_given(login_id)
    # Two rounds of the body are two locks: the row may be there by now.
    made, _ = Participant.objects.get_or_create(
        organisation_id=organisation_id,
        household_id=household_id,
        defaults={"login_id": login_id, "name": called[:200], "joined_at": now},
    )
    return made


def deadline_of(row: Round) -> datetime | None:
    """When the present stage ends; None where it ends by hand only."""
    return row.boxfill_until if row.state == Round.State.BOXFILL else row.open_until


def check_wanted_now(row: Round, now: datetime) -> None:
    """Raises purchases.not_open, purchases.too_late: the moment counts, whether or not somebody has stopped the round yet."""
    if row.state not in WANTED_IN:
        raise RuleViolation("purchases.not_open", state=str(Round.State(row.state).label))
    deadline = deadline_of(row)
    if deadline is not None and now >= deadline:
        raise RuleViolation("purchases.too_late")


@service(None)
def wants_set(
    *, actor: Actor, organisation_id: int, round_id: int, wanted: Wanted, now: datetime
) -> list[WantRecord]:
    """Set what the actor's household wants of these goods; goods that are not named stay as they are. All or nothing.

    Right: whoever may take part in the round. Raises Forbidden; purchases.not_open, purchases.too_late, purchases.bad_units,
    purchases.no_tolerance, purchases.limit, purchases.only_helping, purchases.good_unknown, and what a subscriber of WantChanged refuses
    with.
    """
    if actor.login_id is None or actor.login_id < 0:
        raise Forbidden("purchases: a household wants, by its login")
    row = lock_round(organisation_id, round_id)
    if row.state == Round.State.DRAFT or not may_take_part(actor, row):
        raise Forbidden("purchases: not of this round")
    check_wanted_now(row, now)
    household = household_ensure(actor=actor, now=now)
    participant = participant_for(organisation_id, household.id, actor.login_id, now=now)
    goods = {
        good.pk: good
        for good in RoundGood.objects.filter(
            organisation_id=organisation_id, round_id=row.pk, pk__in=list(wanted)
        )
    }
    made = []
    for good_id in sorted(wanted):
        good = goods.get(good_id)
        if good is None:
            raise RuleViolation("purchases.good_unknown")
        firm, extra = wanted[good_id]
        record = want_one(row, good, participant, firm, extra, by=actor.login_id, now=now)
        if record is not None:
            made.append(record)
    return made


def want_one(
    row: Round,
    good: RoundGood,
    participant: Participant,
    firm: int,
    extra: int,
    *,
    by: int | None,
    now: datetime,
) -> WantRecord | None:
    """Make one want of a locked round what it shall be; None where nothing changes. Raises as wants_set does."""
    _check_units(row, good, firm, extra)
    line = Line.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, good_id=good.pk, participant_id=participant.pk
    ).first()
    line = line or Line(organisation_id=row.organisation_id, round=row, good=good, participant=participant)
    more, more_extra = firm - line.wanted, extra - line.tolerance
    if not more and not more_extra:
        return None
    _check_change(row, good, more, more_extra)
    record = WantRecord.objects.create(
        organisation_id=row.organisation_id,
        round=row,
        good=good,
        participant=participant,
        quantity=more,
        tolerance=more_extra,
        at=now,
        by=by,
    )
    line.wanted, line.tolerance = firm, extra
    line.save()
    publish(events.WantChanged(row.organisation_id, row.pk, good.pk, participant.pk))
    return record


def _check_units(row: Round, good: RoundGood, firm: int, extra: int) -> None:
    if not 0 <= firm <= MOST_UNITS * good.per or not 0 <= extra <= MOST_UNITS * good.per:
        raise RuleViolation("purchases.bad_units", field=f"firm_{good.pk}", name=good.name)
    if extra and (good.by_weight or not row.tolerance_allowed):
        raise RuleViolation("purchases.no_tolerance", field=f"extra_{good.pk}", name=good.name)


def _check_change(row: Round, good: RoundGood, more: int, more_extra: int) -> None:
    stands = standing_of_good(row.organisation_id, good.pk)
    if good.limit is not None and more > 0 and stands.wanted + more > good.limit:
        left = max(0, good.limit - stands.wanted)
        raise RuleViolation("purchases.limit", field=f"firm_{good.pk}", name=good.name, left=left)
    if row.state == Round.State.BOXFILL:
        before = Sums(stands.wanted, stands.tolerance)
        after = Sums(stands.wanted + more, stands.tolerance + more_extra)
        if not helps(before, after, good.pack, minimum=good.min_packs, by_weight=good.by_weight):
            raise RuleViolation("purchases.only_helping", field=f"firm_{good.pk}", name=good.name)


@service(None)
def wants_repeat(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> list[WantRecord]:
    """Want in a repeated round what the household wanted in the round before; goods are known by their article, else by their name.

    Right: whoever may take part. Raises purchases.nothing_before and what wants_set does.
    """
    row = lock_round(organisation_id, round_id)
    before = wanted_before(actor, organisation_id, row.pk)
    if not before:
        raise RuleViolation("purchases.nothing_before")
    return wants_set(actor=actor, organisation_id=organisation_id, round_id=round_id, wanted=before, now=now)


@service(None)
def round_join(*, actor: Actor, organisation_id: int, round_id: int, code: str, now: datetime) -> Round:
    """Come to a round by its link of invitation; again it does nothing. Right: a login with the code, otherwise Forbidden."""
    if actor.login_id is None or actor.login_id < 0:
        raise Forbidden("purchases: a household joins, by its login")
    row = lock_round(organisation_id, round_id)
    if row.access != Round.Access.INVITED or code != row.invite_code or row.state == Round.State.DRAFT:
        raise Forbidden("purchases: no such invitation")
    if may_take_part(actor, row):
        return row
    household = household_ensure(actor=actor, now=now)
    Invitation.objects.create(
        organisation_id=organisation_id,
        round=row,
        household_id=household.id,
        login_id=actor.login_id,
        at=now,
    )
    return row
