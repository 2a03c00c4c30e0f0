from datetime import UTC, date, datetime

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.register import selectors, services
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import PowerOfAttorney
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


@pytest.fixture
def pair(home):
    principal = make_person(home.pk, login=make_login(password=None))
    make_unit(home.pk, owners=[principal])
    return principal, make_person(home.pk, login=make_login(password=None))


def record(home, chair, pair, **changes):
    values = {
        "actor": chair, "organisation_id": home.pk, "principal_id": pair[0].pk, "agent_id": pair[1].pk, "kind": "simple",
        "issued_on": date(2026, 10, 1), "scope": frozenset({"papers", "vote"}), "now": NOW,
    }  # fmt: skip
    return services.power_record(**(values | changes))


def test_a_power_over_papers_makes_a_representative_in_its_dates(home, chair, pair):
    row = record(home, chair, pair, valid_to=date(2026, 12, 31))
    agent = actor_for_login(pair[1].login_id, on=TODAY)
    assert agent.roles_in(home.pk) == {Role.REPRESENTATIVE}
    assert pair[0].pk in agent.acts_for(home.pk)
    for on in (date(2026, 9, 30), date(2027, 1, 1)):
        assert actor_for_login(pair[1].login_id, on=on).roles_in(home.pk) == frozenset()
    assert selectors.agents_of(home.pk, pair[0].pk, "vote", TODAY) == {pair[1].pk}
    assert selectors.principals_of(home.pk, [pair[1].pk], "sign", TODAY) == frozenset()
    services.power_revoke(
        actor=chair, organisation_id=home.pk, power_id=row.pk, on=date(2026, 11, 20), now=NOW
    )
    assert actor_for_login(pair[1].login_id, on=TODAY).roles_in(home.pk) == frozenset()
    assert actor_for_login(pair[1].login_id, on=date(2026, 11, 19)).roles_in(home.pk) == {Role.REPRESENTATIVE}


def test_to_vote_is_no_reason_to_read_charges(home, chair, pair):
    record(home, chair, pair, scope=frozenset({"vote", "sign"}))
    assert actor_for_login(pair[1].login_id, on=TODAY).roles_in(home.pk) == frozenset()
    assert selectors.principals_of(home.pk, [pair[1].pk], "vote", TODAY) == {pair[0].pk}


def test_without_a_term_it_holds_a_year_and_what_ends_soon_is_shown(home, chair, pair):
    row = record(home, chair, pair, issued_on=date(2025, 12, 10))
    assert row.valid_to == date(2026, 12, 10)
    assert [one.id for one in selectors.powers(chair, home.pk, TODAY, "ending")] == [row.pk]
    assert selectors.ending_count(home.pk, date(2026, 10, 1)) == 0


def test_the_principal_revokes_and_nobody_else(home, chair, pair):
    row = record(home, chair, pair)
    common = {"organisation_id": home.pk, "power_id": row.pk, "now": NOW}
    agent = actor_for_login(pair[1].login_id, on=TODAY)
    with pytest.raises(Forbidden):
        services.power_revoke(actor=agent, **common)
    principal = actor_for_login(pair[0].login_id, on=TODAY)
    assert services.power_revoke(actor=principal, **common).revoked_on == TODAY
    with pytest.raises(RuleViolation) as refusal:
        services.power_revoke(actor=principal, **common)
    assert refusal.value.code == "register.power_revoked"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": frozenset()}, "register.power_scope"),
        ({"kind": "notarial"}, "register.power_no_number"),
        ({"kind": "oral"}, "register.power_kind"),
        ({"issued_on": date(2026, 12, 1)}, "register.future_date"),
        ({"valid_to": date(2026, 9, 1)}, "register.power_dates"),
        ({"agent_id": 987654}, "people.unknown"),
    ],
)
def test_what_is_no_power(home, chair, pair, changes, code):
    with pytest.raises(RuleViolation) as refusal:
        record(home, chair, pair, **changes)
    assert refusal.value.code == code
    assert not PowerOfAttorney.objects.filter(organisation_id=home.pk).exists()


def test_what_was_given_is_not_given_on(home, chair, pair):
    record(home, chair, pair)
    third = make_person(home.pk)
    with pytest.raises(RuleViolation) as refusal:
        record(home, chair, (pair[1], third))
    assert refusal.value.code == "register.power_principal_no_owner"


def test_a_death_ends_powers(home, chair, pair):
    record(home, chair, pair)
    services.death_record(
        actor=chair, organisation_id=home.pk, person_id=pair[0].pk, died_on=date(2026, 11, 1), document="№ 1", now=NOW
    )  # fmt: skip
    assert selectors.powers(chair, home.pk, TODAY) == []
