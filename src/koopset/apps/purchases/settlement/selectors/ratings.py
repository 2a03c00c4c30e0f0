"""Marks of suppliers: a median from three households on, so that nobody's own answer is told from it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.settlement.models import Rating
from koopset.apps.purchases.settlement.rules.savings import K_RATINGS, median_mark
from koopset.foundation.tenants.guard import across_tenants


@dataclass(frozen=True, slots=True)
class SupplierMarks:
    """Medians of a supplier's marks; None each while there are fewer than three answers. `count` is told always."""

    count: int
    quality: Fraction | None
    terms: Fraction | None
    price: Fraction | None

    @property
    def is_shown(self) -> bool:
        return self.quality is not None

    @property
    def needed(self) -> int:
        return max(0, K_RATINGS - self.count)

    @property
    def quality_value(self) -> float:
        return float(self.quality or 0)

    @property
    def terms_value(self) -> float:
        return float(self.terms or 0)

    @property
    def price_value(self) -> float:
        return float(self.price or 0)


@dataclass(frozen=True, slots=True)
class RatingText:
    """A text of a rating for the office, without a name."""

    id: int
    text: str
    is_hidden: bool


def supplier_marks(row: Round) -> SupplierMarks:
    """Marks of the supplier of a round over all rounds of all bodies that name it by the same taxpayer number, else in this body by name.

    Asks no right: medians over three households and more.
    """
    rows = Rating.objects.all()
    if row.supplier_inn:
        rows = rows.filter(round__supplier_inn=row.supplier_inn)
    else:
        rows = rows.filter(organisation_id=row.organisation_id, round__supplier_name=row.supplier_name)
    with across_tenants("medians of a supplier's marks from three households on"):
        # The latest mark of a household stands: one who buys often does not outvote the others.
        latest = {
            household: marks
            for household, *marks in rows.order_by("at", "pk").values_list(
                "participant__household_id", "quality", "terms", "price"
            )
        }
    marks = list(latest.values())
    return SupplierMarks(
        len(marks),
        median_mark([one[0] for one in marks]),
        median_mark([one[1] for one in marks]),
        median_mark([one[2] for one in marks]),
    )


def own_rating(row: Round, participant: Participant) -> Rating | None:
    """A household's own rating."""
    return Rating.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
    ).first()


def rating_texts(row: Round) -> list[RatingText]:
    """Texts of a round's ratings for whoever answers claims; from three on, so that none is told by whom."""
    rows = list(
        Rating.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
        .exclude(text="")
        .order_by("?")
    )
    if Rating.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).count() < K_RATINGS:
        return []
    return [RatingText(one.pk, one.text, one.is_hidden) for one in rows]


def round_of_rating(organisation_id: int, rating_id: int) -> int | None:
    """The round a rating is of."""
    return (
        Rating.objects.filter(organisation_id=organisation_id, pk=rating_id)
        .values_list("round_id", flat=True)
        .first()
    )
