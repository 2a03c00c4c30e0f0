"""Three hundred and more made-up purposes: not one is posted to a wrong account; the share posted by itself is printed."""

from __future__ import annotations

import random

import pytest

from koopset.apps.billing.payments.rules import matching
from koopset.apps.billing.payments.rules.matching import AccountFacts, Confidence, Kind, LineFacts, decide
from koopset.apps.billing.payments.rules.purpose import (
    bare_numbers,
    folded,
    loose_numbers,
    marked_numbers,
    plot_numbers,
    stated_month,
)
from koopset.kernel import payment_code

SURNAMES = (
    "Иванов",
    "Петров",
    "Кузьмин",
    "Лебедев",
    "Гаврилов",
    "Орлов",
    "Соколов",
    "Белый",
    "Шевченко",
    "Ким",
)
FIRST = ("Иван", "Пётр", "Анна", "Олег", "Мария", "Тимур")
MIDDLE = ("Иванович", "Петровна", "Олегович", "Сергеевич")


def town() -> tuple[matching.Index, list[AccountFacts]]:
    """Sixty plots: namesakes, one person with three plots, a sold plot whose account is closed, old numbers."""
    dice = random.Random(20261124)
    accounts = []
    for number in range(1, 61):
        name = f"{dice.choice(SURNAMES)} {dice.choice(FIRST)} {dice.choice(MIDDLE)}"
        person = number
        if number in (31, 32, 33):
            name, person = "Гаврилова Татьяна Сергеевна", 31
        if number == 12:
            name = "Лебедева Вера Ивановна"
        accounts.append(
            AccountFacts(
                account_id=number,
                number=f"{10000 + number}",
                payment_code=payment_code.make(1_000_000 + number),
                persons=((person, name),),
                unit_numbers=(str(number),),
                is_closed=number == 60,
                debt_kop=480_000 if number % 3 else 390_000,
            )
        )
    history = {matching.payer_key("Кузьмин Антон Олегович", ""): {12: 2}}
    return matching.build(accounts, history), accounts


INDEX, ACCOUNTS = town()
CODE = {one.account_id: one.payment_code for one in ACCOUNTS}
NAME = {one.account_id: one.persons[0][1] for one in ACCOUNTS}


def line(purpose: str, payer: str = "", kop: int = 480_000, **facts: object) -> LineFacts:
    return LineFacts(kop, purpose, payer, **facts)  # type: ignore[arg-type]


def wrong_digit(dice: random.Random, code: str) -> str:
    at = dice.randrange(9)
    return code[:at] + str((int(code[at]) + dice.randint(1, 9)) % 10) + code[at + 1 :]


def swapped(dice: random.Random, code: str) -> str:
    at = dice.choice([at for at in range(8) if code[at] != code[at + 1]])
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def corpus() -> list[tuple[LineFacts, int | None]]:
    """(line, the only account to which it may be posted by itself; None: it must wait)."""
    dice = random.Random(7)
    made: list[tuple[LineFacts, int | None]] = []
    for _round in range(30):
        pk = dice.randint(1, 59)
        other = dice.choice([one for one in range(1, 60) if one != pk])
        code, show, name = CODE[pk], payment_code.show(CODE[pk]), NAME[pk]
        stranger = "Яковенко Роман Юрьевич"
        made += [
            (line(f"Членский взнос за ноябрь 2026, код {show}", stranger), pk),
            (line(f"Взносы {code}; НДС не облагается", stranger), pk),
            (line(f"Взнос. ИНН 7707083893 КПП 470101001 код {code.replace('0', 'О', 1)}", stranger), pk),
            (line(f"Взносы код {wrong_digit(dice, code)}", stranger), None),
            (line(f"Взносы код {swapped(dice, code)}", stranger), None),
            (line(f"За два участка {code} и {CODE[other]}", name), None),
            (line(f"Взнос код {CODE[60]}", name), None),
            (line(f"л/с 100{pk:02d} взнос", name), pk),
            (line(f"Лицевой счет №100{pk:02d} за 11.2026", f"ПАО БАНК//{name}//г. Тихвин"), pk),
            (line(f"л/с 100{pk:02d} взнос", stranger), None),
            (line("Взнос за ноябрь", name, dice.choice((480_000, 390_000))), None),
            (line(f"участок {pk} взнос", name), None),
            (line(f"Зачисление по реестру платежей № 5 код {code}", "ПАО БАНК", is_registry=True), None),
            (line(f"{pk}", ""), None),
        ]
    pk = 7
    show = payment_code.show(CODE[pk])
    name = NAME[pk]
    made += [
        (line("За тёщу, Берёзка, свет и взносы", "Кузьмин Антон Олегович"), None),
        (line("31 и 32 членские", "Гаврилова Татьяна Сергеевна", 960_000), None),
        (line("за все три участка", "Гаврилова Т.С.", 1_350_000), None),
        (line("Оплата по договору", "ООО «Север-Транс»", 1_200_000), None),
        (line("ИНН 500100732259 взнос", name), None),
        (line("Тел. 8 912 345 67 89", name), None),
        (line(f"Взнос л/с 10007 или 10008, {name}", name), None),
        (line("л/с 10007, участок 9", name), None),
        (line("л/с 10060", NAME[60]), None),
        (line("ЛС 10007; ул. Луговая, д.3; взнос", name), 7),
        (line(f"ЛС 10007; {name}", "ПАО СБЕРБАНК"), 7),
        (line("ЛС 10007; Иванов", "ПАО СБЕРБАНК"), None),
        (line("взнос", name, code=CODE[7]), 7),
        (line(f"{show} повтор {show}", ""), 7),
        (line("Возврат по ошибке, счёт 40817810100007000107", name), None),
        (line("10007 руб. за ноябрь", name), None),
        (line("Договор 10007 от 01.11.2026", name), None),
        (line("", ""), None),
        (line("=+-@;\\\"'" * 50, "«»"), None),
    ]
    return made


def test_nothing_is_posted_to_a_wrong_account(capsys: pytest.CaptureFixture[str]) -> None:
    cases = corpus()
    assert len(cases) > 300
    wrong, missed, posted = [], [], 0
    for facts, right in cases:
        found = decide(facts, INDEX)
        if found.kind == Kind.POST:
            posted += 1
            assert found.parts[0][1] == facts.amount_kop
            assert len(found.parts) == 1
            if found.parts[0][0] != right:
                wrong.append((facts, found))
        elif right is not None:
            missed.append((facts, found))
        assert not found.parts or sum(kop for _pk, kop in found.parts) == facts.amount_kop
    with capsys.disabled():
        provable = sum(right is not None for _facts, right in cases)
        print(  # noqa: T201
            f"\nby itself: {posted} of {len(cases)} lines, {posted} of {provable} provable; wrongly: {len(wrong)}"
        )
    assert wrong == []
    assert missed == []


@pytest.mark.parametrize(
    ("facts", "confidence", "parts", "reasons"),
    [
        (
            line("За тёщу, Берёзка, свет и взносы", "Кузьмин Антон Олегович", 390_000),
            Confidence.ALMOST,
            ((12, 390_000),),
            ["paid-before", "sum-equals-debt"],
        ),
        (
            line("уч. 31 и 32 членские", "Гаврилова Татьяна Сергеевна", 960_000),
            Confidence.ALMOST,
            ((31, 480_000), (32, 480_000)),
            ["plot-number", "owner-of-all", "sum-equals-debt"],
        ),
        (
            line("л/с 10007", "Чужой Пётр Ильич"),
            Confidence.LIKELY,
            ((7, 480_000),),
            ["legacy-number", "other-name", "sum-equals-debt"],
        ),
        (line(f"код {CODE[60]}", ""), Confidence.LIKELY, ((60, 480_000),), ["code", "closed-account"]),
        (line("36", "", 250_000), Confidence.LIKELY, ((36, 250_000),), ["bare-number"]),
        (line("оплата по договору", "ООО «Север»"), Confidence.NONE, (), ["unknown"]),
    ],
)
def test_suggestions_say_why(
    facts: LineFacts, confidence: Confidence, parts: tuple[tuple[int, int], ...], reasons: list[str]
) -> None:
    found = decide(facts, INDEX)
    codes = [
        reason.code for reason in found.reasons if reason.code != "sum-equals-debt" or reason.code in reasons
    ]
    assert (found.confidence, found.parts, codes) == (confidence, parts, reasons)
    assert found.kind in {Kind.SUGGEST, Kind.WAIT}


def test_a_preview_counts_what_the_posting_posts() -> None:
    ways = [line(f"код {CODE[7]}", way=way) for way in ("out", "own")]
    for one in [*(facts for facts, _meant in corpus()), *ways]:
        assert matching.is_proven(one, INDEX) == (decide(one, INDEX).kind == Kind.POST)


def test_names_and_debts_are_read_only_for_a_line_that_no_code_proves() -> None:
    asked: list[str] = []

    def details() -> matching.Details:
        asked.append("details")
        return matching.Details(ACCOUNTS)

    index = matching.Index(ACCOUNTS, details)
    assert decide(line(f"Взносы код {CODE[7]}"), index).kind == Kind.POST
    assert not matching.is_proven(line("участок 7", NAME[7]), index)
    assert asked == []
    for _twice in range(2):
        assert decide(line("участок 7", NAME[7]), index) == decide(line("участок 7", NAME[7]), INDEX)
    assert asked == ["details"]


def test_a_registry_an_own_transfer_and_an_outgoing_line_are_nobodys() -> None:
    assert decide(line(f"код {CODE[7]}", is_registry=True), INDEX).kind == Kind.REGISTRY
    assert decide(line(f"код {CODE[7]}", way="own"), INDEX).kind == Kind.OWN
    assert decide(line(f"код {CODE[7]}", way="out"), INDEX).kind == Kind.OUT


def test_numbers_that_two_accounts_share_prove_nothing() -> None:
    twins = [
        AccountFacts(pk, number, payment_code.make(2_000_000 + pk), ((pk, "Ким Олег"),), (str(pk),))
        for pk, number in ((1, "А-100"), (2, "A-100"))
    ]
    assert decide(line("л/с А-100", "Ким Олег"), matching.build(twins)).kind != Kind.POST


def test_words_of_a_purpose() -> None:
    assert stated_month(folded("за ноябрь 2026 г.")) == 202611
    assert stated_month(folded("за 11.2026")) == 202611
    assert stated_month(folded("за май и июнь 2026")) == 202606
    assert stated_month(folded("за май 2026 и июнь 2026")) is None
    assert stated_month(folded("от 01.11.2026")) is None
    assert plot_numbers(folded("уч. 31, 32 и 33")) == ["31", "32", "33"]
    assert plot_numbers(folded("участок №7а")) == ["7А"]
    assert marked_numbers(folded("ЛС: 50133547364; ул. Мира")) == ["50133547364"]
    assert loose_numbers(folded("10007 взнос"), {"10007"}) == ["10007"]
    assert loose_numbers(folded("ИНН 10007"), {"10007"}) == []
    assert bare_numbers(folded("36")) == ["36"]
    assert bare_numbers(folded("за 12 мес")) == []


def test_a_megabyte_of_anything_is_read_at_once() -> None:
    for text in ("уч 1, " * 200_000, "9" * 1_000_000, "л/с " * 250_000, "// " * 300_000):
        assert decide(line(text, text), INDEX).kind != Kind.POST
