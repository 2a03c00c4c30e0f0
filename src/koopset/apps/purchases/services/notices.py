"""Who is told of a round, and of what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koopset.apps.needs import selectors as needs
from koopset.apps.people import selectors as people
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import persons_who_can

OPENED, BOXFILL, STOPPED, SENT, CANCELLED, RUNNING = (
    "purchases.opened",
    "purchases.boxfill",
    "purchases.stopped",
    "purchases.sent",
    "purchases.cancelled",
    "purchases.running",
)


def participants_of(organisation_id: int, round_id: int) -> list[Participant]:
    """Households that want or wanted something in the round."""
    ids = Line.objects.filter(organisation_id=organisation_id, round_id=round_id).values("participant_id")
    return list(Participant.objects.filter(organisation_id=organisation_id, pk__in=ids).order_by("pk"))


def _logins(household_ids: Iterable[int]) -> list[int]:
    return sorted({one for ids in people.household_logins(household_ids).values() for one in ids})


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j E, H:i") if moment else ""


def tell_participants(row: Round, topic: str, title: str, text: str, *, now: datetime) -> None:
    """Tell every household of the round: all its logins, each once."""
    households = [one.household_id for one in participants_of(row.organisation_id, row.pk)]
    notify(
        organisation_id=row.organisation_id,
        topic=topic,
        title=title,
        text=text,
        link=reverse("purchases:my-round", args=[row.pk]),
        login_ids=_logins(households),
        email=True,
        now=now,
    )


def tell_opened(row: Round, *, now: datetime) -> None:
    """Whoever may take part: persons of the body, neighbours of the territory, buyers of the round before."""
    households: set[int] = {one.household_id for one in participants_of(row.organisation_id, row.pk)}
    if row.repeats_id is not None:
        households |= {one.household_id for one in participants_of(row.organisation_id, row.repeats_id)}
    persons: Iterable[int] = ()
    if row.access == Round.Access.MEMBERS:
        persons = persons_who_can(
            PurchaseRight.ROUND_JOIN, organisation_id=row.organisation_id, on=timezone.localdate(now)
        )
    elif row.access == Round.Access.NEIGHBOURS and row.territory_id is not None:
        households |= set(needs.households_at(territory_ids=[row.territory_id]))
    logins = set(_logins(households))
    known = people.login_ids_of_persons(persons)
    logins |= set(known.values())
    notify(
        organisation_id=row.organisation_id,
        topic=OPENED,
        title=_("A purchase is open: %(title)s") % {"title": row.title},
        text=_("Say what you want until %(moment)s. Refusal is free until then.")
        % {"moment": _moment(row.open_until)}
        if row.open_until
        else _("Say what you want. Refusal is free until the round stops."),
        link=reverse("purchases:my-round", args=[row.pk]),
        login_ids=logins,
        person_ids=set(persons) - known.keys(),
        now=now,
    )


def tell_boxfill(row: Round, *, now: datetime) -> None:
    """Packs are being filled."""
    tell_participants(
        row,
        BOXFILL,
        _("Packs are being filled: %(title)s") % {"title": row.title},
        _("Look which packs lack a little. Now only what helps to fill them may change."),
        now=now,
    )


def tell_stopped(row: Round, *, now: datetime) -> None:
    """«СТОП»: how many each got, on the page."""
    tell_participants(
        row,
        STOPPED,
        _("Stop: %(title)s") % {"title": row.title},
        _("It is counted how many each gets, and why. The purchase cannot be refused any more."),
        now=now,
    )


def tell_sent(row: Round, *, now: datetime) -> None:
    """The order went to the supplier."""
    tell_participants(
        row,
        SENT,
        _("The order is sent: %(title)s") % {"title": row.title},
        row.handed_out or _("You will be told when the goods come."),
        now=now,
    )


def tell_cancelled(row: Round, *, now: datetime) -> None:
    """Called off, with the reason."""
    tell_participants(
        row,
        CANCELLED,
        _("The purchase is called off: %(title)s") % {"title": row.title},
        row.cancel_reason,
        now=now,
    )


def tell_organisers(row: Round, title: str, text: str, *, now: datetime) -> None:
    """Those who run the rounds of the body."""
    notify(
        organisation_id=row.organisation_id,
        topic=RUNNING,
        title=title,
        text=text,
        link=reverse("purchases:round", args=[row.organisation_id, row.pk]),
        person_ids=persons_who_can(
            PurchaseRight.ROUND_RUN, organisation_id=row.organisation_id, on=timezone.localdate(now)
        ),
        email=True,
        now=now,
    )
