"""The provider of receipts that a keeper may set (RECEIPT_PROVIDER_URL): a small HTTP door, none by default.

    POST <url>   {"code": "t=…&s=…&fn=…&i=…&fp=…&n=1"}   Authorization: Bearer <RECEIPT_PROVIDER_KEY>
    → {"state": "pending", "wait": 30} | {"state": "found", "receipt": …} | {"state": "not-found"} | {"state": "error"}

`receipt` may have any shape the readers of formats know. A loopback address may be plain http: there a sandbox is run
(`koopset manage receipts_sandbox`); any other must be https.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from koopset.apps.needs.ports import Answer, Asked, ReceiptProvider, register_provider

log = structlog.get_logger(__name__)
SECONDS = 15
MOST_BYTES = 2 * 1024 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class HttpProvider:
    """Asks the door at `url`. Whatever goes wrong on the way is Asked.ERROR: the job asks again later."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url, self._key = url, key
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def ask(self, code: str) -> Answer:
        request = urllib.request.Request(
            self._url,
            data=json.dumps({"code": code}).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            method="POST",
        )
        if self._key:
            request.add_header("Authorization", f"Bearer {self._key}")
        try:
            with self._opener.open(request, timeout=SECONDS) as response:
                body = response.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as fault:
            log.warning("needs.provider_fault", status=fault.code)
            wait = fault.headers.get("Retry-After", "") if fault.headers else ""
            if fault.code == 404:
                return Answer(Asked.NOT_FOUND)
            return Answer(Asked.ERROR, wait=int(wait) if wait.isdigit() and len(wait) < 7 else 0)
        except (OSError, ValueError) as fault:
            log.warning("needs.provider_fault", fault=type(fault).__name__)
            return Answer(Asked.ERROR)
        return answer_of(body)


def answer_of(body: bytes) -> Answer:
    """What the door said. Anything that is not its language is Asked.ERROR."""
    if len(body) > MOST_BYTES:
        return Answer(Asked.ERROR)
    try:
        said = json.loads(body)
        state = Asked(said["state"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Answer(Asked.ERROR)
    wait = said.get("wait", 0)
    if state is Asked.FOUND:
        # As it came: numbers must not pass through floats.
        return Answer(state, payload=_inside(body))
    return Answer(state, wait=wait if isinstance(wait, int) and 0 <= wait <= 86_400 else 0)


def _inside(body: bytes) -> str:
    from koopset.apps.needs.formats.receipt_json import parse_json

    whole = parse_json(body.decode("utf-8", errors="replace"))
    return json.dumps(whole.get("receipt"), default=str, ensure_ascii=False)


def is_allowed(url: str) -> bool:
    """https anywhere, http on this machine only."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return True
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def from_settings() -> ReceiptProvider | None:
    """The provider that the settings name, None by default."""
    url = str(getattr(settings, "RECEIPT_PROVIDER_URL", "") or "")
    if not url or not is_allowed(url):
        return None
    return HttpProvider(url, str(getattr(settings, "RECEIPT_PROVIDER_KEY", "") or ""))


def register() -> None:
    register_provider(from_settings)
