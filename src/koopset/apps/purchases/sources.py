"""What this room lets programs outside hear of, and what it does by a decision of a meeting: the draft of a purchase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.ports import EffectField, Offer, register_effect, register_effect_fields
from koopset.apps.purchases import events, services
from koopset.apps.register import selectors as register_room
from koopset.foundation.access.schemas import Out
from koopset.foundation.rights.actors import Actor
from koopset.foundation.webhooks.catalogue import tell_outside
from koopset.kernel.money import MAX_KOP
from koopset.kernel.violations import RuleViolation


class RoundToldOut(Out):
    round_id: int


def _data(one: Any) -> dict[str, int]:
    return {"round_id": one.round_id}


def _links(one: Any) -> dict[str, str]:
    return {"round": f"/api/v1/o/{one.organisation_id}/rounds/{one.round_id}"}


class PurchaseByDecision:
    """A decision lets the body buy: {"supplier_name", "title"?, "about"?, "minimum_kop"?}. It begins a draft with the decision on it; goods
    and terms are set there.
    """

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None:
        """Refuse what no draft could have. Raises meetings.effect_lacks."""
        for name in data.keys() & {"supplier_name", "title", "about"}:
            if not isinstance(data[name], str):
                raise _lacks(name)
        minimum = data.get("minimum_kop", 0)
        if not isinstance(minimum, int) or isinstance(minimum, bool) or not 0 <= minimum <= MAX_KOP:
            raise _lacks("minimum_kop")

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str:
        """Begin the draft. Raises meetings.effect_lacks, Forbidden."""
        supplier = str(offer.data.get("supplier_name", "")).strip()
        if not supplier:
            raise _lacks("supplier_name")
        decision = register_room.decision(actor, offer.organisation_id, offer.decision_id)
        services.round_draft(
            actor=actor,
            organisation_id=offer.organisation_id,
            settings=services.Settings(
                title=str(offer.data.get("title") or decision.title),
                supplier_name=supplier,
                about=str(offer.data.get("about") or decision.wording),
                minimum_kop=offer.data.get("minimum_kop", 0),
            ),
            decision_id=offer.decision_id,
            now=now,
        )
        return gettext("A draft of the purchase stands among joint purchases, with this decision on it.")


def _lacks(name: str) -> RuleViolation:
    return RuleViolation("meetings.effect_lacks", field="effect_data", name=name)


def _purchase_fields(*, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]:
    """What an agenda asks of a decision to buy."""
    return (
        EffectField("supplier_name", _("supplier"), "text", is_required=True),
        EffectField("title", _("name of the purchase"), "text"),
        EffectField("minimum_kop", _("least order of the supplier, ₽"), "money"),
    )


def register() -> None:
    register_effect("purchase", PurchaseByDecision())
    register_effect_fields("purchase", _purchase_fields)
    for event, name, words in (
        (events.RoundOpened, "round.opened", _("A joint purchase is open")),
        (events.RoundStopped, "round.stopped", _("A joint purchase has stopped: lines are allocated")),
        (events.RoundSent, "round.sent", _("The order of a joint purchase is sent")),
        (events.RoundCancelled, "round.cancelled", _("A joint purchase is called off")),
    ):
        tell_outside(event, name, words, data=RoundToldOut, make=_data, links=_links)
