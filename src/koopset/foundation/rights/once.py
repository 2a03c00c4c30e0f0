"""Nothing is asked twice while a page is read: the answers of a request are kept till its end.

Only requests that change nothing (GET, HEAD) keep them: there an answer cannot grow old. Elsewhere (a form that is sent, a job, a
command) every question is asked anew.
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
