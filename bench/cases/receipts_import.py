"""A file of N receipts with ten lines each read, recognised and written, against bare parsing of its JSON and bare inserting of its rows.

The file is of the tax service's application: an array, so it is read a receipt at a time; memory does not grow with it.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

from bench import town
from bench.measure import Result, Stopwatch, peak_mib
from django.core.management import call_command
from django.db import connection, transaction

from koopset.apps.needs.models import Receipt, ReceiptImport, ReceiptLine
from koopset.apps.needs.services.imports import import_read
from koopset.apps.people.factories import make_actor, make_login
from koopset.apps.people.models import Login
from koopset.apps.people.services import household_ensure

LINES = 10
RATIO, MIB = 4, 350
GOODS = (
    "МОЛОКО ОЗЁРНОЕ ПАСТ.2,5% {}МЛ", "Хлеб ржаной формовой {}г", "ЯЙЦО КУРИНОЕ С1 10ШТ {}", "Сыр Российский 50% вес {}", "КЕФИР 1% {}Г",
    "Картофель весовой 1кг {}", "Крупа гречневая {}г", "Сахар-песок {}г", "Масло подсолнечное {}мл", "Пакет-майка {}", "Чай чёрный {}пак",
    "Яблоки Гала вес {}", "Филе куриное охл. {}г", "Порошок стиральный {}г", "Бумага туал. {}рул", "Сметана 20% {}г", "Печенье овсяное {}г",
)  # fmt: skip


COMMON = {"nds": 2, "paymentType": 4, "productType": 1}


def _path() -> Path:
    return Path(os.environ["KOOPSET_DATA"]) / "receipts.json"


def _receipt(number: int, dice: random.Random) -> dict[str, object]:
    items, total = [], 0
    for _line in range(LINES):
        price = dice.randrange(1_000, 60_000)
        weighed = dice.random() < 0.3
        quantity = dice.randrange(100, 3_000) / 1000 if weighed else dice.choice((1, 1, 1, 2, 3))
        paid = int(price * quantity + 0.5)
        total += paid
        name = dice.choice(GOODS).format(dice.randrange(100, 300) * 5)
        items.append(
            {
                "name": name,
                "price": price,
                "quantity": quantity,
                "sum": paid,
                **COMMON,
                "itemsQuantityMeasure": 11 * weighed,
            }
        )
    day = f"20{20 + number % 6}-{1 + number % 12:02}-{1 + number % 28:02}T{8 + number % 12:02}:{number % 60:02}:00"
    receipt = {
        "cashTotalSum": 0, "code": 3, "dateTime": day, "ecashTotalSum": total, "fiscalDocumentFormatVer": 4,
        "fiscalDocumentNumber": number + 1,
        "fiscalDriveNumber": "9960440300000101", "fiscalSign": 3_000_000_000 + number, "items": items, "kktRegId": "0001473719030755    ",
        "operationType": 1, "operator": "Кассир", "requestNumber": number % 500, "retailPlace": "Универсам «Прилавок»", "shiftNumber": 1,
        "taxationType": 1, "totalSum": total, "user": "ООО «Северный прилавок»", "userInn": "4700555018  ",
    }  # fmt: skip
    return {
        "_id": f"{number:024x}",
        "createdAt": "2026-11-15T10:00:00+00:00",
        "ticket": {"document": {"receipt": receipt}},
    }


def prepare(n: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    make_login("buyer@bench.example", password=None)
    dice = random.Random(2026)
    with _path().open("w", encoding="utf-8") as file:
        file.write("[\n")
        for number in range(n):
            file.write(json.dumps(_receipt(number, dice), ensure_ascii=False))
            file.write(",\n" if number + 1 < n else "\n")
        file.write("]\n")


def measure(n: int) -> list[Result]:
    login = Login.objects.get(email="buyer@bench.example")
    household = household_ensure(actor=make_actor(None, None, login=login), now=town.NOW)
    row = ReceiptImport.objects.create(
        household_id=household.id,
        login_id=login.pk,
        file_name="receipts.json",
        sha256="",
        size=0,
        state="reading",
        at=town.NOW,
    )
    watch, floor = Stopwatch(), Stopwatch()
    with watch(), _path().open("rb") as file:
        import_read(row, file, now=town.NOW, step=lambda _done: transaction.atomic())
    peak = peak_mib()
    assert (row.added, row.lines, row.failed) == (n, n * LINES, 0), row
    with floor():
        _bare(household.id, login.pk)
    result = Result("receipts_import", n, watch.best, floor.best, peak)
    result.at_most("of bare parsing and inserting", watch.best / floor.best, RATIO, "times")
    return [result.at_most("memory", peak, MIB, "MiB")]


def _bare(household_id: int, login_id: int) -> None:
    """Each receipt parsed by the standard library and its rows inserted as they are; nothing is checked or recognised."""
    key = (Receipt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    line_key = (ReceiptLine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    of_receipts = (
        "INSERT INTO needs_receipt (id, household_id, added_by_id, fn, fd, fp, day, clock, operation, total_kop, state, source, shop_inn, "
        "shop_name, flags, added_at, filled_at) VALUES (" + ", ".join(["%s"] * 17) + ")"
    )
    of_lines = (
        "INSERT INTO needs_receiptline (id, receipt_id, position, name, quantity, unit, price_kop, sum_kop, gtin, sign, category, kind, "
        "how, amount, amount_unit, is_private, is_need) VALUES (" + ", ".join(["%s"] * 17) + ")"
    )
    moment = str(town.NOW)
    receipts: list[Any] = []
    lines: list[Any] = []
    with _path().open(encoding="utf-8") as file, connection.cursor() as cursor:
        for text in file:
            if not text.startswith("{"):
                continue
            one = json.loads(text.rstrip().rstrip(","))["ticket"]["document"]["receipt"]
            day, clock = one["dateTime"].split("T")
            receipts.append(
                (
                    key,
                    household_id,
                    login_id,
                    "1" + one["fiscalDriveNumber"],
                    one["fiscalDocumentNumber"],
                    one["fiscalSign"],
                    day,
                    clock,
                    1,
                    one["totalSum"],
                    "filled",
                    "file",
                    one["userInn"].strip(),
                    one["retailPlace"],
                    "",
                    moment,
                    moment,
                )
            )
            for position, item in enumerate(one["items"], start=1):
                row = (
                    line_key,
                    key,
                    position,
                    item["name"],
                    str(item["quantity"]),
                    "pcs",
                    item["price"],
                    item["sum"],
                )
                lines.append((*row, "", 1, "", "", "", None, "", False, True))
                line_key += 1
            key += 1
            if len(receipts) == 1000:
                with transaction.atomic():
                    cursor.executemany(of_receipts, receipts)
                    cursor.executemany(of_lines, lines)
                receipts, lines = [], []
        with transaction.atomic():
            if receipts:
                cursor.executemany(of_receipts, receipts)
                cursor.executemany(of_lines, lines)
