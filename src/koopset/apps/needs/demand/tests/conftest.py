from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Copies of each test are its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path
