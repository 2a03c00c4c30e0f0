"""Pages of the office: a meeting goes its whole way by them; each role sees what is its own; refusals name articles and days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories, selectors, services
from koopset.apps.meetings.models import (
    AgendaItem,
    Candidate,
    EffectRow,
    Material,
    Meeting,
    NoticeProof,
    Official,
)
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.models import Decision
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


def entered(organisation_id: int, role: Role = Role.CHAIR) -> Client:
    client = Client()
    login = make_role(organisation_id, role).person.login
    assert login is not None
    client.force_login(login)
    return client


def member_client(person: Person) -> Client:
    person.login = make_login(password=None)
    person.save()
    client = Client()
    client.force_login(person.login)
    return client


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:3000]
    return str(response.content.decode().replace("\xa0", " ").replace("&quot;", '"'))


def url(name: str, *args: int | str) -> str:
    return reverse(f"meetings:{name}", args=args)


def planned(pk: int, **fields: Any) -> Meeting:
    """A draft that may still be told of."""
    now = timezone.now()
    return factories.make_meeting(pk, now=now, starts_at=now + timedelta(days=40), **fields)


def told(pk: int, **fields: Any) -> Meeting:
    """Told a month ago, to be held now."""
    now = timezone.now()
    row = factories.make_meeting(
        pk, now=now - timedelta(days=40), starts_at=now - timedelta(seconds=1), **fields
    )
    factories.tell(row, now=now - timedelta(days=39))
    return row


def counted(count: int = 3, came: int = 3, mark: str = "for", **fields: Any) -> tuple[Meeting, list[Person]]:
    """A closed meeting."""
    pk, persons = factories.make_members(count)
    now = timezone.now()
    row = factories.opened(told(pk, **fields), now=now)
    factories.come(row, persons[:came], now=now)
    factories.put(row, now=now)
    for item in AgendaItem.objects.filter(organisation_id=pk, meeting=row, is_secret=False, seats=0):
        factories.show_hands(row, item.key, dict.fromkeys(persons[:came], mark), now=now)
    factories.close(row, now=now)
    row.refresh_from_db()
    return row, persons


# The list


def test_an_empty_list_offers_the_first_step_to_whoever_may_take_it():
    pk, persons = factories.make_members(1)
    page = text_of(entered(pk).get(url("list", pk)))
    assert "ks-empty" in page
    assert url("new", pk) in page
    page = text_of(member_client(persons[0]).get(url("list", pk)))
    assert url("new", pk) not in page


def test_a_draft_is_seen_by_whoever_prepares_it():
    pk, persons = factories.make_members(1)
    row = planned(pk, title="Отчётное собрание")
    assert "Отчётное собрание" in text_of(entered(pk).get(url("list", pk)))
    client = member_client(persons[0])
    assert "Отчётное собрание" not in text_of(client.get(url("list", pk)))
    assert client.get(url("meeting", pk, row.pk)).status_code == 404


def test_the_list_says_what_is_next():
    pk, _persons = factories.make_members(1)
    planned(pk)
    page = text_of(entered(pk).get(url("list", pk)))
    assert "Оповестить до" in page
    assert "Таких собраний нет" in text_of(entered(pk, Role.BOARD).get(url("list", pk), {"state": "open"}))


def test_those_who_prepare_nothing_open_no_forms():
    pk, persons = factories.make_members(1)
    row = planned(pk)
    for client in (member_client(persons[0]), entered(pk, Role.TREASURER), entered(pk, Role.AUDITOR)):
        for name, args in (("new", (pk,)), ("settings", (pk, row.pk)), ("notice", (pk, row.pk))):
            assert client.get(url(name, *args)).status_code == 404
    assert entered(make_organisation().pk).get(url("meeting", pk, row.pk)).status_code == 404


# A draft


def typed(**fields: Any) -> dict[str, Any]:
    moment = timezone.localtime() + timedelta(days=40)
    values = {
        "law": "snt",
        "title": "Внеочередное",
        "form": "in_person",
        "starts_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "place": "Дом правления",
        "initiator": "board",
    }
    return values | fields


def test_a_new_meeting_shows_the_first_lawful_day_with_its_article():
    pk, _persons = factories.make_members(1)
    page = text_of(entered(pk).get(url("new", pk)))
    first = timezone.localdate() + timedelta(days=15)
    assert str(first.day) in page
    assert "217-ФЗ, ст. 17 ч. 13" in page
    assert "не раньше" in page


def test_a_meeting_too_soon_is_refused_with_the_article_and_the_lawful_day():
    pk, _persons = factories.make_members(1)
    soon = timezone.localtime() + timedelta(days=5)
    page = text_of(entered(pk).post(url("new", pk), typed(starts_at=soon.strftime("%Y-%m-%dT%H:%M"))), 422)
    first = timezone.localdate() + timedelta(days=15)
    assert "217-ФЗ, ст. 17 ч. 13" in page
    assert first.strftime("%d.%m.%Y") in page
    assert not Meeting.objects.filter(organisation_id=pk).exists()


def test_a_draft_is_made_and_changed():
    pk, _persons = factories.make_members(1)
    client = entered(pk)
    response = client.post(url("new", pk), typed())
    row = Meeting.objects.get(organisation_id=pk)
    assert response["Location"] == url("meeting", pk, row.pk)
    assert url("item-new", pk, row.pk) in text_of(client.get(url("meeting", pk, row.pk)))
    client.post(url("settings", pk, row.pk), typed(title="Очередное"))
    row.refresh_from_db()
    assert row.title == "Очередное"


def test_what_the_law_does_not_know_is_not_asked():
    pk, _persons = factories.make_members(1)
    page = text_of(entered(pk).get(url("new", pk)))
    assert "in_system" not in page
    house = make_organisation("tsj").pk
    assert "in_system" in text_of(entered(house).get(url("new", house)))


def test_a_body_of_one_has_no_meetings():
    pk = make_organisation("ip").pk
    client = entered(pk)
    assert "собраний не бывает" in text_of(client.get(url("list", pk)))
    assert "правил собраний нет" in text_of(client.get(url("new", pk)))
    assert "правил собраний нет" in text_of(client.get(url("law", pk)))


# The agenda


def test_an_item_is_chosen_from_the_law_and_worded():
    pk, _persons = factories.make_members(1)
    row = planned(pk, items=())
    client = entered(pk)
    page = text_of(client.get(url("item-new", pk, row.pk)))
    assert "двух третей голосов участвующих" in page
    assert "?type=fees" in page
    address = f"{url('item-new', pk, row.pk)}?type=fees"
    page = text_of(client.get(address))
    assert "effect_rate_kop" in page
    assert "is_secret" in page
    page = text_of(client.post(address, {"title": "О взносах", "wording": ""}), 422)
    client.post(
        address,
        {"title": "О взносах", "wording": "Установить 1 500 рублей.", "effect_rate_kop": "1 500,50"},
    )
    item = AgendaItem.objects.get(organisation_id=pk, meeting=row)
    assert (item.key, item.effect_data) == ("fees", {"rate_kop": 150050})
    client.post(
        url("item", pk, row.pk, item.pk),
        {"title": "О взносах", "wording": "Установить 1 600 рублей.", "effect_rate_kop": ""},
    )
    item.refresh_from_db()
    assert (item.wording, item.effect_data) == ("Установить 1 600 рублей.", {})
    client.post(url("item-remove", pk, row.pk, item.pk))
    assert not AgendaItem.objects.filter(organisation_id=pk).exists()


def test_an_election_has_candidates_by_their_names():
    pk, persons = factories.make_members(2)
    row = planned(pk, items=())
    client = entered(pk)
    client.post(
        f"{url('item-new', pk, row.pk)}?type=election",
        {"title": "Выборы", "wording": "Избрать правление.", "seats": "1", "effect_role": "board"},
    )
    item = AgendaItem.objects.get(organisation_id=pk, meeting=row)
    assert (item.seats, item.effect_data) == (1, {"role": "board"})
    page = text_of(client.get(url("item", pk, row.pk, item.pk)))
    assert "Без кандидатов" in page
    page = text_of(
        client.post(url("candidate-add", pk, row.pk, item.pk), {"person": "Нет Такого Человека"}), 422
    )
    client.post(url("candidate-add", pk, row.pk, item.pk), {"person": persons[0].full_name})
    found = Candidate.objects.get(organisation_id=pk)
    assert found.person_id == persons[0].pk
    assert persons[0].full_name in text_of(client.get(url("meeting", pk, row.pk)))
    client.post(url("candidate-remove", pk, row.pk, found.pk))
    assert not Candidate.objects.filter(organisation_id=pk).exists()


def test_a_paper_is_opened_and_taken_back():
    pk, persons = factories.make_members(1)
    row = planned(pk, papers=False)
    item = AgendaItem.objects.get(organisation_id=pk)
    client = entered(pk)
    assert "ещё нет документов" in text_of(client.get(url("meeting", pk, row.pk)))
    client.post(
        url("material-add", pk, row.pk, item.pk),
        {"title": "Смета", "file": SimpleUploadedFile("smeta.txt", "Смета".encode())},
    )
    paper = Material.objects.get(organisation_id=pk)
    assert paper.file.url in text_of(client.get(url("meeting", pk, row.pk)))
    reader = member_client(persons[0])
    assert reader.get(paper.file.url).status_code == 404
    factories.tell(row, now=timezone.now())
    assert reader.get(paper.file.url).status_code == 200
    client.post(url("material-withdraw", pk, row.pk, paper.pk))
    paper.refresh_from_db()
    assert paper.withdrawn_at is not None
    assert reader.get(paper.file.url).status_code == 404


# The notice


def test_a_notice_is_seen_before_it_goes_and_proven_after():
    pk, persons = factories.make_members(2)
    row = planned(pk)
    client = entered(pk)
    page = text_of(client.get(url("notice", pk, row.pk)))
    assert "Установить членский взнос" in page
    assert "2 человека с правом голоса" in page
    client.post(url("notice-do", pk, row.pk), {"deed": "send"})
    row.refresh_from_db()
    assert row.state == Meeting.State.NOTICED
    page = text_of(client.get(url("notice", pk, row.pk), {"show": "waiting"}))
    assert persons[0].full_name in page
    assert "0 из 2" in page
    proof = {"channel": "signature", "on": timezone.localdate().isoformat()}
    assert "Отметьте, кого оповестили." in text_of(client.post(url("notice-proof", pk, row.pk), proof), 422)
    client.post(url("notice-proof", pk, row.pk), proof | {"persons": [persons[0].pk]})
    assert NoticeProof.objects.get(organisation_id=pk).person_id == persons[0].pk
    assert "1 из 2" in text_of(client.get(url("notice", pk, row.pk)))
    client.post(
        url("notice-post", pk, row.pk),
        {"channel": "board", "on": timezone.localdate().isoformat(), "basis": "устав, п. 6.4"},
    )
    assert "2 из 2" in text_of(client.get(url("notice", pk, row.pk)))
    assert "Все оповещены" in text_of(client.get(url("meeting", pk, row.pk)))


def test_an_agenda_told_is_frozen_until_the_notice_is_withdrawn():
    pk, _persons = factories.make_members(1)
    row = planned(pk)
    factories.tell(row, now=timezone.now())
    item = AgendaItem.objects.get(organisation_id=pk)
    client = entered(pk)
    assert "больше не меняется" in text_of(client.get(url("item", pk, row.pk, item.pk)))
    assert "Повестка зафиксирована" in text_of(client.get(url("item-new", pk, row.pk)))
    client.post(url("item", pk, row.pk, item.pk), {"title": "Иначе", "wording": "Иначе."})
    item.refresh_from_db()
    assert item.title != "Иначе"
    assert "Уведомление отправлено" in text_of(client.get(url("settings", pk, row.pk)))
    page = text_of(client.post(url("notice-do", pk, row.pk), {"deed": "withdraw", "reason": ""}), 422)
    assert "Не получилось" in page
    client.post(url("notice-do", pk, row.pk), {"deed": "withdraw", "reason": "ошибка в повестке"})
    row.refresh_from_db()
    assert row.state == Meeting.State.DRAFT
    assert "ошибка в повестке" in text_of(client.get(url("meeting", pk, row.pk)))


def test_a_meeting_is_called_off_with_its_reason():
    pk, _persons = factories.make_members(1)
    row = planned(pk)
    client = entered(pk)
    client.post(url("do", pk, row.pk), {"deed": "cancel", "reason": "не готова смета"})
    row.refresh_from_db()
    assert row.state == Meeting.State.CANCELLED
    assert "не готова смета" in text_of(client.get(url("meeting", pk, row.pk)))


# Held, counted, recorded


def test_a_meeting_is_opened_closed_and_recorded_by_its_pages():
    pk, persons = factories.make_members(3)
    row = told(pk)
    client = entered(pk)
    card = url("meeting", pk, row.pk)
    assert "Открыть собрание" in text_of(client.get(card))
    for role, person in (("chair", persons[0]), ("secretary", persons[1])):
        client.post(url("official", pk, row.pk), {"role": role, "person": person.full_name})
    assert Official.objects.filter(organisation_id=pk, meeting=row).count() == 2
    assert text_of(client.post(url("official", pk, row.pk), {"role": "chair", "person": "Никто"}), 422)
    client.post(url("official", pk, row.pk), {"role": "counter", "person": persons[2].full_name})
    by_mistake = Official.objects.get(organisation_id=pk, meeting=row, role="counter")
    remove = url("official-remove", pk, row.pk, by_mistake.pk)
    assert remove in text_of(client.get(card))
    client.post(remove)
    assert not Official.objects.filter(organisation_id=pk, meeting=row, role="counter").exists()
    client.post(url("do", pk, row.pk), {"deed": "open"})
    row.refresh_from_db()
    assert row.state == Meeting.State.OPEN
    now = timezone.now()
    factories.come(row, persons, now=now)
    factories.put(row, now=now)
    factories.show_hands(row, "fees", dict.fromkeys(persons, "for"), now=now)
    client.post(url("do", pk, row.pk), {"deed": "close"})
    page = text_of(client.get(card))
    assert "Принято" in page
    assert "За: 3 из 3 (100" in page
    client.post(url("record", pk, row.pk), {"number": "7"})
    decision = Decision.objects.get(organisation_id=pk)
    assert (decision.number, decision.title) == ("7", "О размере членских взносов")
    page = text_of(client.get(reverse("register:decision", args=[pk, decision.pk])))
    assert card in page
    effect = EffectRow.objects.get(organisation_id=pk)
    assert url("effect", pk, effect.pk) in text_of(client.get(card))


def test_an_opening_that_is_too_early_says_when():
    pk, _persons = factories.make_members(1)
    row = planned(pk)
    factories.tell(row, now=timezone.now())
    page = text_of(entered(pk).post(url("do", pk, row.pk), {"deed": "open"}), 422)
    assert row.on.strftime("%d.%m.%Y") in page


def test_the_board_holds_and_the_chair_enters_the_minutes():
    row, _persons = counted()
    pk = row.organisation_id
    board = entered(pk, Role.BOARD)
    page = text_of(board.get(url("meeting", pk, row.pk)))
    assert "Номер протокола вносит председатель" in page
    assert board.post(url("record", pk, row.pk), {"number": "1"}).status_code == 404


def test_results_say_the_arithmetic_in_words():
    row, persons = counted(4, 3, "against")
    pk = row.organisation_id
    page = text_of(member_client(persons[0]).get(url("results", pk, row.pk)))
    assert "Не принято" in page
    assert "Участвуют 3 из 4, нужно более половины: кворум есть." in page
    assert "За: 0 из 3 (0 %), нужно не менее двух третей: недостаточно." in page
    assert "217-ФЗ" in page
    assert "Против" in page


def test_results_are_empty_before_the_closing_and_hidden_from_strangers():
    pk, _persons = factories.make_members(1)
    row = factories.opened(told(pk), now=timezone.now())
    assert "ещё не подсчитаны" in text_of(entered(pk).get(url("results", pk, row.pk)))
    assert entered(make_organisation().pk).get(url("results", pk, row.pk)).status_code == 404


def test_a_secret_vote_shows_sums_only():
    item = {"type": "accounts", "title": "Тайно", "wording": "Решить.", "is_secret": True}
    pk, persons = factories.make_members(3)
    row = factories.opened(told(pk, items=(item,)), now=timezone.now())
    now = timezone.now()
    factories.come(row, persons, now=now)
    factories.put(row, now=now)
    for person, mark in zip(persons, ("for", "for", "against"), strict=True):
        services.secret_vote(
            actor=factories.voter(pk, person),
            organisation_id=pk,
            meeting_id=row.pk,
            person_id=person.pk,
            item="accounts",
            mark=mark,
            now=now,
        )
    factories.close(row, now=now)
    page = text_of(entered(pk).get(url("results", pk, row.pk)))
    assert "тайное голосование" in page
    assert "За: 2 из 3" in page
    assert "Против" in page


def test_a_meeting_without_a_quorum_is_repeated_in_one_press():
    row, _persons = counted(4, 1)
    pk = row.organisation_id
    assert row.state == Meeting.State.FAILED
    client = entered(pk)
    page = text_of(client.get(url("meeting", pk, row.pk)))
    assert "Повторить очно-заочно" in page
    assert "217-ФЗ, ст. 17 ч. 23" in page
    address = f"{url('repeat', pk, row.pk)}?form=mixed"
    form = client.get(address).context["form"]
    moment = timezone.localtime(form.initial["starts_at"]).strftime("%Y-%m-%dT%H:%M")
    client.post(address, {"starts_at": moment, "place": "Дом правления", "opens_on": ""})
    made = Meeting.objects.get(organisation_id=pk, repeats=row)
    assert (made.form, made.items.get().key) == ("mixed", "fees")
    assert "ровно те вопросы" in text_of(client.get(url("item-new", pk, made.pk)))
    early = timezone.localtime() + timedelta(days=2)
    again = client.post(address, {"starts_at": early.strftime("%Y-%m-%dT%H:%M"), "place": "Дом"})
    assert again.status_code == 422


def test_nothing_is_repeated_where_all_had_a_quorum():
    row, _persons = counted()
    page = text_of(entered(row.organisation_id).get(url("repeat", row.organisation_id, row.pk)))
    assert "Повторять нечего" in page


def test_the_archive_is_for_those_who_hold_meetings():
    row, persons = counted()
    pk = row.organisation_id
    response = entered(pk).get(url("archive", pk, row.pk))
    assert response["Content-Type"] == "application/zip"
    assert response.content[:2] == b"PK"
    assert member_client(persons[0]).get(url("archive", pk, row.pk)).status_code == 404


# What follows


def recorded(**fields: Any) -> tuple[Meeting, EffectRow]:
    row, _persons = counted(**fields)
    services.meeting_record(
        actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, number="1", now=timezone.now()
    )
    return row, EffectRow.objects.get(organisation_id=row.organisation_id)


def test_a_decision_is_carried_out_with_what_the_agenda_did_not_say():
    row, effect = recorded(items=(factories.FEES | {"effect_data": {"kind": "membership"}},))
    pk = row.organisation_id
    client = entered(pk)
    page = text_of(client.get(url("effect", pk, effect.pk)))
    assert "effect_rate_kop" in page
    assert "effect_kind" not in page
    assert text_of(client.post(url("effect", pk, effect.pk), {"effect_rate_kop": ""}), 422)


def test_what_was_done_by_hand_waits_no_more():
    row, effect = recorded()
    pk = row.organisation_id
    client = entered(pk)
    address = url("effect", pk, effect.pk)
    assert text_of(client.post(address, {"by": "hand", "note": ""}), 422)
    client.post(address, {"by": "hand", "note": "взнос внесён бухгалтером"})
    effect.refresh_from_db()
    assert effect.state == EffectRow.State.DONE
    assert "взнос внесён бухгалтером" in text_of(client.get(address))
    assert selectors.effects_waiting(SYSTEM, pk) == []


def test_what_meetings_decided_is_searched():
    row, persons = counted()
    pk = row.organisation_id
    client = member_client(persons[0])
    found = url("decisions", pk)

    def shown(**asked: Any) -> bool:
        return "О размере членских взносов" in text_of(client.get(found, asked))

    today = timezone.localdate()
    assert shown()
    assert shown(q="взносов")
    assert not shown(q="забор")
    assert shown(meeting=row.pk)
    assert shown(outcome="adopted")
    assert not shown(outcome="not_adopted")
    assert shown(effect="fee")
    assert not shown(effect="budget")
    assert shown(since=today.isoformat(), until=today.isoformat())
    assert not shown(since=(today + timedelta(days=1)).isoformat())
    assert "Ничего не найдено" in text_of(client.get(found, {"q": "забор"}))


def test_before_the_first_meeting_nothing_is_decided():
    pk, persons = factories.make_members(1)
    page = text_of(member_client(persons[0]).get(url("decisions", pk)))
    assert "ничего не решили" in page


# Start pages


def test_the_chair_begins_the_day_with_what_meetings_wait_for():
    pk, _persons = factories.make_members(1)
    planned(pk, title="Отчётное собрание")
    client = entered(pk)
    page = text_of(client.get(reverse("portal:start", args=[pk, "chair"])))
    assert "Отчётное собрание" in page
    assert "Оповестить до" in page


def test_an_official_is_anybody_with_a_card():
    pk, _persons = factories.make_members(1)
    row = planned(pk)
    guest = make_person(pk)
    entered(pk).post(url("official", pk, row.pk), {"role": "counter", "person": guest.full_name})
    assert Official.objects.get(organisation_id=pk).person_id == guest.pk
