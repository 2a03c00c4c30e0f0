"""Writing of households: who counts purchases and wants together with whom. One login, at most one household at a time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Max, Model, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from koopset.apps.people.events import HouseholdJoined, HouseholdLeft
from koopset.apps.people.models import Household, HouseholdInvitation, HouseholdMember, Login
from koopset.apps.people.permissions import HOUSEHOLD_USE, own_login
from koopset.apps.people.rules import email_normal
from koopset.apps.people.selectors import login_by_email
from koopset.apps.people.selectors.households import (
    HouseholdInfo,
    household_by_id,
    household_of,
    logins_by_language,
    names_in_household,
    proven_addresses,
)
from koopset.foundation.events import publish
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

M = TypeVar("M", bound=Model)
#: How long an invitation is good, how many may wait at a time, how many people one household may have.
INVITATION_DAYS = 7
WAITING_AT_MOST = 10
MEMBERS_AT_MOST = 20
#: Letters and digits nobody takes for each other when a code is read out.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
TOPIC = "people.household"


def _own_login(actor: Actor) -> Login:
    """The login of a person, locked: whatever changes whose household it is in waits here. Raises Forbidden as `own_login`."""
    return _locked(own_login(actor))


def _locked(login_id: int) -> Login:
    login = Login.objects.select_for_update().filter(pk=login_id, is_active=True).first()
    if login is None:
        raise Forbidden(HOUSEHOLD_USE)
    return login


def _open(login: Login, now: datetime) -> HouseholdInfo:
    """The household of a login that is in none: the one it was the last to leave, else a new one."""
    household_id = _left_last(login.pk)
    if household_id is None:
        household_id = Household.objects.create(made_at=now).pk
    HouseholdMember.objects.create(household_id=household_id, login=login, since=now)
    found = household_by_id(household_id)
    assert found is not None
    return found


def _left_last(login_id: int) -> int | None:
    """The household that stands empty and was left last by this very login: its receipts are nobody else's."""
    mine = HouseholdMember.objects.filter(login_id=login_id, until__isnull=False)
    for household_id in mine.order_by("-until", "-pk").values_list("household_id", flat=True)[:20]:
        rows = HouseholdMember.objects.filter(household_id=household_id)
        if rows.filter(until__isnull=True).exists():
            continue
        last = rows.aggregate(at=Max("until"))["at"]
        if not rows.filter(until=last).exclude(login_id=login_id).exists():
            return household_id
    return None


def _tell(login_ids: list[int], title: str, text: str, by: int, now: datetime) -> None:
    """Tell logins of what one of the household did, each in their language. The words are marked for translation where they stand."""
    name = names_in_household([by])[by]
    for language, readers in logins_by_language(login_ids).items():
        with translation.override(language):
            notify(
                organisation_id=None,
                topic=TOPIC,
                title=gettext(title) % {"name": name},
                text=gettext(text) if text else "",
                link=reverse("people:household"),
                login_ids=readers,
                now=now,
            )


@service(None)
def household_ensure(*, actor: Actor, now: datetime) -> HouseholdInfo:
    """The actor's household; one of their own is made where there is none. Right: the own login. Raises Forbidden for keys and nobody."""
    if actor.kind is ActorKind.KEY or actor.login_id is None or actor.login_id < 0:
        raise Forbidden(HOUSEHOLD_USE)
    found = household_of(actor.login_id)
    if found is not None:
        return found
    login = _locked(actor.login_id)
    return household_of(login.pk) or _open(login, now)


@service(None)
def household_rename(*, actor: Actor, name: str, now: datetime) -> HouseholdInfo:
    """Give the own household a name; "" takes it back. Right: who is in it. Raises people.household_name."""
    login = _own_login(actor)
    own = household_of(login.pk) or _open(login, now)
    clean = " ".join(name.split())
    if len(clean) > 80:
        raise RuleViolation("people.household_name", field="name")
    row = Household.objects.select_for_update().get(pk=own.id)
    if row.name != clean:
        row.name = clean
        row.save()
    return HouseholdInfo(own.id, clean, own.login_ids)


def code_shown(code: str) -> str:
    """«ABCDE-23456»: how a code is read out."""
    return f"{code[:5]}-{code[5:]}"


def _digest(code: str) -> str:
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"koopset household {plain}".encode()).hexdigest()


@service(None)
def household_invite(
    *, actor: Actor, email: str = "", needs_email: bool = False, now: datetime
) -> tuple[int, str]:
    """Invite somebody into the own household; the key of the invitation and its code, which is shown once and kept by its digest only.

    With `email` the owner of that proven address sees it on their own page too; whether there is such a login is not told.
    `needs_email`: the code will not be shown, so an address must be named. Right: who is in the household.
    Raises people.bad_email, people.household_full, people.invitations_many, people.invited_oneself.
    """
    login = _own_login(actor)
    if needs_email and not email.strip():
        raise RuleViolation("people.bad_email", field="email", value="")
    own = household_of(login.pk) or _open(login, now)
    address = email_normal(email)
    if address and address in {login.email, *proven_addresses(login.pk)}:
        raise RuleViolation("people.invited_oneself", field="email")
    Household.objects.select_for_update().get(pk=own.id)
    waiting = HouseholdInvitation.objects.filter(
        household_id=own.id, used_at__isnull=True, ended_at__isnull=True, until__gt=now
    ).count()
    if waiting >= WAITING_AT_MOST:
        raise RuleViolation("people.invitations_many", count=WAITING_AT_MOST)
    if own.size >= MEMBERS_AT_MOST:
        raise RuleViolation("people.household_full", count=MEMBERS_AT_MOST)
    code = "".join(secrets.choice(ALPHABET) for _index in range(CODE_LENGTH))
    row = HouseholdInvitation.objects.create(
        household_id=own.id,
        made_by=login,
        email=address,
        code_hash=_digest(code),
        made_at=now,
        until=now + timedelta(days=INVITATION_DAYS),
    )
    invited = login_by_email(address) if address else None
    if invited is not None:
        _tell(
            [invited],
            gettext_noop("%(name)s invites you into the family"),
            gettext_noop(
                "Purchases and wants of one family are counted together. Accept or refuse on the page of the family."
            ),
            login.pk,
            now,
        )
    return row.pk, code_shown(code)


@service(None)
def invitation_withdraw(*, actor: Actor, invitation_id: int, now: datetime) -> None:
    """Call off an invitation of the own household, or refuse one to an own address. Raises people.no_such_invitation."""
    login = _own_login(actor)
    own = household_of(login.pk)
    row = (
        HouseholdInvitation.objects.select_for_update()
        .filter(pk=invitation_id, used_at__isnull=True, ended_at__isnull=True)
        .first()
    )
    mine = row is not None and (
        (own is not None and row.household_id == own.id)
        or (row.email != "" and row.email in proven_addresses(login.pk))
    )
    if row is None or not mine:
        raise RuleViolation("people.no_such_invitation")
    row.ended_at = now
    row.save(update_fields=["ended_at"])


def _held(rows: QuerySet[M]) -> QuerySet[M]:
    """The rows, so that nobody else takes up the same invitation or comes into the same household meanwhile."""
    return rows.select_for_update()


@service(None)
def household_join(
    *, actor: Actor, code: str = "", invitation_id: int | None = None, bring: bool = False, now: datetime
) -> HouseholdInfo:
    """Come into a household by the code of an invitation, or by one to an own proven address; one's former household is left.

    With `bring`, and where nobody else stays behind, what rooms above keep of the former household comes along; otherwise it waits for
    one's return. Right: the code or the address. Raises people.code_unknown, people.in_it_already, people.household_full.
    """
    login = _own_login(actor)
    rows = _held(HouseholdInvitation.objects.all()).filter(
        used_at__isnull=True, ended_at__isnull=True, until__gt=now
    )
    if invitation_id is not None:
        row = rows.filter(pk=invitation_id, email__in=proven_addresses(login.pk)).exclude(email="").first()
    else:
        row = rows.filter(code_hash=_digest(code)).first() if code.strip() else None
    if row is None:
        raise RuleViolation("people.code_unknown", field="code")
    _held(Household.objects.all()).get(pk=row.household_id)
    there = household_by_id(row.household_id)
    assert there is not None
    if login.pk in there.login_ids:
        raise RuleViolation("people.in_it_already", field="code")
    if not there.login_ids:
        raise RuleViolation("people.code_unknown", field="code")
    if there.size >= MEMBERS_AT_MOST:
        raise RuleViolation("people.household_full", count=MEMBERS_AT_MOST)
    before = household_of(login.pk)
    if before is not None:
        _end(before, login.pk, now)
    HouseholdMember.objects.create(household_id=row.household_id, login=login, since=now)
    row.used_at, row.used_by = now, login
    row.save(update_fields=["used_at", "used_by"])
    alone = before is not None and before.login_ids == (login.pk,)
    publish(HouseholdJoined(None, login.pk, before.id if before else None, row.household_id, bring and alone))
    _tell(list(there.login_ids), gettext_noop("%(name)s is in the family now"), "", login.pk, now)
    found = household_by_id(row.household_id)
    assert found is not None
    return found


def _end(household: HouseholdInfo, login_id: int, now: datetime) -> None:
    member = HouseholdMember.objects.select_for_update().get(
        household_id=household.id, login_id=login_id, until__isnull=True
    )
    member.until = max(now, member.since)
    member.save()
    publish(HouseholdLeft(None, login_id, household.id))


@service(None)
def household_leave(*, actor: Actor, now: datetime) -> HouseholdInfo:
    """Leave the household one shares with others; the own one is entered again. What was added there stays there.

    Right: who is in it. Raises people.alone_in_household.
    """
    login = _own_login(actor)
    own = household_of(login.pk)
    if own is None or own.size < 2:
        raise RuleViolation("people.alone_in_household")
    _end(own, login.pk, now)
    return _open(login, now)


@service(None)
def household_member_remove(*, actor: Actor, member_id: int, now: datetime) -> None:
    """Ask somebody out of the own household; they get their own one back and are told. Right: who has been in it the longest.

    Raises people.no_such_member, people.not_the_head.
    """
    login = _own_login(actor)
    own = household_of(login.pk)
    member = HouseholdMember.objects.filter(pk=member_id, until__isnull=True).first()
    if own is None or member is None or member.household_id != own.id or member.login_id == login.pk:
        raise RuleViolation("people.no_such_member")
    if own.head_id != login.pk:
        raise RuleViolation("people.not_the_head")
    gone = Login.objects.select_for_update().get(pk=member.login_id)
    _end(own, gone.pk, now)
    _open(gone, now)
    _tell(
        [gone.pk],
        gettext_noop("You are not in the family of %(name)s any more"),
        gettext_noop(
            "Your purchases are counted apart from now on. What you added before stays with that family."
        ),
        login.pk,
        now,
    )


def household_lock_for_room(*, household_id: int) -> None:
    """Wait until nobody else writes rows of this household: rooms above take it before they look what is there already."""
    Household.objects.select_for_update().get(pk=household_id)


# Erasure and terms


def household_part_for_room(*, login_id: int, now: datetime) -> int:
    """Take a login that is being erased out of its household and forget that it ever was in one; how many rows went."""
    own = household_of(login_id)
    if own is not None:
        _end(own, login_id, now)
    count = 0
    count += HouseholdInvitation.objects.filter(made_by_id=login_id).delete()[0]
    HouseholdInvitation.objects.filter(used_by_id=login_id).update(used_by=None)
    rows = HouseholdMember.objects.filter(login_id=login_id)
    ids = list(rows.values_list("household_id", flat=True))
    count += rows.delete()[0]
    HouseholdMember.history.filter(login_id=login_id).delete()  # last: what goes leaves a row there too
    for household in Household.objects.filter(pk__in=ids, members__isnull=True).exclude(name=""):
        household.name = ""
        household.save()
        Household.history.filter(id=household.pk).update(name="")
    return count


def household_invitations_forget(*, before: datetime) -> int:
    """Invitations that ended before a moment are forgotten; how many."""
    return int(HouseholdInvitation.objects.filter(until__lt=before).delete()[0])
