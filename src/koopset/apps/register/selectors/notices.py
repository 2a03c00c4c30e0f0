"""Served notices with the state of their proof, for this room and for those above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from koopset.apps.register.models import ServedNotice
from koopset.foundation.files.models import StoredFile
from koopset.foundation.notifications.models import MailState
from koopset.foundation.notifications.selectors import mail_states

#: Kind of a stored file: a scan of a letter's receipt, of a signature, a picture of the board.
NOTICE_FILE = "register.notice"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with its proof in words; `role` is the colour of its state."""

    id: int
    person_id: int
    subject: str
    subject_id: int
    title: str
    text: str
    channel: str
    channel_name: str
    sent_on: date
    number: str
    received_on: date | None
    file: StoredFile | None
    state: str
    role: str

    @property
    def waits(self) -> bool:
        """Whether the day of receipt may still be added."""
        return self.channel == ServedNotice.Channel.LETTER and self.received_on is None


def notices_of_subject(organisation_id: int, subject: str, subject_ids: Iterable[int]) -> list[NoticeRow]:
    """Notices about the things, the latest first. Asks no right: the caller shows no more than its own page may."""
    return _rows(
        ServedNotice.objects.filter(
            organisation_id=organisation_id, subject=subject, subject_id__in=sorted(set(subject_ids))
        )
    )


def notices_of_person(organisation_id: int, person_id: int) -> list[NoticeRow]:
    """Notices to one person, the latest first. Asks no right."""
    return _rows(ServedNotice.objects.filter(organisation_id=organisation_id, person_id=person_id))


def _rows(found: Iterable[ServedNotice]) -> list[NoticeRow]:
    rows = list(found.select_related("file").order_by("-sent_on", "-pk")[:200])  # type: ignore[attr-defined]
    mail = mail_states(row.notification_id for row in rows if row.notification_id is not None)
    made = []
    for row in rows:
        state, role = _state(row, mail.get(row.notification_id or 0, ""))
        made.append(
            NoticeRow(
                row.pk,
                row.person_id,
                row.subject,
                row.subject_id,
                row.title,
                row.text,
                row.channel,
                str(row.get_channel_display()),
                row.sent_on,
                row.number,
                row.received_on,
                row.file,
                state,
                role,
            )
        )
    return made


def _state(row: ServedNotice, mail: str) -> tuple[str, str]:
    match row.channel:
        case ServedNotice.Channel.EMAIL:
            if not mail:
                return _("the letter is not kept any more"), "wait"
            role = {
                MailState.SENT: "ok",
                MailState.WAITING: "wait",
                MailState.HELD: "wait",
            }.get(MailState(mail), "over")
            return str(MailState(mail).label), role
        case ServedNotice.Channel.LETTER:
            if row.received_on is None:
                return _("on its way"), "wait"
            return _("received"), "ok"
        case ServedNotice.Channel.HAND:
            return _("signed for"), "ok"
    return _("picture attached"), "ok"
