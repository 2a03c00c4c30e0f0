"""Charged and come in, month by month, out of the books: for the office's start pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.ledger import selectors as ledger
from koopset.apps.organisations.selectors import form_of, legal_form
from koopset.foundation.remembered import remembered
from koopset.foundation.ui.charts import Chart, Series
from koopset.foundation.ui.templatetags.ks import month_name
from koopset.kernel.period import Month

#: Money of the organisation: till and bank (a transfer between own accounts goes through 57).
MONEY_CODES = ("50", "51", "55")
TRANSIT_CODE = "57"
MONTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """Kopecks of a month. `came_in_kop` without transfers between own accounts."""

    month: Month
    charged_kop: int
    came_in_kop: int

    @property
    def share(self) -> float | None:
        """What came in as a part of what was charged; None where nothing was charged."""
        return self.came_in_kop / self.charged_kop if self.charged_kop > 0 else None


def income_codes(organisation_id: int) -> tuple[str, ...]:
    """Where what was charged stands on the side of income: the accounts of the payments that the legal form has."""
    return tuple(sorted({fee.credit for fee in legal_form(form_of(organisation_id)).fees}))


def money_by_month(
    organisation_id: int, today: date, totals_key: str, months: int = MONTHS_SHOWN
) -> list[MonthMoney]:
    """The last `months` months, the present one last; the books are asked once a `ledger.totals_key`."""
    last = Month.of(today)
    first = last.plus(1 - months)
    income = income_codes(organisation_id)
    codes = (*MONEY_CODES, TRANSIT_CODE, *income)
    found = remembered(
        f"money-{first.number}-{last.number}",
        organisation_id,
        totals_key,
        lambda: ledger.turnovers(organisation_id, codes, first, last),
    )

    def debit(code: str, month: Month) -> int:
        return found[code].get(month.number, (0, 0))[0]

    def credit(code: str, month: Month) -> int:
        return found[code].get(month.number, (0, 0))[1]

    listed = [first.plus(number) for number in range(months)]
    return [
        MonthMoney(
            month=month,
            charged_kop=sum(credit(code, month) for code in income),
            # What arrives from 57 left another own account before: it is not new money.
            came_in_kop=sum(debit(code, month) for code in MONEY_CODES) - credit(TRANSIT_CODE, month),
        )
        for month in listed
    ]


def money_chart(months: list[MonthMoney]) -> Chart | None:
    """Charged against come in; None while there is nothing to draw."""
    if not any(one.charged_kop or one.came_in_kop for one in months):
        return None
    return Chart(
        title=_("Charged and come in"),
        x_label=pgettext_lazy("column", "Month"),
        labels=[month_name(one.month) for one in months],
        series=[
            Series(_("Charged"), [one.charged_kop for one in months], role="quiet", money=True),
            Series(_("Came in"), [one.came_in_kop for one in months], role="act", money=True),
        ],
        unit="₽",
    )
