"""Reads categories, kinds and groups from `catalogue/profiles/categories.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from koopset.apps.catalogue.rules.categories import MEASURES, CategoryInfo, Group, KindInfo, Profile
from koopset.kernel.quantity import Unit

FOLDER = "koopset.apps.catalogue.profiles"


class BadProfile(ValueError):
    """The file of categories contradicts itself: a mistake of ours, found by the tests."""


@cache
def profile() -> Profile:
    """All categories as the file has them, read once a process."""
    return read((files(FOLDER) / "categories.toml").read_text("utf-8"))


def read(text: str) -> Profile:
    """The profile in a TOML text. Raises BadProfile for a key that stands twice, an unknown group or unit."""
    data = tomllib.loads(text)
    groups = tuple(Group(row["key"], row["title"], row["en"]) for row in data["group"])
    known = {group.key for group in groups}
    categories: dict[str, CategoryInfo] = {}
    kinds: dict[str, KindInfo] = {}
    for row in data["category"]:
        found = _category(row)
        if found.key in categories or found.parent not in known:
            raise BadProfile(found.key)
        categories[found.key] = found
        for kind in found.kinds:
            if kind.key in kinds:
                raise BadProfile(kind.key)
            kinds[kind.key] = kind
    return Profile(groups, categories, kinds)


def _category(row: dict[str, Any]) -> CategoryInfo:
    return CategoryInfo(
        key=row["key"],
        title=row["title"],
        title_en=row["en"],
        parent=row["parent"],
        unit=_unit(row["unit"]),
        is_need=row.get("need", True),
        is_private=row.get("private", False),
        synonyms=tuple(word.strip() for word in row.get("synonyms", "").split(",") if word.strip()),
        kinds=tuple(_kind(line, row["key"]) for line in row.get("kinds", [])),
    )


def _kind(line: str, category: str) -> KindInfo:
    key, unit, english = (part.strip() for part in line.split("|"))
    return KindInfo(key, key[:1].upper() + key[1:], english, category, _unit(unit))


def _unit(text: str) -> Unit:
    if text not in MEASURES:
        raise BadProfile(text)
    return Unit(text)
