"""Writing of support's visits: an operator asks with a reason, the person allows for a time, entry and end are written down.

During a visit nothing is written at all: `adapter/support.py` refuses it before any page and in the database.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from koopset.apps.people.models import Login, SupportVisit
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors.security import visit_state
from koopset.apps.people.services.devices import SECURITY_TOPIC
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: For how long a person lets support in.
VISIT_MINUTES = 30
#: A request nobody has answered for this long may be made anew.
ANSWER_HOURS = 24


@service(PeopleRight.SUPPORT_VISIT)
def visit_ask(
    *, actor: Actor, organisation_id: int | None = None, email: str, reason: str, now: datetime
) -> SupportVisit:
    """Ask a person to let support see the pages as the person does; the person is told, in the app and by e-mail.

    Raises people.visit_to_nobody, people.visit_without_reason, people.visit_to_oneself, people.visit_to_operator,
    people.visit_is_asked.
    """
    login = Login.objects.select_for_update().filter(email=email.strip().lower(), is_active=True).first()
    if login is None:
        raise RuleViolation("people.visit_to_nobody", field="email", email=email.strip()[:100])
    if login.pk == actor.login_id:
        raise RuleViolation("people.visit_to_oneself", field="email")
    if login.is_operator:
        raise RuleViolation("people.visit_to_operator", field="email")
    clean = " ".join(reason.split())[:300]
    if len(clean) < 5:
        raise RuleViolation("people.visit_without_reason", field="reason")
    operator = Login.objects.get(pk=actor.login_id)  # type: ignore[misc]
    open_ones = SupportVisit.objects.filter(
        login=login, operator=operator, asked_at__gt=now - timedelta(hours=ANSWER_HOURS)
    )
    if any(visit_state(row, now) in ("asked", "allowed", "inside") for row in open_ones):
        raise RuleViolation("people.visit_is_asked", field="email")
    visit = SupportVisit.objects.create(login=login, operator=operator, reason=clean, asked_at=now)
    with translation.override(login.language):
        notify(
            organisation_id=None,
            topic=SECURITY_TOPIC,
            title=_("Support asks to see your pages"),
            text=_(
                "The operator of the platform (%(operator)s) asks to see your pages as you see them. Why: %(reason)s\n"
                "You decide. If you allow it, for %(minutes)s minutes the operator may look and change nothing."
            )
            % {"operator": operator.email, "reason": clean, "minutes": VISIT_MINUTES},
            link=reverse("people:security") + "#support",
            login_ids=[login.pk],
            email=True,
            now=now,
        )
    return visit


def _own_visit(actor: Actor, visit_id: int) -> SupportVisit:
    visit = SupportVisit.objects.select_for_update().filter(pk=visit_id, login_id=actor.login_id).first()  # type: ignore[misc]
    if visit is None or actor.login_id is None:
        raise RuleViolation("people.no_such_visit")
    return visit


@service(None)
def visit_allow(*, actor: Actor, visit_id: int, now: datetime) -> SupportVisit:
    """Let support in for VISIT_MINUTES. Right: the login that was asked. Raises people.no_such_visit, people.visit_is_answered."""
    visit = _own_visit(actor, visit_id)
    if visit_state(visit, now) != "asked":
        raise RuleViolation("people.visit_is_answered")
    visit.allowed_at = now
    visit.until = now + timedelta(minutes=VISIT_MINUTES)
    visit.save(update_fields=["allowed_at", "until"])
    return visit


@service(None)
def visit_refuse(*, actor: Actor, visit_id: int, now: datetime) -> SupportVisit:
    """Do not let support in. Right: the login that was asked. Raises people.no_such_visit, people.visit_is_answered."""
    visit = _own_visit(actor, visit_id)
    if visit_state(visit, now) != "asked":
        raise RuleViolation("people.visit_is_answered")
    visit.refused_at = now
    visit.save(update_fields=["refused_at"])
    return visit


@service(None)
def visit_enter(*, actor: Actor, visit_id: int, now: datetime) -> SupportVisit:
    """Begin to look. Right: the operator who asked. Raises people.no_such_visit, people.visit_not_allowed."""
    actor.require(PeopleRight.SUPPORT_VISIT, None)
    visit = SupportVisit.objects.select_for_update().filter(pk=visit_id, operator_id=actor.login_id).first()
    if visit is None:
        raise RuleViolation("people.no_such_visit")
    if visit_state(visit, now) not in ("allowed", "inside"):
        raise RuleViolation("people.visit_not_allowed")
    if visit.entered_at is None:
        visit.entered_at = now
        visit.save(update_fields=["entered_at"])
    return visit


@service(None)
def visit_end(*, actor: Actor, visit_id: int, now: datetime) -> SupportVisit:
    """End a visit before its time. Right: the operator who asked or the person who was asked. Raises people.no_such_visit."""
    visit = SupportVisit.objects.select_for_update().filter(pk=visit_id).first()
    if visit is None or actor.login_id is None or actor.login_id not in (visit.login_id, visit.operator_id):
        raise RuleViolation("people.no_such_visit")
    if visit.ended_at is None:
        visit.ended_at = now
        visit.save(update_fields=["ended_at"])
    return visit
