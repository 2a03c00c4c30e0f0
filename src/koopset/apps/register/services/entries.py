"""All writing of the register: units, who owns them, who is a member, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.events import MembershipChanged, UnitTransferred
from koopset.apps.register.formats.law_profile import law_of
from koopset.apps.register.models import Decision, Membership, Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import (
    Belonging,
    Holding,
    membership_checked,
    owners_checked,
    sort_key,
)
from koopset.apps.register.services.rows import (
    area_write,
    check_alive,
    check_date,
    check_decision,
    check_persons,
    death_of,
    membership_end,
    memberships_end_without_unit,
    owners_change,
    ownerships_open,
    unit_fields,
    unit_locked,
    unit_save,
)
from koopset.foundation.events import publish
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


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
    check_date(start, today, "since")
    unit = Unit(
        organisation_id=organisation_id,
        opened_on=start,
        created_at=now,
        **unit_fields(kind, number, street, cadastral_number, note),
    )
    unit.sort_key = sort_key(unit.street, unit.number)
    unit_save(unit)
    if area_m2 is not None:
        area_write(unit, area_m2, start, "")
    if owners:
        holdings = [owner.holding() for owner in owners]
        owners_checked(holdings)
        check_persons(organisation_id, [row.person_id for row in holdings])
        ownerships_open(organisation_id, unit.pk, holdings, start, deed)
    return unit


@service(RegisterRight.REGISTER_EDIT)
def unit_update(*, actor: Actor, organisation_id: int, unit_id: int, now: datetime, **changes: Any) -> Unit:
    """Change kind, number, street, cadastral_number or note. Raises register.unknown_unit and what `unit_create` raises for these."""
    unit = unit_locked(organisation_id, unit_id)
    known = {name: getattr(unit, name) for name in ("kind", "number", "street", "cadastral_number", "note")}
    assert not set(changes) - set(known), changes
    fields = unit_fields(**(known | changes))
    if fields == known:
        return unit
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.sort_key = sort_key(unit.street, unit.number)
    unit_save(unit)
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
    unit = unit_locked(organisation_id, unit_id)
    check_date(on, timezone.localdate(now), "on")
    return area_write(unit, area_m2, on, document)


@service(RegisterRight.REGISTER_EDIT)
def unit_close(*, actor: Actor, organisation_id: int, unit_id: int, on: date, now: datetime) -> Unit:
    """The unit leaves the register: divided, joined to another, taken out of the territory. `on` is its last day; its owners end with it.

    Raises register.unknown_unit, register.unit_closed, register.future_date, register.later_change.
    """
    unit = unit_locked(organisation_id, unit_id)
    check_date(on, timezone.localdate(now), "on")
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
    after = on + timedelta(days=1)
    memberships_end_without_unit(organisation_id, previous, after)
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
    unit = unit_locked(organisation_id, unit_id)
    check_date(on, timezone.localdate(now), "on")
    if unit.closed_on is not None:
        raise RuleViolation("register.unit_closed", number=unit.number)
    if any(share.right not in Ownership.Right.values for share in new):
        raise RuleViolation("register.unknown_right", field="owners")
    check_persons(organisation_id, [share.person_id for share in new])
    estates = {
        (row.person_id, row.share)
        for row in Ownership.objects.filter(
            organisation_id=organisation_id, unit=unit, right=Ownership.Right.ESTATE, valid_to__isnull=True
        )
    }
    for share in new:
        if share.right == Ownership.Right.ESTATE and (share.person_id, share.share) not in estates:
            raise RuleViolation("register.estate_by_death", field="owners")
    for share in new:
        died_on = (
            None if share.right == Ownership.Right.ESTATE else death_of(organisation_id, share.person_id)
        )
        if died_on is not None and died_on <= on:
            raise RuleViolation("register.person_died", field="owners", on=died_on)
    plan, previous = owners_change(unit, [share.holding() for share in new], on, deed)
    memberships_end_without_unit(organisation_id, plan.left, on, deed)
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
    check_date(on, timezone.localdate(now), "on")
    card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
    if card is None:
        raise RuleViolation("people.unknown", field="person")
    law = law_of(organisation_card(organisation_id).form)
    if card.kind != "natural" and law.value("admission.natural_only", on, False):
        raise RuleViolation("register.member_natural_only", field="person", name=card.full_name)
    check_alive(organisation_id, [person_id])
    owned = Ownership.objects.filter(
        organisation_id=organisation_id, person_id=person_id, valid_from__lte=on
    ).exclude(right=Ownership.Right.ESTATE)
    if not any(row.valid_to is None or row.valid_to >= on for row in owned):
        raise RuleViolation("register.member_without_unit", field="on", name=card.full_name)
    check_decision(organisation_id, decision_id)
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


@service(RegisterRight.REGISTER_EDIT)
def membership_close(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    on: date,
    ground: str,
    decision_id: int | None = None,
    document: str = "",
    now: datetime,
) -> Membership:
    """`on` is the last day of membership. Leaving needs no decision (217-ФЗ art. 13 part 3). An exclusion goes by its steps
    (`services.exclusion`) where the law asks for a warning; elsewhere by a decision.

    Raises register.not_a_member, register.future_date, register.unknown_ground, register.exclusion_needs_decision,
    register.exclusion_by_steps, register.unknown_decision, register.ends_before_start.
    """
    check_date(on, timezone.localdate(now), "on")
    row = (
        Membership.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True)
        .first()
    )
    if row is None:
        raise RuleViolation("register.not_a_member")
    if ground not in Membership.Ground.values:
        raise RuleViolation("register.unknown_ground", field="ground")
    if ground == Membership.Ground.EXCLUDED:
        if decision_id is None:
            raise RuleViolation("register.exclusion_needs_decision", field="decision")
        if law_of(organisation_card(organisation_id).form).rule("exclusion.warning_months", on):
            raise RuleViolation("register.exclusion_by_steps", field="ground")
    check_decision(organisation_id, decision_id)
    if on < row.valid_from:
        raise RuleViolation("register.ends_before_start", field="on", since=row.valid_from)
    membership_end(row, on, ground, document, decision_id)
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
    check_date(decided_on, timezone.localdate(now), "decided_on")
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
