"""An event as JSON and back. Only plain values: an event tells what happened, it does not carry rows."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union


class NotAnEvent(TypeError):
    """A class or a value that cannot travel as JSON: a mistake of the programmer."""


def encode(event: object) -> dict[str, Any]:
    """Raises NotAnEvent for a field that is not plain."""
    assert dataclasses.is_dataclass(event)
    return {item.name: _encode(getattr(event, item.name)) for item in dataclasses.fields(event)}


def _encode(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list | frozenset):
        items = [_encode(item) for item in value]
        return sorted(items) if isinstance(value, frozenset) else items
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    raise NotAnEvent(f"{type(value).__name__} cannot be a field of an event")


def decode(cls: type[Any], data: Mapping[str, Any]) -> Any:
    """The event again, by the annotations of its class. Fields that the class no longer has are left out."""
    hints = typing.get_type_hints(cls)
    return cls(
        **{
            item.name: _decode(hints[item.name], data[item.name])
            for item in dataclasses.fields(cls)
            if item.name in data
        }
    )


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _decode(next(item for item in arguments if item is not type(None)), value)
    if origin is tuple:
        inner = arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else None
        if inner is not None:
            return tuple(_decode(inner, item) for item in value)
        return tuple(_decode(kind, item) for kind, item in zip(arguments, value, strict=True))
    if origin in (list, frozenset):
        return origin(_decode(arguments[0], item) for item in value)
    if not isinstance(hint, type):
        return value
    if issubclass(hint, datetime | date):
        return hint.fromisoformat(value)
    if issubclass(hint, Decimal | Enum):
        return hint(value)
    return value
