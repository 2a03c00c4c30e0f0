"""Refusals of the books in the reader's words."""

from __future__ import annotations

from koopset.foundation.refusals import text_of_code
from koopset.foundation.ui.templatetags.ks import month_name
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


def words(violation: RuleViolation) -> str:
    """The refusal for a person: months by their names («ноябрь 2026»), not as machines write them."""
    params = dict(violation.params)
    for name in ("month", "first", "last"):
        if isinstance(value := params.get(name), str):
            try:
                params[name] = month_name(Month.parse(value))
            except RuleViolation:
                continue
    return text_of_code(violation.code, params)
