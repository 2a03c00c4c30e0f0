"""What becomes of a receipt: once a household, with its lines, by whichever way it came."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from koopset.apps.needs import factories, services
from koopset.apps.needs.adapter import HttpProvider, answer_of, is_allowed
from koopset.apps.needs.demo.sandbox import Sandbox, invented
from koopset.apps.needs.models import Receipt, ReceiptEvidence, ReceiptImport, ReceiptLine
from koopset.apps.needs.ports import Asked
from koopset.apps.needs.selectors import own, purchase_facts
from koopset.apps.needs.services import writing
from koopset.apps.needs.services.filling import pause_after
from koopset.apps.people import services as people
from koopset.apps.people.factories import make_login, make_person
from koopset.foundation.history import facts
from koopset.foundation.jobs.models import Job
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

NOW = factories.NOW
item, receipt_json, actor_of = factories.item, factories.receipt_json, factories.actor_of
SAMPLES = Path(__file__).parents[6] / "shared/samples"
pytestmark = pytest.mark.django_db


def pair():
    """Two people of one household."""
    first, second = make_login(), make_login()
    make_person(login=first, name="Сосновый Пётр Ильич")
    make_person(login=second, name="Сосновая Вера Павловна")
    _key, code = people.household_invite(actor=actor_of(first), now=NOW)
    people.household_join(actor=actor_of(second), code=code, now=NOW)
    return first, second


def code_add(login, receipt, **more):
    return services.code_add(actor=actor_of(login), code=factories.qr_of(receipt), now=NOW, **more)


# Once


def test_the_second_who_scans_is_told_and_it_counts_once():
    first, second = pair()
    receipt = receipt_json([item("Хлеб", 5000)])
    one, other = code_add(first, receipt), code_add(second, receipt)
    assert (one.is_new, other.is_new, other.by, other.receipt_id) == (
        True,
        False,
        "Сосновый П. И.",
        one.receipt_id,
    )
    assert Receipt.objects.count() == 1
    assert ReceiptEvidence.objects.get().login_id == second.pk
    again = code_add(first, receipt)
    assert (again.is_new, again.is_mine) == (False, True)
    assert ReceiptEvidence.objects.count() == 2
    assert own.receipt_info(actor_of(second), one.receipt_id).evidence[1].name == "Сосновая В. П."


def test_another_household_has_a_receipt_of_its_own():
    receipt = receipt_json([item("Хлеб", 5000)])
    assert code_add(make_login(), receipt).is_new
    assert code_add(make_login(), receipt).is_new
    assert Receipt.objects.count() == 2


def test_a_code_waits_and_a_file_gives_it_its_lines():
    login = make_login()
    receipt = receipt_json([item("Молоко 1л", 8990, 2)])
    added = code_add(login, receipt)
    assert added.state == "waiting"
    assert list(purchase_facts()) == []
    brought = factories.bring(login, receipt, receipt_json([item("Хлеб", 5000)]))
    assert (brought.added, brought.filled, brought.known, brought.lines) == (1, 1, 0, 2)
    row = Receipt.objects.get(pk=added.receipt_id)
    assert (row.state, row.source, row.flag_codes, row.shop_name) == (
        "filled",
        "code",
        (),
        "Магазин «Прилавок»",
    )
    again = factories.bring(login, receipt)
    assert (again.added, again.filled, again.known) == (0, 0, 1)
    assert ReceiptLine.objects.count() == 2


def test_the_same_receipt_in_several_shapes_is_one():
    login = make_login()
    receipt = receipt_json([item("Хлеб", 5000)], fd=5)
    shapes = [
        receipt,
        {"code": 1, "data": {"json": receipt}},
        {"document": {"receipt": receipt}},
        json.dumps(receipt),
    ]
    brought = services.import_start(
        actor=actor_of(login), file=BytesIO(json.dumps(shapes).encode()), name="чеки.json", now=NOW
    )
    assert (brought.added, brought.known, Receipt.objects.count()) == (1, 3, 1)


def test_receipts_without_numbers_are_known_by_their_content():
    login = make_login()
    bare = {
        key: value
        for key, value in receipt_json([item("Хлеб", 5000)]).items()
        if not key.startswith("fiscal")
    }
    brought = factories.bring(login, bare, bare)
    assert brought.added == 2  # two equal purchases of a day, in one file
    assert factories.bring(login, bare, bare).known == 2
    assert {row.flag_codes for row in Receipt.objects.all()} == {("no-code",)}


def test_identical_lines_are_two():
    login = make_login()
    factories.bring(login, receipt_json([item("Арбуз 1кг", 3499, 7.445)] * 2))
    assert ReceiptLine.objects.count() == 2


# What counts


@pytest.mark.parametrize(("operation", "signs"), [(1, [1]), (2, [-1]), (3, [0]), (4, [0])])
def test_operations(operation, signs):
    login = make_login()
    factories.bring(login, receipt_json([item("Молоко 1л", 5990)], operation=operation))
    assert list(ReceiptLine.objects.values_list("sign", flat=True)) == signs
    assert [fact.sum_kop for fact in purchase_facts()] == [5990 * sign for sign in signs if sign]


def test_a_code_of_a_payout_is_refused():
    with pytest.raises(RuleViolation) as caught:
        code_add(make_login(), receipt_json([item("Выигрыш", 5000)], operation=3))
    assert caught.value.code == "needs.code_payout"
    assert not Receipt.objects.exists()


def test_a_prepayment_is_no_need_and_the_purchase_later_is():
    login = make_login()
    factories.bring(
        login,
        receipt_json([item("Творог 5% 200г", 8000, paymentType=1)]),
        receipt_json([item("Творог 5% 200г", 8000, paymentType=4)]),
    )
    assert [fact.sum_kop for fact in purchase_facts()] == [8000]


@pytest.mark.skipif(not SAMPLES.exists(), reason="samples are not here")
def test_edge_cases_do_as_they_expect():
    login = make_login()
    cases = json.loads((SAMPLES / "commerce/receipt_edge_cases_synthetic.json").read_text("utf-8"))
    factories.bring(login, *[one | {"dateTime": "2026-11-10T10:00:00"} for one in cases])
    kept = {row.total_kop: row for row in Receipt.objects.all()}
    signs = {total: [line.sign for line in row.lines.all()] for total, row in kept.items()}
    assert signs[5990] == [-1]
    assert signs[5000] == [0]
    assert signs[52_100] == [1, 1]
    assert {
        row.operation: [line.sign for line in row.lines.all()]
        for row in Receipt.objects.filter(total_kop=100_000)
    } == {3: [0], 1: [0]}
    assert all("sum-differs" not in row.flag_codes for row in kept.values())
    onion = ReceiptLine.objects.get(name__contains="Лук")
    assert (onion.sum_kop, onion.amount, onion.amount_unit) == (2589, Decimal("0.7"), "kg")


@pytest.mark.skipif(not SAMPLES.exists(), reason="samples are not here")
def test_milk_of_the_samples_is_known_as_milk():
    login = make_login()
    rows = json.loads((SAMPLES / "commerce/household_milk_series_2020.json").read_text("utf-8"))
    services.import_start(
        actor=actor_of(login), file=BytesIO(json.dumps(rows).encode()), name="milk.json", now=NOW
    )
    assert [fact.kind for fact in purchase_facts()] == ["молоко"] * 8


def test_amounts_come_from_quantity_and_pack():
    login = make_login()
    factories.bring(
        login,
        receipt_json(
            [
                item("Молоко 3,2% 0,95л", 8990, 2),
                item("Яйцо куриное С1 10шт", 11990, 3),
                item("ОГУРЦЫ гладкие 1кг", 7999, 0.308) | {"sum": 2464},
                item("Картофель", 4000, 2.5, itemsQuantityMeasure=11),
                item("Хлеб ржаной", 4000),
            ]
        ),
    )
    found = {fact.kind: (fact.amount, fact.unit, fact.price_kop_per_unit) for fact in purchase_facts()}
    assert found["молоко"] == (Decimal("1.9"), "l", 9463)
    assert found["яйцо куриное"] == (Decimal(30), "pcs", 1199)
    assert found["картофель"] == (Decimal("2.5"), "kg", 4000)
    assert (Decimal("0.308"), "kg", 8000) in found.values()
    assert found["хлеб ржаной"] == (None, "", None)


def test_not_needs_are_counted_apart_and_medicines_are_private():
    login = make_login()
    factories.bring(
        login, receipt_json([item("Пакет-майка", 799), item("Молоко 1л", 8990), item("Водка 0,5л", 40_000)])
    )
    factories.make_sharing(login)
    found = {fact.category: fact for fact in purchase_facts()}
    assert found["пакет"].is_need is False
    assert found["молоко_молочное"].is_shared
    assert not any(fact.is_private for fact in found.values())
    private = [fact for fact in purchase_facts(seen_by=login.pk) if fact.is_private]
    assert [fact.sum_kop for fact in private] == [40_000]
    assert not any(fact.is_shared for fact in private)
    assert [fact.category for fact in purchase_facts(only_shared=True)] == ["молоко_молочное"] or "пакет" in {
        fact.category for fact in purchase_facts(only_shared=True)
    }
    summary = own.month_summary(actor_of(login), Month(2026, 11))
    assert (summary.needs_kop, summary.apart_kop) == (48_990, 799)


def test_facts_know_the_home_and_the_filters():
    login = make_login()
    factories.make_purchase(login, "Молоко 1л", 8990, day=date(2026, 10, 5))
    factories.make_purchase(login, "Хлеб 500г", 5000, day=date(2026, 11, 5))
    household = factories.make_household(login)
    assert [fact.organisation_id for fact in purchase_facts()] == [0, 0]
    assert [fact.sum_kop for fact in purchase_facts(day_from=date(2026, 11, 1))] == [5000]
    assert [
        fact.sum_kop for fact in purchase_facts(day_to=date(2026, 10, 31), household_ids=[household])
    ] == [8990]
    assert list(purchase_facts(household_ids=[household + 1])) == []
    assert list(purchase_facts(only_shared=True)) == []


# Asking and answering


def test_an_answer_counts_for_all_of_the_household_and_is_asked_once():
    first, second = pair()
    factories.make_purchase(first, "Хрумзик 200г", 5000)
    assert [one.name for one in own.questions(actor_of(second))] == ["Хрумзик 200г"]
    assert (
        services.name_tell(actor=actor_of(second), name="Хрумзик 200г", category="сыр", kind="сыр", now=NOW)
        == 1
    )
    line = ReceiptLine.objects.get()
    assert (line.category, line.how, line.amount, line.amount_unit) == ("сыр", "own", Decimal("0.2"), "kg")
    factories.make_purchase(first, "Хрумзик 200г", 6000)
    assert own.questions(actor_of(first)) == []
    assert list(ReceiptLine.objects.values_list("category", flat=True)) == ["сыр", "сыр"]


def test_what_is_no_category_is_refused_and_nothing_changes():
    login = make_login()
    factories.make_purchase(login, "Хрумзик 200г", 5000)
    for category, kind, code in (("нет такой", "", "unknown_category"), ("сыр", "молоко", "unknown_kind")):
        with pytest.raises(RuleViolation) as caught:
            services.name_tell(
                actor=actor_of(login), name="Хрумзик 200г", category=category, kind=kind, now=NOW
            )
        assert caught.value.code == f"needs.{code}"
    assert ReceiptLine.objects.get().category == ""


def test_lines_never_change_in_what_was_bought():
    factories.make_purchase(make_login(), "Хлеб", 5000)
    line = ReceiptLine.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptLine.objects.filter(pk=line.pk).update(sum_kop=1)
    ReceiptLine.objects.filter(pk=line.pk).update(category="хлеб")


# By hand


@pytest.mark.parametrize(
    ("line", "day", "code"),
    [
        (services.HandLine("", 100), None, "hand_name"),
        (services.HandLine("Хлеб", 0), None, "hand_sum"),
        (services.HandLine("Хлеб", 100, Decimal(0)), None, "hand_quantity"),
        (services.HandLine("Хлеб", 100, Decimal("0.0001")), None, "hand_quantity"),
        (services.HandLine("Хлеб", 100, Decimal(1), "вёдра"), None, "hand_unit"),
        (services.HandLine("Хлеб", 100), date(2026, 11, 21), "hand_future"),
        (services.HandLine("Хлеб", 100), date(2016, 11, 21), "hand_old"),
    ],
)
def test_by_hand_refusals(line, day, code):
    with pytest.raises(RuleViolation) as caught:
        services.hand_add(actor=actor_of(make_login()), lines=[line], day=day, now=NOW)
    assert caught.value.code == f"needs.{code}"
    assert not Receipt.objects.exists()


def test_by_hand_twice_is_two():
    login = make_login()
    for _time in range(2):
        services.hand_add(actor=actor_of(login), lines=[services.HandLine("Хлеб", 5000)], now=NOW)
    assert Receipt.objects.count() == 2
    assert Receipt.objects.first().day == date(2026, 11, 20)


# Files


def test_a_cut_file_keeps_what_is_whole_and_tells():
    login = make_login()
    data = factories.app_json(*[receipt_json([item("Хлеб", 5000)]) for _number in range(3)])
    row = services.import_start(actor=actor_of(login), file=BytesIO(data[:-150]), name="чеки.json", now=NOW)
    assert (row.added, row.failed, row.reason, row.state) == (2, 1, "cut", "done")


def test_receipts_from_the_future_and_without_a_day_are_told_of():
    login = make_login()
    row = factories.bring(
        login,
        receipt_json([item("Хлеб", 5000)], day=date(2027, 1, 1)),
        receipt_json([item("Хлеб", 5000)], dateTime=None),
    )
    assert sorted(row.failed_rows.values_list("code", flat=True)) == ["future", "no-day"]
    assert not Receipt.objects.exists()


def test_a_long_file_goes_to_the_background_and_is_deleted_when_read(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("koopset.apps.needs.services.imports.AT_ONCE", 10)
    monkeypatch.setattr("koopset.apps.needs.services.imports.PART", 2)
    login = make_login()
    row = factories.bring(login, *[receipt_json([item("Хлеб", 5000)]) for _number in range(5)])
    assert row.state == "waiting"
    assert factories.bring(login, receipt_json([item("Хлеб", 5000)])).pk != row.pk
    run_pending_jobs()
    row.refresh_from_db()
    assert (row.state, row.added, row.path) == ("done", 5, "")


def test_a_part_that_was_written_before_a_crash_is_not_written_again(monkeypatch):
    from koopset.apps.needs.services import imports

    monkeypatch.setattr(imports, "PART", 2)
    login = make_login()
    household = factories.make_household(login)
    data = factories.app_json(*[receipt_json([item("Хлеб", 5000)]) for _number in range(5)])
    row = ReceiptImport.objects.create(
        household_id=household, login_id=login.pk, file_name="x", sha256="x", size=1, state="reading", at=NOW
    )
    done: list[int] = []

    class Crash(Exception):
        pass

    class Step:
        def __init__(self, position: int) -> None:
            self.position = position

        def __enter__(self) -> None:
            if len(done) == 2:
                raise Crash

        def __exit__(self, kind, *_rest) -> None:
            if kind is None:
                done.append(self.position)

    with pytest.raises(Crash):
        imports.import_read(row, BytesIO(data), now=NOW, step=Step)
    assert done == [2, 4]
    row.refresh_from_db()
    imports.import_read(row, BytesIO(data), now=NOW, step=lambda _done: transaction.atomic(), position=4)
    assert (row.added, row.known, Receipt.objects.count()) == (5, 0, 5)


# A provider


@pytest.fixture
def sandbox(settings):
    with Sandbox(key="тест-key"[5:]) as one:
        settings.RECEIPT_PROVIDER_URL, settings.RECEIPT_PROVIDER_KEY = one.url, "key"
        yield one


def waiting(login, fd=1240) -> Receipt:
    added = code_add(login, receipt_json([item("Хлеб", 25_000)], fd=fd))
    return Receipt.objects.get(pk=added.receipt_id)


def run_all(receipt: Receipt) -> Receipt:
    for _time in range(20):
        Job.objects.filter(kind="needs.ask_provider", state="waiting").update(run_at=NOW - timedelta(days=1))
        run_pending_jobs()
    receipt.refresh_from_db()
    return receipt


def test_a_provider_gives_the_lines_after_a_while(sandbox):
    row = run_all(waiting(make_login()))
    assert row.state == "filled"
    assert sum(row.lines.values_list("sum_kop", flat=True)) == row.total_kop == 25_000
    assert sandbox.asked[f"{row.fn}-{row.fd}-{row.fp}"] == 2
    assert [json.loads(body).keys() for body in sandbox.bodies] == [
        {"code"}
    ] * 2  # nothing about the person goes out


def test_a_file_of_codes_waits_for_its_lines_and_the_provider_is_asked(sandbox):
    login = make_login()
    receipts = [receipt_json([item("Хлеб", 5000 + number)]) for number in range(3)]
    text = "\n".join([*(factories.qr_of(one) for one in receipts), "не код", factories.qr_of(receipts[0])])
    row = services.import_start(actor=actor_of(login), file=BytesIO(text.encode()), name="коды.txt", now=NOW)
    assert (row.state, row.receipts, row.added, row.known, row.failed) == ("done", 4, 3, 1, 1)
    assert row.failed_rows.get().code == "not-a-code"
    assert set(Receipt.objects.values_list("state", flat=True)) == {"waiting"}
    asked = Job.objects.filter(kind="needs.ask_provider").order_by("run_at")
    assert [one.run_at for one in asked] == [NOW + timedelta(seconds=number) for number in range(3)]


def test_what_a_provider_does_not_know_is_not_found(sandbox):
    login = make_login()
    row = run_all(waiting(login, fd=1248))
    assert row.state == "not-found"
    services.receipt_ask_again(actor=actor_of(login), receipt_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert row.state == "waiting"


def test_an_ill_provider_is_asked_again_and_given_up(sandbox, monkeypatch):
    assert run_all(waiting(make_login(), fd=1249)).state == "filled"
    monkeypatch.setattr(sandbox, "_script", lambda _code, _times: {"state": "error"})
    assert run_all(waiting(make_login(), fd=1250)).state == "error"


def test_an_answer_for_another_receipt_is_none(sandbox, monkeypatch):
    other = receipt_json([item("Чужое", 25_000)], fd=4321)
    monkeypatch.setattr(sandbox, "_script", lambda _code, _times: {"state": "found", "receipt": other})
    row = run_all(waiting(make_login()))
    assert (row.state, row.lines.count()) == ("error", 0)


def test_no_provider_by_default():
    login = make_login()
    row = waiting(login)
    assert not Job.objects.filter(kind="needs.ask_provider").exists()
    with pytest.raises(RuleViolation) as caught:
        services.receipt_ask_again(actor=actor_of(login), receipt_id=row.pk, now=NOW)
    assert caught.value.code == "needs.no_provider"


def test_the_language_of_the_provider():
    assert answer_of(b'{"state": "pending", "wait": 30}').wait == 30
    for body in (b"", b"[]", b'{"state": "x"}', b"{" * 100_000, b'{"state": 1}', b"x" * 3_000_000):
        assert answer_of(body).state is Asked.ERROR
    assert HttpProvider("http://127.0.0.1:9/none").ask("t=1").state is Asked.ERROR
    assert is_allowed("https://ofd.example/x")
    assert is_allowed("http://127.0.0.1:8/x")
    assert not any(is_allowed(url) for url in ("http://ofd.example/x", "file:///etc/passwd", ""))
    assert [pause_after(n).total_seconds() for n in (1, 2, 3)] == [30, 60, 120]
    assert pause_after(40) == timedelta(hours=6)
    assert pause_after(1, 3600) == timedelta(hours=1)


def test_the_sandbox_adds_up():
    from koopset.apps.needs.formats.receipt_code import read_code

    code = read_code(factories.qr_of(receipt_json([item("Хлеб", 123_456)], fd=1240)))
    said = invented(code, 2)["receipt"]
    assert sum(one["sum"] for one in said["items"]) == said["totalSum"] == 123_456


# Who may


def test_keys_and_nobody_see_nothing():
    from koopset.apps.people.factories import make_actor
    from koopset.foundation.rights.actors import NOBODY, SYSTEM, Actor, ActorKind

    login = make_login()
    factories.make_purchase(login, "Хлеб", 5000)
    row = Receipt.objects.get()
    narrow = Actor(
        kind=ActorKind.TOKEN, login_id=login.pk, scopes=frozenset({"billing:fee:view"}), token_id=1
    )
    key = Actor(kind=ActorKind.KEY, login_id=-5, home_id=1, scopes=frozenset())
    for actor in (NOBODY, SYSTEM, narrow, key, make_actor(None, None)):
        with pytest.raises(Forbidden):
            own.receipt_info(actor, row.pk)
        with pytest.raises(Forbidden):
            services.receipt_delete(actor=actor, receipt_id=row.pk, now=NOW)
    assert Receipt.objects.exists()
    given = Actor(kind=ActorKind.TOKEN, login_id=login.pk, scopes=frozenset({"needs:own:use"}), token_id=1)
    assert own.receipt_info(given, row.pk).lines[0].name == "Хлеб"


# At once


@pytest.fixture
def database(transactional_db: None, tmp_path: Path):
    """A database that threads can share: on SQLite a file."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)
        return
    path, memory, name = tmp_path / "needs.sqlite3", connection.connection, connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


def at_once(*acts):
    results: list[Any] = [None] * len(acts)

    def one(index, act) -> None:
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair_of) for pair_of in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return results


def scan_both(barrier_at: list[object]) -> tuple[list[object], int]:
    first, second = pair()
    receipt = receipt_json([item("Хлеб", 5000)])
    return at_once(
        lambda: code_add(first, receipt), lambda: code_add(second, receipt)
    ), Receipt.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_members_scan_at_once_and_it_counts_once(database):
    results, count = scan_both([])
    assert count == 1
    assert sorted(one.is_new for one in results) == [False, True]  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_them_breaks(database, monkeypatch):
    """The twin: both look before either writes; the unique constraint stands behind and one gets an error instead of an answer."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time: there the transaction itself is the lock")
    barrier = threading.Barrier(2, timeout=20)
    looked = writing.standing_receipts

    def both_look(*arguments):
        found = looked(*arguments)
        barrier.wait()
        return found

    monkeypatch.setattr("koopset.apps.needs.services.receipts.household_lock_for_room", lambda **_named: None)
    monkeypatch.setattr("koopset.apps.needs.services.receipts.standing_receipts", both_look)
    results, count = scan_both([])
    assert count == 1
    assert sum(isinstance(one, IntegrityError) for one in results) == 1


def test_naive_moments_are_those_of_the_easternmost_clock():
    assert writing.latest_moment(NOW) == datetime.combine(
        date(2026, 11, 20), datetime.min.time()
    ) + timedelta(hours=23)
