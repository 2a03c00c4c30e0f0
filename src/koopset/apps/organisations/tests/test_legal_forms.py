"""Legal forms are data: complete, cited, dated, and what the rooms ask of them holds."""

from __future__ import annotations

import copy
import tomllib
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from django.utils.translation import override

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.organisations.formats.legal_form import FOLDER, form_of_data, legal_form, legal_forms
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.selectors.security import second_factor_due
from koopset.foundation.rights.actors import SYSTEM, actor_for_login, persons_who_can
from koopset.foundation.rights.catalogue import all_rights, roles_with
from koopset.foundation.rights.roles import ASSIGNABLE, Role
from koopset.foundation.testing.refusals import refused

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HANDLE = "register:application:handle"


@pytest.mark.parametrize("form", legal_forms(), ids=lambda form: form.key)
def test_a_form_is_whole(form: Any) -> None:
    rows = [*form.rules, *form.bodies, *form.offices, *form.fees, *form.documents, *form.papers]
    assert all(row.source.article for row in rows), "each row has its article"
    names = [form.name, *(row.name for row in (*form.bodies, *form.offices, *form.fees))]
    assert all(one.ru and one.en for one in names)
    assert all(row.title.ru and row.title.en for row in form.documents)
    assert form.document("bill").what.ru
    assert form.document("bill").charged
    assert len(form.key) <= (Organisation._meta.get_field("form").max_length or 0)
    assert {office.role for office in form.offices} <= {role.value for role in ASSIGNABLE}
    assert {right for office in form.offices for right in office.rights} <= set(all_rights())
    assert form.rule("cash", TODAY) is not None
    if form.rule("cash", TODAY).value:
        assert form.rule("cash.papers", TODAY).value == ["КО-1", "КО-2"]


def data_of(key: str) -> dict[str, Any]:
    return tomllib.loads((files(FOLDER) / f"{key}.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("section", "changed"),
    [
        ("rule", {"status": "X"}),
        ("rule", {"artcle": "217-ФЗ"}),
        ("rule", {"key": "chair.years", "since": None}),
        ("fee", {"debit": None}),
        ("office", {"role": "king"}),
        ("body", {"key": "throne"}),
        ("document", {"kind": "song"}),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(section: str, changed: dict[str, Any]) -> None:
    data = copy.deepcopy(data_of("tsj"))
    form_of_data("tsj", data)
    row = data[section][0]
    row |= {name: value for name, value in changed.items() if value is not None}
    for name, value in changed.items():
        if value is None:
            row.pop(name, None)
    with pytest.raises(ValueError, match="tsj"):
        form_of_data("tsj", data)


def test_a_form_takes_the_rows_of_another_and_puts_its_own_in_their_place() -> None:
    society, cooperative = legal_form("po"), legal_form("coop")
    assert [fee.kind for fee in society.fees] == [fee.kind for fee in cooperative.fees], "the order stays"
    assert society.fee("entry").source.article == "3085-1, ст. 22"
    assert society.fee("target") == cooperative.fee("target")
    artel = legal_form("pk")
    assert (artel.fee("membership"), artel.fee("share") is None) == (None, False)
    assert legal_form("zoo").key == "other", "an unknown form runs by its charter"


def test_each_form_has_words_of_its_own() -> None:
    with override("ru"):
        told = {
            form: (
                selectors.office_name(form, "chair"),
                selectors.body_name(form, "meeting"),
                selectors.fee_name(form, "membership"),
                selectors.document_title(form, "bill"),
            )
            for form in ("snt", "tsj", "po")
        }
    assert told == {
        "snt": (
            "председатель товарищества",
            "общее собрание членов товарищества",
            "членский взнос",
            "Квитанция на уплату взносов",
        ),
        "tsj": (
            "председатель правления",
            "общее собрание членов товарищества",
            "обязательный платёж на содержание и ремонт",
            "Платёжный документ",
        ),
        "po": ("председатель совета", "общее собрание пайщиков", "членский взнос", "Счёт пайщику"),
    }
    with override("en"):
        assert selectors.office_name("po", "chair") == "chair of the council"


def test_cash_is_refused_by_the_article_of_the_form_and_by_the_day() -> None:
    for form in ("snt", "ont", "dnp"):
        assert selectors.cash_refused(form, TODAY) == "217-ФЗ, ст. 14 ч. 3"
        assert selectors.cash_refused(form, date(2018, 12, 31)) == "", "the law before left it to the charter"
    for form in ("tsn", "tsj", "po", "coop", "jsk"):
        assert selectors.cash_refused(form, TODAY) == ""


def test_a_legal_form_gives_its_offices_more_than_the_defaults() -> None:
    assert Role.BOARD not in roles_with(HANDLE)
    assert Role.BOARD in roles_with(HANDLE, "snt"), "217-ФЗ art. 12 part 2: the board admits"
    assert Role.BOARD not in roles_with(HANDLE, "tsn"), "by the charter alone"
    assert roles_with("organisations:organisation:edit", "snt") == {Role.CHAIR}


@pytest.mark.django_db
def test_the_right_of_a_form_reaches_the_person_in_office_and_nobody_elsewhere(settings: Any) -> None:
    settings.SECOND_FACTOR_ASKED = True
    login = make_login(password=None)
    garden, estate = make_organisation("snt"), make_organisation("tsn")
    for body in (garden, estate):
        make_role(body.pk, Role.BOARD, person=make_person(body.pk, login=login))
    actor = actor_for_login(login.pk, on=TODAY)
    assert actor.can(HANDLE, garden.pk)
    assert not actor.can(HANDLE, estate.pk)
    assert second_factor_due(actor, now=NOW) is not None, "who writes registers is asked for a second step"
    other = make_role(estate.pk, Role.BOARD, login=make_login(password=None)).person.login
    assert other is not None
    assert second_factor_due(actor_for_login(other.pk, on=TODAY), now=NOW) is None
    assert len(persons_who_can(HANDLE, organisation_id=garden.pk, on=TODAY)) == 1
    assert persons_who_can(HANDLE, organisation_id=estate.pk, on=TODAY) == frozenset()


@pytest.mark.django_db
def test_an_office_that_the_form_does_not_have_is_not_given() -> None:
    body = make_organisation("pk")
    person = make_person(body.pk)
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "organisation_id": body.pk,
        "person_id": person.pk,
        "valid_from": TODAY,
        "basis": "протокол № 1",
        "now": NOW,
    }
    refused("organisations.role_not_of_form", services.role_assign, role="treasurer", **given)
    services.role_assign(role="board", **given)
    refusal = refused("organisations.auditor_in_board", services.role_assign, role="auditor", **given)
    assert refusal.params["article"] == "41-ФЗ, ст. 18"
    with override("ru"):
        (row,) = selectors.role_rows(SYSTEM, body.pk, TODAY)
    assert row.role_name == "Член правления"


@pytest.mark.django_db
def test_another_legal_form_takes_the_verification_back() -> None:
    body = make_organisation("snt")
    services.organisation_update(actor=SYSTEM, organisation_id=body.pk, phone="+7 911 000-00-01", now=NOW)
    assert selectors.require_verified(body.pk, now=NOW).phone == "+7 911 000-00-01"
    services.organisation_update(actor=SYSTEM, organisation_id=body.pk, form="tsj", now=NOW)
    refused("organisations.not_verified", selectors.require_verified, body.pk, now=NOW)
