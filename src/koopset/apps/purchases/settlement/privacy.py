"""What this room holds of a person: the money and goods of their household in joint purchases, its claims, marks and savings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.people import selectors as people
from koopset.apps.purchases.models import Participant
from koopset.apps.purchases.settlement.models import (
    Cash,
    ChargeRow,
    Claim,
    HandoutRow,
    Hold,
    LineSaving,
    Rating,
)
from koopset.apps.purchases.settlement.services.personal import (
    claims_forget_for_room,
    savings_forget_for_room,
)
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants


def _household(subject: Subject) -> people.HouseholdInfo | None:
    return people.household_of(subject.login_id) if subject.login_id is not None else None


def _participants(subject: Subject) -> list[tuple[int, int]]:
    household = _household(subject)
    if household is None:
        return []
    with across_tenants("one's own household, in the rounds of whatever body"):
        return list(
            Participant.objects.filter(household_id=household.id)
            .order_by("organisation_id")
            .values_list("organisation_id", "pk")
        )


def _of(model: Any, own: list[tuple[int, int]]) -> list[Any]:
    return [
        model.objects.filter(organisation_id=organisation_id, participant_id=pk).order_by("pk")
        for organisation_id, pk in own
    ]


class SettlementData(PersonalData):
    room = "settlement"
    title = gettext_lazy("Money and goods of joint purchases")
    models: ClassVar[dict[str, Any]] = {
        "settlement.Cash": gettext_lazy("money of joint purchases"),
        "settlement.Hold": gettext_lazy("money put aside for a joint purchase"),
        "settlement.ChargeRow": gettext_lazy("a charge of a joint purchase"),
        "settlement.HandoutRow": gettext_lazy("goods handed out"),
        "settlement.Claim": gettext_lazy("a claim in a joint purchase"),
        "settlement.Rating": gettext_lazy("marks of a supplier"),
        "settlement.PickUp": gettext_lazy("a code to fetch goods by"),
        "settlement.LineSaving": gettext_lazy("what was saved in a joint purchase"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        own = _participants(subject)
        organisation = Column("organisation__organisation__name_short", _("Organisation"))
        purchase = Column("round__title", _("Purchase"))
        yield table(
            "purchase_charges",
            gettext_lazy("Charges of joint purchases"),
            [
                organisation,
                purchase,
                Column("what", _("For what"), lambda value: str(ChargeRow.What(value).label)),
                Column("line__good__name", _("Good")),
                Column("quantity", _("Units")),
                Column("amount_kop", _("Sum, ₽"), roubles),
                Column("at", _("When")),
            ],
            *_of(ChargeRow, own),
        )
        yield table(
            "purchase_money",
            gettext_lazy("Money brought and sent back in joint purchases"),
            [
                organisation,
                Column("on_date", _("Day")),
                Column("kind", _("What"), lambda value: str(Cash.Kind(value).label)),
                Column("way", _("How"), lambda value: str(Cash.Way(value).label)),
                Column("amount_kop", _("Sum, ₽"), roubles),
                Column("reason", _("Reason")),
            ],
            *_of(Cash, own),
        )
        yield table(
            "purchase_holds",
            gettext_lazy("Money put aside for joint purchases"),
            [
                organisation,
                purchase,
                Column("move", _("What"), lambda value: str(Hold.Move(value).label)),
                Column("amount_kop", _("Sum, ₽"), roubles),
                Column("at", _("When")),
            ],
            *_of(Hold, own),
        )
        yield table(
            "purchase_handouts",
            gettext_lazy("Goods handed out in joint purchases"),
            [
                organisation,
                purchase,
                Column("line__good__name", _("Good")),
                Column("outcome", _("What"), lambda value: str(HandoutRow.Outcome(value).label)),
                Column("quantity", _("Units")),
                Column("at", _("When")),
            ],
            *_of(HandoutRow, own),
        )
        yield table(
            "purchase_claims",
            gettext_lazy("Claims in joint purchases"),
            [
                organisation,
                purchase,
                Column("line__good__name", _("Good")),
                Column("text", _("In my words")),
                Column("amount_kop", _("Asked, ₽"), roubles),
                Column("accepted_kop", _("Accepted, ₽"), roubles),
                Column("answer", _("Answer")),
                Column("asked_at", _("When")),
            ],
            *_of(Claim, own),
        )
        yield table(
            "purchase_ratings",
            gettext_lazy("Marks of suppliers"),
            [
                organisation,
                purchase,
                Column("quality", _("Quality")),
                Column("terms", _("Terms kept")),
                Column("price", _("Price")),
                Column("text", _("In my words")),
            ],
            *_of(Rating, own),
        )
        household = _household(subject)
        yield table(
            "purchase_savings",
            gettext_lazy("What joint purchases saved"),
            [
                Column("on_date", _("Day")),
                Column("kind", _("Kind of goods")),
                Column("amount", _("Amount")),
                Column("paid_kop", _("Paid, ₽"), roubles),
                Column("prior_kop", _("At my earlier prices, ₽"), roubles),
            ],
            LineSaving.objects.filter(household_id=household.id if household else 0).order_by("pk"),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        own, household = _participants(subject), _household(subject)
        law = _("402-ФЗ art. 29: five years after the year")
        money = sum(rows.count() for model in (Cash, Hold, ChargeRow, HandoutRow) for rows in _of(model, own))
        if money:
            yield Line(_("money and goods of joint purchases: numbers, no names"), Fate.KEEP, money, law)
        words = sum(rows.count() for rows in _of(Claim, own)) + sum(rows.count() for rows in _of(Rating, own))
        if words:
            yield Line(_("words of claims and of marks of suppliers"), Fate.ANONYMISE, words)
        if household is not None and household.size == 1:
            saved = LineSaving.objects.filter(household_id=household.id).count()
            if saved:
                yield Line(_("savings against one’s own earlier prices"), Fate.ERASE, saved)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        household = _household(subject)
        if household is not None and household.size == 1:  # otherwise it is the others' too
            for organisation_id, pk in _participants(subject):
                claims_forget_for_room(organisation_id=organisation_id, participant_id=pk)
            savings_forget_for_room(household_id=household.id)
        return lines


def register() -> None:
    register_personal_data(SettlementData())
    register_look("settlement.accounts", gettext_lazy("accounts of participants of joint purchases"))
    register_look("settlement.handout", gettext_lazy("the list of handing out in a joint purchase"))
    for label, words in (
        ("settlement.RoundMoney", gettext_lazy("terms of the money of a joint purchase")),
        ("settlement.FeeRule", gettext_lazy("a fee of a joint purchase")),
        ("settlement.Cost", gettext_lazy("an invoice or a cost of a joint purchase")),
        ("settlement.IntakeRow", gettext_lazy("goods that came in a joint purchase")),
        ("settlement.Settled", gettext_lazy("the settlement of a joint purchase")),
        ("settlement.HandoutPoint", gettext_lazy("a place of handing out")),
        ("settlement.HandoutSlot", gettext_lazy("a time of handing out")),
        ("settlement.ReturnRow", gettext_lazy("goods that came back")),
    ):
        register_told(label, words)
