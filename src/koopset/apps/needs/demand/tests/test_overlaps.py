"""Proposals find what was planted and make nothing up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from koopset.apps.needs.demand.demo.overlaps import make_town, measure
from koopset.apps.needs.demand.rules.proposals import Limits

pytestmark = pytest.mark.django_db
ON, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_planted_overlaps_are_found_and_nothing_else():
    found = measure(make_town(settlements=20, on=ON), on=ON, now=NOW)
    print(f"recall {float(found.recall):.3f}, precision {float(found.precision):.3f}")  # noqa: T201
    assert found.recall >= 0.95
    assert found.precision == 1
    assert found.least_saving_kop >= Limits().least_saving_kop
