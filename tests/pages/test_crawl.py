"""A walk over all pages by their own links, in each cabinet and both languages; and how many queries a page may ask."""

from __future__ import annotations

import html
import os
import re
import tomllib
from collections import deque
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import polib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from tests.pages.test_matrix import PAGES, UNVISITED, may_open, named, url_of
from tests.pages.visits import content

from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.tenancy import tenant_guard

pytestmark = pytest.mark.django_db

SOURCE = Path(__file__).resolve().parents[2] / "src" / "koopset"
BUDGETS = Path(__file__).resolve().parents[1] / "query_budgets.toml"
#: Where a walk begins, and who walks.
WALKERS = (
    Role.TREASURER,
    Role.CHAIR,
    Role.AUDITOR,
    Role.RESIDENT,
    Role.STAFF,
    Role.OPERATOR,
    Role.COORDINATOR,
)
#: Links that leave the person's own pages.
LEFT_ALONE = ("/accounts/logout", "/static/", "/_ui/", "/api/")
#: A page of every address once or twice: the hundredth plot looks like the first.
OF_ONE_ADDRESS = 2
LINK = re.compile(r'\s(?:href|hx-get)="([^"]+)"')
TEXT = re.compile(r"<(script|style|svg|code|pre)\b.*?</\1>|<[^>]+>", re.DOTALL)


@cache
def english() -> frozenset[str]:
    """Messages whose Russian differs: whole lines of a Russian page that must not occur. One word may be a name: two words at least."""
    found = set()
    for path in SOURCE.rglob("django.po"):
        for entry in polib.pofile(str(path)):
            if entry.msgstr and entry.msgstr != entry.msgid and " " in entry.msgid and "%" not in entry.msgid:
                found.add(" ".join(entry.msgid.split()))
    return frozenset(found)


def lines(page: str) -> set[str]:
    """What a reader sees, in pieces between tags."""
    text = TEXT.sub("\n", page)
    return {" ".join(html.unescape(line).replace("\u00a0", " ").split()) for line in text.split("\n")} - {""}


def complaints(page: str, language: str) -> list[str]:
    """What is not as it should be in the text of a page."""
    found = [
        f"a template shows itself: {mark}" for mark in ("{{", "{%", "}}") if mark in TEXT.sub("\n", page)
    ]
    if f'<html lang="{language}' not in page and "<html" in page:
        found.append("the page does not say its language")
    if language == "ru":
        found += [f"not translated: {line}" for line in sorted(lines(page) & english())]
    if language == "en":
        found += [f"not a word: {line}" for line in sorted(lines(page)) if line.startswith("None")]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.once)])
@pytest.mark.parametrize("walker", WALKERS)
def test_a_walk_by_links(world, walker, language):
    client = world.client(world.login(walker), language)
    start = "/" if walker is not None else "/accounts/login/"
    queue, seen, times, wrong = deque([(start, "the door")]), {start}, dict[str, int](), list[str]()
    while queue:
        address, source = queue.popleft()
        response = client.get(address, follow=False)
        if response.status_code in (301, 302):
            nearby = urljoin(address, response["Location"])
            if nearby not in seen:
                seen.add(nearby)
                queue.appendleft((nearby, address))
            continue
        if response.status_code >= 400:
            wrong.append(f"{address} (from {source}): {response.status_code}")
            continue
        if not response["Content-Type"].startswith("text/html"):
            content(response)
            continue
        page = content(response).decode()
        wrong += [f"{address}: {complaint}" for complaint in complaints(page, language)]
        for link in LINK.findall(page):
            target = urlsplit(urljoin(address, html.unescape(link)))
            if target.scheme or target.netloc or target.path.startswith(LEFT_ALONE):
                continue
            whole = target.path + (f"?{target.query}" if target.query else "")
            try:
                name = resolve(target.path).view_name
            except Resolver404:
                wrong.append(f"{address}: a link to nowhere, {whole}")
                continue
            if whole not in seen and times.get(name, 0) < OF_ONE_ADDRESS:
                seen.add(whole)
                times[name] = times.get(name, 0) + 1
                queue.append((whole, address))
    assert wrong == []
    assert len(seen) > 3, f"{walker} finds no way: {sorted(seen)}"


# Queries


def budgets() -> dict[str, int]:
    return {name: int(most) for name, most in tomllib.loads(BUDGETS.read_text("utf-8"))["queries"].items()}


def test_every_page_has_a_budget_of_queries():
    pages = {page.name for page in PAGES if page.name not in UNVISITED}
    assert pages - budgets().keys() == set(), "run with KOOPSET_WRITE_BUDGETS=1 and read the difference"
    assert budgets().keys() - pages == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in UNVISITED], ids=named)
def test_a_page_keeps_within_its_queries_and_its_organisation(world, page):
    """By the first role that may open it, with the tenant guard on. `KOOPSET_WRITE_BUDGETS=1` writes what was counted."""
    role = next(role for role in (Role.TREASURER, Role.CHAIR, Role.RESIDENT, *Role) if may_open(page, role))
    client, address = world.client(world.login(role)), url_of(world, page, role)
    client.get(address)  # what is read once a process
    with tenant_guard(), CaptureQueriesContext(connection) as asked:
        content(client.get(address))
    count = sum(
        not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for query in asked.captured_queries
    )
    if os.environ.get("KOOPSET_WRITE_BUDGETS"):
        known = budgets() | {page.name: count}
        BUDGETS.write_text(
            "# How many queries a page may ask: a larger number in a change is for a reader to see.\n[queries]\n"
            + "".join(f'"{name}" = {known[name]}\n' for name in sorted(known)),
            "utf-8",
        )
        return
    most = budgets().get(page.name, 0)
    assert count <= most, "\n".join(
        f"{n}. {query['sql'][:200]}" for n, query in enumerate(asked.captured_queries, 1)
    )
