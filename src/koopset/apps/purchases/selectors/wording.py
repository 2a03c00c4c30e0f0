"""Numbers of a round in words: amounts, prices, and why a buyer got just so many."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.rules.explanation import Why
from koopset.foundation.ui.templatetags import ks
from koopset.kernel.quantity import Unit


def unit_text(unit: str) -> str:
    """«кг», «л», «шт»."""
    names = {
        Unit.KG: _("kg"),
        Unit.G: _("g"),
        Unit.L: _("l"),
        Unit.ML: _("ml"),
        Unit.PCS: pgettext("unit", "pcs"),
        Unit.T: _("t"),
        Unit.M3: _("m³"),
        Unit.M: _("m"),
    }
    return str(names.get(Unit(unit), unit)) if unit in list(Unit) else unit


def amount_text(units: int, by_weight: bool, unit: str) -> str:
    """Units in words: «24 шт», «12,35 кг»."""
    if not by_weight:
        return f"{ks.number(units)} {unit_text(Unit.PCS)}"
    return f"{ks.number(_plain(Decimal(units) / 1000))} {unit_text(unit)}"


def _plain(value: Decimal) -> Decimal:
    """Without zeros at the end: 12.350 is 12.35, and 100 is no 1E+2."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def item_text(amount: Decimal, unit: str) -> str:
    """How much one piece holds: «0,5 кг»; empty where it is a piece."""
    if unit == Unit.PCS and amount == 1:
        return ""
    return f"{ks.number(_plain(amount))} {unit_text(unit)}"


def price_text(kop: int, by_weight: bool, unit: str) -> str:
    """A price with what it is of: «349,00 ₽», «45,50 ₽/кг»."""
    return f"{ks.rub(kop)}/{unit_text(unit)}" if by_weight else str(ks.rub(kop))


def holder_text(holder: str) -> str:
    """By what contract the money is taken."""
    return str(Round.Holder(holder).label)


def reason_text(reason: Mapping[str, Any], *, by_weight: bool, unit: str) -> str:
    """The sentence of an explanation: how many, of how many, and what decided. "" where nothing was decided yet."""
    if not reason:
        return ""

    def said(name: str) -> str:
        return amount_text(int(reason.get(name, 0)), by_weight, unit)

    numbers = {
        "got": said("got"),
        "wanted": said("wanted"),
        "total": said("total"),
        "all": said("all_wanted"),
        "all_extra": said("all_tolerance"),
        "tolerance": said("tolerance"),
        "ahead": said("ahead"),
        "pack": said("pack"),
        "extra": amount_text(max(0, int(reason["got"]) - int(reason["wanted"])), by_weight, unit),
    }
    return _SENTENCES[Why(reason["code"])](numbers, reason)


def _exact(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    return _("You get %(got)s: all that you wanted firmly.") % numbers


def _with_extra(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    if reason["rule"] == Round.Rule.BY_TIME:
        return (
            _(
                "You get %(got)s: %(wanted)s that you wanted firmly and %(extra)s of your «would also take»: they fill the pack. "
                "What was over went by time."
            )
            % numbers
        )
    return (
        _(
            "You get %(got)s: %(wanted)s that you wanted firmly and %(extra)s of your «would also take»: they fill the pack. "
            "What was over was shared in proportion to what each would also take."
        )
        % numbers
    )


def _later(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    return (
        _(
            "You get %(got)s of %(wanted)s: there are %(total)s for all, and all wanted %(all)s. By the rule «by time» those who wanted "
            "earlier go first: %(ahead)s stood before you."
        )
        % numbers
    )


def _cut(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    return (
        _(
            "You get %(got)s of %(wanted)s: there are %(total)s for all, and all wanted %(all)s. By the rule «pro rata» everybody was "
            "cut in the same proportion."
        )
        % numbers
    )


def _not_ordered(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    minimum = int(reason.get("minimum", 0))
    if minimum:
        packs = ngettext("%(count)s pack", "%(count)s packs", minimum) % {"count": minimum}
        return _(
            "It is not ordered: all wanted %(all)s and would also take %(all_extra)s, while the supplier sells no less than %(packs)s "
            "of %(pack)s. You owe nothing for it."
        ) % {**numbers, "packs": packs}
    return (
        _(
            "It is not ordered: all wanted %(all)s and would also take %(all_extra)s, which is less than a pack of %(pack)s. "
            "You owe nothing for it."
        )
        % numbers
    )


def _not_come(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    return _("Nothing of it came. You owe nothing for it.")


def _only_extra(numbers: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    return _("You get none: you wanted nothing firmly, and no unit was over.")


_SENTENCES = {
    Why.EXACT: _exact,
    Why.WITH_EXTRA: _with_extra,
    Why.LATER: _later,
    Why.CUT: _cut,
    Why.NOT_ORDERED: _not_ordered,
    Why.NOT_COME: _not_come,
    Why.ONLY_EXTRA: _only_extra,
}
