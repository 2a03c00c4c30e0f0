"""Nothing is asked twice while a page is read: the answers of a request are kept till its end.

A request that changes nothing (GET, HEAD) keeps them to its end: there an answer cannot grow old. A form that is sent keeps them on the way
to its view, where nothing is written yet, and no further. Elsewhere (a job, a command) every question is asked anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("koopset_answers", default=None)


@contextmanager
def answers_kept(keep: bool = True) -> Iterator[None]:
    """Within it, questions marked `asked_once` are asked once; with `keep` false, each time."""
    token = _answers.set({} if keep else None)
    try:
        yield
    finally:
        _answers.reset(token)


def forget_answers() -> None:
    """From here to the end of the request every question is asked anew."""
    _answers.set(None)


def asked_once(question: Callable[P, T]) -> Callable[P, T]:
    """A selector whose answer is kept for the request. Its arguments are hashable; its answer is not changed by who gets it."""

    @functools.wraps(question)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _answers.get()
        if kept is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = question(*args, **kwargs)
        answer: T = kept[key]
        return answer

    return ask


def keep_answer(question: Callable[..., T], answer: T, *args: Any) -> None:
    """Another query has brought what the question marked `asked_once` would ask: it is not asked any more in this request."""
    kept = _answers.get()
    if kept is not None:
        kept.setdefault((getattr(question, "__wrapped__", question), args, ()), answer)
