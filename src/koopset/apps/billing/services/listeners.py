"""What billing does when the register tells of a change, in the same transaction: a refusal here undoes the change there."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.billing.services.accounts import open_for_units, pass_on
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.register.events import RegisterLoaded, UnitTransferred


def on_unit_transferred(event: UnitTransferred) -> None:
    """The seller's account ends with its debt, the buyer gets a new one."""
    pass_on(event.organisation_id, event.unit_id, event.on, event.person_ids, now=timezone.now())


def on_register_loaded(event: RegisterLoaded) -> None:
    """Each loaded unit without an account gets one."""
    lock_billing(event.organisation_id)
    now = timezone.now()
    open_for_units(
        event.organisation_id,
        event.unit_ids,
        opened_on=event.as_of or timezone.localdate(now),
        now=now,
        numbers={},
    )
