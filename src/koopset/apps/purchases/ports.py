"""What this room asks of the rooms above it; they answer by registering in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class BuyerMoney:
    """How a buyer stands with a round: `free_kop` may still be wanted for (None: not limited), `to_pay_kop` is asked for now.

    `url` leads to where it is paid; `note` says in a sentence how.
    """

    free_kop: int | None
    to_pay_kop: int
    note: str = ""
    url: str = ""


class MoneySource(Protocol):
    """What a household may still spend in a round and what it has to pay. None: this source knows nothing of it."""

    def __call__(self, *, organisation_id: int, round_id: int, participant_id: int) -> BuyerMoney | None: ...


@dataclass(frozen=True, slots=True)
class RoundPart:
    """A part of a round's page made above: a template of that room with its context."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


class RoundPartSource(Protocol):
    """Parts for the page of a round: `organiser` tells whose page it is; `participant_id` is the buyer's (None: not in the round)."""

    def __call__(
        self,
        request: HttpRequest,
        *,
        organisation_id: int,
        round_id: int,
        organiser: bool,
        participant_id: int | None,
    ) -> Sequence[RoundPart]: ...


_money: list[MoneySource] = []
_parts: list[RoundPartSource] = []


def register_money(source: MoneySource) -> None:
    """Called once by the room that holds the money of rounds."""
    if source not in _money:
        _money.append(source)


def buyer_money(*, organisation_id: int, round_id: int, participant_id: int) -> BuyerMoney | None:
    """The first answer; None where nobody above keeps money."""
    for source in _money:
        found = source(organisation_id=organisation_id, round_id=round_id, participant_id=participant_id)
        if found is not None:
            return found
    return None


def register_round_part(source: RoundPartSource) -> None:
    """Called once by a room above that has something to show on the page of a round."""
    if source not in _parts:
        _parts.append(source)


def round_parts(
    request: HttpRequest,
    *,
    organisation_id: int,
    round_id: int,
    organiser: bool,
    participant_id: int | None,
) -> list[RoundPart]:
    """All parts, in the order of the rooms."""
    return [
        part
        for source in _parts
        for part in source(
            request,
            organisation_id=organisation_id,
            round_id=round_id,
            organiser=organiser,
            participant_id=participant_id,
        )
    ]
