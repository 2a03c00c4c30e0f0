"""How a page of the world is visited, and what is compared of two answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse

#: Written on any visit, whatever the page.
_OF_A_VISIT = ("django_session", "people_signin")
_WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
#: A key by which a form that was sent twice is known.
_ONCE = re.compile(r'value="[0-9a-f-]{32,64}"')
_TOKEN = re.compile(
    r'(name="csrfmiddlewaretoken" value="|data-csrf="|"csrf": ?"|"X-CSRFToken": ?"|&quot;X-CSRFToken&quot;: ?&quot;)[^"&]+'
)


class Written(AssertionError):
    """A visit that was refused has changed something."""


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fail when the block writes a row of anything but the visit's own session."""

    def check(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        match = _WRITES.match(sql)
        if match and match[2] not in _OF_A_VISIT:
            raise Written(f"{sql[:200]} {params!r:.200}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(check):
        yield


def content(response: HttpResponseBase) -> bytes:
    """The whole body."""
    if response.streaming:
        assert isinstance(response, StreamingHttpResponse)
        return response.getvalue()
    return bytes(response.content)  # type: ignore[attr-defined]


def without_tokens(text: str) -> str:
    """A page without the tokens of its forms, which are new on each visit."""
    return _ONCE.sub('value="once"', _TOKEN.sub(r"\1", text))


def comparable(response: HttpResponseBase, address: str) -> tuple[int, str]:
    """Status and body without what differs from visit to visit: the token of forms, the address itself."""
    text = without_tokens(content(response).decode("utf-8", "replace"))
    return response.status_code, text.replace(address, "(address)")
