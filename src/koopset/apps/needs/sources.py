"""What this room tells the foundation and the rooms below: topics of its notices, what it does when families change."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.needs.services import household_rows_move_for_room, on_consent_withdrawn
from koopset.apps.needs.services.receipts import TOPIC
from koopset.apps.people.events import HouseholdJoined
from koopset.apps.privacy.events import ConsentWithdrawn
from koopset.foundation.events import Delivery, subscribe
from koopset.foundation.notifications import register_topic


def register() -> None:
    register_topic(TOPIC, _("receipts of your family"))
    subscribe(HouseholdJoined, household_rows_move_for_room, Delivery.IN_TRANSACTION)
    subscribe(ConsentWithdrawn, on_consent_withdrawn, Delivery.IN_TRANSACTION)
