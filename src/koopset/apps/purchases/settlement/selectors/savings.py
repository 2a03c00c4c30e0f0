"""Saved money and hours (B8): of a household for itself, of a round and of a settlement from five households on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from koopset.apps.needs import selectors as needs
from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.selectors import household_id_of, unit_text
from koopset.apps.purchases.settlement.models import LineSaving, RoundMoney
from koopset.apps.purchases.settlement.rules.savings import K_HOUSEHOLDS, shown_to_others
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.ui.templatetags import ks


@dataclass(frozen=True, slots=True)
class SavingLine:
    """How one line was counted. `prior_kop` None: the household never bought the kind before, so nothing is claimed."""

    name: str
    amount: Decimal
    unit: str
    paid_kop: int
    prior_price_kop: Decimal | None
    prior_count: int
    prior_kop: int | None

    @property
    def saved_kop(self) -> int | None:
        return None if self.prior_kop is None else self.prior_kop - self.paid_kop

    @property
    def amount_text(self) -> str:
        """«4,5 кг»."""
        whole = self.amount == self.amount.to_integral_value()
        number = Decimal(int(self.amount)) if whole else self.amount.normalize()
        return f"{ks.number(number)} {unit_text(self.unit)}"

    @property
    def price_kop(self) -> int | None:
        """One's own price of a unit, rounded for the page."""
        return None if self.prior_price_kop is None else round(self.prior_price_kop)


@dataclass(frozen=True, slots=True)
class RoundSaving:
    """One round of a household: the arithmetic, and hours (a trip of one's own that was spared)."""

    round_id: int
    title: str
    on_date: date
    lines: tuple[SavingLine, ...]
    minutes: int

    @property
    def saved_kop(self) -> int:
        return sum(line.saved_kop or 0 for line in self.lines)

    @property
    def known(self) -> int:
        return sum(line.prior_kop is not None for line in self.lines)

    @property
    def unknown(self) -> int:
        return len(self.lines) - self.known


@dataclass(frozen=True, slots=True)
class OwnSavings:
    """All rounds of a household, the latest first."""

    rounds: tuple[RoundSaving, ...]

    @property
    def saved_kop(self) -> int:
        return sum(one.saved_kop for one in self.rounds)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.rounds)

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / 60

    @property
    def unknown(self) -> int:
        return sum(one.unknown for one in self.rounds)


@dataclass(frozen=True, slots=True)
class SharedSaving:
    """A total over households. Below five of them nothing but their number is told: `saved_kop`, `minutes` are None."""

    households: int
    saved_kop: int | None
    minutes: int | None
    spent_minutes: int = 0

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes or 0) / 60

    @property
    def spent_hours(self) -> Decimal:
        return Decimal(self.spent_minutes) / 60

    @property
    def is_shown(self) -> bool:
        return self.saved_kop is not None

    @property
    def needed(self) -> int:
        return max(0, K_HOUSEHOLDS - self.households)


def own_savings(household_id: int, *, round_id: int | None = None, limit: int = 100) -> OwnSavings:
    """What a household saved, for itself only. Asks no right: the page knows whose it is."""
    rows = LineSaving.objects.filter(household_id=household_id)
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    by_round: dict[tuple[int, int], list[LineSaving]] = defaultdict(list)
    for row in rows.order_by("-on_date", "-round_id", "pk")[: limit * 50]:
        by_round[row.organisation_id, row.round_id].append(row)
    titles, names, minutes = _words(by_round)
    return OwnSavings(
        tuple(
            RoundSaving(
                round_id=pk,
                title=titles.get(pk, ""),
                on_date=own[0].on_date,
                lines=tuple(
                    SavingLine(
                        names.get(one.line_id, one.kind), one.amount, one.unit, one.paid_kop, one.prior_price_kop,
                        one.prior_count, one.prior_kop,
                    )
                    for one in own
                ),
                minutes=minutes.get(pk, 60),
            )
            for (_organisation, pk), own in list(by_round.items())[:limit]
        )
    )  # fmt: skip


def _words(
    by_round: dict[tuple[int, int], list[LineSaving]],
) -> tuple[dict[int, str], dict[int, str], dict[int, int]]:
    """(round → title, line → good, round → minutes of a trip) of rounds of any bodies that the household was in."""
    rounds = [pk for _organisation, pk in by_round]
    lines = [one.line_id for own in by_round.values() for one in own]
    with across_tenants("rounds that one's own household was in"):
        titles = dict(Round.objects.filter(pk__in=rounds).values_list("pk", "title"))
        names = dict(Line.objects.filter(pk__in=lines).values_list("pk", "good__name"))
        minutes = dict(RoundMoney.objects.filter(round_id__in=rounds).values_list("round_id", "trip_minutes"))
    return titles, names, minutes


def round_saving(row: Round) -> SharedSaving:
    """A round's saving over its households, with the hours its organiser and helpers spent as a cost. Asks no right."""
    rows = LineSaving.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    money = (
        RoundMoney.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
        or RoundMoney()
    )
    saving = _shared(rows.values_list("household_id", "paid_kop", "prior_kop"))
    spent = money.organiser_minutes + money.helper_minutes
    minutes = saving.households * money.trip_minutes - spent if saving.is_shown else None
    return SharedSaving(saving.households, saving.saved_kop, minutes, spent)


def territory_saving(territory_id: int, *, since: date | None = None) -> SharedSaving:
    """What the households of a settlement saved in all rounds, whatever bodies ran them. Asks no right: nothing below five households."""
    rows = LineSaving.objects.filter(territory_id=territory_id)
    if since is not None:
        rows = rows.filter(on_date__gte=since)
    return _shared(rows.values_list("household_id", "paid_kop", "prior_kop"))


def _shared(rows: Iterable[tuple[int, int, int | None]]) -> SharedSaving:
    """Only households with a known saving count: an unknown one is nobody's zero."""
    saved: dict[int, int] = defaultdict(int)
    for household_id, paid, prior in rows:
        if prior is not None:
            saved[household_id] += prior - paid
    if not shown_to_others(len(saved)):
        return SharedSaving(len(saved), None, None)
    return SharedSaving(len(saved), sum(saved.values()), None)


def home_saving(household_id: int) -> SharedSaving | None:
    """The saving of the settlement a household lives in; None where it told no home."""
    home = needs.home_of(household_id)
    return territory_saving(home.territory_id) if home else None


def own_savings_of(actor: Actor) -> OwnSavings:
    """What the actor's own household saved; nothing where there is none."""
    household_id = household_id_of(actor)
    return own_savings(household_id) if household_id else OwnSavings(())
