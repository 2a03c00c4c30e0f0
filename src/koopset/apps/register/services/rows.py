"""Rows that several services lock, check and write, under a right that the service has asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.events import MembershipChanged
from koopset.apps.register.models import Death, Decision, Membership, Ownership, Unit, UnitArea
from koopset.apps.register.rules import (
    ESTATE,
    Holding,
    Term,
    TransferPlan,
    day_before,
    number_normal,
    transfer_plan,
)
from koopset.foundation.events import publish
from koopset.foundation.files.models import StoredFile
from koopset.kernel.requisites import cadastral_check
from koopset.kernel.violations import RuleViolation

EARLIEST = date(1900, 1, 1)
MAX_AREA = Decimal("9999999999.99")


def check_date(day: date, today: date, field: str) -> None:
    """Raises register.future_date, register.bad_date."""
    if day > today:
        raise RuleViolation("register.future_date", field=field)
    if day < EARLIEST:
        raise RuleViolation("register.bad_date", field=field)


def unit_locked(organisation_id: int, unit_id: int) -> Unit:
    """Raises register.unknown_unit."""
    unit = Unit.objects.select_for_update().filter(organisation_id=organisation_id, pk=unit_id).first()
    if unit is None:
        raise RuleViolation("register.unknown_unit")
    return unit


def area_write(unit: Unit, area_m2: Decimal, on: date, document: str) -> UnitArea:
    """The area from a day on; the same day again corrects it. Raises register.bad_area."""
    if not 0 < area_m2 <= MAX_AREA:
        raise RuleViolation("register.bad_area", field="area_m2")
    area = UnitArea.objects.filter(
        organisation_id=unit.organisation_id, unit=unit, valid_from=on
    ).first() or UnitArea(organisation_id=unit.organisation_id, unit=unit, valid_from=on)
    area.area_m2 = area_m2.quantize(Decimal("0.01"))
    area.document = " ".join(document.split())[:200]
    if area.area_m2 <= 0:
        raise RuleViolation("register.bad_area", field="area_m2")
    area.save()
    return area


def check_persons(organisation_id: int, person_ids: Sequence[int]) -> None:
    """Raises people.unknown."""
    if set(person_ids) - set(persons_by_ids(person_ids, organisation_id=organisation_id)):
        raise RuleViolation("people.unknown", field="owners")


def ownerships_open(
    organisation_id: int, unit_id: int, holdings: Sequence[Holding], on: date, deed: str
) -> None:
    """New lines of owners."""
    text = " ".join(deed.split())[:200]
    for row in holdings:
        Ownership.objects.create(
            organisation_id=organisation_id,
            unit_id=unit_id,
            person_id=row.person_id,
            right=row.right,
            share_numerator=row.share.numerator,
            share_denominator=row.share.denominator,
            valid_from=on,
            deed=text,
        )


def owners_change(
    unit: Unit, new: Sequence[Holding], on: date, deed: str
) -> tuple[TransferPlan, tuple[int, ...]]:
    """From `on` the owners are exactly `new`; the plan that was carried out and the persons who owned before.

    Raises register.nothing_changes and what `rules.transfer_plan` raises.
    """
    rows = list(
        Ownership.objects.select_for_update()
        .filter(organisation_id=unit.organisation_id, unit=unit)
        .order_by("pk")
    )
    plan = transfer_plan(
        [
            Term(row.pk, Holding(row.person_id, row.share, row.right), row.valid_from, row.valid_to)
            for row in rows
        ],
        new,
        on,
    )
    if not plan.changes:
        raise RuleViolation("register.nothing_changes")
    previous = tuple(row.person_id for row in rows if row.valid_to is None)
    for row in rows:
        if row.pk in plan.closed:
            row.valid_to = day_before(on)
            row.save()
        elif row.pk in plan.replaced:
            row.delete()
    ownerships_open(unit.organisation_id, unit.pk, plan.opened, on, deed)
    if unit.opened_on is not None and unit.opened_on > on:
        unit.opened_on = on
        unit.save()
    return plan, previous


def membership_end(
    row: Membership, last_day: date, ground: str, document: str, decision_id: int | None
) -> None:
    """End a locked membership and tell it."""
    row.valid_to, row.ground, row.ended_by_id = last_day, ground, decision_id
    row.end_document = " ".join(document.split())[:200]
    row.save()
    publish(
        MembershipChanged(
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            on=last_day + timedelta(days=1),
            is_member=False,
        )
    )


def memberships_end_without_unit(
    organisation_id: int, person_ids: Sequence[int], on: date, document: str = ""
) -> None:
    """Those of the persons who own nothing on `on` cease to be members the day before (217-ФЗ art. 13 part 9)."""
    still = set(
        Ownership.objects.filter(
            organisation_id=organisation_id, person_id__in=person_ids, valid_to__isnull=True
        )
        .exclude(right=ESTATE)
        .values_list("person_id", flat=True)
    )
    rows = Membership.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id__in=set(person_ids) - still, valid_to__isnull=True
    )
    for row in rows:
        membership_end(
            row, max(row.valid_from, day_before(on)), Membership.Ground.SOLD, document, row.ended_by_id
        )


def death_of(organisation_id: int, person_id: int) -> date | None:
    """When the person died, if that is recorded and not taken back."""
    return (
        Death.objects.filter(organisation_id=organisation_id, person_id=person_id, reversed_on__isnull=True)
        .values_list("died_on", flat=True)
        .first()
    )


def check_alive(organisation_id: int, person_ids: Sequence[int], field: str = "person") -> None:
    """Nothing begins for a person who has died. Raises register.person_died."""
    died_on = (
        Death.objects.filter(
            organisation_id=organisation_id, person_id__in=person_ids, reversed_on__isnull=True
        )
        .values_list("died_on", flat=True)
        .first()
    )
    if died_on is not None:
        raise RuleViolation("register.person_died", field=field, on=died_on)


def check_files(organisation_id: int, file_ids: Sequence[int], kind: str) -> None:
    """Files that the service is to keep are of this organisation and of this kind. Raises register.unknown_file."""
    known = StoredFile.objects.filter(organisation_id=organisation_id, kind=kind, pk__in=list(file_ids))
    if known.count() != len(set(file_ids)):
        raise RuleViolation("register.unknown_file", field="file")


def check_decision(organisation_id: int, decision_id: int | None) -> None:
    """Raises register.unknown_decision."""
    if (
        decision_id is not None
        and not Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).exists()
    ):
        raise RuleViolation("register.unknown_decision", field="decision")


def unit_fields(kind: str, number: str, street: str, cadastral_number: str, note: str) -> dict[str, Any]:
    """The card of a unit as it is stored. Raises register.unknown_kind, register.no_number, requisites.cadastral."""
    if kind not in Unit.Kind.values:
        raise RuleViolation("register.unknown_kind", field="kind")
    clean = number_normal(number)
    if not clean:
        raise RuleViolation("register.no_number", field="number")
    cadastral = cadastral_number.strip()
    if cadastral:
        try:
            cadastral = cadastral_check(cadastral)
        except RuleViolation as refusal:
            raise RuleViolation(refusal.code, field="cadastral_number", **refusal.params) from refusal  # type: ignore[arg-type]
    return {
        "kind": kind,
        "number": clean,
        "street": " ".join(street.split())[:100],
        "cadastral_number": cadastral,
        "note": " ".join(note.split())[:300],
    }


def unit_save(unit: Unit) -> None:
    """Raises register.unit_known, register.cadastral_known."""
    others = Unit.objects.filter(organisation_id=unit.organisation_id).exclude(pk=unit.pk)
    if others.filter(kind=unit.kind, street=unit.street, number=unit.number).exists():
        raise RuleViolation("register.unit_known", field="number", number=unit.number)
    if unit.cadastral_number:
        twin = others.filter(cadastral_number=unit.cadastral_number).first()
        if twin is not None:
            raise RuleViolation("register.cadastral_known", field="cadastral_number", number=twin.number)
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise RuleViolation("register.unit_known", field="number", number=unit.number) from error
