"""The tree of territories as a file of ours keeps it (places/profiles/ru.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROFILE = Path(__file__).resolve().parent.parent / "profiles" / "ru.toml"


@dataclass(frozen=True, slots=True)
class Node:
    """A territory; `parent` is the names from the country down to the one above it."""

    parent: tuple[str, ...]
    level: str
    name: str
    oktmo: str


def read_tree(path: Path = PROFILE) -> Iterator[Node]:
    """Nodes, each after the one it lies in."""
    with path.open("rb") as file:
        profile = tomllib.load(file)
    for country in profile["country"]:
        yield Node((), "country", country["name"], country.get("oktmo", ""))
        for region in country.get("region", ()):
            above = (country["name"],)
            yield Node(above, "region", region["name"], region.get("oktmo", ""))
            for district in region.get("district", ()):
                inside = (*above, region["name"])
                yield Node(inside, "district", district["name"], district.get("oktmo", ""))
                for name in district.get("settlements", ()):
                    yield Node((*inside, district["name"]), "settlement", name, "")
