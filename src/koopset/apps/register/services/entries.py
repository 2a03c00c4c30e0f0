"""All writing of the register: units, who owns them, who is a member, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.events import MembershipChanged, UnitTransferred
from koopset.apps.register.models import Decision, Membership, Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import (
    Belonging,
    Holding,
    Term,
    day_before,
    membership_checked,
    number_normal,
    owners_checked,
    sort_key,
    transfer_plan,
)
from koopset.foundation.events import publish
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.requisites import cadastral_check
from koopset.kernel.violations import RuleViolation

#: 217-ФЗ art. 3 and 12: members of СНТ and ОНТ are natural persons.
NATURAL_MEMBERS_ONLY = frozenset({"snt", "ont"})
EARLIEST = date(1900, 1, 1)
MAX_AREA = Decimal("9999999999.99")


@dataclass(frozen=True, slots=True)
class ShareInput:
    """An owner as a form or a file gives it; `right` is "share", "joint" or "lease"."""

    person_id: int
    share: Fraction = Fraction(1)
    right: str = "share"

    def holding(self) -> Holding:
        return Holding(self.person_id, self.share, self.right)


# Units


@service(RegisterRight.REGISTER_EDIT)
def unit_create(
    *,
    actor: Actor,
    organisation_id: int,
    number: str,
    kind: str = "plot",
    street: str = "",
    cadastral_number: str = "",
    note: str = "",
    area_m2: Decimal | None = None,
    owners: Sequence[ShareInput] = (),
    since: date | None = None,
    deed: str = "",
    now: datetime,
) -> Unit:
    """A new unit with its area and owners from `since` (today if not said).

    Raises register.no_number, register.unknown_kind, register.unit_known, register.cadastral_known, requisites.cadastral,
    register.bad_area, register.future_date, people.unknown and what `rules.owners_checked` raises.
    """
    today = timezone.localdate(now)
    start = since or today
    _check_date(start, today, "since")
    unit = Unit(
        organisation_id=organisation_id,
        opened_on=start,
        created_at=now,
        **_unit_fields(kind, number, street, cadastral_number, note),
    )
    unit.sort_key = sort_key(unit.street, unit.number)
    _save_unit(unit)
    if area_m2 is not None:
        _area_write(unit, area_m2, start, "")
    if owners:
        holdings = [owner.holding() for owner in owners]
        owners_checked(holdings)
        _check_persons(organisation_id, [row.person_id for row in holdings])
        _ownerships_open(organisation_id, unit.pk, holdings, start, deed)
    return unit


def _unit_fields(kind: str, number: str, street: str, cadastral_number: str, note: str) -> dict[str, Any]:
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


def _save_unit(unit: Unit) -> None:
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


def _check_date(day: date, today: date, field: str) -> None:
    if day > today:
        raise RuleViolation("register.future_date", field=field)
    if day < EARLIEST:
        raise RuleViolation("register.bad_date", field=field)


@service(RegisterRight.REGISTER_EDIT)
def unit_update(*, actor: Actor, organisation_id: int, unit_id: int, now: datetime, **changes: Any) -> Unit:
    """Change kind, number, street, cadastral_number or note. Raises register.unknown_unit and what `unit_create` raises for these."""
    unit = _unit(organisation_id, unit_id)
    known = {name: getattr(unit, name) for name in ("kind", "number", "street", "cadastral_number", "note")}
    assert not set(changes) - set(known), changes
    fields = _unit_fields(**(known | changes))
    if fields == known:
        return unit
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.sort_key = sort_key(unit.street, unit.number)
    _save_unit(unit)
    return unit


def _unit(organisation_id: int, unit_id: int) -> Unit:
    unit = Unit.objects.select_for_update().filter(organisation_id=organisation_id, pk=unit_id).first()
    if unit is None:
        raise RuleViolation("register.unknown_unit")
    return unit


@service(RegisterRight.REGISTER_EDIT)
def unit_area_set(
    *,
    actor: Actor,
    organisation_id: int,
    unit_id: int,
    area_m2: Decimal,
    on: date,
    document: str = "",
    now: datetime,
) -> UnitArea:
    """The area from `on`, by a document (survey, extract). The same day again corrects it.

    Raises register.unknown_unit, register.bad_area, register.future_date, register.bad_date.
    """
    unit = _unit(organisation_id, unit_id)
    _check_date(on, timezone.localdate(now), "on")
    return _area_write(unit, area_m2, on, document)


def _area_write(unit: Unit, area_m2: Decimal, on: date, document: str) -> UnitArea:
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


@service(RegisterRight.REGISTER_EDIT)
def unit_close(*, actor: Actor, organisation_id: int, unit_id: int, on: date, now: datetime) -> Unit:
    """The unit leaves the register: divided, joined to another, taken out of the territory. `on` is its last day; its owners end with it.

    Raises register.unknown_unit, register.unit_closed, register.future_date, register.later_change.
    """
    unit = _unit(organisation_id, unit_id)
    _check_date(on, timezone.localdate(now), "on")
    if unit.closed_on is not None:
        raise RuleViolation("register.unit_closed", number=unit.number)
    rows = list(
        Ownership.objects.select_for_update().filter(
            organisation_id=organisation_id, unit=unit, valid_to__isnull=True
        )
    )
    if any(row.valid_from > on for row in rows) or (unit.opened_on is not None and unit.opened_on > on):
        raise RuleViolation(
            "register.later_change", field="on", date=max([row.valid_from for row in rows], default=on)
        )
    unit.closed_on = on
    unit.save()
    previous = tuple(row.person_id for row in rows)
    for row in rows:
        row.valid_to = on
        row.save()
    after = on + (on - day_before(on))
    _memberships_end_without_unit(organisation_id, previous, after)
    if previous:
        publish(
            UnitTransferred(
                organisation_id=organisation_id,
                unit_id=unit.pk,
                on=after,
                person_ids=(),
                previous_person_ids=previous,
            )
        )
    return unit


# Owners


@service(RegisterRight.REGISTER_EDIT)
def ownership_transfer(
    *,
    actor: Actor,
    organisation_id: int,
    unit_id: int,
    new: Sequence[ShareInput],
    on: date,
    deed: str = "",
    now: datetime,
) -> Unit:
    """From `on` the owners of the unit are exactly `new`; the former ones end the day before. Set on the day on which the present owners
    began, it corrects them. A former owner with no unit left is no member any more (217-ФЗ art. 13 part 9). Tells UnitTransferred.

    Raises register.unknown_unit, register.unit_closed, register.future_date, register.bad_date, register.nothing_changes,
    register.unknown_right, people.unknown, and what `rules.transfer_plan` raises.
    """
    unit = _unit(organisation_id, unit_id)
    _check_date(on, timezone.localdate(now), "on")
    if unit.closed_on is not None:
        raise RuleViolation("register.unit_closed", number=unit.number)
    if any(share.right not in Ownership.Right.values for share in new):
        raise RuleViolation("register.unknown_right", field="owners")
    _check_persons(organisation_id, [share.person_id for share in new])
    rows = list(
        Ownership.objects.select_for_update()
        .filter(organisation_id=organisation_id, unit=unit)
        .order_by("pk")
    )
    plan = transfer_plan(
        [
            Term(row.pk, Holding(row.person_id, row.share, row.right), row.valid_from, row.valid_to)
            for row in rows
        ],
        [share.holding() for share in new],
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
    _ownerships_open(organisation_id, unit.pk, plan.opened, on, deed)
    if unit.opened_on is not None and unit.opened_on > on:
        unit.opened_on = on
        unit.save()
    _memberships_end_without_unit(organisation_id, plan.left, on)
    persons = tuple(
        share.person_id for share in sorted(new, key=lambda share: (-share.share, share.person_id))
    )
    if set(persons) != set(previous):
        publish(
            UnitTransferred(
                organisation_id=organisation_id,
                unit_id=unit.pk,
                on=on,
                person_ids=persons,
                previous_person_ids=previous,
            )
        )
    return unit


def _check_persons(organisation_id: int, person_ids: Sequence[int]) -> None:
    if set(person_ids) - set(persons_by_ids(person_ids, organisation_id=organisation_id)):
        raise RuleViolation("people.unknown", field="owners")


def _ownerships_open(
    organisation_id: int, unit_id: int, holdings: Sequence[Holding], on: date, deed: str
) -> None:
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


def _memberships_end_without_unit(organisation_id: int, person_ids: Sequence[int], on: date) -> None:
    """Those of the persons who own nothing on `on` cease to be members the day before."""
    still = set(
        Ownership.objects.filter(
            organisation_id=organisation_id, person_id__in=person_ids, valid_to__isnull=True
        ).values_list("person_id", flat=True)
    )
    rows = Membership.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id__in=set(person_ids) - still, valid_to__isnull=True
    )
    for row in rows:
        row.valid_to = max(row.valid_from, day_before(on))
        row.ground = Membership.Ground.SOLD
        row.save()
        publish(
            MembershipChanged(
                organisation_id=organisation_id, person_id=row.person_id, on=on, is_member=False
            )
        )


# Members


@service(RegisterRight.REGISTER_EDIT)
def membership_open(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    on: date,
    decision_id: int | None = None,
    card_number: str = "",
    now: datetime,
) -> Membership:
    """A person is a member from `on` (217-ФЗ art. 12). Owns a unit then; in a СНТ or ОНТ is a natural person.

    Raises people.unknown, register.future_date, register.member_natural_only, register.member_without_unit, register.unknown_decision,
    register.member_already.
    """
    _check_date(on, timezone.localdate(now), "on")
    card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
    if card is None:
        raise RuleViolation("people.unknown", field="person")
    if card.kind != "natural" and organisation_card(organisation_id).form in NATURAL_MEMBERS_ONLY:
        raise RuleViolation("register.member_natural_only", field="person", name=card.full_name)
    owned = Ownership.objects.filter(organisation_id=organisation_id, person_id=person_id, valid_from__lte=on)
    if not any(row.valid_to is None or row.valid_to >= on for row in owned):
        raise RuleViolation("register.member_without_unit", field="on", name=card.full_name)
    _check_decision(organisation_id, decision_id)
    known = Membership.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id=person_id
    )
    membership_checked([Belonging(row.valid_from, row.valid_to) for row in known], on)
    try:
        with transaction.atomic():
            row = Membership.objects.create(
                organisation_id=organisation_id,
                person_id=person_id,
                valid_from=on,
                admitted_by_id=decision_id,
                card_number=card_number.strip()[:30],
            )
    except IntegrityError as error:  # two windows at once
        raise RuleViolation("register.member_already", field="on", since=on) from error
    publish(MembershipChanged(organisation_id=organisation_id, person_id=person_id, on=on, is_member=True))
    return row


def _check_decision(organisation_id: int, decision_id: int | None) -> None:
    if (
        decision_id is not None
        and not Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).exists()
    ):
        raise RuleViolation("register.unknown_decision", field="decision")


@service(RegisterRight.REGISTER_EDIT)
def membership_close(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    on: date,
    ground: str,
    decision_id: int | None = None,
    now: datetime,
) -> Membership:
    """`on` is the last day of membership. Leaving needs no decision (217-ФЗ art. 13 part 3), exclusion does (part 4).

    Raises register.not_a_member, register.future_date, register.unknown_ground, register.exclusion_needs_decision,
    register.unknown_decision, register.ends_before_start.
    """
    _check_date(on, timezone.localdate(now), "on")
    row = (
        Membership.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True)
        .first()
    )
    if row is None:
        raise RuleViolation("register.not_a_member")
    if ground not in Membership.Ground.values:
        raise RuleViolation("register.unknown_ground", field="ground")
    if ground == Membership.Ground.EXCLUDED and decision_id is None:
        raise RuleViolation("register.exclusion_needs_decision", field="decision")
    _check_decision(organisation_id, decision_id)
    if on < row.valid_from:
        raise RuleViolation("register.ends_before_start", field="on", since=row.valid_from)
    row.valid_to, row.ground, row.ended_by_id = on, ground, decision_id
    row.save()
    after = on + (on - day_before(on))
    publish(
        MembershipChanged(organisation_id=organisation_id, person_id=person_id, on=after, is_member=False)
    )
    return row


# Decisions


@service(RegisterRight.DECISION_RECORD)
def decision_record(
    *,
    actor: Actor,
    organisation_id: int,
    body: str,
    decided_on: date,
    number: str,
    item: str = "",
    title: str,
    wording: str,
    article: str = "",
    file_id: int | None = None,
    now: datetime,
) -> Decision:
    """Write a decision into the register of decisions. A decision is not changed afterwards: another decision changes it.

    Raises register.unknown_body, register.future_date, register.bad_date, register.no_number, register.no_title, register.no_wording,
    register.unknown_file, register.decision_known.
    """
    if body not in Decision.Body.values:
        raise RuleViolation("register.unknown_body", field="body")
    _check_date(decided_on, timezone.localdate(now), "decided_on")
    values = {
        "number": " ".join(number.split())[:40],
        "item": " ".join(item.split())[:20],
        "title": " ".join(title.split())[:200],
        "wording": wording.strip(),
        "article": " ".join(article.split())[:120],
    }
    for name, code in (
        ("number", "register.no_minutes_number"),
        ("title", "register.no_title"),
        ("wording", "register.no_wording"),
    ):
        if not values[name]:
            raise RuleViolation(code, field=name)
    if (
        file_id is not None
        and not StoredFile.objects.filter(organisation_id=organisation_id, pk=file_id).exists()
    ):
        raise RuleViolation("register.unknown_file", field="file")
    try:
        with transaction.atomic():
            return Decision.objects.create(
                organisation_id=organisation_id,
                body=body,
                decided_on=decided_on,
                file_id=file_id,
                created_at=now,
                **values,
            )
    except IntegrityError as error:
        raise RuleViolation("register.decision_known", field="item", number=values["number"]) from error
