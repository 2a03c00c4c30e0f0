"""All writing of bodies, their bank accounts and offices."""

from koopset.apps.organisations.services.bank import (
    bank_account_add,
    bank_account_close,
    bank_account_confirm,
    bank_account_make_main,
    bank_change_object,
)
from koopset.apps.organisations.services.bodies import (
    body_admit_for_room,
    body_open_for_room,
    organisation_create,
    organisation_update,
    organisation_verify,
    tenant_reserve_for_room,
)
from koopset.apps.organisations.services.offices import role_assign, role_end

__all__ = [
    "bank_account_add",
    "bank_account_close",
    "bank_account_confirm",
    "bank_account_make_main",
    "bank_change_object",
    "body_admit_for_room",
    "body_open_for_room",
    "organisation_create",
    "organisation_update",
    "organisation_verify",
    "role_assign",
    "role_end",
    "tenant_reserve_for_room",
]
