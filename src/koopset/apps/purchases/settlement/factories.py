"""Rounds with money for tests of this room and of those above: made by the services themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from koopset.apps.ledger.factories import book
from koopset.apps.ledger.selectors import book_of
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases.models import Participant, Round, RoundGood
from koopset.apps.purchases.settlement import services
from koopset.apps.purchases.settlement.models import Cash, Cost, IntakeRow
from koopset.foundation.rights.actors import SYSTEM

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def make_buying_body(form: str = "po") -> int:
    """A verified consumer society with books open: it may buy for its members."""
    pk: int = make_organisation(form, verified=True).pk
    if book_of(pk) is None:
        book(pk)
    return pk


def pay(
    participant: Participant, kop: int, *, key: str = "", round_id: int | None = None, **more: Any
) -> Cash:
    """The participant brings money to the desk."""
    number = Cash.objects.filter(organisation_id=participant.organisation_id).count() + 1
    return services.pay_in(
        actor=SYSTEM,
        organisation_id=participant.organisation_id,
        participant_id=participant.pk,
        amount_kop=kop,
        on_date=TODAY,
        key=key or f"pay {number}",
        round_id=round_id,
        now=NOW,
        **{"way": "cash", **more},
    )


def add_cost(row: Round, kop: int, kind: str = "transport", **more: Any) -> Cost:
    """A cost of the round; the supplier's invoice with kind="invoice"."""
    number = Cost.objects.filter(organisation_id=row.organisation_id).count() + 1
    return services.cost_add(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        kind=kind,
        amount_kop=kop,
        now=NOW,
        **{"on_date": TODAY, "key": f"cost {number}", **more},
    )


def take_in(
    row: Round, units: int, *, outcome: str = "good", good: RoundGood | None = None, **more: Any
) -> IntakeRow:
    """So many units of a good (of the first one) came."""
    one = (
        good
        or RoundGood.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).order_by(
            "position"
        )[0]
    )
    number = IntakeRow.objects.filter(organisation_id=row.organisation_id).count() + 1
    return services.intake_add(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        good_id=one.pk,
        outcome=outcome,
        quantity=units,
        **{"key": f"came {number}", "now": NOW, **more},
    )


def received_round(units: int = 20, **fields: Any) -> tuple[Round, list[Participant]]:
    """The honey of four households, of which `units` jars of the ordered 24 came."""
    organisation_id = fields.pop("organisation_id", None) or make_buying_body()
    row, people = rounds.sent_round(organisation_id=organisation_id, **fields)
    if units:
        take_in(row, units)
    row = services.intake_finish(actor=SYSTEM, organisation_id=organisation_id, round_id=row.pk, now=NOW)
    return row, people


def settled_round(units: int = 20, **fields: Any) -> tuple[Round, list[Participant]]:
    """The same, paid and settled: the supplier asks for what came."""
    row, people = received_round(units, **fields)
    for one in people:
        pay(one, 500_000, round_id=row.pk)
    add_cost(row, units * 34_900, "invoice")
    add_cost(row, 100_000)
    settle(row)
    row.refresh_from_db()
    return row, people


def settle(row: Round) -> Any:
    """Settle what stands."""
    return services.round_settle(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)
