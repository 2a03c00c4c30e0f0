"""Settling a round of N households, each with a good, transport, a fee and a hold, against a bare executemany of the same rows."""

from __future__ import annotations

from bench import bare
from bench.measure import Result, Stopwatch, peak_mib
from django.core.management import call_command
from django.db import transaction

from koopset.apps.ledger import factories as ledger
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases.models import Line, Participant, Round, RoundGood
from koopset.apps.purchases.settlement import factories, services
from koopset.apps.purchases.settlement.models import Hold
from koopset.apps.purchases.settlement.services import books, holding
from koopset.foundation.rights.actors import SYSTEM

MOST_TIMES = 3
PAID_KOP = 50_000


def prepare(n: int) -> None:
    """A received round in which everybody paid before and got a jar of honey."""
    call_command("migrate", verbosity=0, interactive=False)
    body = make_organisation("po", verified=True).pk
    ledger.book(body)
    row = rounds.open_round(body, fee_bp=300, fee_source="правление", open_until=None)
    good = RoundGood.objects.get(organisation_id=body, round_id=row.pk)
    people = Participant.objects.bulk_create(
        [
            Participant(
                organisation_id=body, household_id=number, name=f"Участник {number}", joined_at=rounds.NOW
            )
            for number in range(1, n + 1)
        ],
        batch_size=1000,
    )
    Line.objects.bulk_create(
        [
            Line(
                organisation_id=body, round=row, good=good, participant=one, wanted=1, allocated=1, received=1,
                price_kop=good.price_kop, sum_kop=good.price_kop, state=Line.State.RECEIVED,
            )
            for one in people
        ],
        batch_size=1000,
    )  # fmt: skip
    Round.objects.filter(organisation_id=body, pk=row.pk).update(
        state=Round.State.STOP, stopped_at=rounds.NOW, sent_at=rounds.NOW
    )
    row.refresh_from_db()
    with transaction.atomic():
        services.ready_books(body)
        books.post_moves(
            actor=SYSTEM, organisation_id=body, kind=books.CASH, key="bench", title="Платежи участников",
            moves=[((books.DESK, 0), (books.FREE, one.pk), PAID_KOP) for one in people], source_id=row.pk,
            now=factories.NOW,
        )  # fmt: skip
        holding.hold_what_there_is(SYSTEM, row, [one.pk for one in people], now=factories.NOW)
    factories.add_cost(row, n * good.price_kop, "invoice")
    factories.add_cost(row, n * 1_337)
    Round.objects.filter(organisation_id=body, pk=row.pk).update(state=Round.State.RECEIVED)


def measure(n: int) -> list[Result]:
    """The clock stops at the commit; then the same rows are taken out and written bare."""
    hold = Hold.objects.order_by("pk").first()
    assert hold is not None
    ours, floor = Stopwatch(), Stopwatch()
    with ours():
        done = services.round_settle(
            actor=SYSTEM, organisation_id=hold.organisation_id, round_id=hold.round_id, now=factories.NOW
        )
    peak = peak_mib()
    month = factories.TODAY.year * 100 + factories.TODAY.month
    tables = {
        "ledger_entry": f"operation_id = {done.operation_id}",
        "settlement_chargerow": f"round_id = {done.round_id}",
        "settlement_hold": f"operation_id = {done.operation_id}",
        "settlement_linesaving": f"round_id = {done.round_id}",
    }
    bare.same_rows(tables, month, floor)
    result = Result("settle", n, ours.best, floor.best, peak)
    return [result.at_most("times the bare rows", result.ratio, MOST_TIMES)]
