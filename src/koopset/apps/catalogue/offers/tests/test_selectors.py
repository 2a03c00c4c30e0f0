from datetime import date
from decimal import Decimal

import pytest

from koopset.apps.catalogue.offers.factories import NOW, make_offer, make_price_list
from koopset.apps.catalogue.offers.selectors import offer, offers_by_ids, offers_for, offers_near
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import tree_load
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.quantity import Unit

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


@pytest.fixture
def district():
    tree_load(actor=SYSTEM, now=NOW)
    return territory_named("Гатчинский район")


def test_an_offer_is_given_with_its_prices():
    home = make_organisation()
    row = make_offer(make_price_list(home.pk), breaks=[(60, 40_000), (12, 43_000)])
    (found,) = offers_for(home.pk, on=ON)
    assert (found.id, found.unit, found.amount, found.breaks) == (
        row.pk,
        Unit.KG,
        Decimal("0.5"),
        ((12, 43_000), (60, 40_000)),
    )
    assert [found.price_for(items) for items in (1, 11, 12, 59, 60)] == [
        45_000,
        45_000,
        43_000,
        43_000,
        40_000,
    ]
    assert offer(row.pk) == found == offers_by_ids([row.pk])[row.pk]


def test_drafts_archived_and_others_seasons_are_not_offered():
    home = make_organisation()
    drafted = make_offer(make_price_list(home.pk, published=False), name="черновик")
    current = make_price_list(home.pk, valid_to=date(2026, 12, 31))
    make_offer(current, name="зимнее", season_from=10, season_to=3)
    make_offer(current, name="летнее", season_from=5, season_to=9)
    gone = make_offer(current, name="снято", archived_at=current.created_at)
    make_offer(make_price_list(home.pk, valid_to=date(2026, 11, 23)), name="истекло")
    assert [row.name for row in offers_for(home.pk, on=ON)] == ["зимнее"]
    assert offer(drafted.pk) is None
    assert offer(gone.pk).is_offered is False


def test_near_is_the_place_itself_what_is_around_and_what_is_in_it(district):
    own, other = make_organisation(), make_organisation()
    here = make_offer(make_price_list(own.pk, territory_ids=[district.pk]), name="здесь")
    make_offer(
        make_price_list(other.pk, territory_ids=[district.parent_id], is_public=False), name="для своих"
    )
    region = make_offer(
        make_price_list(other.pk, territory_ids=[district.parent_id]), name="область", kind="молоко"
    )
    assert [row.id for row in offers_near([district.pk], on=ON)] == [here.pk, region.pk]
    assert [row.id for row in offers_near([district.parent_id], on=ON, kinds=["молоко"])] == [region.pk]
    assert offers_near([], on=ON) == []
