from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from koopset.apps.catalogue.offers import services
from koopset.apps.catalogue.offers.factories import make_offer, make_price_list
from koopset.apps.catalogue.offers.models import ListImport, Offer, PriceFact, PriceList
from koopset.apps.catalogue.offers.selectors import offers_for
from koopset.apps.catalogue.selectors import recognise
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.foundation.files.spreadsheets import read_rows
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "files"
LIST = (
    "Артикул;Наименование;Цена;от 10 шт;В упаковке\nМ-1;Мёд липовый 0,5 кг;450;420;6\nХ-1;Хлеб ржаной;60;;\n"
)


@pytest.fixture
def home():
    return make_organisation()


def actor_as(home, role):
    login = make_login(password=None)
    make_role(home.pk, role, login=login)
    return actor_for_login(login.pk, on=timezone.localdate())


@pytest.fixture
def actor(home):
    return actor_as(home, Role.TREASURER)


@pytest.fixture
def own(home, actor):
    return {"actor": actor, "organisation_id": home.pk, "now": timezone.now()}


@pytest.fixture
def price_list(own):
    return services.price_list_add(supplier_name="КФХ Лужки", supplier_inn="7707083893", **own)


def check(own, price_list, content, name="прайс.csv", **named):
    content = content.encode() if isinstance(content, str) else content
    row = services.import_start(price_list_id=price_list.pk, name=name, content=content, **own)
    return services.import_check(import_id=row.pk, **named, **own)


def load(own, price_list, content, name="прайс.csv", **named):
    row = check(own, price_list, content, name, **named)
    services.import_run(import_id=row.pk, **own)
    run_pending_jobs()
    row.refresh_from_db()
    return row


def refused(code, call, **arguments):
    with pytest.raises(RuleViolation) as refusal:
        call(**arguments)
    assert refusal.value.code == code
    return refusal.value


# Lists


def test_a_list_is_a_draft_until_it_is_published(own, home, price_list):
    assert price_list.state == "draft"
    refused("offers.nothing_to_publish", services.price_list_publish, price_list_id=price_list.pk, **own)
    make_offer(price_list)
    services.price_list_publish(price_list_id=price_list.pk, **own)
    assert len(offers_for(home.pk, on=timezone.localdate())) == 1
    another = services.price_list_add(supplier_name="КФХ  лужки", **own)
    make_offer(another)
    services.price_list_publish(price_list_id=another.pk, **own)
    price_list.refresh_from_db()
    assert price_list.state == "replaced"
    services.price_list_withdraw(price_list_id=another.pk, **own)
    assert offers_for(home.pk, on=timezone.localdate()) == []


def test_an_own_list_has_the_name_of_the_body(own, home):
    row = services.price_list_add(is_own=True, **own)
    assert (row.supplier_name, row.supplier_inn) == (home.name_short, home.inn)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"supplier_name": " <b></b> "}, "offers.no_supplier_name", "supplier_name"),
        ({"supplier_inn": "7707083890"}, "requisites.inn", "supplier_inn"),
        ({"email": "почта"}, "offers.bad_email", "email"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "offers.dates_in_order", "valid_to"),
        ({"territory_ids": [987654321]}, "offers.unknown_place", "territories"),
        ({"territory_ids": range(1, 200)}, "offers.too_many_places", "territories"),
    ],
)
def test_what_a_list_is_refused_for(own, values, code, field):
    with pytest.raises(RuleViolation) as refusal:
        services.price_list_add(**{"supplier_name": "КФХ", **own, **values})
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.AUDITOR])
def test_others_of_the_office_read_and_do_not_write(own, home, role, price_list):
    with pytest.raises(Forbidden):
        services.price_list_publish(**{**own, "actor": actor_as(home, role)}, price_list_id=price_list.pk)


def test_a_list_of_another_body_is_unknown(own, price_list):
    there = make_organisation()
    stranger = {**own, "actor": actor_as(there, Role.CHAIR), "organisation_id": there.pk}
    refused(
        "offers.unknown_list", services.price_list_edit, price_list_id=price_list.pk, title="x", **stranger
    )
    offer = make_offer(price_list)
    refused("offers.unknown_offer", services.offer_archive, offer_id=offer.pk, **stranger)


# Files


def test_a_file_is_checked_then_loaded(own, home, price_list):
    row = check(own, price_list, LIST)
    assert row.report["counts"] == {"new": 2, "changed": 0, "same": 0, "archived": 0, "failed": 0, "gone": 0}
    assert not Offer.objects.filter(organisation_id=home.pk).exists()  # nothing is written before
    services.import_run(import_id=row.pk, **own)
    run_pending_jobs()
    row.refresh_from_db()
    assert (row.state, row.report["done"]) == ("done", {"new": 2, "gone": 0, "failed": 0})
    honey = Offer.objects.get(organisation_id=home.pk, article="М-1")
    assert (honey.price_kop, honey.pack, honey.amount, honey.unit) == (45_000, 6, Decimal("0.5"), "kg")
    assert [(one.from_items, one.price_kop) for one in honey.breaks.filter(organisation_id=home.pk)] == [
        (10, 42_000)
    ]
    known = recognise([("Мёд липовый 0,5 кг", "")])[0]
    assert (honey.category, honey.kind) == (known.category, known.kind)
    assert honey.history.filter(organisation_id=home.pk).count() == 1
    assert PriceFact.objects.filter(organisation_id=home.pk).count() == 2


def test_the_same_file_again_changes_nothing(own, home, price_list):
    load(own, price_list, LIST)
    before = list(Offer.objects.filter(organisation_id=home.pk).order_by("pk").values(*FIELDS))
    row = load(own, price_list, LIST)
    assert row.report["done"] == {"same": 2, "gone": 0, "failed": 0}
    assert list(Offer.objects.filter(organisation_id=home.pk).order_by("pk").values(*FIELDS)) == before
    assert PriceFact.objects.filter(organisation_id=home.pk).count() == 2


FIELDS = ("pk", "key", "name", "price_kop", "archived_at", "changed_at", "category")


def test_a_new_list_renews_prices_archives_and_brings_back(own, home, price_list):
    load(own, price_list, LIST)
    newer = "Артикул;Наименование;Цена;от 10 шт;В упаковке\nМ-1;Мёд липовый 0,5 кг;480;440;6\nС-1;Сыр козий 0,3 кг;500;;\n"
    row = check(own, price_list, newer)
    assert row.report["counts"] == {"new": 1, "changed": 1, "same": 0, "archived": 0, "failed": 0, "gone": 1}
    assert row.report["changes"] == [{"name": "Мёд липовый 0,5 кг", "before": 45_000, "after": 48_000}]
    services.import_run(import_id=row.pk, **own)
    run_pending_jobs()
    bread = Offer.objects.get(organisation_id=home.pk, article="Х-1")
    honey = Offer.objects.get(organisation_id=home.pk, article="М-1")
    assert bread.archived_at is not None
    assert honey.price_kop == 48_000
    prices = PriceFact.objects.filter(organisation_id=home.pk, offer_id=honey.pk).order_by("pk")
    assert list(prices.values_list("price_kop", "breaks")) == [
        (45_000, [[10, 42_000]]),
        (48_000, [[10, 44_000]]),
    ]
    load(own, price_list, LIST)
    bread = Offer.objects.get(organisation_id=home.pk, article="Х-1")
    assert bread.archived_at is None
    told = PriceFact.objects.filter(organisation_id=home.pk, offer_id=bread.pk).order_by("pk")
    assert list(told.values_list("is_offered", flat=True)) == [True, False, True]


def test_a_list_without_articles_finds_goods_by_name_and_barcode(own, home, price_list):
    load(
        own, price_list, "Наименование;Цена;Штрихкод\nМёд липовый 0,5 кг;450;4607045982771\nХлеб ржаной;60;\n"
    )
    keys = dict(Offer.objects.filter(organisation_id=home.pk).values_list("name", "pk"))
    load(
        own,
        price_list,
        "Артикул;Наименование;Цена;Штрихкод\n1;Мёд лип.;470;4607045982771\n2;Хлеб ржаной;65;\n",
    )
    assert set(Offer.objects.filter(organisation_id=home.pk).values_list("pk", flat=True)) == set(
        keys.values()
    )


def test_lines_that_cannot_be_loaded_come_back(own, home, price_list, tmp_path):
    row = load(own, price_list, (FILES / "honey.csv").read_bytes())
    assert row.report["done"] == {"new": 3, "gone": 0, "failed": 5}
    path = tmp_path / "failed.xlsx"
    with row.failed_file.open() as file:
        path.write_bytes(file.read())
    lines = list(read_rows(path, "failed.xlsx"))
    assert lines[0].cells[-1] == "Что исправить"
    assert [one.cells[1] for one in lines[1:]] == ["С-1", "С-2", "С-3", "С-4", "С-5"]
    formula = Offer.objects.get(organisation_id=home.pk, article="М-2")
    assert formula.name.startswith("=HYPERLINK")


def test_a_line_twice_is_loaded_once(own, home, price_list):
    row = load(own, price_list, "Артикул;Наименование;Цена\n1;Мёд;450\n1;Мёд;400\n")
    assert row.report["done"] == {"new": 1, "gone": 0, "failed": 1}
    assert [one["code"] for one in row.report["failed"]] == ["offers.item_twice"]


def test_a_part_of_a_list_archives_nothing(own, home, price_list):
    load(own, price_list, LIST)
    row = load(own, price_list, "Артикул;Наименование;Цена\nМ-1;Мёд липовый 0,5 кг;470\n", is_whole=False)
    assert row.report["done"]["gone"] == 0
    assert Offer.objects.filter(organisation_id=home.pk, archived_at__isnull=True).count() == 2


def test_an_offer_by_hand_survives_files(own, home, price_list):
    services.offer_save(price_list_id=price_list.pk, name="Прополис", price_kop=30_000, **own)
    load(own, price_list, LIST)
    assert Offer.objects.filter(organisation_id=home.pk, archived_at__isnull=True).count() == 3


def test_columns_named_by_a_person_are_remembered(own, home, price_list):
    content = "Колонка А;Колонка Б;Наименование\n450;1;Мёд\n60;2;Хлеб\n"
    row = services.import_start(
        price_list_id=price_list.pk, name="прайс.csv", content=content.encode(), **own
    )
    services.import_check(import_id=row.pk, columns={"name": 2, "price": 0}, **own)
    again = services.import_start(
        price_list_id=price_list.pk, name="прайс.csv", content=content.encode(), **own
    )
    assert again.mapping["columns"] == {"name": 2, "price": 0}
    of_supplier = services.price_list_add(supplier_name="кфх лужки", **own)
    assert of_supplier.mapping["headings"]["колонка а"] == "price"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"price": 1}, "offers.no_name_column"),
        ({"name": 1}, "offers.no_price_column"),
        ({"name": 1, "price": 1}, "offers.column_twice"),
        ({"name": 1, "price": 99}, "offers.unknown_column"),
        ({"name": 1, "secret": 0}, "offers.unknown_column"),
        ({"name": 1, "price": 2, "break:0": 3}, "offers.unknown_column"),
    ],
)
def test_columns_that_are_refused(own, price_list, columns, code):
    row = services.import_start(price_list_id=price_list.pk, name="прайс.csv", content=LIST.encode(), **own)
    refused(code, services.import_check, import_id=row.pk, columns=columns, **own)
    row.refresh_from_db()
    assert row.state == "mapping"


def test_a_file_is_loaded_once(own, home, price_list):
    row = check(own, price_list, LIST)
    services.import_run(import_id=row.pk, **own)
    refused("offers.import_started", services.import_run, import_id=row.pk, **own)
    refused("offers.import_started", services.import_cancel, import_id=row.pk, **own)
    other = check(own, price_list, LIST)
    refused("offers.another_import", services.import_run, import_id=other.pk, **own)
    run_pending_jobs()
    services.import_cancel(import_id=other.pk, **own)
    refused("offers.import_started", services.import_check, import_id=other.pk, **own)
    fresh = services.import_start(price_list_id=price_list.pk, name="прайс.csv", content=LIST.encode(), **own)
    refused("offers.import_not_checked", services.import_run, import_id=fresh.pk, **own)


def test_files_that_were_not_loaded_are_forgotten(own, home, price_list):
    check(own, price_list, LIST)
    loaded = load(own, price_list, LIST)
    assert services.imports_forget(before=timezone.now() + timedelta(days=1)) == {home.pk: 1}
    assert list(ListImport.objects.filter(organisation_id=home.pk)) == [loaded]


def test_an_empty_table_is_refused(own, price_list):
    refused(
        "offers.empty_table",
        services.import_start,
        price_list_id=price_list.pk,
        name="a.csv",
        content=b"\n\n",
        **own,
    )


# CommerceML


def test_an_exchange_of_1c_is_loaded_in_two_files(own, home, price_list):
    goods = (FILES / "import.xml").read_bytes()
    row = check(own, price_list, goods, "import.xml")
    assert row.report["counts"]["failed"] == 2  # goods without prices wait for the second file
    loaded = load(own, price_list, (FILES / "offers.xml").read_bytes(), "offers.xml")
    assert loaded.report["done"] == {"new": 2, "gone": 0, "failed": 1}
    honey = Offer.objects.get(organisation_id=home.pk, external_id="t-1")
    assert (honey.price_kop, honey.stock, honey.unit, honey.amount) == (
        145_050,
        Decimal(10),
        "kg",
        Decimal("0.5"),
    )
    assert Offer.objects.get(organisation_id=home.pk, external_id="t-3#39").name == "Носки (Размер: 39)"
    named = load(own, price_list, goods, "import.xml", is_whole=False)
    assert named.report["done"]["changed"] == 1
    honey.refresh_from_db()
    assert (honey.article, honey.group, honey.vat, honey.price_kop) == ("М-1", "Мёд", "10", 145_050)
    deleted = goods.replace(
        "<Ид>t-1</Ид>".encode(), "<Ид>t-1</Ид><ПометкаУдаления>true</ПометкаУдаления>".encode()
    )
    gone = load(own, price_list, deleted, "import.xml", is_whole=False)
    assert gone.report["done"]["archived"] == 1
    honey.refresh_from_db()
    assert honey.archived_at is not None


def test_a_file_of_1c_that_is_none_is_refused(own, price_list):
    refused(
        "offers.not_commerceml",
        services.import_start,
        price_list_id=price_list.pk,
        name="a.xml",
        content=b"<html/>",
        **own,
    )
    doctype = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    refused(
        "offers.xml_with_doctype",
        services.import_start,
        price_list_id=price_list.pk,
        name="a.xml",
        content=doctype,
        **own,
    )


# By hand and from programs


def test_an_offer_by_hand(own, home, price_list):
    row = services.offer_save(
        price_list_id=price_list.pk, name="Мёд <b>липовый</b>", price_kop=45_000, unit="kg", amount=Decimal("0.5"), pack=6,
        breaks=[(60, 40_000), (12, 43_000)], season_from=8, season_to=10, **own,
    )  # fmt: skip
    assert row.name == "Мёд липовый"
    services.offer_save(
        price_list_id=price_list.pk, offer_id=row.pk, name="Мёд липовый", price_kop=47_000, **own
    )
    assert PriceFact.objects.filter(organisation_id=home.pk, offer_id=row.pk).count() == 2
    services.offer_save(
        price_list_id=price_list.pk,
        offer_id=row.pk,
        name="Мёд липовый",
        price_kop=47_000,
        note="светлый",
        **own,
    )
    assert PriceFact.objects.filter(organisation_id=home.pk, offer_id=row.pk).count() == 2
    refused(
        "offers.taken_twice",
        services.offer_save,
        price_list_id=price_list.pk,
        name="мед липовый",
        price_kop=1,
        **own,
    )
    services.offer_archive(offer_id=row.pk, **own)
    services.offer_archive(offer_id=row.pk, **own)
    services.offer_restore(offer_id=row.pk, **own)
    assert PriceFact.objects.filter(organisation_id=home.pk, offer_id=row.pk).count() == 4


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "offers.no_name"), ({"price_kop": 0}, "offers.bad_price"), ({"unit": "ha"}, "offers.bad_unit"),
        ({"amount": Decimal(0)}, "offers.bad_numbers"), ({"pack": 0}, "offers.bad_numbers"), ({"min_packs": 0}, "offers.bad_numbers"),
        ({"gtin": "123"}, "offers.bad_gtin_typed"), ({"vat": "13"}, "offers.bad_vat"), ({"season_from": 1}, "offers.bad_season"),
        ({"category": "нет такой"}, "offers.unknown_kind"), ({"breaks": [(1, 5)]}, "offers.bad_break"),
        ({"breaks": [(10, 500_000)]}, "offers.break_dearer"), ({"breaks": [(10, 5), (10, 6)]}, "offers.break_twice"),
        ({"stock": Decimal(-1)}, "offers.bad_numbers"), ({"photo": ("a.pdf", b"%PDF-1.4 x")}, "offers.not_a_photo"),
    ],
)  # fmt: skip
def test_what_an_offer_is_refused_for(own, home, price_list, values, code):
    refused(
        code,
        services.offer_save,
        price_list_id=price_list.pk,
        **{"name": "Мёд", "price_kop": 45_000, **values},
        **own,
    )
    assert not Offer.objects.filter(organisation_id=home.pk).exists()


def test_the_supplier_says_what_an_offer_is(own, home, price_list):
    row = services.offer_save(price_list_id=price_list.pk, name="Абырвалг пузатый", price_kop=100, **own)
    assert row.category == ""
    refused("offers.unknown_kind", services.kind_answer, offer_id=row.pk, category="", **own)
    services.kind_answer(offer_id=row.pk, category="хлеб", **own)
    load(own, price_list, "Наименование;Цена\nАбырвалг пузатый;2\n")
    row.refresh_from_db()
    assert (row.category, row.price_kop) == ("хлеб", 200)


def test_many_offers_from_a_program(own, home, price_list):
    rows = [
        {"external_id": "1", "name": "Мёд", "price_kop": 45_000},
        {"article": "Х", "name": "Хлеб", "price_kop": 6_000},
    ]
    first = services.offers_upsert(price_list_id=price_list.pk, rows=rows, **own)
    rows[0]["price_kop"] = 44_000
    assert services.offers_upsert(price_list_id=price_list.pk, rows=rows, **own) == first
    assert PriceFact.objects.filter(organisation_id=home.pk).count() == 3
    error = refused(
        "offers.bad_price",
        services.offers_upsert,
        price_list_id=price_list.pk,
        rows=[*rows, {"name": "x", "price_kop": 0}],
        **own,
    )
    assert error.line == 3
    refused(
        "offers.taken_twice",
        services.offers_upsert,
        price_list_id=price_list.pk,
        rows=[rows[0], rows[0]],
        **own,
    )


def test_a_list_is_never_half_written(own, home, price_list, monkeypatch):
    from koopset.apps.catalogue.offers.services import imports

    row = check(own, price_list, LIST)
    services.import_run(import_id=row.pk, **own)

    def broken(*_arguments, **_named):
        raise RuleViolation("offers.unknown_list")

    monkeypatch.setattr(imports, "archive_unseen", broken)
    run_pending_jobs()
    assert not Offer.objects.filter(organisation_id=home.pk).exists()
    assert not PriceFact.objects.filter(organisation_id=home.pk).exists()


def test_a_published_list_keeps_its_state_when_it_is_renewed(own, home):
    price_list = make_price_list(home.pk)
    load(own, price_list, LIST)
    assert PriceList.objects.get(organisation_id=home.pk).state == "published"
    assert len(offers_for(home.pk, on=timezone.localdate())) == 2
