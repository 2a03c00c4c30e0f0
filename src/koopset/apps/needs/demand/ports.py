"""What this room asks of those above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class RoundLink:
    """A round that was opened for a proposal: where it is, and what state it is in, in words."""

    round_id: int
    organisation_id: int
    url: str
    state: str
    is_over: bool = False


class RoundSource(Protocol):
    """Whoever opens rounds of joint purchase."""

    def rounds_of(self, proposal_ids: Sequence[int]) -> dict[int, RoundLink]:
        """Rounds opened for these proposals; one that has none is absent."""
        ...

    def opening_of(self, actor: Actor, proposal_id: int) -> str:
        """The address at which the actor opens a round for the proposal; empty where they may not."""
        ...


_sources: list[RoundSource] = []


def register_round_source(source: RoundSource) -> None:
    """Called once from AppConfig.ready of the room of purchases."""
    if source not in _sources:
        _sources.append(source)


def rounds_of(proposal_ids: Sequence[int]) -> dict[int, RoundLink]:
    """Rounds by proposal; nothing while no room opens rounds."""
    found: dict[int, RoundLink] = {}
    for source in _sources:
        found.update(source.rounds_of(proposal_ids))
    return found


def opening_of(actor: Actor, proposal_id: int) -> str:
    """Where the actor opens a round for the proposal; empty where nobody lets them."""
    return next((url for source in _sources if (url := source.opening_of(actor, proposal_id))), "")
