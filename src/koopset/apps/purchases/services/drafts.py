"""A round is prepared: what it is, how it is run, which goods it has. All of it is frozen when the round opens."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db.models import Max

from koopset.apps.organisations import selectors as organisations
from koopset.apps.places import selectors as places
from koopset.apps.purchases.models import Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.services.locks import lock_round, require_state
from koopset.apps.register import selectors as register
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

#: More goods make a page that nobody reads to its end.
MOST_GOODS = 2000
BY_WEIGHT = (Unit.KG, Unit.L)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a round is run. Money in kopecks, `fee_bp` in hundredths of a percent; deadlines are moments."""

    title: str
    supplier_name: str
    about: str = ""
    supplier_inn: str = ""
    rule: str = Round.Rule.BY_TIME
    tolerance_allowed: bool = True
    minimum_kop: int = 0
    transport_kop: int = 0
    transport_split: str = Round.TransportSplit.BY_VALUE
    fee_bp: int = 0
    fee_source: str = ""
    holder: str = Round.Holder.BODY
    handed_out: str = ""
    access: str = Round.Access.MEMBERS
    territory_id: int | None = None
    open_until: datetime | None = None
    boxfill_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class GoodTyped:
    """A good typed by hand. `pack` is in units: pieces, or grams (millilitres) by weight; the price is of a piece, a kg or a litre."""

    name: str
    price_kop: int
    unit: str = Unit.PCS
    amount: Decimal = Decimal(1)
    by_weight: bool = False
    pack: int = 1
    min_packs: int = 0
    limit: int | None = None
    breaks: Sequence[tuple[int, int]] = ()
    article: str = ""
    gtin: str = ""
    category: str = ""
    kind: str = ""
    offer_id: int | None = None
    vat_bp: int | None = None


def _clean(text: str, size: int) -> str:
    return " ".join(text.split())[:size]


def check_settings(settings: Settings) -> None:
    """Raises purchases.no_title, purchases.no_supplier, purchases.fee_source, purchases.bad_fee, purchases.bad_sum, purchases.no_territory,
    purchases.boxfill_before_stop.
    """
    if not settings.title.strip():
        raise RuleViolation("purchases.no_title", field="title")
    if not settings.supplier_name.strip():
        raise RuleViolation("purchases.no_supplier", field="supplier_name")
    for field in ("minimum_kop", "transport_kop"):
        if not 0 <= getattr(settings, field) <= MAX_KOP:
            raise RuleViolation("purchases.bad_sum", field=field)
    if not 0 <= settings.fee_bp <= 10_000:
        raise RuleViolation("purchases.bad_fee", field="fee")
    if settings.fee_bp and not settings.fee_source.strip():
        raise RuleViolation("purchases.fee_source", field="fee_source")
    if settings.access == Round.Access.NEIGHBOURS and (
        settings.territory_id is None or places.territory(settings.territory_id) is None
    ):
        raise RuleViolation("purchases.no_territory", field="territory")
    if settings.boxfill_until and (
        settings.open_until is None or settings.boxfill_until <= settings.open_until
    ):
        raise RuleViolation("purchases.boxfill_before_stop", field="boxfill_until")


def put_settings(row: Round, settings: Settings) -> None:
    """Write what was checked into a draft."""
    for name, value in asdict(settings).items():
        setattr(row, name, value)
    row.title = _clean(settings.title, 200)
    row.supplier_name = _clean(settings.supplier_name, 300)
    row.about = settings.about.strip()[:4000]
    row.fee_source = _clean(settings.fee_source, 300)
    row.handed_out = _clean(settings.handed_out, 400)
    row.supplier_inn = _clean(settings.supplier_inn, 12)
    if settings.access != Round.Access.NEIGHBOURS:
        row.territory_id = None


def settings_of(row: Round) -> Settings:
    """The settings of a round as they stand."""
    return Settings(**{item.name: getattr(row, item.name) for item in fields(Settings)})


def new_round(
    organisation_id: int,
    settings: Settings,
    *,
    by: int | None,
    now: datetime,
    decision_id: int | None = None,
) -> Round:
    """A draft of a body, with who runs it by the body's card."""
    card = organisations.organisation_card(organisation_id)
    row = Round(
        organisation_id=organisation_id,
        operator_name=card.name_full or card.name_short,
        operator_form=card.form,
        invite_code=secrets.token_urlsafe(9),
        created_at=now,
        created_by=by,
        decision_id=decision_id,
    )
    put_settings(row, settings)
    row.save()
    return row


@service(PurchaseRight.ROUND_RUN)
def round_draft(
    *,
    actor: Actor,
    organisation_id: int,
    settings: Settings,
    decision_id: int | None = None,
    now: datetime,
) -> Round:
    """Begin a round; `decision_id`: the decision of a meeting by which the body buys. Raises what check_settings does,
    purchases.decision_unknown.
    """
    check_settings(settings)
    if decision_id is not None and not register.decision_exists(organisation_id, decision_id):
        raise RuleViolation("purchases.decision_unknown", field="decision")
    return new_round(organisation_id, settings, by=actor.login_id, now=now, decision_id=decision_id)


@service(PurchaseRight.ROUND_RUN)
def round_settings_save(
    *, actor: Actor, organisation_id: int, round_id: int, settings: Settings, now: datetime
) -> Round:
    """Change how a draft is run. Raises what check_settings does; purchases.frozen once it was opened."""
    row = lock_round(organisation_id, round_id)
    if row.state != Round.State.DRAFT:
        raise RuleViolation("purchases.frozen")
    check_settings(settings)
    put_settings(row, settings)
    row.save()
    return row


@service(PurchaseRight.ROUND_RUN)
def round_extend(
    *, actor: Actor, organisation_id: int, round_id: int, until: datetime, now: datetime
) -> Round:
    """Give a round more time: the term of its present stage moves later, never earlier. Whoever may refuse, may so longer.

    Raises purchases.state, purchases.earlier.
    """
    row = lock_round(organisation_id, round_id)
    require_state(row, Round.State.OPEN, Round.State.BOXFILL)
    field = "open_until" if row.state == Round.State.OPEN else "boxfill_until"
    old = getattr(row, field)
    if until <= now or (old is not None and until <= old):
        raise RuleViolation("purchases.earlier", field="until")
    setattr(row, field, until)
    if row.state == Round.State.OPEN and row.boxfill_until is not None and row.boxfill_until <= until:
        raise RuleViolation("purchases.boxfill_before_stop", field="until")
    row.save(update_fields=[field])
    return row


# Goods ---------------------------------------------------------------------------------------------------------------------------


def check_good(good: GoodTyped) -> None:
    """Raises purchases.no_name, purchases.bad_price, purchases.bad_pack, purchases.bad_breaks, purchases.bad_unit, purchases.bad_limit."""
    if not good.name.strip():
        raise RuleViolation("purchases.no_name", field="name")
    if not 0 < good.price_kop <= MAX_KOP:
        raise RuleViolation("purchases.bad_price", field="price")
    if good.unit not in list(Unit) or not good.amount.is_finite() or not 0 < good.amount < 10**9:
        raise RuleViolation("purchases.bad_unit", field="amount")
    if good.by_weight and good.unit not in BY_WEIGHT:
        raise RuleViolation("purchases.bad_unit", field="unit")
    if not 1 <= good.pack <= 10**6 or not 0 <= good.min_packs <= 10**6:
        raise RuleViolation("purchases.bad_pack", field="pack")
    if good.limit is not None and not 1 <= good.limit <= 10**9:
        raise RuleViolation("purchases.bad_limit", field="limit")
    starts = [start for start, _ in good.breaks]
    prices = [price for _, price in good.breaks]
    if (
        len(set(starts)) != len(starts)
        or any(start < 1 for start in starts)
        or any(not 0 < price <= MAX_KOP for price in prices)
    ):
        raise RuleViolation("purchases.bad_breaks", field="breaks")


def put_good(row: RoundGood, good: GoodTyped) -> None:
    """Write what was checked into a good of a draft."""
    for name, value in asdict(good).items():
        setattr(row, name, value)
    row.name, row.article, row.gtin = _clean(good.name, 300), _clean(good.article, 80), good.gtin.strip()[:14]
    row.breaks = [[start, price] for start, price in sorted(good.breaks)]
    row.amount = Decimal(1) if good.by_weight else good.amount


def next_position(organisation_id: int, round_id: int) -> int:
    """Where the next good of the round stands. Under the round's lock."""
    goods = RoundGood.objects.filter(organisation_id=organisation_id, round_id=round_id)
    return (goods.aggregate(last=Max("position"))["last"] or 0) + 1


def _draft(organisation_id: int, round_id: int) -> Round:
    row = lock_round(organisation_id, round_id)
    if row.state != Round.State.DRAFT:
        raise RuleViolation("purchases.frozen")
    return row


def add_goods(row: Round, goods: Sequence[GoodTyped]) -> list[RoundGood]:
    """Goods at the end of a locked draft. Raises what check_good does, purchases.too_many_goods."""
    at = next_position(row.organisation_id, row.pk)
    if at + len(goods) - 1 > MOST_GOODS:
        raise RuleViolation("purchases.too_many_goods", most=MOST_GOODS)
    made = []
    for position, good in enumerate(goods, start=at):
        check_good(good)
        one = RoundGood(organisation_id=row.organisation_id, round_id=row.pk, position=position)
        put_good(one, good)
        one.save()
        made.append(one)
    return made


@service(PurchaseRight.ROUND_RUN)
def good_add(
    *, actor: Actor, organisation_id: int, round_id: int, good: GoodTyped, now: datetime
) -> RoundGood:
    """A good typed by hand into a draft. Raises what check_good does; purchases.frozen."""
    return add_goods(_draft(organisation_id, round_id), [good])[0]


@service(PurchaseRight.ROUND_RUN)
def good_change(
    *, actor: Actor, organisation_id: int, round_id: int, good_id: int, good: GoodTyped, now: datetime
) -> RoundGood:
    """Change a good of a draft. Raises what check_good does; purchases.frozen, RoundGood.DoesNotExist."""
    row = _draft(organisation_id, round_id)
    one = RoundGood.objects.get(organisation_id=organisation_id, round_id=row.pk, pk=good_id)
    check_good(good)
    put_good(one, good)
    one.save()
    return one


@service(PurchaseRight.ROUND_RUN)
def good_remove(*, actor: Actor, organisation_id: int, round_id: int, good_id: int, now: datetime) -> None:
    """Take a good out of a draft. Raises purchases.frozen, purchases.wanted_already (made of a proposal), RoundGood.DoesNotExist."""
    row = _draft(organisation_id, round_id)
    one = RoundGood.objects.get(organisation_id=organisation_id, round_id=row.pk, pk=good_id)
    if one.wants.filter(organisation_id=organisation_id).exists():
        raise RuleViolation("purchases.wanted_already")
    one.delete()
