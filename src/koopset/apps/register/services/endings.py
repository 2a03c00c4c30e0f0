"""Death of an owner, taken back when it was entered by mistake, and inheritance (217-ФЗ art. 13 part 9; ГК art. 46, 1113, 1152, 1175)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.events import EstateOpened, EstatePassed, EstateReturned, MembershipChanged
from koopset.apps.register.models import (
    Death,
    DeathReversal,
    Exclusion,
    Membership,
    Ownership,
    PowerOfAttorney,
    Unit,
)
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import ESTATE, OWNED, Holding, estate_passed
from koopset.apps.register.selectors.outside import passed_units
from koopset.apps.register.services.admission import applications_end, applications_reopen
from koopset.apps.register.services.entries import ShareInput
from koopset.apps.register.services.rows import (
    check_alive,
    check_date,
    check_persons,
    death_of,
    membership_end,
    owners_change,
    unit_locked,
)
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(RegisterRight.REGISTER_EDIT)
def death_record(
    *, actor: Actor, organisation_id: int, person_id: int, died_on: date, document: str, now: datetime
) -> Death:
    """A person has died: the membership ends that day, from that day each share is an estate, powers of attorney end, an open
    application and an exclusion are dropped. Tells EstateOpened of each unit.

    Raises people.unknown, register.death_natural_only, register.death_known, register.death_no_paper, register.future_date,
    register.bad_date, register.later_change.
    """
    check_date(died_on, timezone.localdate(now), "died_on")
    card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
    if card is None:
        raise RuleViolation("people.unknown", field="person")
    if card.kind != "natural":
        raise RuleViolation("register.death_natural_only", name=card.full_name)
    paper = " ".join(document.split())[:200]
    if not paper:
        raise RuleViolation("register.death_no_paper", field="document")
    known = death_of(organisation_id, person_id)
    if known is not None:
        raise RuleViolation("register.death_known", on=known)
    ended: dict[str, Any] = {}
    row = Death.objects.create(
        organisation_id=organisation_id, person_id=person_id, died_on=died_on, document=paper, created_at=now
    )
    membership = (
        Membership.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True)
        .first()
    )
    if membership is not None:
        membership_end(membership, max(died_on, membership.valid_from), Membership.Ground.DIED, paper, None)
        ended["membership"] = membership.pk
    ended["applications"] = applications_end(actor, organisation_id, [person_id], paper, now)
    ended["exclusions"] = []
    for exclusion in Exclusion.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id=person_id, closed_on__isnull=True
    ):
        exclusion.state, exclusion.word = Exclusion.State.DROPPED, paper
        exclusion.closed_on = timezone.localdate(now)
        exclusion.save()
        ended["exclusions"].append(exclusion.pk)
    ended["powers"] = []
    for power in PowerOfAttorney.objects.select_for_update().filter(
        Q(principal_id=person_id) | Q(agent_id=person_id),
        organisation_id=organisation_id,
        revoked_on__isnull=True,
        valid_to__gte=died_on,
    ):
        power.revoked_on = max(died_on, power.issued_on)
        power.save()
        ended["powers"].append(power.pk)
    held = Ownership.objects.filter(
        organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True, right__in=OWNED
    )
    shares = {one.unit_id: one.share for one in held}
    ended["units"] = {str(unit_id): str(share) for unit_id, share in sorted(shares.items())}
    for unit_id in sorted(shares):
        _estate_open(unit_locked(organisation_id, unit_id), person_id, died_on, paper)
    row.ended = ended
    row.save()
    return row


def _estate_open(unit: Unit, person_id: int, on: date, paper: str) -> None:
    current = _holdings(unit)
    new = [
        Holding(row.person_id, row.share, ESTATE if row.person_id == person_id else row.right)
        for row in current
    ]
    owners_change(unit, new, on, paper)
    publish(
        EstateOpened(
            organisation_id=unit.organisation_id,
            unit_id=unit.pk,
            on=on,
            deceased_id=person_id,
            person_ids=_living(new),
        )
    )


@service(RegisterRight.REGISTER_EDIT)
def death_reverse(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    word: str,
    document: str = "",
    heirs_stay: bool = False,
    now: datetime,
) -> DeathReversal:
    """The death was entered by mistake. From today the person owns the shares again that were an estate, is a member again by the same
    decision as before, and what the death ended goes on: powers of attorney whose term has not passed, an application, an exclusion.
    Access follows from these rows. Earlier days of the register stay as they were. Tells EstateReturned of each unit.

    Where heirs have taken an estate nothing is changed, unless the office says that those units stay with them until a court decides
    (`heirs_stay`; ГК art. 46): what came to others by a certificate is not taken from them by a word of the office.

    Raises register.death_unknown, register.no_word, register.death_inherited with `units`, register.later_change.
    """
    today = timezone.localdate(now)
    row = (
        Death.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, reversed_on__isnull=True)
        .first()
    )
    if row is None:
        raise RuleViolation("register.death_unknown")
    why, paper = " ".join(word.split())[:500], " ".join(document.split())[:200]
    if not why:
        raise RuleViolation("register.no_word", field="word")
    passed = passed_units(row)
    if passed and not heirs_stay:
        raise RuleViolation("register.death_inherited", units=", ".join(sorted(passed.values())))
    row.reversed_on = today
    row.save()
    made = DeathReversal.objects.create(
        organisation_id=organisation_id,
        death=row,
        on=today,
        word=why,
        document=paper,
        login_id=actor.login_id,
        at=now,
    )
    open_ones = Ownership.objects.filter(
        organisation_id=organisation_id, person_id=person_id, right=ESTATE, valid_to__isnull=True
    )
    for unit_id in sorted(set(open_ones.values_list("unit_id", flat=True))):
        _estate_return(
            unit_locked(organisation_id, unit_id), row, today, paper or why, is_whole=unit_id not in passed
        )
    _go_on(actor, row, why, now)
    return made


def _estate_return(unit: Unit, death: Death, on: date, paper: str, *, is_whole: bool) -> None:
    """What is still an estate is the person's share again, by the right it was held by."""
    before = (
        Ownership.objects.filter(
            organisation_id=unit.organisation_id,
            unit=unit,
            person_id=death.person_id,
            valid_from__lt=death.died_on,
        )
        .exclude(right=ESTATE)
        .order_by("valid_from")
        .last()
    )
    right = before.right if before is not None else Ownership.Right.SHARE.value
    new = [
        Holding(row.person_id, row.share, right if row.person_id == death.person_id else row.right)
        for row in _holdings(unit)
    ]
    owners_change(unit, new, on, paper)
    publish(
        EstateReturned(
            organisation_id=unit.organisation_id,
            unit_id=unit.pk,
            on=on,
            died_on=death.died_on,
            person_id=death.person_id,
            is_whole=is_whole,
        )
    )


def _go_on(actor: Actor, death: Death, why: str, now: datetime) -> None:
    """What the death ended goes on from today."""
    today, home, ended = timezone.localdate(now), death.organisation_id, death.ended
    owns = Ownership.objects.filter(
        organisation_id=home, person_id=death.person_id, valid_to__isnull=True, right__in=OWNED
    ).exists()
    member = Membership.objects.filter(organisation_id=home, pk=ended.get("membership")).first()
    if member is not None and owns:
        if member.valid_to is not None and member.valid_to >= today:  # died and taken back on one day
            member.valid_to, member.ground, member.end_document = None, "", ""
            member.save()
        else:
            Membership.objects.create(
                organisation_id=home,
                person_id=death.person_id,
                valid_from=today,
                admitted_by_id=member.admitted_by_id,
                card_number=member.card_number,
            )
        publish(MembershipChanged(organisation_id=home, person_id=death.person_id, on=today, is_member=True))
    for power in PowerOfAttorney.objects.select_for_update().filter(
        organisation_id=home, pk__in=ended.get("powers", []), valid_to__gte=today
    ):
        other = power.agent_id if power.principal_id == death.person_id else power.principal_id
        if death_of(home, other) is None:
            power.revoked_on = None
            power.save()
    if not owns:
        return
    applications_reopen(actor, home, ended.get("applications", []), why, now)
    for exclusion in Exclusion.objects.select_for_update().filter(
        organisation_id=home, pk__in=ended.get("exclusions", []), state=Exclusion.State.DROPPED
    ):
        warned = exclusion.lawful_from is not None
        exclusion.state = Exclusion.State.WARNED if warned else Exclusion.State.PREPARED
        exclusion.word, exclusion.closed_on = "", None
        exclusion.save()


def _holdings(unit: Unit) -> list[Holding]:
    return [
        Holding(row.person_id, row.share, row.right)
        for row in Ownership.objects.filter(
            organisation_id=unit.organisation_id, unit=unit, valid_to__isnull=True
        ).order_by("pk")
    ]


def _living(holdings: Sequence[Holding]) -> tuple[int, ...]:
    rows = [row for row in holdings if row.right in OWNED and row.right != ESTATE]
    return tuple(row.person_id for row in sorted(rows, key=lambda row: (-row.share, row.person_id)))


@service(RegisterRight.REGISTER_EDIT)
def estate_pass(
    *,
    actor: Actor,
    organisation_id: int,
    unit_id: int,
    deceased_id: int,
    heirs: Sequence[ShareInput],
    on: date,
    deed: str,
    now: datetime,
) -> Unit:
    """Heirs took the estate in a unit, or a part of it, by a certificate; shares are parts of the whole unit. What nobody took yet stays
    an estate. Earlier days of the register stay as they were. Tells EstatePassed.

    Raises register.unknown_unit, register.unit_closed, register.future_date, register.bad_date, register.death_no_paper, people.unknown,
    register.person_died, register.later_change and what `rules.estate_passed` raises.
    """
    unit = unit_locked(organisation_id, unit_id)
    check_date(on, timezone.localdate(now), "on")
    if unit.closed_on is not None:
        raise RuleViolation("register.unit_closed", number=unit.number)
    if not deed.strip():
        raise RuleViolation("register.death_no_paper", field="deed")
    heir_ids = tuple(row.person_id for row in heirs)
    check_persons(organisation_id, heir_ids)
    new = estate_passed(_holdings(unit), deceased_id, [row.holding() for row in heirs])
    check_alive(organisation_id, heir_ids, "owners")
    owners_change(unit, new, on, deed)
    publish(
        EstatePassed(
            organisation_id=organisation_id,
            unit_id=unit.pk,
            on=on,
            deceased_id=deceased_id,
            heir_ids=heir_ids,
            person_ids=_living(new),
        )
    )
    return unit
