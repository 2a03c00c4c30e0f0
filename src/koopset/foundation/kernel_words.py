"""Words for the refusals of the kernel, which knows no languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

_MISTAKE = _(
    "The program counted wrongly and stopped before anything was written. Tell the operator of the platform."
)


def register() -> None:
    """Called by UiConfig.ready, since every page may show them."""
    register_messages(
        {
            "money.bad_amount": _(
                "“%(text)s” is not a sum of money. Write roubles and kopecks, such as 1 234.56."
            ),
            "money.split_duplicate_key": _MISTAKE,
            "money.split_negative_weight": _MISTAKE,
            "money.split_no_weights": _("There is nothing by which to divide the sum: all shares are zero."),
            "period.bad_month": _("There is no such month. Write it as 2026-11."),
            "fractions.bad_share": _(
                "“%(text)s” is not a share. Write 1/3, 0.5 or 50%%; not more than the whole."
            ),
            "payment_code.bad_serial": _("Codes of payers have run out. Tell the operator of the platform."),
            "payment_code.bad_code": _(
                "“%(value)s” is not a payer's code: its check digits do not fit. Compare it with the bill."
            ),
            "quantity.bad_value": _("“%(value)s” is not a quantity. Write a number that is not below zero."),
            "quantity.unknown_unit": _("The unit “%(unit)s” is not known here."),
            "quantity.other_measure": _("“%(unit)s” and “%(other)s” measure different things."),
            "requisites.inn": _(
                "“%(value)s” is not an ИНН: 10 digits of a body or 12 of a person, with a check digit. Compare it with the certificate."
            ),
            "requisites.kpp": _("“%(value)s” is not a КПП: it has 9 signs."),
            "requisites.ogrn": _(
                "“%(value)s” is not an ОГРН: 13 digits, or 15 of an entrepreneur, with a check digit."
            ),
            "requisites.bic": _("“%(value)s” is not a БИК: 9 digits that begin with 04."),
            "requisites.account": _(
                "The account “%(value)s” does not fit the БИК %(bic)s: a digit is mistyped in one of them."
            ),
            "requisites.corr_account": _(
                "The correspondent account “%(value)s” does not fit the БИК %(bic)s."
            ),
            "requisites.snils": _("“%(value)s” is not a СНИЛС: 11 digits, the last two are a check."),
            "requisites.oktmo": _("“%(value)s” is not an ОКТМО code: it has 8 or 11 digits."),
            "requisites.cadastral": _(
                "“%(value)s” is not a cadastral number. It looks like 47:26:0123001:15."
            ),
        }
    )
