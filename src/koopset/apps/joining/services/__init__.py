"""All writing of applications, appointments, pilot groups and words of help."""

from koopset.apps.joining.services.applications import (
    application_save,
    application_submit,
    application_withdraw,
    document_add,
    document_remove,
)
from koopset.apps.joining.services.buyer_groups import buyer_group_open
from koopset.apps.joining.services.coordinators import coordinator_appoint, coordinator_end
from koopset.apps.joining.services.help import contact_set, help_write
from koopset.apps.joining.services.names import names_forget_for_room
from koopset.apps.joining.services.pilot_groups import group_create, group_member_add, group_member_remove
from koopset.apps.joining.services.review import application_mend, application_refuse, application_verify

__all__ = [
    "application_mend",
    "application_refuse",
    "application_save",
    "application_submit",
    "application_verify",
    "application_withdraw",
    "buyer_group_open",
    "contact_set",
    "coordinator_appoint",
    "coordinator_end",
    "document_add",
    "document_remove",
    "group_create",
    "group_member_add",
    "group_member_remove",
    "help_write",
    "names_forget_for_room",
]
