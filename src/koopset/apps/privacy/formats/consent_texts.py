"""Texts of consents and the list of what law asks for (profiles/*.toml): data that a lawyer can read and correct."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

#: To whom a consent is given.
PLATFORM, ORGANISATION = "platform", "organisation"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of the document of one purpose, in force from a day until the next version."""

    purpose: str
    version: int
    since: date
    to: str
    title: str
    gives: str
    text: str

    def shown(self, addressee: str) -> str:
        """The whole text as the person reads it."""
        return self.text.replace("{addressee}", addressee)

    def digest(self, addressee: str) -> str:
        """sha256 of the text as it was shown."""
        return hashlib.sha256(self.shown(addressee).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LawfulUse:
    """What is done with personal data because a law says so; no consent is asked for it."""

    title: str
    what: str
    article: str
    until: str


@dataclass(frozen=True, slots=True)
class Profile:
    consents: tuple[ConsentText, ...]
    lawful: tuple[LawfulUse, ...]
    platform: str

    def in_force(self, on: date) -> dict[str, ConsentText]:
        """purpose → the version in force on a day, in the order of the file."""
        found: dict[str, ConsentText] = {}
        for text in sorted(self.consents, key=lambda one: (one.since, one.version)):
            if text.since <= on:
                found[text.purpose] = text
        order = list(dict.fromkeys(text.purpose for text in self.consents))
        return {purpose: found[purpose] for purpose in order if purpose in found}

    def version(self, purpose: str, version: int) -> ConsentText | None:
        """A version by its number, also one that is no longer in force."""
        for text in self.consents:
            if (text.purpose, text.version) == (purpose, version):
                return text
        return None


def read_profile(source: str) -> Profile:
    """Raises ValueError for a text that cannot be used: a version told twice, an addressee nobody knows."""
    data = tomllib.loads(source)
    texts = tuple(
        ConsentText(
            row["purpose"],
            int(row["version"]),
            row["since"],
            row["to"],
            row["title"],
            row["gives"],
            row["text"].strip(),
        )
        for row in data["consent"]
    )
    if len({(text.purpose, text.version) for text in texts}) != len(texts):
        raise ValueError("a version of a consent is told twice")
    if any(text.to not in (PLATFORM, ORGANISATION) for text in texts):
        raise ValueError("a consent is given to the platform or to an organisation")
    lawful = tuple(
        LawfulUse(row["title"], row["what"], row["article"], row["until"]) for row in data["lawful"]
    )
    return Profile(texts, lawful, data["platform"])


@cache
def russian() -> Profile:
    """The profile of Russian law."""
    return read_profile((files("koopset.apps.privacy.profiles") / "ru.toml").read_text("utf-8"))
