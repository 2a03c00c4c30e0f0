"""Units, owners, members and decisions for tests of this room and of the rooms above."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

from koopset.apps.people.factories import make_person
from koopset.apps.people.models import Person
from koopset.apps.register.models import Decision, Membership, Ownership, Unit, UnitArea
from koopset.apps.register.rules import sort_key

_numbers = count(1)
SINCE = date(2020, 5, 1)


def make_unit(
    organisation_id: int,
    number: str | None = None,
    *,
    area_m2: Decimal | int | None = 600,
    owners: list[Person] | list[tuple[Person, Fraction]] | None = None,
    member: bool = False,
    since: date = SINCE,
    **fields: Any,
) -> Unit:
    """A plot with one owner (made if not given; `owners=[]` for none), a member if told so. Several owners get equal shares."""
    own_number = number or str(next(_numbers))
    values: dict[str, Any] = {"kind": "plot", "street": "", "opened_on": since} | fields
    unit = Unit.objects.create(
        organisation_id=organisation_id,
        number=own_number,
        sort_key=sort_key(values["street"], own_number),
        **values,
    )
    if area_m2 is not None:
        UnitArea.objects.create(
            organisation_id=organisation_id, unit=unit, area_m2=Decimal(area_m2), valid_from=since
        )
    persons: list[Any] = [make_person(organisation_id)] if owners is None else list(owners)
    for entry in persons:
        person, share = entry if isinstance(entry, tuple) else (entry, Fraction(1, len(persons)))
        make_ownership(organisation_id, unit, person, share, since=since)
        if member:
            make_membership(organisation_id, person, since=since)
    return unit


def make_ownership(
    organisation_id: int,
    unit: Unit,
    person: Person,
    share: Fraction = Fraction(1),
    *,
    since: date = SINCE,
    **fields: Any,
) -> Ownership:
    """An owner's row; open unless `valid_to` is given."""
    return Ownership.objects.create(
        organisation_id=organisation_id,
        unit=unit,
        person=person,
        share_numerator=share.numerator,
        share_denominator=share.denominator,
        valid_from=since,
        **fields,
    )


def make_membership(
    organisation_id: int, person: Person, *, since: date = SINCE, **fields: Any
) -> Membership:
    """A membership; the same person twice gives the same row."""
    known = Membership.objects.filter(
        organisation_id=organisation_id, person=person, valid_to__isnull=True
    ).first()
    return known or Membership.objects.create(
        organisation_id=organisation_id, person=person, valid_from=since, **fields
    )


def make_decision(organisation_id: int, **fields: Any) -> Decision:
    """A decision of the general meeting."""
    values = {
        "body": "meeting",
        "decided_on": date(2026, 5, 16),
        "number": f"{next(_numbers)}",
        "item": "1",
        "title": "О размере членских взносов",
        "wording": "Установить членский взнос в размере 1 500 рублей с сотки в год.",
        "article": "217-ФЗ, ст. 17, ч. 1, п. 21",
    }
    return Decision.objects.create(organisation_id=organisation_id, **(values | fields))
