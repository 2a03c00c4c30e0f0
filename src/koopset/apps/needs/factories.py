"""Receipts for tests of this room and of the rooms above, by the services that pages use."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from typing import Any

from django.utils import timezone

from koopset.apps.needs import services
from koopset.apps.needs.models import HouseholdHome, ReceiptImport, SharingChoice
from koopset.apps.people.services import household_ensure
from koopset.foundation.rights.actors import Actor, actor_for_login

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FN = "9960440300000101"
_numbers = count(1)


def actor_of(login: Any) -> Actor:
    """The actor behind a login, with the roles it has."""
    return actor_for_login(login.pk, on=timezone.localdate())


def make_household(login: Any, *, now: datetime = NOW) -> int:
    """The key of the household of a login, made where there is none."""
    return household_ensure(actor=actor_of(login), now=now).id


def item(name: str, price: int, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    """A line of a receipt as the tax service writes it; prices in kopecks."""
    return {
        "name": name,
        "price": price,
        "quantity": quantity,
        "sum": round(price * quantity),
        "nds": 2,
        "paymentType": 4,
        "productType": 1,
        **more,
    }


def receipt_json(
    items: list[dict[str, Any]],
    *,
    day: date | str = date(2026, 11, 14),
    fd: int | None = None,
    operation: int = 1,
    shop: str = "Магазин «Прилавок»",
    inn: str = "4700555018",
    **more: Any,
) -> dict[str, Any]:
    """A receipt as the tax service writes it, flat."""
    number = fd if fd is not None else 10_000 + next(_numbers)
    if not isinstance(day, str):
        # A receipt of today is of midnight: that has surely passed, whenever the test runs.
        day = f"{day.isoformat()}T{'18:05:00' if day < timezone.localdate() else '00:00:00'}"
    return {
        "code": 3,
        "user": "ООО «Северный прилавок»",
        "userInn": f"{inn}  ",
        "operationType": operation,
        "dateTime": day,
        "fiscalDriveNumber": FN,
        "fiscalDocumentNumber": number,
        "fiscalSign": 3_000_000_000 + number,
        "fiscalDocumentFormatVer": 4,
        "kktRegId": "0001473719030755    ",
        "retailPlace": shop,
        "totalSum": sum(one["sum"] for one in items),
        "items": items,
        **more,
    }


def app_json(*receipts: dict[str, Any]) -> bytes:
    """A file of the application «Проверка чеков»."""
    rows = [
        {
            "_id": f"{index:024x}",
            "createdAt": "2026-11-15T10:00:00+00:00",
            "ticket": {"document": {"receipt": one}},
        }
        for index, one in enumerate(receipts, start=1)
    ]
    return json.dumps(rows, ensure_ascii=False).encode()


def qr_of(receipt: dict[str, Any]) -> str:
    """The code on the paper of a receipt."""
    stamp = str(receipt["dateTime"])[:16].replace("-", "").replace(":", "")
    total = receipt["totalSum"]
    return (
        f"t={stamp}&s={total // 100}.{total % 100:02}&fn={receipt['fiscalDriveNumber']}&i={receipt['fiscalDocumentNumber']}"
        f"&fp={receipt['fiscalSign']}&n={receipt['operationType']}"
    )


def bring(login: Any, *receipts: dict[str, Any], now: datetime = NOW) -> ReceiptImport:
    """Receipts of a login's household, brought as a file."""
    return services.import_start(
        actor=actor_of(login), file=BytesIO(app_json(*receipts)), name="receipts.json", now=now
    )


def make_purchase(
    login: Any,
    name: str,
    price: int,
    quantity: Any = 1,
    *,
    day: date = date(2026, 11, 14),
    now: datetime = NOW,
    **more: Any,
) -> ReceiptImport:
    """One purchase by a receipt of its own."""
    return bring(login, receipt_json([item(name, price, quantity)], day=day, **more), now=now)


def make_home(login: Any, territory_id: int, organisation_id: int | None = None) -> HouseholdHome:
    """Where the household of a login lives; asks no right."""
    row, _made = HouseholdHome.objects.update_or_create(
        household_id=make_household(login),
        defaults={"territory_id": territory_id, "body_id": organisation_id},
    )
    return row


def make_sharing(login: Any, *categories: str, now: datetime = NOW) -> None:
    """The household of a login shares these categories; all that may be shared where none is named. Asks no consent."""
    for category in categories or (SharingChoice.ALL,):
        SharingChoice.objects.get_or_create(
            household_id=make_household(login),
            category=category,
            until=None,
            defaults={"chosen_by_id": login.pk, "since": now},
        )
