"""Letters go out in the background, each once as far as a mail server lets that be known."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from koopset.foundation.jobs import JobRun, job
from koopset.foundation.notifications.addresses import Address, addresses_of, topic_name
from koopset.foundation.notifications.links import Ticket, letters_url
from koopset.foundation.notifications.models import Delivery, MailRefusal, MailState, Notification
from koopset.foundation.notifications.services import JOB

RETRIES = 6


class MailNotSent(Exception):
    """The mail server took some letters not now; they are tried again."""


@job(JOB, retries=RETRIES)
def send(run: JobRun, *, notification_ids: list[int]) -> dict[str, object]:
    """Send the letters that still wait. A letter is marked as sent right after the server took it; its Message-ID is always the same,
    so one sent twice around a crash is shown once by most mail programs.
    """
    rows = list(Notification.objects.filter(pk__in=notification_ids, mail=MailState.WAITING).order_by("pk"))
    # A person's address comes with the login that unites the cards, so a notice is matched by what it names.
    book = {
        (one.person_id, None if one.person_id is not None else one.login_id): one
        for one in addresses_of(
            person_ids={row.person_id for row in rows if row.person_id is not None},
            login_ids={row.login_id for row in rows if row.login_id is not None},
        )
    }
    refused = set(
        MailRefusal.objects.filter(topic__in={row.topic for row in rows}).values_list(
            "person_id", "login_id", "topic"
        )
    )
    last_time = run.attempt > RETRIES
    again = sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        for row in rows:
            address = book.get((row.person_id, row.login_id))
            if (row.person_id, row.login_id, row.topic) in refused:
                _note(row, MailState.DECLINED)
            elif address is None or not address.email:
                _note(row, MailState.NO_ADDRESS)
            else:
                outcome, fault = _send(connection, row, address)
                if outcome is MailState.WAITING and last_time:
                    outcome = MailState.FAILED
                _note(row, outcome, fault)
                again += outcome is MailState.WAITING
                sent += outcome is MailState.SENT
    finally:
        connection.close()
    if again:
        raise MailNotSent(f"{again} letters")
    return {"sent": sent, "of": len(rows)}


def _send(connection: BaseEmailBackend, row: Notification, address: Address) -> tuple[MailState, str]:
    try:
        connection.send_messages([letter(row, address)])
    except smtplib.SMTPRecipientsRefused as error:
        code = next((answer[0] for answer in error.recipients.values()), 0)
        return (MailState.FAILED if 500 <= code < 600 else MailState.WAITING), f"SMTPRecipientsRefused {code}"
    except smtplib.SMTPResponseException as error:
        return MailState.WAITING, f"{type(error).__name__} {error.smtp_code}"
    except (smtplib.SMTPException, OSError) as error:
        return MailState.WAITING, type(error).__name__
    return MailState.SENT, ""


def letter(row: Notification, address: Address) -> EmailMultiAlternatives:
    """The letter of a notice: text and HTML in the reader's language, refusable by one press (RFC 8058)."""
    leave = letters_url(Ticket(row.person_id, row.login_id, row.topic))
    with translation.override(address.language):
        context = {
            "title": row.title,
            "text": row.text,
            "url": f"{settings.SITE_URL}{row.link}" if row.link else "",
            "leave_url": leave,
            "topic": topic_name(row.topic),
            "site_url": settings.SITE_URL,
            "language": address.language,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(row.title.split()),
            body=render_to_string("notifications/mail.txt", context).strip() + "\n",
            to=[address.email],
            headers={
                "Message-ID": f"<notice-{row.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return message


def _note(row: Notification, outcome: MailState, fault: str = "") -> None:
    row.mail = outcome
    row.save(update_fields=["mail"])
    Delivery.objects.create(notification=row, at=timezone.now(), outcome=outcome, fault=fault[:200])
