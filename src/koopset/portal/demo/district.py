"""The district of the town: its coordinator, three applications on their way, and a change of bank details whose clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from koopset.apps.joining import services as joining
from koopset.apps.organisations import services as organisations
from koopset.apps.organisations.selectors import legal_form
from koopset.apps.people import services as people
from koopset.apps.places.selectors import territory_named
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.portal.demo import requisites
from koopset.portal.demo.calendar import Calendar
from koopset.portal.demo.office import Office
from koopset.portal.demo.people import DEMO_PASSWORD, DEMO_ROLES

DISTRICT = "Приозерский район"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who applies in the name of an invented body; `days` ago it was sent. Without stems of numbers it is no legal person."""

    email: str
    form: str
    name_short: str
    name_full: str
    inn_stem: str
    ogrn_stem: str
    settlement: str
    last_name: str
    first_name: str
    middle_name: str
    days: int
    district: str = DISTRICT


#: Names of the papers that are brought.
PAPERS = {
    "extract": "Выписка из ЕГРЮЛ.txt",
    "minutes": "Протокол.txt",
    "charter": "Устав с отметкой о регистрации.txt",
}


def _email(key: str) -> str:
    return next(role.email for role in DEMO_ROLES if role.key == key)


APPLICANTS = (
    Applicant(
        _email("applicant"),
        "snt",
        "СНТ «Ручеёк»",
        "Садоводческое некоммерческое товарищество «Ручеёк»",
        "470077701",
        "102470077701",
        "Кузнечное",
        "Ключев",
        "Андрей",
        "Ильич",
        12,
    ),
    Applicant(
        "predsedatel@ozyornoe.example",
        "dnp",
        "ДНП «Озёрное»",
        "Дачное некоммерческое партнёрство «Озёрное»",
        "470077702",
        "102470077702",
        "Приозерск",
        "Причалова",
        "Нина",
        "Олеговна",
        6,
    ),
    Applicant(
        "predsedatel@naberezhnaya.example",
        "tos",
        "ТОС «Набережная»",
        "Территориальное общественное самоуправление «Набережная»",
        "",
        "",
        "Приозерск",
        "Мостова",
        "Лидия",
        "Юрьевна",
        3,
    ),
)


def district_build(operator: Actor, calendar: Calendar, garden: Office, house: Office) -> None:
    """Everything as of the last days before the town's own."""
    coordinator = coordinator_make(
        operator, calendar, _email("coordinator"), name="Ольга Районная", district=DISTRICT
    )
    first, _second, _third = (application_bring(one, calendar) for one in APPLICANTS)
    joining.application_mend(
        actor=coordinator,
        application_id=first,
        word="На второй странице протокола не видна подпись секретаря. Приложите снимок ещё раз, при дневном свете.",
        now=calendar.now_on(calendar.today - timedelta(days=9), 12),
    )
    _group(coordinator, calendar, garden, house)
    _change(calendar, house)


def coordinator_make(operator: Actor, calendar: Calendar, email: str, *, name: str, district: str) -> Actor:
    """The operator appoints whoever helps the settlements of a district."""
    login_id = people.proven_login_create(email, DEMO_PASSWORD)
    joining.coordinator_appoint(
        actor=operator,
        email=email,
        name=name,
        territory_id=territory_named(district).pk,
        valid_from=calendar.founded,
        basis="Соглашение о помощи посёлкам района № 1",
        now=calendar.now_on(calendar.founded),
    )
    return actor_for_login(login_id, on=calendar.today)


def application_bring(who: Applicant, calendar: Calendar) -> int:
    """Somebody writes an application, brings its papers and sends it; its key."""
    login_id = people.proven_login_create(who.email, DEMO_PASSWORD)
    actor = actor_for_login(login_id, on=calendar.today)
    district = territory_named(who.district)
    begun = calendar.now_on(calendar.today - timedelta(days=who.days + 3), 10)
    sent = calendar.now_on(calendar.today - timedelta(days=who.days), 10)
    row = joining.application_save(
        actor=actor,
        form=who.form,
        name_short=who.name_short,
        name_full=who.name_full,
        inn=requisites.inn(who.inn_stem) if who.inn_stem else "",
        ogrn=requisites.ogrn(who.ogrn_stem) if who.ogrn_stem else "",
        territory_id=territory_named(who.settlement, parent_id=district.pk).pk,
        last_name=who.last_name,
        first_name=who.first_name,
        middle_name=who.middle_name,
        phone="+7 000 555-01-02",
        contact_shown=True,
        elected_on=date(calendar.today.year - 1, 6, 14),
        minutes_number="2",
        now=begun,
    )
    for kind in legal_form(who.form).papers_of(legal_person=bool(who.inn_stem)):
        joining.document_add(
            actor=actor,
            application_id=row.pk,
            kind=kind,
            name=PAPERS[kind],
            content=f"Вымышленный документ для примера. {who.name_full}.\n".encode(),
            now=begun,
        )
    joining.application_submit(actor=actor, application_id=row.pk, now=sent)
    return row.pk


def _group(coordinator: Actor, calendar: Calendar, garden: Office, house: Office) -> None:
    now = calendar.now_on(calendar.first.first, 12)
    group = joining.group_create(
        actor=coordinator,
        district_id=territory_named(DISTRICT).pk,
        name="Первые два",
        aim="вместе начинают собирать взносы по коду",
        now=now,
    )
    for office in (garden, house):
        joining.group_member_add(
            actor=coordinator, group_id=group.pk, body_id=office.organisation_id, now=now
        )


def _change(calendar: Calendar, house: Office) -> None:
    """The treasurer entered the account of another bank yesterday afternoon, the chair compared it in the evening."""
    account = organisations.bank_account_add(
        actor=house.treasurer,
        organisation_id=house.organisation_id,
        number=requisites.account("40703810", "00000470900"),
        bic=requisites.BIC,
        bank_name=requisites.BANK_NAME,
        correspondent=requisites.correspondent(),
        title="Новый расчётный счёт",
        for_fees=True,
        now=calendar.now_on(calendar.today - timedelta(days=1), 16),
    )
    organisations.bank_account_confirm(
        actor=house.chair,
        organisation_id=house.organisation_id,
        bank_account_id=account.pk,
        now=calendar.now,
    )
