"""A short word about what was done, shown at the foot of the next page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html


def tell(
    request: HttpRequest,
    text: str | Promise,
    *,
    url: str = "",
    action: str | Promise = "",
    level: int = messages.SUCCESS,
) -> None:
    """Say what was done; with `url` and `action` also what may be done about it («Вернуть»)."""
    said = format_html('{} <a href="{}">{}</a>', text, url, action) if url else str(text)
    messages.add_message(request, level, said)
