"""Wants of a round as the rules take them, and what stands of each good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from koopset.apps.purchases.models import Line, RoundGood, WantRecord
from koopset.apps.purchases.rules.allotment import GoodInput
from koopset.apps.purchases.rules.queue import Want


def wants_by_good(
    organisation_id: int, round_id: int, *, last_want_id: int | None = None
) -> dict[int, list[Want]]:
    """good → its want records (up to a key), for `rules.allotment`. Asks no right: for services and rooms above."""
    rows = WantRecord.objects.filter(organisation_id=organisation_id, round_id=round_id)
    if last_want_id is not None:
        rows = rows.filter(pk__lte=last_want_id)
    found: dict[int, list[Want]] = {}
    for good_id, *want in rows.order_by("pk").values_list(
        "good_id", "pk", "participant_id", "quantity", "tolerance"
    ):
        found.setdefault(good_id, []).append(Want(*want))
    return found


def goods_of(organisation_id: int, round_id: int) -> list[RoundGood]:
    """Goods of the round in their order."""
    return list(
        RoundGood.objects.filter(organisation_id=organisation_id, round_id=round_id).order_by("position")
    )


def inputs_for(goods: Iterable[RoundGood], came: Mapping[int, int] | None = None) -> list[GoodInput]:
    """Goods as `rules.allotment` takes them; with `came`, units that came (a good that is not named did not come)."""
    return [
        GoodInput(
            good=good.pk,
            pack=good.pack,
            minimum=good.min_packs,
            by_weight=good.by_weight,
            limit=good.limit,
            price_kop=good.price_kop,
            breaks=tuple((int(units), int(kop)) for units, kop in good.breaks),
            came=None if came is None else came.get(good.pk, 0),
        )
        for good in goods
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What all want of a good now."""

    wanted: int = 0
    tolerance: int = 0
    buyers: int = 0


def standings(organisation_id: int, round_id: int) -> dict[int, Standing]:
    """good → what all want of it; a good that nobody wants is absent."""
    found: dict[int, Standing] = {}
    rows = Line.objects.filter(organisation_id=organisation_id, round_id=round_id).values_list(
        "good_id", "wanted", "tolerance"
    )
    for good_id, wanted, tolerance in rows.iterator(chunk_size=5000):
        was = found.get(good_id, Standing())
        found[good_id] = Standing(
            was.wanted + wanted, was.tolerance + tolerance, was.buyers + bool(wanted or tolerance)
        )
    return found


def standing_of_good(organisation_id: int, good_id: int) -> Standing:
    """What all want of one good now."""
    sums = Line.objects.filter(organisation_id=organisation_id, good_id=good_id).aggregate(
        wanted=Sum("wanted"), tolerance=Sum("tolerance")
    )
    return Standing(sums["wanted"] or 0, sums["tolerance"] or 0)
