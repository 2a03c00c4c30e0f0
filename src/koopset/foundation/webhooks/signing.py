"""Signatures of deliveries, as standardwebhooks.com has them: HMAC-SHA256 of «id.timestamp.body».

A secret is derived from the site's SECRET_KEY and a random number of its own: a copy of the database signs nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

from koopset.foundation.webhooks.models import SigningSecret

_SALT = "koopset.webhooks.secret"
PREFIX = "whsec_"


def secret_bytes(row: SigningSecret) -> bytes:
    """32 bytes."""
    named = f"{row.organisation_id}:{row.subscription_id}:{row.number}:{row.nonce}"
    return salted_hmac(_SALT, named, algorithm="sha256").digest()


def secret_text(row: SigningSecret) -> str:
    """As the keeper of the receiving program copies it."""
    return PREFIX + base64.b64encode(secret_bytes(row)).decode()


def signature(secret: bytes, uid: str, timestamp: int, body: bytes) -> str:
    signed = f"{uid}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def headers(uid: str, timestamp: int, body: bytes, secrets: Sequence[SigningSecret]) -> dict[str, str]:
    """Headers of a delivery. While a change of secrets overlaps there are two signatures, in the order of `webhook-key-id`."""
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            f"v1,{signature(secret_bytes(row), uid, timestamp, body)}" for row in secrets
        ),
        "webhook-key-id": " ".join(str(row) for row in secrets),
    }
