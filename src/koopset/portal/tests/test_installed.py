"""The site as an application, from the server's side: manifest, worker, what is kept and for whom."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.models import IdempotencyRecord
from koopset.foundation.rights.pages import Gate
from koopset.foundation.testing.addresses import addresses
from koopset.foundation.ui.offline import (
    KEEP_HEADER,
    NOBODY,
    SESSION_HEADER,
    WHO_HEADER,
    device_key,
)
from koopset.portal.views import installed

#: What a kept page may ask: one's own things, and what is open to all members to read.
READING = {Gate.SIGNED_IN.value, Gate.HOUSEHOLD.value, str(RegisterRight.DECISION_VIEW)}


def static_file(address: str) -> bytes:
    found = finders.find(address.removeprefix("/static/"))
    assert isinstance(found, str), address
    return Path(found).read_bytes()


def test_the_manifest_has_what_a_phone_asks_for(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = json.loads(answer.content)
    assert (said["short_name"], said["lang"], said["display"], said["start_url"]) == (
        "КООПСЕТЬ",
        "ru",
        "standalone",
        "/",
    )
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in said["icons"]:
        picture = Image.open(BytesIO(static_file(icon["src"])))
        assert picture.format == "PNG"
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        # A filled icon has no hole in its corner; the other is the mark with its round corners.
        corner = picture.convert("RGBA").getpixel((0, 0))
        assert (corner == (0x1F, 0x6B, 0x45, 255)) is (icon["purpose"] == "maskable")


@pytest.mark.django_db
def test_a_kept_sign_out_ends_its_own_session_only(client: Client) -> None:
    address = reverse("portal:sign_out_kept")
    assert client.post(address, {"session": ""}).json() == {"done": False}
    client.force_login(make_login())
    mark = client.get("/page-token/").json()["session"]
    assert mark == client.get(reverse("people:me"))[SESSION_HEADER]
    assert mark not in ("", client.session.session_key)
    other = Client()
    other.force_login(make_login())
    assert other.post(address, {"session": mark}).json() == {"done": False}
    assert other.get(reverse("people:me")).status_code == 200
    assert client.get(address).status_code == 405
    assert client.post(address, {"session": mark}).json() == {"done": True}
    assert client.get("/page-token/").json()["session"] == ""
    assert client.get(reverse("people:me")).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_login())
    assert strict.post(address, {"session": strict.get("/page-token/").json()["session"]}).status_code == 403


def test_the_worker_is_served_for_all_pages_and_changes_with_the_shell(client: Client, monkeypatch) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    line, rest = answer.content.decode().split("\n", 1)
    site = json.loads(re.sub(r"^self\.KOOPSET = |;$", "", line))
    assert rest.startswith("/* The service worker")
    for name in site["files"]:
        static_file(name)
    monkeypatch.setattr(installed, "shell_version", lambda: "another")
    assert b'"version": "another"' in client.get("/sw.js").content


def test_the_version_is_a_digest_of_the_files(monkeypatch, tmp_path: Path) -> None:
    before = installed._digest_now()
    assert before == installed._digest_now()
    changed = tmp_path / "ks.js"
    changed.write_text("changed")
    source = installed._source
    monkeypatch.setattr(installed, "_source", lambda name: changed if name == "ui/ks.js" else source(name))
    assert installed._digest_now() != before


@pytest.mark.django_db
def test_pages_say_for_whom_they_are_drawn(client: Client) -> None:
    login = make_login(password=None)
    assert client.get("/accounts/login/")[WHO_HEADER] == NOBODY
    client.force_login(login)
    page = client.get(reverse("notifications:list"))
    assert page[WHO_HEADER] == device_key(login.pk)
    assert str(login.pk) != device_key(login.pk)
    assert f'data-who="{device_key(login.pk)}"' in page.content.decode()
    assert page[KEEP_HEADER] == "page"
    assert KEEP_HEADER not in client.get(reverse("notifications:settings"))
    token = client.get(reverse("portal:page_token"))
    assert (token.json()["who"], "no-store" in token["Cache-Control"]) == (device_key(login.pk), True)


def test_only_pages_of_reading_are_kept() -> None:
    kept = [address for address in addresses() if getattr(address.view, "koopset_kept", False)]
    assert len(kept) >= 8
    assert {address.asks for address in kept} <= READING


def test_the_page_without_a_line_has_nothing_of_anybody(client: Client) -> None:
    answer = client.get("/offline/")
    assert answer[WHO_HEADER] == NOBODY
    assert KEEP_HEADER not in answer
    assert "data-kept-list" in answer.content.decode()


# Kept forms: the profile ---------------------------------------------------------------------------------------------------


@pytest.fixture
def card(client: Client, db: None) -> Person:
    person = make_person(None, login=make_login(password=None))
    client.force_login(person.login)  # type: ignore[arg-type]
    return person


def send(client: Client, card: Person, phone: str, key: str = "k1", who: str = "", **more: Any) -> Any:
    fields = {"form": f"card-{card.pk}", f"card-{card.pk}-phone": phone, f"card-{card.pk}-postal_address": ""}
    headers = {"Idempotency-Key": key, WHO_HEADER: who or device_key(card.login_id)}
    return client.post(reverse("people:me"), fields | more, headers=headers)


def test_a_kept_form_counts_once(client: Client, card: Person) -> None:
    first = send(client, card, "+7 921 000-00-11")
    changes = card.history.count()
    again = send(client, card, "+7 921 000-00-11", csrfmiddlewaretoken="another")
    assert (first.json(), again.json(), again.status_code) == ({"done": True}, {"done": True}, 200)
    assert card.history.count() == changes
    assert IdempotencyRecord.objects.count() == 1


def test_a_kept_form_that_is_refused_leaves_nothing_behind(client: Client, card: Person) -> None:
    refused = send(client, card, "позвоните")
    assert (refused.status_code, refused.json()) == (422, {"done": False})
    assert not IdempotencyRecord.objects.exists()
    assert send(client, card, "+7 921 000-00-11").status_code == 200


def test_a_key_is_of_one_form_and_a_form_of_one_login(client: Client, card: Person) -> None:
    assert send(client, card, "+7 921 000-00-11").status_code == 200
    assert send(client, card, "+7 921 000-00-12").status_code == 422
    assert send(client, card, "+7 921 000-00-12", key="k2", who=device_key(0) + "x").status_code == 409
    client.logout()
    assert send(client, card, "+7 921 000-00-12", key="k2").status_code == 409
    card.refresh_from_db()
    assert card.phone.endswith("11")


def test_a_form_sent_twice_as_usual_counts_once_and_leads_where_the_first_led(
    client: Client, card: Person
) -> None:
    fields = {"form": f"card-{card.pk}", f"card-{card.pk}-phone": "+7 921 000-00-11", "once": "k1"}
    first = client.post(reverse("people:me"), fields)
    changes = card.history.count()
    again = client.post(reverse("people:me"), fields)
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"]) == (302, "/me/")
    assert card.history.count() == changes
    wrong = client.post(reverse("people:me"), fields | {f"card-{card.pk}-phone": "позвоните", "once": "k2"})
    assert (wrong.status_code, b"ks-field-error" in wrong.content) == (200, True)
