"""The first door of the site, as those ask it that only look whether it is there."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_watch_that_asks_for_the_head_only_is_answered_as_a_reader() -> None:
    page, head = Client().get("/"), Client().head("/")
    assert head.status_code == page.status_code < 400
    assert head.content == b""
    assert Client().post("/").status_code == 405
