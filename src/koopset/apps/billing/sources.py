"""What this room lets programs outside hear of, and what it does by a decision of a meeting: a fee, a tariff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koopset.apps.billing import events, services
from koopset.apps.billing.models import Fee
from koopset.apps.meetings.ports import EffectField, Offer, register_effect, register_effect_fields
from koopset.apps.organisations import selectors as organisations
from koopset.apps.register import selectors as register_room
from koopset.foundation.access.schemas import MonthText, Out
from koopset.foundation.rights.actors import Actor
from koopset.foundation.webhooks.catalogue import tell_outside
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


class ChargesPostedOut(Out):
    run_id: int
    month: MonthText


class ChargeCorrectedOut(Out):
    charge_id: int
    corrects_id: int | None
    account_id: int


class AccountOut(Out):
    account_id: int


class DocumentsIssuedOut(Out):
    issue_id: int
    month: MonthText


#: What an agenda may choose among, and what is meant where it does not say.
_WORDS: dict[str, tuple[type[Fee.Kind | Fee.Base | Fee.Method | Fee.Audience | Fee.Period], str]] = {
    "kind": (Fee.Kind, ""),
    "base": (Fee.Base, ""),
    "method": (Fee.Method, Fee.Method.RATE),
    "audience": (Fee.Audience, Fee.Audience.ALL),
    "period": (Fee.Period, Fee.Period.MONTH),
}


def _lacks(name: str) -> RuleViolation:
    return RuleViolation("meetings.effect_lacks", field="effect_data", name=name)


class FeeByDecision:
    """A decision sets a fee or a tariff: {"kind", "base", "rate_kop" or "rate" in roubles «12.345678», "since"?, "title"?, "method"?,
    "audience"?, "period"?, "due_day"?}.

    `since`: a day of the first month that is charged, else the month after the decision. What the agenda said is checked with it; what
    lacks may be said when it is carried out.
    """

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None:
        """Refuse words that no fee could have. Raises meetings.effect_lacks."""
        for name in data.keys() & _WORDS.keys():
            self._word(data, name)
        if data.keys() & {"rate", "rate_kop"}:
            self._rate(data)
        self._since(data, date.min)
        self._due_day(data)

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str:
        """Add the fee. Raises meetings.effect_lacks, Forbidden, and what `fee_create` refuses with."""
        decision = register_room.decision(actor, offer.organisation_id, offer.decision_id)
        first = self._since(offer.data, offer.decided_on)
        words: dict[str, Any] = {name: self._word(offer.data, name) for name in _WORDS}
        services.fee_create(
            actor=actor,
            organisation_id=offer.organisation_id,
            title=str(offer.data.get("title") or decision.title)[:120],
            rate=self._rate(offer.data),
            decision_id=offer.decision_id,
            from_month=first,
            due_day=self._due_day(offer.data),
            now=now,
            **words,
        )
        return gettext("The fee stands in billing from %(month)s, by this decision.") % {
            "month": date_format(first.first, "E Y")
        }

    @staticmethod
    def _word(data: Mapping[str, Any], name: str) -> str:
        choices, usual = _WORDS[name]
        found = data.get(name, usual)
        if found not in choices.values:
            raise _lacks(name)
        return str(found)

    @staticmethod
    def _rate(data: Mapping[str, Any]) -> Decimal:
        kopecks = data.get("rate_kop")
        if kopecks is not None:
            if not isinstance(kopecks, int) or isinstance(kopecks, bool) or not 0 < kopecks <= 10**11:
                raise _lacks("rate_kop")
            return Decimal(kopecks) / 100
        try:
            return Decimal(str(data["rate"]))
        except (KeyError, InvalidOperation) as error:
            raise _lacks("rate") from error

    @staticmethod
    def _since(data: Mapping[str, Any], decided_on: date) -> Month:
        text = data.get("since")
        if text is None:
            return Month.of(decided_on).next()
        try:
            return Month.of(date.fromisoformat(str(text)))
        except (ValueError, RuleViolation) as error:
            raise _lacks("since") from error

    @staticmethod
    def _due_day(data: Mapping[str, Any]) -> int:
        found = data.get("due_day", 10)
        if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= 28:
            raise _lacks("due_day")
        return found


def _fee_fields(*, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]:
    """What an agenda asks of a decision on a fee: only kinds that the legal form has."""
    form = organisations.legal_form(organisations.form_of(organisation_id))
    kinds = tuple((kind.value, kind.label) for kind in Fee.Kind if form.fee(kind.value) is not None)
    return (
        EffectField("kind", _("kind"), "choice", kinds, is_required=True),
        EffectField("base", _("charged by"), "choice", tuple(Fee.Base.choices), is_required=True),
        EffectField("rate_kop", _("rate, ₽"), "money", is_required=True),
        EffectField("period", _("how often"), "choice", tuple(Fee.Period.choices)),
        EffectField("since", _("charged from, any day of the first month"), "day"),
    )


def _by_decision() -> None:
    taker = FeeByDecision()
    for effect in ("fee", "tariff"):
        register_effect(effect, taker)
        register_effect_fields(effect, _fee_fields)


def register() -> None:
    _by_decision()
    tell_outside(
        events.ChargesPosted,
        "charges.posted",
        _("The charges of a month are posted"),
        data=ChargesPostedOut,
        make=lambda one: {"run_id": one.run_id, "month": str(Month.from_number(one.month))},
        links=lambda one: {"charge_run": f"/api/v1/o/{one.organisation_id}/charge-runs/{one.run_id}"},
    )
    tell_outside(
        events.ChargeCorrected,
        "charge.corrected",
        _("A charge is corrected"),
        data=ChargeCorrectedOut,
        make=lambda one: {
            "charge_id": one.charge_id,
            "corrects_id": one.corrects_id,
            "account_id": one.account_id,
        },
        links=lambda one: {
            "charges": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}/charges"
        },
    )
    tell_outside(
        events.DocumentsIssued,
        "documents.issued",
        _("Payment documents of a month are issued"),
        data=DocumentsIssuedOut,
        make=lambda one: {"issue_id": one.issue_id, "month": str(Month.from_number(one.month))},
        links=lambda one: {
            "issue": f"/api/v1/o/{one.organisation_id}/document-issues/{one.issue_id}",
            "documents": f"/api/v1/o/{one.organisation_id}/document-issues/{one.issue_id}/documents",
        },
    )
    tell_outside(
        events.PersonalAccountOpened,
        "account.opened",
        _("A personal account is opened"),
        data=AccountOut,
        make=lambda one: {"account_id": one.account_id},
        links=lambda one: {"account": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}"},
    )
    tell_outside(
        events.PersonalAccountClosed,
        "account.closed",
        _("A personal account is closed"),
        data=AccountOut,
        make=lambda one: {"account_id": one.account_id},
        links=lambda one: {"account": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}"},
    )
