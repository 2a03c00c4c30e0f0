"""Notices on pages, by letter, on the phone: `from koopset.foundation.notifications import notify, register_address_book`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from koopset.foundation.notifications.addresses import Address as Address
    from koopset.foundation.notifications.addresses import register_address_book as register_address_book
    from koopset.foundation.notifications.selectors import unread_count as unread_count
    from koopset.foundation.notifications.services import notify as notify
    from koopset.foundation.notifications.topics import Channel as Channel
    from koopset.foundation.notifications.topics import register_topic as register_topic

_HOMES = {
    "Address": "addresses",
    "Channel": "topics",
    "notify": "services",
    "register_address_book": "addresses",
    "register_topic": "topics",
    "unread_count": "selectors",
}
__all__ = ["Address", "Channel", "notify", "register_address_book", "register_topic", "unread_count"]


def __getattr__(name: str) -> Any:
    # Given lazily: the package is imported before the models of Django are ready.
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(f"koopset.foundation.notifications.{_HOMES[name]}"), name)
    raise AttributeError(name)
