"""Invented purchases for tests: households at a home that share, with receipts day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from koopset.apps.needs.demand.models import Proposal, ProposalShare, Wish
from koopset.apps.needs.models import HouseholdHome, Receipt, ReceiptLine, SharingChoice
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Household, HouseholdMember, Login
from koopset.apps.places.models import Territory

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def make_place(name: str, *, parent: Territory | None = None, level: str = "settlement") -> Territory:
    row = Territory.objects.create(parent=parent, level=level, name=name)
    row.path = f"{parent.path if parent else ''}{row.pk}."
    row.save()
    return row


def make_district(name: str = "Заречный район", *settlements: str) -> tuple[Territory, list[Territory]]:
    district = make_place(name, level="district")
    return district, [make_place(one, parent=district) for one in settlements]


def make_household(
    place: Territory | None = None,
    *,
    email: str | None = None,
    login: Login | None = None,
    shares: Iterable[str] = ("*",),
) -> tuple[Household, Login]:
    """A household of one login; at home and sharing as told."""
    household = Household.objects.create(made_at=MADE)
    login = login or (make_login(email) if email else make_login(f"h{household.pk}@example.org"))
    HouseholdMember.objects.create(household=household, login=login, since=MADE)
    if place is not None:
        HouseholdHome.objects.create(household=household, territory=place)
    for category in shares:
        SharingChoice.objects.create(household=household, category=category, chosen_by=login, since=MADE)
    return household, login


def buy(
    household: Household,
    day: date,
    kind: str = "молоко",
    *,
    category: str = "молоко_молочное",
    amount: str | None = "1",
    unit: str = "l",
    kop: int = 8000,
    shop: str = "7700000001",
    sign: int = 1,
    private: bool = False,
    need: bool = True,
    at: datetime | None = None,
) -> ReceiptLine:
    """A receipt of one line."""
    at = at or datetime.combine(day, time(20), tzinfo=UTC)
    receipt = Receipt.objects.create(
        household=household,
        day=day,
        total_kop=kop,
        state=Receipt.State.FILLED,
        source=Receipt.Source.HAND,
        operation=Receipt.Operation.SALE if sign > 0 else Receipt.Operation.RETURN,
        shop_inn=shop,
        added_at=at,
        filled_at=at,
    )
    return ReceiptLine.objects.create(
        receipt=receipt,
        position=1,
        name=kind.upper(),
        quantity=Decimal(1),
        unit="pcs",
        price_kop=kop,
        sum_kop=kop,
        sign=sign,
        category=category,
        kind=kind,
        amount=None if amount is None else Decimal(amount),
        amount_unit=unit if amount is not None else "",
        is_private=private,
        is_need=need,
    )


def household_for(login: Login, place: Territory) -> Household:
    """The household the login is in, at home somewhere; made where there is none."""
    known = HouseholdMember.objects.filter(login=login, until__isnull=True).first()
    household = known.household if known else make_household(login=login, shares=())[0]
    HouseholdHome.objects.get_or_create(household=household, defaults={"territory": place})
    return household


def make_proposal(
    households: Iterable[int], place: Territory, *, supplier_id: int, offer_id: int = 1, **fields: Any
) -> Proposal:
    """An open proposal of honey with a share of each household."""
    ids = sorted(households)
    now = fields.pop("now", datetime.now(UTC))
    values: dict[str, Any] = {
        "level": "settlement",
        "category": "сахар_кондитерские",
        "kind": "мёд",
        "unit": "kg",
        "offer_name": "Мёд липовый 0,5 кг",
        "households": max(5, len(ids)),
        "amount": Decimal(4 * max(5, len(ids))),
        "items": 8 * max(5, len(ids)),
        "packs": 4,
        "item_price_kop": 30_000,
        "saving_kop": 900_000,
        "hours": Decimal("2.6"),
        "arithmetic": [
            {"code": "own", "kop": 2_880_000, "amount": "24.000", "households": 6},
            {"code": "goods", "kop": -1_440_000, "items": 48, "packs": 4, "price_kop": 30_000},
            {"code": "transport", "kop": -150_000},
            {"code": "organiser", "kop": -72_000, "percent": "5"},
            {"code": "hours", "kop": -78_000, "hours": "2.6", "hour_kop": 30_000},
            {"code": "saving", "kop": 1_140_000},
        ],
        "first_at": now,
        "computed_at": now,
        "expires_at": now + timedelta(days=30),
        **fields,
    }
    row = Proposal.objects.create(territory_id=place.pk, supplier_id=supplier_id, offer_id=offer_id, **values)
    ProposalShare.objects.bulk_create(
        ProposalShare(
            proposal=row,
            household_id=one,
            amount=Decimal(4),
            own_price_kop=120_000,
            own_kop=480_000,
            together_kop=290_000,
            saving_kop=190_000,
        )
        for one in ids
    )
    return row


def make_neighbourhood(
    logins: Iterable[Login], place: Territory, *, supplier_id: int, on: date
) -> tuple[Proposal, dict[int, Wish]]:
    """Every login has a household here with a year of honey and a wish; one proposal concerns them all. The wishes by login."""
    wishes: dict[int, Wish] = {}
    ids = []
    for login in logins:
        household = household_for(login, place)
        ids.append(household.pk)
        for number in range(6):
            buy(
                household,
                on - timedelta(days=5 + 15 * number),
                "мёд",
                category="сахар_кондитерские",
                amount="2",
                unit="kg",
                kop=240_000,
            )
        wishes[login.pk] = Wish.objects.create(
            household_id=household.pk,
            login_id=login.pk,
            territory_id=place.pk,
            category="молоко_молочное",
            kind="молоко",
            amount=Decimal(10),
            unit="l",
            max_price_kop=9000,
            created_at=datetime.now(UTC),
        )
    return make_proposal(ids, place, supplier_id=supplier_id), wishes
