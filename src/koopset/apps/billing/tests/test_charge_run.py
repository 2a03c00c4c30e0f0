"""A month is charged once, as it was seen, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction

from koopset.apps.billing import factories, selectors, services
from koopset.apps.billing.models import AccountUnit, Charge, ChargeRun, PersonalAccount
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.models import Entry, Operation
from koopset.apps.ledger.services import month_close
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW, MONTH = factories.NOW, factories.MONTH


def start(organisation_id: int, fee_ids: list[int], *, month: Month = MONTH, actor=SYSTEM) -> ChargeRun:
    preview = selectors.charge_preview(actor, organisation_id, month, fee_ids)
    return services.charge_run_start(
        actor=actor,
        organisation_id=organisation_id,
        month=month,
        fee_ids=fee_ids,
        fingerprint=preview.fingerprint,
        now=NOW,
    )


def test_a_month_of_two_plots_in_kopecks_and_in_the_books() -> None:
    organisation = factories.make_billing_organisation()
    pk = organisation.pk
    first = factories.make_account(pk, area_m2=800, member=True)
    second = factories.make_account(pk, area_m2=Decimal("612.37"), member=False)
    fees = [
        factories.make_fee(pk, audience="members", title="Членский взнос"),
        factories.make_fee(pk, audience="non-members", kind="non-member", title="Плата"),
        factories.make_fee(
            pk, kind="target", base="account", method="split", rate=Decimal("1000.01"), title="Дорога"
        ),
        factories.make_fee(pk, kind="utility", base="unit", rate=Decimal(310), title="Мусор"),
    ]
    run = factories.post_month(pk)
    assert run.state == "posted"
    lines = {
        (row.account_id, row.fee_id): row.amount_kop for row in Charge.objects.filter(organisation_id=pk)
    }
    assert lines == {
        (first.pk, fees[0].pk): 120_000,
        (first.pk, fees[2].pk): 50_001,
        (first.pk, fees[3].pk): 31_000,
        (second.pk, fees[1].pk): 91_856,
        (second.pk, fees[2].pk): 50_000,
        (second.pk, fees[3].pk): 31_000,
    }
    assert run.total_kop == sum(lines.values()) == 373_857
    assert run.totals == {
        str(fees[0].pk): 120_000,
        str(fees[1].pk): 91_856,
        str(fees[2].pk): 100_001,
        str(fees[3].pk): 62_000,
    }
    assert selectors.balances(pk) == {first.pk: 201_001, second.pk: 172_856}
    assert ledger.balance(pk, "86") == -373_857
    assert ledger.verify(pk) == []
    entry_sources = set(Entry.objects.filter(organisation_id=pk).values_list("source_id", flat=True))
    assert entry_sources == set(Charge.objects.filter(organisation_id=pk).values_list("pk", flat=True))
    row = Charge.objects.get(organisation_id=pk, account=second, fee=fees[1])
    assert (row.quantity, row.rate, row.due_on, row.month) == (
        Decimal("6.1237"),
        Decimal(150),
        date(2026, 12, 10),
        202611,
    )


def test_the_same_preview_confirmed_twice_is_one_run_and_one_charge() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    first, second = start(pk, [fee.pk]), start(pk, [fee.pk])
    assert first.pk == second.pk
    assert [job.kind for job in run_pending_jobs(now=NOW)] == ["billing.charge_post"]
    services.charge_run_post(actor=SYSTEM, organisation_id=pk, run_id=first.pk, now=NOW)
    assert Charge.objects.filter(organisation_id=pk).count() == 1
    assert Operation.objects.filter(organisation_id=pk).count() == 1


def test_a_changed_register_refuses_and_changes_nothing() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    run = start(pk, [fee.pk])
    factories.make_account(pk)
    with pytest.raises(RuleViolation) as refusal:
        services.charge_run_post(actor=SYSTEM, organisation_id=pk, run_id=run.pk, now=NOW)
    assert refusal.value.code == "billing.preview_changed"
    assert not Charge.objects.filter(organisation_id=pk).exists()
    assert not Entry.objects.filter(organisation_id=pk).exists()
    job = run_pending_jobs(now=NOW)[0]
    assert (job.state, job.error_code) == ("failed", "billing.preview_changed")
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", "billing.preview_changed")


def test_a_refused_run_may_be_confirmed_again_when_the_sums_are_as_they_were() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    run = start(pk, [fee.pk])
    services.charge_run_fail(
        actor=SYSTEM, organisation_id=pk, run_id=run.pk, code="billing.preview_changed", now=NOW
    )
    again = start(pk, [fee.pk])
    assert again.pk == run.pk
    run_pending_jobs(now=NOW)
    run.refresh_from_db()
    assert (run.state, run.failure) == ("posted", "")


def test_a_worker_killed_after_the_entries_leaves_nothing_and_the_next_charges_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    run = start(pk, [fee.pk])

    class Killed(BaseException):
        pass

    def die(*_args: object, **_kwargs: object) -> None:
        assert (
            Entry.objects.filter(organisation_id=pk).count() == 1
        )  # the entries are written, the charges are not
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("koopset.apps.billing.services.charge_run.insert_charges", die)
        with pytest.raises(Killed), transaction.atomic():
            services.charge_run_post(actor=SYSTEM, organisation_id=pk, run_id=run.pk, now=NOW)
    assert not Entry.objects.filter(organisation_id=pk).exists()
    assert selectors.balances(pk).get(PersonalAccount.objects.get(organisation_id=pk).pk, 0) == 0
    run_pending_jobs(now=NOW)
    assert Charge.objects.filter(organisation_id=pk).count() == 1
    assert Entry.objects.filter(organisation_id=pk).count() == 1


def test_a_closed_month_is_refused_and_a_late_fact_is_a_correction_in_an_open_one() -> None:
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk)
    fee = factories.make_fee(pk)
    december = datetime(2026, 12, 2, 9, tzinfo=UTC)
    for number in range(1, 12):
        factories.post_month(pk, month=Month(2026, number))
    month_close(actor=SYSTEM, organisation_id=pk, month=MONTH, now=december)
    late = factories.make_fee(pk, title="Забытый")
    with pytest.raises(RuleViolation) as refusal:
        start(pk, [late.pk])
    assert refusal.value.code == "billing.month_closed"
    before = Charge.objects.filter(organisation_id=pk).count()
    with pytest.raises(RuleViolation):
        services.charge_correct(
            actor=SYSTEM,
            organisation_id=pk,
            key="k",
            amount_kop=100,
            reason="поздно",
            account_id=account.pk,
            fee_id=late.pk,
            month=MONTH,
            now=december,
        )
    assert Charge.objects.filter(organisation_id=pk).count() == before
    old = Charge.objects.get(organisation_id=pk, fee=fee, month=202610)
    made = services.charge_correct(
        actor=SYSTEM,
        organisation_id=pk,
        key="k",
        amount_kop=-10_000,
        reason="площадь 5,3 сотки",
        corrects_id=old.pk,
        now=december,
    )
    assert (made.month, made.corrects_id, made.amount_kop) == (202612, old.pk, -10_000)
    assert made.operation.month == 202612
    again = services.charge_correct(
        actor=SYSTEM,
        organisation_id=pk,
        key="k",
        amount_kop=-10_000,
        reason="площадь 5,3 сотки",
        corrects_id=old.pk,
        now=december,
    )
    assert again.pk == made.pk
    assert selectors.balances(pk)[account.pk] == 11 * 90_000 - 10_000
    rest = {row.charge_id: row.remaining_kop for row in selectors.open_charges(pk, [account.pk])[account.pk]}
    assert rest[old.pk] == 80_000
    assert len(rest) == 11


def test_a_correction_never_takes_more_than_the_line_has() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    factories.make_fee(pk)
    factories.post_month(pk)
    line = Charge.objects.get(organisation_id=pk)
    services.charge_correct(
        actor=SYSTEM,
        organisation_id=pk,
        key="1",
        amount_kop=-80_000,
        reason="льгота",
        corrects_id=line.pk,
        month=MONTH,
        now=NOW,
    )
    with pytest.raises(RuleViolation) as refusal:
        services.charge_correct(
            actor=SYSTEM,
            organisation_id=pk,
            key="2",
            amount_kop=-10_001,
            reason="льгота",
            corrects_id=line.pk,
            month=MONTH,
            now=NOW,
        )
    assert refusal.value.code == "billing.correction_below_zero"
    assert refusal.value.params == {"left": "100,00"}
    assert Charge.objects.filter(organisation_id=pk).count() == 2


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": " "}, "billing.correction_reason"),
        ({"amount_kop": 0}, "billing.correction_zero"),
        ({"fee_id": 10**9}, "billing.fee_unknown"),
        ({"account_id": 10**9}, "billing.account_unknown"),
        ({"amount_kop": -1}, "billing.charge_unknown"),
        ({"corrects_id": 10**9}, "billing.charge_unknown"),
        ({"month": Month(2025, 12)}, "billing.month_before_books"),
    ],
)
def test_corrections_that_are_refused(values: dict[str, Any], code: str) -> None:
    pk = factories.make_billing_organisation().pk
    account, fee = factories.make_account(pk), factories.make_fee(pk)
    known: dict[str, Any] = {
        "amount_kop": 100,
        "reason": "забыли",
        "account_id": account.pk,
        "fee_id": fee.pk,
        "month": MONTH,
    }
    with pytest.raises(RuleViolation) as refusal:
        services.charge_correct(actor=SYSTEM, organisation_id=pk, key="k", now=NOW, **(known | values))
    assert refusal.value.code == code
    assert not Charge.objects.filter(organisation_id=pk).exists()
    assert not Operation.objects.filter(organisation_id=pk).exists()


def test_a_second_run_of_a_month_charges_only_what_is_new() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    factories.post_month(pk)
    newcomer = factories.make_account(pk, opened_on=date(2026, 11, 20))
    preview = selectors.charge_preview(SYSTEM, pk, MONTH, [fee.pk])
    assert (preview.lines_count, preview.total_kop) == (1, 90_000)
    assert [warn.code for warn in preview.warnings] == ["billing.warn_charged_already"]
    factories.post_month(pk)
    assert selectors.balances(pk)[newcomer.pk] == 90_000  # the whole month, as the fee says nothing else
    with pytest.raises(RuleViolation) as refusal:
        factories.post_month(pk)
    assert refusal.value.code == "billing.nothing_to_charge"


def test_the_seller_pays_for_the_month_of_the_sale_and_keeps_the_debt() -> None:
    pk = factories.make_billing_organisation().pk
    seller = factories.make_account(pk, area_m2=600)
    fee = factories.make_fee(pk)
    factories.post_month(pk, month=Month(2026, 10))
    unit_id = AccountUnit.objects.get(organisation_id=pk, account=seller).unit_id
    buyer = make_person(pk)
    from koopset.apps.register.services import ShareInput, ownership_transfer

    ownership_transfer(
        actor=SYSTEM,
        organisation_id=pk,
        unit_id=unit_id,
        new=[ShareInput(buyer.pk, Fraction(1))],
        on=date(2026, 11, 15),
        deed="договор",
        now=NOW,
    )
    seller.refresh_from_db()
    assert seller.closed_on == date(2026, 11, 14)
    bought = PersonalAccount.objects.get(organisation_id=pk, payer=buyer)
    assert (bought.opened_on, bought.closed_on) == (date(2026, 11, 15), None)
    assert bought.payment_code != seller.payment_code
    factories.post_month(pk, fee_ids=[fee.pk])
    assert selectors.balances(pk) == {seller.pk: 180_000}
    factories.post_month(
        pk, month=Month(2026, 12), fee_ids=[fee.pk], now=datetime(2026, 12, 5, 9, tzinfo=UTC)
    )
    assert selectors.balances(pk) == {seller.pk: 180_000, bought.pk: 90_000}


def test_warnings_name_what_is_not_charged() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    lonely = make_unit(pk)
    fee = factories.make_fee(pk)
    once = factories.make_fee(pk, period="once", from_month=202601, title="Разовый")
    preview = selectors.charge_preview(SYSTEM, pk, MONTH, [fee.pk, once.pk])
    assert [(warn.code, warn.unit_ids) for warn in preview.warnings] == [
        ("billing.warn_units_without_account", (lonely.pk,)),
        ("billing.warn_fee_not_due", ()),
    ]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CHAIR, Role.AUDITOR, Role.STAFF])
def test_who_may_not_charge(role: Role) -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    run = start(pk, [fee.pk])
    actor = make_actor(role, pk)
    with pytest.raises(Forbidden):
        services.charge_run_post(actor=actor, organisation_id=pk, run_id=run.pk, now=NOW)
    stranger = factories.make_treasurer(factories.make_billing_organisation().pk)
    with pytest.raises(Forbidden):
        services.charge_run_post(actor=stranger, organisation_id=pk, run_id=run.pk, now=NOW)
    assert not Charge.objects.filter(organisation_id=pk).exists()


def test_queries_do_not_grow_with_the_register(django_assert_max_num_queries) -> None:
    pk = factories.make_billing_organisation().pk
    for _number in range(12):
        factories.make_account(pk)
    fee = factories.make_fee(pk)
    with django_assert_max_num_queries(14):
        selectors.charge_preview(SYSTEM, pk, MONTH, [fee.pk])
    assert connection.vendor in ("sqlite", "postgresql")
