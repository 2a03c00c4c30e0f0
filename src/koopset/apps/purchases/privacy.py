"""What this room holds of a person: what their household wanted and got in joint purchases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from koopset.apps.people import selectors as people
from koopset.apps.purchases.models import Line, Participant, WantRecord
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.personal.ports import Line as Fated
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants


def _household(subject: Subject) -> int | None:
    found = people.household_of(subject.login_id) if subject.login_id is not None else None
    return found.id if found else None


def _participants(subject: Subject) -> list[tuple[int, int]]:
    """(organisation, participant) of the subject's household, in whatever rounds."""
    household_id = _household(subject)
    if household_id is None:
        return []
    with across_tenants("one's own household, in the rounds of whatever body"):
        return list(
            Participant.objects.filter(household_id=household_id)
            .order_by("organisation_id")
            .values_list("organisation_id", "pk")
        )


class PurchasesData(PersonalData):
    room = "purchases"
    title = gettext_lazy("Joint purchases")
    models: ClassVar[dict[str, Any]] = {
        "purchases.Participant": gettext_lazy("a household in joint purchases"),
        "purchases.Invitation": gettext_lazy("coming to a purchase by its link"),
        "purchases.WantRecord": gettext_lazy("a want in a joint purchase"),
        "purchases.Line": gettext_lazy("a line of a joint purchase"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        own = _participants(subject)
        yield table(
            "purchases",
            gettext_lazy("Joint purchases"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("round__title", _("Purchase")),
                Column("good__name", _("Good")),
                Column("wanted", _("Wanted")),
                Column("tolerance", _("Would also take")),
                Column("allocated", pgettext("round", "Gets")),
                Column("sum_kop", _("Sum, ₽"), roubles),
                Column("state", _("State"), lambda value: str(Line.State(value).label)),
            ],
            *(
                Line.objects.filter(organisation_id=organisation_id, participant_id=pk).order_by("pk")
                for organisation_id, pk in own
            ),
        )
        yield table(
            "purchase_wants",
            gettext_lazy("Changes of wants in joint purchases"),
            [
                Column("at", _("When")),
                Column("round__title", _("Purchase")),
                Column("good__name", _("Good")),
                Column("quantity", _("Change of the want")),
                Column("tolerance", _("Change of «would also take»")),
            ],
            *(
                WantRecord.objects.filter(organisation_id=organisation_id, participant_id=pk).order_by("pk")
                for organisation_id, pk in own
            ),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Fated]:
        for organisation_id, pk in _participants(subject):
            lines = Line.objects.filter(organisation_id=organisation_id, participant_id=pk).count()
            if lines:
                law = _("402-ФЗ art. 29: five years after the year")
                yield Fated(_("lines of joint purchases: numbers and sums, no names"), Fate.KEEP, lines, law)
            yield Fated(_("the name in lists of joint purchases"), Fate.ANONYMISE, 1)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Fated]:
        lines = list(self.holds(subject, needs=needs, now=now))
        household = people.household_of(subject.login_id) if subject.login_id is not None else None
        others = [one for one in (household.login_ids if household else ()) if one != subject.login_id]
        for organisation_id, pk in _participants(subject):
            row = Participant.objects.select_for_update().get(organisation_id=organisation_id, pk=pk)
            # The household may live on: then it is called by whoever is left in it.
            names = people.login_names(others[:1], organisation_id=organisation_id)
            row.name, row.login_id = next(iter(names.values()), ""), (others[0] if others else None)
            row.save()
            Participant.history.filter(id=pk, organisation_id=organisation_id).exclude(name=row.name).update(
                name="", login_id=None
            )
        return lines


def register() -> None:
    register_personal_data(PurchasesData())
    register_look("purchases.wants", gettext_lazy("who wants what in a joint purchase"))
    for label, words in (
        ("purchases.Round", gettext_lazy("a joint purchase")),
        ("purchases.RoundGood", gettext_lazy("a good of a joint purchase")),
        ("purchases.AllocationRun", gettext_lazy("an allocation of a joint purchase")),
        ("purchases.OrderPaper", gettext_lazy("an order to a supplier")),
    ):
        register_told(label, words)
