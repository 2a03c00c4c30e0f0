"""Every address of the site, from the URL configuration itself: a page that nobody listed is still tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """`name` as `reverse` takes it, `keywords` of the whole address, `asks` what the view declares by `@page` (None: nothing)."""

    name: str
    keywords: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def asks(self) -> str | None:
        asks = getattr(self.view, "koopset_asks", None)
        return None if asks is None else str(asks)


def addresses(
    resolver: URLResolver | None = None, prefix: str = "", keywords: tuple[str, ...] = ()
) -> Iterator[Address]:
    """All addresses in the order in which they are tried."""
    for entry in (resolver or get_resolver()).url_patterns:
        named = (*keywords, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            yield Address(f"{prefix}{entry.name or ''}", named, entry.callback)
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from addresses(entry, inner, named)
