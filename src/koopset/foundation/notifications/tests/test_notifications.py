from __future__ import annotations

import smtplib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from koopset.foundation.notifications import Address, addresses, notify, unread_count
from koopset.foundation.notifications.links import Ticket, letters_url, ticket_of
from koopset.foundation.notifications.models import Delivery, MailRefusal, MailState, Notification
from koopset.foundation.notifications.services import notices_read
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.testing.jobs import run_pending_jobs

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def book(*, person_ids: Collection[int], login_ids: Collection[int]) -> list[Address]:
    known = [
        Address(1, None, "one@example.org"),
        Address(2, None, ""),
        Address(None, 7, "seven@example.org", "en"),
    ]
    return [one for one in known if one.person_id in person_ids or one.login_id in login_ids]


@pytest.fixture(autouse=True)
def _book(monkeypatch, settings):
    monkeypatch.setattr(addresses, "_books", [book])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://koopset.example"


def tell(**more):
    values: dict[str, Any] = {
        "organisation_id": None,
        "topic": "test.news",
        "title": "Взнос <b>",
        "text": "Строка 1\nСтрока & 2",
    }
    return notify(**(values | {"link": "/o/1/x/", "email": True, "now": NOW} | more))


def run(now: datetime = NOW):
    """At noon in Moscow: at night letters wait for the morning."""
    return run_pending_jobs(now=now)


def test_each_is_told_once_and_letters_go_where_there_is_an_address() -> None:
    tell(person_ids=[1, 2, 1], login_ids=[7])
    run()
    states = dict(Notification.objects.values_list("person_id", "mail").filter(person_id__isnull=False))
    assert states == {1: MailState.SENT, 2: MailState.NO_ADDRESS}
    assert sorted(message.to[0] for message in mail.outbox) == ["one@example.org", "seven@example.org"]
    assert Delivery.objects.count() == 3


def test_a_letter_is_in_the_language_of_its_reader_and_leads_to_the_site() -> None:
    tell(person_ids=[1], login_ids=[7])
    run()
    russian, english = sorted(mail.outbox, key=lambda message: message.to[0])
    assert "https://koopset.example/o/1/x/" in russian.body
    assert "Взнос <b>" in russian.body
    assert isinstance(russian, EmailMultiAlternatives)
    html = str(russian.alternatives[0][0])
    assert "Взнос &lt;b&gt;" in html
    assert "Строка &amp; 2" in html
    assert "no more such letters" in english.body
    assert "Выбрать, как сообщать, или больше не писать" in html
    assert html.index("Строка 1 Строка &amp; 2</div>") < html.index("<h1"), (
        "the line that mail programs show beside the subject"
    )
    assert english.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_letters_are_tried_again_and_each_attempt_is_kept(monkeypatch) -> None:
    attempts: list[int] = []

    def fail_twice(self, messages):
        attempts.append(len(messages))
        if len(attempts) < 3:
            raise smtplib.SMTPServerDisconnected("gone")
        return EmailBackend_send(self, messages)

    EmailBackend_send = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", fail_twice)
    # Ahead of every clock: a letter is tried again after a pause from the later of the worker's moment and the clock's.
    ahead = NOW.replace(year=2226)
    tell(person_ids=[1], now=ahead)
    for hours in (0, 24, 48, 72):
        run(ahead + timedelta(hours=hours))
    row = Notification.objects.get(person_id=1)
    assert row.mail == MailState.SENT
    assert list(row.deliveries.order_by("pk").values_list("outcome", flat=True)) == [
        "waiting",
        "waiting",
        "sent",
    ]
    assert len(mail.outbox) == 1


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(monkeypatch) -> None:
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({"one@example.org": (550, b"no such box")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    tell(person_ids=[1])
    run()
    row = Notification.objects.get(person_id=1)
    assert row.mail == MailState.FAILED
    assert row.deliveries.get().fault == "SMTPRecipientsRefused 550"
    assert run(NOW.replace(year=2226)) == []


def test_refusing_letters_by_the_link_and_asking_for_them_again(client: Client) -> None:
    url = letters_url(Ticket(1, None, "test.news")).removeprefix("https://koopset.example")
    assert client.get(url).status_code == 200
    assert not MailRefusal.objects.exists()
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 302
    tell(person_ids=[1])
    tell(person_ids=[1], topic="test.other")
    run()
    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    assert Notification.objects.get(topic="test.news").mail == MailState.DECLINED
    client.post(url, {"rhythm": "now"})
    assert not MailRefusal.objects.exists()


def test_a_forged_link_is_absent(client: Client) -> None:
    assert ticket_of("forged") is None
    assert client.get(reverse("notifications:letters", kwargs={"token": "forged"})).status_code == 404


def test_reading_is_of_ones_own_notices_only() -> None:
    mine = Actor(ActorKind.PERSON, login_id=7, person_ids=frozenset({1}))
    stranger = Actor(ActorKind.PERSON, login_id=8, person_ids=frozenset({2}))
    tell(person_ids=[1, 2], login_ids=[7], email=False)
    assert (unread_count(mine), unread_count(stranger)) == (2, 1)
    ids = list(Notification.objects.values_list("pk", flat=True))
    assert notices_read(actor=stranger, notification_ids=ids, now=NOW) == 1
    assert (unread_count(mine), unread_count(stranger)) == (2, 0)


def test_pages(client: Client) -> None:
    user = get_user_model()
    login = user._default_manager.create(**{user.USERNAME_FIELD: "reader@example.org"})
    client.force_login(login)
    assert client.get(reverse("notifications:list")).status_code == 200
    row = tell(login_ids=[login.pk], email=False)[0]
    other = tell(login_ids=[login.pk + 1], email=False)[0]
    shown = client.get(reverse("notifications:list")).content.decode()
    assert "Взнос &lt;b&gt;" in shown
    opened = client.get(reverse("notifications:open", args=[row.pk]))
    assert (opened.status_code, opened["Location"]) == (302, "/o/1/x/")
    assert client.get(reverse("notifications:open", args=[other.pk])).status_code == 404
    tell(login_ids=[login.pk], email=False)
    client.post(reverse("notifications:read_all"))
    assert not Notification.objects.filter(login_id=login.pk, read_at__isnull=True).exists()


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"]
)
def test_a_notice_never_leads_elsewhere(link: str) -> None:
    with pytest.raises(ValueError):
        tell(person_ids=[1], link=link)
    assert not Notification.objects.exists()
