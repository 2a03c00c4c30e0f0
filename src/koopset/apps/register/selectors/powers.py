"""Powers of attorney in force, ending, ended; who may act for whom, for the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import PersonCard, persons_by_ids
from koopset.apps.register.models import PowerOfAttorney
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import POWERS
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor, Forbidden

#: Kind of a stored file: the scan of a power of attorney.
POWER_FILE = "register.power"
#: Days before its end in which a power is shown as ending.
ENDING_DAYS = 30
NAMES = ("vote", "papers", "sign", "pay")


@dataclass(frozen=True, slots=True)
class PowerRow:
    """A power with its people; `role` is the colour of `state`."""

    id: int
    principal: PersonCard
    agent: PersonCard
    kind_name: str
    number: str
    issued_on: date
    valid_to: date
    revoked_on: date | None
    scope: tuple[str, ...]
    scope_text: str
    file: StoredFile | None
    state: str
    role: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class VotingPower:
    """A power to vote as the room of meetings takes it; revoked ones too, so that it learns of the revocation."""

    id: int
    principal_id: int
    agent_id: int
    number: str
    issued_on: date
    valid_to: date
    revoked_on: date | None


def voting_powers(organisation_id: int, on: date) -> list[VotingPower]:
    """Powers to vote whose term holds on the day, the oldest first. Asks no right: for the rooms above."""
    rows = PowerOfAttorney.objects.filter(
        organisation_id=organisation_id, may_vote=True, issued_on__lte=on, valid_to__gte=on
    )
    return [
        VotingPower(
            row.pk,
            row.principal_id,
            row.agent_id,
            row.number,
            row.issued_on,
            row.valid_to,
            row.revoked_on,
        )
        for row in rows.order_by("issued_on", "pk")
    ]


def in_force(on: date) -> Q:
    """Powers that hold on the day; from the day of its revocation on it does not."""
    return Q(issued_on__lte=on, valid_to__gte=on) & (Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))


def powers(actor: Actor, organisation_id: int, on: date, show: str = "") -> list[PowerRow]:
    """Powers, those that end first on top: "" in force, "ending", "ended". Raises Forbidden."""
    actor.require(RegisterRight.POWER_VIEW, organisation_id)
    rows = PowerOfAttorney.objects.filter(organisation_id=organisation_id)
    if show == "ending":
        rows = rows.filter(in_force(on), valid_to__lte=on + timedelta(days=ENDING_DAYS))
    elif show == "ended":
        rows = rows.exclude(in_force(on))
    else:
        rows = rows.filter(in_force(on))
    return _rows(organisation_id, rows.order_by("valid_to", "pk"), on)


def ending_count(organisation_id: int, on: date) -> int:
    """How many powers end soon. Asks no right: the caller has."""
    rows = PowerOfAttorney.objects.filter(in_force(on), organisation_id=organisation_id)
    return rows.filter(valid_to__lte=on + timedelta(days=ENDING_DAYS)).count()


def power(actor: Actor, organisation_id: int, power_id: int, on: date) -> PowerRow:
    """One power. Raises Forbidden, also where there is none."""
    actor.require(RegisterRight.POWER_VIEW, organisation_id)
    rows = PowerOfAttorney.objects.filter(organisation_id=organisation_id, pk=power_id)
    found = _rows(organisation_id, rows, on)
    if not found:
        raise Forbidden(RegisterRight.POWER_VIEW)
    return found[0]


def powers_of_persons(
    organisation_id: int, person_ids: Collection[int], on: date
) -> tuple[list[PowerRow], list[PowerRow]]:
    """(given by the persons, given to them), the latest first. Asks no right: pass one's own cards."""
    rows = PowerOfAttorney.objects.filter(organisation_id=organisation_id).order_by("-issued_on", "-pk")
    ids = sorted(person_ids)
    return (
        _rows(organisation_id, rows.filter(principal_id__in=ids), on),
        _rows(organisation_id, rows.filter(agent_id__in=ids), on),
    )


def agents_of(organisation_id: int, principal_id: int, what: str, on: date) -> frozenset[int]:
    """Who may do `what` ("vote", "papers", "sign", "pay") for the principal on the day. Asks no right: for the rooms above."""
    assert what in POWERS, what
    rows = PowerOfAttorney.objects.filter(
        in_force(on), organisation_id=organisation_id, principal_id=principal_id, **{f"may_{what}": True}
    )
    return frozenset(rows.values_list("agent_id", flat=True))


def principals_of(organisation_id: int, agent_ids: Collection[int], what: str, on: date) -> frozenset[int]:
    """For whom the agents may do `what` on the day. Asks no right."""
    assert what in POWERS, what
    rows = PowerOfAttorney.objects.filter(
        in_force(on), organisation_id=organisation_id, agent_id__in=sorted(agent_ids), **{f"may_{what}": True}
    )
    return frozenset(rows.values_list("principal_id", flat=True))


def scope_names() -> dict[str, str]:
    """What each word of a scope means, for a person."""
    return {
        "vote": _("vote at meetings"),
        "papers": _("see charges and receive papers"),
        "sign": _("sign applications and acts"),
        "pay": _("pay"),
    }


def _rows(organisation_id: int, found: QuerySet[PowerOfAttorney], on: date) -> list[PowerRow]:
    rows = list(found.select_related("file")[:1000])
    cards = persons_by_ids(
        {row.principal_id for row in rows} | {row.agent_id for row in rows}, organisation_id=organisation_id
    )
    names = scope_names()
    made = []
    for row in rows:
        if row.principal_id not in cards or row.agent_id not in cards:
            continue
        scope = tuple(name for name in NAMES if getattr(row, f"may_{name}"))
        state, role, holds = _state(row, on)
        made.append(
            PowerRow(
                row.pk,
                cards[row.principal_id],
                cards[row.agent_id],
                str(row.get_kind_display()),
                row.number,
                row.issued_on,
                row.valid_to,
                row.revoked_on,
                scope,
                ", ".join(names[name] for name in scope),
                row.file,
                state,
                role,
                holds,
            )
        )
    return made


def _state(row: PowerOfAttorney, on: date) -> tuple[str, str, bool]:
    if row.revoked_on is not None and row.revoked_on <= on:
        return _("revoked"), "", False
    if row.valid_to < on:
        return _("ended"), "", False
    if row.valid_to <= on + timedelta(days=ENDING_DAYS):
        days = (row.valid_to - on).days
        return _("ends in %(days)s d.") % {"days": days}, "wait", True
    return _("in force"), "ok", True
