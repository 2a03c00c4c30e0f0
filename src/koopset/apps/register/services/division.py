"""A plot divided into several, several joined into one: the old leave the register, the new carry the shares on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from koopset.apps.register.events import UnitsRedrawn
from koopset.apps.register.models import Ownership, Unit, UnitDescent
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import Holding, day_before, same_owners, sort_key
from koopset.apps.register.selectors.units import areas_at
from koopset.apps.register.services.rows import (
    area_write,
    check_date,
    ownerships_open,
    unit_fields,
    unit_locked,
    unit_save,
)
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

MOST = 20


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that comes out of a division or a joining; kind and street are those of the first old one."""

    number: str
    area_m2: Decimal
    cadastral_number: str = ""


@service(RegisterRight.REGISTER_EDIT)
def unit_split(
    *,
    actor: Actor,
    organisation_id: int,
    unit_id: int,
    parts: Sequence[NewUnit],
    on: date,
    document: str = "",
    accept_difference: bool = False,
    now: datetime,
) -> list[Unit]:
    """From `on` the unit is two or more others with the same owners; its last day is the day before. Tells UnitsRedrawn.

    Raises register.unknown_unit, register.unit_closed, register.split_parts, register.part_twice, register.future_date, register.bad_date,
    register.later_change, register.areas_differ (unless accepted; with the figure) and what `unit_create` raises for a card.
    """
    if not 2 <= len(parts) <= MOST:
        raise RuleViolation("register.split_parts", field="parts")
    return _redraw(
        organisation_id, [unit_id], parts, on, document, accept_difference, UnitDescent.Kind.SPLIT, now
    )


@service(RegisterRight.REGISTER_EDIT)
def unit_merge(
    *,
    actor: Actor,
    organisation_id: int,
    unit_ids: Sequence[int],
    into: NewUnit,
    on: date,
    document: str = "",
    accept_difference: bool = False,
    now: datetime,
) -> Unit:
    """From `on` the units are one; all had the same owners with the same shares. Tells UnitsRedrawn.

    Raises register.merge_units, register.merge_owners_differ and what `unit_split` raises.
    """
    wanted = sorted(set(unit_ids))
    if not 2 <= len(wanted) <= MOST:
        raise RuleViolation("register.merge_units", field="units")
    made = _redraw(
        organisation_id, wanted, [into], on, document, accept_difference, UnitDescent.Kind.MERGE, now
    )
    return made[0]


def _redraw(
    organisation_id: int,
    unit_ids: Sequence[int],
    new: Sequence[NewUnit],
    on: date,
    document: str,
    accept_difference: bool,
    kind: str,
    now: datetime,
) -> list[Unit]:
    units = [unit_locked(organisation_id, unit_id) for unit_id in unit_ids]
    check_date(on, timezone.localdate(now), "on")
    last_day = day_before(on)
    held = {unit.pk: _open_rows(unit, on) for unit in units}
    owners = same_owners([[_holding(row) for row in held[unit.pk]] for unit in units])
    cards = [unit_fields(units[0].kind, one.number, units[0].street, one.cadastral_number, "") for one in new]
    numbers = [card["number"] for card in cards]
    if len(set(numbers)) != len(numbers):
        raise RuleViolation("register.part_twice", field="parts")
    areas = areas_at(organisation_id, last_day, [unit.pk for unit in units])
    before, after = sum(areas.values(), Decimal(0)), sum((one.area_m2 for one in new), Decimal(0))
    if len(areas) == len(units) and before != after and not accept_difference:
        raise RuleViolation(
            "register.areas_differ", field="accept_difference", before=before, after=after, by=after - before
        )
    for unit in units:
        unit.closed_on = last_day
        unit.save()
        for row in held[unit.pk]:
            row.valid_to = last_day
            row.save()
    made = [
        _unit_open(organisation_id, card, one, owners, on, document, now)
        for card, one in zip(cards, new, strict=True)
    ]
    for source in units:
        for result in made:
            UnitDescent.objects.create(
                organisation_id=organisation_id,
                source=source,
                result=result,
                kind=kind,
                on=on,
                document=" ".join(document.split())[:200],
                created_at=now,
            )
    persons = tuple(row.person_id for row in sorted(owners, key=lambda row: (-row.share, row.person_id)))
    publish(
        UnitsRedrawn(
            organisation_id=organisation_id,
            on=on,
            closed_unit_ids=tuple(unit.pk for unit in units),
            opened=tuple((unit.pk, persons) for unit in made),
        )
    )
    return made


def _open_rows(unit: Unit, on: date) -> list[Ownership]:
    """The present owners' lines, locked; the unit must have stood before `on` and nothing may be known of later."""
    if unit.closed_on is not None:
        raise RuleViolation("register.unit_closed", number=unit.number)
    rows = list(
        Ownership.objects.select_for_update()
        .filter(organisation_id=unit.organisation_id, unit=unit)
        .order_by("pk")
    )
    later = [row.valid_from for row in rows if row.valid_from >= on]
    later += [row.valid_to for row in rows if row.valid_to is not None and row.valid_to >= on]
    if unit.opened_on is not None and unit.opened_on >= on:
        later.append(unit.opened_on)
    if later:
        raise RuleViolation("register.later_change", field="on", date=max(later))
    return [row for row in rows if row.valid_to is None]


def _holding(row: Ownership) -> Holding:
    return Holding(row.person_id, row.share, row.right)


def _unit_open(
    organisation_id: int,
    card: dict[str, str],
    one: NewUnit,
    owners: Sequence[Holding],
    on: date,
    document: str,
    now: datetime,
) -> Unit:
    unit = Unit(organisation_id=organisation_id, opened_on=on, created_at=now, **card)
    unit.sort_key = sort_key(unit.street, unit.number)
    unit_save(unit)
    area_write(unit, one.area_m2, on, document)
    ownerships_open(organisation_id, unit.pk, owners, on, document)
    return unit
