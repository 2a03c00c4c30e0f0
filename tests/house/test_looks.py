"""Pages and calls that show cards, contacts or lists of people leave a look: who, when, what, whose (K6)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.pages.visits import content

from koopset.foundation.personal.looks import look_kinds
from koopset.foundation.personal.models import Look
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db

PAGES = {
    "people:persons": "people.persons",
    "people:person_edit": "people.card",
    "register:person": "register.person",
    "register:units": "register.units",
    "register:units_xlsx": "register.file",
    "register:units_pdf": "register.file",
    "privacy:person_consents": "privacy.consents",
    "billing:accounts": "billing.accounts",
    "billing:debtors": "billing.debtors",
    "billing:debtors-xlsx": "billing.debtors-file",
    "purchases:wants": "purchases.wants",
    "settlement:accounts": "settlement.accounts",
    "settlement:handout": "settlement.handout",
    "meetings:notice": "meetings.notice",
    "meeting_papers:paper": "meeting_papers.people",
    "voting:desk-people": "voting.people",
}
#: Who opens a page that is not for the treasurer.
BY = {"meetings:notice": Role.CHAIR, "meeting_papers:paper": Role.CHAIR, "voting:desk-people": Role.CHAIR}
#: What is asked of a page that shows nobody by itself.
ASKED = {"voting:desk-people": {"show": "here"}}


def test_every_kind_of_look_has_its_page():
    assert set(PAGES.values()) == set(look_kinds())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_people_leaves_a_look(world, name):
    side = world.own
    kwargs = {"organisation_id": side.organisation_id}
    if name in ("people:person_edit", "register:person", "privacy:person_consents"):
        kwargs["person_id"] = side.ids["people:person_id"]
    if name == "settlement:handout":
        kwargs["round_id"] = side.ids["settlement:round_id"]
    if name == "purchases:wants":
        kwargs["round_id"] = side.ids["purchases:wants:round_id"]
    if name == "meetings:notice":
        kwargs["meeting_id"] = side.ids["meetings:noticed"]
    if name == "meeting_papers:paper":
        kwargs |= {"meeting_id": side.ids["meeting_papers:meeting_id"], "kind": "participants"}
    if name == "voting:desk-people":
        kwargs["meeting_id"] = side.ids["voting:meeting_id"]
    role = BY.get(name, Role.TREASURER)
    before = Look.objects.filter(organisation_id=side.organisation_id).count()
    content(world.client(side.logins[role]).get(reverse(name, kwargs=kwargs), ASKED.get(name)))
    looks = Look.objects.filter(organisation_id=side.organisation_id).order_by("pk")
    assert looks.count() == before + 1
    last = looks.last()
    assert (last.kind, last.roles, last.person_id) == (PAGES[name], role.value, kwargs.get("person_id"))
    assert last.count == 1 if last.person_id else last.count >= 1
