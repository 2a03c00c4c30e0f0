"""What people are told about, as rooms declare it: by a plain name, and which ways of telling cannot be refused and why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Channel(StrEnum):
    APP = "app"
    MAIL = "mail"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Topic:
    """`kept` are the channels that cannot be refused, `reason` tells why. An urgent topic waits for no hour. `open_title` lets the title
    of a notice be seen on a locked screen; otherwise the topic's name stands there. `listed` hides the topic from the page of choices.
    """

    code: str
    name: Words
    kept: frozenset[Channel] = frozenset()
    reason: Words = ""
    urgent: bool = False
    open_title: bool = False
    listed: Callable[[], bool] | None = None


_topics: dict[str, Topic] = {}


def register_topic(
    code: str,
    name: Words,
    *,
    kept: Collection[Channel] = (),
    reason: Words = "",
    urgent: bool = False,
    open_title: bool = False,
    listed: Callable[[], bool] | None = None,
) -> None:
    """Declare the notices of a topic ("billing.document"). Called once from AppConfig.ready.

    Raises ValueError for a channel kept without a reason.
    """
    if kept and not reason:
        raise ValueError(f"{code}: say why it cannot be refused")
    _topics[code] = Topic(code, name, frozenset(kept), reason, urgent, open_title, listed)


def topic_of(code: str) -> Topic:
    """The topic, also of notices whose room does not stand any more."""
    return _topics.get(code) or Topic(code, _("notices of this kind"))


def topic_name(code: str) -> str:
    """Its plain name; of several codes by comma (a letter of a day), all their names."""
    names = dict.fromkeys(str(topic_of(one).name) for one in code.split(","))
    return ", ".join(names)


def topics() -> list[Topic]:
    """What stands on the page of choices, in the order of the alphabet of the reader."""
    shown = [one for one in _topics.values() if one.listed is None or one.listed()]
    return sorted(shown, key=lambda one: str(one.name))
