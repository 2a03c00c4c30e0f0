"""Two years of СНТ «Берёзка», month after month, and what waits for the visitor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from django.urls import reverse

from koopset.apps.billing import services as billing
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import charges_of_account
from koopset.apps.ledger import services as ledger
from koopset.apps.people import services as people
from koopset.apps.register import services as register
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.keys import key_make
from koopset.foundation.notifications import notify
from koopset.foundation.webhooks.services import webhook_add
from koopset.kernel.period import Month
from koopset.portal.demo import Report, requisites
from koopset.portal.demo.bank import Movement
from koopset.portal.demo.calendar import moment
from koopset.portal.demo.living import death, living_register
from koopset.portal.demo.months import Bank, charge_month, debts, incoming, issue_papers, payers_of
from koopset.portal.demo.office import Office
from koopset.portal.demo.payers import Habit, Payer, coming_in
from koopset.portal.demo.settlement import CO_OWNER, INVITED, RESIDENT, SISTER, TWO_PLOTS, Settlement
from koopset.portal.demo.statements import incoming_sort, outgoing_sort, payment_move_last, waiting_count

SEED, OPENING_KOP = 300, 38_450_000
SPENDING = (
    # chart account, payee, ИНН stem, kopecks, purpose
    ("20", "АО «Сбыт энергии» (вымышлено)", "470000011", 4_120_000, "Оплата электроэнергии по договору 1177"),
    ("20", "ООО «Чистый край» (вымышлено)", "470000012", 2_650_000, "Вывоз твёрдых отходов по договору 41"),
    ("26", "ООО «Дозор» (вымышлено)", "470000013", 3_800_000, "Охрана территории по договору 8"),
    ("26", requisites.BANK_NAME, "470000099", 149_000, "Комиссия за ведение счёта"),
)
DEBTORS = 25


def settlement_years(town: Settlement, report: Report) -> bytes:
    """Charge and collect month after month; the statement of the current month that is left for the visitor."""
    office, calendar = town.office, town.office.calendar
    months = calendar.months
    bank = Bank(office, "СНТ «Берёзка»", OPENING_KOP)
    payers = _habits(town, payers_of(office, _account_ids(office)))
    _opening(town, payers)
    for index, month in enumerate(months):
        is_last = index == len(months) - 1
        movements = incoming(coming_in(payers, debts(office), month, index, seed=SEED)) + _spent(month)
        if is_last:
            movements += _odd(town, payers, month)
        if index == 15:
            payers += _sale(town, month, payers)
        if index == 17:
            ended = death(town, month)
            payers = [payer for payer in payers if payer.account_id != ended]
        charge_month(office, month)
        bank.bring(movements, month.first, month.last)
        if not is_last:
            _sort(office, month)
        if index % 6 == 5:
            report(f"  по {month.last:%m.%Y} включительно")
    _mend(town, months[-1])
    _close(office, months[-2])
    issue_papers(office, months[-1])
    _notices(town)
    _doors(town)
    left = _current(town, bank, payers)
    living_register(town)
    return left


def _account_ids(office: Office) -> list[int]:
    from koopset.apps.billing.selectors import accounts_for_matching

    return [account.account_id for account in accounts_for_matching(office.organisation_id)]


def _habits(town: Settlement, payers: list[Payer]) -> list[Payer]:
    random = Random(SEED)
    fixed = {
        town.accounts[RESIDENT]: (Habit.DEBTOR, 23),
        town.accounts[TWO_PLOTS]: (Habit.PROMPT, 99),
        town.accounts[SISTER]: (Habit.PROMPT, 99),
    }
    others = [payer for payer in payers if payer.account_id not in fixed]
    for payer in others:
        payer.writes = random.choices(("code", "bare-code", "dashes", "number"), (60, 15, 10, 15))[0]
        payer.habit = random.choices(
            (Habit.PROMPT, Habit.LATE_IN_MONTH, Habit.LAGGING, Habit.QUARTERLY, Habit.ROUND, Habit.AHEAD),
            (64, 10, 7, 6, 7, 6),
        )[0]
    for at, payer in enumerate(random.sample(others, DEBTORS)):
        payer.habit, payer.stops = Habit.DEBTOR, (22, 21, 20, 18, 15, 9, 3)[at % 7]
    for payer in payers:
        if payer.account_id in fixed:
            payer.habit, payer.stops = fixed[payer.account_id]
    return payers


def _opening(town: Settlement, payers: list[Payer]) -> None:
    """What the old table said: money in the bank, a few debts, one payment ahead."""
    office = town.office
    rows = [
        ledger.OpeningBalance("51", office.bank_account_id, OPENING_KOP, 0),
        ledger.OpeningBalance("86.09", 0, 0, OPENING_KOP),
    ]
    rows += [
        ledger.OpeningBalance("76.01", payer.account_id, 150_000 + at * 37_500, 0)
        for at, payer in enumerate(payers[60:72])
    ]
    rows.append(ledger.OpeningBalance("76.06", payers[80].account_id, 0, 300_000))
    ledger.opening_balances_post(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        key="town",
        balances=rows,
        now=office.start,
    )


def _spent(month: Month) -> list[Movement]:
    found = []
    for at, (_code, payee, stem, kop, why) in enumerate(SPENDING):
        winter = 100 + 25 * (month.month in (1, 2, 3, 11, 12)) * (at == 0)
        is_bank = payee == requisites.BANK_NAME
        found.append(
            Movement(
                date(month.year, month.month, 5 + at * 6),
                kop * winter // 100,
                False,
                payee,
                f"{why} за {month.previous().month:02d}.{month.previous().year}. Без НДС",
                requisites.inn(stem),
                requisites.account("70601810" if is_bank else "40702810", f"0000000{at:04d}"),
                "Банковский ордер" if is_bank else "Платёжное поручение",
            )
        )
    return found


def _sort(office: Office, month: Month) -> None:
    """The treasurer names what the money was spent on and whose the doubtful payments are."""
    now = office.calendar.now_on(month.last + timedelta(days=3), 15)
    outgoing_sort(office, {payee: code for code, payee, *_rest in SPENDING}, upto=month.last, now=now)
    incoming_sort(office, upto=month.last, now=now)


def _odd(town: Settlement, payers: list[Payer], month: Month) -> list[Movement]:
    """Ten lines of the last month that wait for a person, each for a reason of its own."""
    a, b, c, d, e, f = (payer for payer in payers[100:190:15])
    named = town.people[40]
    lines = [
        # (day, kopecks, payer, purpose)
        (4, 105_000, a.name, "за дачу"),
        (6, 96_500, b.name, f"взносы уч. {_plot(b)}"),
        (9, 210_000, c.name, f"Оплата за двоих: {c.code} и {d.code}"),
        (11, 88_000, "Неизвестный Плательщик Посторонний", "членские взносы"),
        (13, 120_000, f"{named.last} {named.first[0]}. {named.middle[0]}.", "взнос"),
        (14, 111_000, "Тёщина Алла Юрьевна", f"Л/с {e.number} за зятя"),
        (17, 64_000, f.name, "Прошу зачесть за электричество"),
        (19, 73_500, "Гостев Иван Иванович", "участок 999"),
        (21, 90_000, e.name, f"код платежа {e.code[:8]}{(int(e.code[8]) + 1) % 10}"),
    ]  # fmt: skip
    found = [
        Movement(date(month.year, month.month, day), kop, True, who, why) for day, kop, who, why in lines
    ]
    registry = sum(int(_plot(payer)) * 10_000 % 70_000 + 90_000 for payer in (a, b, c))
    found.append(
        Movement(
            date(month.year, month.month, 24),
            registry,
            True,
            requisites.BANK_NAME,
            f"Платежи населения по реестру № {month.month}024 от 24.{month.month:02d}.{month.year}, 3 шт.",
            requisites.inn("470000099"),
            requisites.account("30232810", "00000000500"),
        )
    )
    return found


def _plot(payer: Payer) -> str:
    return "".join(letter for letter in payer.number.rsplit("-", 1)[-1].lstrip("0"))


def _sale(town: Settlement, month: Month, payers: Iterable[Payer]) -> list[Payer]:
    """A neighbour buys one of two plots that an owner had on separate accounts; the seller's debt stays with the seller."""
    office = town.office
    owned: dict[int, list[int]] = {}
    for at, plot in enumerate(town.plots):
        if len(plot.owners) == 1:
            owned.setdefault(plot.owners[0], []).append(at)
    seller = next(owner for owner, plots in sorted(owned.items()) if len(plots) == 2 and owner % 2)
    sold = owned[seller][1]
    buyer = next(
        owner for owner, plots in sorted(owned.items()) if len(plots) == 1 and owner % 2 and owner > SISTER
    )
    on = date(month.year, month.month, 12)
    before = set(_account_ids(office))
    register.ownership_transfer(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        unit_id=town.unit_ids[sold],
        new=[register.ShareInput(town.person_ids[buyer])],
        on=on,
        deed="Договор купли-продажи, выписка из ЕГРН",
        now=moment(on + timedelta(days=2)),
    )
    return payers_of(office, set(_account_ids(office)) - before)


def _mend(town: Settlement, month: Month) -> None:
    """A correction with its reason, a mistake of the books taken back, a payment moved to its own account."""
    office = town.office
    charge = next(
        row
        for row in charges_of_account(
            office.organisation_id, town.accounts[TWO_PLOTS], month_from=month.number, month_to=month.number
        )
        if row.amount_kop > 20_000
    )
    now = office.calendar.now
    billing.charge_correct(
        actor=office.actors["accountant"],
        organisation_id=office.organisation_id,
        key="town area",
        amount_kop=-19_000,
        reason="Площадь участка уточнена межеванием: на две сотки меньше",
        corrects_id=charge.id,
        month=month,
        now=now,
    )
    wrong = ledger.operation_enter(
        actor=office.actors["accountant"],
        organisation_id=office.organisation_id,
        key="town fuel",
        on_date=month.last,
        title="Бензин для триммера по авансовому отчёту",
        debit="26",
        credit="71",
        amount_kop=184_000,
        now=now,
    )
    ledger.operation_reverse(
        actor=office.actors["accountant"],
        organisation_id=office.organisation_id,
        operation_id=wrong.pk,
        on_date=month.last,
        reason="Отчёт проведён дважды",
        now=now,
    )
    payment_move_last(office, town.accounts[TWO_PLOTS], town.accounts[SISTER], month, now=now)


def _close(office: Office, month: Month) -> None:
    ledger.month_close(
        actor=office.chair, organisation_id=office.organisation_id, month=month, now=office.calendar.now
    )


def _notices(town: Settlement) -> None:
    """An invited neighbour who has not come yet, and what stands in the bell."""
    office, now = town.office, town.office.calendar.now
    people.login_invite(
        actor=office.chair,
        organisation_id=office.organisation_id,
        person_id=town.person_ids[INVITED],
        now=now,
    )
    place = {"organisation_id": office.organisation_id}
    start, sorting = reverse("portal:start_now", kwargs=place), reverse("payments:queue", kwargs=place)
    actors = office.actors
    count = waiting_count(office)
    for role, title, text, link in (
        (
            "treasurer",
            "Платежи ждут разбора",
            f"Не разобрано платежей: {count}. Откройте очередь и назовите плательщиков.",
            sorting,
        ),
        ("chair", "Квитанции выставлены", "Казначей выставил квитанции за прошлый месяц.", start),
        (
            "auditor",
            "Месяц закрыт",
            "Позапрошлый месяц закрыт, оборотная ведомость готова к проверке.",
            start,
        ),
    ):
        login = actors[role].login_id
        assert login is not None
        notify(
            organisation_id=office.organisation_id,
            topic="demo.notice",
            title=title,
            text=text,
            link=link,
            login_ids=[login],
            now=now,
        )
    notify(
        organisation_id=office.organisation_id,
        topic="demo.meeting",
        title="Собрание в субботу",
        text="Очередное общее собрание в 12:00 у правления. Вопросы: смета на следующий год, дорога.",
        link=start,
        person_ids=[town.person_ids[at] for at in (RESIDENT, TWO_PLOTS, CO_OWNER)],
        now=now,
    )


def _doors(town: Settlement) -> None:
    """What the chair finds under «Программы»: a key for 1С, and a subscription that is off, so that the town sends nothing anywhere."""
    office, now = town.office, town.office.calendar.now_on(town.office.calendar.today)
    assert reverse(
        "access:keys", kwargs={"organisation_id": office.organisation_id}
    )  # with addresses rights get words
    key_make(
        actor=office.chair,
        organisation_id=office.organisation_id,
        name="1С у бухгалтера",
        scopes=[
            BillingRight.ACCOUNT_VIEW,
            BillingRight.CHARGE_VIEW,
            BillingRight.DOCUMENT_VIEW,
            RegisterRight.REGISTER_VIEW,
        ],
        expires_at=now + timedelta(days=300),
        now=now,
    )
    webhook_add(
        actor=office.chair,
        organisation_id=office.organisation_id,
        name="Бот правления",
        url="https://bot.example.org/koopset",
        events=["charges.posted", "documents.issued", "payment.matched"],
        is_on=False,
        now=now,
    )


def _current(town: Settlement, bank: Bank, payers: list[Payer]) -> bytes:
    """The current month: what the bank sent up to yesterday is in the books; the rest is a file for the visitor."""
    office, today = town.office, town.office.calendar.today
    month, index = Month.of(today), len(town.office.calendar.months)
    owed = debts(office)
    if today.day > 1:
        until = today - timedelta(days=1)
        bank.bring(
            incoming(coming_in(payers, owed, month, index, seed=SEED, until=until)), month.first, until
        )
    late = [payer for payer in payers if payer.habit is Habit.LATE_IN_MONTH]
    left = [
        Movement(today, row.amount_kop, True, row.party, row.purpose)
        for row in incoming(coming_in(late, owed, month, index, seed=SEED))
    ]
    left.append(
        Movement(today, 150_000, True, "Забывчивая Нина Ивановна", "взносы за дачу, участок не помню")
    )
    left.append(
        Movement(today, 149_000, False, requisites.BANK_NAME, "Комиссия за ведение счёта", requisites.inn("470000099"),
                 requisites.account("70601810", "00000000003"), "Банковский ордер")
    )  # fmt: skip
    return bank.file(left, today, today)
