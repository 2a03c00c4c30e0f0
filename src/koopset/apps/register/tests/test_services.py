from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register import selectors, services
from koopset.apps.register.factories import make_membership, make_unit
from koopset.apps.register.models import Decision, Membership, Ownership, Unit
from koopset.apps.register.services import ShareInput
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def treasurer(home):
    return make_actor(Role.TREASURER, home.pk)


def transfer(actor, home, unit, new, on=date(2026, 6, 1)):
    return services.ownership_transfer(
        actor=actor, organisation_id=home.pk, unit_id=unit.pk, new=new, on=on, deed="ЕГРН", now=NOW
    )


def test_a_transfer_ends_the_former_owner_the_day_before_and_his_membership(home, treasurer):
    seller, buyer = make_person(home.pk), make_person(home.pk)
    unit = make_unit(home.pk, "12", owners=[seller], member=True)
    transfer(treasurer, home, unit, [ShareInput(buyer.pk)])
    before = selectors.owners_at(home.pk, [unit.pk], date(2026, 5, 31))[unit.pk]
    after = selectors.owners_at(home.pk, [unit.pk], date(2026, 6, 1))[unit.pk]
    assert ([row.person_id for row in before], [row.person_id for row in after]) == ([seller.pk], [buyer.pk])
    membership = Membership.objects.get(organisation_id=home.pk, person=seller)
    assert (membership.valid_to, membership.ground) == (date(2026, 5, 31), "sold")
    assert {record.who for record in selectors.unit_history(treasurer, home.pk, unit.pk)} == {""}


@pytest.mark.parametrize(
    ("share", "on", "code"),
    [
        (Fraction(1), date(2026, 12, 1), "register.future_date"),
        (Fraction(1), date(2019, 1, 1), "register.later_change"),
        (Fraction(3, 2), date(2026, 6, 1), "register.share_out_of_range"),
    ],
)
def test_a_refused_transfer_changes_nothing(home, treasurer, share, on, code):
    unit, buyer = make_unit(home.pk), make_person(home.pk)
    before = list(Ownership.objects.filter(organisation_id=home.pk).values())
    refused(code, transfer, treasurer, home, unit, [ShareInput(buyer.pk, share)], on)
    assert list(Ownership.objects.filter(organisation_id=home.pk).values()) == before


def test_a_person_of_another_organisation_is_unknown_here(home, treasurer):
    unit, stranger = make_unit(home.pk), make_person(make_organisation().pk)
    refused("people.unknown", transfer, treasurer, home, unit, [ShareInput(stranger.pk)])
    refused(
        "register.unknown_unit",
        transfer,
        treasurer,
        home,
        make_unit(make_organisation().pk),
        [ShareInput(stranger.pk)],
    )


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.AUDITOR, Role.BOARD, Role.STAFF])
def test_only_those_who_keep_the_register_change_it(home, role):
    with pytest.raises(Forbidden):
        services.unit_create(actor=make_actor(role, home.pk), organisation_id=home.pk, number="1", now=NOW)
    assert not Unit.objects.filter(organisation_id=home.pk).exists()


def test_one_number_on_two_streets_but_not_twice_on_one(home, treasurer):
    for street in ("Вишнёвая", "Садовая"):
        services.unit_create(actor=treasurer, organisation_id=home.pk, number="1", street=street, now=NOW)
    refused(
        "register.unit_known",
        services.unit_create,
        actor=treasurer,
        organisation_id=home.pk,
        number="№ 1",
        street="Садовая",
        now=NOW,
    )
    assert Unit.objects.filter(organisation_id=home.pk).count() == 2


def test_the_register_of_a_date_names_the_gap(home, treasurer):
    person = make_person(home.pk, name="Иванов Иван Иванович")
    unit = make_unit(home.pk, "7", owners=[(person, Fraction(2, 3))])
    make_unit(home.pk, "8")
    found = selectors.register_at(treasurer, home.pk, TODAY, selectors.RegisterFilters(show="gap"))
    assert [(row.unit_id, row.gap) for row in found[:10]] == [(unit.pk, Fraction(1, 3))]
    assert (
        selectors.register_at(treasurer, home.pk, TODAY, selectors.RegisterFilters(q="иванов")).count() == 1
    )
    assert selectors.register_at(treasurer, home.pk, date(2019, 1, 1)).count() == 0
    assert selectors.register_counts(treasurer, home.pk, TODAY).gaps == 1


def test_the_area_has_a_history(home, treasurer):
    unit = make_unit(home.pk, area_m2=600)
    services.unit_area_set(
        actor=treasurer,
        organisation_id=home.pk,
        unit_id=unit.pk,
        area_m2=Decimal("640.5"),
        on=date(2026, 2, 1),
        now=NOW,
    )
    assert selectors.areas_at(home.pk, date(2026, 1, 31), [unit.pk]) == {unit.pk: Decimal("600.00")}
    assert selectors.areas_at(home.pk, date(2026, 2, 1), [unit.pk]) == {unit.pk: Decimal("640.50")}


def test_membership_needs_a_plot_and_exclusion_a_decision(home, treasurer):
    person = make_person(home.pk)
    common = {
        "actor": treasurer,
        "organisation_id": home.pk,
        "person_id": person.pk,
        "on": date(2026, 6, 1),
        "now": NOW,
    }
    refused("register.member_without_unit", services.membership_open, **common)
    make_unit(home.pk, owners=[person])
    services.membership_open(**common)
    refused("register.member_already", services.membership_open, **common)
    refused("register.exclusion_needs_decision", services.membership_close, **common, ground="excluded")
    services.membership_close(**common, ground="left")
    assert selectors.member_person_ids(home.pk, date(2026, 6, 2)) == frozenset()


def test_a_body_is_no_member_of_a_gardeners_partnership(home, treasurer):
    body = make_person(home.pk, kind="legal", name="ООО «Ромашка»")
    make_unit(home.pk, owners=[body])
    common = {
        "actor": treasurer,
        "organisation_id": home.pk,
        "person_id": body.pk,
        "on": date(2026, 6, 1),
        "now": NOW,
    }
    refused("register.member_natural_only", services.membership_open, **common)


def test_the_same_item_of_minutes_is_recorded_once(home, treasurer):
    values = {
        "actor": treasurer, "organisation_id": home.pk, "body": "meeting", "decided_on": date(2026, 5, 16), "number": "3", "item": "4",
        "title": "Взнос", "wording": "Установить взнос", "now": NOW,
    }  # fmt: skip
    row = services.decision_record(**values)
    refused("register.decision_known", services.decision_record, **values)
    assert Decision.objects.filter(organisation_id=home.pk).count() == 1
    assert "№ 3" in selectors.decision_label(home.pk, row.pk)


def test_billable_units_have_owners_by_share_and_parts_of_all_areas(home):
    small, large = make_person(home.pk), make_person(home.pk)
    make_membership(home.pk, large)
    make_unit(home.pk, "2", area_m2=400, owners=[(small, Fraction(1, 3)), (large, Fraction(2, 3))])
    make_unit(home.pk, "10", area_m2=600, owners=[])
    two, ten = selectors.billable_units(home.pk, on=TODAY)
    assert (two.number, two.owner_person_ids, two.has_member, two.share) == (
        "2",
        (large.pk, small.pk),
        True,
        Fraction(2, 5),
    )
    assert (ten.number, ten.owner_person_ids, ten.has_member, ten.share) == ("10", (), False, Fraction(3, 5))
