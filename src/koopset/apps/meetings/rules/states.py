"""The way of a meeting: from which state to which it may go.

draft → noticed → open → closed → recorded. A notice may be withdrawn (the agenda changes, the term begins anew); a meeting without a quorum
has failed; one that has not begun may be called off.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "draft": frozenset({"noticed", "cancelled"}),
        "noticed": frozenset({"draft", "open", "cancelled"}),
        "open": frozenset({"closed", "failed"}),
        "closed": frozenset({"recorded"}),
        "recorded": frozenset(),
        "failed": frozenset(),
        "cancelled": frozenset(),
    }
)


def may_move(state: str, to: str) -> bool:
    """Whether a meeting in a state may go to another."""
    return to in MOVES.get(state, frozenset())
