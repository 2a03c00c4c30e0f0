"""What billing shows elsewhere: on start pages, in the books, in the side bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koopset.apps.billing import selectors
from koopset.apps.billing.models import AccountUnit, ChargeRun, Fee, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.debts import ages_of, debt_total
from koopset.apps.billing.selectors.preview import fees_due, fees_due_by_month
from koopset.apps.billing.selectors.resident import (
    DueLine,
    ResidentAccount,
    ResidentSummary,
    resident_summary,
)
from koopset.apps.billing.selectors.wording import month_words
from koopset.apps.ledger.ports import Blocker
from koopset.apps.organisations.selectors import collects_fees
from koopset.apps.register import selectors as register
from koopset.apps.register.plan.ports import Mark, Tone
from koopset.apps.register.ports import Link
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place
from koopset.foundation.ui.templatetags import ks
from koopset.kernel.period import Month

__all__ = [
    "OPERATIONS",
    "DebtLayer",
    "DueLine",
    "OfficeSummary",
    "PersonalAccounts",
    "ResidentAccount",
    "ResidentSummary",
    "charges_not_posted",
    "may_download_documents",
    "office_summary",
    "register_places",
    "resident_summary",
    "unit_links",
]

# The office's start page


@dataclass(frozen=True)
class OfficeSummary:
    """Debts and charging at a glance. What a desk does not show is not asked for."""

    organisation_id: int
    month: Month
    debtors_count: int
    debt_kop: int
    accounts_count: int

    @cached_property
    def _posted(self) -> _Posted:
        return _posted_runs(self.organisation_id, [self.month])[self.month]

    @cached_property
    def month_posted(self) -> bool:
        """Whether all fees due in the month were charged."""
        return not _missing(fees_due(self.organisation_id, self.month), self._posted)

    @cached_property
    def charged_kop(self) -> int:
        """What the month was charged."""
        return self._posted.kop


def office_summary(actor: Actor, organisation_id: int, today: date, totals_key: str) -> OfficeSummary | None:
    """Figures for the desk of those who may see charges; None for others."""
    if not actor.can(BillingRight.CHARGE_VIEW, organisation_id):
        return None
    owed = debt_total(organisation_id, totals_key)
    return OfficeSummary(
        organisation_id=organisation_id,
        month=Month.of(today),
        debtors_count=owed.count,
        debt_kop=owed.total_kop,
        accounts_count=PersonalAccount.objects.filter(
            organisation_id=organisation_id, closed_on__isnull=True
        ).count(),
    )


# The books


@dataclass(slots=True)
class _Posted:
    """What the posted runs of a month charged: keys of fees, kopecks."""

    fee_ids: set[int] = field(default_factory=set)
    kop: int = 0


def _posted_runs(organisation_id: int, months: Sequence[Month]) -> dict[Month, _Posted]:
    """month -> what was charged in it, for each of `months`."""
    found = {month: _Posted() for month in months}
    runs = ChargeRun.objects.filter(
        organisation_id=organisation_id,
        month__in=[month.number for month in months],
        state=ChargeRun.State.POSTED,
    )
    for number, fee_ids, kop in runs.values_list("month", "fee_ids", "total_kop"):
        posted = found[Month.from_number(number)]
        posted.fee_ids.update(fee_ids)
        posted.kop += kop
    return found


def _missing(fees: Iterable[Fee], posted: _Posted) -> list[Fee]:
    return [fee for fee in fees if fee.pk not in posted.fee_ids and fee.kind != Fee.Kind.PENALTY]


def charges_not_posted(organisation_id: int, months: Sequence[Month]) -> dict[Month, list[Blocker]]:
    """A month is not closed before its fees are charged; without a personal account there is nothing to charge."""
    first_opened = PersonalAccount.objects.filter(organisation_id=organisation_id).aggregate(
        first=Min("opened_on")
    )["first"]
    if first_opened is None:
        return {}
    due, posted = fees_due_by_month(organisation_id, months), _posted_runs(organisation_id, months)
    url = reverse("billing:charge-month", kwargs={"organisation_id": organisation_id})
    found = {}
    for month in months:
        missing = _missing(due[month], posted[month])
        if missing and first_opened <= month.last:
            text = format_lazy(
                _("{month}: not charged: {fees}"),
                month=month_words(month.number),
                fees=", ".join(fee.title for fee in missing),
            )
            found[month] = [Blocker(text, f"{url}?month={month}")]
    return found


def unit_links(actor: Actor, organisation_id: int, unit_id: int) -> list[Link]:
    """The accounts of a unit, the open one first, for those who may see accounts."""
    if not actor.can(BillingRight.ACCOUNT_VIEW, organisation_id):
        return []
    rows = AccountUnit.objects.filter(organisation_id=organisation_id, unit_id=unit_id).select_related(
        "account"
    )
    totals = selectors.balances(organisation_id, [row.account_id for row in rows]) if rows else {}
    return [
        Link(
            text=str(_("account %(number)s")) % {"number": row.account.number},
            url=_account_url(organisation_id, row.account_id),
            note=ks.rub(totals.get(row.account_id, 0)),
            icon="wallet",
        )
        for row in sorted(rows, key=lambda row: (row.valid_to is not None, -row.pk))
    ]


class DebtLayer:
    """The plan coloured by what is late, for those who may see debtors; a charge whose day has not come is no debt yet."""

    key = "debt"
    title = _("Debts")
    legend = (
        (Tone.CLEAR, _("nothing late")),
        (Tone.FIRST, _("up to a month")),
        (Tone.SECOND, _("a month or two")),
        (Tone.THIRD, _("longer than two months")),
        (Tone.NONE, _("not charged")),
    )

    def may_see(self, actor: Actor, organisation_id: int) -> bool:
        return actor.can(BillingRight.DEBTOR_VIEW, organisation_id)

    def marks(self, actor: Actor, organisation_id: int, today: date) -> Mapping[int, Mark]:
        """A unit of several accounts is as late as the latest of them and owes what they owe together."""
        accounts: dict[int, list[int]] = {}
        open_rows = AccountUnit.objects.filter(organisation_id=organisation_id, valid_to__isnull=True)
        for unit_id, account_id in open_rows.values_list("unit_id", "account_id"):
            accounts.setdefault(unit_id, []).append(account_id)
        debts = {pk: kop for pk, kop in selectors.balances(organisation_id).items() if kop > 0}
        ages = ages_of(organisation_id, debts, today=today)
        labels = register.unit_labels(organisation_id, accounts)
        found = {}
        for unit_id, own in accounts.items():
            late = [pk for pk in own if pk in debts and ages[pk].overdue_kop > 0]
            if not late or unit_id not in labels:
                is_charged = any(pk in debts for pk in own)
                found[unit_id] = Mark(Tone.CLEAR, gettext("not late") if is_charged else gettext("no debt"))
                continue
            oldest = max(late, key=lambda pk: ages[pk].days)
            days, since = ages[oldest].days, ages[oldest].since
            kop = sum(ages[pk].overdue_kop for pk in late)
            text = labels[unit_id].text
            found[unit_id] = Mark(
                Tone.FIRST if days <= 30 else Tone.SECOND if days <= 60 else Tone.THIRD,
                gettext("late since %(day)s") % {"day": ks.day(since)} if since else gettext("late"),
                title=text[:1].upper() + text[1:],
                value=ks.rub(kop),
                url=_account_url(organisation_id, oldest),
                weight=kop,
                is_listed=True,
            )
        return found


class PersonalAccounts:
    """Personal accounts as the subjects of the books."""

    def labels(self, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
        return {
            pk: str(_("account %(number)s")) % {"number": number}
            for pk, number in PersonalAccount.objects.filter(
                organisation_id=organisation_id, pk__in=list(ids)
            ).values_list("pk", "number")
        }

    def find(self, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
        return dict(
            PersonalAccount.objects.filter(
                organisation_id=organisation_id, number__in=list(numbers)
            ).values_list("number", "pk")
        )

    def url(self, organisation_id: int, subject_id: int) -> str:
        return reverse(
            "billing:account", kwargs={"organisation_id": organisation_id, "account_id": subject_id}
        )


def _run_url(organisation_id: int, run_id: int) -> str:
    return reverse("billing:charge-run", kwargs={"organisation_id": organisation_id, "run_id": run_id})


def _account_url(organisation_id: int, account_id: int) -> str:
    return reverse("billing:account", kwargs={"organisation_id": organisation_id, "account_id": account_id})


OPERATIONS = (
    ("billing.charge", _("Charging of a month"), _run_url),
    ("billing.correction", _("Correction of a charge"), _account_url),
)


def may_download_documents(actor: Actor, file: StoredFile) -> bool:
    """Whether the actor may take a file with the documents of all."""
    return actor.can(BillingRight.DOCUMENT_VIEW, file.organisation_id)


# Navigation


def register_places() -> None:
    """Places of the side bar: the office's by right, a resident's own."""
    places: tuple[tuple[str, str | Promise, str, str, int], ...] = (
        ("billing:charge-month", _("Charging"), "receipt", BillingRight.CHARGE_VIEW, 30),
        ("billing:accounts", _("Personal accounts"), "id", BillingRight.ACCOUNT_VIEW, 40),
        ("billing:debtors", _("Debtors"), "percentage", BillingRight.DEBTOR_VIEW, 50),
        ("billing:document-issues", _("Payment documents"), "file-invoice", BillingRight.DOCUMENT_VIEW, 60),
    )
    for name, label, icon, right, order in places:
        register_place(
            NavPlace(
                room="billing",
                label=label,
                icon=icon,
                url_name=name,
                right=right,
                section="money",
                order=order,
                bottom_for=_DESK if name == "billing:debtors" else frozenset(),
                shown=collects_fees,
            )
        )
    register_place(
        NavPlace(
            room="billing",
            label=_("My bills"),
            icon="wallet",
            url_name="billing:my-documents",
            section="money",
            order=10,
            cabinets=frozenset({"resident"}),
            bottom_for=frozenset({"resident"}),
            short=_("Payment"),
        )
    )


_DESK = frozenset({"treasurer", "chair"})
