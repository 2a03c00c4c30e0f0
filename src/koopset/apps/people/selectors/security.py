"""Reading of what a login signs in with: sessions, the second factor, visits of support. Each sees only the own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from koopset.apps.people.models import KnownDevice, Login, SignIn, SupportVisit
from koopset.apps.people.ports import second_factor_is_waived
from koopset.apps.people.rules import DeviceWords, device_words
from koopset.apps.people.selectors import factor_of_login
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.rights.catalogue import given_by_kind
from koopset.foundation.rights.roles import Role

#: Those who write money and registers: a second factor is asked of them, and of whoever a legal form lets write more (`given_by_kind`).
ENTRUSTED = frozenset({Role.CHAIR, Role.TREASURER, Role.ACCOUNTANT, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it."""

    id: int
    device: DeviceWords
    address: str
    started_at: datetime
    seen_at: datetime
    is_current: bool


def sessions_of(login_id: int, *, current: str | None, now: datetime) -> list[SessionLine]:
    """Live sessions of a login, the one in use first, then the latest seen."""
    rows = list(SignIn.objects.filter(login_id=login_id).order_by("-seen_at", "-pk"))
    live = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    lines = [
        SessionLine(
            id=row.pk,
            device=device_words(row.agent),
            address=row.address,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_current=row.session_key == current,
        )
        for row in rows
        if row.session_key in live
    ]
    return sorted(lines, key=lambda line: not line.is_current)


def device_is_known(email: str, key_hash: str) -> bool:
    """Whether a login with this e-mail has signed in from the device before."""
    return KnownDevice.objects.filter(login__email=email.lower(), key_hash=key_hash).exists()


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a login, by the name its owner gave."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What a login signs in with. `codes_left` is None where there are no recovery codes."""

    has_password: bool
    app_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def has_second_factor(self) -> bool:
        return self.app_since is not None or bool(self.passkeys)


def ways_in_of(login: Login) -> WaysIn:
    """All of it, for the owner's own page."""
    app_since: datetime | None = None
    codes_left: int | None = None
    passkeys: list[Passkey] = []
    for row in Authenticator.objects.filter(user_id=login.pk).order_by("pk"):
        if row.type == Authenticator.Type.TOTP:
            app_since = row.created_at
        elif row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at))
        else:
            codes_left = len(row.wrap().get_unused_codes())
    return WaysIn(login.has_usable_password(), app_since, tuple(passkeys), codes_left)


@dataclass(frozen=True, slots=True)
class SecondFactorDue:
    """A second factor is asked for and not there. `until` is the last day of the grace, None before it was ever asked."""

    asked_at: datetime | None
    until: date | None
    days_left: int

    @property
    def is_overdue(self) -> bool:
        return self.until is not None and self.days_left < 0


def second_factor_due(actor: Actor, *, now: datetime) -> SecondFactorDue | None:
    """What is asked of those who handle money or registers; None where nothing is: other roles, programs, a factor that is there, a
    database of invented people, an installation that does not ask.
    """
    if not settings.SECOND_FACTOR_ASKED or actor.kind is not ActorKind.PERSON or actor.login_id is None:
        return None
    if not any(
        grant.role in ENTRUSTED or (grant.kind and grant.role in given_by_kind(grant.kind))
        for grant in actor.grants
    ):
        return None
    asked_at, has_factor = factor_of_login(actor.login_id)
    if has_factor or second_factor_is_waived():
        return None
    if asked_at is None:
        return SecondFactorDue(None, None, settings.SECOND_FACTOR_GRACE_DAYS)
    until = timezone.localdate(asked_at) + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)
    return SecondFactorDue(asked_at, until, (until - timezone.localdate(now)).days)


# Visits of support

#: The session's word for the visit the operator is on, and a mark by cookie, so that the others' requests cost nothing.
VISIT_KEY = "support_visit"
VISIT_COOKIE = "koopset_visit"


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit of support. `state` is asked, allowed, inside, refused, ended or over (its time has run out)."""

    id: int
    email: str
    operator: str
    reason: str
    state: str
    asked_at: datetime
    until: datetime | None
    entered_at: datetime | None
    ended_at: datetime | None


def visit_state(row: SupportVisit, now: datetime) -> str:
    """In which state a visit is at a moment."""
    if row.refused_at is not None:
        return "refused"
    if row.ended_at is not None:
        return "ended"
    if row.allowed_at is None:
        return "asked"
    if row.until is None or row.until <= now:
        return "over"
    return "inside" if row.entered_at is not None else "allowed"


def _lines(rows: list[SupportVisit], now: datetime) -> list[VisitLine]:
    return [
        VisitLine(
            id=row.pk,
            email=row.login.email,
            operator=row.operator.email,
            reason=row.reason,
            state=visit_state(row, now),
            asked_at=row.asked_at,
            until=row.until,
            entered_at=row.entered_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


#: Visits on a page; the older ones stay in the database.
SHOWN = 30


def visits_to(login_id: int, *, now: datetime) -> list[VisitLine]:
    """Who of support asked to see the login's pages and when they were seen, the latest first."""
    rows = SupportVisit.objects.filter(login_id=login_id).select_related("login", "operator")
    return _lines(list(rows.order_by("-asked_at", "-pk")[:SHOWN]), now)


def visits_by(operator_id: int, *, now: datetime) -> list[VisitLine]:
    """What an operator has asked for, the latest first."""
    rows = SupportVisit.objects.filter(operator_id=operator_id).select_related("login", "operator")
    return _lines(list(rows.order_by("-asked_at", "-pk")[:SHOWN]), now)
