"""A file becomes lines, entries and payments once, whatever is brought twice; the books equal the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from koopset.apps.billing.factories import make_account, make_fee, post_month
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.factories import (
    NOW,
    Doc,
    bring,
    make_paying_organisation,
    post,
    statement_text,
)
from koopset.apps.billing.payments.models import Allocation, BankLine, BankStatement, Payment
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.models import Operation
from koopset.apps.ledger.services import month_close
from koopset.apps.organisations.factories import make_bank_account
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db


def bank_kop(pk: int) -> int:
    return ledger.balance(pk, "51")


def lines_kop(pk: int) -> int:
    """What the lines in the books say the bank holds."""
    signs = {"in": 1, "own-in": 1, "out": -1, "own-out": -1}
    return sum(
        signs[direction] * kop
        for direction, kop in BankLine.objects.filter(organisation_id=pk)
        .exclude(state__in=["asked", "repeated"])
        .values_list("direction", "amount_kop")
    )


def sound(pk: int) -> None:
    """Nothing lost, nothing doubled."""
    assert ledger.verify(pk) == []
    assert bank_kop(pk) == lines_kop(pk)
    waiting = sum(
        BankLine.objects.filter(organisation_id=pk, direction="in", state="waiting").values_list(
            "amount_kop", flat=True
        )
    )
    on_accounts = sum(
        Payment.objects.filter(organisation_id=pk, reversal__isnull=True, line__state="waiting").values_list(
            "amount_kop", flat=True
        )
    )
    assert -ledger.balance(pk, "76.90") == waiting - on_accounts


def test_a_code_pays_the_charge_and_the_rest_is_an_advance() -> None:
    pk, number = make_paying_organisation()
    account = make_account(pk, area_m2=600)
    make_fee(pk)
    post_month(pk)  # 900 roubles
    post(pk, statement_text(number, [Doc(100_000, f"Взнос, код {account.payment_code}")]))
    payment = Payment.objects.get(organisation_id=pk)
    assert (payment.account_id, payment.amount_kop, payment.matched_by) == (account.pk, 100_000, "code")
    assert [one.amount_kop for one in Allocation.objects.filter(organisation_id=pk)] == [90_000]
    assert ledger.balances_by_code(pk, subject_ids=[account.pk])[account.pk] == {"76.01": 0, "76.06": -10_000}
    assert bank_kop(pk) == 100_000
    sound(pk)


def test_what_nobody_proves_waits_and_is_in_the_books_at_once() -> None:
    pk, number = make_paying_organisation()
    make_account(pk)
    statement = post(pk, statement_text(number, [Doc(5_000), Doc(3_000, out=True, purpose="За свет")]))
    assert statement.report["counts"] == {"wait": 1, "out": 1}
    states = BankLine.objects.filter(organisation_id=pk).order_by("pk").values_list("direction", "state")
    assert list(states) == [("in", "waiting"), ("out", "waiting")]
    assert ledger.balance(pk, "76.90") == -5_000
    assert ledger.balance(pk, "76.91") == 3_000
    sound(pk)


def test_the_same_file_twice_changes_nothing() -> None:
    pk, number = make_paying_organisation()
    account = make_account(pk)
    text = statement_text(number, [Doc(5_000), Doc(7_000, account.payment_code)])
    first = post(pk, text)
    before = (bank_kop(pk), BankLine.objects.filter(organisation_id=pk).count(), Operation.objects.count())
    assert post(pk, text).pk == first.pk
    assert bring(pk, text).pk == first.pk
    assert before == (
        bank_kop(pk),
        BankLine.objects.filter(organisation_id=pk).count(),
        Operation.objects.count(),
    )


def test_overlapping_files_count_a_line_once_and_more_equal_lines_are_asked_about() -> None:
    pk, number = make_paying_organisation()
    one, other = Doc(5_000), Doc(9_000, number="7")
    post(pk, statement_text(number, [one]))
    again = post(pk, statement_text(number, [one, other]))
    assert again.report["counts"] == {"repeat": 1, "wait": 1}
    assert bank_kop(pk) == 14_000
    third = post(pk, statement_text(number, [one, one, other]))
    assert third.report["counts"] == {"repeat": 2, "asked": 1}
    assert bank_kop(pk) == 14_000
    asked = BankLine.objects.get(organisation_id=pk, state="asked")
    services.line_reject_repeat(actor=SYSTEM, organisation_id=pk, line_id=asked.pk, now=NOW)
    assert bank_kop(pk) == 19_000
    fourth = post(pk, statement_text(number, [one, one, one, other]))
    assert fourth.report["counts"] == {"repeat": 3, "asked": 1}
    asked = BankLine.objects.get(organisation_id=pk, state="asked")
    services.line_confirm_repeat(actor=SYSTEM, organisation_id=pk, line_id=asked.pk, now=NOW)
    assert bank_kop(pk) == 19_000
    with pytest.raises(RuleViolation, match="not_asked"):
        services.line_reject_repeat(actor=SYSTEM, organisation_id=pk, line_id=asked.pk, now=NOW)
    sound(pk)


def test_two_equal_lines_of_one_first_file_are_two_payments() -> None:
    pk, number = make_paying_organisation()
    post(pk, statement_text(number, [Doc(5_000), Doc(5_000)]))
    assert BankLine.objects.filter(organisation_id=pk, state="waiting").count() == 2
    assert bank_kop(pk) == 10_000
    sound(pk)


def test_a_transfer_between_own_accounts_is_counted_once_whichever_statement_comes() -> None:
    pk, number = make_paying_organisation()
    second = make_bank_account(pk, is_main=False).number
    out = Doc(4_000, "Перевод", out=True, other=second, number="5")
    post(pk, statement_text(number, [out], opening_kop=10_000))
    assert ledger.balance(pk, "57") == 4_000
    come = replace(out, out=False, other=number)
    post(pk, statement_text(second, [come]))
    assert ledger.balance(pk, "57") == 0
    assert bank_kop(pk) == 0
    assert BankLine.objects.filter(organisation_id=pk, state="posted").count() == 2
    sound(pk)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (statement_text("40703810000000000999", [Doc(100)]), "payments.account_unknown"),
        (
            "1CClientBankExchange\nВерсияФормата=1.03\nОтправитель=Бухгалтерия\nКонецФайла\n",
            "payments.orders_to_bank",
        ),
    ],
)
def test_a_file_that_cannot_be_posted_is_kept_as_refused(text: str, code: str) -> None:
    pk, _number = make_paying_organisation()
    statement = bring(pk, text)
    assert statement.state == BankStatement.State.REFUSED
    assert statement.report["refusal"]["code"] == code
    with pytest.raises(RuleViolation, match="statement_refused"):
        services.statement_start(actor=SYSTEM, organisation_id=pk, statement_id=statement.pk, now=NOW)
    with pytest.raises(RuleViolation, match=code):
        services.statement_post(actor=SYSTEM, organisation_id=pk, statement_id=statement.pk, now=NOW)
    assert not BankLine.objects.filter(organisation_id=pk).exists()
    assert not Operation.objects.filter(organisation_id=pk).exists()


def test_after_the_account_is_added_the_same_file_is_taken() -> None:
    pk, _number = make_paying_organisation()
    other, number = make_paying_organisation()
    text = statement_text(number, [Doc(100)])
    refused = bring(pk, text)
    assert refused.report["unknown_accounts"] == [number]
    make_bank_account(pk, number=number, is_main=False)
    assert post(pk, text).pk == refused.pk
    assert bank_kop(pk) == 100
    assert bank_kop(other) == 0


def test_balances_that_do_not_add_up_refuse_their_lines() -> None:
    pk, number = make_paying_organisation()
    statement = bring(pk, statement_text(number, [Doc(100)], closing_gap=1))
    assert statement.report["refusal"]["code"] == "payments.sections_wrong"
    assert not BankLine.objects.filter(organisation_id=pk).exists()


def test_not_a_statement_is_refused_and_nothing_is_kept() -> None:
    pk, _number = make_paying_organisation()
    with pytest.raises(RuleViolation, match="not_a_bank_statement"):
        bring(pk, "дата;сумма\n01.11.2026;100\n")
    assert not BankStatement.objects.filter(organisation_id=pk).exists()


def test_a_line_of_a_closed_month_stands_in_the_open_one_and_keeps_its_day() -> None:
    pk, number = make_paying_organisation()
    for month in range(1, 11):
        month_close(actor=SYSTEM, organisation_id=pk, month=Month(2026, month), now=NOW)
    statement = post(pk, statement_text(number, [Doc(100, day=date(2026, 10, 30)), Doc(200)]))
    assert statement.report["moved_to_open_month"] == 1
    days = Operation.objects.filter(organisation_id=pk).order_by("on_date").values_list("on_date", flat=True)
    assert list(days) == [date(2026, 11, 1), date(2026, 11, 20)]
    kept = BankLine.objects.get(organisation_id=pk, amount_kop=100)
    assert kept.posted_on == date(2026, 10, 30)
    sound(pk)


def test_what_was_before_the_books_is_in_the_opening_balances_already() -> None:
    pk, number = make_paying_organisation()
    statement = post(pk, statement_text(number, [Doc(100, day=date(2025, 12, 30)), Doc(200)]))
    assert statement.report["counts"] == {"before": 1, "wait": 1}
    assert bank_kop(pk) == 200


def test_a_day_that_has_not_come_is_refused() -> None:
    pk, number = make_paying_organisation()
    early = datetime(2026, 11, 1, 9, tzinfo=UTC)
    statement = bring(pk, statement_text(number, [Doc(100)]), now=early)
    assert statement.report["refusal"]["code"] == "payments.date_in_future"


def test_a_payment_entered_by_hand_makes_the_equal_line_of_the_bank_a_question() -> None:
    pk, number = make_paying_organisation()
    account = make_account(pk)
    from koopset.apps.organisations.selectors import own_accounts

    services.payment_enter_by_hand(
        actor=SYSTEM,
        organisation_id=pk,
        account_id=account.pk,
        amount_kop=5_000,
        received_on=date(2026, 11, 20),
        way="bank",
        bank_account_id=own_accounts(pk)[number],
        key="a",
        now=NOW,
    )
    statement = post(pk, statement_text(number, [Doc(5_000), Doc(6_000, number="2")]))
    assert statement.report["counts"] == {"asked": 1, "wait": 1}
    assert bank_kop(pk) == 11_000
    sound(pk)
