"""The law profiles that come with the program (meetings/profiles/*.toml): what a body starts with."""

from __future__ import annotations

import functools
from importlib.resources import files

from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.profile_text import profile_read

FOLDER = "koopset.apps.meetings.profiles"


@functools.cache
def shipped_texts() -> dict[str, str]:
    """The texts by the names of their files, without the ending."""
    return {
        item.name.removesuffix(".toml"): item.read_text("utf-8")
        for item in sorted(files(FOLDER).iterdir(), key=lambda item: item.name)
        if item.name.endswith(".toml")
    }


@functools.cache
def shipped_profiles() -> tuple[Profile, ...]:
    """All of them, read. Raises RuleViolation for a text with a fault."""
    return tuple(profile_read(text) for text in shipped_texts().values())
