"""The language of the terminal."""

from __future__ import annotations

import os

RUSSIAN = not os.environ.get("LC_ALL", os.environ.get("LANG", "ru")).lower().startswith("en")


def say(ru: str, en: str) -> str:
    """The text in the language of the terminal: Russian unless its locale is English."""
    return ru if RUSSIAN else en
