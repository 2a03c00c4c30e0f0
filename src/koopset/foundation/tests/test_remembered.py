"""What is remembered is right as long as its key stands, and no longer."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from koopset.foundation.remembered import remembered


@pytest.fixture
def asked() -> list[int]:
    cache.clear()
    return []


def ask(asked: list[int], key: str, organisation_id: int = 1, name: str = "total") -> int:
    def compute() -> int:
        asked.append(organisation_id)
        return len(asked)

    return remembered(name, organisation_id, key, compute)


def test_one_key_is_computed_once(asked: list[int]) -> None:
    assert [ask(asked, "a"), ask(asked, "a"), ask(asked, "a")] == [1, 1, 1]


def test_another_key_is_computed_anew_and_the_former_is_forgotten(asked: list[int]) -> None:
    assert [ask(asked, "a"), ask(asked, "b"), ask(asked, "b"), ask(asked, "a")] == [1, 2, 2, 3]


def test_without_a_key_nothing_is_remembered(asked: list[int]) -> None:
    assert [ask(asked, ""), ask(asked, "")] == [1, 2]


def test_organisations_and_questions_are_kept_apart(asked: list[int]) -> None:
    answers = [ask(asked, "a"), ask(asked, "a", organisation_id=2), ask(asked, "a", name="other")]
    assert answers == [1, 2, 3]


def test_an_answer_of_nothing_is_an_answer(asked: list[int]) -> None:
    def nothing() -> None:
        asked.append(0)

    for _time in range(2):
        assert remembered("nothing", 1, "a", nothing) is None
    assert len(asked) == 1
