"""Districts for those who help in them: where each settlement is stuck, and numbers. No register, no books, nobody's name.

The one person shown is the chair, as far as the chair wants it (`ChairContact.is_shown`).
"""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from koopset.apps.billing.selectors import first_charges
from koopset.apps.joining.models import Application, ChairContact, HelpWord, PilotGroup, PilotMember
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.rules import OPEN, JoiningFacts, Step, StepFact, present_step, steps_of
from koopset.apps.joining.selectors.coordinators import districts_of
from koopset.apps.organisations.selectors import TrustFacts, form_name, is_legal_person, trust_facts
from koopset.apps.people.selectors import login_emails, login_totals
from koopset.apps.places.selectors import BodyPlace, bodies_in, district_of, districts
from koopset.apps.register.selectors import RegisterBegun, registers_begun
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.tenants.guard import across_tenants

STEP_NAMES: dict[Step, str | Promise] = {
    Step.APPLICATION: pgettext_lazy("step of joining", "Application"),
    Step.DOCUMENTS: pgettext_lazy("step of joining", "Papers"),
    Step.VERIFICATION: pgettext_lazy("step of joining", "Check of the chair"),
    Step.BANK: pgettext_lazy("step of joining", "Bank account"),
    Step.REGISTER: pgettext_lazy("step of joining", "Register of plots"),
    Step.CHARGE: pgettext_lazy("step of joining", "First charge"),
}
#: Letters of help on a page.
WORDS_SHOWN = 20


def step_names() -> dict[str, str]:
    """Names of the steps, in their order."""
    return {step.value: str(name) for step, name in STEP_NAMES.items()}


@dataclass(frozen=True, slots=True)
class BodyProgress:
    """A settlement in a list of a district. `body_id` is the key of the body, also before it is verified; `step` "" when all is done."""

    body_id: int
    application_id: int | None
    name: str
    form_name: str
    settlement: str
    district_id: int
    step: str
    since: datetime | None
    days: int
    state: str
    is_verified: bool
    is_working: bool
    units: int
    logins: int
    steps: tuple[StepFact, ...]


@dataclass(frozen=True, slots=True)
class DistrictNumbers:
    """Counted anew at each look: settlements that applied, are verified, work (have charged a month); plots; people with logins."""

    id: int
    name: str
    applied: int
    verified: int
    working: int
    units: int
    logins: int


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How to reach the chair; empty where the chair has not shown it."""

    phone: str
    email: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A pilot group with its members."""

    id: int
    name: str
    aim: str
    district_id: int
    district: str
    members: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A word of help."""

    text: str
    at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A settlement on the coordinator's page."""

    body: BodyProgress
    district: str
    contact: ContactRow
    words: tuple[HelpRow, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepsPage:
    """The steps as the office of the body sees them."""

    steps: tuple[StepFact, ...]
    contact: ContactRow
    words: tuple[HelpRow, ...]


def bodies_of(actor: Actor, *, district_id: int | None = None, now: datetime) -> list[BodyProgress]:
    """Settlements of the actor's districts (or of one of them), those that wait longest first. Raises Forbidden."""
    actor.require(JoiningRight.DISTRICT_VIEW, None)
    mine = districts_of(actor)
    if district_id is not None:
        if district_id not in mine:
            raise Forbidden(JoiningRight.DISTRICT_VIEW)
        mine = [district_id]
    rows = _progress(mine, now)
    return sorted(rows, key=lambda row: (not row.step, -row.days, row.name))


def _progress(district_ids: list[int], now: datetime) -> list[BodyProgress]:
    places = bodies_in(district_ids)
    ids = [place.organisation_id for place in places]
    trust = trust_facts(ids, now=now)
    begun, charged, logins = registers_begun(ids), first_charges(ids), login_totals(ids)
    sent = _applications_of(ids)
    found = [
        _body_row(place, trust[place.organisation_id], sent, begun, charged, logins, now)
        for place in places
        if place.organisation_id in trust
    ]
    return found + _applied(district_ids, now)


def _applications_of(ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    with across_tenants("when a body of the district applied"):
        rows = Application.objects.filter(
            organisation_id__in=list(ids), state=Application.State.VERIFIED, submitted_at__isnull=False
        ).values_list("organisation_id", "pk", "created_at")
        return {organisation_id: (pk, at) for organisation_id, pk, at in rows}


def _body_row(
    place: BodyPlace,
    trust: TrustFacts,
    sent: dict[int, tuple[int, datetime]],
    begun: dict[int, RegisterBegun],
    charged: dict[int, datetime],
    logins: dict[int, int],
    now: datetime,
) -> BodyProgress:
    pk = trust.id
    began_at = sent[pk][1] if pk in sent else trust.created_at
    register = begun.get(pk)
    steps = steps_of(
        JoiningFacts(
            began_at=began_at,
            applied_at=began_at,
            documents_at=began_at,
            verified_at=trust.verified_at if trust.is_verified else None,
            bank_at=trust.bank_at,
            register_at=register.first_at if register else None,
            charged_at=charged.get(pk),
            collects=trust.collects,
        )
    )
    return _row(
        body_id=pk,
        application_id=None,
        name=trust.name,
        form=trust.form,
        settlement=place.settlement,
        district_id=place.district_id,
        state="",
        steps=steps,
        is_verified=trust.is_verified,
        is_working=pk in charged if trust.collects else register is not None and trust.is_verified,
        units=register.units if register else 0,
        logins=logins.get(pk, 0),
        now=now,
    )


def _row(*, form: str, steps: list[StepFact], now: datetime, **values: object) -> BodyProgress:
    present = present_step(steps)
    since = present.since if present else None
    days = (timezone.localdate(now) - timezone.localdate(since)).days if since else 0
    return BodyProgress(
        form_name=form_name(form),
        step=present.step.value if present else "",
        since=since,
        days=max(0, days),
        steps=tuple(steps),
        **values,  # type: ignore[arg-type]
    )


def _applied(district_ids: list[int], now: datetime) -> list[BodyProgress]:
    """Applications that were sent and are still open: no body stands behind them yet."""
    if not district_ids:
        return []
    with across_tenants("applications of the districts in which the actor helps"):
        rows = list(
            Application.objects.filter(state__in=OPEN, submitted_at__isnull=False, territory__isnull=False)
            .select_related("territory")
            .order_by("pk")
        )
    found = []
    for row in rows:
        node = row.territory
        if node is None:
            continue
        district = node.pk if node.pk in district_ids else node.parent_id
        if district not in district_ids:
            continue
        steps = steps_of(
            JoiningFacts(
                began_at=row.created_at,
                applied_at=row.created_at,
                documents_at=row.submitted_at,
                verified_at=None,
                bank_at=None,
                register_at=None,
                charged_at=None,
                moved_at=row.moved_at,
                collects=is_legal_person(row.form, row.inn),
            )
        )
        found.append(
            _row(
                body_id=row.organisation_id,
                application_id=row.pk,
                name=row.name_short,
                form=row.form,
                settlement=node.name,
                district_id=district,
                state=row.state,
                steps=steps,
                is_verified=False,
                is_working=False,
                units=0,
                logins=0,
                now=now,
            )
        )
    return found


def district_numbers(
    actor: Actor, *, now: datetime, bodies: Sequence[BodyProgress] | None = None
) -> list[DistrictNumbers]:
    """Of each district in which the actor helps, by name; the operator's: all. `bodies`: as `bodies_of` gave them. Raises Forbidden."""
    actor.require(JoiningRight.DISTRICT_VIEW, None)
    mine = districts_of(actor)
    by_district: dict[int, list[BodyProgress]] = defaultdict(list)
    for row in _progress(mine, now) if bodies is None else bodies:
        by_district[row.district_id].append(row)
    wanted = set(mine)
    return [
        DistrictNumbers(
            id=district.pk,
            name=district.name,
            applied=len(by_district[district.pk]),
            verified=sum(row.is_verified for row in by_district[district.pk]),
            working=sum(row.is_working for row in by_district[district.pk]),
            units=sum(row.units for row in by_district[district.pk]),
            logins=sum(row.logins for row in by_district[district.pk]),
        )
        for district in districts()
        if district.pk in wanted
    ]


def body_page(actor: Actor, body_id: int, *, now: datetime) -> BodyPage:
    """A settlement of the actor's districts. Raises Forbidden, also where there is none."""
    body = next((row for row in bodies_of(actor, now=now) if row.body_id == body_id), None)
    if body is None:
        raise Forbidden(JoiningRight.DISTRICT_VIEW)
    district = district_of(body.district_id)
    contact = _contact(body_id) if body.application_id is None else _contact_of_applicant(body.application_id)
    groups = PilotMember.objects.filter(organisation_id=body_id).order_by("group__name")
    return BodyPage(
        body=body,
        district=district.name if district else "",
        contact=contact if contact.is_shown else ContactRow("", "", False),
        words=_words(body_id, actor),
        groups=tuple(groups.values_list("group__name", flat=True)),
    )


def _contact(organisation_id: int) -> ContactRow:
    row = ChairContact.objects.filter(organisation_id=organisation_id).first()
    return ContactRow(row.phone, row.email, row.is_shown) if row else ContactRow("", "", False)


def _contact_of_applicant(application_id: int) -> ContactRow:
    with across_tenants("an application of the districts in which the actor helps"):
        row = Application.objects.get(pk=application_id)
    if not row.contact_shown:
        return ContactRow("", "", False)
    return ContactRow(row.phone, login_emails([row.login_id]).get(row.login_id, ""), True)


def _words(organisation_id: int, actor: Actor) -> tuple[HelpRow, ...]:
    rows = HelpWord.objects.filter(organisation_id=organisation_id).order_by("-at", "-pk")[:WORDS_SHOWN]
    return tuple(HelpRow(row.text, row.at, row.by_login == actor.login_id) for row in rows)


def chair_contact(actor: Actor, organisation_id: int) -> ContactRow:
    """What the chair lets the coordinator see. Raises Forbidden."""
    actor.require(JoiningRight.CONTACT_EDIT, organisation_id)
    return _contact(organisation_id)


def steps_page(actor: Actor, organisation_id: int, *, now: datetime) -> StepsPage:
    """The steps of the own body. Raises Forbidden."""
    actor.require(JoiningRight.STEPS_VIEW, organisation_id)
    ids = [organisation_id]
    trust = trust_facts(ids, now=now).get(organisation_id)
    if trust is None:
        raise Forbidden(JoiningRight.STEPS_VIEW)
    row = _body_row(
        BodyPlace(organisation_id, "", 0),
        trust,
        _applications_of(ids),
        registers_begun(ids),
        first_charges(ids),
        {},
        now,
    )
    contact = _contact(organisation_id)
    if not actor.can(JoiningRight.CONTACT_EDIT, organisation_id):
        contact = ContactRow("", "", contact.is_shown)
    return StepsPage(row.steps, contact, _words(organisation_id, actor))


def has_helped(actor: Actor) -> bool:
    """Whether the actor has written a word of help to anybody."""
    with across_tenants("whether one has written at all"):
        return HelpWord.objects.filter(by_login=actor.login_id).exists()


# Pilot groups


def groups_of(actor: Actor) -> list[GroupRow]:
    """Groups of the actor's districts, by name. Raises Forbidden."""
    actor.require(JoiningRight.DISTRICT_VIEW, None)
    rows = PilotGroup.objects.filter(territory_id__in=districts_of(actor)).select_related("territory")
    return _group_rows(list(rows.order_by("name", "pk")))


def group_row(actor: Actor, group_id: int) -> GroupRow:
    """One of them. Raises Forbidden, also where there is none."""
    found = next((row for row in groups_of(actor) if row.id == group_id), None)
    if found is None:
        raise Forbidden(JoiningRight.DISTRICT_VIEW)
    return found


def _group_rows(rows: list[PilotGroup]) -> list[GroupRow]:
    members: dict[int, list[int]] = defaultdict(list)
    with across_tenants("bodies of the pilot groups of the actor's districts"):
        for group_id, organisation_id in PilotMember.objects.filter(group__in=rows).values_list(
            "group_id", "organisation_id"
        ):
            members[group_id].append(organisation_id)
    names = {
        pk: facts.name
        for pk, facts in trust_facts(
            functools.reduce(operator.iadd, members.values(), []), now=timezone.now()
        ).items()
    }
    return [
        GroupRow(
            row.pk,
            row.name,
            row.aim,
            row.territory_id,
            row.territory.name,
            tuple(sorted(((pk, names.get(pk, "")) for pk in members[row.pk]), key=lambda member: member[1])),
        )
        for row in rows
    ]


def group_choices(actor: Actor, group: GroupRow, *, now: datetime) -> list[tuple[int, str]]:
    """Bodies of the group's district that are not in it yet; applications are no bodies."""
    inside = {pk for pk, _name in group.members}
    return [
        (row.body_id, f"{row.name}, {row.settlement}")
        for row in bodies_of(actor, district_id=group.district_id, now=now)
        if row.application_id is None and row.body_id not in inside
    ]
