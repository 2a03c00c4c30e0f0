import random
import tracemalloc
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.billing.payments.formats.bank_statement import (
    READER,
    Document,
    Party,
    Section,
    StatementReader,
    base_key,
    claims,
    dedupe_key,
    direction,
    mentions_registry,
    posting_date,
    read_statement,
)
from koopset.apps.billing.payments.formats.statement_values import (
    amount_kop,
    day,
    name_and_inn,
    whole_purpose,
)
from koopset.kernel.inspection import exit_code, inspect_file
from koopset.kernel.violations import RuleViolation

FILES = Path(__file__).parent / "files"
ROOT = next((up for up in Path(__file__).parents if (up / "pyproject.toml").exists()), Path(__file__).parent)
SAMPLES = ROOT.parent / "shared" / "samples" / "formats" / "a_1c"
OWN = "40703810400000000123"
OTHER_OWN = "40703810700000000456"


def head(*accounts: str, more: tuple[str, ...] = ()) -> list[str]:
    return [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        *[f"РасчСчет={a}" for a in accounts],
        *more,
    ]


def section(
    account: str = OWN, opening="0", received="0", written="0", closing="0", since="01.11.2026"
) -> list[str]:
    return [
        "СекцияРасчСчет",
        f"ДатаНачала={since}",
        f"РасчСчет={account}",
        f"НачальныйОстаток={opening}",
        f"ВсегоПоступило={received}",
        f"ВсегоСписано={written}",
        f"КонечныйОстаток={closing}",
        "КонецРасчСчет",
    ]


def paper(**over: str | None) -> list[str]:
    lines: dict[str, str | None] = {
        "Номер": "1",
        "Дата": "31.10.2026",
        "Сумма": "10.00",
        "ПлательщикСчет": "40817810900000000001",
        "ДатаСписано": "",
        "Плательщик": "Кузнецов П. И.",
        "ПлательщикИНН": "0",
        "ПолучательСчет": OWN,
        "ДатаПоступило": "01.11.2026",
        "Получатель": "СНТ",
        "ПолучательИНН": "5000000005",
        "НазначениеПлатежа": "Взнос",
    }
    lines.update(over)
    return [
        "СекцияДокумент=Платежное поручение",
        *[f"{key}={value}" for key, value in lines.items() if value is not None],
        "КонецДокумента",
    ]


def encode(lines: list[str], codec: str = "cp1251", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(codec)


def read(lines: list[str] | bytes) -> tuple[StatementReader, list[Document]]:
    data = lines if isinstance(lines, bytes) else encode([*lines, "КонецФайла"])
    reader = read_statement(BytesIO(data))
    return reader, list(reader.documents())


def one(lines: list[str] | bytes) -> Document:
    documents = read(lines)[1]
    assert len(documents) == 1
    return documents[0]


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


# Whole files: name → encoding, records, debit, credit, opening, closing, exit code, warnings, errors

BASE = (3, "700.50", "1750.00", "10000.00", "11049.50", 0)
OWN_FILES = {
    "cp1251_crlf.txt": ("cp1251", *BASE, [], []),
    "utf8_lying_header.txt": ("utf-8", *BASE, [], []),
    "utf8_bom.txt": ("utf-8", *BASE, [], []),
    "cp866_dos.txt": ("cp866", *BASE, [], []),
    "cr_only.txt": ("cp1251", *BASE, [], []),
    "no_final_newline.txt": ("cp1251", *BASE, [], []),
    "blank_lines.txt": ("cp1251", *BASE, [], []),
    "two_encodings.txt": ("cp1251", *BASE, ["two-encodings"], []),
    "own_to_own.txt": ("cp1251", 1, "300.00", "300.00", "1000.00", "1000.00", 0, [], []),
    "two_days.txt": ("cp1251", 2, "300.00", "250.00", "1000.00", "950.00", 0, [], []),
    "registry.txt": ("cp1251", 1, "0.00", "98000.00", "0.00", "98000.00", 0, [], []),
    "orders_to_bank.txt": ("cp1251", 1, "700.50", "0.00", None, None, 1, [], ["orders-to-bank"]),
    "empty.txt": ("cp1251", 0, "0.00", "0.00", None, None, 1, [], ["empty"]),
    "quiet_day.txt": ("cp1251", 0, "0.00", "0.00", "500.00", "500.00", 0, [], []),
    "unbalanced.txt": ("cp1251", 3, "700.50", "1750.00", None, None, 1, [], ["section-does-not-balance"]),
    "filtered.txt": ("cp1251", 1, "0.00", "1500.00", "10000.00", "11049.50", 0, ["turnover-differs"] * 2, []),
    "cut_off.txt": (
        "cp1251", 2, "0.00", "1750.00", "10000.00", "11049.50", 0, ["unended-section", "no-end", "turnover-differs"], [],
    ),
    "cut_amount.txt": (
        "cp1251", 1, "0.00", "1500.00", "10000.00", "11049.50", 1,
        ["no-end", "turnover-differs", "turnover-differs"], ["cut-off"],
    ),
}  # fmt: skip


def seen(path: Path) -> tuple[object, ...]:
    found = READER.inspect(path)
    assert found.format == "1c-bank-statement"
    totals = found.totals
    assert list(totals) == ["debit", "credit", "opening", "closing", "declared_debit", "declared_credit"]
    return (
        found.encoding, found.records, totals["debit"], totals["credit"], totals["opening"], totals["closing"],
        exit_code(found), codes(found.warnings), codes(found.errors),
    )  # fmt: skip


@pytest.mark.parametrize("name", OWN_FILES)
def test_own_files(name):
    assert seen(FILES / name) == OWN_FILES[name]


# Statements of other programs' tests, where they are at hand.
TURNOVER = "turnover-differs"
FOREIGN = {
    "condo_1CClientBankExchange_Invalid.txt": (
        "utf-8", 0, "0.00", "0.00", "8300.00", None, 0,
        ["unknown-key", "missing-balance", "no-end", TURNOVER, TURNOVER], [],
    ),
    "dronm_kl_to_1c.txt": ("cp1251", 3, "169992.00", "0.00", "252842.49", "79245.05", 0, [TURNOVER, TURNOVER], []),
    "kily_one_day.txt": ("cp1251", 13, "41184.00", "40000.00", "45329.91", "44145.91", 0, [], []),
    "kily_one_day_utf8.txt": ("utf-8", 13, "41184.00", "40000.00", "45329.91", "44145.91", 0, [], []),
    "odoo_min_example.txt": ("cp1251", 0, "0.00", "0.00", None, None, 1, ["unknown-key"], ["empty"]),
    "xini1_sample1.txt": ("utf-8", 2, "20.20", "20.20", "20.20", "20.20", 0, [], []),
    "xini1_sample2.txt": ("utf-8", 1, "0.01", "0.00", None, None, 1, [], ["orders-to-bank"]),
    "xini1_sample3.txt": ("utf-8", 1, "0.01", "0.00", None, None, 1, [], ["orders-to-bank"]),
    "xini1_sample4.txt": ("utf-8", 1, "0.01", "0.00", None, None, 1, [], ["orders-to-bank"]),
}  # fmt: skip


@pytest.mark.skipif(not SAMPLES.exists(), reason="needs the foreign samples")
@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files(name):
    assert seen(SAMPLES / name) == FOREIGN[name]


@pytest.mark.skipif(not SAMPLES.exists(), reason="needs the foreign samples")
def test_every_foreign_file_is_in_the_table():
    assert {path.name for path in SAMPLES.glob("*.txt")} == set(FOREIGN)


def test_not_a_statement_is_not_claimed_and_refused():
    path = FILES / "not_a_statement.txt"
    assert not claims(path.read_bytes(), path.name)
    assert codes(READER.inspect(path).errors) == ["not-a-bank-statement"]
    assert inspect_file(path, among=[READER]) is None
    with pytest.raises(RuleViolation) as refused:
        read_statement(path)
    assert refused.value.code == "payments.not_a_bank_statement"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"1CClient", b"\x00" * 50])
def test_a_file_without_the_first_line_is_refused(data):
    with pytest.raises(RuleViolation):
        read_statement(BytesIO(data))


def test_content_decides_not_the_name():
    assert claims((FILES / "cp1251_crlf.txt").read_bytes(), "scan.pdf")
    assert inspect_file(FILES / "cr_only.txt", among=[READER]).records == 3


# Edge 1, 2: encodings


@pytest.mark.parametrize("codec", ["cp1251", "cp866", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["Windows", "DOS", "UTF-8", "windows-1251"])
def test_the_header_is_not_trusted_about_the_encoding(codec, declared):
    lines = (
        [line.replace("=Windows", f"={declared}") for line in head(OWN)]
        + section()
        + paper()
        + ["КонецФайла"]
    )
    reader, documents = read(encode(lines, codec))
    assert reader.header.encoding == codec.removesuffix("-sig")
    assert reader.header.declared_encoding == declared
    assert documents[0].purpose == "Взнос"
    assert codes(reader.errors) == []


def test_one_line_of_another_encoding_is_read_and_told():
    ours = encode(head(OWN) + section() + paper()[:-1], "utf-8")
    reader, documents = read(
        ours + "ПлательщикБанк1=Банк\r\n".encode("cp1251") + encode(["КонецДокумента", "КонецФайла"], "utf-8")
    )
    assert documents[0].payer.bank == "Банк"
    assert [(w.code, w.line) for w in reader.warnings if w.code == "two-encodings"] == [("two-encodings", 26)]


@pytest.mark.parametrize("last", [[], ["КонецФ"], ["ЪЪЪ"]])
def test_missing_or_garbled_end_of_file_is_a_warning(last):
    reader, documents = read(encode(head(OWN) + section() + paper() + last))
    assert len(documents) == 1
    assert "no-end" in codes(reader.warnings)
    assert reader.errors == []


# Edge 3: line ends


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n", "\n\n\n"])
def test_line_ends_and_lines_numbers(end):
    lines = head(OWN) + section() + paper() + paper(Номер="2") + ["КонецФайла"]
    reader = read_statement(BytesIO(encode(lines, end=end)))
    documents = list(reader.documents())
    step = len(end.replace("\r\n", "\n"))
    assert [d.line for d in documents] == [(12 * step) + 1, (26 * step) + 1]
    assert reader.summary.documents == 2
    assert reader.warnings == [w for w in reader.warnings if w.code == TURNOVER]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1000])
def test_pieces_of_any_size_give_the_same(chunk, monkeypatch):
    data = (FILES / "cp1251_crlf.txt").read_bytes()
    whole = read(data)[1]
    monkeypatch.setattr("koopset.apps.billing.payments.formats.statement_text._CHUNK", chunk)
    assert read(data)[1] == whole
    monkeypatch.undo()
    assert [d.number for d in whole] == ["17", "И-45/2026", "3"]


# Edge 4, 5: values


def test_only_the_first_equals_sign_cuts():
    assert (
        one(head(OWN) + paper(НазначениеПлатежа="Хоз расходы {53=33798.03}")).purpose
        == "Хоз расходы {53=33798.03}"
    )


@pytest.mark.parametrize("purpose", ['a;b «c» "d" \\ e', "tab\there", "=", "КонецДокумента внутри"])
def test_purpose_keeps_its_characters(purpose):
    assert one(head(OWN) + paper(НазначениеПлатежа=purpose)).purpose == purpose


@pytest.mark.parametrize(
    ("plain", "parts", "whole"),
    [
        ("Взнос за ноябрь", ["Взнос за ноябрь"], "Взнос за ноябрь"),
        ("Взнос за ноябрь", ["Взнос", "за ноябрь"], "Взнос за ноябрь"),
        ("", ["Взнос", "за ноябрь"], "Взнос за ноябрь"),
        ("Взнос", ["Взнос", "за ноябрь"], "Взнос за ноябрь"),
        ("Взнос за ноябрь", ["", ""], "Взнос за ноябрь"),
        ("Длинное назначение", ["Длинное"], "Длинное назначение"),
        ("", [], ""),
    ],
)
def test_purpose_in_lines(plain, parts, whole):
    assert whole_purpose(plain, parts) == whole
    more = {f"НазначениеПлатежа{n}": part for n, part in enumerate(parts, 1)}
    assert one(head(OWN) + paper(НазначениеПлатежа=plain, **more)).purpose == whole


def test_a_value_broken_by_a_line_end_is_joined_and_told():
    lines = paper(НазначениеПлатежа="Членский взнос")
    lines.insert(-1, "за участок 12")
    reader, documents = read(head(OWN) + lines)
    assert documents[0].purpose == "Членский взнос за участок 12"
    assert "broken-line" in codes(reader.warnings)


# Edge 6: direction

X, Y = "40817810900000000001", "40702810500000000777"
D = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("payer", "payee", "debit", "credit", "way"),
    [
        (OWN, X, D, None, "out"),
        (X, OWN, None, D, "in"),
        (OWN, X, None, D, "out"),  # the account decides, not the date
        (X, OWN, D, None, "in"),
        (OWN, OTHER_OWN, D, None, "own"),
        (OWN, OTHER_OWN, D, D, "own"),
        (OWN, OWN, D, D, "own"),
        (X, Y, D, None, "out"),
        (X, Y, None, D, "in"),
        (X, Y, D, D, "unknown"),
        (X, Y, None, None, "unknown"),
        ("", "", None, D, "in"),
    ],
)
def test_direction(payer, payee, debit, credit, way):
    document = Document(
        "", "1", D, 100, debit, credit, Party(account=payer), Party(account=payee), "", "", 1, {}
    )
    assert direction(document, {OWN, OTHER_OWN, ""}) == way


def test_direction_by_the_account_behind_a_correspondent():
    document = one(
        head(OWN) + paper(ПолучательСчет="30101810000000000111", ПолучательРасчСчет=OWN, ДатаПоступило="")
    )
    assert document.payee.account == "30101810000000000111"
    assert direction(document, [OWN]) == "in"
    assert direction(one(head(OWN) + paper(ПолучательСчет=None, ПолучательРасчСчет=OWN)), [OWN]) == "in"


@pytest.mark.parametrize("one_key", [{"ДатаСписано": ""}, {"ДатаСписано": None}])
def test_one_of_the_two_dates_empty_or_absent(one_key):
    document = one(head(OWN) + paper(**one_key))
    assert (document.debit_date, document.credit_date) == (None, D)


def test_accounts_named_after_the_documents_are_counted_too():
    lines = head() + paper(ДатаСписано="01.11.2026") + section(OWN, "0", "10.00", "0", "10.00")
    reader, _ = read(lines)
    assert (reader.summary.credit_kop, reader.summary.debit_kop, reader.summary.unknown_direction) == (
        1000,
        0,
        0,
    )
    assert reader.warnings == []


# Edge 7, 8, 9: kinds, names, numbers of tax


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("СекцияДокумент", ""),
        ("СекцияДокумент=", ""),
        ("СекцияДокумент=Платёжное поручение", "Платежное поручение"),
        ("СекцияДокумент=ПЛАТЕЖНЫЙ ОРДЕР", "Платежный ордер"),
        ("СекцияДокумент=СБП", "СБП"),
        ("СекцияДокумент=Выписка банка", "Выписка банка"),
        ("СекцияДокумент=Нечто новое", "Нечто новое"),
    ],
)
def test_kinds(line, kind):
    assert one([*head(OWN), line, *paper()[1:]]).kind == kind


@pytest.mark.parametrize(
    ("name", "inn", "expected"),
    [
        ('ИНН 7700000009, ООО "Свет"', "", ('ООО "Свет"', "7700000009")),
        ('ИНН 7700000009 ООО "Свет"', "7700000009", ('ООО "Свет"', "7700000009")),
        ("6154000019 ООО Свет", "", ("ООО Свет", "6154000019")),
        ("7123456777, ООО Свет", "7123456777", ("ООО Свет", "7123456777")),
        ("7123456789012, ИП Петров", "7123456789012", ("ИП Петров", "7123456789012")),
        ("7700000009/770001001 ООО Свет", "", ("ООО Свет", "7700000009")),
        ("Кузнецов Пётр", "0", ("Кузнецов Пётр", "")),
        ("Иванов Иван", "000000000000", ("Иванов Иван", "")),
        ("40817810900000000001 Иванов", "", ("40817810900000000001 Иванов", "")),
        ("", "", ("", "")),
    ],
)
def test_inn_glued_to_the_name(name, inn, expected):
    assert name_and_inn(name, inn) == expected


def test_name_from_either_key_and_zero_for_none():
    document = one(
        head(OWN)
        + paper(Плательщик=None, Плательщик1="Белова Анна", ПлательщикИНН="", ПлательщикКПП="0", Код="0")
    )
    assert document.payer == Party(name="Белова Анна", account="40817810900000000001")
    assert document.code == ""
    assert one(head(OWN) + paper(Плательщик="Белова", Плательщик1=None)).payer.name == "Белова"


def test_payee_inn_of_the_bank_is_kept_as_said():
    assert one(head(OWN) + paper(ПолучательИНН="7707083893")).payee.inn == "7707083893"


# Edge 10, 11: amounts and dates


@pytest.mark.parametrize(
    ("text", "kop"),
    [
        ("700", 70000), ("14000", 1400000), ("1,5", 150), ("1.5", 150), ("1234.56", 123456), ("0.01", 1),
        ("1 234,50", 123450), ("1\u00a0234.50", 123450), ("1'234.50", 123450), (" 10.00 ", 1000), ("-5.00", -500),
        ("1.234", None), ("1.2.3", None), ("", None), ("abc", None), ("٣.00", None), ("9" * 40, None), (".50", None),
    ],
)  # fmt: skip
def test_amounts(text, kop):
    assert amount_kop(text) == kop


@pytest.mark.parametrize("text", ["1.234", "мусор", "", "-10.00", None])
def test_a_document_without_an_amount_is_an_error_with_its_line(text):
    reader, documents = read(head(OWN) + section() + paper(Сумма=text) + paper(Номер="2"))
    assert [d.number for d in documents] == ["2"]
    assert [(e.code, e.line) for e in reader.errors] == [("bad-amount", 13)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01.11.2026", D), ("2026-11-01", D), ("01.11.2026 10:00:00", D), ("31.02.2026", None), ("1 ноября", None),
        ("", None), ("00.00.0000", None), ("23.08.201819202122", date(2018, 8, 23)),
    ],
)  # fmt: skip
def test_dates(text, value):
    assert day(text) == value


def test_garbage_in_a_date_is_told_and_harmless():
    reader, documents = read(
        head(OWN, more=("ДатаКонца=23.08.201819202122",)) + paper(Дата="вчера", ДатаПоступило="01.11.2026")
    )
    assert reader.header.date_to == date(2018, 8, 23)
    assert documents[0].date is None
    assert [w.line for w in reader.warnings if w.code == "bad-date"] == [5, 6]


def test_the_ledger_takes_the_posting_date():
    document = one(head(OWN) + paper(Дата="31.03.2026", ДатаПоступило="03.04.2026"))
    assert document.date == date(2026, 3, 31)
    assert posting_date(document, OWN) == date(2026, 4, 3)
    own = one(
        head(OWN, OTHER_OWN)
        + paper(ПлательщикСчет=OTHER_OWN, ДатаСписано="02.04.2026", ДатаПоступило="03.04.2026")
    )
    assert posting_date(own, OTHER_OWN) == date(2026, 4, 2)
    assert posting_date(own, OWN) == date(2026, 4, 3)
    undated = one(head(OWN) + paper(ДатаПоступило=None))
    assert posting_date(undated, OWN) == date(2026, 10, 31)


def test_documents_without_posting_dates_are_told():
    reader, _ = read(head(OWN) + paper(ДатаПоступило=None))
    assert codes(reader.warnings) == ["no-posting-date"]


# Edge 12: dedupe


def test_dedupe_keys():
    document = one(head(OWN) + paper())
    assert base_key(document, OWN) == base_key(
        one([*head(OWN), "", *paper(НазначениеПлатежа="  Взнос ")]), OWN
    )
    assert len(base_key(document, OWN)) == 64
    differing = [
        {"Номер": "БА8170433"}, {"Сумма": "10.01"}, {"ПлательщикСчет": X[:-1] + "9"}, {"ПлательщикИНН": "500100000009"},
        {"НазначениеПлатежа": "Взнос 2"}, {"ДатаПоступило": "02.11.2026"},
    ]  # fmt: skip
    keys = {base_key(one(head(OWN) + paper(**change)), OWN) for change in differing}
    assert len(keys | {base_key(document, OWN), base_key(document, OTHER_OWN)}) == len(differing) + 2
    assert dedupe_key(document, OWN, 1) != dedupe_key(document, OWN, 2)
    assert dedupe_key(document, OWN, 1) == dedupe_key(one(head(OWN) + paper()), OWN, 1)
    with pytest.raises(ValueError, match="ordinal"):
        dedupe_key(document, OWN, 0)


def test_the_key_does_not_depend_on_the_encoding_or_the_lines_around():
    keys = set()
    for name in ("cp1251_crlf.txt", "utf8_lying_header.txt", "cr_only.txt", "blank_lines.txt"):
        keys.add(tuple(base_key(d, OWN) for d in read((FILES / name).read_bytes())[1]))
    assert len(keys) == 1


# Edge 13: balances


def test_a_section_that_does_not_balance_is_refused_and_documents_are_kept():
    reader = read_statement(
        BytesIO(encode(head(OWN) + section(OWN, "5", "10.00", "0", "15.01") + paper() + ["КонецФайла"]))
    )
    found = list(reader)
    assert [type(event) for event in found] == [Section, Document]
    assert not found[0].balanced
    assert [(e.code, e.line) for e in reader.errors] == [("section-does-not-balance", 5)]
    assert "-0.01" in reader.errors[0].text
    assert (reader.summary.opening_kop, reader.summary.closing_kop) == (None, None)


def test_turnovers_that_differ_tell_the_difference():
    reader, _ = read(head(OWN) + section(OWN, "0", "25.00", "0", "25.00") + paper())
    assert codes(reader.warnings) == [TURNOVER]
    assert "25.00" in reader.warnings[0].text
    assert "15.00" in reader.warnings[0].text


def test_overdraft_and_key_order():
    lines = section(OWN, "-10.00", "10.00", "0", "0")
    lines[2], lines[3] = lines[3], lines[2]
    reader, _ = read(head(OWN) + lines + paper())
    assert reader.errors == []
    assert reader.summary.opening_kop == -1000


def test_orders_to_the_bank_are_never_facts():
    reader, documents = read(head(OWN, more=("Отправитель=Программа",)) + paper())
    assert reader.is_orders_to_bank
    assert len(documents) == 1
    assert not read(head(OWN, more=("Отправитель=Банк",)) + section() + paper())[0].is_orders_to_bank
    assert not read(head(OWN) + paper())[0].is_orders_to_bank


# Edge 14: unknown keys, unended sections


def test_unknown_keys_are_kept_and_told_once():
    reader, documents = read(head(OWN) + paper(НовоеПоле="5") + paper(НовоеПоле="6"))
    assert [d.extra for d in documents] == [{"НовоеПоле": "5"}, {"НовоеПоле": "6"}]
    assert codes(reader.warnings) == ["unknown-key"]


def test_sections_without_their_ends_are_recovered_with_the_line():
    reader, documents = read(head(OWN) + section()[:-1] + paper()[:-1] + paper(Номер="2")[:-1])
    assert [d.number for d in documents] == ["1", "2"]
    assert [w.line for w in reader.warnings if w.code == "unended-section"] == [5, 12, 25]
    assert reader.summary.sections == 1


def test_missing_closing_balance_names_the_line():
    reader, _ = read(head(OWN) + [line for line in section() if not line.startswith("КонечныйОстаток")])
    assert [(w.code, w.line) for w in reader.warnings] == [("missing-balance", 5)]
    assert reader.summary.closing_kop is None


def test_repeated_key_keeps_the_first_value_and_warns():
    lines = paper()
    lines.insert(-1, "Номер=999")
    reader, documents = read(head(OWN) + lines)
    assert documents[0].number == "1"
    assert "repeated-key" in codes(reader.warnings)


def test_two_statements_glued_together_are_both_read():
    data = (FILES / "cp1251_crlf.txt").read_bytes()
    reader, documents = read(data + data)
    assert len(documents) == 6
    assert codes(reader.warnings) == ["after-end"]


def test_findings_are_bounded():
    reader, _ = read(head(OWN) + paper(Сумма="x") * 300)
    assert len(reader.errors) == 21
    assert "280" in reader.errors[-1].text


# Edge 15: a budget block filled with key names


def test_budget_block_of_nonsense_is_ignored():
    document = one(
        head(OWN) + paper(ПоказательКБК="ПоказательКБК", ОКАТО="", СтатусСоставителя="СтатусСоставителя")
    )
    assert document.extra == {}


# Edge 16, 17: registries, personal accounts


@pytest.mark.parametrize(
    ("purpose", "is_registry"),
    [
        ("EPS9123456789 за 01.11.2026", True),
        ("Перевод_VTB_20261101", True),
        ("Платежи по реестру № 640 от 01.11.2026", True),
        ("900005_5000000005_40703810400000000123_640", True),
        ("Реестр принятых платежей", True),
        ("Членский взнос участок 12", False),
        ("ЛС 1234567; ул. Садовая, д.123/2, кв.321;Иванов", False),
        ("ЗА STEPS5", False),
    ],
)
def test_registry_lines_are_marked(purpose, is_registry):
    assert mentions_registry(purpose) is is_registry
    assert one(head(OWN) + paper(НазначениеПлатежа=purpose)).is_registry is is_registry


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["1", "1_", "EPS", "реестр ", "a ", " ", "ИНН ", "=", "9,"])
def test_a_megabyte_of_anything_takes_no_time(piece):
    text = piece * (1_000_000 // len(piece))
    document = one(head(OWN) + paper(НазначениеПлатежа=text + "x", Плательщик=text + "x"))
    assert document.is_registry in (True, False)


def test_the_code_carries_an_account():
    assert one(head(OWN) + paper(Код="50133547364")).code == "50133547364"


# One step and line by line are the same reading


def many(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    lines = head(OWN)
    for number in range(count):
        over: dict[str, str | None] = {
            "Номер": str(number),
            "Сумма": f"{chance.randrange(10**6)}.{chance.randrange(100):02d}",
        }
        for key in ("ДатаСписано", "Плательщик", "ПлательщикИНН", "ПолучательИНН", "НазначениеПлатежа"):
            if chance.random() < 0.3:
                over[key] = chance.choice([None, "", "  ", "значение = с равенством ", "01.11.2026", "0"])
        if chance.random() < 0.3:
            over["ПлательщикКорСчет"] = "30101810400000000225"
        if chance.random() < 0.2:
            over["СвоёПоле"] = " что-то "
        if chance.random() < 0.2:
            over["НазначениеПлатежа1"] = "Очень длинная часть назначения"
        block = paper(**over)
        if chance.random() < 0.1:
            block.insert(chance.randrange(1, len(block)), "")
        if chance.random() < 0.1:
            inner = block[1:-1]
            chance.shuffle(inner)
            block[1:-1] = inner
        lines += block
    return lines


@pytest.mark.parametrize("seed", range(6))
def test_the_learnt_layout_reads_what_line_by_line_reads(seed, monkeypatch):
    data = encode([*many(300, seed), "КонецФайла"])
    fast, quick = read(data)
    assert any(layout.pattern for layout in fast._layouts)
    monkeypatch.setattr(StatementReader, "learn", lambda self, keys: None)
    slow, patient = read(data)
    assert quick == patient
    assert len(quick) == 300
    assert fast.summary == slow.summary
    assert fast.warnings == slow.warnings


@pytest.mark.parametrize(
    "data", [encode([*many(200, 7), "КонецФайла"]), *[(FILES / name).read_bytes() for name in OWN_FILES]]
)
def test_totals_alone_are_the_totals_of_the_documents(data):
    reader, documents = read(data)
    totals = StatementReader(BytesIO(data), totals_only=True)
    assert list(totals.documents()) == []
    assert totals.summary == reader.summary
    assert totals.summary.documents == len(documents)
    assert totals.warnings == reader.warnings
    assert totals.errors == reader.errors


def test_memory_does_not_grow_with_the_file():
    def endless(count: int) -> BytesIO:
        return BytesIO(encode([*head(OWN), *paper() * count, "КонецФайла"]))

    def peak(count: int) -> int:
        stream = endless(count)
        tracemalloc.start()
        for _ in read_statement(stream):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(24_000) < 1.5 * peak(8_000)


def test_an_endless_line_is_refused(monkeypatch):
    monkeypatch.setattr("koopset.apps.billing.payments.formats.statement_text._MAX_LINE", 10_000)
    monkeypatch.setattr("koopset.apps.billing.payments.formats.statement_text._CHUNK", 4_096)
    reader, _ = read(encode(head(OWN)) + b"x" * 100_000)
    assert "line-too-long" in codes(reader.errors)


# Nothing breaks it

VALID = encode(
    head(OWN) + section(OWN, "0", "10.00", "0", "10.00") + paper() + paper(Номер="2") + ["КонецФайла"]
)
ALL_LINES = [
    *head(OWN),
    *section(),
    *paper(),
    "КонецФайла",
    "",
    "мусор",
    "a=b",
    "Сумма=1.234",
    "НазначениеПлатежа1=x",
]


def survives(data: bytes) -> None:
    if not claims(data[:4096]):
        with pytest.raises(RuleViolation):
            read_statement(BytesIO(data))
        return
    reader = read_statement(BytesIO(data))
    for event in reader:
        if isinstance(event, Document):
            assert event.amount_kop >= 0
            assert direction(event, reader.own_accounts) in ("in", "out", "own", "unknown")
            assert len(dedupe_key(event, OWN, 1)) == 64
            assert event.is_registry in (True, False)
    assert reader.summary.documents >= 0


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=1000)
def test_arbitrary_bytes(data):
    survives(data)
    survives(b"1CClientBankExchange\r\n" + data)


@given(st.data())
@settings(max_examples=150, deadline=1000)
def test_mutated_statement(data):
    body = bytearray(data.draw(st.sampled_from([VALID, VALID.decode("cp1251").encode("utf-8")])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(body) - 1))
        how = data.draw(st.integers(0, 3))
        if how == 0:
            body[place] = data.draw(st.integers(0, 255))
        elif how == 1:
            del body[place : place + data.draw(st.integers(1, 30))]
        elif how == 2:
            body[place:place] = body[place : place + 50]
        else:
            del body[place:]
        if not body:
            break
    survives(bytes(body))


@given(st.lists(st.sampled_from(ALL_LINES), max_size=80), st.sampled_from(["\n", "\r", "\r\n"]))
@settings(max_examples=150, deadline=1000)
def test_arbitrary_order_of_lines(lines, end):
    survives(encode(["1CClientBankExchange", *lines], end=end))
