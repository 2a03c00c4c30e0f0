"""An organisation of the town being set up as a real one is: by its operator, chair and treasurer, each under an own login."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from koopset.apps.organisations import services as organisations
from koopset.apps.people import services as people
from koopset.apps.places import services as places
from koopset.apps.places.selectors import territory_named
from koopset.apps.register import services as register
from koopset.apps.register.services import ShareInput
from koopset.foundation.rights.actors import NOBODY, Actor, actor_for_login
from koopset.portal.demo import requisites
from koopset.portal.demo.calendar import Calendar, saturday_before
from koopset.portal.demo.people import DEMO_PASSWORD


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """An invented body."""

    form: str
    name_short: str
    name_full: str
    inn_stem: str
    ogrn_stem: str
    settlement: str
    address: str
    email: str
    phone: str
    account_tail: str
    latitude: str = ""
    longitude: str = ""
    district: str = "Приозерский район"


@dataclass(slots=True)
class Office:
    """The organisation with the logins that run it; `actors` by role. `founded`: the day on which it came to the platform."""

    calendar: Calendar
    organisation_id: int
    founded: date
    bank_account_id: int = 0
    account_number: str = ""
    inn: str = ""
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def treasurer(self) -> Actor:
        return self.actors["treasurer"]

    @property
    def chair(self) -> Actor:
        return self.actors["chair"]

    @property
    def start(self) -> datetime:
        return self.calendar.now_on(self.founded)


def login_join(person_id: int, organisation_id: int, actor: Actor, now: datetime) -> int:
    """Invite the owner of a card and take the invitation; the login's key. A login that has proved its e-mail takes the card at once."""
    login = people.login_invite(actor=actor, organisation_id=organisation_id, person_id=person_id, now=now)
    if not login.has_usable_password():
        people.invitation_accept(
            actor=NOBODY,
            login_id=login.pk,
            token=people.invitation_tokens.make_token(login),
            password=DEMO_PASSWORD,
            now=now,
        )
    return login.pk


def operator_create(email: str) -> Actor:
    """The operator is made from the command line, as in life."""
    return actor_for_login(people.operator_login_create(email, DEMO_PASSWORD), on=date.max)


def office_open(
    operator: Actor, calendar: Calendar, facts: BodyFacts, *, founded: date | None = None
) -> Office:
    """The body and its place; nobody runs it yet. `founded`: the first day of the town where not said."""
    founded = founded or calendar.founded
    now = calendar.now_on(founded, 9)
    district = territory_named(facts.district)
    body = organisations.organisation_create(
        actor=operator,
        form=facts.form,
        name_short=facts.name_short,
        name_full=facts.name_full,
        inn=requisites.inn(facts.inn_stem),
        kpp="470001001",
        ogrn=requisites.ogrn(facts.ogrn_stem),
        oktmo=district.oktmo,
        address=facts.address,
        email=facts.email,
        phone=facts.phone,
        now=now,
    )
    place = territory_named(facts.settlement, parent_id=district.pk)
    places.location_set(
        actor=operator,
        organisation_id=body.id,
        territory_id=place.pk,
        address=facts.address,
        latitude=Decimal(facts.latitude) if facts.latitude else None,
        longitude=Decimal(facts.longitude) if facts.longitude else None,
        now=now,
    )
    return Office(calendar, body.id, founded, inn=body.inn)


def chair_appoint(office: Office, operator: Actor, person_id: int, *, basis: str) -> None:
    """The operator appoints the chair and vouches for the body (K11)."""
    now, organisation_id = office.start, office.organisation_id
    organisations.role_assign(
        actor=operator,
        organisation_id=organisation_id,
        person_id=person_id,
        role="chair",
        valid_from=office.founded,
        basis=basis,
        now=now,
    )
    organisations.organisation_verify(
        actor=operator,
        organisation_id=organisation_id,
        minutes_number="1",
        minutes_on=office.founded,
        extract_number="ЮЭ9965-26-104417",
        extract_on=office.founded,
        how="register",
        now=now,
    )
    login_id = login_join(person_id, organisation_id, operator, now)
    office.actors["chair"] = actor_for_login(login_id, on=office.calendar.today)


def role_give(office: Office, role: str, person_id: int, *, basis: str) -> None:
    """The chair gives an office and invites its holder."""
    now = office.start
    organisations.role_assign(
        actor=office.chair,
        organisation_id=office.organisation_id,
        person_id=person_id,
        role=role,
        valid_from=office.founded,
        basis=basis,
        now=now,
    )
    login_id = login_join(person_id, office.organisation_id, office.chair, now)
    office.actors[role] = actor_for_login(login_id, on=office.calendar.today)


def bank_account_open(office: Office, tail: str) -> None:
    """The treasurer enters the account, the chair compares it with the bank's paper and confirms."""
    office.account_number = requisites.account("40703810", tail)
    account = organisations.bank_account_add(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        number=office.account_number,
        bic=requisites.BIC,
        bank_name=requisites.BANK_NAME,
        correspondent=requisites.correspondent(),
        title="Расчётный счёт для взносов",
        opened_on=office.founded,
        now=office.start,
    )
    organisations.bank_account_confirm(
        actor=office.chair,
        organisation_id=office.organisation_id,
        bank_account_id=account.pk,
        now=office.start,
    )
    office.bank_account_id = account.pk


def decision(
    office: Office,
    before: date,
    number: str,
    item: str,
    title: str,
    wording: str,
    article: str,
    *,
    body: str = "meeting",
) -> int:
    """A decision of the Saturday before a day, written down by the chair two days later."""
    held = saturday_before(before)
    row = register.decision_record(
        actor=office.chair,
        organisation_id=office.organisation_id,
        body=body,
        decided_on=held,
        number=number,
        item=item,
        title=title,
        wording=wording,
        article=article,
        now=office.calendar.now_on(held, 18),
    )
    return row.pk


def shares(person_ids: list[int], parts: list[Fraction]) -> list[ShareInput]:
    """Owners with their parts."""
    return [ShareInput(person_id, part) for person_id, part in zip(person_ids, parts, strict=True)]
