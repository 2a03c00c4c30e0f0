"""The room as programs see it: its rights in words."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.foundation.access.operations import Room

room = Room(
    "settlement",
    _("Money and goods of joint purchases"),
    {
        SettlementRight.MONEY_VIEW: _("See the money of joint purchases"),
        SettlementRight.MONEY_TAKE: _("Enter money and costs of joint purchases"),
        SettlementRight.TERMS_EDIT: _("Set terms, fees, places and times of joint purchases"),
        SettlementRight.INTAKE_WRITE: _("Write down what came"),
        SettlementRight.HANDOUT_GIVE: _("Hand out goods"),
        SettlementRight.CLAIM_ANSWER: _("Answer claims"),
        SettlementRight.ROUND_SETTLE: _("Settle joint purchases"),
    },
)
