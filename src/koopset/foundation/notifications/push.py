"""Web push (RFC 8030, 8291, 8292): encrypted for one browser, signed by this site, sent to the maker of that browser and nowhere else.

The address comes from a browser, so it is a stranger's word: only https, the usual port, and a machine of the open internet. That is asked
of the connection itself after its name was resolved, so a name that changes its mind in between helps nobody; redirects are not followed.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from koopset.foundation.notifications.endpoints import (
    NotPublic,
    Outcome,
    Target,
    endpoint_is_allowed,
    refuse_unless_public,
)

SECONDS = 10
#: A day: what was not taken by then is read in the list of notices.
KEEP_SECONDS = 24 * 60 * 60


def public_key() -> str:
    """The site's key that a browser asks for when it subscribes."""
    point = _vapid().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(target: Target, payload: dict[str, Any], *, urgent: bool = False) -> tuple[Outcome, str]:
    """One push to one browser: how it ended, and the fault in a word without any address. Raises nothing."""
    if not endpoint_is_allowed(target.endpoint):
        return Outcome.GONE, "NotPublic"
    parts = urlsplit(target.endpoint)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or "noreply@localhost"
    try:
        headers = _vapid().sign({"aud": f"{parts.scheme}://{parts.netloc}", "sub": f"mailto:{address}"})
        headers |= {"urgency": "high" if urgent else "normal"}
        subscription = {
            "endpoint": target.endpoint,
            "keys": {"p256dh": target.p256dh, "auth": target.auth},
        }
        answer = WebPusher(subscription, requests_session=_session()).send(
            json.dumps(payload, ensure_ascii=False), headers, ttl=KEEP_SECONDS, timeout=SECONDS
        )
    except (WebPushException, ValueError, TypeError) as error:
        return Outcome.FAILED, type(error).__name__
    except requests.RequestException as error:
        if NotPublic.__name__ in repr(error):  # it comes wrapped by the two libraries above it
            return Outcome.GONE, NotPublic.__name__
        return Outcome.AGAIN, type(error).__name__
    return _outcome(answer.status_code)


def _outcome(status: int) -> tuple[Outcome, str]:
    if 200 <= status < 300:
        return Outcome.SENT, ""
    if status in (404, 410):
        return Outcome.GONE, str(status)
    if status == 429 or status >= 500:
        return Outcome.AGAIN, str(status)
    return Outcome.FAILED, str(status)


def _vapid() -> Vapid02:
    return _vapid_of(settings.VAPID_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _vapid_of(key: str) -> Vapid02:
    return Vapid02.from_string(private_key=key)


# The way out: a connection that looks whom it reached.


class _PublicConnection(HTTPSConnection):
    """Does not knock at a machine that is not of the open internet; hangs up before a byte is said when one was reached all the same."""

    def _new_conn(self) -> socket.socket:
        for *_kind, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            refuse_unless_public(str(address[0]))
        found: socket.socket = super()._new_conn()
        try:
            refuse_unless_public(str(found.getpeername()[0]))
        except NotPublic:
            found.close()
            raise
        return found


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _Session(requests.Session):
    """Follows no redirect and knows no proxy of the environment: either would lead elsewhere than was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        if not settings.PUSH_PRIVATE_HOSTS:
            self.adapters.clear()
            self.mount("https://", _PublicAdapter(max_retries=0))

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)


_kept = threading.local()


def _session() -> requests.Session:
    """One a thread: connections to a maker are used again."""
    wanted = bool(settings.PUSH_PRIVATE_HOSTS)
    if getattr(_kept, "session", None) is None or _kept.private is not wanted:
        _kept.session, _kept.private = _Session(), wanted
    session: requests.Session = _kept.session
    return session
