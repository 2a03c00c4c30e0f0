"""Notices served with proof: what an exclusion rests on, and later a meeting."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.models import ServedNotice
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors.notices import NOTICE_FILE
from koopset.apps.register.services.rows import check_date, check_files
from koopset.foundation.notifications.services import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

TOPIC = "register.notice"


@service(RegisterRight.REGISTER_EDIT)
def notice_serve(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    subject: str,
    subject_id: int,
    title: str,
    text: str,
    channel: str,
    sent_on: date,
    number: str = "",
    received_on: date | None = None,
    file_id: int | None = None,
    link: str = "",
    now: datetime,
) -> ServedNotice:
    """Keep that a notice was served, with its proof: by e-mail it is sent now and its way is followed; a letter has its number; what
    was handed over has the day of the signature; what hangs on the board has its picture.

    Raises people.unknown, register.unknown_channel, register.notice_no_text, register.future_date, register.bad_date,
    register.notice_today_only, register.notice_no_email, register.notice_needs_number, register.notice_needs_picture,
    register.received_before_sent, register.unknown_file.
    """
    today = timezone.localdate(now)
    card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
    if card is None:
        raise RuleViolation("people.unknown", field="person")
    if channel not in ServedNotice.Channel.values:
        raise RuleViolation("register.unknown_channel", field="channel")
    words, heading = text.strip(), " ".join(title.split())[:200]
    if not words or not heading:
        raise RuleViolation("register.notice_no_text", field="text")
    check_date(sent_on, today, "sent_on")
    clean = " ".join(number.split())[:60]
    by = ServedNotice.Channel(channel)
    if by is ServedNotice.Channel.EMAIL:
        if sent_on != today:
            raise RuleViolation("register.notice_today_only", field="sent_on")
        if card.paper_only or not (card.email or card.has_login):
            raise RuleViolation("register.notice_no_email", field="channel", name=card.short_name)
    if by is ServedNotice.Channel.LETTER and not clean:
        raise RuleViolation("register.notice_needs_number", field="number")
    if by is ServedNotice.Channel.BOARD and file_id is None:
        raise RuleViolation("register.notice_needs_picture", field="file")
    if by is ServedNotice.Channel.HAND:
        received_on = sent_on
    if received_on is not None:
        check_date(received_on, today, "received_on")
        if received_on < sent_on:
            raise RuleViolation("register.received_before_sent", field="received_on")
    if file_id is not None:
        check_files(organisation_id, [file_id], NOTICE_FILE)
    sent = (
        notify(
            organisation_id=organisation_id,
            topic=TOPIC,
            title=heading,
            text=words,
            link=link,
            person_ids=[person_id],
            email=True,
            now=now,
        )
        if by is ServedNotice.Channel.EMAIL
        else []
    )
    return ServedNotice.objects.create(
        organisation_id=organisation_id,
        person_id=person_id,
        subject=subject,
        subject_id=subject_id,
        title=heading,
        text=words,
        channel=channel,
        sent_on=sent_on,
        number=clean,
        received_on=received_on,
        file_id=file_id,
        notification_id=sent[0].pk if sent else None,
        login_id=actor.login_id,
        created_at=now,
    )


@service(RegisterRight.REGISTER_EDIT)
def notice_received(
    *, actor: Actor, organisation_id: int, notice_id: int, received_on: date, now: datetime
) -> ServedNotice:
    """The post's answer: when a notice reached the person. Said once.

    Raises register.unknown_notice, register.received_already, register.received_before_sent, register.future_date.
    """
    row = (
        ServedNotice.objects.select_for_update().filter(organisation_id=organisation_id, pk=notice_id).first()
    )
    if row is None:
        raise RuleViolation("register.unknown_notice")
    if row.received_on is not None:
        raise RuleViolation("register.received_already", on=row.received_on)
    check_date(received_on, timezone.localdate(now), "received_on")
    if received_on < row.sent_on:
        raise RuleViolation("register.received_before_sent", field="received_on")
    row.received_on = received_on
    row.save(update_fields=["received_on"])
    return row
