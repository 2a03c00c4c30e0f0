"""What of purchases is given to analytics: needs with a category that their household shares, never what is private."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    ExtractMonth,
    ExtractYear,
    Length,
    Ord,
    Right,
    Substr,
)

from koopset.apps.needs.models import HouseholdHome, ReceiptLine, SharingChoice
from koopset.apps.needs.selectors.homes import Districts
from koopset.foundation.analytics import Dataset, Kind, Partition, Proof

NAME = "purchases"
MILLION = 1_000_000
CHUNK = 5000

#: `micro` is the amount in millionths of the unit, below zero for a return; `recorded` the second in which its lines came in (epoch);
#: `mark` tells one meaning of a line (whose, where, what) from another, so that a correction is seen in a sum.
COLUMNS = {
    "line_id": Kind.WHOLE,
    "organisation_id": Kind.WHOLE,
    "month": Kind.WHOLE,
    "day": Kind.DAY,
    "household_id": Kind.WHOLE,
    "territory_id": Kind.WHOLE,
    "district_id": Kind.WHOLE,
    "category": Kind.TEXT,
    "kind": Kind.TEXT,
    "unit": Kind.TEXT,
    "micro": Kind.WHOLE,
    "sum_kop": Kind.WHOLE,
    "shop_inn": Kind.TEXT,
    "recorded": Kind.WHOLE,
    "mark": Kind.WHOLE,
}
MEASURES = ("micro", "sum_kop", "mark")


def _letters(field: str, seed: int) -> Any:
    """A number of the first letters, the last one and the length of a text: the same in both databases."""
    total: Any = Length(field) * Value(seed)
    for place in range(1, 7):
        letter = Coalesce(Ord(Substr(field, place, 1)), Value(0))
        total = total + letter * Value(seed * (7 + place * place))
    return total + Coalesce(Ord(Right(field, 1)), Value(0)) * Value(seed * 3)


def _facts() -> QuerySet[Any]:
    """Lines that are given, each with its body, territory, millionths and mark."""
    home = HouseholdHome.objects.filter(household_id=OuterRef("receipt__household_id"))
    choice = SharingChoice.objects.filter(
        household_id=OuterRef("receipt__household_id"), until__isnull=True
    ).filter(Q(category=OuterRef("category")) | Q(category=SharingChoice.ALL))
    millionths = ExpressionWrapper(
        F("amount") * Value(MILLION), output_field=DecimalField(max_digits=30, decimal_places=6)
    )
    whole = BigIntegerField()
    return (
        ReceiptLine.objects.filter(Exists(choice), is_private=False, is_need=True)
        .exclude(sign=0)
        .exclude(category="")
        .annotate(
            at_body=Coalesce(Subquery(home.values("body_id")[:1]), Value(0), output_field=whole),
            at_place=Coalesce(Subquery(home.values("territory_id")[:1]), Value(0), output_field=whole),
            in_month=ExtractYear("receipt__day") * Value(100) + ExtractMonth("receipt__day"),
            micro=Coalesce(
                Cast(Func(millionths, function="ROUND", output_field=DecimalField()), whole) * F("sign"),
                Value(0),
                output_field=whole,
            ),
            signed_kop=ExpressionWrapper(F("sum_kop") * F("sign"), output_field=whole),
        )
        .annotate(
            mark=ExpressionWrapper(
                F("receipt__household_id") * Value(31)
                + F("at_place") * Value(1009)
                + _letters("category", 1)
                + _letters("kind", 5)
                + _letters("amount_unit", 11),
                output_field=whole,
            )
        )
    )


class Purchases:
    """The source of the dataset."""

    def proofs(self) -> Iterator[tuple[Partition, Proof]]:
        """By body and month, counted by the database."""
        rows = (
            _facts()
            .order_by()
            .values_list("at_body", "in_month")
            .annotate(
                count=Count("pk"),
                all_micro=Sum("micro"),
                all_kop=Sum("signed_kop"),
                all_marks=Sum("mark"),
                newest=Max("pk"),
            )
        )
        for body, month, count, micro, kop, marks, newest in rows:
            sums = {"micro": Decimal(micro), "sum_kop": Decimal(kop), "mark": Decimal(marks)}
            yield Partition(body, month), Proof(count, sums, newest)

    def rows(self, partition: Partition, since: int) -> Iterator[Sequence[Any]]:
        """Lines of a body's month above the key `since`, in the order of keys."""
        districts = Districts()
        year, month = divmod(partition.month, 100)
        rows = (
            _facts()
            .filter(
                pk__gt=since,
                receipt__day__year=year,
                receipt__day__month=month,
                at_body=partition.organisation_id,
            )
            .order_by("pk")
            .values_list(
                "pk",
                "receipt__day",
                "receipt__household_id",
                "at_place",
                "category",
                "kind",
                "amount_unit",
                "micro",
                "signed_kop",
                "receipt__shop_inn",
                "receipt__filled_at",
                "receipt__added_at",
                "mark",
            )
        )
        for (
            line_id, day, household, place, category, kind, unit, micro, kop, shop, filled, added, mark,
        ) in rows.iterator(chunk_size=CHUNK):  # fmt: skip
            yield (
                line_id, partition.organisation_id, partition.month, day, household, place,
                districts.of(place) if place else 0, category, kind, unit, micro, kop, shop,
                second_of(filled or added), mark,
            )  # fmt: skip


def second_of(moment: datetime) -> int:
    """The second of the epoch, as `recorded` has it."""
    return int(moment.timestamp())


PURCHASES = Dataset(NAME, COLUMNS, MEASURES, "line_id", Purchases())
