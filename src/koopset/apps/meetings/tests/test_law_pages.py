"""The law of a body in words: with its articles and marks; editions with their faults named; what the charter may change, row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories, selectors, services
from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.models import CharterEdition, LawEdition
from koopset.apps.meetings.rules.charter import Clause
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.tests.test_meeting_pages import entered, member_client, text_of, url
from koopset.apps.organisations.factories import make_organisation
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
SNT = shipped_texts()["snt"]
MONTH = SNT.replace('key = "notice.days"\nvalue = 14', 'key = "notice.days"\nvalue = 30')


@pytest.fixture
def pk() -> int:
    found: int = make_organisation().pk
    return found


def charter(pk: int, *clauses: Clause) -> CharterEdition:
    return services.charter_save(
        actor=SYSTEM,
        organisation_id=pk,
        key="snt",
        clauses=clauses,
        since=timezone.localdate(),
        document="устав от 12.05.2026",
        now=timezone.now(),
    )


def test_the_law_is_read_in_words_with_articles_and_marks(pk):
    page = text_of(entered(pk, Role.TREASURER).get(url("law", pk)))
    assert "не менее двух третей голосов участвующих" in page
    assert "217-ФЗ, ст. 17 ч. 13" in page
    assert "14 дней" in page
    assert "проверьте по действующей редакции" in page
    assert url("law-text", pk, "snt") not in page
    assert url("law-text", pk, "snt") in text_of(entered(pk).get(url("law", pk)))
    assert "правления" in text_of(entered(pk).get(url("law", pk), {"law": "snt-board"}))


def test_a_member_reads_the_law_and_changes_nothing():
    pk, persons = factories.make_members(1)
    client = member_client(persons[0])
    assert client.get(url("law", pk)).status_code == 200
    for name in ("law-text", "charter"):
        assert client.get(url(name, pk, "snt")).status_code == 404
        assert entered(pk).get(url(name, pk, "tsj")).status_code == 404


@pytest.mark.parametrize("form", ["snt", "tsj", "tsn", "po", "jsk", "spk", "nko", "tos", "other"])
def test_every_law_is_told_in_both_languages(form):
    body = make_organisation(form).pk
    client = entered(body)
    for language in ("ru", "en"):
        client.cookies["koopset_language"] = language
        for key in selectors.law_keys(body):
            page = text_of(client.get(url("law", body), {"law": key}))
            assert "owners.reading" not in page
            assert client.get(url("charter", body, key)).status_code == 200


def test_an_edition_is_put_in_force_and_taken_back(pk):
    client = entered(pk)
    client.post(url("law-text", pk, "snt"), {"text": MONTH, "reason": "новый закон"})
    row = LawEdition.objects.get(organisation_id=pk)
    page = text_of(client.get(url("law", pk)))
    assert "30 дней" in page
    assert "новый закон" in page
    assert text_of(client.post(url("law-edition", pk, row.pk), {"reason": ""}), 422)
    client.post(url("law-edition", pk, row.pk), {"reason": "ошиблись"})
    assert "14 дней" in text_of(client.get(url("law", pk)))
    assert "больше не действует" in text_of(client.get(url("law-edition", pk, row.pk)))


def test_all_faults_of_a_text_are_named_with_their_lines(pk):
    faulty = SNT.replace("value = 14\n", 'value = "two weeks"\n', 1).replace(
        'key = "quorum"\nvalue = "more than 1/2"', 'key = "quorum"\nvalue = "most"'
    )
    before = faulty.split("\n")[: faulty.split("\n").index('value = "two weeks"')]
    line = len(before) - before[::-1].index("[[term]]")
    page = text_of(entered(pk).post(url("law-text", pk, "snt"), {"text": faulty, "reason": "так"}), 422)
    assert f"Строка {line}." in page
    assert page.count("Строка ") >= 2
    assert not LawEdition.objects.filter(organisation_id=pk).exists()
    page = text_of(
        entered(pk).post(url("law-text", pk, "snt"), {"text": "это не текст", "reason": "так"}), 422
    )
    assert "Строка 1." in page


def test_a_text_that_contradicts_the_charter_is_refused_when_it_is_saved(pk):
    charter(pk, Clause("notice.days", 21, "устав, п. 5.3"))
    page = text_of(
        entered(pk).post(url("law-text", pk, "snt"), {"text": MONTH, "reason": "новый закон"}), 422
    )
    assert "Оповестить о собрании не позднее чем за" in page
    assert "устав, п. 5.3" in page
    assert not LawEdition.objects.filter(organisation_id=pk).exists()
    assert selectors.law_on(pk, "snt", timezone.localdate()).profile.number("notice.days") == 21


def test_an_edition_that_the_charter_leans_on_is_not_taken_back(pk):
    opened = SNT.replace(
        'key = "agenda.closed"\nvalue = true\n', 'key = "agenda.closed"\nvalue = true\ncharter = "any"\n'
    )
    row = services.law_edition_save(
        actor=SYSTEM, organisation_id=pk, text=opened, reason="так", now=timezone.now()
    )
    charter(pk, Clause("agenda.closed", False, "устав, п. 9"))
    found = refused(
        "meetings.law_against_charter",
        lambda: services.law_edition_end(
            actor=SYSTEM, organisation_id=pk, edition_id=row.pk, reason="так", now=timezone.now()
        ),
    )
    assert found.params["clause"] == "устав, п. 9"


def test_the_charter_is_entered_row_by_row(pk):
    client = entered(pk)
    address = url("charter", pk, "snt")
    page = text_of(client.get(address))
    assert "Устав может требовать больше." in page
    assert "value_agenda.closed" not in page
    sent: dict[str, Any] = {"document": "устав от 12.05.2026", "since": timezone.localdate().isoformat()}
    page = text_of(client.post(address, sent | {"value_notice.days": "21"}), 422)
    assert "Назовите пункт устава" in page
    page = text_of(
        client.post(address, sent | {"value_notice.days": "7", "clause_notice.days": "п. 5.3"}), 422
    )
    assert "14 дней" in page
    client.post(
        address,
        sent
        | {
            "value_notice.days": "21",
            "clause_notice.days": "п. 5.3",
            "value_revote": "yes",
            "clause_revote": "п. 7",
            "value_precedence": "paper,hall,phone,electronic",
            "clause_precedence": "п. 8",
            "absentia_clause": "п. 9",
        },
    )
    here = selectors.law_on(pk, "snt", timezone.localdate())
    assert here.profile.number("notice.days") == 21
    assert here.profile.says("revote")
    assert here.profile.words("precedence")[0] == "paper"
    assert here.facts.absentia_clause == "п. 9"
    page = text_of(client.get(url("law", pk)))
    assert "устав от 12.05.2026" in page
    assert "п. 5.3" in page
    assert 'value="21"' in text_of(client.get(address))


LEASE = {
    "added-new-title": "согласие на аренду общей земли",
    "added-new-voters": "board",
    "added-new-needs": "at least 2/3",
    "added-new-measure": "head all_members",
    "added-new-forms_of_meeting": ["in_person", "mixed"],
    "added-new-clause": "устав, п. 6.4",
}


def whole(data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The form with its choices as the browser sends them: a place for another question is sent too, empty."""
    empty = {
        "added-new-voters": "board",
        "added-new-needs": "more than 1/2",
        "added-new-measure": "head present",
        "added-new-forms_of_meeting": ["in_person"],
    }
    return {"document": "устав", "since": timezone.localdate().isoformat()} | empty | data | more


def test_the_charter_adds_a_question_changes_it_and_takes_it_away(pk):
    client, address = entered(pk), url("charter", pk, "snt-board")

    def known() -> dict[str, Any]:
        items = selectors.law_on(pk, "snt-board", timezone.localdate()).profile.items
        return {one.key: one for one in items if one.key.startswith("charter-")}

    assert client.post(address, whole(LEASE)).status_code == 302
    item = known()["charter-1"]
    told = (str(item.needs), item.base, item.weight, item.source.article)
    assert told == ("at least 2/3", "all_members", "head", "устав, п. 6.4")
    assert [str(one) for one in item.forms] == ["in_person", "mixed"]
    assert "огласие на аренду общей земли" in text_of(client.get(url("law", pk), {"law": "snt-board"}))
    later = timezone.now() + timedelta(days=30)
    row = factories.make_meeting(pk, law="snt-board", items=(), starts_at=later, now=timezone.now())
    assert "charter-1" in {one.key for one in selectors.item_choices(row)}

    kept = {name.replace("new", "charter-1"): value for name, value in LEASE.items()}
    assert client.post(address, whole(kept, **{"added-charter-1-needs": "at least 3/4"})).status_code == 302
    assert str(known()["charter-1"].needs) == "at least 3/4"
    assert client.post(address, whole(LEASE | kept)).status_code == 302
    assert list(known()) == ["charter-1", "charter-2"]
    second = {name.replace("new", "charter-2"): value for name, value in LEASE.items()}
    gone = kept | second | {"added-charter-1-remove": "on"}
    assert client.post(address, whole(gone)).status_code == 302
    assert list(known()) == ["charter-2"]
    emptied = second | {"added-charter-2-title": "", "added-charter-2-clause": ""}
    assert "Назовите вопрос" in text_of(client.post(address, whole(emptied)), 422)
    assert list(known()) == ["charter-2"]


def test_where_the_law_closes_the_list_no_question_is_asked(pk):
    page = text_of(entered(pk).get(url("charter", pk, "snt")))
    assert "added-new-title" not in page
    sent = whole(LEASE)
    assert entered(pk).post(url("charter", pk, "snt"), sent).status_code == 302
    assert CharterEdition.objects.get(organisation_id=pk).data["items"] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"added-new-title": ""}, "Назовите вопрос"),
        ({"added-new-clause": ""}, "Назовите пункт устава"),
        ({"added-new-forms_of_meeting": []}, "Отметьте хотя бы одну форму"),
        ({"added-new-measure": "area all_members"}, "Выберите"),
        ({"added-new-voters": "nobody"}, "Выберите"),
    ],
)
def test_a_question_that_lacks_something_is_refused_at_its_place(pk, change, said):
    page = text_of(entered(pk).post(url("charter", pk, "snt-board"), whole(LEASE, **change)), 422)
    assert said in page
    assert "согласие на аренду" in page or "added-new-title" in change
    assert not CharterEdition.objects.filter(organisation_id=pk).exists()


def test_every_term_of_every_law_has_a_name():
    from koopset.apps.meetings.rules.rule_kinds import KINDS

    assert KINDS.keys() == words.TERMS.keys()
    for kind in KINDS:
        for word in KINDS[kind].words:
            assert words.word_words(kind, word) != word or word == ""


def test_an_edition_of_another_body_is_as_absent(pk):
    row = services.law_edition_save(
        actor=SYSTEM, organisation_id=pk, text=MONTH, reason="так", now=timezone.now()
    )
    other = make_organisation().pk
    client: Client = entered(other)
    assert client.get(reverse("meetings:law-edition", args=[other, row.pk])).status_code == 404
