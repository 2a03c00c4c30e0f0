"""Two at once: settled once, received once, one money put aside once. The lock decides; with it off the keys behind it stop the second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from koopset.apps.ledger import selectors as ledger
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as round_services
from koopset.apps.purchases.models import AllocationRun, Line, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import ChargeRow, Claim, Hold, IntakeRow, Settled
from koopset.apps.purchases.settlement.services import claims, intake, settling
from koopset.foundation.history import facts
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
NOW, SECONDS = factories.NOW, 60


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share: on SQLite a file, as in life; the test's own one lives in memory."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)  # the flush that follows raises it again
        return
    path, memory, name = (
        tmp_path / "purchases.sqlite3",
        connection.connection,
        connection.settings_dict["NAME"],
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once, each on its own connection; what each returned or raised."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts), timeout=SECONDS)

    def one(index: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    return results


def test_two_closers_charge_once(database: None) -> None:
    row, _people = factories.received_round()
    factories.add_cost(row, 20 * 34_900, "invoice")
    results = at_once(lambda: factories.settle(row), lambda: factories.settle(row))
    assert len({result.pk for result in results}) == 1
    assert ChargeRow.objects.filter(organisation_id=row.organisation_id, what="goods").count() == 4
    assert Settled.objects.filter(organisation_id=row.organisation_id).count() == 1
    assert ledger.verify(row.organisation_id) == []


@pytest.mark.postgres
def test_without_the_lock_two_closers_are_stopped_by_the_keys(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both read a round that is not settled; the unique keys let one of them through."""
    row, _people = factories.received_round()
    factories.add_cost(row, 20 * 34_900, "invoice")
    both = threading.Barrier(2, timeout=SECONDS)

    def unlocked(organisation_id: int, round_id: int) -> Round:
        found = Round.objects.get(organisation_id=organisation_id, pk=round_id)
        both.wait()
        return found

    monkeypatch.setattr(settling, "get_round", unlocked)
    results = at_once(lambda: factories.settle(row), lambda: factories.settle(row))
    assert any(isinstance(result, IntegrityError | RuleViolation) for result in results)
    assert ChargeRow.objects.filter(organisation_id=row.organisation_id, what="goods").count() == 4
    assert ledger.verify(row.organisation_id) == []


def test_two_receivers_share_out_once(database: None) -> None:
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    factories.take_in(row, 20)

    def finish() -> Any:
        return services.intake_finish(
            actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW
        )

    results = at_once(finish, finish)
    assert sum(isinstance(result, RuleViolation) for result in results) == 1
    runs = AllocationRun.objects.filter(organisation_id=row.organisation_id, stage="intake")
    assert runs.count() == 1


def test_two_tabs_do_not_spend_the_same_money(database: None) -> None:
    pk = factories.make_buying_body()
    gleb = rounds.make_participant(pk, "Глеб")
    both = []
    for _number in range(2):
        row = rounds.open_round(pk, goods=({**rounds.HONEY, "pack": 1},))
        rounds.make_want(row, gleb, 2)
        both.append(row)
    factories.pay(gleb, 69_800)

    def stop(row: Round) -> Any:
        return round_services.round_stop(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)

    at_once(lambda: stop(both[0]), lambda: stop(both[1]))
    assert sum(selectors.held_by(pk, row.pk).get(gleb.pk, 0) for row in both) == 69_800
    assert Hold.objects.filter(organisation_id=pk).count() == 1
    assert ledger.verify(pk) == []


def unlocked(organisation_id: int, round_id: int) -> Round:
    """What `get_round` reads, without its lock."""
    return Round.objects.get(organisation_id=organisation_id, pk=round_id)


def end_of(row: Round) -> None:
    """Whoever runs the round says that everything has come, enters the invoice and settles."""
    services.intake_finish(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)
    factories.add_cost(row, 20 * 34_900, "invoice")
    factories.settle(row)


def came_and_shared(row: Round) -> tuple[int, int]:
    """(what rows of intake say, what participants got)."""
    pk = row.organisation_id
    return (
        sum(IntakeRow.objects.filter(organisation_id=pk).values_list("quantity", flat=True)),
        sum(
            units or 0 for units in Line.objects.filter(organisation_id=pk).values_list("received", flat=True)
        ),
    )


def test_what_comes_while_the_round_is_ended_is_shared_out_or_refused(database: None) -> None:
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    factories.take_in(row, 20)
    results = at_once(lambda: end_of(row), lambda: factories.take_in(row, 4))
    assert results[0] is None
    if isinstance(results[1], Exception):
        assert isinstance(results[1], RuleViolation)
        assert results[1].code == "settlement.received_already"
    came, shared = came_and_shared(row)
    assert came == shared
    assert ledger.verify(row.organisation_id) == []


@pytest.mark.postgres
def test_without_the_lock_goods_are_received_after_the_settlement(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever counts has read a round that is still open, and writes when it is settled: four jars are nobody's."""
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    factories.take_in(row, 20)
    has_read, is_ended = threading.Event(), threading.Event()
    counting: list[int] = []

    def slow(organisation_id: int, round_id: int) -> Round:
        found = unlocked(organisation_id, round_id)
        if threading.get_ident() in counting:
            has_read.set()
            assert is_ended.wait(SECONDS)
        return found

    def count() -> IntakeRow:
        counting.append(threading.get_ident())
        return factories.take_in(row, 4)

    def end() -> None:
        assert has_read.wait(SECONDS)
        end_of(row)
        is_ended.set()

    monkeypatch.setattr(intake, "get_round", slow)
    results = at_once(end, count)
    assert isinstance(results[1], IntakeRow), results
    assert Settled.objects.filter(organisation_id=row.organisation_id).exists()
    assert came_and_shared(row) == (24, 20)


def asked(settled: bool = True) -> Claim:
    """A claim for one of nine jars, in a round that is settled or about to be."""
    row, people = factories.settled_round() if settled else factories.received_round()
    if not settled:
        factories.add_cost(row, 20 * 34_900, "invoice")
    line = Line.objects.get(organisation_id=row.organisation_id, participant_id=people[0].pk)
    return services.claim_ask(
        actor=rounds.buyer_actor(people[0]), organisation_id=row.organisation_id, round_id=row.pk, line_id=line.pk,
        reason="spoilt", quantity=1, now=NOW,
    )  # fmt: skip


def answered(claim: Claim, kop: int) -> Claim:
    return services.claim_answer(
        actor=SYSTEM, organisation_id=claim.organisation_id, claim_id=claim.pk, accepted_kop=kop, answer="видели", now=NOW
    )  # fmt: skip


def credits(claim: Claim) -> list[int]:
    """What was given back in the round of the claim."""
    rows = ChargeRow.objects.filter(organisation_id=claim.organisation_id, what="credit")
    return [-kop for kop in rows.values_list("amount_kop", flat=True)]


def test_a_claim_that_two_answer_is_answered_once(database: None) -> None:
    claim = asked()
    results = at_once(lambda: answered(claim, 34_900), lambda: answered(claim, 0))
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["settlement.claim_answered"]
    claim.refresh_from_db()
    assert credits(claim) == ([34_900] if claim.state == Claim.State.ACCEPTED else [])
    assert ledger.verify(claim.organisation_id) == []


@pytest.mark.postgres
@pytest.mark.parametrize("other_kop", [0, 34_900])
def test_without_the_lock_a_claim_is_answered_twice(
    database: None, monkeypatch: pytest.MonkeyPatch, other_kop: int
) -> None:
    """The twin: accepted and refused at once are both said, and the money is given; given twice it is stopped by the keys only."""
    claim = asked()
    both = threading.Barrier(2, timeout=SECONDS)

    def unlocked_claim(organisation_id: int, claim_id: int) -> Claim:
        found = Claim.objects.get(organisation_id=organisation_id, pk=claim_id)
        both.wait()
        return found

    monkeypatch.setattr(claims, "_locked", unlocked_claim)
    monkeypatch.setattr(claims, "get_round", unlocked)
    results = at_once(lambda: answered(claim, 34_900), lambda: answered(claim, other_kop))
    assert not any(isinstance(one, RuleViolation) for one in results), (
        "nobody was told that it is answered already"
    )
    if other_kop:
        assert sum(isinstance(one, IntegrityError) for one in results) == 1
    else:
        assert {one.state for one in results} == {Claim.State.ACCEPTED, Claim.State.REFUSED}
    assert credits(claim) == [34_900]
    assert ledger.verify(claim.organisation_id) == []


def test_a_claim_accepted_while_the_round_is_settled_is_given_back_once(database: None) -> None:
    claim = asked(settled=False)
    row = claim.round
    results = at_once(lambda: answered(claim, 34_900), lambda: factories.settle(row))
    assert not any(isinstance(one, Exception) for one in results), results
    assert credits(claim) == [34_900]
    assert selectors.round_proof(unlocked(row.organisation_id, row.pk)).holds
    assert ledger.verify(claim.organisation_id) == []


@pytest.mark.postgres
def test_without_the_lock_a_claim_accepted_while_the_round_is_settled_is_lost(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the answer has read a round that is not settled and leaves the money to a settlement that is over."""
    claim = asked(settled=False)
    has_read, is_settled = threading.Event(), threading.Event()

    def slow(organisation_id: int, round_id: int) -> Round:
        found = unlocked(organisation_id, round_id)
        has_read.set()
        assert is_settled.wait(SECONDS)
        return found

    def settle() -> None:
        assert has_read.wait(SECONDS)
        factories.settle(claim.round)
        is_settled.set()

    monkeypatch.setattr(
        claims,
        "_locked",
        lambda organisation_id, claim_id: Claim.objects.get(organisation_id=organisation_id, pk=claim_id),
    )
    monkeypatch.setattr(claims, "get_round", slow)
    results = at_once(lambda: answered(claim, 34_900), settle)
    assert isinstance(results[0], Claim), results
    assert results[0].state == Claim.State.ACCEPTED
    assert credits(claim) == []
