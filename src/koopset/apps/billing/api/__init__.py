"""Personal accounts, fees, charging, documents, debts, for programs: `room` with all operations."""

# isort: off
# The order of imports is the order in which the operations stand in the reference.
from koopset.apps.billing.api.router import room
from koopset.apps.billing.api import accounts, statements, fees, charges, debtors, documents

# isort: on

__all__ = ["accounts", "charges", "debtors", "documents", "fees", "room", "statements"]
