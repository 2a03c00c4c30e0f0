"""Who may take which paper, at which step of a meeting; files of all are made in the background."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services as meeting_services
from koopset.apps.meetings.papers import factories, services
from koopset.apps.meetings.papers.models import PaperFolder
from koopset.apps.meetings.papers.selectors import access, papers
from koopset.apps.meetings.papers.tests.reading import pdf_pages
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_person
from koopset.foundation.files.access import may_download
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Forbidden, Grant
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
ALL = set(access.SINCE)


def entered(login) -> Client:
    client = Client()
    client.force_login(login)
    return client


def with_role(pk: int, role: Role, *persons) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        login_id=600_000,
        person_ids=frozenset(person.pk for person in persons),
        grants=(Grant(pk, role),),
    )


def taken(actor, row) -> set[str]:
    reader = access.reader_of(actor, row.organisation_id, row.pk)
    return {kind for kind in ALL | set(access.OWN) if reader.may_take(kind)}


def test_papers_come_with_the_steps_of_a_meeting():
    row, persons = factories.told_meeting("snt", 4)
    pk = row.organisation_id
    member, chair = meetings.voter(pk, persons[0]), with_role(pk, Role.CHAIR)
    assert taken(chair, row) == set()
    with pytest.raises(Forbidden):
        access.reader_of(member, pk, row.pk)
    meetings.tell(row, now=factories.EARLY)
    assert taken(chair, row) == {"notice", "told", "ballots"}
    assert taken(member, row) == {"notice", "ballot"}
    row = meetings.opened(row)
    assert taken(chair, row) == {"notice", "told", "ballots", "participants"}
    assert taken(member, row) == {"notice", "ballot"}
    for kind in ("minutes", "results", "filled", "archive"):
        with pytest.raises(Forbidden):
            papers.paper_of(chair, pk, row.pk, kind)
    factories.vote_in(row, persons)
    row = meetings.close(row)
    rest = ALL - {"bulletin", "secret"}
    assert taken(chair, row) == taken(with_role(pk, Role.AUDITOR), row) == rest
    assert taken(member, row) == {"notice", "results", "own"}
    row = meeting_services.meeting_record(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="7", now=meetings.NOW + timedelta(days=1)
    )
    assert taken(member, row) == {"notice", "results", "own", "minutes"}
    assert "Протокол № 7" in pdf_pages(papers.paper_of(member, pk, row.pk, "minutes").content)[0]


def test_officials_read_all_of_their_meeting_and_strangers_nothing():
    row, persons = factories.told_meeting("snt", 4)
    pk = row.organisation_id
    meetings.tell(row, now=factories.EARLY)
    counter = persons[3]
    meeting_services.official_set(
        actor=SYSTEM,
        organisation_id=pk,
        meeting_id=row.pk,
        person_id=counter.pk,
        role="counter",
        now=factories.EARLY,
    )
    row = meetings.opened(row)
    official = with_role(pk, Role.MEMBER, counter)
    assert "told" in taken(official, row)
    assert papers.paper_of(official, pk, row.pk, "participants").content.startswith(b"%PDF")
    resident = with_role(pk, Role.RESIDENT, make_person(pk))
    assert taken(resident, row) == set()
    accountant = with_role(pk, Role.ACCOUNTANT)
    assert taken(accountant, row) == set()
    neighbours, others = meetings.make_members(1)
    for actor in (with_role(neighbours, Role.CHAIR), meetings.voter(neighbours, others[0])):
        for call in (access.reader_of, papers.papers_page):
            with pytest.raises(Forbidden):
                call(actor, pk, row.pk)
    with pytest.raises(Forbidden):
        papers.paper_of(with_role(pk, Role.CHAIR), pk, row.pk, "no-such-paper")


def test_an_elector_learns_nobody_elses_vote_or_address():
    row, persons = factories.held_meeting("mkd")
    pk = row.organisation_id
    persons[1].phone, persons[1].postal_address = "+79990001122", "Москва, Арбат, 1"
    persons[1].save()
    voter = meetings.voter(pk, persons[0])
    for kind in ("told", "participants", "filled", "secret", "bundle", "archive", "ballots"):
        with pytest.raises(Forbidden):
            papers.paper_of(voter, pk, row.pk, kind)
    own = " ".join(pdf_pages(papers.paper_of(voter, pk, row.pk, "own").content))
    assert persons[0].full_name in own
    assert persons[1].full_name not in own
    results = " ".join(pdf_pages(papers.paper_of(voter, pk, row.pk, "results").content))
    assert "Арбат" not in results
    assert persons[1].full_name not in results


def test_papers_of_many_are_made_in_the_background(monkeypatch):
    monkeypatch.setitem(access.MOST_AT_ONCE, "ballots", 3)
    row, persons = factories.told_meeting("tsn", 4)
    pk = row.organisation_id
    meetings.tell(row, now=factories.EARLY)
    client = entered(make_role(pk, Role.CHAIR).person.login)
    actor = with_role(pk, Role.CHAIR)
    refused("meeting_papers.ask_first", lambda: papers.paper_of(actor, pk, row.pk, "ballots"))
    page = reverse("meeting_papers:all", args=[pk, row.pk])
    text = client.get(page).content.decode()
    assert "Подготовить" in text
    answer = client.post(
        reverse("meeting_papers:prepare", args=[pk, row.pk]), {"kind": "ballots"}, follow=True
    )
    assert "Готовится" in answer.content.decode()
    folder = PaperFolder.objects.get(organisation_id=pk)
    asked: dict[str, Any] = {"organisation_id": pk, "meeting_id": row.pk, "now": timezone.now()}
    assert services.folder_ask(actor=SYSTEM, kind="ballots", **asked).pk == folder.pk
    assert len(run_pending_jobs()) >= 1
    folder.refresh_from_db()
    assert folder.state == "ready"
    text = client.get(page).content.decode()
    assert "Скачать" in text
    assert folder.file.name.startswith("бюллетени-2026-11-21")
    got = client.get(folder.file.url)
    body = got.getvalue()
    assert len(pdf_pages(body)) == 4
    assert folder.file is not None
    assert not may_download(meetings.voter(pk, persons[0]), folder.file)
    first = folder.file_id
    row = meetings.opened(row, now=factories.OPENED)
    assert "Файл сделан до того" in client.get(page).content.decode()
    services.folder_ask(actor=SYSTEM, kind="ballots", **asked)
    run_pending_jobs()
    folder.refresh_from_db()
    assert folder.file_id not in (None, first)
    refused("meeting_papers.not_yet", lambda: services.folder_ask(actor=SYSTEM, kind="bundle", **asked))
    refused("meeting_papers.unknown_kind", lambda: services.folder_ask(actor=SYSTEM, kind="другое", **asked))
    for nobody in (meetings.voter(pk, persons[0]), with_role(pk, Role.AUDITOR)):
        with pytest.raises(Forbidden):
            services.folder_ask(actor=nobody, kind="ballots", **asked)


def test_the_list_of_papers_by_role():
    row, persons = factories.held_meeting("snt")
    pk = row.organisation_id
    page = reverse("meeting_papers:all", args=[pk, row.pk])
    chair = entered(make_role(pk, Role.CHAIR).person.login)
    text = chair.get(page).content.decode()
    for word in (
        "Протокол счётной комиссии",
        "Реестр участников",
        "Архив для проверки",
        "Перед подписанием протокола",
    ):
        assert word in text
    assert "тайного" not in text
    member = entered(meetings.with_login(persons[0]).login)
    text = member.get(page).content.decode()
    assert "Мой заполненный бюллетень" in text
    assert "Появится, когда подпишут протокол" in text.replace("\xa0", " ")
    assert "Список уведомлённых" not in text
    paper = reverse("meeting_papers:paper", args=[pk, row.pk, "filled"])
    assert member.get(paper).status_code == 404
    assert chair.get(paper)["Content-Type"] == "application/pdf"
    docx = chair.get(paper, {"format": "docx"})
    assert "attachment" in docx["Content-Disposition"]
    foreign = reverse("meeting_papers:ballot-of", args=[pk, row.pk, persons[1].pk])
    assert member.get(foreign).status_code == 404
    stranger = entered(meetings.with_login(make_person(meetings.make_members(1)[0])).login)
    for address in (page, paper, foreign, reverse("meeting_papers:ballot", args=[pk, row.pk])):
        assert stranger.get(address).status_code == 404
    assert "Papers of a meeting" in chair.get(page, headers={"accept-language": "en"}).content.decode()


def test_a_meeting_that_was_called_off_keeps_its_notice_only():
    row, _persons = factories.told_meeting("snt", 3)
    pk = row.organisation_id
    chair = with_role(pk, Role.CHAIR)
    draft = papers.papers_page(chair, pk, row.pk)
    assert all(line.later for line in draft.lines)
    meetings.tell(row, now=factories.EARLY)
    meeting_services.meeting_cancel(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, reason="переносится", now=factories.EARLY
    )
    lines = papers.papers_page(chair, pk, row.pk).lines
    assert [line.kind for line in lines] == ["notice", "told"]


def test_the_secretary_writes_what_only_people_know():
    row, persons = factories.held_meeting("mkd")
    pk = row.organisation_id
    client = entered(make_role(pk, Role.CHAIR).person.login)
    page = reverse("meeting_papers:minutes-text", args=[pk, row.pk])
    assert "Слушали: О смете на 2027 год" in client.get(page).content.decode().replace("\xa0", " ")
    typed = {
        "heard-current-repair": "Сидоров В. П. доложил о крыше.",
        "objections": "нет",
        "kept_at": "у председателя совета дома",
        "system_number": "47-2026-118",
    }
    answer = client.post(page, typed, follow=True)
    assert "Слова протокола сохранены." in answer.content.decode().replace("\xa0", " ")
    minutes = " ".join(pdf_pages(papers.paper_of(SYSTEM, pk, row.pk, "minutes").content))
    for told in typed.values():
        assert told in minutes
    assert "СЛУШАЛИ: Сидоров" in minutes
    assert "Номер протокола по ГИС ЖКХ 47-2026-118" in minutes
    given: dict[str, Any] = {"organisation_id": pk, "meeting_id": row.pk, "heard": {}, "now": timezone.now()}
    with pytest.raises(Forbidden):
        services.minutes_text_save(actor=meetings.voter(pk, persons[0]), **given)
    assert entered(meetings.with_login(persons[0]).login).get(page).status_code == 404
    meeting_services.meeting_record(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="7", now=meetings.NOW + timedelta(days=1)
    )
    refused("meeting_papers.text_frozen", lambda: services.minutes_text_save(actor=SYSTEM, **given))
    assert client.get(page).status_code == 404
