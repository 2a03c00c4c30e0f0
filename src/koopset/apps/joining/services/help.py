"""A word of help to the chair, and what the chair lets the coordinator see."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.joining.models import Application, ChairContact, HelpWord
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.rules import OPEN
from koopset.apps.joining.selectors import body_page
from koopset.apps.people.rules import email_normal, phone_normal
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor, persons_who_can
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(JoiningRight.HELP_WRITE)
def help_write(*, actor: Actor, body_id: int, text: str, now: datetime) -> HelpWord:
    """Write to the chair of a settlement of one's districts; before it is verified, to the applicant.

    Raises joining.no_word; Forbidden outside one's districts.
    """
    page = body_page(actor, body_id, now=now)
    clean = " ".join(text.split())[:1000]
    if not clean:
        raise RuleViolation("joining.no_word", field="text")
    row = HelpWord.objects.create(organisation_id=body_id, by_login=actor.login_id, text=clean, at=now)
    with override("ru"):
        title = _("The coordinator of the district writes: %(name)s") % {"name": page.body.name}
    if page.body.application_id is None:
        notify(
            organisation_id=body_id,
            person_ids=persons_who_can(
                JoiningRight.CONTACT_EDIT, organisation_id=body_id, on=timezone.localdate(now)
            ),
            topic="joining.help",
            title=title,
            text=clean,
            link=reverse("joining:steps", kwargs={"organisation_id": body_id}),
            email=True,
            now=now,
        )
    else:
        application = Application.objects.get(organisation_id=body_id, state__in=OPEN)
        notify(
            organisation_id=None,
            login_ids=[application.login_id],
            topic="joining.help",
            title=title,
            text=clean,
            link=reverse("joining:application", kwargs={"application_id": application.pk}),
            email=True,
            now=now,
        )
    return row


@service(JoiningRight.CONTACT_EDIT)
def contact_set(
    *, actor: Actor, organisation_id: int, phone: str = "", email: str = "", is_shown: bool, now: datetime
) -> ChairContact:
    """How the coordinator of the district may reach the chair, if at all. Raises people.bad_phone, people.bad_email."""
    values = {"phone": phone_normal(phone), "email": email_normal(email), "is_shown": is_shown}
    row, _new = ChairContact.objects.update_or_create(organisation_id=organisation_id, defaults=values)
    return row
