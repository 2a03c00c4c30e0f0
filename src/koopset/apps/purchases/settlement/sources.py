"""Answers to ports of rooms below: whose accounts the books speak of, what operations are called, what programs outside may hear of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.ledger import ports as ledger
from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.settlement import events
from koopset.foundation.access.schemas import Out
from koopset.foundation.webhooks.catalogue import tell_outside


class RoundMoneyToldOut(Out):
    round_id: int


class ClaimToldOut(Out):
    claim_id: int


class Buyers:
    """Subjects of 76.50 and 76.51: participants by their number; no name of a person comes into the books."""

    def labels(self, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
        """«участник 17»."""
        known = Participant.objects.filter(organisation_id=organisation_id, pk__in=list(ids))
        return {pk: _("participant %(number)s") % {"number": pk} for pk in known.values_list("pk", flat=True)}

    def find(self, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
        return _found(
            numbers,
            set(Participant.objects.filter(organisation_id=organisation_id).values_list("pk", flat=True)),
        )

    def url(self, organisation_id: int, subject_id: int) -> str:
        return reverse("settlement:account", args=[organisation_id, subject_id])


class Purchases:
    """Subjects of 76.52 and 76.53: rounds."""

    def labels(self, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
        """«закупка 5: Мёд на зиму»."""
        known = Round.objects.filter(organisation_id=organisation_id, pk__in=list(ids))
        return {
            pk: _("purchase %(number)s: %(title)s") % {"number": pk, "title": title}
            for pk, title in known.values_list("pk", "title")
        }

    def find(self, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
        return _found(
            numbers, set(Round.objects.filter(organisation_id=organisation_id).values_list("pk", flat=True))
        )

    def url(self, organisation_id: int, subject_id: int) -> str:
        return reverse("settlement:money", args=[organisation_id, subject_id])


def _found(numbers: Iterable[str], known: set[int]) -> dict[str, int]:
    found = {}
    for number in numbers:
        digits = number.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 19 and int(digits) in known:
            found[number] = int(digits)
    return found


def _round_page(organisation_id: int, source_id: int) -> str:
    return reverse("settlement:money", args=[organisation_id, source_id])


def register() -> None:
    """Fill the ports."""
    ledger.register_subject("buyer", Buyers())
    ledger.register_subject("purchase", Purchases())
    for kind, name in (
        ("settlement.hold", gettext_lazy("Purchases: put aside and set free")),
        ("settlement.settle", gettext_lazy("Purchases: settlement")),
        ("settlement.cost", gettext_lazy("Purchases: invoice or another cost")),
        ("settlement.credit", gettext_lazy("Purchases: credit by a claim")),
        ("settlement.later", gettext_lazy("Purchases: a cost became less")),
    ):
        ledger.register_operation_kind(kind, name)
        ledger.register_operation_link(kind, _round_page)
    ledger.register_operation_kind("settlement.cash", gettext_lazy("Purchases: money in and out"))
    _tell_outside()


def _tell_outside() -> None:
    def round_links(one: Any) -> dict[str, str]:
        return {"round": f"/api/v1/o/{one.organisation_id}/rounds/{one.round_id}"}

    told: tuple[tuple[type[events.RoundReceived | events.RoundSettled], str, Any], ...] = (
        (events.RoundReceived, "round.received", gettext_lazy("The goods of a joint purchase are taken in")),
        (events.RoundSettled, "round.settled", gettext_lazy("A joint purchase is settled")),
    )
    for event, name, words in told:
        tell_outside(
            event,
            name,
            words,
            data=RoundMoneyToldOut,
            make=lambda one: {"round_id": one.round_id},
            links=round_links,
        )
    tell_outside(
        events.ClaimAnswered,
        "claim.answered",
        gettext_lazy("A buyer's claim has its answer"),
        data=ClaimToldOut,
        make=lambda one: {"claim_id": one.claim_id},
        links=lambda one: {},
    )
