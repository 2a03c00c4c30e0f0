"""The lock under which the billing of an organisation changes: serials of accounts, charging of a month."""

from __future__ import annotations

from koopset.foundation.tenants.models import Tenant


def lock_billing(organisation_id: int) -> None:
    """Wait for whoever else opens accounts, charges or issues here, until the end of the transaction.

    Always the first lock of a service (the book's comes after it). On SQLite the transaction is immediate and holds everything already.
    """
    Tenant.objects.select_for_update(no_key=True).get(pk=organisation_id)
