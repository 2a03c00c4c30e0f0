"""Signed votes from afar and secret votes on pages; a secret vote leaves nothing in logs, sessions and rows that tell a time."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings.models import (
    AgendaItem,
    BallotFact,
    Meeting,
    SecretBallot,
    SecretVoter,
    SignatureAsk,
)
from koopset.apps.meetings.voting.factories import REPORTS, SECRET, entered, hall_meeting, mixed_meeting
from koopset.apps.people.models import SignIn

pytestmark = pytest.mark.django_db


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:3000]
    return str(response.content.decode()).replace("\xa0", " ")


def at(name: str, row: Meeting, *more: int) -> str:
    return reverse(f"voting:{name}", args=[row.organisation_id, row.pk, *more])


def secret_hall() -> tuple[Meeting, list[Any], int]:
    row, persons = hall_meeting(3, items=(SECRET,))
    meetings.come(row, persons, now=timezone.now())
    meetings.put(row, now=timezone.now())
    item = AgendaItem.objects.get(organisation_id=row.organisation_id, meeting_id=row.pk)
    return row, persons, item.pk


def test_from_the_choice_to_a_signature(django_capture_on_commit_callbacks: Any) -> None:
    row, persons = mixed_meeting(3)
    client = entered(persons[0].login)
    text_of(client.get(at("sign", row)))
    text_of(client.post(at("sign", row), {}), 422)  # nothing is chosen
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(at("sign", row), {"mark:reports": "against"})
    assert asked.status_code == 302
    page = client.get(asked["Location"])
    ask = SignatureAsk.objects.get(organisation_id=row.organisation_id)
    shown = text_of(page)
    assert ask.text_hash[:8] in shown
    assert REPORTS["wording"] in shown
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found is not None
    wrong = "000000" if found[0] != "000000" else "111111"
    text_of(client.post(asked["Location"], {"code": wrong}), 422)
    assert client.post(asked["Location"], {"code": found[0]}).status_code == 302
    assert (
        client.post(asked["Location"], {"code": found[0]}).status_code == 302
    )  # once more: it is signed, once
    fact = BallotFact.objects.get(organisation_id=row.organisation_id)
    assert (fact.channel, fact.marks, fact.elector_id) == ("electronic", "against", persons[0].pk)
    assert client.get(asked["Location"]).context["ask"].is_signed
    # Another's text is as absent.
    assert entered(persons[1].login).get(asked["Location"]).status_code == 404


def test_a_new_code_signs_the_same_marks(django_capture_on_commit_callbacks: Any) -> None:
    row, persons = mixed_meeting(2)
    client = entered(persons[0].login)
    asked = client.post(at("sign", row), {"mark:reports": "for"})
    again = client.post(asked["Location"], {"deed": "again"})
    assert again.status_code == 302
    assert again["Location"] != asked["Location"]
    marks = SignatureAsk.objects.filter(organisation_id=row.organisation_id).values_list("marks", flat=True)
    assert list(marks) == [{"reports": "for"}] * 2


class Box:
    """A sender of messages that keeps what it was given."""

    sent: list[str] = []

    def send(self, *, phone: str, text: str) -> None:
        self.sent.append(text)


def test_the_code_goes_by_the_other_way_when_asked(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SMS_GATEWAY = f"{__name__}.Box"
    Box.sent.clear()
    row, persons = mixed_meeting(2)
    login = persons[0].login
    login.phone, login.phone_proved_at = "+7 911 123-45-67", timezone.now()
    login.save()
    client = entered(login)
    asked = client.post(at("sign", row), {"mark:reports": "for"})
    assert 'value="phone"' in text_of(client.get(asked["Location"]))
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(asked["Location"], {"deed": "phone"})
    page = text_of(client.get(again["Location"]))
    assert 'value="mail"' in page
    assert 'value="phone"' not in page
    (text,) = Box.sent
    code = re.search(r"\b\d{6}\b", text)
    assert code is not None
    assert client.post(again["Location"], {"code": code[0]}).status_code == 302
    assert client.get(again["Location"]).context["ask"].is_signed


def test_a_secret_vote_gives_its_receipt_once() -> None:
    row, persons, item = secret_hall()
    client = entered(persons[0].login)
    assert "vt-marks" in text_of(client.get(at("secret", row, item)))
    assert client.get(at("secret", row, item))["Cache-Control"] == "no-store"
    text_of(client.post(at("secret", row, item), {}), 422)
    page = client.post(at("secret", row, item), {"mark": "for"})
    receipt = page.context["receipt"]
    assert re.fullmatch(r"[0-9a-f]{64}", receipt)
    assert SecretVoter.objects.filter(organisation_id=row.organisation_id).count() == 1
    second = client.post(at("secret", row, item), {"mark": "against"})
    text_of(second, 422)
    assert SecretBallot.objects.filter(organisation_id=row.organisation_id).count() == 1
    assert receipt not in text_of(client.get(at("secret", row, item)))
    assert client.get(at("vote", row)).context["me"].given == ()
    meetings.close(row, now=timezone.now())
    checked = client.post(at("receipts", row), {"receipt": receipt.upper()}).context["checked"]
    assert (checked.is_found, checked.is_secret, checked.holds, checked.line) == (True, True, True, None)
    other = entered(persons[1].login).post(at("receipts", row), {"receipt": receipt}).context["checked"]
    assert other.is_secret


def test_a_secret_vote_leaves_no_trace_of_who_and_when(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    row, persons, item = secret_hall()
    client = entered(persons[0].login)
    client.get(at("vote", row))
    cache.clear()  # the session counts as not seen for long
    before = {one.pk: one.get_decoded() for one in Session.objects.all()}
    seen = dict(SignIn.objects.values_list("pk", "seen_at"))
    caplog.clear()
    capsys.readouterr()
    with caplog.at_level(logging.DEBUG):
        assert client.get(at("secret", row, item)).status_code == 200
        assert client.post(at("secret", row, item), {}).status_code == 422
        assert client.post(at("secret", row, item), {"mark": "for"}).status_code == 200
        assert client.post(at("receipts", row), {"receipt": "0" * 64}).status_code == 422
    said = " ".join(str(one.msg) for one in caplog.records) + capsys.readouterr().err
    assert "/secret/" not in said
    assert "/receipts/" not in said
    assert "request_" not in said
    assert {one.pk: one.get_decoded() for one in Session.objects.all()} == before
    assert dict(SignIn.objects.values_list("pk", "seen_at")) == seen
    # Neither table of the vote has a column of time, of a login or of an address.
    for model in (SecretVoter, SecretBallot):
        kinds = {field.get_internal_type() for field in model._meta.get_fields()}
        assert not kinds & {"DateTimeField", "DateField", "GenericIPAddressField"}


def test_an_open_vote_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    row, persons = hall_meeting(2)
    client = entered(persons[0].login)
    with caplog.at_level(logging.INFO):
        client.get(at("vote", row))
    assert any("request_finished" in str(one.msg) for one in caplog.records)


def test_a_secret_election_takes_no_more_names_than_seats() -> None:
    pk, persons = meetings.make_members(4)
    election: dict[str, Any] = {
        "type": "election",
        "title": "Выборы правления",
        "wording": "Избрать:",
        "seats": 1,
        "is_secret": True,
        "candidates": persons[:2],
        "effect_data": {"role": "board"},
    }
    row, members = hall_meeting(2, organisation_id=pk, items=(election,))
    meetings.come(row, members, now=timezone.now())
    meetings.put(row, now=timezone.now())
    item = AgendaItem.objects.get(organisation_id=pk, meeting_id=row.pk)
    client = entered(members[0].login)
    both = client.post(at("secret", row, item.pk), {"marked": [persons[0].pk, persons[1].pk]})
    text_of(both, 422)
    assert client.post(at("secret", row, item.pk), {"marked": [persons[0].pk]}).context["receipt"]
