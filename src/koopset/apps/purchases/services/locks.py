"""The lock under which a round changes: its row. Whoever reads a remainder of a round holds it first."""

from __future__ import annotations

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.rules.states import may_move
from koopset.kernel.violations import RuleViolation


def lock_round(organisation_id: int, round_id: int) -> Round:
    """The round, held until the end of the transaction. Raises Round.DoesNotExist."""
    return (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .filter(organisation_id=organisation_id)
        .get(pk=round_id)
    )


def require_move(row: Round, to: str) -> None:
    """Raise purchases.state where a locked round cannot go to the state."""
    if not may_move(row.state, to):
        raise RuleViolation("purchases.state", state=str(Round.State(row.state).label))


def require_state(row: Round, *states: str) -> None:
    """Raise purchases.state unless the locked round is in one of the states."""
    if row.state not in states:
        raise RuleViolation("purchases.state", state=str(Round.State(row.state).label))
