"""The way of a round: forward only. Opening again is another round that names this one."""

from __future__ import annotations

from collections.abc import Mapping

#: state → states that may follow it.
MOVES: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"open", "cancelled"}),
    "open": frozenset({"boxfill", "stop", "cancelled"}),
    "boxfill": frozenset({"stop", "cancelled"}),
    "stop": frozenset({"sent", "cancelled"}),
    "sent": frozenset({"partly", "received"}),
    "partly": frozenset({"received"}),
    "received": frozenset({"settled"}),
    "settled": frozenset(),
    "cancelled": frozenset(),
}
#: States in which wants may be said.
WANTED_IN = frozenset({"open", "boxfill"})
#: States past which nothing is called off any more.
OVER = frozenset({"settled", "cancelled"})


def may_move(state: str, to: str) -> bool:
    """Whether a round may go from one state to another."""
    return to in MOVES[state]
