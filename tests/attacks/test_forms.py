"""Attacks on every form and address of the house: mark-up in text, a line more in a header, a way out to a foreign site.

Forms are those that the pages themselves show; each text field of each is filled with a payload, everything else stays as the page
gave it, and the form is sent. Then all pages, letters and answers are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from django.core import mail
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse
from django.utils.html import escape
from tests.pages.test_matrix import PAGES, UNVISITED, may_open, pages_that_fall_to, url_of
from tests.pages.visits import content
from tests.world import World

from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.addresses import addresses
from koopset.foundation.testing.jobs import run_pending_jobs

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]

#: What a page must never give back as mark-up. A name of its own, so that nothing else looks like it.
MARK = "ksattack"
MARKUP = f'"><img src=x onerror={MARK}()><script>{MARK}()</script>'
AS_MARKUP = re.compile(rf"<img[^>]*{MARK}|<script[^>]*>\s*{MARK}", re.IGNORECASE)
#: Two lines where a header has one.
FOREIGN_ADDRESS = "stranger@attack.example"
LINES = f"Имя\r\nBcc: {FOREIGN_ADDRESS}\r\nSet-Cookie: {MARK}=1"
FOREIGN_PLACES: tuple[str, ...] = (
    "https://attack.example/",
    "//attack.example/",
    "/\\attack.example/",
    "\\\\attack.example",
    "https:attack.example",
    "javascript:alert(1)",
    "/%0d%0aLocation:%20https://attack.example/",
    "/\t/attack.example/",
)
#: Names under which an address might be taken from outside.
NAMES_OF_PLACES = (
    "next",
    "back",
    "to",
    "url",
    "return",
    "return_to",
    "redirect",
    "continue",
)
#: Pages anywhere are tried with one of these, in turn; those of signing in, which do follow an address, with all.
SHARPEST = FOREIGN_PLACES[:3]
#: Enough to open every page; each page is read by the first of them who may.
READERS = (Role.RESIDENT, Role.MEMBER, Role.TREASURER, Role.CHAIR, Role.OPERATOR)
TEXT_TYPES = {None, "text", "search", "tel", "email", "url", "number"}
#: Forms that end the visit, or begin another: tried by tests of their own.
LEFT_ALONE = ("/accounts/logout/", "/accounts/login/", "/theme/", "/language/")


def pages_of(world: World, reader: Role) -> Iterator[str]:
    for page in PAGES:
        if page.name not in UNVISITED and may_open(page, reader):
            yield url_of(world, page, reader)


def forms_on(client: Client, address: str) -> Iterator[tuple[str, list[tuple[str, str]], list[str]]]:
    """Where each form that writes goes, what it holds, and which of it people type."""
    answer = client.get(address)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return
    for form in lxml.html.fromstring(content(answer).decode()).forms:
        if form.method != "POST":
            continue
        action = urljoin(address, form.action or address)
        if action.startswith(LEFT_ALONE):
            continue
        typed = [
            one.name
            for one in form.inputs
            if one.name and (one.tag == "textarea" or (one.tag == "input" and one.get("type") in TEXT_TYPES))
        ]
        yield action, [(name, str(value)) for name, value in form.form_values()], typed


def as_data(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


Form = tuple[str, tuple[str, ...], list[tuple[str, str]]]


@pytest.fixture(scope="module")
def forms(world: World) -> dict[Role, list[Form]]:
    """Every form that people type in, of the first reader who is shown it: what it does, what is typed, what it holds."""
    found: dict[Role, list[Form]] = {}
    known: set[tuple[str, tuple[str, ...]]] = set()
    for reader in READERS:
        client = world.client(world.login(reader))
        found[reader] = []
        for address in pages_of(world, reader):
            for action, pairs, typed in forms_on(client, address):
                key = (resolve(urlsplit(action).path).view_name, tuple(typed))
                if typed and key not in known:
                    known.add(key)
                    found[reader].append((action, tuple(typed), pairs))
    assert len(known) > 80  # a walk that finds fewer did not see the pages
    return found


def sent_everywhere(
    world: World, reader: Role, forms: list[Form], payload: str
) -> list[tuple[str, HttpResponseBase]]:
    """Each form with the payload in all its text at once, and in one field after another."""
    client = world.client(world.login(reader))
    answers: list[tuple[str, HttpResponseBase]] = []
    for action, all_typed, pairs in forms:
        for filled in (all_typed, *((name,) for name in all_typed)) if len(all_typed) > 1 else (all_typed,):
            data = as_data(pairs) | {name: [payload] for name in filled}
            answers.append((f"{action} {filled}", client.post(action, data)))
    return answers


def broken(where: str, answer: HttpResponseBase) -> list[str]:
    """What is wrong with an answer to an attack."""
    found = [f"{where}: {answer.status_code}"] if answer.status_code >= 500 else []
    found += [f"{where}: a header of the attacker" for name in answer.headers if name.lower() == MARK]
    found += [f"{where}: a cookie of the attacker" for name in answer.cookies if name == MARK]
    if answer.get("Content-Type", "").startswith("text/html") and AS_MARKUP.search(
        content(answer).decode("utf-8", "replace")
    ):
        found.append(f"{where}: the text became mark-up")
    return found


@pytest.mark.parametrize("payload", [MARKUP, LINES], ids=["markup", "lines"])
def test_text_stays_text_wherever_it_is_typed(world, forms, payload):
    faults: list[str] = []
    taken = 0
    for reader in READERS:
        answers = sent_everywhere(world, reader, forms[reader], payload)
        for where, answer in answers:
            faults += broken(f"{reader}: {where}", answer)
        taken += sum(answer.status_code == 302 for _where, answer in answers)
        run_pending_jobs()
    assert taken > 10, "hardly any form was taken: nothing would be shown"
    told = 0
    for watcher in READERS:
        client = world.client(world.login(watcher))
        for address in pages_that_fall_to(world, watcher, READERS):
            answer = client.get(address)
            faults += broken(f"{watcher} at {address}", answer)
            told += MARK.encode() in content(answer)
    assert told, "nothing of what was typed is anywhere: the attack did not come in"
    for letter in mail.outbox:
        message = letter.message()
        if FOREIGN_ADDRESS in " ".join(letter.recipients()) or message["Bcc"] or message["Set-Cookie"]:
            faults.append(f"a letter to a stranger: {letter.subject!r}")
        for body, kind in getattr(letter, "alternatives", ()):
            if kind == "text/html" and AS_MARKUP.search(body):
                faults.append(f"a letter with the attacker's mark-up: {letter.subject!r}")
    assert not faults, "\n".join(faults)


def leads_out(answer: HttpResponseBase) -> bool:
    """Whether a browser that follows the answer comes to a foreign site, or runs a script."""
    for name in ("Location", "HX-Redirect", "HX-Location"):
        if name in answer:
            # As browsers read it: a backslash is a slash, tabs and line ends are nothing.
            place = re.sub(r"[\t\r\n]", "", answer[name]).strip().replace("\\", "/")
            parts = urlsplit(urljoin("http://testserver/", place))
            if parts.scheme not in ("http", "https") or parts.hostname != "testserver":
                return True
    return False


@pytest.mark.parametrize("reader", [None, *READERS], ids=lambda reader: str(reader or "nobody"))
def test_no_address_leads_to_a_foreign_site(world, reader):
    client = world.client(world.login(reader)) if reader is not None else Client()
    tried = [
        (reverse(address.name), FOREIGN_PLACES)
        for address in addresses()
        if not address.keywords and address.name.startswith(("account_", "mfa_", "ui:"))
        if reader is None or not address.name.endswith("logout")
    ]
    if reader is not None:
        tried = tried if reader is Role.RESIDENT else []
        tried += [
            (address, SHARPEST[number % len(SHARPEST) :][:1])
            for number, address in enumerate(pages_that_fall_to(world, reader, READERS))
        ]
    faults = [
        f"{address} with {foreign!r}: {answer.status_code} {answer.get('Location')}"
        for address, places in tried
        for foreign in places
        for answer in asked_to_lead(client, address, foreign)
        if answer.status_code >= 500 or leads_out(answer)
    ]
    assert not faults, "\n".join(faults)


def asked_to_lead(client: Client, address: str, foreign: str) -> Iterator[HttpResponseBase]:
    data = dict.fromkeys(NAMES_OF_PLACES, foreign)
    headers = {"Referer": foreign, "HX-Current-URL": foreign}
    yield client.get(address, data, headers=headers)
    yield client.post(address, data, headers=headers)


def test_signing_in_and_out_leads_to_no_foreign_site(world):
    """The pages that do follow an address, when what they ask for is right."""
    login = world.own.logins[Role.RESIDENT]
    login.set_password("верный пароль 17")
    login.save()
    for foreign in FOREIGN_PLACES:
        client = Client()
        answer = client.post(
            reverse("account_login"), {"login": login.email, "password": "верный пароль 17", "next": foreign}
        )
        assert answer.status_code == 302, foreign
        assert not leads_out(answer), (foreign, answer["Location"])
        answer = client.post(reverse("account_logout"), {"next": foreign})
        assert answer.status_code == 302, foreign
        assert not leads_out(answer), (foreign, answer["Location"])


@pytest.mark.parametrize("place", FOREIGN_PLACES)
def test_the_reading_of_places_is_as_sharp_as_a_browsers(place):
    """The check itself: it must see each of the places where it stands alone."""
    answer = HttpResponse(headers={"Location": place.replace("\t", "")})
    assert leads_out(answer) or place.startswith("/%0d")


def test_markup_is_told_from_text():
    assert AS_MARKUP.search(f"<p>{MARKUP}</p>")
    assert not AS_MARKUP.search(f"<p>{escape(MARKUP)}</p>")
