from __future__ import annotations

import pytest

from koopset.config.logging import fault, mask, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to ivan.petrov@example.org failed", "mail to <e-mail> failed"),
        ("GET /o/1/register/?q=Петров&page=2", "GET /o/1/register/?…"),
        ("call +7 (900) 123-45-67", "call <number>"),
        ("account 40817810099910004312", "account <number>"),
        ("payer Иванов Иван Иванович, plot 12", "payer <name>, plot 12"),
        ("payer Иванов И. И.", "payer <name>"),
        ("job 123456 of organisation 17 in 12.5 s", "job 123456 of organisation 17 in 12.5 s"),
    ],
)
def test_personal_data_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_values_and_secret_keys_are_masked() -> None:
    event = {
        "event": "sent to a@b.ru",
        "to": "a@b.ru",
        "email": "x",
        "count": 5,
        "request_id": "123456789012",
    }
    assert mask(None, "info", event) == {
        "event": "sent to <e-mail>", "to": "<e-mail>", "email": "…", "count": 5, "request_id": "123456789012",
    }  # fmt: skip


def test_an_exception_is_told_by_its_class_and_place_not_by_its_text(settings) -> None:
    settings.DEBUG = False
    try:
        raise ValueError("Key (email)=(a@b.ru) already exists")
    except ValueError as error:
        told = fault(None, "error", {"event": "x", "exc_info": error})["exception"]
    assert told.startswith("builtins.ValueError")
    assert "test_logging.py" in told
    assert "a@b.ru" not in told
