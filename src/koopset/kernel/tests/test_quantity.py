from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.quantity import Quantity, Unit
from koopset.kernel.violations import RuleViolation

D = Decimal
values = st.decimals(-(10**9), 10**9, places=6)
areas = st.builds(Quantity, values, st.sampled_from([Unit.M2, Unit.SOTKA, Unit.HA]))


def test_land_converts() -> None:
    assert Quantity(D("6.5"), "sotka").to("m2").value == D(650)
    assert Quantity(D("1"), "ha").to(Unit.SOTKA).value == D(100)
    assert Quantity(D("601"), "m2").to("ha").value == D("0.0601")
    assert Quantity(6, "sotka") == Quantity(600, "m2") == Quantity(D("0.06"), "ha")
    assert len({Quantity(6, "sotka"), Quantity(600, "m2")}) == 1
    assert str(Quantity(D("6.50"), "sotka")) == "6.50 sotka"


def test_the_first_unit_is_kept() -> None:
    total = Quantity(6, "sotka") + Quantity(50, "m2")
    assert (total.value, total.unit) == (D("6.5"), Unit.SOTKA)
    assert (Quantity(1, "ha") - Quantity(1, "m2")).value == D("0.9999")
    assert (-Quantity(1, "kwh")).value == D(-1)


@pytest.mark.parametrize(("a", "b"), [("m2", "m3"), ("kwh", "pcs"), ("ha", "kwh"), ("m3", "kwh")])
def test_measures_do_not_mix(a: str, b: str) -> None:
    one, other = Quantity(1, a), Quantity(1, b)
    assert one != other
    for mix in (
        lambda: one.to(b),
        lambda: one + other,
        lambda: one - other,
        lambda: one < other,
        lambda: one >= other,
    ):
        with pytest.raises(RuleViolation) as refusal:
            mix()
        assert refusal.value.code == "quantity.other_measure"


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        (D("NaN"), "m2", "quantity.bad_value"),
        (D("Infinity"), "m2", "quantity.bad_value"),
        (D("1E+1000"), "m2", "quantity.bad_value"),
        (D(1), "acre", "quantity.unknown_unit"),
        (D(1), "", "quantity.unknown_unit"),
    ],
)
def test_refusals(value: Decimal, unit: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        Quantity(value, unit)
    assert refusal.value.code == code


def test_floats_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError):
        Quantity(cast(Decimal, 0.1), "m2")


@given(areas, areas, st.sampled_from([Unit.M2, Unit.SOTKA, Unit.HA]))
def test_conversion_loses_nothing(a: Quantity, b: Quantity, unit: Unit) -> None:
    assert a.to(unit) == a
    assert a.to(unit).to(a.unit).value == a.value
    assert a + b == b + a
    assert (a + b) - b == a
    assert (a < b) == (a.to("m2").value < b.to("m2").value) == (b > a)
    assert (a <= b) != (a > b)
