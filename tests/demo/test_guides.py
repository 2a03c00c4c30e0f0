"""The guides of docs/guides say what the pages say: every section's page opens for its reader, every word in bold is on it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.demo.building import built

from koopset.apps.organisations.models import Organisation
from koopset.apps.people.models import Login
from koopset.foundation.tenants.guard import across_tenants
from koopset.portal.demo.people import DEMO_ROLES

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
PAGE = re.compile(r"<!-- page: (\w+) ([\w:-]+)(?: (\w+))? -->")
PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
TAGS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Section:
    guide: str
    title: str
    role: str
    page: str
    cabinet: str
    bold: tuple[str, ...]
    pictures: tuple[str, ...]


def sections() -> Iterator[Section]:
    for path in sorted(GUIDES.glob("*.md")):
        for part in path.read_text("utf-8").split("\n## ")[1:]:
            if found := PAGE.search(part):
                role, page, cabinet = found[1], found[2], found[3] or ""
                bold = tuple(" ".join(one.split()) for one in BOLD.findall(part))
                yield Section(
                    path.name, part.split("\n")[0], role, page, cabinet, bold, tuple(PICTURE.findall(part))
                )


SECTIONS = list(sections())


def address(section: Section) -> str:
    demo_role = next(role for role in DEMO_ROLES if role.key == section.role)
    if not demo_role.organisation:
        return reverse(section.page)
    home = Organisation.objects.get(name_short=demo_role.organisation).pk
    try:
        more = {"cabinet": section.cabinet} if section.cabinet else {}
        return reverse(section.page, kwargs={"organisation_id": home, **more})
    except NoReverseMatch:
        return reverse(section.page)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    with (
        django_db_blocker.unblock(),
        across_tenants("a test looks at the whole town"),
        built(tmp_path_factory.mktemp("town")),
    ):
        yield


def test_every_guide_has_sections_and_every_picture_its_place() -> None:
    guides = {path.name for path in GUIDES.glob("*.md")} - {"README.md"}
    assert {section.guide for section in SECTIONS} == guides
    drawn = {path.stem for path in (GUIDES / "pictures").glob("*.png")}
    assert {name for section in SECTIONS for name in section.pictures} == drawn
    assert all(len(section.pictures) == 1 for section in SECTIONS)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.guide}: {section.title}")
def test_what_a_guide_names_is_on_its_page(town: None, section: Section) -> None:
    role = next(role for role in DEMO_ROLES if role.key == section.role)
    client = Client()
    client.cookies["koopset_language"] = "ru"
    client.force_login(Login.objects.get(email=role.email))
    answer = client.get(address(section))
    assert answer.status_code == 200
    text = " ".join(html.unescape(TAGS.sub(" ", answer.content.decode())).split())
    assert [word for word in section.bold if word not in text] == []
    assert section.bold
