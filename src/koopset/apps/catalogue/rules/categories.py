"""What a need is: categories and the finer kinds of goods below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from koopset.kernel.quantity import Unit

MEASURES = (Unit.KG, Unit.L, Unit.PCS)
"""Units in which an amount of a kind is kept; nothing else is compared between neighbours and suppliers."""


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind of goods that may be compared: milk, honey, potatoes. `key` is unique over all categories."""

    key: str
    title: str
    title_en: str
    category: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    """A category of needs.

    `is_need`: counts to what a household needs (bags, tobacco, bets, deposits, utilities do not).
    `is_private`: seen by whoever brought the receipt, by nobody else of the household (medicines, alcohol). `parent` is the key of a group,
    `synonyms` are words a person searches by.
    """

    key: str
    title: str
    title_en: str
    parent: str
    unit: Unit
    is_need: bool
    is_private: bool
    synonyms: tuple[str, ...]
    kinds: tuple[KindInfo, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Several categories under one title: food, house."""

    key: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Profile:
    """All of it, in the order in which it is shown."""

    groups: tuple[Group, ...]
    categories: Mapping[str, CategoryInfo]
    kinds: Mapping[str, KindInfo]

    def fits(self, category: str, kind: str) -> bool:
        """Whether the category is known and the kind is empty or lies below it."""
        if category not in self.categories:
            return False
        return not kind or (kind in self.kinds and self.kinds[kind].category == category)
