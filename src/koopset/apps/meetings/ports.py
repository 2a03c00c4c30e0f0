"""What this room asks of others: rooms that can carry out what was decided, and ways to bring a voter a code.

The rooms of the register and of bodies lie below, so this room answers for them in `sources`; rooms above register their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class Offer:
    """An adopted decision with what it lets do. `data`: what the item of the agenda said; of an election also `elected`, cards."""

    organisation_id: int
    meeting_id: int
    item_id: int
    effect: str
    data: Mapping[str, Any]
    decision_id: int
    decided_on: date
    basis: str


class EffectTaker(Protocol):
    """A room that knows how to carry out one kind of effect. Rights are asked by its own services, for the actor.

    `check` refuses data of an agenda's item that could not be carried out later; `carry_out` does it and says in a sentence what was done.
    """

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None: ...

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str: ...


@dataclass(frozen=True, slots=True)
class EffectField:
    """What the agenda asks of a decision, so that it can be carried out. `kind`: "choice" (of `choices`, keys as text; whole numbers come
    back as such), "money" (kopecks), "day" (ISO), "number", "text". Kept in the item's data under `name`.
    """

    name: str
    label: Any
    kind: str
    choices: tuple[tuple[str, Any], ...] = ()
    is_required: bool = False
    hint: Any = ""


class EffectFields(Protocol):
    """What is asked for one kind of effect; `data` is what is known already."""

    def __call__(self, *, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]: ...


class CodeSender(Protocol):
    """A way to bring a code to a person. `send` is called inside the transaction and sends after it."""

    #: "mail" or "phone": pages say by it where to look.
    way: str

    def reaches(self, *, organisation_id: int, person_id: int) -> bool:
        """Whether the person has a proven address of this kind."""
        ...

    def send(self, *, organisation_id: int, person_id: int, text: str) -> bool:
        """False where there is no address."""
        ...


_takers: dict[str, EffectTaker] = {}
_fields: dict[str, EffectFields] = {}
_senders: list[CodeSender] = []


def register_effect(effect: str, taker: EffectTaker) -> None:
    """Called once from AppConfig.ready of the room that knows how. Raises ValueError for an effect that has a room already."""
    if _takers.setdefault(effect, taker) is not taker:
        raise ValueError(f"{effect} has its room already")


def taker_of(effect: str) -> EffectTaker | None:
    """The room that knows how; None where none stands: then the decision is carried out by hand."""
    return _takers.get(effect)


def register_effect_fields(effect: str, fields: EffectFields) -> None:
    """Called once from AppConfig.ready of the room that knows how. Raises ValueError for an effect whose fields are known already."""
    if _fields.setdefault(effect, fields) is not fields:
        raise ValueError(f"{effect} has its fields already")


def effect_fields(effect: str, *, organisation_id: int, data: Mapping[str, Any]) -> tuple[EffectField, ...]:
    """What an agenda asks for an effect; nothing where no room said."""
    found = _fields.get(effect)
    return tuple(found(organisation_id=organisation_id, data=data)) if found is not None else ()


def register_code_sender(sender: CodeSender) -> None:
    """Called once from AppConfig.ready; the first registered is asked first."""
    if sender not in _senders:
        _senders.append(sender)


def code_send(*, organisation_id: int, person_id: int, text: str, way: str = "") -> str:
    """Bring a code to a person by the way that is asked for, else by the first that has an address. The way it went; "" for none."""
    for sender in sorted(_senders, key=lambda one: one.way != way):
        if sender.send(organisation_id=organisation_id, person_id=person_id, text=text):
            return sender.way
    return ""


def code_ways(*, organisation_id: int, person_id: int) -> tuple[str, ...]:
    """The ways by which a code reaches a person, the first asked first."""
    return tuple(
        sender.way
        for sender in _senders
        if sender.reaches(organisation_id=organisation_id, person_id=person_id)
    )
