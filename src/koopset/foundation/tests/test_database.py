from __future__ import annotations

import pytest

from koopset.foundation.database import compare, in_order, like
from koopset.foundation.tenants.models import Tenant

pytestmark = pytest.mark.django_db
NAMES = ["Яблоков", "елкин", "Ёлочкин", "Ель", "Абрамов", "абрам", "Иванов 100%", "иванова_1"]


@pytest.fixture(autouse=True)
def _names():
    Tenant.objects.all().delete()
    Tenant.objects.bulk_create(Tenant(kind=name) for name in NAMES)


def found(**where: str) -> set[str]:
    return set(Tenant.objects.filter(**where).values_list("kind", flat=True))


def test_search_folds_case_and_yo() -> None:
    assert found(kind__icontains="ИВАН") == {"Иванов 100%", "иванова_1"}
    assert found(kind__icontains="ЕЛ") == {"елкин", "Ёлочкин", "Ель"}
    assert found(kind__icontains="ёл") == {"елкин", "Ёлочкин", "Ель"}
    assert found(kind__istartswith="абрам") == {"Абрамов", "абрам"}
    assert found(kind__iexact="ЁЛКИН") == {"елкин"}


def test_signs_of_patterns_are_letters() -> None:
    assert found(kind__icontains="100%") == {"Иванов 100%"}
    assert found(kind__icontains="%") == {"Иванов 100%"}
    assert found(kind__icontains="_") == {"иванова_1"}
    assert found(kind__icontains="\\") == set()


def test_names_are_in_the_order_of_a_dictionary() -> None:
    ordered = list(Tenant.objects.order_by(in_order("kind")).values_list("kind", flat=True))
    assert ordered == ["абрам", "Абрамов", "елкин", "Ёлочкин", "Ель", "Иванов 100%", "иванова_1", "Яблоков"]
    assert (
        list(Tenant.objects.order_by(in_order("kind").desc()).values_list("kind", flat=True)) == ordered[::-1]
    )


def test_like_is_null_for_null_and_knows_its_signs() -> None:
    assert like("%а%", None) is None
    assert like("и_ан%", "Иванов")
    assert not like("и_ан", "Иванов")
    assert like("100\\%", "100%", "\\")
    assert not like("100\\%", "1000", "\\")
    assert compare("ёж", "еж") == 1
    assert compare("ёж", "ежа") == -1
