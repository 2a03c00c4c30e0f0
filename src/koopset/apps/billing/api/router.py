"""Where the operations of charging hang: the room with the words for the rights of a key."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.billing.permissions import BillingRight
from koopset.foundation.access.operations import Room

room = Room(
    "billing",
    _("Charging"),
    {
        BillingRight.ACCOUNT_VIEW: _("See personal accounts and statements"),
        BillingRight.ACCOUNT_EDIT: _("Open, change and close personal accounts"),
        BillingRight.FEE_VIEW: _("See fees"),
        BillingRight.FEE_EDIT: _("Set and end fees"),
        BillingRight.CHARGE_VIEW: _("See charging"),
        BillingRight.CHARGE_POST: _("Charge months"),
        BillingRight.CHARGE_CORRECT: _("Correct charges"),
        BillingRight.DOCUMENT_VIEW: _("See payment documents of all"),
        BillingRight.DOCUMENT_ISSUE: _("Issue and send payment documents"),
        BillingRight.DEBTOR_VIEW: _("See debtors"),
    },
)
