"""Logins, cards and actors for tests of this room and of the rooms above."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress

from koopset.apps.people.models import Login, Person
from koopset.foundation.rights.actors import Actor, ActorKind, Grant
from koopset.foundation.rights.roles import Role

PASSWORD = "Тихая-заводь-47"
_numbers = count(1)


def make_login(
    email: str | None = None, *, password: str | None = PASSWORD, verified: bool = True, **fields: Any
) -> Login:
    """A login with a confirmed e-mail; `password=None` for one that never signs in by it (faster)."""
    address = email or f"person{next(_numbers)}@example.org"
    login = Login.objects.create_user(address, password, **fields)
    EmailAddress.objects.create(user=login, email=login.email, primary=True, verified=verified)
    return login


def make_person(
    organisation_id: int | None = None, *, name: str = "", login: Login | None = None, **fields: Any
) -> Person:
    """A card; `name` is «Фамилия Имя Отчество»; without `organisation_id` the person's own card."""
    last, first, middle = [*(name or f"Петрова Анна Номер{next(_numbers)}").split(), "", ""][:3]
    values: dict[str, Any] = {"last_name": last, "first_name": first, "middle_name": middle}
    if fields.get("kind") == "legal":
        values = {"body_name": name or f"ООО «Ромашка {next(_numbers)}»"}
    return Person.objects.create(keeper_id=organisation_id, login=login, **(values | fields))


def make_actor(
    role: Role | None,
    organisation_id: int | None,
    *,
    login: Login | None = None,
    person_ids: frozenset[int] = frozenset(),
) -> Actor:
    """An actor with one role and no database row behind it, unless a login is given."""
    grants = () if role is None else (Grant(None if role is Role.OPERATOR else organisation_id, role),)
    return Actor(
        kind=ActorKind.PERSON,
        login_id=login.pk if login else 900_000 + next(_numbers),
        person_ids=person_ids,
        grants=grants,
    )
