from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from koopset.foundation.notifications.models import MailState, Notification
from koopset.foundation.rights.actors import Actor


def notices_of(actor: Actor) -> QuerySet[Notification]:
    """The actor's own notices, of all organisations, the newest first."""
    if actor.login_id is None:
        return Notification.objects.none()
    mine = Q(login_id=actor.login_id) | Q(person_id__in=actor.person_ids)
    return Notification.objects.filter(mine).order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """The number at the bell; 100 stands for more."""
    return notices_of(actor).filter(read_at__isnull=True).order_by()[:100].count()


def letters_waiting() -> int:
    """Letters of all that have not gone out yet: for the keeper of the installation."""
    return Notification.objects.filter(mail=MailState.WAITING).count()


def mail_states(notification_ids: Iterable[int]) -> dict[int, str]:
    """notice → how its letter went (a value of MailState); notices that are gone are left out. Asks no right: the caller has."""
    rows = Notification.objects.filter(pk__in=sorted(set(notification_ids)))
    return dict(rows.values_list("pk", "mail"))
