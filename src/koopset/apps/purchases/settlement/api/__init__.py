"""Money and goods of joint purchases for programs: a household's own, and the body's that runs the rounds."""

from koopset.apps.purchases.settlement.api import office, own
from koopset.apps.purchases.settlement.api.frame import room

__all__ = ["office", "own", "room"]
