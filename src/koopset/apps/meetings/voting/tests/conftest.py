"""What is kept for a second is asked anew in each test: keys of rows come again after a rollback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from koopset.apps.meetings.voting.selectors.hall import kept


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kept, "seconds", 0.0)
    kept.forget()
    yield
    kept.forget()
