"""The frame of every function that writes: one transaction, the right asked first, the actor known to history."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction

from koopset.foundation.rights.acting import acting
from koopset.foundation.rights.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")

#: Every service by its dotted name, with the right it asks (None: it asks by itself, and says so in its docstring).
SERVICES: dict[str, str | None] = {}


def service(right: str | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make `function(*, actor, organisation_id=…, …)` a service: atomic, refused with Forbidden unless the actor holds `right`.

    `right=None` is for a service whose right depends on its object; such a service must ask `actor.require` itself.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        SERVICES[f"{function.__module__}.{function.__qualname__}"] = None if right is None else str(right)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs["actor"]
            assert isinstance(actor, Actor), "a service takes actor= as a keyword"
            organisation_id = kwargs.get("organisation_id")
            assert organisation_id is None or isinstance(organisation_id, int)
            if right is not None:
                actor.require(right, organisation_id)
            with acting(actor), transaction.atomic():
                return function(*args, **kwargs)

        return run

    return wrap
