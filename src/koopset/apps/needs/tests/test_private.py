"""What of receipts is seen by whom: the family by those who are in it, medicines and alcohol by whoever brought them, by nobody else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.needs import factories, services
from koopset.apps.needs.demand.selectors import household as demand
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.models import QuestionLeft, Receipt, ReceiptEvidence, ReceiptLine, SharingChoice
from koopset.apps.needs.privacy import NeedsData
from koopset.apps.needs.selectors import own, purchase_facts
from koopset.apps.people import services as people
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import SupportVisit
from koopset.foundation.access.services import token_make
from koopset.foundation.personal.ports import Subject
from koopset.foundation.rights.actors import Forbidden
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

NOW = factories.NOW
item, receipt_json, actor_of, bring = (
    factories.item,
    factories.receipt_json,
    factories.actor_of,
    factories.bring,
)
pytestmark = pytest.mark.django_db

MEDICINE, ALCOHOL, MILK = "Парацетамол таблетки 500мг", "Водка 0,5л", "Молоко 3,2% 1л"
NOVEMBER = Month(2026, 11)


def joined(first, second, **more) -> None:
    _key, code = people.household_invite(actor=actor_of(first), now=NOW)
    people.household_join(actor=actor_of(second), code=code, now=NOW, **more)


@pytest.fixture
def pair():
    first, second = make_login(), make_login()
    make_person(login=first, name="Сосновый Пётр Ильич")
    make_person(login=second, name="Сосновая Вера Павловна")
    joined(first, second)
    return first, second


@pytest.fixture
def mixed(pair):
    """The first brings milk with a medicine and vodka on one receipt, and a receipt of the medicine alone."""
    first, _second = pair
    shop = receipt_json([item(MILK, 9_000), item(MEDICINE, 12_345), item(ALCOHOL, 40_000)])
    bring(first, shop, receipt_json([item(MEDICINE, 54_321)], shop="Аптека № 5"))
    assert set(ReceiptLine.objects.filter(is_private=True).values_list("name", flat=True)) == {
        MEDICINE,
        ALCOHOL,
    }
    return shop


def browser(login):
    client = Client()
    client.force_login(login)
    return client


class Program:
    def __init__(self, login) -> None:
        now = timezone.now()
        scopes = ["needs:own:use"]
        _token, secret = token_make(actor=actor_of(login), name="x", scopes=scopes, now=now)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str) -> Any:
        return Client().get(f"/api/v1{path}", headers=self.headers)


def everything_told(login) -> str:
    """All that pages, programs and the export tell a login of purchases."""
    client, program, said = browser(login), Program(login), []
    ids = list(Receipt.objects.values_list("pk", flat=True))
    pages = [reverse(f"needs:{name}") for name in ("home", "receipts", "prices", "add", "what", "sharing")]
    pages += [f"{reverse('needs:home')}?month=2026-11", reverse("demand:uses")]
    pages += [f"{reverse('needs:prices')}?category={key}" for key in ("аптека", "алкоголь")]
    pages += [reverse("demand:kind", args=[kind]) for kind in ("лекарства", "водка")]
    pages += [reverse("needs:receipt", args=[key]) for key in ids]
    said += [client.get(page).content.decode().replace(page, "") for page in pages]
    calls = [
        "receipts",
        "months/2026-11",
        "questions",
        "prices?category=лекарства",
        f"prices?name={MEDICINE}",
    ]
    calls += [f"receipts/{key}" for key in ids]
    said += [program.get(f"/my/purchases/{call}").content.decode() for call in calls]
    said += [program.get("/my/needs/use").content.decode()]
    return "\n".join([*said, json.dumps(exported(login), default=str, ensure_ascii=False)])


def exported(login) -> dict[str, list[Any]]:
    subject = Subject(login_id=login.pk, cards=())
    return {one.name: [list(row) for row in one.rows] for one in NeedsData().tables(subject)}


# Medicines and alcohol


def test_who_brought_them_sees_them(pair, mixed):
    first, _second = pair
    told = everything_told(first)
    for mark in (MEDICINE, ALCOHOL, "Аптека № 5", "54321"):
        assert mark in told


def test_nobody_else_of_the_family_sees_them_anywhere(pair, mixed):
    _first, second = pair
    told = everything_told(second)
    assert MILK in told
    for mark in ("Парацетамол", "Водка", "Аптека №", "54321", "543,21", "123,45", "12345", "61345", "613,45"):
        assert mark not in told, mark


def test_asked_by_name_or_category_they_are_not_there(pair, mixed):
    first, second = pair
    home = own.own_household_id(actor_of(second))
    names = {line.category: line.kind for line in ReceiptLine.objects.filter(is_private=True)}
    for category, kind in names.items():
        choices: list[dict[str, Any]] = [{"category": category}, {"kind": kind}]
        for asked in choices:
            assert own.price_points(home, second.pk, **asked) == []
            assert own.price_points(home, first.pk, **asked) != []
    for name in (MEDICINE, ALCOHOL):
        assert own.name_question(home, second.pk, name) is None
        assert own.name_question(home, first.pk, name) is not None
        assert own.price_points(home, second.pk, name=name) == []
        assert browser(second).get(reverse("needs:prices"), {"name": name}).context["points"] == []
        assert not browser(second).get(reverse("needs:what"), {"name": name}).context["one"]
    assert own.frequent_categories(home, second.pk) == ["молоко_молочное"]
    assert own.frequent_kinds(home, second.pk) == [("молоко", "Молоко")]


def test_sums_and_counts_are_those_of_the_rest(pair, mixed):
    first, second = pair
    mine, others = (own.month_summary(actor_of(one), NOVEMBER) for one in pair)
    assert (mine.needs_kop, mine.receipts) == (9_000 + 12_345 + 40_000 + 54_321, 2)
    assert (others.needs_kop, others.receipts) == (9_000, 1)
    assert [one.category for one in others.needs] == ["молоко_молочное"]
    rows = [own.receipt_row(row) for row in own.receipt_rows(own.own_receipts(actor_of(second)))]
    assert [(row.total_kop, row.lines) for row in rows] == [(9_000, 1)]
    rows = [own.receipt_row(row) for row in own.receipt_rows(own.own_receipts(actor_of(first)))]
    assert sorted((row.total_kop, row.lines) for row in rows) == [(54_321, 1), (61_345, 3)]
    info = own.receipt_info(actor_of(second), rows[0].id if rows[0].lines == 3 else rows[1].id)
    assert [line.name for line in info.lines] == [MILK]
    assert (info.row.total_kop, info.row.fn, info.row.fd, info.row.fp) == (9_000, "", 0, 0)
    assert {one.kind for one in demand.uses_of(actor_of(second), NOW.date())} == {"молоко"}
    assert len(demand.uses_of(actor_of(first), NOW.date())) > 1


def test_others_cannot_reach_what_is_private(pair, mixed):
    _first, second = pair
    hidden = Receipt.objects.get(shop_name="Аптека № 5")
    of_receipts: list[tuple[Any, dict[str, Any]]] = [
        (services.receipt_delete, {}),
        (services.receipt_ask_again, {}),
        (services.hand_repeat, {}),
        (services.receipt_fill_by_hand, {"lines": []}),
    ]
    of_names: list[tuple[Any, dict[str, Any]]] = [
        (services.name_tell, {"category": "сыр"}),
        (services.question_leave, {}),
    ]
    for do, named in of_receipts:
        with pytest.raises(Forbidden):
            do(actor=actor_of(second), receipt_id=hidden.pk, now=NOW, **named)
    for do, named in of_names:
        with pytest.raises(RuleViolation, match=r"needs\.unknown_name"):
            do(actor=actor_of(second), name=MEDICINE, now=NOW, **named)
    assert browser(second).get(reverse("needs:receipt", args=[hidden.pk])).status_code == 404
    assert ReceiptLine.objects.filter(is_private=True).count() == 3
    assert not QuestionLeft.objects.exists()


def test_who_brings_the_same_receipt_holds_its_paper_and_sees_it(pair, mixed):
    _first, second = pair
    added = services.code_add(actor=actor_of(second), code=factories.qr_of(mixed), now=NOW)
    assert not added.is_new
    assert len(own.receipt_info(actor_of(second), added.receipt_id).lines) == 3
    assert Receipt.objects.count() == 2


def test_a_purchase_by_hand_repeated_by_another_leaves_out_what_is_private(pair):
    first, second = pair
    lines = [services.HandLine(MILK, 9_000), services.HandLine(ALCOHOL, 40_000)]
    key = services.hand_add(actor=actor_of(first), lines=lines, day=NOW.date(), now=NOW)
    home = own.own_household_id(actor_of(second))
    last = own.last_hand(home, second.pk)
    assert last is not None
    assert (last.name, last.total_kop) == (MILK, 9_000)
    assert own.frequent_hand(home, second.pk) == [MILK]
    again = services.hand_repeat(actor=actor_of(second), receipt_id=key, now=NOW)
    assert list(ReceiptLine.objects.filter(receipt_id=again).values_list("name", flat=True)) == [MILK]


def test_nothing_private_is_among_facts_for_others_whatever_is_chosen(pair, mixed):
    first, second = pair
    factories.make_sharing(first)
    for key in ("аптека", "алкоголь"):
        SharingChoice.objects.create(
            household_id=own.own_household_id(actor_of(first)), category=key, chosen_by=first, since=NOW
        )
    given = [
        row for partition, _proof in PURCHASES.source.proofs() for row in PURCHASES.source.rows(partition, 0)
    ]
    assert len(given) == 1
    for facts in (purchase_facts(), purchase_facts(only_shared=True), purchase_facts(seen_by=second.pk)):
        assert [fact.kind for fact in facts] == ["молоко"]
    with pytest.raises(RuleViolation, match=r"needs\.private_category"):
        services.sharing_choose(actor=actor_of(first), chosen=["аптека"], version=1, sha256="", now=NOW)


# Coming and leaving


def test_a_newcomer_sees_what_the_family_had_and_who_left_sees_nothing_of_it(pair):
    first, second = pair
    factories.make_purchase(first, MILK, 9_000)
    factories.make_purchase(second, "Хлеб ржаной", 5_000)
    third = make_login()
    joined(first, third)
    assert own.own_receipts(actor_of(third)).count() == 2
    people.household_leave(actor=actor_of(second), now=NOW)
    assert own.own_receipts(actor_of(second)).count() == 0
    assert own.month_summary(actor_of(second), NOVEMBER).needs_kop == 0
    for key in Receipt.objects.values_list("pk", flat=True):
        assert browser(second).get(reverse("needs:receipt", args=[key])).status_code == 404
    # What was added stays with the family; one's own data still hold what one added, and nothing of the others.
    assert own.own_receipts(actor_of(first)).count() == own.own_receipts(actor_of(third)).count() == 2
    assert [row[3] for row in exported(second)["receipt-lines"]] != []
    assert {row[2] for row in exported(second)["receipt-lines"]} == {"Хлеб ржаной"}
    factories.make_purchase(second, MILK, 9_000)
    assert own.own_receipts(actor_of(second)).count() == 1


def test_who_left_takes_nothing_along_and_private_lines_stay_unseen(pair, mixed):
    first, second = pair
    people.household_leave(actor=actor_of(first), now=NOW)
    assert own.own_receipts(actor_of(first)).count() == 0
    assert own.month_summary(actor_of(second), NOVEMBER).needs_kop == 9_000
    assert "Парацетамол" not in everything_told(second)
    assert {row[2] for row in exported(first)["receipt-lines"]} == {MILK, MEDICINE, ALCOHOL}
    joined(second, first)
    assert own.month_summary(actor_of(first), NOVEMBER).needs_kop == 115_666


def test_who_comes_along_brings_receipts_and_the_same_one_counts_once():
    """Lines are not lost where only one of the two had them, and both are kept as who brought it."""
    first, second = make_login(), make_login()
    same, waiting, other = (
        receipt_json([item(name, 5_000)]) for name in (MILK, "Хлеб ржаной", "Сыр Российский")
    )
    bring(first, same)
    services.code_add(actor=actor_of(first), code=factories.qr_of(waiting), now=NOW)
    bring(second, same, waiting, other)
    joined(first, second, bring=True)
    found = own.own_receipts(actor_of(first))
    assert found.count() == Receipt.objects.count() == 3
    assert {row.state for row in found} == {"filled"}
    assert ReceiptLine.objects.count() == 3
    assert set(ReceiptEvidence.objects.values_list("login_id", flat=True)) == {first.pk, second.pk}
    assert all(vars(row)["is_mine"] for row in own.own_receipts(actor_of(second)))


# Erasure


def erase(login) -> dict[str, int]:
    subject = Subject(login_id=login.pk, cards=())
    told = list(NeedsData().erase(actor=actor_of(login), subject=subject, needs=frozenset(), now=NOW))
    return {one.fate.value: one.count for one in told}


def test_an_erased_member_leaves_the_family_its_receipts_and_takes_what_is_private(pair, mixed):
    first, second = pair
    bring(second, receipt_json([item(ALCOHOL, 70_000), item("Хлеб ржаной", 5_000)]))
    told = erase(first)
    assert told["erase"] >= 1
    assert set(ReceiptLine.objects.values_list("name", flat=True)) == {MILK, ALCOHOL, "Хлеб ржаной"}
    assert not Receipt.objects.filter(shop_name="Аптека № 5").exists()
    row = Receipt.objects.get(lines__name=MILK)
    assert (row.total_kop, row.added_by_id) == (9_000, None)
    assert own.month_summary(actor_of(second), NOVEMBER).needs_kop == 84_000


def test_what_another_has_brought_too_stays_for_them(pair, mixed):
    first, second = pair
    services.code_add(actor=actor_of(second), code=factories.qr_of(mixed), now=NOW)
    erase(first)
    assert own.month_summary(actor_of(second), NOVEMBER).needs_kop == 61_345


def test_whoever_lives_alone_is_erased_with_all(pair):
    login = make_login()
    factories.make_purchase(login, MEDICINE, 5_000)
    factories.make_home(login, _territory())
    factories.make_sharing(login)
    erase(login)
    assert not Receipt.objects.exists()
    assert not ReceiptLine.objects.exists()
    assert not SharingChoice.objects.exists()
    assert exported(login) == {name: [] for name in exported(login)}


def _territory() -> int:
    from koopset.apps.places.models import Territory

    return int(Territory.objects.create(level="settlement", name="Посёлок").pk)


# Support


def test_a_visit_of_support_sees_nothing(pair, mixed):
    first, _second = pair
    operator = make_login(is_operator=True)
    visit = SupportVisit.objects.create(
        login=first,
        operator=operator,
        reason="Помочь",
        asked_at=timezone.now(),
        allowed_at=timezone.now(),
        until=timezone.now() + timedelta(hours=1),
    )
    client = browser(operator)
    client.post(reverse("people:support_enter", args=[visit.pk]))
    assert client.get(reverse("people:me")).status_code == 200
    for name in ("home", "receipts", "prices", "add", "files", "what", "sharing", "place"):
        assert client.get(reverse(f"needs:{name}")).status_code == 404, name
    for name in ("uses", "wishes", "wish_new", "proposals", "neighbours"):
        assert client.get(reverse(f"demand:{name}")).status_code == 404, name
    assert client.get(reverse("demand:kind", args=["молоко"])).status_code == 404
    for key in Receipt.objects.values_list("pk", flat=True):
        assert client.get(reverse("needs:receipt", args=[key])).status_code == 404
    assert client.get("/api/v1/my/purchases/receipts").status_code == 403


# What is others' is dropped before it is written


def test_nothing_of_a_cashier_or_a_buyer_is_written(pair):
    first, _second = pair
    bring(
        first,
        receipt_json(
            [item("Услуга мастера Иванова И.И. +7 911 123-45-67", 10_000), item(MILK, 9_000)],
            operator="Кассирова Мария Львовна",
            buyerPhoneOrAddress="+79111234567",
            buyer="Петров П. П.",
            userProperty={"key": "email", "value": "petrov@example.org"},
            rawData="AQIDBAUG",
            user="ИП Сидоров Сидор Сидорович",
            retailPlaceAddress="г. Приозерск, ул. Ленина, 5",
        ),
    )
    kept = json.dumps(
        [list(Receipt.objects.values()), list(ReceiptLine.objects.values())], default=str, ensure_ascii=False
    )
    for mark in (
        "Кассирова",
        "911 123",
        "9111234567",
        "Петров",
        "petrov@",
        "AQIDBAUG",
        "Сидоров",
        "Ленина",
        "Иванова",
    ):
        assert mark not in kept, mark
