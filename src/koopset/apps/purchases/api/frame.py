"""The room of joint purchases in the door for programs."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.permissions import PurchaseRight
from koopset.foundation.access.operations import Room

room = Room(
    "purchases",
    _("Joint purchases"),
    {
        PurchaseRight.ROUND_VIEW: _("See joint purchases of the organisation"),
        PurchaseRight.ROUND_RUN: _("Run joint purchases"),
    },
)
