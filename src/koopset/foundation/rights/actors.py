"""Who acts, and what they may do (K2). An actor is made once a request and passed to every service and selector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from django.utils import timezone

from koopset.foundation.rights.catalogue import for_machines, roles_with
from koopset.foundation.rights.grant_rows import GrantRows, rows_found
from koopset.foundation.rights.roles import HOUSEHOLD, Role
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant


class Forbidden(Exception):
    """The actor has no such right here. Pages and the API answer it exactly as an absent object."""


class ActorKind(StrEnum):
    PERSON = "person"
    TOKEN = "token"
    KEY = "key"  # of an organisation: nobody's person
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in an organisation on the day it was asked; `for_person_id` names whom a representative stands for, `kind` is that of the
    organisation: a legal form may give a role more than others do.
    """

    organisation_id: int | None
    role: Role
    for_person_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """`scopes` (of a token) narrow the rights; None means no narrowing.

    A key of an organisation has no roles: in `home_id`, and nowhere else, it has its scopes. It signs what it does as a login does, by a
    number of its own in `login_id`: below zero, so that it is never taken for anybody's way in (`key_signature`).
    """

    kind: ActorKind
    login_id: int | None = None
    person_ids: frozenset[int] = frozenset()
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    token_id: int | None = None
    home_id: int | None = None
    _asked: dict[tuple[str, int | None], bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_anonymous(self) -> bool:
        return self.kind is ActorKind.NOBODY

    @property
    def is_operator(self) -> bool:
        return any(grant.role is Role.OPERATOR for grant in self.grants)

    @property
    def is_coordinator(self) -> bool:
        """Of some district; of which one, the room that appoints knows."""
        return any(grant.role is Role.COORDINATOR for grant in self.grants)

    def roles_in(self, organisation_id: int) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants if grant.organisation_id == organisation_id)

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        """Organisations in which the actor has any role, in a stable order."""
        known = {grant.organisation_id for grant in self.grants} | {self.home_id}
        return tuple(sorted(pk for pk in known if pk is not None))

    def is_inside(self, organisation_id: int) -> bool:
        """Whether the actor has any business there: a role, or being a key of it."""
        return self.home_id == organisation_id or bool(self.roles_in(organisation_id))

    def can(self, right: str, organisation_id: int | None) -> bool:
        """Whether `right` is held in the organisation (None: of the platform). Raises UnknownRight."""
        key = (str(right), organisation_id)
        if key not in self._asked:
            self._asked[key] = self._holds(str(right), organisation_id)
        return self._asked[key]

    def _holds(self, right: str, organisation_id: int | None) -> bool:
        roles_with(right)  # an unknown right raises, whoever asks
        if self.kind is ActorKind.SYSTEM:
            return True
        if self.scopes is not None and right not in self.scopes:
            return False
        if self.kind is ActorKind.KEY:
            return self.home_id == organisation_id and for_machines(right)
        for grant in self.grants:
            if (
                grant.organisation_id == organisation_id or grant.role is Role.OPERATOR
            ) and grant.role in roles_with(right, grant.kind):
                return True
        return False

    def require(self, right: str, organisation_id: int | None) -> None:
        """Raise Forbidden unless the right is held."""
        if not self.can(right, organisation_id):
            raise Forbidden(right)

    def acts_for(self, organisation_id: int) -> frozenset[int]:
        """Persons whose own plots, charges and papers the actor may see there: themselves and those they represent."""
        if not (self.roles_in(organisation_id) & HOUSEHOLD):
            return frozenset()
        represented = {
            grant.for_person_id
            for grant in self.grants
            if grant.organisation_id == organisation_id
            and grant.role is Role.REPRESENTATIVE
            and grant.for_person_id is not None
        }
        return self.person_ids | represented


NOBODY = Actor(kind=ActorKind.NOBODY)
#: The platform itself: migrations of data, the demo town, scheduled work that no person asked for.
SYSTEM = Actor(kind=ActorKind.SYSTEM)


class RoleSource(Protocol):
    """A port: a room that knows who holds which role (organisations by appointment, register by ownership and membership)."""

    def grants_of(self, *, login_id: int, person_ids: frozenset[int], on: date) -> Iterable[Grant]: ...

    def persons_with(self, *, role: Role, organisation_id: int, on: date) -> Iterable[int]: ...


class PersonSource(Protocol):
    """A port: the room of people knows which cards of persons a login unites."""

    def persons_of(self, *, login_id: int) -> frozenset[int]: ...


_grant_rows: list[GrantRows] = []
_role_sources: list[RoleSource] = []
_person_sources: list[PersonSource] = []


def register_role_source(source: RoleSource) -> None:
    _role_sources.append(source)


def register_grant_rows(rows: GrantRows) -> None:
    _grant_rows.append(rows)


def _grants_in_rows(person_ids: frozenset[int], on: date) -> tuple[Grant, ...]:
    with across_tenants("the roles of one's own cards, wherever they are held"):
        found = rows_found(tuple(_grant_rows), person_ids, on)
    grants = [
        Grant(organisation_id, Role(role), for_id, kind) for organisation_id, role, for_id, kind in found
    ]
    return tuple(sorted(grants, key=lambda one: (one.organisation_id or 0, one.role, one.for_person_id or 0)))


def register_person_source(source: PersonSource) -> None:
    _person_sources.append(source)


def actor_for_login(
    login_id: int, *, on: date, scopes: frozenset[str] | None = None, token_id: int | None = None
) -> Actor:
    """The actor behind a login on a date, with the roles it has then."""
    persons: frozenset[int] = frozenset().union(
        *(source.persons_of(login_id=login_id) for source in _person_sources)
    )
    grants = _grants_in_rows(persons, on) + tuple(
        grant
        for source in _role_sources
        for grant in source.grants_of(login_id=login_id, person_ids=persons, on=on)
    )
    return Actor(
        kind=ActorKind.TOKEN if token_id is not None else ActorKind.PERSON,
        login_id=login_id,
        person_ids=persons,
        grants=grants,
        scopes=scopes,
        token_id=token_id,
    )


def key_signature(key_id: int) -> int:
    """What a key of an organisation puts where a login stands: «who asked», «who changed»."""
    return -key_id


class KeySource(Protocol):
    """A port: whoever keeps the keys of organisations. None for a key that is not in force."""

    def __call__(self, *, key_id: int, organisation_id: int, now: datetime) -> Actor | None: ...


_key_sources: list[KeySource] = []


def register_key_source(source: KeySource) -> None:
    _key_sources.append(source)


def actor_for_signature(
    login_id: int, *, organisation_id: int | None, now: datetime, scopes: frozenset[str] | None
) -> Actor:
    """The actor that signed work which is done later, with the rights of now: a login, or a key of the organisation if still in force."""
    if login_id > 0:
        return actor_for_login(login_id, on=timezone.localdate(now), scopes=scopes)
    for source in _key_sources if organisation_id is not None else ():
        found = source(key_id=-login_id, organisation_id=organisation_id or 0, now=now)
        if found is not None:
            return found
    return NOBODY


def persons_who_can(right: str, *, organisation_id: int, on: date) -> frozenset[int]:
    """The reverse question: which persons hold `right` in the organisation (whom to notify of what waits)."""
    roles = roles_with(
        right, Tenant.objects.filter(pk=organisation_id).values_list("kind", flat=True).first() or ""
    )
    return frozenset(
        person_id
        for source in _role_sources
        for role in roles
        for person_id in source.persons_with(role=role, organisation_id=organisation_id, on=on)
    )
