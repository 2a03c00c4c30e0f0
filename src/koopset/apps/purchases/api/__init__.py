"""Joint purchases for programs: what a household wants, and how a body runs its rounds."""

from koopset.apps.purchases.api import office as office
from koopset.apps.purchases.api import own as own
from koopset.apps.purchases.api.frame import room as room
