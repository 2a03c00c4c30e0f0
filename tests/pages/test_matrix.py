"""The matrix of rights: every page × every role × own and foreign organisation, from the URL configuration itself.

What a page asks is read from its `@page`; who holds a right is read from the rooms' permissions.py. A page that declares nothing
fails unless it is listed in OPEN_TO_ALL with its reason.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile, is_zipfile

import pytest
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument
from tests.pages.visits import comparable, content, nothing_written, without_tokens
from tests.world import ABSENT, World

from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.rights.catalogue import roles_with
from koopset.foundation.rights.pages import Gate
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, HOUSEHOLD, Role
from koopset.foundation.testing.addresses import Address, addresses

pytestmark = [pytest.mark.once, pytest.mark.django_db]

#: Addresses of others, and ours that are open to all, with the reason.
OPEN_TO_ALL = {
    "account_": "signing in and up, by allauth",
    "mfa_": "the second step of signing in, by allauth: each asks for a login or for a first step by itself",
    "ui:": "the gallery of parts, theme and language: nothing of anybody",
    "api-unknown": "says that there is no such call",
    "health": "whether the machine works: for its keeper",
}
#: The legal form of the world's organisations: it gives a role more than the defaults.
FORM = "snt"
#: Calls of the API: their own matrix is in tests/api.
CALLS = "api:"
#: Keywords that name no row of an organisation.
NOT_OBJECTS = frozenset(
    {"organisation_id", "month", "code", "key", "token", "territory_id", "cabinet", "name", "kind"}
)
#: Pages open to a gate that then ask more of an object: who passes with the world's objects.
NARROWER: dict[str, frozenset[Role]] = {
    "files:download": roles_with(RegisterRight.REGISTER_IMPORT),
    "jobs:progress": roles_with(JobRight.VIEW),
    "jobs:cancel": roles_with(JobRight.VIEW),
    "notifications:open": EVERYBODY_INSIDE,
    "portal:operator": frozenset({Role.OPERATOR}),
    "privacy:export_file": EVERYBODY_INSIDE,
    "access:revoke": EVERYBODY_INSIDE | {Role.OPERATOR, Role.COORDINATOR},
    # Households of the own side have these; nobody else.
    **dict.fromkeys(
        (
            "needs:receipt",
            "needs:receipt_lines",
            "needs:receipt_ask",
            "needs:receipt_repeat",
            "needs:receipt_delete",
            "needs:file",
            "needs:file_progress",
            "needs:file_failed",
        ),
        EVERYBODY_INSIDE,
    ),
    **dict.fromkeys(("demand:kind", "demand:proposal", "demand:refuse", "demand:wish_end"), EVERYBODY_INSIDE),
    # The world's round is for members of the own organisation.
    **dict.fromkeys(
        ("purchases:my-round", "purchases:my-wants", "purchases:my-wants-again", "purchases:my-packs"),
        EVERYBODY_INSIDE,
    ),
    # The world's household in a settled purchase is the resident's.
    **dict.fromkeys(
        (
            "settlement:my-pay",
            "settlement:my-code",
            "settlement:my-statement",
            "settlement:my-claim",
            "settlement:my-saving",
            "settlement:my-intake-photo",
        ),
        frozenset({Role.RESIDENT}),
    ),
    # Papers of all for those who hold and audit the meeting, an elector's own for electors.
    "meeting_papers:ballot": HOUSEHOLD,
    "meeting_papers:minutes-text": frozenset({Role.CHAIR, Role.BOARD}),
    "meeting_papers:ballot-of": frozenset({Role.CHAIR, Role.BOARD, Role.AUDITOR, Role.MEMBER}),
    "meeting_papers:paper": HOUSEHOLD | {Role.CHAIR, Role.BOARD, Role.AUDITOR},
    # Those who count at the world's meetings: by a role, and its officials, who are the same two.
    **dict.fromkeys(
        (
            "voting:desk",
            "voting:desk-people",
            "voting:desk-put",
            "voting:desk-hands",
            "voting:desk-powers",
            "voting:desk-power-end",
            "voting:desk-papers",
            "voting:desk-paper-new",
            "voting:desk-paper",
            "voting:desk-ballots",
        ),
        roles_with(MeetingRight.MEETING_COUNT),
    ),
    # The text that waits for its code is the member's.
    "voting:sign-code": frozenset({Role.MEMBER}),
    # The world's application is the resident's; the operator and the coordinator of its district check it.
    "joining:application": frozenset({Role.RESIDENT, Role.OPERATOR, Role.COORDINATOR}),
    "joining:document": frozenset({Role.RESIDENT, Role.OPERATOR, Role.COORDINATOR}),
    **dict.fromkeys(
        (
            "joining:application_edit",
            "joining:application_submit",
            "joining:application_withdraw",
            "joining:document_add",
            "joining:document_remove",
        ),
        frozenset({Role.RESIDENT}),
    ),
}
#: Rows of the platform: the operator sees those of either side.
OF_THE_PLATFORM = ("joining:", "catalogue:")
#: Not visited by those who may, with the reason.
UNVISITED = {
    "people:invitation": "the address holds a secret that the world does not know",
    "purchases:my-join": "whoever has the link may open it, that is its purpose",
    "notifications:letters": "the address holds a secret that the world does not know",
    "api-unknown": "answers every unknown call that there is none",
    "portal:demo_file": "only where the invented town stands",
    "portal:demo": "only where the invented town stands",
    "people:phone_prove": "only where text messages are sent",
    "people:phone_prove_code": "only where text messages are sent",
    "people:phone_forget": "only where text messages are sent",
    "people:phone_sign_in": "only where text messages are sent",
    "people:phone_sign_in_code": "only where text messages are sent",
    "health:ready": "answers that it is not ready while no worker runs",
    "health:metrics": "figures of the machine differ from one reading to the next",
}

PAGES = [address for address in addresses() if address.asks is not None]
#: One of each cabinet, where every role would see the same.
CABINETS = (Role.TREASURER, Role.AUDITOR, Role.RESIDENT, Role.MEMBER)
VISITORS: tuple[Role | None, ...] = (None, *Role)


def named(address: Address) -> str:
    return address.name


def kwargs_of(world: World, page: Address, role: Role | None, foreign: bool = False) -> dict[str, Any]:
    return (world.foreign if foreign else world.own).kwargs(page.name, page.keywords, role)


def url_of(world: World, page: Address, role: Role | None, **changed: Any) -> str:
    return reverse(page.name, kwargs=kwargs_of(world, page, role or Role.RESIDENT) | changed)


def may_open(page: Address, role: Role) -> bool:
    """What the declaration says."""
    if page.name in NARROWER:
        return role in NARROWER[page.name]
    match page.asks:
        case Gate.PUBLIC | Gate.SIGNED_IN | Gate.PERSON:
            return True
        case Gate.HOUSEHOLD:
            return role in HOUSEHOLD
        case Gate.ANY_ROLE:
            return role in EVERYBODY_INSIDE
        case right:
            # A member owns a plot, so holds a resident's rights too.
            held = {role, Role.RESIDENT} if role is Role.MEMBER else {role}
            return bool(held & roles_with(str(right), FORM))


def those_who_may(page: Address) -> Iterator[Role]:
    return (role for role in Role if may_open(page, role))


def pages_that_fall_to(world: World, reader: Role, readers: Sequence[Role | None]) -> Iterator[str]:
    """Addresses of the pages that `reader` may open and none of `readers` before it: so each page is visited once."""
    for page in PAGES:
        able = (one for one in readers if one is not None and may_open(page, one))
        if page.name not in UNVISITED and next(able, None) is reader:
            yield url_of(world, page, reader)


def test_every_page_says_what_it_asks():
    silent = [
        address.name
        for address in addresses()
        if address.asks is None and not address.name.startswith((*OPEN_TO_ALL, CALLS))
    ]
    assert silent == []


def test_every_exception_is_still_a_page():
    names = {address.name for address in addresses()}
    assert (NARROWER.keys() | UNVISITED.keys()) <= names


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_who_may_open_a_page(world, page):
    unlike: list[str] = []
    for role in VISITORS:
        client, address = world.client(world.login(role)), url_of(world, page, role)
        if role is not None and may_open(page, role):
            if page.name in UNVISITED:
                continue
            response = client.get(address)
            if not (response.status_code < 400 or response.status_code == 405):
                unlike.append(f"{role} is refused {address}: {response.status_code}")
            elif (
                role is not Role.OPERATOR and response.status_code == 302 and "login" in response["Location"]
            ):
                unlike.append(f"{role} is sent away from {address}")
            continue
        with nothing_written():
            for method in (client.get, client.post):
                response = method(address)
                if role is None:
                    sent = response.status_code == 302 and response["Location"].startswith(
                        reverse("account_login")
                    )
                    if page.asks != Gate.PUBLIC and not sent:
                        unlike.append(f"a visitor without a name at {address}: {response.status_code}")
                elif response.status_code != 404:
                    unlike.append(f"{role} at {address}: {response.status_code} to {method.__name__}")
    assert unlike == []


def outsiders(page: Address) -> list[Role]:
    """Two who may open the page at home, the strongest and the weakest, and one who may not: another from page to page."""
    inside = [role for role in Role if role in EVERYBODY_INSIDE]
    able = [role for role in inside if may_open(page, role)]
    unable = [role for role in inside if role not in able]
    turn = zlib.crc32(page.name.encode())
    return list(dict.fromkeys([*able[:1], *able[-1:], *(unable[turn % len(unable) :][:1] if unable else ())]))


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if "organisation_id" in page.keywords], ids=named)
def test_a_stranger_and_a_person_of_another_organisation_see_nothing(world, page):
    """Also those who may open it at home, and with ids of either side."""
    unlike: list[str] = []
    for login in (world.stranger, *(world.own.logins[role] for role in outsiders(page))):
        client = world.client(login)
        nowhere = reverse(
            page.name, kwargs=kwargs_of(world, page, Role.RESIDENT) | {"organisation_id": ABSENT}
        )
        with nothing_written():
            expected = comparable(client.get(nowhere), nowhere)
            assert expected[0] == 404
            home_ids = kwargs_of(world, page, Role.RESIDENT) | {
                "organisation_id": world.foreign.organisation_id
            }
            for kwargs in (kwargs_of(world, page, Role.RESIDENT, foreign=True), home_ids):
                address = reverse(page.name, kwargs=kwargs)
                if comparable(client.get(address), address) != expected:
                    unlike.append(f"{login.pk} tells {address} from an absent one")
                if client.post(address).status_code != 404:
                    unlike.append(f"{login.pk} posts to {address}")
    assert unlike == []


WITH_OBJECTS = [page for page in PAGES if set(page.keywords) - NOT_OBJECTS and page.name not in UNVISITED]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_OBJECTS, ids=named)
def test_an_object_of_another_organisation_is_as_absent(world, page):
    """By those who may open the page: with a foreign key in the address of their own organisation."""
    unlike: list[str] = []
    for role in those_who_may(page):
        if role is Role.OPERATOR and page.name.startswith(OF_THE_PLATFORM):
            continue
        client = world.client(world.login(role))
        for keyword in sorted(set(page.keywords) - NOT_OBJECTS):
            foreign = kwargs_of(world, page, role, foreign=True)[keyword]
            absent_url = url_of(world, page, role, **{keyword: ABSENT})
            foreign_url = url_of(world, page, role, **{keyword: foreign})
            assert foreign_url != url_of(world, page, role)
            with nothing_written():
                for method in (client.get, client.post):
                    absent = comparable(method(absent_url), absent_url)
                    found = comparable(method(foreign_url), foreign_url)
                    if absent[0] not in (404, 405):
                        unlike.append(f"{role}: an absent {keyword} at {absent_url} gives {absent[0]}")
                    if found != absent:
                        unlike.append(
                            f"{role} tells a foreign {keyword} at {foreign_url} from an absent one: {found[0]}"
                        )
    assert unlike == []


def test_a_neighbours_papers_are_as_absent(world):
    """Inside one organisation a resident opens only what is the resident's own."""
    pages = [page for page in WITH_OBJECTS if page.asks == Gate.HOUSEHOLD]
    assert pages
    for page in pages:
        room = page.name.partition(":")[0]
        for role in sorted(HOUSEHOLD):
            client = world.client(world.login(role))
            for keyword in sorted(set(page.keywords) - NOT_OBJECTS):
                neighbour = url_of(
                    world, page, role, **{keyword: world.own.ids[f"{room}:neighbour:{keyword}"]}
                )
                absent = url_of(world, page, role, **{keyword: ABSENT})
                assert client.get(url_of(world, page, role)).status_code == 200
                assert comparable(client.get(neighbour), neighbour) == comparable(client.get(absent), absent)


def readable(body: bytes, media: str) -> str:
    """The text of a page, a workbook or a PDF."""
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if media.startswith("application/pdf"):
        with PdfDocument(body) as document:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return body.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in UNVISITED], ids=named)
def test_nothing_of_another_organisation_is_in_lists_searches_and_files(world, page):
    """Lists, counts, tables and papers of the own side never name the foreign one; a search for its words finds as little as for none."""
    for role in CABINETS:
        if not may_open(page, role):
            continue
        client, address = world.client(world.login(role)), url_of(world, page, role)
        response = client.get(address)
        if response.status_code != 200:
            continue
        text = readable(content(response), response["Content-Type"])
        leaked = [mark for mark in world.foreign.marks if mark.lower() in text.lower()]
        assert leaked == [], f"{role} reads {leaked} at {address}"
        if set(page.keywords) - {"organisation_id"}:
            continue
        nothing = search(client, address, "ъъъъъъ")
        words = (*world.foreign.marks, str(world.foreign.ids["register:number"]))
        if nothing == as_lines(response.status_code, text):
            words = words[:1]  # a page that searches nothing, by the looks of it
        for word in words:
            found = [line for line in search(client, address, word) if line not in nothing]
            assert found == [], f"{role} finds {word} at {address}"


def search(client: Client, address: str, word: str) -> list[str]:
    """The page of a search, without the word itself and without the moment it was made at."""
    response = client.get(address, {"q": word})
    text = readable(content(response), response["Content-Type"])
    for form in (word, word.lower(), quote(word)):
        text = text.replace(form, "…")
    return as_lines(response.status_code, text)


def as_lines(status: int, text: str) -> list[str]:
    text = re.sub(r"<dcterms:[^/]*</dcterms:\w+>", "", without_tokens(text))
    return [str(status), *text.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=named)
def test_an_empty_form_is_answered_in_words(world, page):
    """Whoever may, and sends nothing: words about what is missing, never a broken page."""
    if page.name in UNVISITED:
        pytest.skip(UNVISITED[page.name])
    for role in (*CABINETS, Role.OPERATOR):
        if not may_open(page, role):
            continue
        response = world.client(world.login(role)).post(url_of(world, page, role), HTTP_ACCEPT="text/html")
        assert response.status_code < 500, f"{role} at {page.name}"
