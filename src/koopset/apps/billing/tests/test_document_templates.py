"""The templates of a payment document: an old version gives the bytes it always gave, a new one looks alike and is read by a scanner."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat
from pypdfium2 import PdfDocument

from koopset.apps.billing.formats.receipt import record_bytes
from koopset.apps.billing.selectors.documents import TEMPLATE_VERSION, pdf_of_data, template_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RECORD = (
    "ST00011|Name=СНТ «Берёзка»|PersonalAcc=40703810300000000002|BankName=ПАО Сбербанк|BIC=044030653|"
    "CorrespAcc=30101810500000000653|Sum=195970|Purpose=Код платежа 110 472 913. Взносы за ноябрь 2026, участок 12|"
    "PayeeINN=4700000010|KPP=470101001|PersAcc=110472913|PaymPeriod=112026"
)
CODE: dict[str, Any] = {
    "title": "К оплате",
    "sum": "1 959,70 ₽",
    "sum_kop": 195970,
    "purpose": "Код платежа 110 472 913. Взносы за ноябрь 2026, участок 12",
    "record": RECORD,
    "record_plain": RECORD,
    "payee": {
        "name": "СНТ «Берёзка»",
        "inn": "4700000010",
        "kpp": "470101001",
        "account": "40703810300000000002",
        "bic": "044030653",
        "bank": "ПАО Сбербанк",
        "correspondent": "30101810500000000653",
    },
}
DATA: dict[str, Any] = {
    "title": "Платёжный документ",
    "charged_title": "Начислено",
    "law_note": "",
    "number": "202611-110472913",
    "month": "ноябрь 2026",
    "issued": "24 ноября 2026",
    "due": "10 декабря 2026",
    "organisation": "СНТ «Берёзка»",
    "contacts": "+7 912 345-67-89",
    "account_number": "110472913",
    "code": "110 472 913",
    "payer": "Вознесенская-Константинопольская Александра Константиновна",
    "payer_address": "188000, Ленинградская область, посёлок Новый Свет, дом 35, квартира 118",
    "units": "участок 12, Берёзовая",
    "lines": [
        {"title": "Членский взнос", "note": "8 соток × 150,25 ₽", "sum": "1 202,00"},
        {
            "title": "Целевой взнос на отсыпку внутренней дороги от въезда до второго перекрёстка и обочин",
            "note": "1 счёт × 757,70 ₽; исправление за октябрь 2026: площадь пересчитана по выписке из реестра недвижимости",
            "sum": "757,70",
        },
    ],
    "opening_label": "Долг на 1 ноября 2026",
    "opening": "0,00",
    "charged": "1 959,70",
    "paid": "0,00",
    "total": "1 959,70 ₽",
    "advance": "",
    "codes": [CODE],
}
PREPAID = DATA | {"advance": "100,00 ₽", "codes": [], "lines": []}


def pages(version: int, data: dict[str, Any]) -> list[Image.Image]:
    with PdfDocument(pdf_of_data(data, version=version, created_at=NOW)) as paper:
        return [page.render(scale=150 / 72).to_pil().convert("L") for page in paper]


#: Of papers in people's hands. Other digests here mean that every paper issued before would be refused: docs/decisions/papers.md.
DIGESTS = {
    1: "2567c9fa2306e8edb7cfcf0d1a36b2115c75ec61389655413d6421bf62f1dde5",
    2: "2d58f00c685cda0d7915c89f393600235a7f2700916a0f44fd517bff8e7493f3",
}


@pytest.mark.parametrize("version", DIGESTS)
def test_a_template_that_was_used_gives_the_bytes_it_always_gave(version: int) -> None:
    made = pdf_of_data(DATA, version=version, created_at=NOW)
    assert hashlib.sha256(made).hexdigest() == DIGESTS[version]


def test_the_digest_of_every_template_is_known() -> None:
    assert set(DIGESTS) == set(range(1, TEMPLATE_VERSION + 1))
    assert not template_of(TEMPLATE_VERSION + 1).exists()


@pytest.mark.parametrize("data", [DATA, PREPAID, DATA | {"codes": [CODE] * 3}])
def test_the_second_version_looks_as_the_first(data: dict[str, Any]) -> None:
    before, after = pages(1, data), pages(2, data)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        # A tenth of the page's size: lines stand where they stood, a letter may stand a point higher.
        small = [page.resize((old.width // 10, old.height // 10)) for page in (old, new)]
        assert ImageStat.Stat(ImageChops.difference(*small)).mean[0] < 4
        assert old.getbbox() == new.getbbox()


def test_the_square_of_the_printed_page_is_read_by_a_scanner() -> None:
    for version in DIGESTS:
        [page] = pages(version, DATA)
        [symbol] = zxingcpp.read_barcodes(page)
        assert bytes(symbol.bytes) == record_bytes(RECORD)
