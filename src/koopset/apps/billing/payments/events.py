"""What this room tells. All are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementPosted:
    """The new lines of a statement are in the books; what was not recognised waits in the queue."""

    organisation_id: int
    statement_id: int


@dataclass(frozen=True, slots=True)
class PaymentsMatched:
    """A person has said whose a waiting line is: these payments stand on their accounts now."""

    organisation_id: int
    line_id: int
    payment_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaymentMoved:
    """A payment was taken off its account, and these stand on others in its place."""

    organisation_id: int
    payment_id: int
    payment_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """A payment was taken off its account: one of a bank waits in the queue again."""

    organisation_id: int
    payment_id: int


@dataclass(frozen=True, slots=True)
class PaymentEntered:
    """A payment was entered without a statement."""

    organisation_id: int
    payment_id: int
