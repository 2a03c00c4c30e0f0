"""How a letter looks: text and HTML in the reader's language, refusable by one press (RFC 8058) where it may be refused."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from koopset.foundation.notifications.addresses import Address
from koopset.foundation.notifications.links import Ticket, letters_url
from koopset.foundation.notifications.models import Notification
from koopset.foundation.notifications.topics import Channel, topic_name, topic_of

PREHEADER = 110


def letter(row: Notification, address: Address) -> EmailMultiAlternatives:
    """The letter of one notice."""
    with translation.override(address.language):
        return _letter([row], address, " ".join(row.title.split()), f"notice-{row.pk}")


def digest(rows: Sequence[Notification], address: Address) -> EmailMultiAlternatives:
    """One letter of several notices that were gathered for it."""
    if len(rows) == 1:
        return letter(rows[0], address)
    with translation.override(address.language):
        subject = ngettext("%(count)s notice", "%(count)s notices", len(rows)) % {"count": len(rows)}
        return _letter(rows, address, subject, f"digest-{rows[0].pk}-{rows[-1].pk}")


def _letter(rows: Sequence[Notification], address: Address, subject: str, key: str) -> EmailMultiAlternatives:
    codes = sorted({row.topic for row in rows})
    free = [code for code in codes if Channel.MAIL not in topic_of(code).kept]
    leave = letters_url(Ticket(rows[0].person_id, rows[0].login_id, ",".join(free or codes)))
    first = " ".join(rows[0].text.split()) if len(rows) == 1 else "; ".join(row.title for row in rows)
    context = {
        "subject": subject,
        "preheader": first if len(first) <= PREHEADER else f"{first[:PREHEADER].rsplit(' ', 1)[0]}…",
        "notices": [
            {
                "title": row.title,
                "text": row.text,
                "url": f"{settings.SITE_URL}{row.link}" if row.link else "",
            }
            for row in rows
        ],
        "several": len(rows) > 1,
        "leave_url": leave,
        "may_leave": bool(free),
        "reason": "" if free else topic_of(codes[0]).reason,
        "topic": topic_name(",".join(codes)),
        "site_url": settings.SITE_URL,
        "language": address.language,
    }
    headers = {
        "Message-ID": f"<{key}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
    }
    if free:
        headers |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("notifications/mail/letter.txt", context).strip() + "\n",
        to=[address.email],
        headers=headers,
    )
    message.attach_alternative(render_to_string("notifications/mail/letter.html", context), "text/html")
    return message


def masked(email: str) -> str:
    """«i…@example.org»: enough for its owner to know it, and no address."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"[:80]
