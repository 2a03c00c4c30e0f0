"""The words for each refusal: what happened and what to do. The rules know codes only; a room's messages.py gives the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from koopset.kernel.violations import RuleViolation

Text = str | Promise

_texts: dict[str, Text] = {}

#: Shown for a code that nobody gave words to: a mistake of ours, caught by a test, but never an empty message.
UNKNOWN = _(
    "This cannot be done now. If it happens again, tell the operator of the platform the code “%(code)s”."
)


def register_messages(texts: Mapping[str, Text]) -> None:
    """Give words to codes ("room.what_is_wrong"), with %(name)s for the violation's params. Called once from AppConfig.ready.

    Raises ValueError for a code that has other words already.
    """
    for code, text in texts.items():
        if code in _texts and _texts[code] is not text:
            raise ValueError(f"{code} has its message already")
        _texts[code] = text


def text_of(violation: RuleViolation) -> str:
    """The refusal in the language of the reader. A missing param never hides the refusal itself."""
    return text_of_code(violation.code, violation.params)


def text_of_code(code: str, params: Mapping[str, object]) -> str:
    """The same from a stored code and its params (jobs keep them so, to be read in any language)."""
    text = _texts.get(code)
    if text is None:
        return str(UNKNOWN) % {"code": code}
    try:
        return str(text) % {name: _shown(value) for name, value in params.items()}
    except (KeyError, ValueError, TypeError):
        return str(UNKNOWN) % {"code": code}


def has_message(code: str) -> bool:
    return code in _texts


def _shown(value: object) -> object:
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return value if isinstance(value, int | str) else str(value)
