"""That what is done inside is refused, and with which code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from koopset.kernel.violations import RuleViolation


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RuleViolation) as refusal:
        yield
    assert refusal.value.code == code, f"refused with {refusal.value.code}"
