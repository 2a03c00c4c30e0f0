"""Events that are told outside: their names, words and the shape of their data.

A room puts its events here once (`sources.py`): ids and links only. Names, sums of people and texts stay inside; a program that wants
them asks for them with its key, and so by its rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.functional import Promise
from ninja import Schema

from koopset.foundation.events import Delivery, subscribe

E = TypeVar("E")
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """`make` gives the data of an event; `links` the paths under which a program finds what it tells of."""

    name: str
    words: str | Promise
    data: type[Schema]
    make: Callable[[Any], Mapping[str, Any]]
    links: Callable[[Any], Mapping[str, str]]


_by_class: dict[type, OutsideEvent] = {}
_by_name: dict[str, OutsideEvent] = {}


def tell_outside(
    event: type[E],
    name: str,
    words: str | Promise,
    *,
    data: type[Schema],
    make: Callable[[E], Mapping[str, Any]],
    links: Callable[[E], Mapping[str, str]],
) -> None:
    """Let subscribers outside hear of `event` as `name`. Called once from AppConfig.ready. Raises ValueError for a name taken."""
    from koopset.foundation.webhooks.deliveries import hear, nobody_listens

    known = _by_name.get(name)
    if known is not None and _by_class.get(event) is not known:
        raise ValueError(f"the event {name} is told already")
    _by_class[event] = _by_name[name] = OutsideEvent(name, words, data, make, links)
    subscribe(event, hear, Delivery.IN_TRANSACTION, idle=nobody_listens)


def outside_event_of(event: object) -> OutsideEvent:
    return _by_class[type(event)]


def event_names() -> dict[str, str | Promise]:
    """Words of every event that may be subscribed to, in the order of the rooms."""
    return {one.name: one.words for one in _by_name.values()}


def outside_events() -> list[OutsideEvent]:
    return list(_by_name.values())
