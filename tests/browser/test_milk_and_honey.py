"""The story of milk and honey: from the photo of a receipt's code to money given back for what came short, and books that agree.

Анна buys milk and honey at a shop, photographs the code, brings the tax service's file, finds a purchase near by, wants seven jars and up
to three more. Her neighbours make it two packs. The farm brings twenty jars of twenty-four; she gets less, one jar leaks, the organiser
gives the money back, and the society's books are proved.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from tests.browser.hands import Mouse, payload
from tests.browser.persons import sign_in

from koopset.apps.joining.factories import make_district
from koopset.apps.ledger import selectors as ledger
from koopset.apps.needs import factories as needs
from koopset.apps.needs.models import Receipt
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement import selectors as settled
from koopset.apps.purchases.settlement import services as settlement
from koopset.apps.purchases.settlement.factories import make_buying_body
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

if TYPE_CHECKING:
    from conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def photo(code: str) -> bytes:
    """A photograph of a code on paper, a little askew on a table."""
    made = zxingcpp.create_barcode(code.encode(), zxingcpp.BarcodeFormat.QRCode)
    square = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=8))
    table = Image.new("RGB", (1200, 1600), (206, 190, 170))
    table.paste(square.convert("RGB").rotate(4, expand=True, fillcolor=(250, 250, 250)), (360, 620))
    out = BytesIO()
    table.save(out, "JPEG", quality=82)
    return out.getvalue()


def test_from_the_code_of_a_receipt_to_a_refund(open_page: OpenPage, transactional_db: None) -> None:
    body = make_buying_body()
    territory = make_district()
    anna = make_login(password=None)
    make_person(None, login=anna, name="Лугова Анна Сергеевна")
    needs.make_home(anna, territory.pk)
    chair, treasurer = make_login(password=None), make_login(password=None)
    make_role(body, Role.CHAIR, person=make_person(body, login=chair, name="Заботина Марина"))
    make_role(body, Role.TREASURER, person=make_person(body, login=treasurer, name="Копейкина Зоя"))
    phone, desk, till = open_page((390, 844)), open_page((390, 844)), open_page()
    for page, login in ((phone, anna), (desk, chair), (till, treasurer)):
        sign_in(page, login)
    buys, runs, keeps = Mouse(phone), Mouse(desk), Mouse(till)

    # A receipt: its code by a photo, its lines by the tax service's file.
    bought = needs.receipt_json(
        [needs.item("МОЛОКО ПАСТ.2,5% 930МЛ", 9_290, 2), needs.item("МЁД НАТУР.ЦВЕТОЧНЫЙ 500Г", 38_990)],
        day=timezone.localdate() - timedelta(days=9),
    )
    buys.open(reverse("needs:home"))
    buys.follow(re.compile("Добавить чек"))
    buys.bring(
        payload("receipt.jpg", photo(needs.qr_of(bought)), "image/jpeg"), phone.locator("#picture-file")
    )
    buys.press("Прочитать снимок")
    buys.arrive(re.compile(r"/my/purchases/\d+/$"))
    phone.get_by_text("ждёт строк").first.wait_for()
    buys.open(reverse("needs:files"))
    buys.bring(
        payload("Мои чеки.json", needs.app_json(bought), "application/json"), phone.locator("#receipts-file")
    )
    buys.press("Прочитать файл")
    buys.arrive(re.compile(r"/my/purchases/files/\d+/$"))
    receipt = Receipt.objects.get()
    assert receipt.state == Receipt.State.FILLED
    assert [line.kind for line in receipt.lines.order_by("position")] == ["молоко", "мёд"]
    buys.open(reverse("needs:receipt", args=[receipt.pk]))
    phone.get_by_text("МЁД НАТУР.ЦВЕТОЧНЫЙ").first.wait_for()

    # A purchase near by: the organiser opens it, neighbours want.
    row = rounds.make_round(
        body,
        title="Молоко и мёд с хутора",
        supplier_name="КФХ «Лесной хутор»",
        access="neighbours",
        territory_id=territory.pk,
        open_until=timezone.now() + timedelta(days=3),
        transport_kop=100_000,
        fee_bp=300,
        fee_source="решение совета № 2",
        goods=(
            {
                "name": "Мёд цветочный, банка",
                "price_kop": 30_000,
                "pack": 12,
                "kind": "мёд",
                "breaks": ((24, 28_000),),
            },
            {
                "name": "Молоко, бутылка",
                "price_kop": 7_000,
                "unit": "l",
                "amount": Decimal(1),
                "pack": 1,
                "kind": "молоко",
            },
        ),
    )
    honey, milk = row.goods.filter(organisation_id=body).order_by("position")
    runs.open(reverse("purchases:round", args=[body, row.pk]))
    runs.press("Открыть закупку")
    desk.get_by_text("открыта").first.wait_for()
    buys.open(reverse("purchases:my-rounds"))
    buys.follow(re.compile("Молоко и мёд с хутора"))
    buys.write(phone.locator(f"#firm_{honey.pk}"), "7")
    buys.write(phone.locator(f"#extra_{honey.pk}"), "3")
    buys.write(phone.locator(f"#firm_{milk.pk}"), "2")
    buys.press("Сохранить всё")
    phone.get_by_text("Ваш заказ").first.wait_for()
    for name, firm, extra in (("Борис", 5, 0), ("Вера", 4, 4), ("Глеб", 2, 6)):
        rounds.make_want(row, rounds.make_participant(body, name), firm, extra, now=timezone.now())

    # «Стоп», the order, money.
    runs.open(reverse("purchases:round", args=[body, row.pk]))
    runs.confirm("СТОП")
    runs.press("Составить заказ")
    row.refresh_from_db()
    assert row.state == Round.State.SENT
    own = settled.own_round(needs.actor_of(anna), row.pk)
    assert own is not None
    ordered = {
        line.good_id: line.allocated
        for line in Line.objects.filter(organisation_id=body, participant=own.participant)
    }
    assert ordered == {honey.pk: 10, milk.pk: 2}
    for participant in Participant.objects.filter(organisation_id=body):
        if participant.pk != own.participant.pk:
            settlement.pay_in(
                actor=SYSTEM, organisation_id=body, participant_id=participant.pk, amount_kop=300_000, on_date=timezone.localdate(),
                way="cash", key=f"story {participant.pk}", round_id=row.pk, now=timezone.now(),
            )  # fmt: skip
    keeps.open(reverse("settlement:pay-in", args=[body, row.pk]) + f"?participant={own.participant.pk}")
    keeps.choose("Кто заплатил", own.participant.name)
    keeps.fill("Сумма", "3500")
    keeps.choose("Как", "наличными")
    keeps.press("Провести")
    keeps.arrive(reverse("settlement:money", args=[body, row.pk]))

    # Twenty jars of twenty-four come: written down by a phone, shared out by the rule.
    runs.open(reverse("settlement:intake", args=[body, row.pk]))
    for good, came in ((honey, "20"), (milk, "2")):
        card = desk.locator(f"#good-{good.pk}")
        runs.write(card.locator(f"#q-{good.pk}"), came)
        runs.press("Записать", within=card)
        desk.locator(f"#good-{good.pk} .ks-pill").get_by_text("ещё не считали").wait_for(state="detached")
    runs.confirm("Всё приехало", "Распределить")
    runs.arrive(reverse("settlement:handout", args=[body, row.pk]))
    got = {
        line.good_id: line.received
        for line in Line.objects.filter(organisation_id=body, participant=own.participant)
    }
    assert got == {honey.pk: 9, milk.pk: 2}

    # The invoice and the transport, then the settlement.
    for kind, kop in (("накладная", "5740"), ("доставка", "1000")):
        keeps.open(reverse("settlement:cost", args=[body, row.pk]))
        keeps.choose("Что", "счёт поставщика" if kind == "накладная" else "доставка")
        keeps.fill("Сумма", kop)
        keeps.fill("Номер документа", kind)
        keeps.press("Провести")
        keeps.arrive(reverse("settlement:money", args=[body, row.pk]))
    keeps.open(reverse("settlement:settle", args=[body, row.pk]))
    till.get_by_text("Деньги сошлись").first.wait_for()
    keeps.press("Провести расчёт")
    keeps.open(reverse("settlement:money", args=[body, row.pk]))
    till.get_by_text("Деньги сошлись").first.wait_for()

    # Handed out by the code, a jar leaks, the money comes back.
    buys.open(reverse("settlement:my-code", args=[row.pk]))
    row.refresh_from_db()
    code = settled.own_pickup(row, own.participant).code
    runs.open(reverse("settlement:handout", args=[body, row.pk]))
    runs.fill("Код участника", code)
    runs.press("Найти")
    runs.press("Выдать")
    runs.arrive(reverse("settlement:handout", args=[body, row.pk]))
    desk.locator("main .ks-pill").get_by_text("выдано").first.wait_for()
    buys.open(reverse("settlement:my-statement", args=[row.pk]))
    phone.get_by_text("Куда ушёл каждый рубль").wait_for()
    phone.get_by_role("link", name="С товаром что-то не так").first.click()
    buys.choose("Что не так", "испорчено")
    buys.fill("С каким количеством", "1")
    buys.press("Отправить претензию")
    phone.get_by_text("Ваши претензии").wait_for()
    runs.open(reverse("settlement:claims", args=[body, row.pk]))
    desk.locator("main table a").first.click()
    runs.fill("Вернуть", "280")
    runs.press("Ответить")
    buys.open(reverse("settlement:my-statement", args=[row.pk]))
    phone.get_by_text("возвращено: 280,00").first.wait_for()
    free = settled.own_money(row, own.participant).free_kop
    keeps.open(reverse("settlement:account", args=[body, own.participant.pk]))
    keeps.follow(re.compile("Вернуть деньги"))
    keeps.fill("Сумма", f"{free / 100:.2f}".replace(".", ","))
    keeps.press("Провести")
    keeps.arrive(reverse("settlement:account", args=[body, own.participant.pk]))
    assert settled.own_money(row, own.participant).free_kop == 0

    # The books agree, to the kopeck.
    assert list(ledger.verify(body)) == []
    assert settled.round_proof(row).holds
    assert ledger.balances(body, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
