"""Telling people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from koopset.foundation.jobs.services import enqueue
from koopset.foundation.notifications.models import MailRefusal, MailState, Notification
from koopset.foundation.notifications.selectors import notices_of
from koopset.foundation.rights.actors import SYSTEM, Actor

JOB = "notifications.mail"
#: Letters of one job: a failing server is asked again for these only.
LETTERS = 50


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
    now: datetime | None = None,
) -> list[Notification]:
    """Tell persons and logins, each once, in the transaction under way; letters go out after its commit.

    `link` is a path of this site. Asks no right: the caller's service has. Raises ValueError for a link that leads elsewhere.
    """
    if link and (not link.startswith("/") or link.startswith("//") or "\\" in link):
        raise ValueError("a notice leads to a path of this site")
    moment = now or timezone.now()
    recipients: list[tuple[int | None, int | None]] = [(one, None) for one in sorted(set(person_ids))]
    recipients += [(None, one) for one in sorted(set(login_ids))]
    rows = [
        Notification(
            organisation_id=organisation_id,
            person_id=person_id,
            login_id=login_id,
            topic=topic,
            title=str(title)[:200],
            text=str(text),
            link=link,
            created_at=moment,
            mail=MailState.WAITING if email else MailState.NONE,
        )
        for person_id, login_id in recipients
    ]
    with transaction.atomic():
        made = Notification.objects.bulk_create(rows)
        if email:
            ids = [row.pk for row in made]
            for at in range(0, len(ids), LETTERS):
                enqueue(
                    JOB,
                    actor=SYSTEM,
                    organisation_id=organisation_id,
                    args={"notification_ids": ids[at : at + LETTERS]},
                    now=now,
                )
    return made


def notices_read(*, actor: Actor, now: datetime, notification_ids: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read: those named, or all. The number that was unread."""
    rows = notices_of(actor).filter(read_at__isnull=True)
    if notification_ids is not None:
        rows = rows.filter(pk__in=list(notification_ids))
    return rows.update(read_at=now)


def mail_refuse(*, person_id: int | None, login_id: int | None, topic: str, now: datetime) -> None:
    """Send no more letters of the topic. The caller has checked the signature of the link or the login."""
    MailRefusal.objects.get_or_create(
        person_id=person_id, login_id=login_id, topic=topic, defaults={"at": now}
    )


def mail_allow(*, person_id: int | None, login_id: int | None, topic: str) -> None:
    """Send letters of the topic again."""
    MailRefusal.objects.filter(person_id=person_id, login_id=login_id, topic=topic).delete()
