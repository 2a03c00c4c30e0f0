"""Which addresses a push may go to. The address comes from a browser, so it is a stranger's word."""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

LONGEST_ENDPOINT = 1000


class Outcome(StrEnum):
    SENT = "sent"
    GONE = "gone"  # the browser takes no more pushes at this address
    AGAIN = "again"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to and by which keys; nothing of the database, so that threads may have it."""

    endpoint: str
    p256dh: str
    auth: str


class NotPublic(OSError):
    """The address leads to a machine that is not of the open internet."""


def endpoint_is_allowed(endpoint: str) -> bool:
    """Whether the words of the address may be those of a maker of browsers. Asks no name server."""
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or re.search(r"[\s\\]", endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if settings.PUSH_PRIVATE_HOSTS:
        return bool(host)
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))


def keys_are_allowed(p256dh: str, auth: str) -> bool:
    """A point of P-256 and sixteen random bytes."""
    try:
        point, secret = unpacked(p256dh), unpacked(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == 65 and len(secret) == 16


def unpacked(text: str) -> bytes:
    """base64url without padding. Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def refuse_unless_public(address: str) -> None:
    """Raises NotPublic."""
    if not ipaddress.ip_address(address.split("%")[0]).is_global:
        raise NotPublic("not of the open internet")
