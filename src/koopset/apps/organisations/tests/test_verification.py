"""A chair's authority is proved by named papers and holds while that chair's term runs (K11)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.factories import make_bank_account, make_organisation, make_role
from koopset.apps.organisations.models import Organisation, Verification
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAPERS: dict[str, Any] = {
    "minutes_number": "3",
    "minutes_on": date(2026, 1, 10),
    "extract_number": "ЮЭ-1",
    "extract_on": date(2026, 11, 20),
    "how": "register",
}


@pytest.fixture
def home():
    body = make_organisation(verified=False)
    make_bank_account(body.pk)
    return body


@pytest.fixture
def operator():
    return make_actor(Role.OPERATOR, None)


def verify(operator, home, *, now=NOW, **changed):
    return services.organisation_verify(
        actor=operator, organisation_id=home.pk, now=now, **(PAPERS | changed)
    )


def test_the_check_names_its_papers_and_who_made_it(home, operator):
    chair = make_role(home.pk, Role.CHAIR)
    verify(operator, home)
    (row,) = selectors.verifications(operator, home.pk)
    assert (row.minutes_number, row.extract_on, row.checked_at) == ("3", date(2026, 11, 20), NOW)
    assert (row.checked_by, row.chair) == (operator.login_id, chair.person.short_name)
    with pytest.raises(DatabaseError), transaction.atomic():
        Verification.objects.filter(organisation_id=home.pk).update(minutes_number="4")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"minutes_number": " "}, "organisations.no_minutes"),
        ({"how": "by-dream"}, "organisations.unknown_how"),
        ({"minutes_on": date(2027, 1, 1)}, "organisations.paper_of_future"),
        ({"extract_on": None}, "organisations.extract_undated"),
        ({"extract_number": ""}, "organisations.extract_undated"),
    ],
)
def test_a_check_without_papers_is_none(home, operator, changed, code):
    make_role(home.pk, Role.CHAIR)
    refused(code, verify, operator=operator, home=home, **changed)
    assert Organisation.objects.get(pk=home.pk).verified_at is None
    assert not Verification.objects.filter(organisation_id=home.pk).exists()


def test_it_lapses_with_the_term_and_the_next_chair_needs_one(home, operator):
    make_role(home.pk, Role.CHAIR, valid_to=date(2026, 11, 30))
    verify(operator, home)
    last, after = datetime(2026, 11, 30, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert selectors.payee_for_codes(home.pk, now=last).inn == home.inn
    refused(
        "organisations.verification_lapsed", selectors.payee_for_codes, organisation_id=home.pk, now=after
    )
    refused("organisations.no_chair", verify, operator=operator, home=home, now=after)
    make_role(home.pk, Role.CHAIR, valid_from=date(2026, 12, 1))
    refused(
        "organisations.verification_lapsed", selectors.require_verified, organisation_id=home.pk, now=after
    )
    verify(operator, home, now=after)
    assert selectors.payee_for_codes(home.pk, now=after).inn == home.inn


def test_a_chair_who_leaves_takes_the_verification_along(home, operator):
    chair = make_role(home.pk, Role.CHAIR)
    verify(operator, home)
    refused("organisations.verified_already", verify, operator=operator, home=home)
    services.role_end(
        actor=operator, organisation_id=home.pk, assignment_id=chair.pk, on=date(2026, 11, 25), now=NOW
    )
    refused(
        "organisations.verification_lapsed",
        selectors.require_verified,
        organisation_id=home.pk,
        now=datetime(2026, 11, 26, 12, tzinfo=UTC),
    )


def test_nobody_confirms_their_own_authority(home):
    login = make_login(password=None, is_operator=True)
    make_role(home.pk, Role.CHAIR, person=make_person(home.pk, login=login))
    actor = actor_for_login(login.pk, on=NOW.date())
    refused("organisations.own_authority", verify, operator=actor, home=home)
    with pytest.raises(Forbidden):
        verify(make_actor(Role.CHAIR, home.pk), home)
