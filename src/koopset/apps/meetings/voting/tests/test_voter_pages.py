"""The voter's pages: the list, the code of the hall, a vote by phone, what is refused; strangers see nothing; no script is needed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import selectors as meeting_selectors
from koopset.apps.meetings.models import AgendaItem, BallotFact, CurrentVote, Meeting, MeetingPower
from koopset.apps.meetings.services import power_enter
from koopset.apps.meetings.voting.factories import (
    REPORTS,
    entered,
    hall_meeting,
    mixed_meeting,
    office,
)
from koopset.apps.meetings.voting.models import Speech
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:3000]
    return str(response.content.decode()).replace("\xa0", " ")


def at(name: str, row: Meeting, *more: int) -> str:
    return reverse(f"voting:{name}", args=[row.organisation_id, row.pk, *more])


def code_of(row: Meeting) -> str:
    return meeting_selectors.hall_code(SYSTEM, row.organisation_id, row.pk, now=timezone.now())


def item_id(row: Meeting) -> int:
    return AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk)[0].pk


def cast(client: Any, row: Meeting, person: Any, mark: str, *, once: str = "", item: str = "fees") -> Any:
    return client.post(
        at("cast", row),
        {"item": item_id(row), "voice": f"{person.pk}-{person.pk}", f"mark:{item}": mark, "once": once},
    )


def test_a_list_without_meetings_says_what_will_be_here() -> None:
    pk, persons = meetings.make_members(1)
    client = entered(meetings.with_login(persons[0]).login)
    assert "ks-empty" in text_of(client.get(reverse("voting:mine", args=[pk])))


def test_from_the_list_to_a_vote_by_phone() -> None:
    row, persons = hall_meeting()
    client = entered(persons[0].login)
    page = client.get(reverse("voting:mine", args=[row.organisation_id]))
    assert row.title in text_of(page)
    assert [one.waits for one in page.context["open"]] == [True]
    assert at("entry", row) in text_of(client.get(at("vote", row)))
    # A forged code is refused in words and counted.
    refused = client.post(at("entry", row), {"code": "000000" if code_of(row) != "000000" else "111111"})
    assert "9" in text_of(refused, 422)
    assert client.post(at("entry", row), {"code": code_of(row)}).status_code == 302
    assert client.get(at("vote", row)).context["me"].is_here
    # Nothing is put to the vote yet.
    assert cast(client, row, persons[0], "for").status_code == 422
    meetings.put(row, now=timezone.now())
    assert 'name="mark:fees"' in text_of(client.get(at("vote", row)))
    assert cast(client, row, persons[0], "for").status_code == 302
    vote = CurrentVote.objects.get(organisation_id=row.organisation_id)
    assert (vote.person_id, vote.choice) == (persons[0].pk, "for")
    page = client.get(reverse("voting:mine", args=[row.organisation_id]))
    assert [one.waits for one in page.context["open"]] == [False]


def test_a_vote_that_is_sent_twice_is_one_vote() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    client = entered(persons[0].login)
    for _again in range(2):
        assert cast(client, row, persons[0], "for", once="key-of-the-form").status_code == 302
    assert BallotFact.objects.filter(organisation_id=row.organisation_id).count() == 1


def test_a_refused_vote_keeps_what_was_chosen() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    client = entered(persons[0].login)
    assert "ks-callout-over" in text_of(cast(client, row, persons[0], ""), 422)
    Meeting.objects.filter(organisation_id=row.organisation_id, pk=row.pk).update(state=Meeting.State.CLOSED)
    refused = cast(client, row, persons[0], "against")
    text_of(refused, 422)
    assert refused.context["typed"] == {"fees": "against"}
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()


def test_another_persons_voice_is_refused() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    assert cast(entered(persons[0].login), row, persons[1], "for").status_code == 422
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()


def test_who_holds_a_power_votes_for_both() -> None:
    row, persons = hall_meeting(4)
    now = timezone.now()
    power_enter(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        principal_id=persons[1].pk,
        agent_id=persons[0].pk,
        issued_on=timezone.localdate(now),
        now=now,
    )
    meetings.come(row, persons[:1], now=now)
    meetings.put(row, now=now)
    client = entered(persons[0].login)
    voices = client.get(at("vote", row)).context["me"].voices
    assert [(one.voter_id, one.elector_id) for one in voices] == [
        (persons[0].pk, persons[0].pk),
        (persons[0].pk, persons[1].pk),
    ]
    answer = client.post(
        at("cast", row),
        {"item": item_id(row), "voice": f"{persons[0].pk}-{persons[1].pk}", "mark:fees": "against"},
    )
    assert answer.status_code == 302
    fact = BallotFact.objects.get(organisation_id=row.organisation_id)
    assert (fact.elector_id, fact.agent_id, fact.marks) == (persons[1].pk, persons[0].pk, "against")
    assert MeetingPower.objects.get(organisation_id=row.organisation_id).agent_id == persons[0].pk


def test_the_weight_is_said_with_its_plots() -> None:
    row, persons = hall_meeting(3)
    page = entered(persons[0].login).get(at("vote", row), headers={"accept-language": "en"})
    me = page.context["me"]
    assert me.voices[0].weights[0].amount == 1
    assert "1 vote" in text_of(page)


def test_somebody_without_a_vote_is_told_why() -> None:
    row, _persons = hall_meeting(3)
    page = office(row.organisation_id, Role.ACCOUNTANT).get(at("vote", row))
    assert page.context["me"].voices == ()
    assert "ks-callout-quiet" in text_of(page)


def test_a_stranger_and_another_body_see_nothing() -> None:
    row, _persons = hall_meeting(2)
    _other, others = hall_meeting(2)
    for client in (entered(make_login(password=None)), entered(others[0].login)):
        for name in (
            "vote",
            "pulse",
            "entry",
            "sign",
            "receipts",
            "hall",
            "hall-pulse",
            "desk",
            "desk-people",
        ):
            assert client.get(at(name, row)).status_code == 404, name
        for name in ("cast", "leave", "floor", "hall-floor"):
            assert client.post(at(name, row)).status_code == 404, name


def test_a_draft_is_shown_to_nobody_here() -> None:
    pk, persons = meetings.make_members(2)
    row = meetings.make_meeting(pk)
    client = entered(meetings.with_login(persons[0]).login)
    assert client.get(at("vote", row)).status_code == 404


def test_a_pulse_says_nothing_when_nothing_changed() -> None:
    row, persons = hall_meeting(3)
    client = entered(persons[0].login)
    page = client.get(at("vote", row))
    asked = {"v": page.context["pulse_mark"], "s": page.context["hall"].mark}
    assert client.get(at("pulse", row), asked).status_code == 204
    meetings.come(row, persons[1:2], now=timezone.now())
    changed = client.get(at("pulse", row), asked)
    assert changed["HX-Reswap"] == "none"
    assert "hall-line" in text_of(changed)
    meetings.put(row, now=timezone.now())
    assert 'id="meeting-now"' in text_of(client.get(at("pulse", row), asked))


def test_only_who_is_here_asks_for_the_floor() -> None:
    row, persons = hall_meeting(3)
    client = entered(persons[0].login)
    client.post(at("floor", row), {"deed": "ask"})
    assert not Speech.objects.filter(organisation_id=row.organisation_id).exists()
    meetings.come(row, persons[:1], now=timezone.now())
    client.post(at("floor", row), {"deed": "ask"})
    client.post(at("floor", row), {"deed": "ask"})  # once more is not twice
    assert Speech.objects.get(organisation_id=row.organisation_id).state == Speech.State.ASKED
    assert client.get(at("vote", row)).context["me"].speaks == "asked"
    client.post(at("floor", row), {"deed": "withdraw"})
    assert Speech.objects.get(organisation_id=row.organisation_id).state == Speech.State.WITHDRAWN


def test_who_leaves_votes_no_more() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    client = entered(persons[0].login)
    client.post(at("leave", row))
    assert not client.get(at("vote", row)).context["me"].is_here
    assert cast(client, row, persons[0], "for").status_code == 422


def test_a_closed_meeting_shows_what_was_decided_and_my_receipts() -> None:
    row, persons = hall_meeting(3)
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    client = entered(persons[0].login)
    cast(client, row, persons[0], "for")
    assert "ks-empty" in text_of(client.get(at("receipts", row)))
    meetings.close(row, now=timezone.now())
    text_of(client.get(at("vote", row)))
    page = client.get(at("receipts", row))
    (own,) = page.context["own"]
    assert own.holds
    checked = client.post(at("receipts", row), {"receipt": own.receipt}).context["checked"]
    assert (checked.is_found, checked.line.mark) == (True, "for")
    other = entered(persons[1].login).post(at("receipts", row), {"receipt": own.receipt}).context["checked"]
    assert (other.is_found, other.line) == (True, None)
    nothing = client.post(at("receipts", row), {"receipt": "0" * 64}).context["checked"]
    assert not nothing.is_found
    assert client.post(at("receipts", row), {"receipt": "я"}).status_code == 422
    assert client.get(reverse("voting:mine", args=[row.organisation_id])).context["past"]


def test_votes_from_afar_that_the_charter_does_not_allow_are_refused_in_words() -> None:
    row, persons = mixed_meeting(3, electronic=False)
    client = entered(persons[0].login)
    assert not client.get(at("sign", row)).context["allowed"]
    refused = client.post(at("sign", row), {"mark:reports": "for"})
    text_of(refused, 422)
    assert refused.context["refusal"]
    in_person, others = hall_meeting(2, items=(REPORTS,))
    assert entered(others[0].login).post(at("sign", in_person), {"mark:reports": "for"}).status_code == 422


def test_the_start_page_of_a_resident_names_the_meeting_that_waits() -> None:
    row, persons = hall_meeting(2)
    client = entered(persons[0].login)
    page = client.get(reverse("portal:start", args=[row.organisation_id, "resident"]))
    assert at("vote", row) in text_of(page)
