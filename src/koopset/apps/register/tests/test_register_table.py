from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.register.formats.register_columns import guess_layout, parse_area, parse_day, parse_yes
from koopset.apps.register.formats.register_file import READER
from koopset.apps.register.formats.register_table import read_groups

TODAY = date(2026, 11, 24)
FILE = """Реестр садоводов;;;;;;;;
№ п/п;ФИО собственника;№ участка;Площадь, сот.;Доля;Телефон;Эл. почта;Член СНТ;Кадастровый номер
1;Иванов Иван Иванович;1;6,5;1/2;89111234567;a@b.ru;да;47:07:0123456:78
2;Иванова Мария;1;6,5;1/2;;;нет;
3;Петров П.П.;2а;8;;8-921-111-22-33;bad;12.05.2010;
4;Кто Тот;11;семь;;;;;
5;ООО "Ромашка";12;7;0,4;;;;
"""


def read(rows, **options):
    layout = guess_layout(rows[:100])
    return layout, *read_groups(rows, layout, default_kind="plot", today=TODAY, **options)


def test_columns_are_named_by_headings_below_a_title():
    rows = [(number, line.split(";")) for number, line in enumerate(FILE.splitlines(), start=1)]
    layout, groups, _findings = read(rows)
    assert layout.heading_line == 2
    assert layout.columns == {
        "owner": 1, "number": 2, "area": 3, "share": 4, "phone": 5, "email": 6, "member": 7, "cadastral_number": 8,
    }  # fmt: skip
    assert [group.number for group in groups] == ["1", "2А", "11", "12"]
    first = groups[0]
    assert (first.lines, first.area_m2, first.shares()) == ([3, 4], Decimal("650.00"), [Fraction(1, 2)] * 2)
    assert first.owners[0].card.phone == "+7 911 123-45-67"
    assert (first.owners[0].member, first.owners[1].member) == (True, False)
    assert groups[1].owners[0].member_since == date(2010, 5, 12)
    assert [problem.code for problem in groups[2].errors] == ["register.row_bad_area"]
    assert (groups[3].owners[0].card.kind, [problem.code for problem in groups[3].problems]) == (
        "legal",
        ["register.row_shares_gap"],
    )


def test_columns_without_a_heading_are_told_by_what_is_in_them():
    rows = [(1, ["12", "Иванов Иван Иванович", "600,5"]), (2, ["13", "Петров Пётр Петрович", "640"])]
    layout, groups, _findings = read(rows)
    assert (layout.heading_line, layout.columns) == (None, {"number": 0, "owner": 1, "area": 2})
    assert groups[1].area_m2 == Decimal("640.00")


def test_two_owners_of_whole_shares_are_refused_together():
    rows = [
        (1, ["Участок", "Собственник", "Доля"]),
        (2, ["1", "Иванов Иван", "1"]),
        (3, ["1", "Петров Пётр", "1/2"]),
    ]
    _layout, groups, _findings = read(rows)
    assert [(problem.code, problem.params["over"]) for problem in groups[0].errors] == [
        ("register.row_shares_exceed", "1/2")
    ]


def test_thirds_written_as_decimals_are_thirds():
    rows = [
        (1, ["Участок", "Собственник", "Доля"]),
        *((n, ["1", f"Сидоров {name}", "0,33"]) for n, name in ((2, "Иван"), (3, "Пётр"), (4, "Олег"))),
    ]
    _layout, groups, _findings = read(rows)
    assert groups[0].shares() == [Fraction(1, 3)] * 3


def test_cells():
    assert parse_area("6,5 сот.", "m2") == Decimal("650.00")
    assert parse_area(Decimal("0.06"), "ha") == Decimal("600.00")
    assert parse_area("много", "m2") is None
    assert parse_day("15.06.20") == date(2020, 6, 15)
    assert parse_day("31.02.2020") is None
    assert [parse_yes(text) for text in ("Да", "+", "нет", "может")] == [True, True, False, None]


def test_the_reader_counts_people_and_plots(tmp_path):
    path = tmp_path / "реестр.csv"
    path.write_text(FILE, "cp1251")
    assert READER.claims(path.read_bytes(), path.name)
    found = READER.inspect(path)
    assert (found.format, found.encoding, found.totals, found.usable) == (
        "register",
        "cp1251",
        {"people": 5, "plots": 4},
        True,
    )


cells = st.one_of(
    st.none(), st.text(max_size=30), st.decimals(allow_nan=False, allow_infinity=False), st.dates()
)
words = st.sampled_from(
    [
        "Участок",
        "ФИО",
        "Площадь",
        "Доля",
        "1",
        "1/3",
        "2/3",
        "Иванов Иван Иванович",
        "12А",
        "600",
        "да",
        "01.02.2020",
        "-5",
        "=1+1",
    ]
)


@settings(max_examples=150)
@given(st.lists(st.lists(st.one_of(cells, words), max_size=8), max_size=25))
def test_whatever_a_table_holds_every_loadable_plot_is_whole_and_sound(table):
    rows = list(enumerate(table, start=1))
    layout = guess_layout(rows)
    groups, _findings = read_groups(rows, layout, default_kind="plot", today=TODAY)
    for group in groups:
        if not group.errors:
            assert group.number
            assert sum(group.shares()) <= 1
            assert len(group.shares()) == len(group.owners)
            assert all(share > 0 for share in group.shares())
