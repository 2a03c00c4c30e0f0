"""Letters and pushes go out in the background, each once as far as the other side lets that be known; what was held goes at its hour.

Whether it is an hour of quiet, and when a notice is said to have gone, is judged by one clock: the moment at which the work was begun.
"""

from __future__ import annotations

import smtplib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from koopset.foundation.jobs import JobRun, enqueue, job, schedule
from koopset.foundation.notifications.addresses import Address
from koopset.foundation.notifications.endpoints import Outcome, Target
from koopset.foundation.notifications.letters import digest, masked
from koopset.foundation.notifications.models import (
    Delivery,
    Device,
    MailState,
    Notification,
    PushState,
    Rhythm,
)
from koopset.foundation.notifications.services import JOB, LETTERS, PUSH_JOB, PUSHES
from koopset.foundation.notifications.topics import Channel, topic_of
from koopset.foundation.notifications.wishes import Who, Wishes
from koopset.foundation.rights.actors import SYSTEM

RETRIES = 6
DUE_JOB = "notifications.due"
#: How many held notices are let go in one transaction.
AT_ONCE = 2000
THREADS = 16


class MailNotSent(Exception):
    """The mail server took some letters not now; they are tried again."""


class PushNotSent(Exception):
    """Some pushes were not taken now; they are tried again."""


@job(JOB, retries=RETRIES)
def send(run: JobRun, *, notification_ids: list[int]) -> dict[str, object]:
    """Send the letters that still wait. A letter is marked as sent right after the server took it; its Message-ID is always the same,
    so one sent twice around a crash is shown once by most mail programs.
    """
    rows = list(Notification.objects.filter(pk__in=notification_ids, mail=MailState.WAITING).order_by("pk"))
    wishes = Wishes(rows)
    last_time = run.attempt > RETRIES
    again = sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        for group in _letters(rows, wishes):
            row = group[0]
            address = wishes.address(row)
            if not wishes.takes(row, Channel.MAIL):
                _note(group, Channel.MAIL, MailState.DECLINED, run.now)
            elif address is None or not address.email:
                _note(group, Channel.MAIL, MailState.NO_ADDRESS, run.now)
            elif (until := wishes.held_until(row, Channel.MAIL, run.now)) is not None:
                row.mail, row.mail_due_at = MailState.HELD, until
                row.save(update_fields=["mail", "mail_due_at"])
            else:
                outcome, fault = _send(connection, group, address)
                if outcome is MailState.WAITING and last_time:
                    outcome = MailState.FAILED
                _note(group, Channel.MAIL, outcome, run.now, fault, masked(address.email))
                again += outcome is MailState.WAITING
                sent += outcome is MailState.SENT
    finally:
        connection.close()
    if again:
        raise MailNotSent(f"{again} letters")
    return {"sent": sent, "of": len(rows)}


def _letters(rows: Sequence[Notification], wishes: Wishes) -> Iterator[list[Notification]]:
    """One letter a notice; those that were gathered for a letter of a day or a week are one letter a human being."""
    gathered: dict[Who, list[Notification]] = defaultdict(list)
    for row in rows:
        waited = row.mail_due_at is not None and wishes.rhythm(row) != Rhythm.NOW
        if waited and wishes.takes(row, Channel.MAIL):
            gathered[wishes.who(row)].append(row)
        else:
            yield [row]
    yield from gathered.values()


def _send(
    connection: BaseEmailBackend, group: Sequence[Notification], address: Address
) -> tuple[MailState, str]:
    try:
        connection.send_messages([digest(group, address)])
    except smtplib.SMTPRecipientsRefused as error:
        code = next((answer[0] for answer in error.recipients.values()), 0)
        return (MailState.FAILED if 500 <= code < 600 else MailState.WAITING), f"SMTPRecipientsRefused {code}"
    except smtplib.SMTPResponseException as error:
        return MailState.WAITING, f"{type(error).__name__} {error.smtp_code}"
    except (smtplib.SMTPException, OSError) as error:
        return MailState.WAITING, type(error).__name__
    return MailState.SENT, ""


@job(PUSH_JOB, retries=RETRIES)
def send_pushes(run: JobRun, *, notification_ids: list[int]) -> dict[str, object]:
    """Send the pushes that still wait to all devices of their logins, many at once; an address that is gone is forgotten."""
    from koopset.foundation.notifications import (
        push,
    )  # it brings libraries of the network, which only this work needs

    rows = list(Notification.objects.filter(pk__in=notification_ids, push=PushState.WAITING).order_by("pk"))
    wishes = Wishes(rows)
    devices: dict[int, list[Device]] = defaultdict(list)
    logins = {login for row in rows if (login := wishes.login_id(row)) is not None}
    for device in Device.objects.filter(login_id__in=logins).order_by("pk"):
        devices[device.login_id].append(device)
    due: list[tuple[Notification, list[Device]]] = []
    for row in rows:
        found = devices.get(wishes.login_id(row) or 0, [])
        if not wishes.takes(row, Channel.PUSH):
            _mark(row, PushState.DECLINED)
        elif not found:
            _mark(row, PushState.NO_ADDRESS)
        elif (until := wishes.held_until(row, Channel.PUSH, run.now)) is not None:
            row.push, row.push_due_at = PushState.HELD, until
            row.save(update_fields=["push", "push_due_at"])
        else:
            due.append((row, found))
    pairs = [(row, device) for row, found in due for device in found]
    again = sent = 0
    with ThreadPoolExecutor(THREADS) as pool:
        answers = pool.map(
            lambda one: push.send(*one[:2], urgent=one[2]), [_push_of(*pair, wishes) for pair in pairs]
        )
        ended: dict[int, list[tuple[Device, Outcome, str]]] = defaultdict(list)
        for (row, device), (outcome, fault) in zip(pairs, answers, strict=True):
            ended[row.pk].append((device, outcome, fault))
    for row, _found in due:
        state = _pushed(row, ended[row.pk], run.now, last_time=run.attempt > RETRIES)
        again += state is PushState.WAITING
        sent += state is PushState.SENT
    if again:
        raise PushNotSent(f"{again} pushes")
    return {"sent": sent, "of": len(rows)}


def _push_of(row: Notification, device: Device, wishes: Wishes) -> tuple[Target, dict[str, str], bool]:
    """What a push says: the title where the topic lets it be seen on a locked screen, and where it leads. Nothing else of anybody."""
    topic, address = topic_of(row.topic), wishes.address(row)
    with translation.override(address.language if address is not None else "ru"):
        title = row.title if topic.open_title else str(topic.name)
    said = {
        "title": title[:1].upper() + title[1:],
        "url": reverse("notifications:open", args=[row.pk]),
        "tag": f"notice-{row.pk}",
    }
    return Target(device.endpoint, device.p256dh, device.auth), said, topic.urgent


def _pushed(
    row: Notification, ended: Sequence[tuple[Device, Outcome, str]], now: datetime, *, last_time: bool
) -> PushState:
    """Keep how it ended. Sent is what one device took; the other devices of the same person are not asked again."""
    outcomes = {outcome for _device, outcome, _fault in ended}
    state = PushState.NO_ADDRESS
    if Outcome.SENT in outcomes:
        state = PushState.SENT
    elif Outcome.AGAIN in outcomes:
        state = PushState.FAILED if last_time else PushState.WAITING
    elif Outcome.FAILED in outcomes:
        state = PushState.FAILED
    words = {
        Outcome.SENT: "sent",
        Outcome.GONE: "no-address",
        Outcome.FAILED: "failed",
        Outcome.AGAIN: state.value,
    }
    if Outcome.SENT in outcomes:
        words[Outcome.AGAIN] = "failed"
    with transaction.atomic():
        for device, outcome, fault in ended:
            Delivery.objects.create(
                notification=row,
                at=now,
                channel=Channel.PUSH,
                place=device.name,
                outcome=words[outcome],
                fault=fault,
            )
            if outcome is Outcome.GONE:
                Device.objects.filter(pk=device.pk).delete()
            elif outcome is Outcome.SENT:
                Device.objects.filter(pk=device.pk).update(sent_at=now)
        _mark(row, state)
    return state


def _mark(row: Notification, state: PushState) -> None:
    row.push = state
    row.save(update_fields=["push"])


def _note(
    group: Sequence[Notification],
    channel: Channel,
    outcome: MailState,
    now: datetime,
    fault: str = "",
    place: str = "",
) -> None:
    with transaction.atomic():
        for row in group:
            row.mail = outcome
            row.save(update_fields=["mail"])
            Delivery.objects.create(
                notification=row, at=now, channel=channel, place=place, outcome=outcome, fault=fault[:200]
            )


@job(DUE_JOB, retries=1)
def let_go(run: JobRun) -> dict[str, object]:
    """Put what was held and whose hour has come back on its way: the notices of one human being in one job, for one letter."""
    count = 0
    while mails := _let_go(run, "mail", JOB, LETTERS):
        count += mails
    while pushes := _let_go(run, "push", PUSH_JOB, PUSHES):
        count += pushes
    return {"let_go": count}


def _let_go(run: JobRun, field: str, kind: str, size: int) -> int:
    with transaction.atomic():
        held = Notification.objects.select_for_update().filter(
            **{field: MailState.HELD, f"{field}_due_at__lte": run.now}
        )
        rows = list(held.order_by("login_id", "person_id", "pk")[:AT_ONCE])
        if not rows:
            return 0
        wishes = Wishes(rows)
        parts: list[list[int]] = [[]]
        people: dict[Who, list[int]] = defaultdict(list)
        for row in rows:
            people[wishes.who(row)].append(row.pk)
        for ids in people.values():
            if parts[-1] and len(parts[-1]) + len(ids) > size:
                parts.append([])
            parts[-1] += ids
        for ids in parts:
            Notification.objects.filter(pk__in=ids).update(**{field: MailState.WAITING})
            enqueue(kind, actor=SYSTEM, args={"notification_ids": ids}, now=run.now)
    return len(rows)


schedule(DUE_JOB, "*/5 * * * *")
