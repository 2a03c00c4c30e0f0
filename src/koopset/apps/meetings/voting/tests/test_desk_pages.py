"""The commission's pages: who is let in, hands, two counters at once, powers, written decisions read by two, ballots of one."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings.models import (
    AgendaItem,
    BallotFact,
    CurrentVote,
    Meeting,
    MeetingPower,
    PaperDecision,
)
from koopset.apps.meetings.selectors import ballot_code
from koopset.apps.meetings.voting.factories import entered, hall_meeting, mixed_meeting, office, official
from koopset.apps.meetings.voting.models import Floor, Speech
from koopset.apps.people.factories import make_person
from koopset.apps.register.selectors.units import units_of_persons
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db

PAGES = ("desk", "desk-people", "desk-powers", "desk-papers", "desk-ballots", "hall")


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:3000]
    return str(response.content.decode()).replace("\xa0", " ")


def at(name: str, row: Meeting, *more: int) -> str:
    return reverse(f"voting:{name}", args=[row.organisation_id, row.pk, *more])


def item_of(row: Meeting, key: str = "fees") -> int:
    return AgendaItem.objects.get(organisation_id=row.organisation_id, meeting_id=row.pk, key=key).pk


def photo() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 80), (250, 250, 250)).save(out, "JPEG")
    return SimpleUploadedFile("ballot.jpg", out.getvalue(), "image/jpeg")


def votes(row: Meeting) -> dict[int, str]:
    return dict(
        CurrentVote.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).values_list(
            "person_id", "choice"
        )
    )


def test_pages_by_role_and_state() -> None:
    row, persons = hall_meeting(3)
    named = official(row)
    for client in (office(row.organisation_id), office(row.organisation_id, Role.BOARD), named):
        for name in PAGES:
            text_of(client.get(at(name, row)))
    voter = entered(persons[0].login)
    for name in PAGES[:-1]:
        assert voter.get(at(name, row)).status_code == 404, name
    assert "vt-code" not in text_of(voter.get(at("hall", row)))  # the code is for those who run the hall
    assert "vt-code" in text_of(named.get(at("hall", row)))
    pk = row.organisation_id
    draft = meetings.make_meeting(pk)
    meetings.tell(draft)
    chair = office(pk)
    for name in PAGES:
        text_of(chair.get(at(name, draft)))
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    meetings.close(row, now=timezone.now())
    for name in (*PAGES, "hall-pulse"):
        text_of(chair.get(at(name, row), headers={"accept-language": "en"}))
    text_of(chair.get(at("desk-hands", row, item_of(row))))


def test_people_are_found_by_name_and_by_plot_and_checked_in() -> None:
    row, persons = hall_meeting(4)
    client = official(row)
    (unit,) = units_of_persons(row.organisation_id, [persons[0].pk], row.on)
    found = client.get(at("desk-people", row), {"q": unit.number})
    assert persons[0].pk in {one.id for one in found.context["people"]}
    assert "ks-empty" in text_of(client.get(at("desk-people", row), {"q": "Такого Нет"}))
    come = client.post(at("desk-people", row) + "?q=1", {"person": persons[0].pk, "deed": "come"})
    assert come.status_code == 302
    here = client.get(at("desk-people", row), {"show": "here"}).context["people"]
    assert [(one.id, one.is_here) for one in here] == [(persons[0].pk, True)]
    client.post(at("desk-people", row), {"person": persons[0].pk, "deed": "leave"})
    assert client.get(at("desk-people", row), {"show": "here"}).context["people"] == []
    stranger = make_person(row.organisation_id)
    text_of(client.post(at("desk-people", row), {"person": stranger.pk, "deed": "come"}), 422)


def test_all_are_for_except_two() -> None:
    row, persons = hall_meeting(5)
    client = official(row)
    meetings.come(row, persons, now=timezone.now())
    hands = at("desk-hands", row, item_of(row))
    text_of(client.get(hands))
    refused = client.post(hands, {"rest": "for", f"mark:{persons[0].pk}": "against"})
    text_of(refused, 422)  # it was not put to the vote
    assert client.post(at("desk-put", row, item_of(row))).status_code == 302
    assert client.post(hands, {}).status_code == 422
    assert (
        client.post(
            hands, {"rest": "for", f"mark:{persons[0].pk}": "against", f"mark:{persons[1].pk}": "abstain"}
        ).status_code
        == 302
    )
    assert votes(row) == {
        persons[0].pk: "against",
        persons[1].pk: "abstain",
        **{one.pk: "for" for one in persons[2:]},
    }
    text_of(client.get(hands))


def test_of_two_counters_at_once_the_second_is_told() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    hands = at("desk-hands", row, item_of(row))
    one, two = office(row.organisation_id), official(row)
    page = {f"was:{person.pk}": "" for person in persons}
    assert one.post(hands, {**page, "rest": "for"}).status_code == 302
    late = two.post(hands, {**page, f"mark:{persons[0].pk}": "against", f"mark:{persons[1].pk}": "for"})
    text_of(late, 422)
    assert persons[0].last_name in late.context["refusal"]
    assert votes(row) == {person.pk: "for" for person in persons}
    assert BallotFact.objects.filter(organisation_id=row.organisation_id).count() == 3


def test_powers_are_entered_with_their_paper_and_say_why_they_do_not_hold() -> None:
    row, persons = hall_meeting(3)
    client = official(row)
    data = {"principal": persons[0].full_name, "agent": persons[1].full_name, "issued_on": "", "number": "7"}
    assert client.post(at("desk-powers", row), {**data, "scan": photo()}).status_code == 302
    power = MeetingPower.objects.get(organisation_id=row.organisation_id)
    assert (power.principal_id, power.agent_id, power.number) == (persons[0].pk, persons[1].pk, "7")
    kinds = StoredFile.objects.filter(organisation_id=row.organisation_id).values_list("pk", "kind")
    assert (power.file_id, "meetings.power") in set(kinds)
    (line,) = client.get(at("desk-powers", row)).context["powers"]
    assert [code for code, _article, _item in line.refused] == ["meetings.proxy_undated"]
    assert "ГК РФ" in text_of(client.get(at("desk-powers", row)))
    assert client.post(at("desk-power-end", row, power.pk)).status_code == 302
    assert MeetingPower.objects.get(organisation_id=row.organisation_id).revoked_on is not None
    text_of(client.post(at("desk-powers", row), {**data, "agent": "Никто Такой"}), 422)
    assert client.post(at("desk-powers", row), {"deed": "take"}).status_code == 302


def test_a_written_decision_is_entered_by_one_and_read_again_by_another() -> None:
    row, persons = mixed_meeting(4)
    first, second = official(row), office(row.organisation_id)
    code = ballot_code(row.organisation_id, row.pk, persons[0].pk)
    found = first.get(at("desk-papers", row), {"q": code})
    assert found.status_code == 302
    assert found["Location"].endswith(f"?person={persons[0].pk}")
    text_of(first.get(at("desk-papers", row), {"q": "12345678901"}), 422)  # a made-up code
    text_of(first.get(found["Location"]))
    received = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    entered_one = first.post(
        found["Location"], {"mark:reports": ["for"], "received_at": received, "scan": photo()}
    )
    assert entered_one.status_code == 302, entered_one.content.decode()[:2000]
    paper = PaperDecision.objects.get(organisation_id=row.organisation_id)
    assert paper.file_id is not None
    own = text_of(first.get(at("desk-paper", row, paper.pk)))
    assert "mark:reports" not in own  # whoever entered it does not confirm it
    assert first.post(at("desk-paper", row, paper.pk), {"mark:reports": ["for"]}).status_code == 422
    # The second does not see what the first typed until the two readings differ.
    blind = second.get(at("desk-paper", row, paper.pk))
    assert not blind.context["differs"]
    differs = second.post(at("desk-paper", row, paper.pk), {"mark:reports": ["against"]})
    text_of(differs, 422)
    assert differs.context["differs"]
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()
    assert second.post(at("desk-paper", row, paper.pk), {"mark:reports": ["for"]}).status_code == 302
    assert votes(row) == {persons[0].pk: "for"}


def test_a_paper_is_put_aside_with_a_reason() -> None:
    row, persons = mixed_meeting(3)
    first, second = official(row), office(row.organisation_id)
    received = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    new = at("desk-paper-new", row) + f"?person={persons[0].pk}"
    first.post(new, {"mark:reports": ["for", "against"], "received_at": received})
    paper = PaperDecision.objects.get(organisation_id=row.organisation_id)
    assert second.post(at("desk-paper", row, paper.pk), {"deed": "reject", "reason": ""}).status_code == 422
    assert (
        second.post(at("desk-paper", row, paper.pk), {"deed": "reject", "reason": "Нет подписи"}).status_code
        == 302
    )
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == (PaperDecision.State.REJECTED, "Нет подписи")
    assert "Нет подписи" in text_of(second.get(at("desk-papers", row)))


def test_who_voted_twice_is_listed_with_what_counts() -> None:
    row, persons = mixed_meeting(3)
    first, second = official(row), office(row.organisation_id)
    received = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    for mark in ("for", "against"):
        new = at("desk-paper-new", row) + f"?person={persons[0].pk}"
        assert first.post(new, {"mark:reports": [mark], "received_at": received}).status_code == 302
        paper = PaperDecision.objects.filter(organisation_id=row.organisation_id).latest("pk")
        assert second.post(at("desk-paper", row, paper.pk), {"mark:reports": [mark]}).status_code == 302
    page = first.get(at("desk-ballots", row))
    (name, item, rows) = page.context["duplicates"][0]
    assert (name, item, len(rows)) == (persons[0].full_name, "reports", 2)
    assert sorted(one.standing for one in rows).count("counted") == 1
    text_of(page)


def test_a_paper_in_a_meeting_in_person_is_refused_in_words() -> None:
    row, persons = hall_meeting(2)
    client = official(row)
    text_of(client.get(at("desk-papers", row)))
    new = at("desk-paper-new", row) + f"?person={persons[0].pk}"
    received = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    text_of(client.post(new, {"mark:fees": ["for"], "received_at": received}), 422)
    assert client.get(at("desk-paper-new", row)).status_code == 302


def test_the_chair_calls_speakers_in_their_order() -> None:
    row, persons = hall_meeting(3)
    now = timezone.now()
    meetings.come(row, persons, now=now)
    for person in persons[:2]:
        entered(person.login).post(at("floor", row), {"deed": "ask"})
    chair = office(row.organisation_id)
    floor = at("hall-floor", row)
    chair.post(floor, {"deed": "set", "minutes": "5"})
    assert Floor.objects.get(organisation_id=row.organisation_id).minutes == 5
    chair.post(floor, {"deed": "set", "minutes": "500"})
    assert Floor.objects.get(organisation_id=row.organisation_id).minutes == 5
    chair.post(floor, {"deed": "call"})
    speech = Speech.objects.get(organisation_id=row.organisation_id, state=Speech.State.CALLED)
    assert (speech.person_id, speech.minutes) == (persons[0].pk, 5)
    chair.post(floor, {"deed": "call"})  # somebody speaks: nobody else is called
    assert Speech.objects.filter(organisation_id=row.organisation_id, state="called").count() == 1
    assert "data-until" in text_of(chair.get(at("hall", row)))
    chair.post(floor, {"deed": "end", "speech": speech.pk})
    chair.post(floor, {"deed": "call"})
    now_speaks = Speech.objects.get(organisation_id=row.organisation_id, state=Speech.State.CALLED)
    assert now_speaks.person_id == persons[1].pk
    assert entered(persons[2].login).post(floor, {"deed": "call"}).status_code == 404


def test_the_screen_of_the_hall_shows_quorum_and_votes_live() -> None:
    row, persons = hall_meeting(5)
    chair = office(row.organisation_id)
    page = chair.get(at("hall", row))
    assert not page.context["state"].has_quorum
    asked = {"v": page.context["pulse_mark"]}
    assert chair.get(at("hall-pulse", row), asked).status_code == 204
    meetings.come(row, persons[:3], now=timezone.now())
    meetings.put(row, now=timezone.now())
    changed = chair.get(at("hall-pulse", row), asked)
    assert changed.context["state"].has_quorum
    assert (changed.context["state"].here, changed.context["state"].current.key) == (3, "fees")
    later = timezone.now() + timedelta(seconds=1)
    meetings.show_hands(row, "fees", {persons[0]: "for", persons[1]: "against"}, now=later)
    tally, *_owners = chair.get(at("hall-pulse", row), asked).context["state"].current.tallies
    assert (tally.for_, tally.against, tally.waiting) == (1, 1, 1)
