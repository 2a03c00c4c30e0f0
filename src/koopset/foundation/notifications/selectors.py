from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from koopset.foundation.notifications.models import (
    Delivery,
    Device,
    Hours,
    MailRefusal,
    MailState,
    Notification,
    Rhythm,
    TopicChoice,
)
from koopset.foundation.notifications.permissions import NoticeRight
from koopset.foundation.notifications.topics import Channel, topic_name, topics
from koopset.foundation.notifications.wishes import may_be_gathered
from koopset.foundation.rights.actors import Actor


def notices_of(actor: Actor) -> QuerySet[Notification]:
    """The actor's own notices, of all organisations, the newest first."""
    if actor.login_id is None:
        return Notification.objects.none()
    mine = Q(login_id=actor.login_id) | Q(person_id__in=actor.person_ids)
    return Notification.objects.filter(mine).order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """The number at the bell; 100 stands for more. Topics that the login wants no bell for are not counted."""
    unheard = TopicChoice.objects.filter(login_id=actor.login_id, app=False).values("topic")
    rows = notices_of(actor).filter(read_at__isnull=True).exclude(topic__in=unheard)
    return rows.order_by()[:100].count()


def letters_waiting() -> int:
    """Letters of all that have not gone out yet: for the keeper of the installation."""
    return Notification.objects.filter(mail=MailState.WAITING).count()


def mail_states(notification_ids: Iterable[int]) -> dict[int, str]:
    """notice → how its letter went (a value of MailState); notices that are gone are left out. Asks no right: the caller has."""
    rows = Notification.objects.filter(pk__in=sorted(set(notification_ids)))
    return dict(rows.values_list("pk", "mail"))


def deliveries_of(actor: Actor) -> QuerySet[Delivery]:
    """What was sent to the actor by letter and to the phone, the newest first."""
    mine = Q(notification__login_id=actor.login_id) | Q(notification__person_id__in=actor.person_ids)
    if actor.login_id is None:
        return Delivery.objects.none()
    return Delivery.objects.filter(mine).select_related("notification").order_by("-at", "-id")


def devices_of(actor: Actor) -> list[Device]:
    """The actor's own devices, the newest first."""
    return (
        list(Device.objects.filter(login_id=actor.login_id).order_by("-created_at")) if actor.login_id else []
    )


def hours_of(actor: Actor) -> Hours | None:
    """The hours that the actor chose."""
    return Hours.objects.filter(login_id=actor.login_id).first() if actor.login_id else None


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic on the page of choices, as the person has it now; `kept` channels cannot be changed."""

    code: str
    name: str
    app: bool
    mail: bool
    push: bool
    rhythm: str
    kept: frozenset[Channel]
    may_be_gathered: bool
    reason: str


def topic_lines(actor: Actor) -> list[TopicLine]:
    """All topics with the actor's choices: their login's, else what a card of theirs chose by a link."""
    own = Q(login_id=actor.login_id) | Q(person_id__in=actor.person_ids)
    chosen: dict[str, TopicChoice] = {}
    for row in TopicChoice.objects.filter(own).order_by("-login_id"):
        if row.login_id is not None or row.topic not in chosen:
            chosen[row.topic] = row
    refused = set(MailRefusal.objects.filter(own).values_list("topic", flat=True))
    lines = []
    for topic in topics():
        row = chosen.get(topic.code, TopicChoice())
        gathered = may_be_gathered(topic)
        lines.append(
            TopicLine(
                topic.code,
                str(topic.name),
                row.app or Channel.APP in topic.kept,
                topic.code not in refused or Channel.MAIL in topic.kept,
                row.push or Channel.PUSH in topic.kept,
                row.rhythm if gathered else Rhythm.NOW,
                topic.kept,
                gathered,
                str(topic.reason),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class SentCount:
    """Notices of a topic in some days, counted by how their letters and pushes ended. No names."""

    topic: str
    notices: int
    read: int
    mail: dict[str, int]
    push: dict[str, int]


def sent_counts(actor: Actor, organisation_id: int, since: datetime) -> list[SentCount]:
    """For the office: how the telling went, as numbers only."""
    actor.require(NoticeRight.COUNTS_VIEW, organisation_id)
    rows = (
        Notification.objects.filter(organisation_id=organisation_id, created_at__gte=since)
        .order_by()
        .values("topic", "mail", "push")
        .annotate(count=Count("pk"), read=Count("read_at"))
    )
    found: dict[str, SentCount] = {}
    for row in rows:
        name = topic_name(row["topic"])
        was = found.get(name) or SentCount(name, 0, 0, {}, {})
        mail, push = dict(was.mail), dict(was.push)
        mail[row["mail"]] = mail.get(row["mail"], 0) + row["count"]
        push[row["push"]] = push.get(row["push"], 0) + row["count"]
        found[name] = SentCount(name, was.notices + row["count"], was.read + row["read"], mail, push)
    return sorted(found.values(), key=lambda one: (-one.notices, one.topic))
