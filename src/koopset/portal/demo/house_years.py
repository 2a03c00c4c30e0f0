"""Two years of ТСЖ «Заречное»."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.urls import reverse

from koopset.apps.ledger import services as ledger
from koopset.foundation.notifications import notify
from koopset.kernel.period import Month
from koopset.portal.demo import Report, requisites
from koopset.portal.demo.bank import Movement
from koopset.portal.demo.house import RESIDENT, House
from koopset.portal.demo.months import Bank, charge_month, debts, incoming, issue_papers, payers_of
from koopset.portal.demo.payers import Habit, coming_in
from koopset.portal.demo.statements import incoming_sort, outgoing_sort

SEED, OPENING_KOP = 120, 61_200_000
CLEANER, CLEANING_KOP = "ООО «Чистый подъезд» (вымышлено)", 9_800_000


def house_years(house: House, report: Report) -> None:
    """Charge and collect month after month; the month before the last is closed."""
    office = house.office
    months = office.calendar.months
    bank = Bank(office, "ТСЖ «Заречное»", OPENING_KOP)
    ledger.opening_balances_post(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        key="town",
        balances=[
            ledger.OpeningBalance("51", office.bank_account_id, OPENING_KOP, 0),
            ledger.OpeningBalance("86.09", 0, 0, OPENING_KOP),
        ],
        now=office.start,
    )
    payers = payers_of(office, house.accounts)
    random = Random(SEED)
    for at, payer in enumerate(payers):
        payer.writes = "number" if random.random() < 0.2 else "code"
        if at % 13 == 12:
            payer.habit, payer.stops = Habit.DEBTOR, (21, 17, 10)[at % 3]
        elif at % 9 == 8:
            payer.habit = Habit.LAGGING
    for index, month in enumerate(months):
        movements = incoming(coming_in(payers, debts(office), month, index, seed=SEED))
        movements.append(_cleaning(month))
        charge_month(office, month)
        bank.bring(movements, month.first, month.last)
        sorted_at = office.calendar.now_on(month.last + timedelta(days=3), 15)
        outgoing_sort(office, {CLEANER: "20"}, upto=month.last, now=sorted_at)
        incoming_sort(office, upto=month.last, now=sorted_at)
        if index % 6 == 5:
            report(f"  по {month.last:%m.%Y} включительно")
    ledger.month_close(
        actor=office.chair, organisation_id=office.organisation_id, month=months[-2], now=office.calendar.now
    )
    issue_papers(office, months[-1])
    today = office.calendar.today
    if today.day > 1:
        until = today - timedelta(days=1)
        current = Month.of(today)
        bank.bring(
            incoming(coming_in(payers, debts(office), current, len(months), seed=SEED, until=until)),
            current.first,
            until,
        )
    notify(
        organisation_id=office.organisation_id,
        topic="demo.notice",
        title="Отключение воды в среду",
        text="С 10:00 до 16:00 меняют задвижку в подвале второго подъезда.",
        link=reverse("portal:start_now", kwargs={"organisation_id": office.organisation_id}),
        person_ids=[house.person_ids[RESIDENT]],
        now=office.calendar.now,
    )


def _cleaning(month: Month) -> Movement:
    return Movement(
        date(month.year, month.month, 15),
        CLEANING_KOP,
        False,
        CLEANER,
        f"Содержание дома по договору 5 за {month.previous().month:02d}.{month.previous().year}. Без НДС",
        requisites.inn("470000014"),
        requisites.account("40702810", "00000000014"),
    )
