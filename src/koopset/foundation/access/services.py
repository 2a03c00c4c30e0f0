"""Making, using and revoking keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from koopset.foundation.access.models import ApiToken
from koopset.foundation.access.scopes import scope_names
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

PREFIX = "ks_"
MOST_TOKENS = 50
#: The time of use is written no oftener: a busy program must not write a row a request.
USE_STEP = timedelta(minutes=5)


def digest(secret: str) -> str:
    """sha256 of a secret. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@service(None)
def token_make(
    *, actor: Actor, name: str, scopes: Collection[str], expires_at: datetime | None = None, now: datetime
) -> tuple[ApiToken, str]:
    """A new key of the actor's own login and its secret, which nobody will see again.

    A key never opens more than its login may: `scopes` only narrow. Raises Forbidden for who is not signed in in person,
    RuleViolation access.no_name, access.no_scopes, access.unknown_scope, access.bad_expiry, access.too_many_tokens.
    """
    if actor.login_id is None or actor.token_id is not None:
        raise Forbidden("access.token")
    if not name.strip():
        raise RuleViolation("access.no_name", field="name")
    if not scopes:
        raise RuleViolation("access.no_scopes", field="scopes")
    known = scope_names()
    for scope in scopes:
        if scope not in known:
            raise RuleViolation("access.unknown_scope", field="scopes", scope=scope)
    if expires_at is not None and expires_at <= now:
        raise RuleViolation("access.bad_expiry", field="expires_on")
    if tokens_in_force(actor.login_id, now).count() >= MOST_TOKENS:
        raise RuleViolation("access.too_many_tokens", most=MOST_TOKENS)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        login_id=actor.login_id,
        name=name.strip()[:80],
        sha256=digest(secret),
        prefix=secret[:10],
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


@service(None)
def token_revoke(*, actor: Actor, token_id: int, now: datetime) -> ApiToken:
    """Close a key of one's own for ever; again changes nothing. Raises ApiToken.DoesNotExist."""
    if actor.login_id is None or actor.token_id is not None:
        raise Forbidden("access.token")
    token = ApiToken.objects.select_for_update().get(login_id=actor.login_id, pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    return token


def tokens_in_force(login_id: int, now: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), login_id=login_id, revoked_at__isnull=True
    )


def token_of_secret(secret: str, *, now: datetime) -> ApiToken | None:
    """The key in force behind a secret, of a login that may still come in; None otherwise. Notes the use."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    token = ApiToken.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        sha256=digest(secret),
        revoked_at__isnull=True,
        login__is_active=True,
    ).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - USE_STEP):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
