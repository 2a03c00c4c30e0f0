"""What this room asks of the rooms above it; they answer by registering in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class SettledSource(Protocol):
    """How much of each charge has been settled: charge id → kopecks (charges without an answer: nothing)."""

    def __call__(self, *, organisation_id: int, account_ids: Collection[int]) -> Mapping[int, int]: ...


_sources: list[SettledSource] = []


def register_settled(source: SettledSource) -> None:
    """Called once by the room that allocates payments to charges."""
    if source not in _sources:
        _sources.append(source)


def settled(*, organisation_id: int, account_ids: Collection[int]) -> dict[int, int]:
    """What is settled of the charges of these accounts, by all sources."""
    found: dict[int, int] = {}
    for source in _sources:
        for charge_id, kop in source(organisation_id=organisation_id, account_ids=account_ids).items():
            found[charge_id] = found.get(charge_id, 0) + kop
    return found
