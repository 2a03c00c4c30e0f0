"""What this room tells the engine of rights: which cards a login unites."""

from __future__ import annotations

from koopset.apps.people.models import Person
from koopset.foundation.rights.actors import register_person_source


class CardsOfLogin:
    def persons_of(self, *, login_id: int) -> frozenset[int]:
        return frozenset(Person.objects.filter(login_id=login_id).values_list("pk", flat=True))


def register() -> None:
    register_person_source(CardsOfLogin())
