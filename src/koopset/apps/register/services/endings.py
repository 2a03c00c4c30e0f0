"""Death of an owner and inheritance (217-ФЗ art. 13 part 9; ГК art. 1113, 1152, 1175)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.events import EstateOpened, EstatePassed
from koopset.apps.register.models import (
    Death,
    Exclusion,
    Membership,
    Ownership,
    PowerOfAttorney,
    Unit,
)
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import ESTATE, OWNED, Holding, estate_passed
from koopset.apps.register.services.admission import applications_end
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
    applications_end(actor, organisation_id, [person_id], paper, now)
    for exclusion in Exclusion.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id=person_id, closed_on__isnull=True
    ):
        exclusion.state, exclusion.word = Exclusion.State.DROPPED, paper
        exclusion.closed_on = timezone.localdate(now)
        exclusion.save()
    for power in PowerOfAttorney.objects.select_for_update().filter(
        Q(principal_id=person_id) | Q(agent_id=person_id),
        organisation_id=organisation_id,
        revoked_on__isnull=True,
        valid_to__gte=died_on,
    ):
        power.revoked_on = max(died_on, power.issued_on)
        power.save()
    held = Ownership.objects.filter(
        organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True, right__in=OWNED
    )
    for unit_id in sorted(set(held.values_list("unit_id", flat=True))):
        _estate_open(unit_locked(organisation_id, unit_id), person_id, died_on, paper)
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
