"""What the room of settlement does to a round past «sent»: it asks its own right, this keeps the one way."""

from __future__ import annotations

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.services.locks import lock_round, require_move


def round_move_for_room(*, organisation_id: int, round_id: int, to: str) -> Round:
    """Take a round on to `partly`, `received` or `settled`, under its lock. Raises purchases.state, Round.DoesNotExist."""
    assert to in {Round.State.PARTLY, Round.State.RECEIVED, Round.State.SETTLED}
    row = lock_round(organisation_id, round_id)
    require_move(row, to)
    row.state = to
    row.save(update_fields=["state"])
    return row
