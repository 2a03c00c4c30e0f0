"""Writing of sessions and devices: which browsers a login has signed in from, and the end of a session."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from koopset.apps.people.models import KnownDevice, Login, SignIn
from koopset.apps.people.rules import address_masked, device_words
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

SECURITY_TOPIC = "people.security"


def device_hash(token: str) -> str:
    """What is kept of a device's cookie: who reads the database cannot make the cookie from it."""
    return hashlib.sha256(token.encode()).hexdigest()


@service(None)
def sign_in_record(
    *, actor: Actor, login_id: int, session_key: str, device: str, agent: str, address: str, now: datetime
) -> bool:
    """Write down that a login has signed in. A device not seen before is told to the owner, in the app and by e-mail; not the very
    first one of a login. Right: the sign-in itself. Whether the owner was told.
    """
    login = Login.objects.select_for_update().get(pk=login_id)
    first = not KnownDevice.objects.filter(login=login).exists()
    _device, is_new = KnownDevice.objects.get_or_create(
        login=login, key_hash=device_hash(device), defaults={"first_at": now}
    )
    sign_in_seen(login_id=login.pk, session_key=session_key, agent=agent, address=address, now=now)
    if first or not is_new:
        return False
    _tell_of_new_device(login, agent, address, now)
    return True


def _tell_of_new_device(login: Login, agent: str, address: str, now: datetime) -> None:
    words = device_words(agent)
    device = ", ".join(part for part in (words.browser, words.system) if part)
    with translation.override(login.language):
        text = _(
            "Device: %(device)s. Rough network address: %(address)s.\n"
            "If it was you, do nothing. If not: open “Sign-in and security”, end the sessions you do not know and change the password."
        ) % {"device": device or _("unknown"), "address": address_masked(address) or _("unknown")}
        notify(
            organisation_id=None,
            topic=SECURITY_TOPIC,
            title=_("Somebody has signed in to your account from a new device"),
            text=text,
            link=reverse("people:security"),
            login_ids=[login.pk],
            email=True,
            now=now,
        )


def sign_in_seen(*, login_id: int, session_key: str, agent: str, address: str, now: datetime) -> None:
    """The session is in use. One that was never written down (begun before sessions were) is from now on."""
    values = {"agent": agent[:300], "address": address_masked(address), "seen_at": now}
    SignIn.objects.update_or_create(
        session_key=session_key,
        defaults=values | {"login_id": login_id},
        create_defaults=values | {"login_id": login_id, "started_at": now},
    )


def _end(rows: list[SignIn]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for row in rows:
        store.delete(row.session_key)
        row.delete()
    return len(rows)


@service(None)
def sign_in_end(*, actor: Actor, sign_in_id: int, now: datetime) -> SignIn:
    """End one session of the own login: that device must sign in again. Raises people.no_such_session, also for another's."""
    row = SignIn.objects.select_for_update().filter(pk=sign_in_id, login_id=actor.login_id).first()  # type: ignore[misc]
    if row is None or actor.login_id is None:
        raise RuleViolation("people.no_such_session")
    _end([row])
    return row


@service(None)
def sign_ins_end_others(*, actor: Actor, login_id: int, keep: str | None, now: datetime) -> int:
    """End all sessions of a login but the one with the key `keep` (None: all). Right: the own login, or the proof that has just changed
    its password. The number of those ended.
    """
    rows = SignIn.objects.select_for_update().filter(login_id=login_id)
    return _end(list(rows.exclude(session_key=keep) if keep else rows))


def sign_ins_forget(*, now: datetime) -> int:
    """Forget sessions that have run out by themselves; their number. For the nightly job."""
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return int(SignIn.objects.filter(~Exists(live)).delete()[0])
