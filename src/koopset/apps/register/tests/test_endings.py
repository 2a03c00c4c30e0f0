import contextlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.register import selectors, services
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Membership, Unit
from koopset.apps.register.rules import Holding, estate_passed
from koopset.apps.register.services import NewUnit, ShareInput
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DIED = date(2026, 3, 10)


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


def died(home, chair, person, on=DIED):
    return services.death_record(
        actor=chair, organisation_id=home.pk, person_id=person.pk, died_on=on, document="I-АК № 1", now=NOW
    )


def passed(home, chair, unit, person, heirs, on=date(2026, 9, 15)):
    return services.estate_pass(
        actor=chair, organisation_id=home.pk, unit_id=unit.pk, deceased_id=person.pk, heirs=heirs, on=on, deed="47 АБ 1", now=NOW
    )  # fmt: skip


def owners(home, unit, on=TODAY):
    rows = selectors.owners_at(home.pk, [unit.pk], on).get(unit.pk, [])
    return {(row.person_id, row.share, row.right) for row in rows}


def test_a_death_ends_membership_that_day_and_opens_the_estate(home, chair):
    person, wife = make_person(home.pk, login=make_login(password=None)), make_person(home.pk)
    unit = make_unit(home.pk, "12", owners=[person, wife], member=True)
    died(home, chair, person)
    member = Membership.objects.get(organisation_id=home.pk, person=person)
    assert (member.valid_to, member.ground, member.end_document) == (DIED, "died", "I-АК № 1")
    half = Fraction(1, 2)
    assert owners(home, unit, date(2026, 3, 9)) == {(person.pk, half, "share"), (wife.pk, half, "share")}
    assert owners(home, unit, DIED) == {(person.pk, half, "estate"), (wife.pk, half, "share")}
    (row,) = selectors.register_at(chair, home.pk, TODAY)[:5]
    assert (row.has_estate, row.gap) == (True, Fraction(0))
    assert selectors.register_counts(chair, home.pk, TODAY).gaps == 0
    assert person.login_id is not None
    assert actor_for_login(person.login_id, on=TODAY).roles_in(home.pk) == frozenset()


def test_heirs_take_shares_by_certificate_and_the_rest_stays_open(home, chair):
    person, wife, son = (make_person(home.pk) for _ in range(3))
    unit = make_unit(home.pk, "12", owners=[person, wife])
    died(home, chair, person)
    passed(
        home, chair, unit, person, [ShareInput(wife.pk, Fraction(1, 4)), ShareInput(son.pk, Fraction(1, 8))]
    )
    assert owners(home, unit) == {
        (wife.pk, Fraction(3, 4), "share"), (son.pk, Fraction(1, 8), "share"), (person.pk, Fraction(1, 8), "estate"),
    }  # fmt: skip
    passed(home, chair, unit, person, [ShareInput(son.pk, Fraction(1, 8))], on=date(2026, 10, 1))
    assert owners(home, unit) == {(wife.pk, Fraction(3, 4), "share"), (son.pk, Fraction(1, 4), "share")}
    refused(
        "register.no_estate",
        passed,
        home=home,
        chair=chair,
        unit=unit,
        person=person,
        heirs=[ShareInput(son.pk)],
    )


def test_what_is_refused_of_a_death_and_an_estate(home, chair):
    person, heir = make_person(home.pk), make_person(home.pk)
    unit = make_unit(home.pk, owners=[person])
    refused(
        "register.death_natural_only", died, home=home, chair=chair, person=make_person(home.pk, kind="legal")
    )
    refused("register.future_date", died, home=home, chair=chair, person=person, on=date(2026, 12, 1))
    died(home, chair, person)
    refused("register.death_known", died, home=home, chair=chair, person=person)
    common = {"home": home, "chair": chair, "unit": unit, "person": person}
    two = [ShareInput(key, Fraction(2, 3)) for key in (heir.pk, make_person(home.pk).pk)]
    refused("register.heirs_exceed", passed, heirs=two, **common)
    refused("register.heir_is_deceased", passed, heirs=[ShareInput(person.pk)], **common)
    refused("register.no_owner", passed, heirs=[], **common)
    refused(
        "register.person_died", services.membership_open, actor=chair, organisation_id=home.pk, person_id=person.pk, on=TODAY, now=NOW
    )  # fmt: skip
    refused(
        "register.estate_by_death", services.ownership_transfer, actor=chair, organisation_id=home.pk, unit_id=unit.pk,
        new=[ShareInput(heir.pk, Fraction(1), "estate")], on=TODAY, now=NOW,
    )  # fmt: skip


# A death entered by mistake


def taken_back(home, chair, person, **changes):
    values = {
        "actor": chair,
        "organisation_id": home.pk,
        "person_id": person.pk,
        "word": "однофамилец",
        "now": NOW,
    }
    return services.death_reverse(**(values | changes))


def test_a_death_by_mistake_is_taken_back_and_no_earlier_day_changes(home, chair):
    person, wife = make_person(home.pk, login=make_login(password=None)), make_person(home.pk)
    agent = make_person(home.pk, login=make_login(password=None))
    unit = make_unit(home.pk, "12", owners=[person, wife], member=True)
    decision = Membership.objects.get(organisation_id=home.pk, person=person).admitted_by_id
    power = services.power_record(
        actor=chair, organisation_id=home.pk, principal_id=person.pk, agent_id=agent.pk, kind="simple",
        issued_on=date(2026, 1, 10), scope=frozenset({"papers"}), now=NOW,
    )  # fmt: skip
    assert person.login_id is not None
    assert agent.login_id is not None
    died(home, chair, person)
    days = [DIED - timedelta(days=1), DIED, date(2026, 7, 1), TODAY - timedelta(days=1)]
    before = [snapshot(home.pk, one) for one in days]
    assert actor_for_login(agent.login_id, on=TODAY).roles_in(home.pk) == frozenset()
    row = taken_back(home, chair, person, document="справка ЗАГС")
    assert (row.on, row.death.reversed_on, row.word) == (TODAY, TODAY, "однофамилец")
    assert [snapshot(home.pk, one) for one in days] == before
    half = Fraction(1, 2)
    assert owners(home, unit) == {(person.pk, half, "share"), (wife.pk, half, "share")}
    again = Membership.objects.get(organisation_id=home.pk, person=person, valid_to__isnull=True)
    assert (again.valid_from, again.admitted_by_id) == (TODAY, decision)
    assert actor_for_login(person.login_id, on=TODAY).roles_in(home.pk) == {Role.RESIDENT, Role.MEMBER}
    assert actor_for_login(agent.login_id, on=TODAY).roles_in(home.pk) == {Role.REPRESENTATIVE}
    power.refresh_from_db()
    assert power.revoked_on is None
    assert selectors.deaths_of(home.pk, [person.pk]) == {}
    refused("register.death_unknown", taken_back, home=home, chair=chair, person=person)
    died(home, chair, person, on=TODAY)  # a later death is a row of its own
    assert owners(home, unit) == {(person.pk, half, "estate"), (wife.pk, half, "share")}


def test_entered_and_taken_back_on_one_day_nothing_is_left_of_it(home, chair):
    person = make_person(home.pk)
    unit = make_unit(home.pk, "12", owners=[person], member=True)
    died(home, chair, person, on=TODAY)
    taken_back(home, chair, person)
    assert owners(home, unit) == {(person.pk, Fraction(1), "share")}
    member = Membership.objects.get(organisation_id=home.pk, person=person)
    assert (member.valid_to, member.ground, member.end_document) == (None, "", "")


def test_what_the_death_ended_goes_on(home, chair):
    person = make_person(home.pk, email="")
    unit = make_unit(home.pk, "12", owners=[person])
    row = services.application_submit(
        actor=chair, organisation_id=home.pk, person_id=person.pk, residence="г. Приозерск", postal_address="г. Приозерск",
        consents=True, now=NOW,
    )  # fmt: skip
    services.application_pass(actor=chair, organisation_id=home.pk, application_id=row.pk, now=NOW)
    died(home, chair, person)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    refused("register.no_word", taken_back, home=home, chair=chair, person=person, word=" ")
    taken_back(home, chair, person)
    row.refresh_from_db()
    assert (row.state, row.closed_on) == ("board", None)
    assert selectors.member_person_ids(home.pk, TODAY) == set()  # was none before either
    assert owners(home, unit) == {(person.pk, Fraction(1), "share")}


def test_an_agent_s_power_does_not_outlive_the_other_one(home, chair):
    person, other = make_person(home.pk), make_person(home.pk)
    for one in (person, other):
        make_unit(home.pk, owners=[one])
    power = services.power_record(
        actor=chair, organisation_id=home.pk, principal_id=other.pk, agent_id=person.pk, kind="simple",
        issued_on=date(2026, 1, 10), scope=frozenset({"vote"}), now=NOW,
    )  # fmt: skip
    died(home, chair, person)
    died(home, chair, other, on=date(2026, 5, 1))
    taken_back(home, chair, person)
    power.refresh_from_db()
    assert power.revoked_on == DIED


@pytest.mark.parametrize("on", [date(2026, 9, 15), DIED])
def test_what_heirs_have_taken_is_not_taken_from_them(home, chair, on):
    person, son = make_person(home.pk), make_person(home.pk)
    one, two = (
        make_unit(home.pk, "12", owners=[person]),
        make_unit(home.pk, "13", owners=[person], member=True),
    )
    died(home, chair, person)
    passed(home, chair, one, person, [ShareInput(son.pk, Fraction(1, 2))], on=on)
    before = [snapshot(home.pk, day) for day in (DIED, date(2026, 10, 1), TODAY)]
    refusal = refused("register.death_inherited", taken_back, home=home, chair=chair, person=person)
    assert refusal.params["units"] == "12"
    assert [snapshot(home.pk, day) for day in (DIED, date(2026, 10, 1), TODAY)] == before
    taken_back(home, chair, person, heirs_stay=True)
    half = Fraction(1, 2)
    assert owners(home, one) == {(person.pk, half, "share"), (son.pk, half, "share")}
    assert owners(home, two) == {(person.pk, Fraction(1), "share")}
    # The court has returned the rest: a change of owners like any other.
    services.ownership_transfer(
        actor=chair, organisation_id=home.pk, unit_id=one.pk, new=[ShareInput(person.pk)], on=TODAY, deed="решение суда", now=NOW
    )  # fmt: skip
    assert owners(home, one) == {(person.pk, Fraction(1), "share")}


def test_an_estate_that_was_divided_comes_back_in_its_parts(home, chair):
    person = make_person(home.pk)
    unit = make_unit(home.pk, "12", area_m2=1200, owners=[person])
    died(home, chair, person)
    made = split(home, chair, unit, [("12/1", 700), ("12/2", 500)])
    taken_back(home, chair, person)
    for one in made:
        assert owners(home, one) == {(person.pk, Fraction(1), "share")}


def test_an_estate_is_passed_exactly():
    current = [Holding(1, Fraction(1, 3), "estate"), Holding(2, Fraction(2, 3), "joint")]
    assert estate_passed(current, 1, [Holding(2, Fraction(1, 3))]) == [Holding(2, Fraction(1), "joint")]


# Division


def split(home, actor, unit, parts, on=date(2026, 6, 1), **options):
    new = [NewUnit(number, Decimal(area)) for number, area in parts]
    return services.unit_split(
        actor=actor, organisation_id=home.pk, unit_id=unit.pk, parts=new, on=on, document="Межевой план", now=NOW, **options
    )  # fmt: skip


def test_a_plot_is_divided_and_its_owners_go_on(home, chair):
    husband, wife = make_person(home.pk), make_person(home.pk)
    unit = make_unit(home.pk, "12", area_m2=1200, owners=[husband, wife], member=True, street="Садовая")
    one, two = split(home, chair, unit, [("12/1", 700), ("12/2", 500)])
    unit.refresh_from_db()
    assert (unit.closed_on, one.opened_on, two.street) == (date(2026, 5, 31), date(2026, 6, 1), "Садовая")
    assert owners(home, one) == owners(home, two) == owners(home, unit, date(2026, 5, 31))
    assert selectors.member_person_ids(home.pk, TODAY) == {husband.pk, wife.pk}
    assert [row.unit_id for row in selectors.descents_of(home.pk, unit.pk)] == [one.pk, two.pk]
    assert selectors.areas_at(home.pk, TODAY, [one.pk, two.pk]) == {
        one.pk: Decimal(700),
        two.pk: Decimal(500),
    }


def test_areas_that_do_not_add_up_are_asked_about_once(home, chair):
    unit = make_unit(home.pk, "12", area_m2=1200)
    refusal = refused(
        "register.areas_differ", split, home=home, actor=chair, unit=unit, parts=[("1", 700), ("2", 480)]
    )
    assert refusal.params["by"] == Decimal(-20)
    assert not Unit.objects.filter(organisation_id=home.pk, closed_on__isnull=False).exists()
    assert len(split(home, chair, unit, [("1", 700), ("2", 480)], accept_difference=True)) == 2


@pytest.mark.parametrize(
    ("parts", "on", "code"),
    [
        ([("1", 1200)], date(2026, 6, 1), "register.split_parts"),
        ([("1", 600), ("№ 1", 600)], date(2026, 6, 1), "register.part_twice"),
        ([("12", 600), ("2", 600)], date(2026, 6, 1), "register.unit_known"),
        ([("1", 600), ("2", 600)], date(2020, 5, 1), "register.later_change"),
        ([("1", 600), ("2", 600)], date(2026, 12, 1), "register.future_date"),
    ],
)
def test_a_division_that_cannot_be(home, chair, parts, on, code):
    unit = make_unit(home.pk, "12", area_m2=1200)
    refused(code, split, home=home, actor=chair, unit=unit, parts=parts, on=on)
    assert Unit.objects.filter(organisation_id=home.pk).count() == 1


def test_plots_of_the_same_owners_are_joined(home, chair):
    person = make_person(home.pk)
    one, two = (
        make_unit(home.pk, number, area_m2=600, owners=[person], member=True) for number in ("1", "2")
    )
    other = make_unit(home.pk, "3", area_m2=600)
    common = {"actor": chair, "organisation_id": home.pk, "on": date(2026, 6, 1), "now": NOW}
    new = NewUnit("1А", Decimal(1200))
    refused(
        "register.merge_owners_differ", services.unit_merge, unit_ids=[one.pk, other.pk], into=new, **common
    )
    refused("register.merge_units", services.unit_merge, unit_ids=[one.pk, one.pk], into=new, **common)
    made = services.unit_merge(unit_ids=[one.pk, two.pk], into=new, **common)
    assert owners(home, made) == {(person.pk, Fraction(1), "share")}
    assert selectors.member_person_ids(home.pk, TODAY) == {person.pk}


# The register of a past day never changes


def snapshot(organisation_id, on):
    rows = selectors.register_at(SYSTEM, organisation_id, on)[:100]
    return [
        (
            row.unit_id,
            row.number,
            row.area_m2,
            row.gap,
            [(one.card.id, one.share, one.right, one.since, one.is_member) for one in row.owners],
        )
        for row in rows
    ]


def day(number):
    return date.fromordinal(date(2026, 1, 1).toordinal() + number)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip
@given(
    st.lists(
        st.tuples(
            st.integers(1, 300),
            st.sampled_from(("sell", "die", "mistake", "inherit", "split", "merge", "leave", "close")),
            st.integers(0, 30),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_the_register_of_every_earlier_day_is_as_it_was(deeds):
    home = make_organisation()
    people = [make_person(home.pk) for _ in range(4)]
    for index, person in enumerate(people[:3]):
        make_unit(home.pk, str(index + 1), area_m2=600, owners=[person], member=True)
    make_unit(home.pk, "9", area_m2=600, owners=[people[0]], member=True)
    for offset, deed, pick in deeds:
        on = day(offset)
        days = [day(number) for number in range(0, offset, 23)] + [day(offset - 1)]
        before = [snapshot(home.pk, one) for one in days]
        with contextlib.suppress(RuleViolation):
            act(home, people, deed, pick, on)
        assert [snapshot(home.pk, one) for one in days] == before, (deed, on)


def act(home, people, deed, pick, on):
    units = list(Unit.objects.filter(organisation_id=home.pk, closed_on__isnull=True).order_by("pk"))
    if not units:
        return
    unit, person, other = units[pick % len(units)], people[pick % 4], people[(pick + 1) % 4]
    common = {"actor": SYSTEM, "organisation_id": home.pk, "now": NOW}
    match deed:
        case "sell":
            services.ownership_transfer(unit_id=unit.pk, new=[ShareInput(person.pk)], on=on, **common)
        case "die":
            services.death_record(person_id=person.pk, died_on=on, document="№ 1", **common)
        case "mistake":
            services.death_reverse(
                person_id=person.pk, word="по ошибке", heirs_stay=True, **common | {"now": datetime.combine(on, time(9), UTC)}
            )  # fmt: skip
        case "inherit":
            services.estate_pass(
                unit_id=unit.pk, deceased_id=person.pk, heirs=[ShareInput(other.pk, Fraction(1, 2))], on=on, deed="№ 2", **common
            )  # fmt: skip
        case "split":
            parts = [NewUnit(f"{unit.number}/{half}", Decimal(300)) for half in (1, 2)]
            services.unit_split(unit_id=unit.pk, parts=parts, on=on, accept_difference=True, **common)
        case "merge":
            services.unit_merge(
                unit_ids=[unit.pk, units[0].pk], into=NewUnit(f"С{pick}", Decimal(900)), on=on, accept_difference=True, **common
            )  # fmt: skip
        case "leave":
            services.membership_close(person_id=person.pk, on=on, ground="left", **common)
        case "close":
            services.unit_close(unit_id=unit.pk, on=on, **common)
