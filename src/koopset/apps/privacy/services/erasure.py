"""Asking for erasure, answering, carrying it out: every room does its part in one transaction, and an act without names stays."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import login_is_operator, operator_person_ids, persons_of_login
from koopset.apps.privacy import rules
from koopset.apps.privacy.events import PersonErased
from koopset.apps.privacy.models import DestructionAct, ErasureRequest
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.selectors import needs_of, subject_of_request, ties_of
from koopset.foundation.events import publish
from koopset.foundation.notifications.services import notify
from koopset.foundation.personal.ports import Line, Tie, rooms
from koopset.foundation.rights.actors import SYSTEM, Actor, Forbidden, persons_who_can
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

State = ErasureRequest.State


def _right(organisation_id: int | None) -> PrivacyRight:
    return PrivacyRight.PLATFORM_DECIDE if organisation_id is None else PrivacyRight.REQUEST_DECIDE


@service(None)
def erasure_ask(*, actor: Actor, person_id: int | None, reason: str = "", now: datetime) -> ErasureRequest:
    """Ask to erase an own card that an organisation keeps, or (None) the login with the card the person made.

    Whoever decides is told. Right: the own login, in person. Raises Forbidden, privacy.unknown_card, privacy.already_asked,
    people.operator_stays.
    """
    if actor.login_id is None or actor.token_id is not None:
        raise Forbidden("privacy.erasure")
    organisation_id = None
    if person_id is not None:
        kept = {card.pk: card.keeper_id for card in persons_of_login(actor.login_id)}
        organisation_id = kept.get(person_id)
        if organisation_id is None:
            raise RuleViolation("privacy.unknown_card")
    elif login_is_operator(actor.login_id):
        raise RuleViolation("people.operator_stays")
    known = ErasureRequest.objects.select_for_update().filter(
        login_id=actor.login_id, organisation_id=organisation_id, person_id=person_id, state=State.WAITING
    )
    if known.exists():
        raise RuleViolation("privacy.already_asked")
    today = timezone.localdate(now)
    request = ErasureRequest.objects.create(
        organisation_id=organisation_id,
        person_id=person_id,
        login_id=actor.login_id,
        reason=reason.strip()[:500],
        created_at=now,
        answer_by=rules.answer_by(today),
        erase_by=rules.erase_by(today),
    )
    deciders = (
        operator_person_ids()
        if organisation_id is None
        else persons_who_can(PrivacyRight.REQUEST_DECIDE, organisation_id=organisation_id, on=today)
    )
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            organisation_id=organisation_id,
            topic="privacy.erasure",
            title=_("A person asks to erase their data"),
            text=_("Answer by %(date)s.") % {"date": request.answer_by.strftime("%d.%m.%Y")},
            link=_page(request),
            person_ids=deciders,
            email=True,
            now=now,
        )
    return request


def _page(request: ErasureRequest) -> str:
    if request.organisation_id is None:
        return reverse("privacy:platform_request", kwargs={"request_id": request.pk})
    return reverse(
        "privacy:request", kwargs={"organisation_id": request.organisation_id, "request_id": request.pk}
    )


@service(None)
def erasure_take_back(*, actor: Actor, request_id: int, now: datetime) -> ErasureRequest:
    """The person takes a request back before it is answered. Right: who asked. Raises privacy.unknown_request, privacy.decided."""
    request = (
        ErasureRequest.objects.select_for_update().filter(login_id=actor.login_id or 0, pk=request_id).first()
    )
    if request is None:
        raise RuleViolation("privacy.unknown_request")
    if request.state != State.WAITING:
        raise RuleViolation("privacy.decided")
    request.state, request.decided_at, request.reason = State.WITHDRAWN, now, ""
    request.save()
    return request


def _waiting(actor: Actor, organisation_id: int | None, request_id: int) -> ErasureRequest:
    actor.require(_right(organisation_id), organisation_id)
    request = (
        ErasureRequest.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=request_id)
        .first()
    )
    if request is None:
        raise RuleViolation("privacy.unknown_request")
    if request.state != State.WAITING:
        raise RuleViolation("privacy.decided")
    return request


@service(None)
def erasure_refuse(
    *, actor: Actor, organisation_id: int | None, request_id: int, reason: str, now: datetime
) -> ErasureRequest:
    """Answer that nothing can be erased, and why. Right: privacy:request:decide of the keeper, privacy:platform:decide for a login.

    Raises Forbidden, privacy.unknown_request, privacy.decided, privacy.no_reason.
    """
    request = _waiting(actor, organisation_id, request_id)
    if not reason.strip():
        raise RuleViolation("privacy.no_reason", field="reason")
    request.state, request.answer = State.REFUSED, reason.strip()[:2000]
    request.decided_at, request.decided_by = now, actor.login_id
    request.save()
    _tell(request, _("Your request to erase data is refused"), request.answer, now)
    return request


@service(None)
def erasure_carry_out(
    *, actor: Actor, organisation_id: int | None, request_id: int, now: datetime
) -> DestructionAct:
    """Erase what nothing keeps, in every room, and write the act; what law keeps goes by itself later.

    Right: privacy:request:decide of the keeper, privacy:platform:decide for a login. Raises Forbidden, privacy.unknown_request,
    privacy.decided and what a room refuses with; then nothing is erased.
    """
    request = _waiting(actor, organisation_id, request_id)
    ground = "152-ФЗ ст. 21 ч. 5: требование субъекта персональных данных"
    act = _erase(actor, request, ground, now)
    request.decided_at, request.decided_by = now, actor.login_id
    request.save()
    if act.is_whole:
        _tell(request, _("Your data are erased"), "", now)
    else:
        _tell(request, _("Your data are erased in part"), request.answer, now)
    return act


def _erase(actor: Actor, request: ErasureRequest, ground: str, now: datetime) -> DestructionAct:
    subject = subject_of_request(request)
    # The act is a paper of the organisation, whatever language the one who pressed the button reads.
    with translation.override(settings.LANGUAGE_CODE):
        ties, needs = ties_of(subject, now=now), needs_of(subject, now=now)
        lines = [
            line
            for room in rooms()
            for line in room.erase(actor=actor, subject=subject, needs=needs, now=now)
        ]
        request.answer = kept_in_words(ties)
        roles = actor.roles_in(request.organisation_id) if request.organisation_id is not None else ()
        act = DestructionAct.objects.create(
            request=request,
            organisation_id=request.organisation_id,
            person_id=request.person_id,
            login_id=subject.login_id,
            at=now,
            done_by=actor.login_id,
            roles=",".join(sorted(roles)) or ("operator" if actor.is_operator else ""),
            ground=ground,
            lines=[_plain(line) for line in lines],
            is_whole=not needs,
        )
    request.state = State.PARTLY if needs else State.DONE
    request.rest_pending = bool(needs)
    request.reason = ""
    publish(
        PersonErased(request.organisation_id, tuple(subject.person_ids), subject.login_id, is_whole=not needs)
    )
    return act


def _plain(line: Line) -> dict[str, Any]:
    return {
        "what": line.what,
        "fate": line.fate.value,
        "count": line.count,
        "law": line.law,
        "until": line.until.isoformat() if line.until else None,
    }


def kept_in_words(ties: list[Tie]) -> str:
    """Why the name stays, a line for each ground: what the person is told."""
    lines = []
    for tie in ties:
        until = _(" (until %(date)s)") % {"date": tie.until.strftime("%d.%m.%Y")} if tie.until else ""
        lines.append(f"{tie.what[:1].upper()}{tie.what[1:]}: {tie.law}{until}.")
    return "\n".join(dict.fromkeys(lines))


def _tell(request: ErasureRequest, title: str, text: str, now: datetime) -> None:
    """The person is told, unless the login has just gone."""
    if request.organisation_id is None and request.state in (State.DONE, State.PARTLY):
        return
    notify(
        organisation_id=request.organisation_id,
        topic="privacy.erasure",
        title=title,
        text=text,
        link=reverse("privacy:erasure"),
        login_ids=[request.login_id],
        email=True,
        now=now,
    )


@service(None)
def rest_erase(*, actor: Actor, organisation_id: int | None, request_id: int, now: datetime) -> bool:
    """Erase what was kept back, if nothing keeps it any more; whether it went. Right: the platform itself (SYSTEM)."""
    actor.require(_right(organisation_id), organisation_id)
    request = ErasureRequest.objects.select_for_update().get(
        organisation_id=organisation_id, pk=request_id, rest_pending=True
    )
    if needs_of(subject_of_request(request), now=now):
        return False
    _erase(actor, request, "152-ФЗ ст. 21 ч. 4 и 5: срок хранения по закону прошёл", now)
    request.save()
    return True


def rests_erase(*, now: datetime) -> Counter[int | None]:
    """Every request of which something was kept back: what may go now, goes. A term of keeping; it asks no right of a person."""
    gone: Counter[int | None] = Counter()
    waiting = ErasureRequest.objects.filter(rest_pending=True).order_by("pk")
    for organisation_id, request_id in list(waiting.values_list("organisation_id", "pk")):
        if rest_erase(actor=SYSTEM, organisation_id=organisation_id, request_id=request_id, now=now):
            gone[organisation_id] += 1
    return gone
