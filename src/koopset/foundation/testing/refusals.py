"""That a service refuses, and with which code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from koopset.kernel.violations import RuleViolation


def refused(code: str, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> RuleViolation:
    """The refusal of `call(*args, **kwargs)`, which must carry `code`. A call that goes through fails the test."""
    with pytest.raises(RuleViolation) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code, f"refused with {refusal.value.code}"
    return refusal.value
