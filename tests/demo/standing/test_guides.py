"""The guides of docs/guides say what the pages say: every section's page opens for its reader, every word in bold is on it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from koopset.apps.people.models import Login
from koopset.portal.demo.people import DEMO_ROLES
from make_guide_pictures import GUIDES, Section, address_of, sections

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db]

BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
TAGS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)
SECTIONS = sections()


def test_every_guide_has_sections_and_every_picture_its_place() -> None:
    guides = {path.name for path in GUIDES.glob("*.md")} - {"README.md"}
    assert {section.guide for section in SECTIONS} == guides
    drawn = {path.stem for path in (GUIDES / "pictures").glob("*.png")}
    assert sorted(section.picture for section in SECTIONS) == sorted(drawn)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.guide}: {section.title}")
def test_what_a_guide_names_is_on_its_page(town: Path, section: Section) -> None:
    role = next(role for role in DEMO_ROLES if role.key == section.role)
    client = Client()
    client.cookies["koopset_language"] = "ru"
    client.force_login(Login.objects.get(email=role.email))
    answer = client.get(address_of(section))
    assert answer.status_code == 200
    text = " ".join(html.unescape(TAGS.sub(" ", answer.content.decode())).split())
    bold = [" ".join(one.split()) for one in BOLD.findall(section.text)]
    assert bold
    assert [word for word in bold if word not in text] == []
