"""What this room gives to the foundation: its facts to analytics."""

from __future__ import annotations

from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.foundation.analytics import register_dataset


def register() -> None:
    register_dataset(PURCHASES)
