"""The chart of accounts of an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from koopset.apps.ledger.formats.chart_profile import read_profile
from koopset.apps.ledger.models import Book, ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.organisations.selectors import legal_form, organisation_card_or_none
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class ChartLine:
    """`is_fixed`: the program names this code itself, so it stays."""

    id: int
    code: str
    title: str
    level: int
    kind: str
    subject: str
    is_heading: bool
    is_closed: bool
    is_fixed: bool

    @property
    def takes_entries(self) -> bool:
        return not (self.is_heading or self.is_closed)


def profile_choices(organisation_id: int) -> list[tuple[str, str]]:
    """Charts of accounts to open books with: that of the legal form first, then the one that fits any."""
    card = organisation_card_or_none(organisation_id)
    first = read_profile(legal_form(card.form if card else "").chart)
    offered = [first, *(one for one in (read_profile("nonprofit"),) if one.key != first.key)]
    english = (get_language() or "").startswith("en")
    return [(one.key, one.name_en if english else one.name) for one in offered]


def chart(actor: Actor, organisation_id: int) -> list[ChartLine]:
    """All accounts in the order of codes. Raises Forbidden."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    return chart_lines(organisation_id)


def chart_lines(organisation_id: int) -> list[ChartLine]:
    """The same for services of other rooms, which asked their own right."""
    book = Book.objects.filter(organisation_id=organisation_id).first()
    fixed = read_profile(book.profile).fixed_codes if book else frozenset()
    return [
        ChartLine(
            id=row.pk,
            code=row.code,
            title=row.title,
            level=row.code.count("."),
            kind=row.kind,
            subject=row.subject,
            is_heading=not row.is_postable,
            is_closed=row.is_closed,
            is_fixed=row.code in fixed,
        )
        for row in ChartAccount.objects.filter(organisation_id=organisation_id).order_by("code")
    ]


def codes_about(organisation_id: int, subject: str = "personal-account") -> list[str]:
    """Codes whose analytic accounts are about `subject`."""
    return list(
        ChartAccount.objects.filter(organisation_id=organisation_id, subject=subject)
        .order_by("code")
        .values_list("code", flat=True)
    )
