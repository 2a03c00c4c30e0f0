"""Reasons and confidence in words. Nothing here holds a name: names come from labels of accounts."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_REASONS: dict[str, str | Promise] = {
    "code": _("The payment code of this account stands in the purpose"),
    "closed-account": _("But this account is closed, perhaps the plot was sold"),
    "two-codes": _("%(count)s payment codes stand in the purpose"),
    "two-numbers": _("%(count)s account numbers stand in the purpose"),
    "legacy-number": _("The number of the account, %(number)s, stands in the purpose"),
    "surname-agrees": _("The surname of the payer agrees"),
    "other-name": _("But the payer has another surname"),
    "other-plot": _("But plot %(plot)s is named too"),
    "kin-surname": _("The surname is alike, perhaps a relative"),
    "plot-number": _("The purpose names the plot: %(plot)s"),
    "bare-number": _("Only a number stands in the purpose: %(plot)s"),
    "same-numbers": _("There are %(count)s such plots"),
    "owner": _("The payer owns it"),
    "owner-of-all": _("All these plots are the payer's"),
    "surname": _("The surname of the owner agrees"),
    "surname-only": _("Only the surname agrees"),
    "person": _("First name and surname agree"),
    "co-owner": _("First name and surname are those of a co-owner"),
    "person-plots": _("The payer has %(count)s plots"),
    "namesakes": _("There are %(count)s accounts with this surname"),
    "paid-before": _("Paid for it before, times: %(count)s"),
    "paid-for-several": _("Paid for different plots before: %(count)s"),
    "sum-equals-debt": _("The sum equals the debt to a kopeck"),
    "registry": _("A lump sum of many payments by a registry of the bank"),
    "unknown": _("Nothing in the purpose tells whose it is"),
}
_CONFIDENCE: dict[str, tuple[str | Promise, str]] = {
    "sure": (pgettext_lazy("confidence", "Certain"), "ok"),
    "almost": (pgettext_lazy("confidence", "Almost certain"), "ok"),
    "likely": (pgettext_lazy("confidence", "Likely"), "wait"),
    "none": (pgettext_lazy("confidence", "You are needed"), ""),
}
_BY: dict[str, str | Promise] = {
    "code": _("by the payment code"),
    "legacy-number": _("by the account number and the surname"),
    "hand": _("by a person of the office"),
    "suggestion": _("by a person of the office, as suggested"),
}


def reason_text(reason: dict[str, Any]) -> str:
    """A stored reason in the language of the reader; an unknown one is its code."""
    text = _REASONS.get(str(reason.get("code")))
    if text is None:
        return str(reason.get("code", ""))
    try:
        return str(text) % reason
    except KeyError:
        return str(text)


def confidence_pill(name: str) -> tuple[str, str]:
    """(word, role of the pill)."""
    text, role = _CONFIDENCE.get(name, _CONFIDENCE["none"])
    return str(text), role


def matched_by_text(name: str) -> str:
    """How the account of a payment was found."""
    return str(_BY.get(name, name))
