"""Keys of an installation: made once, readable by their owner only."""

from __future__ import annotations

from pathlib import Path

import pytest
from py_vapid import Vapid02

from koopset.config.secret import secret_key, vapid_key


@pytest.mark.parametrize(("make", "name"), [(secret_key, "secret-key"), (vapid_key, "vapid-key")])
def test_a_key_is_made_once(make, name: str, tmp_path: Path) -> None:
    key = make(tmp_path)
    assert make(tmp_path) == key
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_pushes_can_be_signed_with_the_key(tmp_path: Path) -> None:
    claims = {"aud": "https://push.example.org", "sub": "mailto:a@example.org"}
    assert "Authorization" in Vapid02.from_string(private_key=vapid_key(tmp_path)).sign(claims)
