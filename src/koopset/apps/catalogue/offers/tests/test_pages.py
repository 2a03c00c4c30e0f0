from datetime import date

import pytest
from django.urls import reverse

from koopset.apps.catalogue.offers import services
from koopset.apps.catalogue.offers.factories import NOW, make_offer, make_price_list
from koopset.apps.catalogue.offers.models import ListImport, Offer, PriceList
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import tree_load
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.tables import read_rows

pytestmark = pytest.mark.django_db
LIST = "Артикул;Наименование;Цена;от 10 шт;Цвет\nМ-1;Мёд липовый 0,5 кг;450;420;жёлтый\nХ-1;=1+1;60;;\nП-1;Пустое;;;\n"


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def office(client, home):
    login = make_login(password=None)
    make_role(home.pk, Role.STAFF, login=login)
    client.force_login(login)
    return client


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\xa0", " ")


def test_from_nothing_to_a_published_list(office, home, tmp_path):
    assert "Прайс-листов пока нет" in text_of(office.get(reverse("offers:lists", args=[home.pk])))
    new = reverse("offers:list_new", args=[home.pk])
    assert "Напишите, чьи это цены" in text_of(office.post(new, {"valid_from": "01.11.2026"}))
    answer = office.post(new, {"supplier_name": "КФХ Лужки", "valid_from": "01.11.2026", "is_public": "on"})
    row = PriceList.objects.get(organisation_id=home.pk)
    bring = reverse("offers:bring", args=[home.pk, row.pk])
    assert answer.headers["Location"] == bring
    assert "Прайс-лист пуст" in text_of(office.get(reverse("offers:list", args=[home.pk, row.pk])))
    path = tmp_path / "прайс.csv"
    path.write_text(LIST, "utf-8")
    with path.open("rb") as file:
        answer = office.post(bring, {"file": file})
    brought = ListImport.objects.get(organisation_id=home.pk)
    page = reverse("offers:import", args=[home.pk, brought.pk])
    assert answer.headers["Location"] == page
    text = text_of(office.get(page))
    assert "Что в каждом столбце" in text
    assert 'name="from-3" value="10"' in text
    columns = {
        "column-0": "article",
        "column-1": "name",
        "column-2": "price",
        "column-3": "break",
        "from-3": "12",
        "is_whole": "1",
    }
    twice = text_of(office.post(page, {"action": "check", **columns, "column-4": "name"}))
    assert "Два столбца названы одинаково" in twice
    office.post(page, {"action": "check", **columns})
    text = text_of(office.get(page))
    assert "Нет цены больше нуля" in text
    assert "Цвет" in text
    assert "от 12" in text
    office.post(page, {"action": "run"})
    text_of(office.get(page))
    run_pending_jobs()
    text = text_of(office.get(page))
    assert "Эти строки не загружены" in text
    assert "Скачать" in text
    listed = reverse("offers:list", args=[home.pk, row.pk])
    assert "Мёд липовый" in text_of(office.get(listed))
    assert "Мёд липовый" in text_of(office.get(listed, {"q": "липовый"}))
    assert "Ничего не на" in text_of(office.get(listed, {"q": "икра"}))
    office.post(reverse("offers:publish", args=[home.pk, row.pk]))
    row.refresh_from_db()
    assert row.state == "published"
    office.post(reverse("offers:withdraw", args=[home.pk, row.pk]))
    row.refresh_from_db()
    assert row.state == "draft"


def test_the_table_that_goes_out_comes_back_the_same(office, home, tmp_path):
    price_list = make_price_list(home.pk)
    make_offer(price_list, article="М-1", key="a:м 1")
    make_offer(price_list, name="=HYPERLINK(1)", article="Ф", key="a:ф", unit="pcs", amount=1)
    answer = office.get(reverse("offers:export", args=[home.pk, price_list.pk]))
    path = tmp_path / "out.xlsx"
    path.write_bytes(answer.getvalue())
    rows = list(read_rows(path, "out.xlsx"))
    assert [row.cells[1] for row in rows[1:]] == ["'=HYPERLINK(1)", "Мёд липовый 0,5 кг"]
    row = services.import_start(
        actor=SYSTEM,
        organisation_id=home.pk,
        price_list_id=price_list.pk,
        name="out.xlsx",
        content=path.read_bytes(),
        now=NOW,
    )
    checked = services.import_check(actor=SYSTEM, organisation_id=home.pk, import_id=row.pk, now=NOW)
    assert (checked.report["counts"]["new"], checked.report["errors"], checked.report["changes"]) == (
        0,
        0,
        [],
    )


def test_an_offer_is_entered_changed_archived_and_named(office, home):
    price_list = make_price_list(home.pk)
    new = reverse("offers:offer_new", args=[home.pk, price_list.pk])
    assert "Новое предложение" in text_of(office.get(new))
    bad = text_of(office.post(new, {"name": "Мёд", "unit": "kg", "price": "450", "breaks": "дёшево"}))
    assert "Не понять «дёшево»" in bad
    office.post(
        new,
        {
            "name": "Пыльца",
            "unit": "g",
            "amount": "100",
            "price": "300,50",
            "breaks": "10 — 280\nот 50 шт — 250,00",
            "is_available": "on",
        },
    )
    row = Offer.objects.get(organisation_id=home.pk)
    assert (row.price_kop, row.unit) == (30_050, "g")
    page = reverse("offers:offer", args=[home.pk, row.pk])
    assert "10 — 280,00" in text_of(office.get(page))
    office.post(page, {"name": "Пыльца", "unit": "g", "amount": "100", "price": "310", "is_available": "on"})
    assert "Сколько это стоило" in text_of(office.get(page))
    office.post(reverse("offers:offer_archive", args=[home.pk, row.pk]))
    assert "В архиве" in text_of(office.get(page))
    office.post(reverse("offers:offer_restore", args=[home.pk, row.pk]))
    Offer.objects.filter(organisation_id=home.pk).update(category="", kind="")
    listed = reverse("offers:list", args=[home.pk, price_list.pk])
    assert "<optgroup" in text_of(office.get(listed, {"shown": "unknown"}))
    answer = office.post(
        reverse("offers:kind", args=[home.pk, row.pk]), {"kind": "хлеб", "back": f"{listed}?shown=unknown"}
    )
    assert answer.headers["Location"] == f"{listed}?shown=unknown"
    away = office.post(
        reverse("offers:kind", args=[home.pk, row.pk]), {"kind": "хлеб", "back": "//evil.test/"}
    )
    assert away.headers["Location"] == listed
    row.refresh_from_db()
    assert row.category == "хлеб"


def test_offers_nearby(client, home):
    tree_load(actor=SYSTEM, now=NOW)
    district = territory_named("Гатчинский район")
    make_offer(
        make_price_list(home.pk, territory_ids=[district.pk], valid_from=date(2020, 1, 1)),
        name="Мёд <b>белый",
    )
    hidden = make_offer(
        make_price_list(home.pk, territory_ids=[district.pk], published=False), name="Черновик"
    )
    client.force_login(make_login(password=None))
    near = reverse("offers:near")
    assert "Выберите свой район" in text_of(client.get(near))
    text = text_of(client.get(near, {"place": district.pk}))
    assert "Мёд &lt;b&gt;белый" in text
    assert "Черновик" not in text
    assert "Ничего не на" in text_of(client.get(near, {"place": district.pk, "q": "рыба"}))
    other = territory_named("Волосовский район")
    assert "Сюда пока никто не доставляет" in text_of(client.get(near, {"place": other.pk}))
    shown = Offer.objects.get(organisation_id=home.pk, name="Мёд <b>белый")
    assert "450" in text_of(client.get(reverse("offers:near_offer", args=[shown.pk])))
    assert client.get(reverse("offers:near_offer", args=[hidden.pk])).status_code == 404


def test_a_stranger_sees_no_page_of_the_office(client, home):
    client.force_login(make_login(password=None))
    row = make_price_list(home.pk)
    for name, args in (("lists", []), ("list", [row.pk]), ("export", [row.pk]), ("bring", [row.pk])):
        assert client.get(reverse(f"offers:{name}", args=[home.pk, *args])).status_code == 404
