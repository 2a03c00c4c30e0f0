"""Inviting everybody at once: a board that has just loaded its register does not press a button a hundred times."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import to_invite
from koopset.foundation.jobs import Job, enqueue
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

JOB = "people.invite_all"


@service(PeopleRight.LOGIN_INVITE)
def logins_invite_all(*, actor: Actor, organisation_id: int, now: datetime) -> Job:
    """Invite each person of the register who has an e-mail, does not sign in and was not invited; a job sends the letters.

    Raises people.nobody_to_invite.
    """
    if not to_invite(organisation_id).exists():
        raise RuleViolation("people.nobody_to_invite")
    with override("ru"):
        title = _("Invitations to those who have an e-mail")
    # Within a minute it is the same request; later it looks for those who have come since.
    return enqueue(
        JOB,
        actor=actor,
        organisation_id=organisation_id,
        title=title,
        key=f"{JOB} {now:%Y-%m-%d %H:%M}",
        link=reverse("people:persons", kwargs={"organisation_id": organisation_id}),
        now=now,
    )
