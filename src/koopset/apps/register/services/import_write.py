"""Writing a part of a register's file: new plots in bulk with their history, changed ones by the services a person would use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.services import persons_contacts_fill, persons_create_many
from koopset.apps.register.events import MembershipChanged, RegisterLoaded
from koopset.apps.register.formats.law_profile import law_of
from koopset.apps.register.formats.register_table import PlotGroup
from koopset.apps.register.models import Membership, Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import ExtraValue, extra_columns
from koopset.apps.register.rules import sort_key
from koopset.apps.register.services.entries import (
    ShareInput,
    ownership_transfer,
    unit_area_set,
    unit_update,
)
from koopset.apps.register.services.import_plan import Action, KnownPerson, Plan, Snapshot
from koopset.foundation.events import publish, publish_all
from koopset.foundation.history.bulk import create_many
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(RegisterRight.REGISTER_IMPORT)
def load_groups(
    *, actor: Actor, organisation_id: int, as_of: date, groups: Sequence[PlotGroup], now: datetime
) -> dict[str, int]:
    """Load the groups, all or none: the number of plots by action, and of new people. The same groups again change nothing.

    Raises the refusal of the first group that cannot be loaded, with its line.
    """
    snapshot = Snapshot(organisation_id, as_of)
    snapshot.read(groups)
    plans = []
    for group in groups:
        plan = snapshot.plan(group)
        if plan.action is Action.FAILED:
            problem = group.errors[0]
            raise RuleViolation(problem.code, line=problem.line, **dict(problem.params))  # type: ignore[arg-type]
        plans.append(plan)
    made = _people(actor, organisation_id, plans, now)
    new = [(group, plan) for group, plan in zip(groups, plans, strict=True) if plan.action is Action.NEW]
    _new_units(organisation_id, new, as_of, now)
    for group, plan in zip(groups, plans, strict=True):
        if plan.action is Action.CHANGED:
            _changed_unit(actor, organisation_id, group, plan, as_of, now)
    _members(organisation_id, groups, plans, snapshot.members, as_of)
    unit_ids = tuple(plan.unit_id for _group, plan in new if plan.unit_id is not None)
    if unit_ids:
        publish(RegisterLoaded(organisation_id=organisation_id, unit_ids=unit_ids, as_of=as_of))
    _extras(actor, organisation_id, groups, plans, as_of, now)
    counts = Counter(plan.action.value for plan in plans)
    counts["people"] = made
    return dict(counts)


def _people(actor: Actor, organisation_id: int, plans: Sequence[Plan], now: datetime) -> int:
    known = {id(person): person for plan in plans for person in plan.persons}
    new = [person for person in known.values() if person.id is None]
    cards = [_with_fill(person) for person in new]
    if cards:
        for person, key in zip(
            new,
            persons_create_many(actor=actor, organisation_id=organisation_id, cards=cards, now=now),
            strict=True,
        ):
            person.id = key
            person.fill = {}
    fills = [(person.id, person.fill) for person in known.values() if person.id is not None and person.fill]
    if fills:
        persons_contacts_fill(organisation_id=organisation_id, contacts=fills, now=now)
    return len(cards)


def _with_fill(person: KnownPerson):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(person.card, **person.fill)  # type: ignore[arg-type]


def _new_units(
    organisation_id: int, new: Sequence[tuple[PlotGroup, Plan]], as_of: date, now: datetime
) -> None:
    units, areas, owners = [], [], []
    for group, _plan in new:
        since = min([owner.since for owner in group.owners if owner.since is not None], default=as_of)
        units.append(
            Unit(
                organisation_id=organisation_id,
                kind=group.kind,
                number=group.number,
                sort_key=sort_key(group.street, group.number),
                street=group.street,
                cadastral_number=group.cadastral_number,
                note=group.note,
                opened_on=min(since, as_of),
                created_at=now,
            )
        )
    made = create_many(units)
    for (group, plan), unit in zip(new, made, strict=True):
        plan.unit_id = unit.pk
        assert unit.opened_on is not None
        if group.area_m2 is not None:
            areas.append(
                UnitArea(
                    organisation_id=organisation_id,
                    unit_id=unit.pk,
                    area_m2=group.area_m2,
                    valid_from=unit.opened_on,
                )
            )
        for person, owner in zip(plan.persons, group.owners, strict=True):
            assert owner.share is not None
            assert person.id is not None
            owners.append(
                Ownership(
                    organisation_id=organisation_id,
                    unit_id=unit.pk,
                    person_id=person.id,
                    right=owner.right,
                    share_numerator=owner.share.numerator,
                    share_denominator=owner.share.denominator,
                    valid_from=owner.since or as_of,
                    deed=owner.deed,
                )
            )
    create_many(areas)
    create_many(owners)


def _changed_unit(
    actor: Actor, organisation_id: int, group: PlotGroup, plan: Plan, as_of: date, now: datetime
) -> None:
    assert plan.unit_id is not None
    try:
        if plan.cadastral_fills:
            unit_update(
                actor=actor,
                organisation_id=organisation_id,
                unit_id=plan.unit_id,
                cadastral_number=group.cadastral_number,
                now=now,
            )
        if plan.area_changes:
            assert group.area_m2 is not None
            unit_area_set(
                actor=actor,
                organisation_id=organisation_id,
                unit_id=plan.unit_id,
                area_m2=group.area_m2,
                on=as_of,
                now=now,
            )
        if plan.owners_change:
            new = [
                ShareInput(person.id, owner.share, owner.right)
                for person, owner in zip(plan.persons, group.owners, strict=True)
                if person.id is not None and owner.share is not None
            ]
            deed = next((owner.deed for owner in group.owners if owner.deed), "")
            ownership_transfer(
                actor=actor,
                organisation_id=organisation_id,
                unit_id=plan.unit_id,
                new=new,
                on=plan.on,
                deed=deed,
                now=now,
            )
    except RuleViolation as refusal:
        raise RuleViolation(refusal.code, line=group.lines[0], **refusal.params) from refusal  # type: ignore[arg-type]


def _members(
    organisation_id: int, groups: Sequence[PlotGroup], plans: Sequence[Plan], known: set[int], as_of: date
) -> None:
    """Open memberships of those whom the file calls members; a «нет» ends none: an end has its ground and its decision."""
    law = law_of(organisation_card(organisation_id).form)
    natural_only = law.value("admission.natural_only", as_of, False)
    wanted: dict[int, Membership] = {}
    for group, plan in zip(groups, plans, strict=True):
        for person, owner in zip(plan.persons, group.owners, strict=True):
            assert person.id is not None
            if not owner.member or person.id in known or (natural_only and owner.card.kind == "legal"):
                continue
            since = owner.member_since or owner.since or as_of
            row = wanted.setdefault(
                person.id, Membership(organisation_id=organisation_id, person_id=person.id, valid_from=since)
            )
            row.valid_from = min(row.valid_from, since)
            row.card_number = row.card_number or owner.card_number
    past = Membership.objects.filter(
        organisation_id=organisation_id, person_id__in=list(wanted), valid_to__isnull=False
    )
    for row in past:
        assert row.valid_to is not None
        if wanted[row.person_id].valid_from <= row.valid_to:
            line = next(
                owner.line
                for group, plan in zip(groups, plans, strict=True)
                for person, owner in zip(plan.persons, group.owners, strict=True)
                if person.id == row.person_id
            )
            raise RuleViolation("register.row_member_before", line=line, until=row.valid_to)
    publish_all(
        [
            MembershipChanged(
                organisation_id=organisation_id, person_id=row.person_id, on=row.valid_from, is_member=True
            )
            for row in create_many(list(wanted.values()))
        ]
    )


def _extras(
    actor: Actor,
    organisation_id: int,
    groups: Sequence[PlotGroup],
    plans: Sequence[Plan],
    as_of: date,
    now: datetime,
) -> None:
    for key, column in extra_columns().items():
        if column.required_right is not None and not actor.can(column.required_right, organisation_id):
            continue
        values = []
        for group, plan in zip(groups, plans, strict=True):
            if key in group.extras and plan.unit_id is not None:
                line, text = group.extras[key]
                payer = plan.persons[0].id if plan.persons else None
                values.append(ExtraValue(line, plan.unit_id, payer, column.parse(text)))
        if values:
            column.load(actor=actor, organisation_id=organisation_id, values=values, as_of=as_of, now=now)
