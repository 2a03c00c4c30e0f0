"""What billing does when the register tells of a change, in the same transaction: a refusal here undoes the change there."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.billing.services.accounts import give_back, open_for_units, pass_on, take_over
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.register.events import (
    EstateOpened,
    EstatePassed,
    EstateReturned,
    RegisterLoaded,
    UnitsRedrawn,
    UnitTransferred,
)


def on_unit_transferred(event: UnitTransferred) -> None:
    """The seller's account ends with its debt, the buyer gets a new one."""
    pass_on(event.organisation_id, event.unit_id, event.on, event.person_ids, now=timezone.now())


def on_estate_opened(event: EstateOpened) -> None:
    """The account of a payer who has died ends with its debt: heirs answer for it within the estate (ГК art. 1175). What is charged
    from that day on goes to a new one: of a living co-owner, or of heirs who are not known yet (no payer)."""
    pass_on(
        event.organisation_id,
        event.unit_id,
        event.on,
        event.person_ids,
        now=timezone.now(),
        without_payer=not event.person_ids,
    )


def on_estate_passed(event: EstatePassed) -> None:
    """The account that waited for heirs gets the first of them as its payer: they own since the day of death (ГК art. 1152 part 4)."""
    take_over(event.organisation_id, event.unit_id, event.heir_ids[0])


def on_estate_returned(event: EstateReturned) -> None:
    """A death was entered by mistake: the person's account goes on from the day of the correction. What was charged in between stands on
    the account that was opened then, which ends and is the person's too. Where heirs took a part, accounts stay as they are."""
    if event.is_whole:
        give_back(event.organisation_id, event.unit_id, event.person_id, died_on=event.died_on, on=event.on)


def on_units_redrawn(event: UnitsRedrawn) -> None:
    """Accounts of units that were divided or joined end with their debts, the new units get new ones."""
    now = timezone.now()
    for unit_id in event.closed_unit_ids:
        pass_on(event.organisation_id, unit_id, event.on, (), now=now)
    for unit_id, person_ids in event.opened:
        pass_on(event.organisation_id, unit_id, event.on, person_ids, now=now, without_payer=not person_ids)


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
