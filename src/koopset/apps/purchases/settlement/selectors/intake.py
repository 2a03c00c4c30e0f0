"""What came against what was ordered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.purchases.models import Participant, Round, RoundGood
from koopset.apps.purchases.selectors import amount_text, goods_of, unit_text
from koopset.apps.purchases.settlement.models import Claim, IntakeRow
from koopset.apps.purchases.settlement.rules.intake import Came, came
from koopset.foundation.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class IntakePhoto:
    """A photo of what came: its row of intake, its file, and how many bytes a slow line has to bring."""

    row_id: int
    file_id: int
    size: int


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A row of intake as the page shows it."""

    id: int
    outcome: str
    outcome_text: str
    quantity: int
    instead: str
    note: str
    photo: IntakePhoto | None
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class GoodIntake:
    """One good on the page of intake."""

    good: RoundGood
    came: Came
    rows: tuple[IntakeLine, ...]

    def _text(self, units: int) -> str:
        return amount_text(units, self.good.by_weight, self.good.unit)

    @property
    def expected_text(self) -> str:
        return self._text(self.came.expected)

    @property
    def good_text(self) -> str:
        return self._text(self.came.good)

    @property
    def spoilt_text(self) -> str:
        return self._text(self.came.spoilt)

    @property
    def substitute_text(self) -> str:
        return self._text(self.came.substitute)

    @property
    def short_text(self) -> str:
        return self._text(self.came.short)

    @property
    def over_text(self) -> str:
        return self._text(self.came.over)

    @property
    def field_unit(self) -> str:
        """What is typed: pieces, or kilograms and litres."""
        return unit_text(self.good.unit) if self.good.by_weight else unit_text("pcs")

    @property
    def field_short(self) -> str:
        """What has not come yet, as a field shows it."""
        units = self.came.short
        if not self.good.by_weight:
            return str(units)
        return f"{units // 1000},{units % 1000:03d}".rstrip("0").rstrip(",")


def came_by_good(row: Round, goods: Iterable[RoundGood]) -> dict[int, Came]:
    """good → what came of it. Asks no right."""
    known = list(goods)
    rows: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for good_id, outcome, quantity in IntakeRow.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, good_id__in=[good.pk for good in known]
    ).values_list("good_id", "outcome", "quantity"):
        rows[good_id].append((outcome, quantity))
    return {good.pk: came(good.ordered or 0, rows[good.pk]) for good in known}


def intake_of(row: Round) -> list[GoodIntake]:
    """Goods of the round that were ordered or came, with the rows. Asks no right: the page asked."""
    goods = goods_of(row.organisation_id, row.pk)
    found = came_by_good(row, goods)
    by_id = {good.pk: good for good in goods}
    rows: dict[int, list[IntakeLine]] = defaultdict(list)
    for one in (
        IntakeRow.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
        .select_related("photo")
        .order_by("pk")
    ):
        rows[one.good_id].append(
            IntakeLine(
                one.pk, one.outcome, str(one.get_outcome_display()), one.quantity, one.instead, one.note,
                IntakePhoto(one.pk, one.photo.pk, one.photo.size) if one.photo else None, one.at,
                amount_text(one.quantity, by_id[one.good_id].by_weight, by_id[one.good_id].unit),
            )
        )  # fmt: skip
    return [
        GoodIntake(good, found[good.pk], tuple(rows[good.pk]))
        for good in goods
        if good.ordered or rows[good.pk]
    ]


def photos_of_goods(row: Round, good_ids: Iterable[int]) -> dict[int, list[IntakePhoto]]:
    """good → photos taken as it came. Asks no right: for the office's page of a claim, and for the page of whose claim rests on them."""
    found: dict[int, list[IntakePhoto]] = defaultdict(list)
    for one in (
        IntakeRow.objects.filter(
            organisation_id=row.organisation_id,
            round_id=row.pk,
            good_id__in=set(good_ids),
            photo__isnull=False,
        )
        .select_related("photo")
        .order_by("pk")
    ):
        if one.photo is not None:
            found[one.good_id].append(IntakePhoto(one.pk, one.photo.pk, one.photo.size))
    return dict(found)


def photo_for_claimant(row: Round, participant: Participant, row_id: int) -> StoredFile | None:
    """The photo of a row of intake, for the household whose claim is about the same good; None for anybody else's, as for none."""
    one = (
        IntakeRow.objects.filter(
            organisation_id=row.organisation_id,
            round_id=row.pk,
            pk=row_id,
            good_id__in=Claim.objects.filter(
                organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
            ).values("line__good_id"),
        )
        .select_related("photo")
        .first()
    )
    return one.photo if one is not None else None
