"""Pushes: encrypted for one browser, to the maker of it and nowhere else; dead addresses are forgotten."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as site
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from koopset.foundation.notifications import Address, addresses, notify, push, topics
from koopset.foundation.notifications.endpoints import (
    NotPublic,
    Outcome,
    Target,
    endpoint_is_allowed,
    keys_are_allowed,
    refuse_unless_public,
)
from koopset.foundation.notifications.models import Delivery, Device, Notification, PushState
from koopset.foundation.notifications.services import (
    DEVICES_AT_MOST,
    Choice,
    choices_save,
    device_add,
    device_remove,
    device_try,
)
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
ME = Actor(ActorKind.PERSON, login_id=7, person_ids=frozenset({1}))
OTHER = Actor(ActorKind.PERSON, login_id=8, person_ids=frozenset({2}))


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """The keys of a browser that subscribed, and what it can read with them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen bytes ok"
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.p256dh, self.auth = packed(point), packed(self.secret)

    def read(self, body: bytes) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        )
        return said


class Maker(ThreadingHTTPServer):
    """The maker of a browser on this machine: answers what a test tells it to, keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Handler(BaseHTTPRequestHandler):
    server: Maker

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.path.strip("/")
        self.server.got.append((name, {key.lower(): value for key, value in self.headers.items()}, body))
        status = self.server.answers.get(name, 201)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def maker(settings: Any) -> Iterator[Maker]:
    settings.PUSH_PRIVATE_HOSTS = True
    server = Maker()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(
        addresses,
        "_books",
        [
            lambda *, person_ids, login_ids: [
                Address(1, 7, "a@example.org"),
                Address(None, 7, "a@example.org"),
            ]
        ],
    )
    monkeypatch.setattr(topics, "_topics", dict(topics._topics))
    topics.register_topic("test.open", "новости", open_title=True)
    topics.register_topic("test.shut", "ваши платежи")
    topics.register_topic("test.alarm", "тревога", urgent=True, open_title=True)


def subscribe(maker: Maker, name: str, browser: Browser, actor: Actor = ME) -> Device:
    device = device_add(
        actor=actor,
        endpoint=maker.address(name),
        p256dh=browser.p256dh,
        auth=browser.auth,
        name=f"Chrome, {name}",
        now=NOON,
    )
    Notification.objects.all().delete()
    return device


def tell(topic: str = "test.open", now: datetime = NOON, **more: Any) -> Notification:
    values: dict[str, Any] = {
        "organisation_id": None,
        "title": "Долг 5 000 ₽",
        "text": "Иванов",
        "person_ids": [1],
    }
    return notify(**(values | {"topic": topic, "now": now} | more))[0]


@pytest.mark.django_db
def test_a_push_says_the_title_where_the_topic_lets_it_be_seen_and_nothing_else(maker: Maker) -> None:
    one, two = Browser(), Browser()
    subscribe(maker, "one", one)
    subscribe(maker, "two", two)
    shown, hidden = tell(), tell("test.shut")
    run_pending_jobs(now=NOON)
    read = {"one": one, "two": two}
    said = sorted((name, *read[name].read(body).values()) for name, _headers, body in maker.got)
    assert said == [
        (name, title, f"/notices/{row.pk}/", f"notice-{row.pk}")
        for name in ("one", "two")
        for title, row in (("Ваши платежи", hidden), ("Долг 5 000 ₽", shown))
    ]
    for _name, headers, body in maker.got:
        assert b"Chrome" not in body
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["authorization"].startswith("vapid t=")
        assert push.public_key() in headers["authorization"]
        assert headers["ttl"] == "86400"
    shown.refresh_from_db()
    assert shown.push == PushState.SENT
    assert set(shown.deliveries.values_list("channel", "place", "outcome")) == {
        ("push", "Chrome, one", "sent"),
        ("push", "Chrome, two", "sent"),
    }


@pytest.mark.django_db
def test_a_dead_address_is_forgotten_and_the_others_go_on(maker: Maker) -> None:
    for name in ("dead", "gone", "alive"):
        subscribe(maker, name, Browser())
    maker.answers = {"dead": 404, "gone": 410}
    row = tell()
    run_pending_jobs(now=NOON)
    row.refresh_from_db()
    assert row.push == PushState.SENT
    assert [device.name for device in Device.objects.all()] == ["Chrome, alive"]
    assert Delivery.objects.filter(outcome="no-address").count() == 2


@pytest.mark.django_db
def test_a_maker_that_is_busy_is_asked_again_and_one_that_refuses_is_not(maker: Maker) -> None:
    subscribe(maker, "busy", Browser())
    maker.answers = {"busy": 503}
    ahead = NOON.replace(year=2226)
    row = tell(now=ahead)
    run_pending_jobs(now=ahead)
    row.refresh_from_db()
    assert row.push == PushState.WAITING
    maker.answers = {}
    run_pending_jobs(now=ahead + timedelta(hours=24))
    row.refresh_from_db()
    assert row.push == PushState.SENT
    maker.answers = {"busy": 403}
    refused = tell(now=ahead)
    run_pending_jobs(now=ahead)
    refused.refresh_from_db()
    assert refused.push == PushState.FAILED
    assert refused.deliveries.get().fault == "403"
    assert len(maker.got) == 3


@pytest.mark.django_db
def test_a_redirect_is_not_followed(maker: Maker) -> None:
    subscribe(maker, "moved", Browser())
    maker.answers = {"moved": 302}
    row = tell()
    run_pending_jobs(now=NOON)
    row.refresh_from_db()
    assert row.push == PushState.FAILED
    assert [name for name, _headers, _body in maker.got] == ["moved"]


@pytest.mark.django_db
def test_quiet_hours_hold_a_push_and_an_alarm_passes(maker: Maker) -> None:
    from koopset.foundation.jobs.services import enqueue
    from koopset.foundation.notifications.jobs import DUE_JOB
    from koopset.foundation.rights.actors import SYSTEM

    browser = Browser()
    subscribe(maker, "one", browser)
    row = tell(now=NIGHT)
    tell("test.alarm", now=NIGHT, title="Пожар")
    run_pending_jobs(now=NIGHT)
    assert [browser.read(body)["title"] for _name, _headers, body in maker.got] == ["Пожар"]
    assert maker.got[0][1]["urgency"] == "high"
    row.refresh_from_db()
    assert row.push == PushState.HELD
    morning = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    enqueue(DUE_JOB, actor=SYSTEM, now=morning)
    run_pending_jobs(now=morning)
    assert len(maker.got) == 2


@pytest.mark.django_db
def test_pushes_go_to_those_who_want_them_and_have_a_device(maker: Maker) -> None:
    tell()
    assert Notification.objects.get().push == PushState.NONE  # nobody has a device at all
    subscribe(maker, "one", Browser())
    choices_save(actor=ME, choices={"test.open": Choice(push=False)}, now=NOON)
    declined, nowhere = tell(), tell(person_ids=[5])
    run_pending_jobs(now=NOON)
    declined.refresh_from_db()
    nowhere.refresh_from_db()
    assert (declined.push, nowhere.push) == (PushState.DECLINED, PushState.NO_ADDRESS)
    assert maker.got == []
    assert tell(push=False).push == PushState.NONE


# Devices ------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_device_is_told_to_its_owner_and_a_known_one_is_renewed(maker: Maker) -> None:
    browser = Browser()
    values = {"endpoint": maker.address("one"), "p256dh": browser.p256dh, "auth": browser.auth}
    device_add(actor=ME, name="Chrome, Android", now=NOON, **values)
    device_add(actor=ME, name="Chrome, Android", now=NOON, **values)
    assert Device.objects.count() == 1
    [told] = Notification.objects.all()
    assert (told.login_id, told.push) == (7, PushState.NONE)
    run_pending_jobs(now=NOON)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_browser_takes_pushes_for_the_last_who_asked(maker: Maker) -> None:
    browser = Browser()
    subscribe(maker, "shared", browser)
    subscribe(maker, "shared", browser, OTHER)
    assert Device.objects.get().login_id == 8


@pytest.mark.django_db
def test_devices_are_counted_and_removed_by_their_owner_only(maker: Maker) -> None:
    devices = [subscribe(maker, f"d{number}", Browser()) for number in range(DEVICES_AT_MOST)]
    with pytest.raises(RuleViolation, match=r"notifications\.too_many_devices"):
        subscribe(maker, "more", Browser())
    assert not device_remove(actor=OTHER, device_id=devices[0].pk, now=NOON)
    assert device_remove(actor=ME, device_id=devices[0].pk, now=NOON)
    assert Device.objects.count() == DEVICES_AT_MOST - 1
    assert device_try(actor=OTHER, now=NOON) == 0
    assert device_try(actor=ME, now=NOON) == DEVICES_AT_MOST - 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://push.example.org:8443/x",
        "https://user@push.example.org/x",
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[fd00::1]/x",
        "https://localhost/x",
        "https://database/x",
        "https://printer.local/x",
        "https://push.example.org\\@10.0.0.1/x",
        "https://push.example.org/x y",
        "https://[::1",
        "ftp://push.example.org/x",
        f"https://push.example.org/{'x' * 1000}",
        "",
    ],
)
def test_an_address_that_is_no_makers_is_refused(endpoint: str) -> None:
    assert not endpoint_is_allowed(endpoint)
    assert push.send(Target(endpoint, Browser().p256dh, Browser().auth), {"title": "x"})[0] is Outcome.GONE


@pytest.mark.parametrize("endpoint", ["https://fcm.googleapis.com/fcm/send/abc:def", "https://1.1.1.1/x"])
def test_an_address_of_a_maker_is_taken(endpoint: str) -> None:
    assert endpoint_is_allowed(endpoint)


@pytest.mark.parametrize("private", ["127.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_not_knocked_at(private: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name looks public; what it resolves to is asked at the moment of connecting."""
    import socket

    asked: list[str] = []

    def resolved(host: str, port: Any, *rest: Any, **more: Any) -> list[Any]:
        asked.append(host)
        family = socket.AF_INET6 if ":" in private else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (private, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket.socket, "connect", lambda *_args: pytest.fail("it was knocked at"))
    browser = Browser()
    ended = push.send(Target("https://push.example.org/x", browser.p256dh, browser.auth), {"title": "x"})
    assert ended == (Outcome.GONE, "NotPublic")
    assert asked == ["push.example.org"]
    with pytest.raises(NotPublic):
        refuse_unless_public(private)


def test_keys_that_are_none_are_refused() -> None:
    browser = Browser()
    assert keys_are_allowed(browser.p256dh, browser.auth)
    assert not keys_are_allowed(browser.p256dh, "short")
    assert not keys_are_allowed("A" * 87, browser.auth)
    assert not keys_are_allowed(browser.p256dh, "не ключ")
    assert not keys_are_allowed("", "")


def test_browsers_are_given_the_public_half_of_the_key() -> None:
    assert len(push.public_key()) == 87
    assert site.VAPID_PRIVATE_KEY not in push.public_key()


# Pages --------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_of_a_device(client: Client, maker: Maker) -> None:
    user = get_user_model()
    login = user._default_manager.create(**{user.USERNAME_FIELD: "reader@example.org"})
    client.force_login(login)
    browser = Browser()
    sent = {"endpoint": maker.address("one"), "p256dh": browser.p256dh, "auth": browser.auth}
    agent = "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36"
    url = reverse("notifications:device_add")
    assert client.get(url).status_code == 405
    refused = client.post(url, sent | {"auth": "x"})
    assert (refused.status_code, "адрес" in refused.json()["text"]) == (422, True)
    assert client.post(url, sent, headers={"User-Agent": agent}).json() == {"done": True}
    page = client.get(reverse("notifications:settings")).content.decode()
    assert "Chrome, Android" in page
    assert push.public_key() in page
    assert client.post(reverse("notifications:device_try")).status_code == 302
    device = Device.objects.get()
    stranger = device_add(actor=OTHER, name="x", now=NOON, **(sent | {"endpoint": maker.address("two")}))
    assert client.post(reverse("notifications:device_remove", args=[stranger.pk])).status_code == 404
    assert client.post(reverse("notifications:device_remove", args=[device.pk])).status_code == 302
    assert list(Device.objects.all()) == [stranger]
