"""What a page asks of its visitor. Every view declares it; the permission matrix reads the declaration."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden
from koopset.foundation.rights.roles import HOUSEHOLD

P = ParamSpec("P")
View = Callable[Concatenate["PageRequest", P], HttpResponseBase]


class PageRequest(HttpRequest):
    """A request that passed the gate: `actor` and `organisation_id` are set."""

    actor: Actor
    organisation_id: int


class Gate(StrEnum):
    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed-in"  # any login, and any key
    PERSON = "person"  # any login: what is a person's own, so that a key of an organisation finds nothing
    HOUSEHOLD = "household"  # residents, members, representatives of the organisation in the address
    ANY_ROLE = "any-role"  # any role in the organisation in the address


class Hold(Protocol):
    """A port: what holds back a page from somebody who may open it, until something is done first. None lets it go on."""

    def __call__(self, request: PageRequest, asks: str | Gate) -> HttpResponseBase | None: ...


_holds: list[Hold] = []


def register_hold(hold: Hold) -> None:
    """Called once from AppConfig.ready. Holds are asked after the right, so that nothing is told to whom it is absent."""
    if hold not in _holds:
        _holds.append(hold)


def page(asks: str | Gate) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Declare what a view asks: a right of the organisation in the address, or a gate. A refusal answers like an absent page (404)."""

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = cast(PageRequest, request).actor
            if asks != Gate.PUBLIC:
                if actor.is_anonymous:
                    return redirect_to_login(request.get_full_path())
                if not passes(actor, asks, cast("int | None", kwargs.get("organisation_id"))):
                    raise Http404
                for hold in _holds:
                    if (held := hold(cast(PageRequest, request), asks)) is not None:
                        return held
            try:
                return view(cast(PageRequest, request), *args, **kwargs)
            except Forbidden as refusal:
                raise Http404 from refusal

        cast(Any, run).koopset_asks = asks
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", run)

    return wrap


def passes(actor: Actor, asks: str | Gate, organisation_id: int | None) -> bool:
    if asks == Gate.SIGNED_IN:
        return True
    if asks == Gate.PERSON:
        return actor.kind in (ActorKind.PERSON, ActorKind.TOKEN)
    if isinstance(asks, Gate):
        if organisation_id is None:
            return False
        if asks == Gate.HOUSEHOLD:
            return bool(actor.roles_in(organisation_id) & HOUSEHOLD)
        return actor.is_inside(organisation_id)
    return actor.can(asks, organisation_id)
