"""Keys of organisations: made, used, revoked, and told of before they end."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.foundation.access.models import OrganisationKey
from koopset.foundation.access.permissions import KeyRight
from koopset.foundation.access.scopes import scope_names
from koopset.foundation.access.services import USE_STEP, digest
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import (
    Actor,
    ActorKind,
    Forbidden,
    key_signature,
    persons_who_can,
)
from koopset.foundation.rights.catalogue import for_machines
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation

#: A secret names its organisation: «ko_17_…», so that even the search for it stays within one.
PREFIX = "ko_"
MOST_KEYS = 50
LONGEST = timedelta(days=366)
WARN_BEFORE = timedelta(days=14)
TOPIC = "access.key"


def offered_scopes(actor: Actor, organisation_id: int) -> list[str]:
    """What the actor may give to a key: rights of their own that have words and are not of people only."""
    return [scope for scope in scope_names() if for_machines(scope) and actor.can(scope, organisation_id)]


@service(KeyRight.MAKE)
def key_make(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    now: datetime,
) -> tuple[OrganisationKey, str]:
    """A new key of the organisation and its secret, which nobody will see again.

    Made by a person at a page: Forbidden for a program. Raises RuleViolation access.no_name, access.no_scopes, access.unknown_scope,
    access.scope_for_people, access.scope_not_yours, access.bad_expiry, access.expiry_too_far, access.too_many_keys.
    """
    if actor.token_id is not None:
        raise Forbidden(KeyRight.MAKE)
    if not name.strip():
        raise RuleViolation("access.no_name", field="name")
    if not scopes:
        raise RuleViolation("access.no_scopes", field="scopes")
    known = scope_names()
    for scope in scopes:
        if scope not in known:
            raise RuleViolation("access.unknown_scope", field="scopes", scope=scope)
        if not for_machines(scope):
            raise RuleViolation("access.scope_for_people", field="scopes", scope=str(known[scope]))
        if not actor.can(scope, organisation_id):
            raise RuleViolation("access.scope_not_yours", field="scopes", scope=str(known[scope]))
    if expires_at <= now:
        raise RuleViolation("access.bad_expiry", field="expires_on")
    # The last day is a whole day, and a year may be a leap year.
    if expires_at > now + LONGEST + timedelta(days=1):
        raise RuleViolation("access.expiry_too_far", field="expires_on")
    if keys_in_force(organisation_id, now).count() >= MOST_KEYS:
        raise RuleViolation("access.too_many_keys", most=MOST_KEYS)
    secret = f"{PREFIX}{organisation_id}_{secrets.token_urlsafe(32)}"
    key = OrganisationKey.objects.create(
        organisation_id=organisation_id,
        name=name.strip()[:80],
        sha256=digest(secret),
        prefix=secret[: len(PREFIX) + len(str(organisation_id)) + 6],
        scopes=sorted(set(scopes)),
        created_at=now,
        created_by=actor.login_id,
        expires_at=expires_at,
    )
    return key, secret


@service(KeyRight.MAKE)
def key_revoke(*, actor: Actor, organisation_id: int, key_id: int, now: datetime) -> OrganisationKey:
    """Close a key for ever; again changes nothing. Raises OrganisationKey.DoesNotExist, Forbidden for a program."""
    if actor.token_id is not None:
        raise Forbidden(KeyRight.MAKE)
    key = OrganisationKey.objects.select_for_update().get(organisation_id=organisation_id, pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
    return key


def keys_in_force(organisation_id: int, now: datetime) -> QuerySet[OrganisationKey]:
    return OrganisationKey.objects.filter(
        organisation_id=organisation_id, expires_at__gt=now, revoked_at__isnull=True
    )


def keys_of(organisation_id: int) -> QuerySet[OrganisationKey]:
    """All keys, those in force first, the newest first."""
    return OrganisationKey.objects.filter(organisation_id=organisation_id).order_by(
        "revoked_at", "-created_at", "-pk"
    )


def actor_of_secret(secret: str, *, now: datetime) -> Actor | None:
    """The actor of a key in force; None otherwise. Notes the use."""
    number, _sep, random = secret.removeprefix(PREFIX).partition("_")
    if len(secret) > 100 or not random or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    key = keys_in_force(int(number), now).filter(sha256=digest(secret)).first()
    if key is None:
        return None
    if key.last_used_at is None or key.last_used_at < now - USE_STEP:
        OrganisationKey.objects.filter(organisation_id=key.organisation_id, pk=key.pk).update(
            last_used_at=now
        )
    return _actor(key)


def actor_of_key(*, key_id: int, organisation_id: int, now: datetime) -> Actor | None:
    """The same of a key known by its number: work that it asked for is done while it is in force, and no longer."""
    key = keys_in_force(organisation_id, now).filter(pk=key_id).first()
    return None if key is None else _actor(key)


def _actor(key: OrganisationKey) -> Actor:
    return Actor(
        kind=ActorKind.KEY,
        login_id=key_signature(key.pk),
        scopes=frozenset(key.scopes),
        token_id=key.pk,
        home_id=key.organisation_id,
    )


def key_names(signatures: Iterable[int], organisation_id: int) -> dict[int, str]:
    """What history says of a key: «key 1С», by its signature."""
    ids = [-one for one in signatures if one < 0]
    if not ids:
        return {}
    found = OrganisationKey.objects.filter(organisation_id=organisation_id, pk__in=ids)
    return {
        key_signature(pk): _("key “%(name)s”") % {"name": name}
        for pk, name in found.values_list("pk", "name")
    }


def warn_of_ends(now: datetime) -> int:
    """Tell the keepers of keys that end within fourteen days, once for each key; the number of keys."""
    with across_tenants("each organisation's keepers are told of their own keys"):
        soon = list(
            OrganisationKey.objects.filter(
                expires_at__gt=now,
                expires_at__lte=now + WARN_BEFORE,
                revoked_at__isnull=True,
                warned_at__isnull=True,
            ).order_by("pk")
        )
    for key in soon:
        with override("ru"):
            day = timezone.localdate(key.expires_at - timedelta(microseconds=1))
            notify(
                organisation_id=key.organisation_id,
                topic=TOPIC,
                title=_("The key “%(name)s” works until %(day)s")
                % {"name": key.name, "day": date_format(day, "j E Y")},
                text=_(
                    "After that day the program with this key is refused. Make a new key, put it into the program, then revoke the old."
                ),
                link=reverse("access:keys", kwargs={"organisation_id": key.organisation_id}),
                person_ids=persons_who_can(
                    KeyRight.MAKE, organisation_id=key.organisation_id, on=timezone.localdate(now)
                ),
                email=True,
                now=now,
            )
        key.warned_at = now
        key.save(update_fields=["warned_at"])
    return len(soon)
