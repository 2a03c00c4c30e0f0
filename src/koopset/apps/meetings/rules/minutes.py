"""What minutes must hold, by article, and what a draft lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from koopset.apps.meetings.rules.law import Form
from koopset.apps.meetings.rules.profile import MinutesPoint, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """On what points of minutes depend: the form of the meeting, and what happened in it."""

    form: Form
    owners: bool = False  # owners without membership voted on some item
    electronic: bool = False
    secret: bool = False
    proxies: bool = False
    election: bool = False
    in_system: bool = False  # ЖК art. 47.1

    @property
    def words(self) -> frozenset[str]:
        """The words of a point's `when` that hold here."""
        flags = {
            "owners": self.owners,
            "electronic": self.electronic,
            "secret": self.secret,
            "proxies": self.proxies,
            "election": self.election,
            "system": self.in_system,
        }
        return frozenset({self.form.value, *(word for word, holds in flags.items() if holds)})


def minutes_points(profile: Profile, circumstances: Circumstances) -> tuple[MinutesPoint, ...]:
    """What minutes of such a meeting must hold, in the order of the profile."""
    words = circumstances.words
    return tuple(point for point in profile.minutes if not point.when or words & set(point.when))


def minutes_lacking(
    profile: Profile, circumstances: Circumstances, contents: Mapping[str, object]
) -> tuple[MinutesPoint, ...]:
    """Points for which the contents hold nothing: no such key, None, False, an empty text or list. A number 0 is something."""
    return tuple(
        point for point in minutes_points(profile, circumstances) if not _is_there(contents.get(point.key))
    )


def minutes_text_lacking(
    profile: Profile, circumstances: Circumstances, text: str
) -> tuple[MinutesPoint, ...]:
    """Points of which a ready text holds none of their words; a point without words is not looked for in a text."""
    folded = " ".join(text.split()).casefold()
    return tuple(
        point
        for point in minutes_points(profile, circumstances)
        if point.words and not any(word.casefold() in folded for word in point.words)
    )


def point_keys(profile: Profile) -> Collection[str]:
    """Keys that contents of minutes are asked for by this profile, in any circumstance."""
    return tuple(point.key for point in profile.minutes)


def _is_there(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, bool | Collection):
        return bool(value)
    return value is not None
