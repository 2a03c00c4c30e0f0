"""The words of an arithmetic, so that a resident can check the sum by hand (H6)."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koopset.apps.billing.models import ChargeRun, Fee
from koopset.apps.billing.rules.arithmetic import Arithmetic
from koopset.apps.organisations.selectors import form_rule, organisation_card_or_none
from koopset.foundation.refusals import text_of_code
from koopset.foundation.ui.templatetags import ks
from koopset.kernel.period import Month


def month_words(month: int) -> str:
    """«ноябрь 2026», "November 2026" from 202611."""
    return ks.month_name(month)


def month_of_words(month: int) -> str:
    """The month alone: «ноябрь»."""
    return date_format(Month.from_number(month).first, "F").lower()


def failure_text(run: ChargeRun) -> str:
    """Why a run was refused: the code that is kept with it, in the words of today."""
    body = organisation_card_or_none(run.organisation_id)
    rule = form_rule(body.form, "legal-person", timezone.localdate()) if body else None
    params = {
        "month": str(Month.from_number(run.month)),
        "name": body.name_short if body else "",
        "until": (body.verified_until if body else None) or "",
        "article": rule.source.article if rule else "",
    }
    return text_of_code(run.failure, params)


def quantity_text(base: str, quantity: Decimal) -> str:
    """«8 соток», «840 м²», «1 участок»: a quantity with its unit."""
    if base == Fee.Base.SOTKA:
        return ks.area(quantity * 100, "sotka")
    if base == Fee.Base.AREA:
        return ks.area(quantity)
    if base == Fee.Base.SHARE:
        return _("share %(number)s") % {"number": ks.number(quantity)}
    if quantity != 1:
        return ks.number(quantity)
    return _("1 account") if base == Fee.Base.ACCOUNT else _("1 plot")


def arithmetic_text(arithmetic: Arithmetic, *, flats: bool = False) -> str:
    """«8 соток × 150,00 ₽»; for a divided sum «100 000,00 ₽ × 8 / 3 400 соток»."""
    rate = f"{ks.rate(arithmetic.rate_rub)}\u00a0₽"
    if arithmetic.is_divided and arithmetic.divided_by:
        if arithmetic.base in (Fee.Base.ACCOUNT, Fee.Base.UNIT):
            count = int(arithmetic.divided_by)
            whole = ngettext("%(count)s payer", "%(count)s payers", count) % {"count": ks.number(count)}
            return (
                f"{rate} : {whole}"
                if arithmetic.quantity == 1
                else f"{rate} × {ks.number(arithmetic.quantity)} : {whole}"
            )
        return f"{rate} × {ks.number(arithmetic.quantity)} : {quantity_text(arithmetic.base, arithmetic.divided_by)}"
    if flats and arithmetic.base == Fee.Base.UNIT and arithmetic.quantity == 1:
        return f"{_('1 flat')} × {rate}"
    return f"{quantity_text(arithmetic.base, arithmetic.quantity)} × {rate}"
