"""Telling people, and what each chose about being told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from koopset.foundation.history.bulk import create_plain
from koopset.foundation.jobs.services import enqueue
from koopset.foundation.notifications.endpoints import endpoint_is_allowed, keys_are_allowed
from koopset.foundation.notifications.models import (
    Device,
    Hours,
    MailRefusal,
    MailState,
    Notification,
    PushState,
    Rhythm,
    TopicChoice,
)
from koopset.foundation.notifications.selectors import notices_of
from koopset.foundation.notifications.topics import Channel, topic_of, topics
from koopset.foundation.notifications.wishes import may_be_gathered
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

JOB = "notifications.mail"
PUSH_JOB = "notifications.push"
#: Letters of one job: a failing server is asked again for these only. Pushes take no turn at one server.
LETTERS = 50
PUSHES = 500
#: More notices at once are written as rows, not one by one as objects.
BATCH = 500


def notify(
    *,
    organisation_id: int | None,
    topic: str,
    title: str,
    text: str = "",
    link: str = "",
    person_ids: Iterable[int] = (),
    login_ids: Iterable[int] = (),
    email: bool = False,
    push: bool = True,
    now: datetime,
) -> list[Notification]:
    """Tell persons and logins, each once, in the transaction under way; letters and pushes go out after its commit, as each chose.

    A push goes to whoever has a phone for it, unless `push` is False. `link` is a path of this site. Asks no right: the caller's
    service has. Whether it is held for quiet hours is judged when it is sent, by the clock of that job. Raises ValueError for a link that
    leads elsewhere.
    """
    if link and (not link.startswith("/") or link.startswith("//") or "\\" in link):
        raise ValueError("a notice leads to a path of this site")
    recipients: list[tuple[int | None, int | None]] = [(one, None) for one in sorted(set(person_ids))]
    recipients += [(None, one) for one in sorted(set(login_ids))]
    push = push and Device.objects.exists()
    rows = [
        Notification(
            organisation_id=organisation_id,
            person_id=person_id,
            login_id=login_id,
            topic=topic,
            title=str(title)[:200],
            text=str(text),
            link=link,
            created_at=now,
            mail=(MailState.WAITING if email else MailState.NONE).value,
            push=(PushState.WAITING if push else PushState.NONE).value,
        )
        for person_id, login_id in recipients
    ]
    with transaction.atomic():
        made = create_plain(rows) if len(rows) > BATCH else Notification.objects.bulk_create(rows)
        ids = [row.pk for row in made]
        for asked, kind, size in ((email, JOB, LETTERS), (push, PUSH_JOB, PUSHES)):
            for at in range(0, len(ids) if asked else 0, size):
                enqueue(
                    kind,
                    actor=SYSTEM,
                    organisation_id=organisation_id,
                    args={"notification_ids": ids[at : at + size]},
                    now=now,
                )
    return made


def notices_read(*, actor: Actor, now: datetime, notification_ids: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read: those named, or all. The number that was unread."""
    rows = notices_of(actor).filter(read_at__isnull=True)
    if notification_ids is not None:
        rows = rows.filter(pk__in=list(notification_ids))
    return rows.update(read_at=now)


# By the link in a letter, for one topic (or those of a letter of several), without signing in ------------------------------------


def mail_choose(
    *, person_id: int | None, login_id: int | None, topic: str, rhythm: Rhythm | None, now: datetime
) -> None:
    """Send letters of the topic in this rhythm, or none (None). The caller has checked the signature of the link.

    What the law requires to be told by letter stays as it is.
    """
    who: dict[str, Any] = {"person_id": person_id, "login_id": login_id}
    for code in topic.split(","):
        known = topic_of(code)
        if Channel.MAIL in known.kept:
            continue
        if rhythm is None:
            MailRefusal.objects.get_or_create(**who, topic=code, defaults={"at": now})
            continue
        MailRefusal.objects.filter(**who, topic=code).delete()
        if may_be_gathered(known):
            TopicChoice.objects.update_or_create(**who, topic=code, defaults={"rhythm": rhythm})


# By a signed-in person, for all topics -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """How one wants to be told of a topic."""

    app: bool = True
    mail: bool = True
    push: bool = True
    rhythm: Rhythm = Rhythm.NOW


@service(None)
def choices_save(*, actor: Actor, choices: Mapping[str, Choice], now: datetime) -> None:
    """Keep the choices of the actor's login for topics by their code; what their cards chose by links in letters gives way.

    Right: one's own. What cannot be refused is kept as it must be.
    """
    if actor.login_id is None:
        raise RuleViolation("notifications.no_login")
    known = {one.code: one for one in topics()}
    own = Q(login_id=actor.login_id) | Q(person_id__in=actor.person_ids)
    codes = [code for code in choices if code in known]
    TopicChoice.objects.filter(own, topic__in=codes).delete()
    refused = dict(
        MailRefusal.objects.filter(login_id=actor.login_id, topic__in=codes).values_list("topic", "at")
    )
    MailRefusal.objects.filter(own, topic__in=codes).delete()
    rows, refusals = [], []
    for code in codes:
        choice, topic = choices[code], known[code]
        rhythm = choice.rhythm if may_be_gathered(topic) else Rhythm.NOW
        app = choice.app or Channel.APP in topic.kept
        push = choice.push or Channel.PUSH in topic.kept
        if not (app and push and rhythm == Rhythm.NOW):
            rows.append(TopicChoice(login_id=actor.login_id, topic=code, app=app, push=push, rhythm=rhythm))
        if not choice.mail and Channel.MAIL not in topic.kept:
            refusals.append(MailRefusal(login_id=actor.login_id, topic=code, at=refused.get(code, now)))
    TopicChoice.objects.bulk_create(rows)
    MailRefusal.objects.bulk_create(refusals)


@service(None)
def hours_save(
    *,
    actor: Actor,
    quiet: bool,
    quiet_from: int,
    quiet_till: int,
    digest_hour: int,
    digest_weekday: int,
    zone: str,
    now: datetime,
) -> None:
    """Keep the hours of the actor's login. Right: one's own. Raises notifications.quiet_all_day."""
    if actor.login_id is None:
        raise RuleViolation("notifications.no_login")
    if quiet and quiet_from == quiet_till:
        raise RuleViolation("notifications.quiet_all_day", field="quiet_till")
    Hours.objects.update_or_create(
        login_id=actor.login_id,
        defaults={
            "quiet": quiet,
            "quiet_from": quiet_from,
            "quiet_till": quiet_till,
            "digest_hour": digest_hour,
            "digest_weekday": digest_weekday,
            "zone": zone,
        },
    )


# Devices -----------------------------------------------------------------------------------------------------------------------

DEVICE_TOPIC = "notifications.device"
DEVICES_AT_MOST = 10


@service(None)
def device_add(*, actor: Actor, endpoint: str, p256dh: str, auth: str, name: str, now: datetime) -> Device:
    """Send pushes to this browser for the actor's login; a browser takes them for the last who asked. The login is told of a new one.

    Right: one's own. Raises notifications.bad_device, notifications.too_many_devices.
    """
    if actor.login_id is None:
        raise RuleViolation("notifications.no_login")
    if not endpoint_is_allowed(endpoint) or not keys_are_allowed(p256dh, auth):
        raise RuleViolation("notifications.bad_device")
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    known = Device.objects.select_for_update().filter(endpoint_sha256=digest).first()
    if known is not None and known.login_id == actor.login_id:
        known.p256dh, known.auth, known.name = p256dh, auth, name[:80]
        known.save(update_fields=["p256dh", "auth", "name"])
        return known
    if Device.objects.filter(login_id=actor.login_id).count() >= DEVICES_AT_MOST:
        raise RuleViolation("notifications.too_many_devices", count=DEVICES_AT_MOST)
    if known is not None:
        known.delete()
    made = Device.objects.create(
        login_id=actor.login_id,
        endpoint=endpoint,
        endpoint_sha256=digest,
        p256dh=p256dh,
        auth=auth,
        name=name[:80],
        created_at=now,
    )
    notify(
        organisation_id=None,
        topic=DEVICE_TOPIC,
        title=_("A device is connected: %(name)s") % {"name": made.name},
        text=_("Notices will be shown on it. If it was not you, remove it and change the password."),
        link=reverse("notifications:settings"),
        login_ids=[actor.login_id],
        email=True,
        push=False,
        now=now,
    )
    return made


@service(None)
def device_remove(*, actor: Actor, device_id: int, now: datetime) -> bool:
    """Send no more pushes to it. Right: one's own; another's is as absent (False)."""
    if actor.login_id is None:
        return False
    found = Device.objects.filter(login_id=actor.login_id, pk=device_id).first()
    if found is None:
        return False
    found.delete()
    return True


@service(None)
def device_try(*, actor: Actor, now: datetime) -> int:
    """Send a push to all devices of the actor, so that they see whether it comes; how many there are. Right: one's own."""
    count = Device.objects.filter(login_id=actor.login_id).count() if actor.login_id else 0
    if count and actor.login_id is not None:
        notify(
            organisation_id=None,
            topic=TRIAL_TOPIC,
            title=_("A trial notice"),
            text=_("It has come: notices are shown on this device."),
            link=reverse("notifications:settings"),
            login_ids=[actor.login_id],
            now=now,
        )
    return count


TRIAL_TOPIC = "notifications.trial"
