"""The one catalogue of rights. A room declares its own in permissions.py; asking for one that nobody declared raises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Protocol

from koopset.foundation.rights.roles import Role


class UnknownRight(LookupError):
    """A right that no room declares: a mistake of the programmer, never of the user."""


class RightsOfKind(Protocol):
    """A port: what an organisation of a kind (its legal form) gives its roles beyond the defaults, as law or custom of that form has it."""

    def __call__(self, kind: str) -> Mapping[str, frozenset[Role]]: ...


_roles_of: dict[str, frozenset[Role]] = {}
_for_machines: set[str] = set()
_of_kind: list[RightsOfKind] = []


def declare(
    rights: type[StrEnum], defaults: Mapping[str, frozenset[Role]], *, machines: Collection[str] = ()
) -> None:
    """Add a room's rights ("room:entity:verb") with the roles that have them by default. Called once from AppConfig.ready.

    `machines` are those that a key of an organisation may be given too. A right that is not named there stays with people: what binds
    the organisation by somebody's word (decisions, offices, bank accounts, closing of books) belongs to no program.

    Raises ValueError where a right has no line in `defaults` or the other way round.
    """
    missing = {str(right) for right in rights} ^ {str(right) for right in defaults}
    if missing:
        raise ValueError(f"rights and their defaults differ: {sorted(missing)}")
    for right, roles in defaults.items():
        _roles_of[str(right)] = frozenset(roles)
    _for_machines.update(str(right) for right in machines)


def register_rights_of_kind(source: RightsOfKind) -> None:
    """Called once from AppConfig.ready by the room that knows legal forms. The source is asked often: it remembers its answers."""
    if source not in _of_kind:
        _of_kind.append(source)


def roles_with(right: str, kind: str = "") -> frozenset[Role]:
    """The roles that hold `right`, in an organisation of the kind (none named: everywhere). Raises UnknownRight."""
    try:
        roles = _roles_of[str(right)]
    except KeyError:
        raise UnknownRight(right) from None
    if kind:
        for source in _of_kind:
            roles |= source(kind).get(str(right), frozenset())
    return roles


def given_by_kind(kind: str) -> frozenset[Role]:
    """The roles to which an organisation of the kind gives more than the defaults."""
    return frozenset(role for source in _of_kind for roles in source(kind).values() for role in roles)


def for_machines(right: str) -> bool:
    """Whether a key of an organisation may hold `right`."""
    return str(right) in _for_machines


def all_rights() -> tuple[str, ...]:
    return tuple(sorted(_roles_of))
