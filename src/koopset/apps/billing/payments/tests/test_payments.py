"""What a person does with lines and payments: the money of the bank is never lost or doubled, a refusal changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from koopset.apps.billing import services as billing_services
from koopset.apps.billing.factories import make_account, make_fee, make_treasurer, post_month
from koopset.apps.billing.models import Charge
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.factories import (
    NOW,
    Doc,
    bring,
    make_paying_organisation,
    post,
    statement_text,
)
from koopset.apps.billing.payments.formats.bank_statement import read_statement
from koopset.apps.billing.payments.models import Allocation, BankLine, BankStatement, Payment
from koopset.apps.billing.payments.services import settling
from koopset.apps.billing.payments.tests.test_statements import bank_kop, sound
from koopset.apps.billing.selectors import open_charges
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.models import Operation
from koopset.apps.organisations.factories import make_bank_account
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Forbidden
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
SAMPLES = next(
    (
        folder
        for parent in Path(__file__).resolve().parents
        if (folder := parent.parent / "shared/samples/formats/a_1c").is_dir()
    ),
    None,
)


def waiting(pk: int, number: str, *documents: Doc) -> list[BankLine]:
    post(pk, statement_text(number, documents))
    return list(BankLine.objects.filter(organisation_id=pk).order_by("pk"))


def snapshot(pk: int) -> tuple[int, int, int, list[str]]:
    return (
        Operation.objects.filter(organisation_id=pk).count(),
        Payment.objects.filter(organisation_id=pk).count(),
        Allocation.objects.filter(organisation_id=pk).count(),
        list(BankLine.objects.filter(organisation_id=pk).order_by("pk").values_list("state", flat=True)),
    )


def test_many_payments_are_settled_as_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_PART", 2)  # three accounts are two parts
    pk, _number = make_paying_organisation()
    accounts = [make_account(pk, area_m2=800).pk for _number in range(3)]
    make_fee(pk)
    post_month(pk)
    asked = [
        settling.Asked(account, kop, NOW.date(), None)
        for kop in (30_000, 90_001, 5_000)
        for account in reversed(accounts)
    ]
    settler = settling.Settler(pk, accounts)
    expected = [settler.settle(*one) for one in asked]
    assert settling.settle_many(pk, asked) == expected
    assert {len(parts) for parts, _advance in expected} == {0, 1}
    assert settling.settle_many(pk, []) == []


def test_a_line_is_divided_moved_and_taken_back() -> None:
    pk, number = make_paying_organisation()
    first, second, third = (make_account(pk, area_m2=600) for _ in range(3))
    make_fee(pk)
    post_month(pk)
    (line,) = waiting(pk, number, Doc(150_000))
    common: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "now": NOW}
    made = services.line_match(line_id=line.pk, parts=[(first.pk, 90_000), (second.pk, 60_000)], **common)
    sound(pk)
    assert [one.amount_kop for one in made] == [90_000, 60_000]
    assert first.pk not in open_charges(pk, [first.pk])
    services.payment_move(payment_id=made[0].pk, parts=[(third.pk, 90_000)], reason="Ошибка", **common)
    sound(pk)
    assert open_charges(pk, [first.pk])[first.pk][0].remaining_kop == 90_000
    assert not open_charges(pk, [third.pk])
    services.payment_take_back(payment_id=made[1].pk, reason="Не его", **common)
    line.refresh_from_db()
    assert line.state == "waiting"
    sound(pk)
    services.line_match(line_id=line.pk, parts=[(second.pk, 60_000)], **common)
    sound(pk)
    assert ledger.balances(pk) == {first.pk: 90_000, second.pk: 30_000, third.pk: 0}


def test_refusals_change_nothing() -> None:
    pk, number = make_paying_organisation()
    other_pk, _other = make_paying_organisation()
    account, stranger = make_account(pk), make_account(other_pk)
    line, registry, out = waiting(
        pk,
        number,
        Doc(1_000),
        Doc(2_000, "Зачисление по реестру платежей № 5", number="2"),
        Doc(1_000, "Возврат", out=True, number="3", day=date(2026, 11, 19)),
    )
    line, registry, out = (
        BankLine.objects.get(organisation_id=pk, number=one, direction=way)
        for one, way in (("1", "in"), ("2", "in"), ("3", "out"))
    )
    before = snapshot(pk)
    common: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "now": NOW}
    for code, parts in (
        ("parts_sum", [(account.pk, 999)]),
        ("part_not_positive", []),
        ("part_not_positive", [(account.pk, 0)]),
        ("account_twice", [(account.pk, 500), (account.pk, 500)]),
        ("account_absent", [(stranger.pk, 1_000)]),
    ):
        with pytest.raises(RuleViolation, match=code):
            services.line_match(line_id=line.pk, parts=parts, **common)
    with pytest.raises(RuleViolation, match="registry_line"):
        services.line_match(line_id=registry.pk, parts=[(account.pk, 2_000)], **common)
    with pytest.raises(RuleViolation, match="line_taken"):
        services.line_match(line_id=out.pk, parts=[(account.pk, 1_000)], **common)
    with pytest.raises(RuleViolation, match="line_unknown"):
        services.line_match(line_id=10**9, parts=[(account.pk, 1_000)], **common)
    with pytest.raises(RuleViolation, match="not_its_return"):
        services.line_return(line_id=line.pk, out_line_id=out.pk, **common)  # it went out a day before
    for code in ("51", "76.90", "76.01", "нет"):
        with pytest.raises(RuleViolation, match="code_not_for_this"):
            services.line_set_aside(line_id=line.pk, code=code, **common)
    with pytest.raises(RuleViolation, match="line_not_sorted"):
        services.line_reopen(line_id=line.pk, reason="x", **common)
    with pytest.raises(RuleViolation, match="payment_unknown"):
        services.payment_take_back(payment_id=10**9, reason="x", **common)
    with pytest.raises(Forbidden):
        services.line_match(
            actor=NOBODY, organisation_id=pk, line_id=line.pk, parts=[(account.pk, 1_000)], now=NOW
        )
    assert snapshot(pk) == before
    services.line_match(line_id=line.pk, parts=[(account.pk, 1_000)], **common)
    with pytest.raises(RuleViolation, match="line_taken"):
        services.line_match(line_id=line.pk, parts=[(account.pk, 1_000)], **common)
    payment = Payment.objects.get(organisation_id=pk)
    with pytest.raises(RuleViolation, match="reason_required"):
        services.payment_take_back(payment_id=payment.pk, reason=" ", **common)
    services.payment_take_back(payment_id=payment.pk, reason="x", **common)
    with pytest.raises(RuleViolation, match="taken_back_already"):
        services.payment_take_back(payment_id=payment.pk, reason="x", **common)
    sound(pk)


def test_a_mistaken_payment_and_its_return_leave_the_queue() -> None:
    pk, number = make_paying_organisation()
    waiting(pk, number, Doc(1_000), Doc(1_000, "Возврат ошибочного", out=True, number="2"))
    line = BankLine.objects.get(organisation_id=pk, direction="in")
    out = BankLine.objects.get(organisation_id=pk, direction="out")
    services.line_return(actor=SYSTEM, organisation_id=pk, line_id=line.pk, out_line_id=out.pk, now=NOW)
    assert (ledger.balance(pk, "76.90"), ledger.balance(pk, "76.91"), bank_kop(pk)) == (0, 0, 0)
    sound(pk)


def test_a_line_is_set_aside_and_sorted_anew() -> None:
    pk, number = make_paying_organisation()
    waiting(pk, number, Doc(1_000, "Электроэнергия", out=True))
    line = BankLine.objects.get(organisation_id=pk)
    common: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "line_id": line.pk, "now": NOW}
    services.line_set_aside(code="26", **common)
    assert (ledger.balance(pk, "26"), ledger.balance(pk, "76.91")) == (1_000, 0)
    services.line_reopen(reason="Не туда", **common)
    services.line_set_aside(code="20", **common)
    assert (ledger.balance(pk, "26"), ledger.balance(pk, "20"), ledger.balance(pk, "76.91")) == (0, 1_000, 0)
    sound(pk)


def test_an_advance_settles_the_next_charges_and_comes_back_when_they_shrink() -> None:
    pk, number = make_paying_organisation()
    account = make_account(pk, area_m2=600)
    fee = make_fee(pk)
    post(pk, statement_text(number, [Doc(100_000, account.payment_code)]))
    assert ledger.balances_by_code(pk)[account.pk] == {"76.06": -100_000}
    post_month(pk)
    assert ledger.balances_by_code(pk)[account.pk] == {"76.01": 0, "76.06": -10_000}
    assert not open_charges(pk, [account.pk])
    charge = Charge.objects.get(organisation_id=pk)
    billing_services.charge_correct(
        actor=SYSTEM,
        organisation_id=pk,
        key="a",
        amount_kop=-40_000,
        reason="Перерасчёт",
        corrects_id=charge.pk,
        month=Month(2026, 11),
        now=NOW,
    )
    assert ledger.balances_by_code(pk)[account.pk] == {"76.01": 0, "76.06": -50_000}
    assert sum(Allocation.objects.filter(organisation_id=pk).values_list("amount_kop", flat=True)) == 50_000
    billing_services.charge_correct(
        actor=SYSTEM,
        organisation_id=pk,
        key="b",
        amount_kop=70_000,
        reason="Забыли",
        account_id=account.pk,
        fee_id=fee.pk,
        month=Month(2026, 11),
        now=NOW,
    )
    assert ledger.balances_by_code(pk)[account.pk] == {"76.01": 20_000, "76.06": 0}
    sound(pk)


def test_cash_is_refused_to_a_gardeners_partnership_and_taken_by_others() -> None:
    for form, taken in (("snt", False), ("tsj", True)):
        pk, _number = make_paying_organisation(form)
        account = make_account(pk)
        common: dict[str, Any] = {
            "actor": make_treasurer(pk),
            "organisation_id": pk,
            "account_id": account.pk,
            "amount_kop": 5_000,
            "received_on": date(2026, 11, 20),
            "way": "cash",
            "key": "once",
            "now": NOW,
        }
        if not taken:
            with pytest.raises(RuleViolation, match="cash_forbidden"):
                services.payment_enter_by_hand(**common)
            assert not Payment.objects.filter(organisation_id=pk).exists()
            continue
        first = services.payment_enter_by_hand(**common)
        assert services.payment_enter_by_hand(**common).pk == first.pk
        assert ledger.balance(pk, "50") == 5_000
        services.payment_take_back(
            actor=SYSTEM, organisation_id=pk, payment_id=first.pk, reason="Ошибка", now=NOW
        )
        assert ledger.balance(pk, "50") == 0
        assert ledger.verify(pk) == []


@pytest.mark.skipif(SAMPLES is None, reason="the collection of real files is not here")
def test_every_collected_file_ends_posted_or_refused_with_a_reason() -> None:
    assert SAMPLES is not None
    for path in sorted(SAMPLES.glob("*.txt")):
        from koopset.apps.ledger.models import Book

        pk, _number = make_paying_organisation()
        Book.objects.filter(organisation_id=pk).update(opened_month=200001)
        try:
            reader = read_statement(path)
            for _event in reader:
                pass
            for account in reader.own_accounts:
                make_bank_account(pk, number=account[:20], is_main=False)
            statement = bring(pk, path)
        except RuleViolation as violation:
            assert violation.code == "payments.not_a_bank_statement", path.name  # noqa: PT017
            continue
        if statement.state == BankStatement.State.REFUSED:
            assert statement.report["refusal"]["code"].startswith("payments."), path.name
            assert not BankLine.objects.filter(organisation_id=pk).exists()
            continue
        services.statement_post(actor=SYSTEM, organisation_id=pk, statement_id=statement.pk, now=NOW)
        states = set(BankLine.objects.filter(organisation_id=pk).values_list("state", flat=True))
        assert states <= {"posted", "waiting"}, path.name
        sound(pk)
