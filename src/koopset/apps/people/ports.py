"""What this room asks of those above and outside: the name of the body that keeps a card, whether the people are invented, a sender
of text messages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

NamesOfKeepers = Callable[[Iterable[int]], dict[int, str]]

_names: list[NamesOfKeepers] = []


def register_keeper_names(names: NamesOfKeepers) -> None:
    """Called once from AppConfig.ready of the room that knows organisations."""
    _names.append(names)


def keeper_names(organisation_ids: Iterable[int]) -> dict[int, str]:
    wanted = set(organisation_ids)
    return {key: name for source in _names for key, name in source(wanted).items()}


def keeper_name(organisation_id: int) -> str:
    """The short name, "" where nobody knows it."""
    return keeper_names([organisation_id]).get(organisation_id, "")


SecondFactorWaiver = Callable[[], bool]

_waivers: list[SecondFactorWaiver] = []


def register_second_factor_waiver(waiver: SecondFactorWaiver) -> None:
    """Where a second factor is asked of nobody: the invented town, whose people anybody may be. Called once from AppConfig.ready."""
    if waiver not in _waivers:
        _waivers.append(waiver)


def second_factor_is_waived() -> bool:
    return any(waiver() for waiver in _waivers)


class SmsGateway(Protocol):
    """Who sends text messages: named in the setting SMS_GATEWAY by a dotted path, made without arguments.

    `send` returns when the message was taken over and raises any exception when it was not; then it is not tried again: the code in
    it is good for minutes only, and the person asks for another.
    """

    def send(self, *, phone: str, text: str) -> None: ...


class ConsoleSms:
    """For development: writes the message to the log instead of sending it. Never for real people: the log would hold their codes."""

    def send(self, *, phone: str, text: str) -> None:
        logging.getLogger("koopset.sms").warning("%s: %s", phone, text)


def sms_is_on() -> bool:
    """Whether this installation can send text messages; where it cannot, no page speaks of them."""
    return bool(settings.SMS_GATEWAY)


def sms_gateway() -> SmsGateway:
    """The sender this installation names."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return gateway
