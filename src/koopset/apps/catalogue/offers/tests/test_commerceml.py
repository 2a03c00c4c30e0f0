from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.catalogue.offers.formats.commerceml import (
    Good,
    Group,
    Order,
    Owner,
    PriceType,
    Proposal,
    read_commerceml,
)
from koopset.apps.catalogue.offers.formats.commerceml_order import Party, PlacedLine, PlacedOrder, write_order
from koopset.apps.catalogue.offers.formats.price_list import Problem
from koopset.kernel.inspection import inspect_file
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

FILES = Path(__file__).parent / "files"
SAMPLES = Path(__file__).parents[7] / "shared/samples/formats/f_commerceml"


def of(kind, source):
    return [one for one in read_commerceml(source) if isinstance(one, kind)]


def test_goods_with_groups_inside_groups():
    assert of(Group, FILES / "import.xml") == [Group("g-2", "Мёд", "g-1"), Group("g-1", "Продукты", "")]
    assert of(Owner, FILES / "import.xml") == [Owner("КФХ Лужки", "7707083893")]
    goods = {good.id: good for good in of(Good, FILES / "import.xml")}
    assert (goods["t-1"].group_ids, goods["t-1"].vat, goods["t-1"].unit) == (("g-2",), "10", Unit.PCS)
    assert goods["t-2"].is_deleted
    assert goods["t-3"].name == "Носки шерстяные"
    assert [one.code for one in of(Problem, FILES / "import.xml")] == ["offers.no_id", "offers.no_id"]


def test_offers_with_prices_rests_and_kinds_of_a_good():
    assert [(one.id, one.is_roubles) for one in of(PriceType, FILES / "offers.xml")] == [
        ("p-1", True),
        ("p-2", False),
    ]
    honey, socks = of(Proposal, FILES / "offers.xml")
    assert (honey.prices, honey.quantity) == ((("p-1", 145_050, "руб", 1),), Decimal("10.000"))
    assert (socks.good_id, socks.traits, socks.quantity) == ("t-3", "Размер: 39", Decimal("1.000"))
    assert [one.code for one in of(Problem, FILES / "offers.xml")] == ["offers.no_price"]


def test_a_file_in_cp1251_and_a_bare_classifier():
    text = (FILES / "import.xml").read_text("utf-8").replace("UTF-8", "windows-1251").encode("cp1251")
    assert len(of(Good, BytesIO(text))) == 3
    bare = "<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>Мёд</Наименование></Группа></Группы></Классификатор>"
    assert of(Group, BytesIO(bare.encode())) == [Group("1", "Мёд", "")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><КоммерческаяИнформация>&b;</КоммерческаяИнформация>',
            "offers.xml_with_doctype",
        ),
        (
            '<!DOCTYPE КоммерческаяИнформация SYSTEM "file:///etc/passwd"><КоммерческаяИнформация/>',
            "offers.xml_with_doctype",
        ),
        ("<КоммерческаяИнформация>", "offers.broken_xml"),
        ("<html/>", "offers.not_commerceml"),
        ("", "offers.broken_xml"),
        ("<КоммерческаяИнформация>" + "<Группа>" * 5000, "offers.broken_xml"),
    ],
)
def test_what_is_refused(text, code):
    with pytest.raises(RuleViolation) as refusal:
        list(read_commerceml(BytesIO(text.encode())))
    assert refusal.value.code == code


def test_an_order_is_written_and_read_back():
    order = PlacedOrder(
        "order-1",
        "З-1",
        date(2026, 11, 24),
        Party("КФХ Лужки", "7707083893", "470101001"),
        Party("Группа «Соседи» <&>"),
        [
            PlacedLine(
                "Мёд\x00 липовый", Decimal("12.0"), 45_000, 540_000, "М-1", "4607045982771", Unit.PCS, "10"
            ),
            PlacedLine("Картофель", Decimal("7.5"), 4_000, 30_000, unit=Unit.KG, vat="none"),
        ],
        "до пятницы",
    )
    content = write_order(order)
    assert content == write_order(order)
    (read,) = of(Order, BytesIO(content))
    assert (read.number, read.day, read.operation, read.sum_kop) == (
        "З-1",
        date(2026, 11, 24),
        "Заказ товара",
        570_000,
    )
    assert [(line.name, line.quantity, line.price_kop, line.sum_kop) for line in read.lines] == [
        ("Мёд липовый", Decimal(12), 45_000, 540_000),
        ("Картофель", Decimal("7.5"), 4_000, 30_000),
    ]
    with pytest.raises(RuleViolation):
        write_order(PlacedOrder("1", "1", date(2026, 1, 1), Party("а"), Party("б"), []))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")
@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*.xml")) if SAMPLES.exists() else [], ids=lambda path: path.name
)
def test_files_of_real_programs_are_read_or_refused_with_a_reason(path):
    answer = inspect_file(path)
    assert answer.format == "commerceml"
    assert answer.usable == ("contractors" not in path.name)
    assert answer.totals["left_out"] == 0


PIECES = st.sampled_from(
    (
        "<Товар> </Товар> <Ид>1</Ид> <Ид/> <Группы> </Группы> <Группа> </Группа> <Документ> </Документ> <Предложения> </Предложения> "
        "<Предложение> </Предложение> <Товары> </Товары> <Цены><Цена><ЦенаЗаЕдиницу>1\u00a0000,5</ЦенаЗаЕдиницу></Цена></Цены> "
        "<Количество>-5</Количество> &lt; <!--x--> <?x?> ]]>"
    ).split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=10), max_size=30))
def test_no_file_breaks_the_reader(pieces):
    text = "<КоммерческаяИнформация>" + "".join(pieces) + "</КоммерческаяИнформация>"
    with suppress(RuleViolation):
        assert all(one is not None for one in read_commerceml(BytesIO(text.encode("utf-8", "replace"))))
