"""What this room asks of the rooms above: the name of the body that keeps a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable

NamesOfKeepers = Callable[[Iterable[int]], dict[int, str]]

_names: list[NamesOfKeepers] = []


def register_keeper_names(names: NamesOfKeepers) -> None:
    """Called once from AppConfig.ready of the room that knows organisations."""
    _names.append(names)


def keeper_names(organisation_ids: Iterable[int]) -> dict[int, str]:
    wanted = set(organisation_ids)
    return {key: name for source in _names for key, name in source(wanted).items()}


def keeper_name(organisation_id: int) -> str:
    """The short name, "" where nobody knows it."""
    return keeper_names([organisation_id]).get(organisation_id, "")
