from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from django.db import transaction

from koopset.foundation.events.codec import NotAnEvent, decode, encode
from koopset.foundation.rights.acting import current_actor
from koopset.foundation.rights.actors import SYSTEM

E = TypeVar("E")
Handler = Callable[[Any], object]

JOB = "events.deliver"


class Delivery(StrEnum):
    IN_TRANSACTION = "in-transaction"
    AFTER_COMMIT = "after-commit"


_handlers: dict[type, list[tuple[Handler, Delivery]]] = {}
_events: dict[str, type] = {}
#: Of handlers that may have nothing to do in an organisation: how to ask that once.
_idle: dict[Handler, Callable[[int], bool]] = {}


def _path(thing: Any) -> str:
    return f"{thing.__module__}:{thing.__qualname__}"


def subscribe(
    event: type[E],
    handler: Callable[[E], object],
    delivery: Delivery,
    *,
    idle: Callable[[int], bool] | None = None,
) -> None:
    """Have `handler(event)` called for each event of this very class. Called once from AppConfig.ready; the order is that of the rooms.

    `idle(organisation_id)` may say beforehand that the handler would do nothing in an organisation: `publish_all` asks it once for all.

    An AFTER_COMMIT handler is a function of a module (its name is stored) and may be called twice after a crash only if it is
    not of one database: it runs in one transaction with the mark that it is done.
    """
    if not (
        dataclasses.is_dataclass(event)
        and "organisation_id" in {item.name for item in dataclasses.fields(event)}
    ):
        raise NotAnEvent(f"{event.__name__} must be a dataclass with organisation_id")
    if delivery is Delivery.AFTER_COMMIT and "<" in handler.__qualname__:
        raise ValueError("a handler after the commit must be a function of a module: its name is stored")
    pairs = _handlers.setdefault(event, [])
    if (handler, delivery) not in pairs:
        pairs.append((handler, delivery))
        _events[_path(event)] = event
    if idle is not None:
        _idle[handler] = idle


def publish(event: object) -> None:
    """Tell an event. Must be called inside a transaction: what is told and what is written stand or fall together.

    Raises whatever an IN_TRANSACTION handler refuses with, and TransactionManagementError outside a transaction.
    """
    _tell([event], _handlers.get(type(event), ()))


def publish_all(events: Sequence[object]) -> None:
    """Tell events of one class and one organisation, as `publish` tells each; a handler that is idle there is asked once, not for each.

    Raises what `publish` does, and ValueError for a mixture.
    """
    if not events:
        return
    kinds = {(type(event), event.organisation_id) for event in events}  # type: ignore[attr-defined]
    [(cls, organisation_id)] = kinds
    pairs = [
        (handler, delivery)
        for handler, delivery in _handlers.get(cls, ())
        if handler not in _idle or not _idle[handler](organisation_id)
    ]
    _tell(events, pairs)


def _tell(events: Sequence[object], pairs: Sequence[tuple[Handler, Delivery]]) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "an event is published inside the transaction of its fact"
        )
    if not pairs:
        return
    for event in events:
        _tell_one(event, pairs)


def _tell_one(event: object, pairs: Sequence[tuple[Handler, Delivery]]) -> None:
    for handler, delivery in pairs:
        if delivery is Delivery.IN_TRANSACTION:
            handler(event)
    later = [handler for handler, delivery in pairs if delivery is Delivery.AFTER_COMMIT]
    if later:
        from koopset.foundation.jobs.services import enqueue

        data = encode(event)
        for handler in later:
            enqueue(
                JOB,
                actor=current_actor() or SYSTEM,
                organisation_id=data["organisation_id"],
                args={"event": _path(type(event)), "handler": _path(handler), "data": data},
            )


def deliver(event: str, handler: str, data: dict[str, Any]) -> bool:
    """Call a stored handler; only one that is subscribed, whatever the row says. False when nobody listens any more."""
    cls = _events.get(event)
    if cls is None:
        return False
    for known, delivery in _handlers[cls]:
        if delivery is Delivery.AFTER_COMMIT and _path(known) == handler:
            known(decode(cls, data))
            return True
    return False
