"""Somebody applies in the name of a body; the operator or the coordinator of the district checks (K11)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from koopset.apps.joining import selectors, services
from koopset.apps.joining.factories import (
    NOW,
    PDF,
    application_values,
    make_application,
    make_coordinator,
)
from koopset.apps.joining.models import Application, ApplicationDocument, ApplicationMove
from koopset.apps.organisations.factories import make_inn, make_organisation
from koopset.apps.organisations.models import Organisation
from koopset.apps.organisations.selectors import require_verified
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.places.models import Location, Territory
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import tree_load
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
PAPERS: dict[str, Any] = {
    "minutes_number": "2",
    "minutes_on": date(2026, 6, 1),
    "extract_number": "ЮЭ-7",
    "extract_on": date(2026, 11, 18),
    "how": "register",
}


@pytest.fixture
def town():
    tree_load(actor=SYSTEM, now=NOW)
    district = territory_named("Приозерский район")
    return Territory.objects.filter(parent=district).order_by("pk").first()


def actor_of(login):
    return actor_for_login(login.pk, on=NOW.date())


@pytest.fixture
def operator():
    return actor_of(make_login(password=None, is_operator=True))


def test_a_draft_is_kept_with_little_in_it(town):
    login = make_login(password=None)
    row = services.application_save(actor=actor_of(login), form="snt", name_short=" СНТ  «Заря» ", now=NOW)
    page = selectors.application_for(actor_of(login), row.pk)
    assert (page.name_short, page.state, page.editable) == ("СНТ «Заря»", "draft", True)
    assert len(page.missing_fields) == 9
    assert len(page.missing_documents) == 2
    assert not Organisation.objects.filter(pk=row.organisation_id).exists()
    with pytest.raises(Forbidden):
        selectors.application_for(actor_of(make_login(password=None)), row.pk)
    with pytest.raises(Forbidden):
        selectors.application_for(actor_of(make_login(password=None, is_operator=True)), row.pk)


def test_what_was_told_or_is_still_to_be_brought_is_chosen_already(town, client):
    login = make_login(password=None)
    make_person(None, login=login, name="Орлова Тамара Ильинична")
    client.force_login(login)
    form = client.get(reverse("joining:application_new")).context["form"]
    assert (form["last_name"].value(), form["middle_name"].value()) == ("Орлова", "Ильинична")
    common = {"actor": actor_of(login), "now": NOW}
    row = services.application_save(form="snt", name_short="СНТ «Заря»", **common)
    bring = reverse("joining:document_add", args=[row.pk])
    assert client.get(bring).context["form"]["kind"].value() == "extract"
    services.document_add(application_id=row.pk, kind="extract", name="a.pdf", content=PDF, **common)
    assert client.get(bring).context["form"]["kind"].value() == "minutes"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"inn": "7807083893"}, "requisites.inn"),
        ({"ogrn": "1024700000001"}, "requisites.ogrn"),
        ({"form": "zoo"}, "organisations.unknown_form"),
        ({"name_short": ""}, "organisations.no_name"),
        ({"territory_id": 999_999}, "places.unknown_territory"),
        ({"phone": "нет"}, "people.bad_phone"),
        ({"term_until": date(2026, 1, 1)}, "joining.dates_out_of_order"),
    ],
)
def test_what_is_typed_is_checked_at_once(town, changed, code):
    actor = actor_of(make_login(password=None))
    values = application_values(town.pk) | changed
    refused(code, services.application_save, actor=actor, now=NOW, **values)
    assert selectors.my_applications(actor) == []


def test_it_is_sent_whole_or_not_at_all(town):
    login = make_login(password=None)
    actor = actor_of(login)
    row = services.application_save(actor=actor, form="snt", name_short="СНТ", now=NOW)
    common = {"actor": actor, "application_id": row.pk, "now": NOW}
    refused("joining.incomplete", services.application_submit, **common)
    services.application_save(**common, **application_values(town.pk))
    refused("joining.no_document", services.application_submit, **common)
    for kind in ("extract", "minutes"):
        services.document_add(kind=kind, name="a.pdf", content=PDF, **common)
    services.application_submit(**common)
    refused("joining.not_now", services.application_save, **common, **application_values(town.pk))
    refused("joining.not_now", services.document_add, kind="other", name="a.pdf", content=PDF, **common)
    refused("joining.not_now", services.application_submit, **common)


def test_papers_are_files_of_known_kinds_and_can_be_taken_back(town):
    row = make_application(town.pk, sent=False)
    login = make_login(password=None)
    actor = actor_for_login(row.login_id, on=NOW.date())
    common: dict[str, Any] = {"actor": actor, "application_id": row.pk, "now": NOW}
    refused("joining.unknown_kind", services.document_add, kind="x", name="a.pdf", content=PDF, **common)
    refused("files.not_allowed", services.document_add, kind="other", name="a.exe", content=b"MZ", **common)
    refused(
        "joining.unknown",
        services.document_add,
        actor=actor_of(login),
        application_id=row.pk,
        kind="other",
        name="a.pdf",
        content=PDF,
        now=NOW,
    )
    document = ApplicationDocument.objects.filter(organisation_id=row.organisation_id).first()
    services.document_remove(document_id=document.pk, **common)
    refused("joining.unknown_document", services.document_remove, document_id=document.pk, **common)


def test_who_checks_is_told_and_sees_it_in_the_queue(town, operator):
    mine = make_coordinator(town.parent_id)
    elsewhere = make_coordinator(territory_named("Волосовский район").pk)
    row = make_application(town.pk)
    coordinator = actor_for_login(mine.login_id, on=NOW.date())
    other = actor_for_login(elsewhere.login_id, on=NOW.date())
    assert {Role.COORDINATOR} == {grant.role for grant in coordinator.grants}
    assert [line["id"] for line in selectors.waiting_applications(coordinator)] == [row.pk]
    assert [line["id"] for line in selectors.waiting_applications(operator)] == [row.pk]
    assert selectors.waiting_applications(other) == []
    with pytest.raises(Forbidden):
        selectors.application_for(other, row.pk)
    with pytest.raises(Forbidden):
        services.application_mend(actor=other, application_id=row.pk, word="Нет", now=NOW)
    told = set(Notification.objects.filter(topic="joining.application").values_list("login_id", flat=True))
    assert told == {operator.login_id, mine.login_id}


def test_it_is_mended_and_sent_again(town, operator):
    row = make_application(town.pk)
    refused(
        "joining.no_word",
        services.application_mend,
        actor=operator,
        application_id=row.pk,
        word=" ",
        now=NOW,
    )
    services.application_mend(
        actor=operator, application_id=row.pk, word="В протоколе не видна дата", now=NOW
    )
    applicant = actor_for_login(row.login_id, on=NOW.date())
    page = selectors.application_for(applicant, row.pk)
    assert (page.state, page.word, page.editable) == ("mending", "В протоколе не видна дата", True)
    notice = Notification.objects.get(login_id=row.login_id)
    assert (notice.text, notice.mail) == ("В протоколе не видна дата", "waiting")
    services.application_submit(actor=applicant, application_id=row.pk, now=NOW)
    states = [move.after for move in selectors.application_for(applicant, row.pk).moves]
    assert states == ["submitted", "mending", "submitted", "draft"]
    with pytest.raises(DatabaseError), transaction.atomic():
        ApplicationMove.objects.filter(organisation_id=row.organisation_id).update(word="другое")


def test_a_refusal_is_for_good(town, operator):
    row = make_application(town.pk)
    services.application_refuse(actor=operator, application_id=row.pk, word="Не председатель", now=NOW)
    applicant = actor_for_login(row.login_id, on=NOW.date())
    refused("joining.not_now", services.application_submit, actor=applicant, application_id=row.pk, now=NOW)
    refused(
        "joining.not_now",
        services.application_verify,
        actor=operator,
        application_id=row.pk,
        now=NOW,
        **PAPERS,
    )
    assert not Organisation.objects.filter(pk=row.organisation_id).exists()


def test_a_coordinator_verifies_and_the_applicant_becomes_the_chair(town):
    coordinator = actor_for_login(make_coordinator(town.parent_id).login_id, on=NOW.date())
    row = make_application(town.pk, term_until=date(2027, 5, 31), contact_shown=True)
    services.application_verify(actor=coordinator, application_id=row.pk, now=NOW, **PAPERS)
    body = Organisation.objects.get(pk=row.organisation_id)
    assert (body.name_short, body.inn, body.verified_until) == (
        row.name_short,
        row.inn,
        date(2027, 5, 31),
    )
    assert actor_for_login(row.login_id, on=NOW.date()).roles_in(body.pk) == {Role.CHAIR}
    assert Location.objects.get(organisation_id=body.pk).territory_id == town.pk
    assert require_verified(body.pk, now=NOW) == body
    with pytest.raises(RuleViolation):
        require_verified(body.pk, now=datetime(2027, 6, 2, tzinfo=UTC))
    page = selectors.body_page(coordinator, body.pk, now=NOW)
    assert (page.body.step, page.contact.is_shown) == ("bank", True)


def test_nobody_checks_their_own_application(town):
    login = make_login(password=None)
    make_coordinator(town.parent_id, login=login)
    row = make_application(town.pk, login=login)
    actor = actor_for_login(login.pk, on=NOW.date())
    common = {"actor": actor, "application_id": row.pk, "now": NOW}
    refused("joining.own_application", services.application_verify, **common, **PAPERS)
    refused("joining.own_application", services.application_mend, word="а", **common)
    assert Application.objects.get(organisation_id=row.organisation_id).state == "submitted"


def test_one_number_is_one_body(town, operator):
    taken = make_organisation(inn=make_inn(81_000))
    row = make_application(town.pk, sent=False, inn=taken.inn)
    applicant = actor_for_login(row.login_id, on=NOW.date())
    refused(
        "organisations.inn_taken",
        services.application_submit,
        actor=applicant,
        application_id=row.pk,
        now=NOW,
    )
    first, second = (make_application(town.pk, inn=make_inn(81_001)) for _ in range(2))
    assert selectors.application_for(operator, first.pk).twins == 1
    services.application_verify(actor=operator, application_id=first.pk, now=NOW, **PAPERS)
    refused(
        "organisations.inn_taken",
        services.application_verify,
        actor=operator,
        application_id=second.pk,
        now=NOW,
        **PAPERS,
    )
    assert Application.objects.get(organisation_id=second.organisation_id).state == "submitted"
    assert not Organisation.objects.filter(pk=second.organisation_id).exists()


def test_a_term_that_is_over_verifies_nobody(town, operator):
    row = make_application(town.pk, term_until=date(2026, 11, 1))
    refused(
        "organisations.term_over",
        services.application_verify,
        actor=operator,
        application_id=row.pk,
        now=NOW,
        **PAPERS,
    )


def test_few_open_applications_of_one_login(town):
    login = make_login(password=None)
    actor = actor_of(login)
    rows = [
        services.application_save(actor=actor, form="snt", name_short=f"СНТ {n}", now=NOW) for n in range(5)
    ]
    refused("joining.too_many", services.application_save, actor=actor, form="snt", name_short="СНТ", now=NOW)
    services.application_withdraw(actor=actor, application_id=rows[0].pk, now=NOW)
    assert services.application_save(actor=actor, form="snt", name_short="СНТ", now=NOW).pk
