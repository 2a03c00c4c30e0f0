"""A group of buyers from its opening by a private person to a settled round: money in equals money out, and the books prove it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koopset.apps.joining import services as joining
from koopset.apps.joining.factories import NOW
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.factories import book
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.apps.places.models import Territory
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import tree_load
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as purchases
from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import Cash
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
JAR = 34_900


def opened() -> tuple[int, Login]:
    tree_load(actor=SYSTEM, now=NOW)
    town = Territory.objects.filter(parent=territory_named("Приозерский район")).order_by("pk").first()
    assert town is not None
    login = make_login(password=None)
    key = joining.buyer_group_open(
        actor=actor_for_login(login.pk, on=NOW.date()), name_short="Мёд вскладчину", territory_id=town.pk,
        last_name="Лугова", first_name="Анна", now=NOW,
    )  # fmt: skip
    return key, login


def browser(login: Login) -> Client:
    client = Client(headers={"accept-language": "ru"})
    client.force_login(login)
    return client


def page_of(client: Client, name: str, *args: int) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode().replace("\xa0", " ")


def test_a_group_from_its_opening_to_a_settled_round() -> None:
    pk, login = opened()
    client = browser(login)
    chair: dict[str, Any] = {
        "actor": actor_for_login(login.pk, on=date(2026, 11, 24)), "organisation_id": pk, "now": factories.NOW,
    }  # fmt: skip
    # The side bar speaks of a group; the organiser is told what will be compared, and nothing of an authority that knows a group.
    page = page_of(client, "organisations:organisation", pk)
    assert "<b>Группа</b>" in page
    assert "<b>Посёлок</b>" not in page
    assert "с тем, о чём договорились участники" in page
    assert "самоуправления" not in page

    # Wants are gathered before the check of the organiser, by an agent of each buyer; money is not.
    settings = purchases.Settings(
        title="Мёд на зиму", supplier_name="Пасека Лужки", open_until=rounds.NOW.replace(day=29), holder=Round.Holder.AGENT,
        transport_kop=100_000, fee_bp=300, fee_source="договор с участниками",
    )  # fmt: skip
    row = purchases.round_draft(**chair, settings=settings)
    move = {**chair, "round_id": row.pk}
    purchases.good_add(**move, good=purchases.GoodTyped(**rounds.HONEY))
    purchases.round_open(**move)
    people = []
    for name, firm, extra in (("Анна", 7, 3), ("Борис", 5, 0), ("Вера", 4, 4), ("Глеб", 2, 6)):
        people.append(rounds.make_participant(pk, name))
        rounds.make_want(row, people[-1], firm, extra)
    refused("organisations.not_verified", purchases.round_stop, **move)
    pay = {**chair, "on_date": factories.TODAY, "way": "cash"}
    refused(
        "organisations.not_verified", services.pay_in,
        **pay, participant_id=people[0].pk, amount_kop=100, key="0", round_id=row.pk,
    )  # fmt: skip

    # The operator compares the organiser with the agreement: words of a group, not of a charter and an authority.
    operator = browser(make_login(password=None, is_operator=True))
    form = page_of(operator, "organisations:organisation_verify", pk)
    assert "Номер договора с участниками" in form
    assert "самоуправления" not in form
    sent = {
        "minutes_number": "1", "minutes_on": "2026-11-01", "act_number": "оферта 1", "act_on": "2026-11-01",
        "act_by": "организатор, паспорт предъявлен", "how": "original", "note": "",
    }  # fmt: skip
    answer = operator.post(reverse("organisations:organisation_verify", args=[pk]), sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "договор № оферта 1" in page_of(operator, "organisations:organisation", pk)

    purchases.round_stop(**move)

    # The organiser keeps the books; each pays, the goods come short, are handed out and settled.
    book(pk, actor=chair["actor"])
    for number, one in enumerate(people, 1):
        services.pay_in(**pay, participant_id=one.pk, amount_kop=500_000, key=str(number), round_id=row.pk)
    purchases.round_send(**move)
    good = row.goods.get(organisation_id=pk)
    services.intake_add(**move, good_id=good.pk, outcome="good", quantity=20, key="a")
    services.intake_finish(**move)
    services.cost_add(**move, kind="invoice", amount_kop=20 * JAR, on_date=factories.TODAY, key="i")
    services.cost_add(**move, kind="transport", amount_kop=100_000, on_date=factories.TODAY, key="t")
    lines = {one.participant_id: one for one in Line.objects.filter(organisation_id=pk, round_id=row.pk)}
    for one in people:
        services.goods_give(
            **move, participant_id=one.pk, quantities={lines[one.pk].pk: lines[one.pk].received or 0}, key="g"
        )
    seen = selectors.preview(Round.objects.get(organisation_id=pk, pk=row.pk))
    assert seen.proof.holds
    services.round_settle(**move, fingerprint=seen.fingerprint)
    row = Round.objects.get(organisation_id=pk, pk=row.pk)
    assert row.state == Round.State.SETTLED
    page_of(client, "settlement:settle", pk, row.pk)

    # Money in equals money out: the supplier and the carrier are paid, everybody takes home what is left, the fee stays.
    fee = seen.fee_kop
    services.pay_supplier(**pay, round_id=row.pk, amount_kop=20 * JAR + 100_000, key="s")
    for one in people:
        statement = selectors.statement_of(row, one)
        assert statement.where.total_kop == statement.total_kop
        free = selectors.own_money(row, one).free_kop
        assert free == 500_000 - statement.total_kop
        services.pay_out(**pay, participant_id=one.pk, amount_kop=free, key=f"o{one.pk}")
    came = sum(Cash.objects.filter(organisation_id=pk, kind="in").values_list("amount_kop", flat=True))
    went = sum(
        Cash.objects.filter(organisation_id=pk, kind__in=["out", "supplier"]).values_list(
            "amount_kop", flat=True
        )
    )
    assert came - went == fee == selectors.fund_kop(pk) == -ledger.balance(pk, "76.53")
    assert all(ledger.balance(pk, code) == 0 for code in ("76.50", "76.51", "60"))
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
    assert selectors.round_proof(row).holds
    assert ledger.verify(pk) == []


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("kfh", "Хозяйство"),
        ("ip", "Предприятие"),
        ("ooo", "Предприятие"),
        ("po", "Общество"),
        ("snt", "Посёлок"),
    ],
)
def test_the_side_bar_speaks_of_what_the_body_is(form: str, head: str) -> None:
    pk = factories.make_buying_body(form)
    login = make_role(pk, Role.CHAIR).person.login
    assert login is not None
    page = page_of(browser(login), "settlement:accounts", pk)
    assert page.count(f"<b>{head}</b>") >= 1
    assert head == "Посёлок" or "<b>Посёлок</b>" not in page


def test_a_person_of_two_bodies_asks_for_neither_twice() -> None:
    first, second = factories.make_buying_body("snt"), factories.make_buying_body("po")
    login = make_role(first, Role.TREASURER).person.login
    assert login is not None
    make_role(second, Role.CHAIR, login=login)
    client = browser(login)
    page_of(client, "settlement:accounts", first)
    with CaptureQueriesContext(connection) as asked:
        page_of(client, "settlement:accounts", first)
    bodies = [
        one["sql"] for one in asked.captured_queries if 'FROM "organisations_organisation"' in one["sql"]
    ]
    assert len(bodies) == 1, bodies
