"""How long each kind of data is kept, by what ground, and the work that ends it by itself.

A room names its terms in `privacy.py`. A term is dated: a shorter or longer one begins on a day and is written beside the old.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from koopset.foundation.personal.models import TermRun

log = structlog.get_logger("koopset.personal")
Words = str | Promise

#: `act(before, now)` ends what is older than `before`: how many rows of which organisation (None: of the platform or of a person).
Act = Callable[[datetime, datetime], "Counter[int | None]"]


@dataclass(frozen=True, slots=True)
class Setting:
    """So many days from a day on."""

    since: date
    days: int


class Settings:
    """Dated settings of one term, the oldest first. Raises ValueError for none."""

    def __init__(self, *settings: Setting) -> None:
        if not settings:
            raise ValueError("a term needs a setting")
        self.settings = tuple(sorted(settings, key=lambda one: one.since))

    def days_on(self, day: date) -> int:
        """The setting in force on a day; the first one before its own day."""
        held = [one.days for one in self.settings if one.since <= day]
        return held[-1] if held else self.settings[0].days

    @property
    def least_days(self) -> int:
        return min(one.days for one in self.settings)


def days(number: int) -> Settings:
    """A term that has not changed yet."""
    return Settings(Setting(date(2026, 1, 1), number))


@dataclass(frozen=True, slots=True)
class Term:
    """A kind of data, why it is kept and how long. Without `act` the row tells only: the law keeps it, or another work ends it.

    `settings` None: no number of days can be named, and `ground` says what decides.
    """

    code: str
    title: Words
    ground: Words
    settings: Settings | None
    act: Act | None = None
    order: int = 100


_terms: dict[str, Term] = {}


def register_term(term: Term) -> None:
    """Called once from AppConfig.ready. Raises ValueError for a code that is taken."""
    if _terms.setdefault(term.code, term) is not term:
        raise ValueError(f"term {term.code} is declared already")


def terms() -> list[Term]:
    """All terms: those that act first."""
    return sorted(_terms.values(), key=lambda term: (term.act is None, term.order, term.code))


def run_terms(now: datetime) -> dict[str, int]:
    """End everything that is due, each term in its own transaction: one that fails keeps none of the others. code → rows.

    What was done is written for the platform and for each organisation it touched. Run again it finds nothing more. Raises the last
    failure after all have had their turn.
    """
    done: dict[str, int] = {}
    failure: Exception | None = None
    today = timezone.localdate(now)
    for term in terms():
        if term.act is None:
            continue
        before = now - timedelta(days=term.settings.days_on(today) if term.settings else 0)
        try:
            with transaction.atomic():
                counts = term.act(before, now)
                total = sum(counts.values())
                rows = [TermRun(code=term.code, organisation_id=None, at=now, count=total)]
                rows += [
                    TermRun(code=term.code, organisation_id=organisation_id, at=now, count=count)
                    for organisation_id, count in counts.items()
                    if organisation_id is not None and count
                ]
                TermRun.objects.bulk_create(rows)
        except Exception as error:
            log.error("term_failed", term=term.code, error=type(error).__name__)
            failure = error
        else:
            done[term.code] = total
    if failure is not None:
        raise failure
    return done


def last_runs(organisation_id: int | None) -> dict[str, TermRun]:
    """code → the last row of a term: of the platform (None), or of an organisation it touched."""
    found: dict[str, TermRun] = {}
    newest = TermRun.objects.filter(organisation_id=organisation_id).order_by("code", "-at", "-pk")
    for row in newest[: 50 * len(_terms)]:
        found.setdefault(row.code, row)
    return found


def last_run_at() -> datetime | None:
    """When the work was last done."""
    row = TermRun.objects.filter(organisation_id=None).order_by("-at").first()
    return row.at if row is not None else None
