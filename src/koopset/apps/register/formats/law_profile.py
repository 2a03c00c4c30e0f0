"""The law of membership as dated data (profiles/*.toml): terms, grounds, who decides, each with its article and how surely it is known."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from koopset.apps.organisations.formats.legal_form import legal_form

_STATUSES = frozenset({"V", "M"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A term between two dates. `is_checked`: read in a published text; otherwise pages ask to check it."""

    key: str
    value: Any
    since: date
    until: date
    article: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class RefusalGround:
    """A ground on which an application may be refused."""

    code: str
    text: str
    text_en: str
    since: date
    until: date
    article: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class OutsideItem:
    """An item of the meeting's competence on which owners without membership vote too."""

    number: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Law:
    key: str
    name: str
    name_en: str
    rules: tuple[Rule, ...]
    grounds: tuple[RefusalGround, ...]
    outside_items: tuple[OutsideItem, ...]

    def rule(self, key: str, on: date) -> Rule | None:
        """What holds on the day; None where this law says nothing of it."""
        return next((row for row in self.rules if row.key == key and row.since <= on <= row.until), None)

    def value(self, key: str, on: date, default: Any = None) -> Any:
        row = self.rule(key, on)
        return default if row is None else row.value

    def grounds_on(self, on: date) -> tuple[RefusalGround, ...]:
        return tuple(row for row in self.grounds if row.since <= on <= row.until)


def law_of(form: str) -> Law:
    """The law of membership of a legal form («snt»), which the form names (organisations/profiles)."""
    return _read(legal_form(form).membership)


@functools.cache
def _read(name: str) -> Law:
    """Raises ValueError for a file that contradicts itself."""
    data = tomllib.loads((files("koopset.apps.register.profiles") / f"{name}.toml").read_text("utf-8"))
    rules = tuple(
        Rule(row["key"], row["value"], *_dates(row), row["article"], _is_checked(name, row))
        for row in data["rule"]
    )
    for one in rules:
        for other in rules:
            if (
                one is not other
                and one.key == other.key
                and one.since <= other.until
                and other.since <= one.until
            ):
                raise ValueError(f"{name}: two rules {one.key} hold at once")
    grounds = tuple(
        RefusalGround(
            row["code"], row["text"], row["text_en"], *_dates(row), row["article"], _is_checked(name, row)
        )
        for row in data.get("refusal_ground", ())
    )
    items = tuple(
        OutsideItem(row["number"], row["text"], row["text_en"]) for row in data.get("outside_item", ())
    )
    return Law(name, data["name"], data["name_en"], rules, grounds, items)


def _dates(row: dict[str, Any]) -> tuple[date, date]:
    return row.get("since", date.min), row.get("until", date.max)


def _is_checked(name: str, row: dict[str, Any]) -> bool:
    if row["status"] not in _STATUSES:
        raise ValueError(f"{name}: unknown status of {row}")
    return bool(row["status"] == "V")
