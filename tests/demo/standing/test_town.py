"""The invented town: built once, looked at from all sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.demo.building import DAY

from koopset.apps.billing.models import Charge, ChargeRun, PaymentDocument, PersonalAccount
from koopset.apps.billing.payments.models import BankLine, PaymentReversal
from koopset.apps.billing.selectors import balances, debts_of
from koopset.apps.joining import selectors as joining
from koopset.apps.ledger.selectors import verify
from koopset.apps.needs.demand.models import ProposalAnswer
from koopset.apps.needs.demand.selectors import proposals_for
from koopset.apps.needs.models import Receipt, ReceiptLine
from koopset.apps.organisations.models import Organisation
from koopset.apps.organisations.selectors import pending_change
from koopset.apps.people.models import Login
from koopset.apps.purchases.models import Round
from koopset.apps.purchases.selectors import replay_round
from koopset.apps.purchases.settlement.models import Claim
from koopset.apps.purchases.settlement.selectors import own_savings_of, round_proof
from koopset.apps.register.models import Ownership, Unit
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.kernel.inspection import inspect_file
from koopset.portal.demo import NotEmpty, fill_database, sign_in_lines
from koopset.portal.demo.calendar import moment
from koopset.portal.demo.people import DEMO_PASSWORD, DEMO_ROLES, GROUP, SNT, TSJ

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db]


def _id(name: str) -> int:
    return Organisation.objects.get(name_short=name).id


def test_the_books_are_proved(town: Path) -> None:
    assert list(verify()) == []


def test_plots_owners_flats(town: Path) -> None:
    garden, house = _id(SNT), _id(TSJ)
    assert (
        Unit.objects.filter(organisation_id=garden, closed_on=None).count() == 301
    )  # one was divided in two
    owners = Ownership.objects.filter(organisation_id=garden, valid_to=None)
    assert owners.values("person").distinct().count() == 271  # an heir beside the estate
    assert Unit.objects.filter(organisation_id=house).count() == 120
    drawn = Unit.objects.filter(organisation_id=garden, made_of=None)
    areas = drawn.values_list("areas__area_m2", flat=True)
    assert min(areas) >= 600
    assert max(areas) < 1510


def test_two_years_are_charged_and_the_current_month_is_not(town: Path) -> None:
    for name in (SNT, TSJ):
        months = sorted(
            ChargeRun.objects.filter(organisation_id=_id(name), state="posted").values_list(
                "month", flat=True
            )
        )
        assert len(months) == 24
        assert (months[0], months[-1]) == (202411, 202610)


def test_debtors_advances_and_what_waits(town: Path) -> None:
    garden = _id(SNT)
    accounts = list(PersonalAccount.objects.filter(organisation_id=garden).values_list("pk", flat=True))
    days = [debt.overdue_days for debt in debts_of(garden, accounts, today=DAY).values() if debt.overdue_kop]
    assert 20 <= len(days) <= 35
    assert len(set(days)) > 5
    assert sum(1 for kop in balances(garden).values() if kop < 0) >= 5
    waiting = BankLine.objects.filter(organisation_id=garden, state="waiting", direction="in")
    assert 7 <= waiting.count() <= 12
    reasons = {tuple(reason["code"] for reason in line.suggestion["reasons"]) for line in waiting}
    assert len(reasons) >= 6
    assert PaymentReversal.objects.filter(organisation_id=garden).count() == 1
    assert Charge.objects.filter(organisation_id=garden, kind="correction").count() == 1
    for name in (SNT, TSJ):
        assert PaymentDocument.objects.filter(organisation_id=_id(name), month=202610).count() > 100


def test_everybody_of_the_list_may_enter(town: Path) -> None:
    for role in DEMO_ROLES:
        login = Login.objects.get(email=role.email)
        assert login.check_password(DEMO_PASSWORD), role.key
        actor = actor_for_login(login.pk, on=DAY)
        if role.organisation:
            assert actor.roles_in(_id(role.organisation)), role.key
        else:
            assert actor.is_operator is (role.key == "operator")
            assert actor.is_coordinator is (role.key == "coordinator")
    both = actor_for_login(Login.objects.get(email="dva-uchastka@berezka.example").pk, on=DAY)
    assert both.organisation_ids == tuple(sorted((_id(SNT), _id(TSJ))))
    assert any(DEMO_PASSWORD in line for line in sign_in_lines())
    invited = Login.objects.get(email="priglashena@berezka.example")
    assert not invited.has_usable_password()


def test_a_district_with_applications_and_a_change_under_way(town: Path) -> None:
    coordinator = actor_for_login(Login.objects.get(email="koordinator@koopset.example").pk, on=DAY)
    states = sorted(row.state for row in joining.bodies_of(coordinator, now=moment(DAY)))
    assert states == ["", "", "", "", "", "mending", "submitted", "submitted"]
    change = pending_change(SYSTEM, _id(TSJ), now=moment(DAY, 20))
    assert change is not None
    assert (change.state, change.for_fees) == ("counting", True)


def test_forty_households_and_three_rounds(town: Path) -> None:
    assert Receipt.objects.values("household").distinct().count() == 40
    assert Receipt.objects.filter(state="filled").count() == Receipt.objects.count() > 1000
    known = ReceiptLine.objects.exclude(category="").count()
    assert known == ReceiptLine.objects.count()
    group = _id(GROUP)
    rows = Round.objects.filter(organisation_id=group).order_by("pk")
    assert [row.state for row in rows] == ["settled", "received", "open"]
    for row in rows[:2]:
        assert all(not one.differences for one in replay_round(group, row.pk))
    assert round_proof(rows[0]).holds
    assert Claim.objects.filter(organisation_id=group, state="accepted").count() == 1
    buyer = Login.objects.get(email="pokupatel@berezka.example")
    kinds = {one.info.kind for one in proposals_for(buyer.pk)}
    assert {"молоко", "картофель"} <= kinds
    assert all(one.info.saving_kop_month > 0 for one in proposals_for(buyer.pk))
    assert ProposalAnswer.objects.filter(answer="joined").count() >= 5
    saved = own_savings_of(actor_for_login(buyer.pk, on=DAY))
    assert saved.saved_kop > 0


def test_the_files_to_try_are_read(town: Path) -> None:
    for name, least in (("vypiska.txt", 5), ("reestr.xlsx", 40)):
        found = inspect_file(town / "demo" / name)
        assert found is not None
        assert found.usable, found.errors
        assert found.records >= least


def test_a_second_town_is_refused_and_the_first_stays(town: Path) -> None:
    before = Charge.objects.count()
    with pytest.raises(NotEmpty, match="уже наполнен"):
        fill_database(report=lambda _text: None, today=DAY)
    assert Charge.objects.count() == before


def test_the_page_gives_the_files_and_no_others(town: Path, client: Client) -> None:
    page = client.get("/demo/").content.decode()
    assert "/demo/files/vypiska.txt" in page
    given = client.get("/demo/files/vypiska.txt")
    assert b"".join(given.streaming_content) == (town / "demo" / "vypiska.txt").read_bytes()  # type: ignore[attr-defined]
    assert client.get("/demo/files/koopset.sqlite3").status_code == 404
    assert client.get("/demo/files/..%2Fkoopset.sqlite3").status_code == 404
