"""One line an event, to the error stream: for people (LOG_FORMAT=text) or for machines (json). No line holds personal data."""

from __future__ import annotations

import logging
import logging.config
import re
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.conf import settings

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*")
_QUERY = re.compile(r"\?[^\s\"']+")
#: Telephones, account numbers, СНИЛС: digits that stand together, maybe with separators, nine or more.
_NUMBER = re.compile(r"(?<![\w.:-])\+?\d(?:[\s()-]{0,2}\d){8,}(?![\w:])")
#: Words that begin with a capital Cyrillic letter, two or more in a row: a name.
_NAME = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?(?:\s+[А-ЯЁ](?:[а-яё]+|\.))+")
#: Keys whose values are never written, whoever logs them.
_SECRET_KEYS = frozenset(
    {
        "password",
        "token",
        "secret",
        "authorization",
        "cookie",
        "email",
        "phone",
        "name",
        "ip",
        "user_agent",
        "session",
    }
)
_OWN_KEYS = frozenset({"event", "level", "timestamp", "logger", "request_id", "worker", "exception"})


def masked(text: str) -> str:
    """`text` without e-mails, telephones, names and query strings."""
    text = _EMAIL.sub("<e-mail>", text)
    text = _QUERY.sub("?…", text)
    text = _NUMBER.sub("<number>", text)
    return _NAME.sub("<name>", text)


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in list(event.items()):
        if key.lower() in _SECRET_KEYS:
            event[key] = "…"
        elif isinstance(value, str) and key not in _OWN_KEYS - {"event", "exception"}:
            event[key] = masked(value)
    return event


def fault(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Exceptions as their classes and places. Their text may quote a row of the database, so it is shown while debugging only."""
    found = event.pop("exc_info", None)
    if found is True:
        import sys

        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if not isinstance(found, BaseException):
        return event
    if settings.DEBUG:
        event["exception"] = "".join(traceback.format_exception(found))
        return event
    lines: list[str] = []
    error: BaseException | None = found
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["exception"] = "\n".join(lines)
    return event


def configure() -> None:
    """Called by ConfigConfig.ready."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        fault,
        mask,
    ]
    renderer: Any
    if settings.LOG_FORMAT == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "house": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
            "root": {"handlers": ["stderr"], "level": settings.LOG_LEVEL},
            "loggers": {
                # Each request is told once, by django_structlog; the server's own line would add the query string.
                "django.server": {"level": "WARNING"},
                "uvicorn.access": {"level": "WARNING", "propagate": True},
                "django.request": {"level": "ERROR"},
                "fontTools": {"level": "WARNING"},
            },
        }
    )
