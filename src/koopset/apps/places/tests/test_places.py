from datetime import UTC, datetime

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor
from koopset.apps.places import selectors, services
from koopset.apps.places.formats.territories import read_tree
from koopset.apps.places.models import Location, Territory
from koopset.foundation.rights.roles import Role
from koopset.kernel.requisites import oktmo_ok
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tree(db: None) -> None:
    """The rows of the migrations again, where a test before this one has emptied the tables."""
    if not Territory.objects.exists():
        services.tree_load(actor=make_actor(Role.OPERATOR, None), now=NOW)


def test_the_profile_has_the_seventeen_districts_with_sound_codes():
    districts = [node for node in read_tree() if node.level == "district"]
    assert len(districts) == 17
    assert all(oktmo_ok(node.oktmo) for node in districts)


def test_the_tree_stands_after_the_migrations_and_loading_it_again_adds_nothing():
    count = Territory.objects.count()
    assert count > 17
    assert services.tree_load(actor=make_actor(Role.OPERATOR, None), now=NOW) == 0
    assert Territory.objects.count() == count


def test_a_body_counts_at_every_level_above_it():
    home = make_organisation()
    district = Territory.objects.get(oktmo="41639000")
    services.location_set(
        actor=make_actor(Role.CHAIR, home.pk), organisation_id=home.pk, territory_id=district.pk, now=NOW
    )
    region = Territory.objects.get(oktmo="41000000")
    assert [place.organisations for place in selectors.children_of(region) if place.id == district.pk] == [1]
    assert [place.organisations for place in selectors.children_of(None)] == [1]


def test_an_unknown_territory_is_refused():
    home = make_organisation()
    with pytest.raises(RuleViolation) as refusal:
        services.location_set(
            actor=make_actor(Role.CHAIR, home.pk), organisation_id=home.pk, territory_id=0, now=NOW
        )
    assert refusal.value.code == "places.unknown_territory"
    assert not Location.objects.filter(organisation_id=home.pk).exists()
