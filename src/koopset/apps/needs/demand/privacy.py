"""What this room holds of a person: wishes, answers to proposals, kinds muted, one's part of proposals. Nothing of it is kept by law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.needs.demand.models import KindMute, ProposalAnswer, ProposalShare, Wish
from koopset.apps.needs.demand.services.personal import household_alone, login_forget
from koopset.apps.people.selectors.households import household_of
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


class DemandData(PersonalData):
    room = "demand"
    title = gettext_lazy("Wishes and buying together")
    models: ClassVar[dict[str, Any]] = {
        "demand.Wish": gettext_lazy("a wish"),
        "demand.ProposalAnswer": gettext_lazy("an answer to a proposal"),
        "demand.ProposalShare": gettext_lazy("one’s part of a proposal"),
        "demand.KindMute": gettext_lazy("goods that are not proposed"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        own = household_of(subject.login_id)
        household_id = own.id if own is not None else 0
        mine = Q(household_id=household_id) | Q(login_id=subject.login_id)
        yield table(
            "wishes",
            gettext_lazy("Wishes of your family"),
            [
                Column("created_at", _("When")),
                Column("kind", _("Which goods")),
                Column("amount", _("How much")),
                Column("unit", _("Unit")),
                Column("rhythm", _("How often")),
                Column("needed_on", _("By which day")),
                Column("max_price_kop", _("The most for one unit"), roubles),
                Column("budget_kop", _("The most in all"), roubles),
                Column("state", _("State")),
            ],
            Wish.objects.filter(mine).order_by("pk"),
        )
        yield table(
            "proposal_answers",
            gettext_lazy("Your answers to proposals"),
            [
                Column("at", _("When")),
                Column("proposal__kind", _("Which goods")),
                Column("answer", _("Your answer")),
                Column("quantity", _("Pieces")),
                Column("tolerance", _("And up to so many more")),
            ],
            ProposalAnswer.objects.filter(mine).order_by("pk"),
        )
        yield table(
            "proposal_shares",
            gettext_lazy("What was proposed to your family"),
            [
                Column("proposal__computed_at", _("When")),
                Column("proposal__kind", _("Which goods")),
                Column("amount", _("How much")),
                Column("own_price_kop", _("Our price"), roubles),
                Column("saving_kop", _("Saving in a month"), roubles),
            ],
            ProposalShare.objects.filter(household_id=household_id).order_by("pk"),
        )
        yield table(
            "muted_kinds",
            gettext_lazy("Goods that are not proposed to you"),
            [Column("at", _("When")), Column("kind", _("Which goods"))],
            KindMute.objects.filter(mine).order_by("pk"),
        )

    def _lines(self, erased: int, left: int) -> Iterable[Line]:
        if erased:
            yield Line(_("Wishes, answers to proposals and parts of them"), Fate.ERASE, erased)
        if left:
            yield Line(
                _("Wishes and answers of the family you leave: without your name"), Fate.ANONYMISE, left
            )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        if subject.login_id is None:
            return
        alone = household_alone(subject.login_id)
        erased = left = 0
        for model in (Wish, ProposalAnswer, KindMute):
            by_login = model.objects.filter(login_id=subject.login_id)
            if alone is not None:
                erased += model.objects.filter(household_id=alone).count()
                left += by_login.exclude(household_id=alone).count()
            else:
                left += by_login.count()
        if alone is not None:
            erased += ProposalShare.objects.filter(household_id=alone).count()
        yield from self._lines(erased, left)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        if subject.login_id is not None:
            yield from self._lines(*login_forget(actor=actor, login_id=subject.login_id, now=now))


def register() -> None:
    register_personal_data(DemandData())
    register_told("demand.Proposal", gettext_lazy("a proposal to buy together"))
    register_told("demand.Publication", gettext_lazy("a publication of needs"))
    register_told("demand.PublishedCell", gettext_lazy("a published figure"))
    register_told("demand.Thresholds", gettext_lazy("when buying together is proposed"))
