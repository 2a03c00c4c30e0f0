"""Layers: what colours the plots of the plan. A room says it of its own facts («debt», «readings given»), this one draws.

Rooms register in AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise

from koopset.foundation.rights.actors import Actor


class Tone(StrEnum):
    """A colour by its role: nothing to do, three steps of what needs doing, not concerned."""

    CLEAR = "clear"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a layer says of one unit. `says` is read aloud («долг с июня»); listed ones stand beside the plan, greatest `weight` first."""

    tone: Tone
    says: str
    title: str = ""
    value: str = ""
    url: str = ""
    weight: int = 0
    is_listed: bool = False


class Layer(Protocol):
    """One way of colouring. `key` stands in the address; `legend` names each tone it uses, in order."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str | Promise: ...

    @property
    def legend(self) -> Sequence[tuple[Tone, str | Promise]]: ...

    def may_see(self, actor: Actor, organisation_id: int) -> bool: ...

    def marks(self, actor: Actor, organisation_id: int, today: date) -> Mapping[int, Mark]:
        """unit → its mark; a unit that is left out gets the tone «not concerned»."""


_layers: dict[str, Layer] = {}


def register_layer(layer: Layer) -> None:
    """Raises ValueError for a key that is taken."""
    if _layers.setdefault(layer.key, layer) is not layer:
        raise ValueError(f"layer {layer.key} is declared already")


def layers_for(actor: Actor, organisation_id: int) -> list[Layer]:
    """The layers this actor may see, in the order in which rooms declared them."""
    return [layer for layer in _layers.values() if layer.may_see(actor, organisation_id)]
