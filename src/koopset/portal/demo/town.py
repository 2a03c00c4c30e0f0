"""Filling an empty database with the town, in one transaction: a fill that was killed leaves the database empty."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from koopset.apps.places import services as places
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation
from koopset.portal.demo import NotEmpty, Report, Size
from koopset.portal.demo.buyers import buyers_build, neighbours_answer
from koopset.portal.demo.calendar import Calendar
from koopset.portal.demo.district import district_build
from koopset.portal.demo.files import write_demo_files
from koopset.portal.demo.house import house_build
from koopset.portal.demo.house_years import house_years
from koopset.portal.demo.mark import demo_mark, put_mark
from koopset.portal.demo.meetings import meetings_hold
from koopset.portal.demo.office import operator_create
from koopset.portal.demo.people import DEMO_PASSWORD, roles_here
from koopset.portal.demo.plan import plan_draw
from koopset.portal.demo.privacy import consents_and_request
from koopset.portal.demo.purchases import purchases_build
from koopset.portal.demo.region import region_build
from koopset.portal.demo.settlement import (
    CO_OWNER,
    RESIDENT,
    SISTER,
    TWO_PLOTS,
    email_of,
    settlement_build,
)
from koopset.portal.demo.settlement_years import settlement_years
from koopset.portal.demo.work import run_due_jobs
from koopset.portal.models import DemoMark


def fill(*, report: Report, today: date | None = None, size: Size = Size.TOWN) -> None:
    """Build the town, and with `Size.DISTRICT` the 17 districts around it.

    Raises NotEmpty where the database is marked, has somebody or something, or was not migrated.
    """
    if DemoMark._meta.db_table not in connection.introspection.table_names():
        raise NotEmpty("База ещё не создана. Сначала выполните: koopset migrate", hinders=True)
    calendar = Calendar(today or timezone.localdate())
    began = time.monotonic()
    with _quietly(), transaction.atomic():
        _mark(calendar)
        report("Наполняем базу вымышленным посёлком. Это займёт около минуты.")
        operator = operator_create(email_of("operator"))
        places.tree_load(actor=operator, now=calendar.now)
        report("СНТ «Берёзка»: участки, собственники, взносы…")
        garden = settlement_build(operator, calendar)
        plan_draw(garden)
        report("СНТ «Берёзка»: два года начислений и платежей…")
        vypiska = settlement_years(garden, report)
        report("ТСЖ «Заречное»: квартиры, собственники, тарифы…")
        house = house_build(operator, calendar, garden.people)
        report("ТСЖ «Заречное»: два года начислений и платежей…")
        house_years(house, report)
        report("Собрания: очередное, повторное, заочное…")
        meetings_hold(garden, house)
        consents_and_request(
            organisation_id=garden.office.organisation_id,
            resident=garden.person_ids[RESIDENT],
            two_plots=garden.person_ids[TWO_PLOTS],
            co_owner=garden.person_ids[CO_OWNER],
            on_paper=garden.person_ids[SISTER],
            chair=garden.office.chair,
            calendar=calendar,
        )
        report("Приозерский район: координатор, заявки, смена реквизитов…")
        district_build(operator, calendar, garden.office, house.office)
        report("Сорок семей: чеки за полгода, совместные закупки…")
        neighbours = buyers_build(garden, calendar)
        purchases_build(operator, calendar, neighbours)
        if size is Size.DISTRICT:
            report("Ленинградская область: 17 районов, 34 000 участков. Это займёт около десяти минут.")
            region_build(operator, calendar, report)
        report("Завершаем: уведомления, квитанции, фоновая работа…")
        enqueue("demand.renew", actor=SYSTEM)
        run_due_jobs(calendar)
        neighbours_answer(neighbours, calendar)
        write_demo_files(garden, vypiska)
    report(f"Готово за {time.monotonic() - began:.0f} с.")


def _mark(calendar: Calendar) -> None:
    if demo_mark() is not None:
        raise NotEmpty(
            "Пример уже наполнен. Чтобы начать заново, остановите сайт, удалите папку данных и повторите."
        )
    try:
        put_mark(town_date=calendar.today, now=calendar.now)
    except (RuleViolation, DatabaseError) as refusal:
        raise NotEmpty(
            "В базе уже есть люди или организации. Пример кладут только в пустую базу: укажите другую папку в KOOPSET_DATA."
        ) from refusal


@contextmanager
def _quietly() -> Iterator[None]:
    """Letters to invented people go nowhere, and two hundred jobs done at once are no news for the log."""
    before = settings.EMAIL_BACKEND
    log = logging.getLogger("koopset.jobs")
    level = log.level
    log.setLevel(logging.WARNING)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = before
        log.setLevel(level)


def sign_in_lines() -> list[str]:
    """Who to sign in as; empty where the database is not a demo."""
    try:
        if demo_mark() is None:
            return []
    except DatabaseError:
        return []
    lines = [
        "Это пример с вымышленным посёлком. Войти одним нажатием: страница /demo/",
        f"Или почта и пароль {DEMO_PASSWORD}:",
    ]
    return [
        *lines,
        *(
            f"  {role.email:<32} {role.title}{', ' + role.organisation if role.organisation else ''}"
            for role in roles_here()
        ),
    ]
