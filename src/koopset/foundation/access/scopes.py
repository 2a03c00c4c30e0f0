"""What a key may open, in plain words. A room names its rights beside its operations; what has no words is not offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Asked of a key where a page asks for a household: one's own plots, bills and papers have no right of their own.
HOUSEHOLD_SCOPE = "own:household:view"


@dataclass(frozen=True, slots=True)
class ScopeGroup:
    """Rights of one room."""

    room: str
    title: str | Promise
    rights: Mapping[str, str | Promise]


_groups: dict[str, ScopeGroup] = {
    "own": ScopeGroup(
        "own", _("My own affairs"), {HOUSEHOLD_SCOPE: _("See my own plots, charges, bills and debts")}
    )
}


def register_scopes(room: str, title: str | Promise, rights: Mapping[str, str | Promise]) -> None:
    """Name the rights of a room. Called once, where its operations are declared."""
    _groups[room] = ScopeGroup(room, title, {str(right): words for right, words in rights.items()})


def scope_groups() -> list[ScopeGroup]:
    """All groups: one's own affairs, then the rooms in the order in which they stand in the API."""
    return [group for group in _groups.values() if group.rights]


def scope_names() -> dict[str, str | Promise]:
    """Words of every right that may be given to a key."""
    return {right: words for group in _groups.values() for right, words in group.rights.items()}
