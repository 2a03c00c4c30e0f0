"""What people answer of names: for oneself at once, for all when a second person agrees, until the operator says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from koopset.apps.catalogue import selectors, services
from koopset.apps.catalogue.models import Good, LearntName, NameAnswer
from koopset.apps.people.factories import make_login
from koopset.foundation.personal.ports import Subject, rooms
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Actor, ActorKind, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.queries import query_budget
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STRANGE = "Зюзюка хрумкая 200г"


def somebody() -> Actor:
    return Actor(kind=ActorKind.PERSON, login_id=make_login(password=None).pk)


def answer(
    actor: Actor, name: str = STRANGE, category: str = "сладости", kind: str = "печенье"
) -> NameAnswer:
    return services.name_answer(actor=actor, name=name, category=category, kind=kind, now=NOW)


def known(name: str = STRANGE, login_id: int | None = None) -> tuple[str, str, str]:
    (one,) = selectors.recognise([(name, "")], login_id=login_id)
    return one.category, one.kind, one.how


def test_an_answer_holds_for_its_author_at_once_and_for_all_after_a_second_person():
    first, second = somebody(), somebody()
    answer(first)
    assert known(login_id=first.login_id) == ("сладости", "печенье", "own")
    assert known(login_id=second.login_id) == ("", "", "")
    answer(second, name="ЗЮЗЮКА хрумкая 350Г *")
    assert known() == ("сладости", "печенье", "learnt")
    (one,) = selectors.recognise([(STRANGE, "")])
    assert (one.amount, one.unit) == (Decimal("0.2"), Unit.KG)


def test_one_person_twice_is_one_person():
    first = somebody()
    answer(first)
    answer(first)
    assert known() == ("", "", "")
    assert NameAnswer.objects.count() == 1


def test_two_who_agree_on_the_category_only_teach_the_category():
    answer(somebody())
    answer(somebody(), kind="вафли")
    assert known() == ("сладости", "", "learnt")
    answer(somebody(), kind="вафли")
    assert known() == ("сладости", "вафли", "learnt")


def test_what_was_learnt_stays_until_more_people_say_another_thing():
    answer(somebody())
    answer(somebody())
    for _number in range(2):
        answer(somebody(), category="хлеб", kind="")
    assert known()[0] == "сладости"
    answer(somebody(), category="хлеб", kind="")
    assert known()[0] == "хлеб"


@pytest.mark.parametrize(
    ("name", "category", "kind", "code"),
    [
        (STRANGE, "сладкое", "", "catalogue.unknown_category"),
        (STRANGE, "сладости", "кефир", "catalogue.unknown_kind"),
        ("ИП Иванов И.И.", "хлеб", "", "catalogue.nothing_to_learn"),
        ("12345 №7", "хлеб", "", "catalogue.nothing_to_learn"),
    ],
)
def test_refusals_leave_nothing(name: str, category: str, kind: str, code: str):
    with pytest.raises(RuleViolation) as refusal:
        answer(somebody(), name=name, category=category, kind=kind)
    assert refusal.value.code == code
    assert not LearntName.objects.exists()


@pytest.mark.parametrize("actor", [NOBODY, SYSTEM, Actor(kind=ActorKind.KEY, login_id=-3, home_id=1)])
def test_only_a_person_answers(actor: Actor):
    with pytest.raises(Forbidden):
        answer(actor)
    assert not LearntName.objects.exists()


def test_the_operator_sets_declines_and_releases():
    answer(somebody())
    row = LearntName.objects.get()
    services.name_correct(actor=SYSTEM, name_id=row.pk, category="хлеб", now=NOW)
    assert known() == ("хлеб", "", "learnt")
    answer(somebody())
    assert known() == ("хлеб", "", "learnt")
    services.name_decline(actor=SYSTEM, name_id=row.pk, now=NOW)
    assert known() == ("", "", "")
    with pytest.raises(RuleViolation, match=r"catalogue\.name_declined"):
        answer(somebody())
    services.name_release(actor=SYSTEM, name_id=row.pk, now=NOW)
    assert known() == ("сладости", "печенье", "learnt")
    states = [str(move.what) for move in selectors.learnt_history(SYSTEM, row.pk)]
    assert len(states) >= 5


def test_only_the_operator_corrects():
    answer(somebody())
    row = LearntName.objects.get()
    with pytest.raises(Forbidden):
        services.name_correct(actor=somebody(), name_id=row.pk, category="хлеб", now=NOW)
    with pytest.raises(Forbidden):
        selectors.learnt_name(somebody(), row.pk)
    with pytest.raises(LearntName.DoesNotExist):
        services.name_decline(actor=SYSTEM, name_id=0, now=NOW)


def test_a_number_of_goods_is_stronger_than_everything():
    services.good_set(
        actor=SYSTEM,
        gtin="4607045982771",
        name="Молоко 3,2 % 0,95 л",
        category="молоко_молочное",
        kind="молоко",
        amount=Decimal("0.95"),
        unit=Unit.L,
        now=NOW,
    )
    (one,) = selectors.recognise([("Хлеб 400г", "04607045982771")])
    assert (one.category, one.kind, one.how, one.amount) == (
        "молоко_молочное",
        "молоко",
        "gtin",
        Decimal("0.95"),
    )
    services.good_set_for_room(gtin="4607045982771", name="Хлеб", category="хлеб", only_new=True)
    assert Good.objects.get().category == "молоко_молочное"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"gtin": "4607045982772"}, "catalogue.bad_gtin"),
        ({"gtin": "2300000000006"}, "catalogue.bad_gtin"),
        ({"name": " "}, "catalogue.no_name"),
        ({"category": "x"}, "catalogue.unknown_category"),
        ({"kind": "кефир"}, "catalogue.unknown_kind"),
        ({"amount": Decimal(1)}, "catalogue.bad_amount"),
        ({"amount": Decimal(-1), "unit": Unit.KG}, "catalogue.bad_amount"),
    ],
)
def test_goods_are_refused(changed: dict, code: str):
    given = {"gtin": "4607045982771", "name": "Хлеб", "category": "хлеб"} | changed
    with pytest.raises(RuleViolation) as refusal:
        services.good_set(actor=SYSTEM, now=NOW, **given)
    assert refusal.value.code == code
    assert not Good.objects.exists()


def test_names_to_ask_are_unknown_each_once_and_tell_of_nobody():
    me = somebody()
    assert me.login_id is not None
    names = ["Хлеб 400г", STRANGE, "Зюзюка хрумкая 1кг", "ИП Петров П.П.", "Пырпырка", STRANGE]
    asked = selectors.names_to_ask(me.login_id, names)
    assert [one.name for one in asked] == [STRANGE, "Пырпырка"]
    answer(me)
    assert [one.name for one in selectors.names_to_ask(me.login_id, names)] == ["Пырпырка"]
    other = somebody()
    row = LearntName.objects.get()
    services.name_decline(actor=SYSTEM, name_id=row.pk, now=NOW)
    assert other.login_id is not None
    assert [one.name for one in selectors.names_to_ask(other.login_id, names)] == ["Пырпырка"]


def test_many_names_cost_a_handful_of_queries():
    names = [
        (f"Товар {chr(1072 + number % 32) * 4} {chr(1072 + number // 32) * 3}", "4607045982771")
        for number in range(400)
    ]
    with query_budget(3):
        selectors.recognise(names, login_id=7)


def test_a_login_that_goes_takes_its_answers_and_leaves_what_was_learnt():
    first = somebody()
    assert first.login_id is not None
    answer(first)
    answer(somebody())
    (data,) = [room for room in rooms() if room.room == "catalogue"]
    subject = Subject(login_id=first.login_id)
    (table,) = data.tables(subject)
    assert [list(row)[1:3] for row in table.rows] == [["сладости", "печенье"]]
    lines = list(data.erase(actor=SYSTEM, subject=subject, needs=frozenset(), now=NOW))
    assert [line.count for line in lines] == [1]
    assert not NameAnswer.objects.filter(login_id=first.login_id).exists()
    assert not NameAnswer.history.filter(login_id=first.login_id).exists()
    assert known() == ("сладости", "печенье", "learnt")
    assert list(data.tables(Subject(login_id=None))) == []


def test_the_operator_alone_holds_the_rights():
    from koopset.apps.catalogue.permissions import CatalogueRight
    from koopset.foundation.rights.catalogue import roles_with

    assert all(roles_with(right) == {Role.OPERATOR} for right in CatalogueRight)
