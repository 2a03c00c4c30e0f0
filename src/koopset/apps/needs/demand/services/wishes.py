"""Wishes of households."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from koopset.apps.catalogue.selectors import categories, kinds
from koopset.apps.needs.demand.models import Wish
from koopset.apps.needs.demand.selectors.household import household_id_of
from koopset.apps.needs.demand.services.households import own_household
from koopset.apps.needs.selectors import home_of
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

MOST_OPEN = 50
MOST_AMOUNT = Decimal(100_000)
MOST_KOP = 10**10


@service(None)
def wish_make(
    *,
    actor: Actor,
    kind: str,
    amount: Decimal,
    rhythm: str = Wish.Rhythm.MONTH,
    needed_on: date | None = None,
    max_price_kop: int | None = None,
    budget_kop: int | None = None,
    now: datetime,
) -> Wish:
    """The actor's household needs `amount` of a kind (in the kind's unit), by a day or regularly, at the most for one unit and in all.

    Right: any person, for the own household. Raises Forbidden, demand.unknown_kind, demand.private_kind, demand.bad_amount,
    demand.bad_price, demand.bad_budget, demand.bad_day, demand.bad_rhythm, demand.too_many_wishes.
    """
    household = own_household(actor, now=now)
    known = kinds().get(kind)
    if known is None:
        raise RuleViolation("demand.unknown_kind", field="kind")
    if categories()[known.category].is_private:
        raise RuleViolation("demand.private_kind", field="kind")
    if not amount.is_finite() or not 0 < amount <= MOST_AMOUNT or amount != round(amount, 3):
        raise RuleViolation("demand.bad_amount", field="amount")
    if max_price_kop is not None and not 0 < max_price_kop <= MOST_KOP:
        raise RuleViolation("demand.bad_price", field="max_price")
    if budget_kop is not None and not 0 <= budget_kop <= MOST_KOP:
        raise RuleViolation("demand.bad_budget", field="budget")
    if needed_on is not None and needed_on < now.date():
        raise RuleViolation("demand.bad_day", field="needed_on")
    if rhythm not in Wish.Rhythm.values:
        raise RuleViolation("demand.bad_rhythm", field="rhythm")
    if Wish.objects.filter(household_id=household.id, state=Wish.State.OPEN).count() >= MOST_OPEN:
        raise RuleViolation("demand.too_many_wishes", most=MOST_OPEN)
    home = home_of(household.id)
    return Wish.objects.create(
        household_id=household.id,
        login_id=actor.login_id or 0,
        territory_id=home.territory_id if home else None,
        category=known.category,
        kind=kind,
        amount=amount,
        unit=str(known.unit),
        rhythm=rhythm,
        needed_on=needed_on,
        max_price_kop=max_price_kop,
        budget_kop=budget_kop,
        created_at=now,
    )


@service(None)
def wish_end(*, actor: Actor, wish_id: int, met: bool = False, now: datetime) -> Wish:
    """The wish is met or taken back. Right: anybody of its household. Raises Wish.DoesNotExist, demand.wish_over."""
    row = Wish.objects.select_for_update().get(pk=wish_id, household_id=household_id_of(actor) or 0)
    if row.state != Wish.State.OPEN:
        raise RuleViolation("demand.wish_over")
    row.state = Wish.State.MET if met else Wish.State.WITHDRAWN
    row.ended_at = now
    row.save()
    return row
