"""Reading of households. A household is seen by those who are in it, and by nobody of an office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress

from koopset.apps.people.models import Household, HouseholdInvitation, HouseholdMember, Login, Person
from koopset.apps.people.permissions import own_login
from koopset.apps.people.selectors import chunks
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once


@dataclass(frozen=True, slots=True)
class HouseholdInfo:
    """A household as the rooms above know it: its key, the name its people gave it ("" for none), the logins in it now, oldest first."""

    id: int
    name: str
    login_ids: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.login_ids)

    @property
    def head_id(self) -> int | None:
        """Who has been in it the longest: may ask another to go."""
        return self.login_ids[0] if self.login_ids else None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody in the household, by the name of their own card, else by the e-mail."""

    id: int
    login_id: int
    name: str
    since: datetime
    is_me: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation that waits. `email` is "" for one by code only; `household` and `by` tell the invited who calls."""

    id: int
    email: str
    until: datetime
    household: str
    by: str


@asked_once
def household_of(login_id: int) -> HouseholdInfo | None:
    """The household a login is in now; None where there is none yet (`services.household_ensure` makes it). Asks no right."""
    household_id = (
        HouseholdMember.objects.filter(login_id=login_id, until__isnull=True)
        .values_list("household_id", flat=True)
        .first()
    )
    return None if household_id is None else household_by_id(household_id)


def household_by_id(household_id: int) -> HouseholdInfo | None:
    """A household by key with those who are in it now. Asks no right: for rooms above."""
    rows = list(
        HouseholdMember.objects.filter(household_id=household_id, until__isnull=True)
        .order_by("since", "pk")
        .values_list("household__name", "login_id")
    )
    if rows:
        return HouseholdInfo(household_id, rows[0][0], tuple(login_id for _name, login_id in rows))
    name = Household.objects.filter(pk=household_id).values_list("name", flat=True).first()
    return None if name is None else HouseholdInfo(household_id, name, ())


def household_logins(household_ids: Iterable[int]) -> dict[int, list[int]]:
    """household → logins in it now, oldest first: whom to tell. Asks no right."""
    found: dict[int, list[int]] = {}
    for part in chunks(household_ids):
        rows = HouseholdMember.objects.filter(household_id__in=part, until__isnull=True)
        for household_id, login_id in rows.order_by("since", "pk").values_list("household_id", "login_id"):
            found.setdefault(household_id, []).append(login_id)
    return found


def logins_by_language(login_ids: Iterable[int]) -> dict[str, set[int]]:
    """language → those of the logins who read it: a notice is written in the language of its reader. Asks no right."""
    found: dict[str, set[int]] = {}
    for part in chunks(login_ids):
        rows = Login.objects.filter(pk__in=part).order_by("pk")
        for login_id, language in rows.values_list("pk", "language"):
            found.setdefault(language, set()).add(login_id)
    return found


def households_of_logins(login_ids: Iterable[int]) -> dict[int, int]:
    """login → the household it is in now. Asks no right."""
    return {
        login_id: household_id
        for part in chunks(login_ids)
        for login_id, household_id in HouseholdMember.objects.filter(
            login_id__in=part, until__isnull=True
        ).values_list("login_id", "household_id")
    }


def names_in_household(login_ids: Iterable[int]) -> dict[int, str]:
    """Short names of logins as people of one household see each other: by their own card, else by any, else by the e-mail."""
    names = dict(Login.objects.filter(pk__in=list(login_ids)).values_list("pk", "email"))
    for person in Person.objects.filter(login_id__in=list(names)).order_by("-keeper_id", "-pk"):
        assert person.login_id is not None
        names[person.login_id] = person.short_name
    for person in Person.objects.filter(login_id__in=list(names), keeper__isnull=True).order_by("-pk"):
        assert person.login_id is not None
        names[person.login_id] = person.short_name
    return names


def members_of(actor: Actor) -> list[MemberLine]:
    """Who is in the actor's household, the oldest first; nobody where there is none."""
    own = household_of(actor.login_id or 0)
    if own is None:
        return []
    rows = list(
        HouseholdMember.objects.filter(household_id=own.id, until__isnull=True).order_by("since", "pk")
    )
    names = names_in_household(row.login_id for row in rows)
    return [
        MemberLine(row.pk, row.login_id, names[row.login_id], row.since, row.login_id == actor.login_id)
        for row in rows
    ]


def invitations_sent(actor: Actor, *, now: datetime) -> list[InvitationLine]:
    """Invitations of the actor's household that nobody has taken up yet."""
    own = household_of(actor.login_id or 0)
    if own is None:
        return []
    rows = HouseholdInvitation.objects.filter(
        household_id=own.id, used_at__isnull=True, ended_at__isnull=True, until__gt=now
    ).order_by("-made_at", "-pk")[:50]
    return [InvitationLine(row.pk, row.email, row.until, own.name, "") for row in rows]


def invitations_to(actor: Actor, *, now: datetime) -> list[InvitationLine]:
    """Invitations to a proven address of the actor, the newest first."""
    addresses = proven_addresses(actor.login_id or 0)
    if not addresses:
        return []
    rows = list(
        HouseholdInvitation.objects.filter(
            email__in=addresses, used_at__isnull=True, ended_at__isnull=True, until__gt=now
        )
        .select_related("household")
        .order_by("-made_at", "-pk")[:20]
    )
    names = names_in_household(row.made_by_id for row in rows)
    return [
        InvitationLine(row.pk, row.email, row.until, row.household.name, names[row.made_by_id])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """All that somebody sees of the own household: who is in it, what waits. `household` is None where there is none yet."""

    household: HouseholdInfo | None
    is_head: bool
    members: list[MemberLine]
    sent: list[InvitationLine]
    received: list[InvitationLine]


def own_page(actor: Actor, *, now: datetime) -> HouseholdPage:
    """The actor's own household. Raises Forbidden for whoever is no person, and for keys not given HOUSEHOLD_USE."""
    own = household_of(own_login(actor))
    return HouseholdPage(
        own,
        own is None or own.head_id == actor.login_id,
        members_of(actor),
        invitations_sent(actor, now=now),
        invitations_to(actor, now=now),
    )


def proven_addresses(login_id: int) -> list[str]:
    """Addresses a login has proved, in small letters."""
    rows = EmailAddress.objects.filter(user_id=login_id, verified=True).values_list("email", flat=True)
    return [address.lower() for address in rows]


def invitation_concerns(actor: Actor, invitation_id: int) -> bool:
    """Whether an invitation, also an old one, is of the actor's household or to a proven address of the actor."""
    row = HouseholdInvitation.objects.filter(pk=invitation_id).first()
    if row is None or actor.login_id is None:
        return False
    own = household_of(actor.login_id)
    mine = own is not None and own.id == row.household_id
    return mine or (row.email != "" and row.email in proven_addresses(actor.login_id))


def member_is_with(actor: Actor, member_id: int) -> bool:
    """Whether somebody is in the actor's household now, besides the actor."""
    return any(one.id == member_id and not one.is_me for one in members_of(actor))
