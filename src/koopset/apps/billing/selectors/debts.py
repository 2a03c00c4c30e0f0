"""Who owes how much and since when. The debt itself is the books' balance; its age counts payments against the oldest charges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, Sum

from koopset.apps.billing.models import Charge, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.overdue import Age, age_of_debt, bucket
from koopset.apps.billing.selectors.accounts import AccountLabel, account_labels, chunks, matching
from koopset.apps.ledger import selectors as ledger
from koopset.foundation.remembered import remembered
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month

SUBJECT = "personal-account"


@dataclass(frozen=True, slots=True)
class Debt:
    """`total_kop` is negative when the payer is ahead (an advance). `next_due_on` is the nearest due day of what is not late yet."""

    total_kop: int
    overdue_kop: int
    overdue_since: date | None
    overdue_days: int
    next_due_on: date | None

    @property
    def advance_kop(self) -> int:
        """What was paid ahead."""
        return max(0, -self.total_kop)

    @property
    def not_due_kop(self) -> int:
        """The part of the debt that is not late."""
        return max(0, self.total_kop) - self.overdue_kop


@dataclass(frozen=True, slots=True)
class Debtor:
    """A line of the list of debtors. `age` is the greatest of 30, 90, 180, 365 days that the late part has reached, or 0."""

    account: AccountLabel
    debt_kop: int
    overdue_kop: int
    since: date | None
    days: int
    age: int


@dataclass(frozen=True, slots=True)
class Debtors:
    """A page of the list with the totals of the whole."""

    rows: tuple[Debtor, ...]
    count: int
    total_kop: int


def balances(
    organisation_id: int, account_ids: Collection[int] | None = None, *, at: date | None = None
) -> dict[int, int]:
    """account → debt in kopecks (negative: an advance), from the running totals of the books."""
    return ledger.balances(organisation_id, subject=SUBJECT, subject_ids=account_ids, at=at)


@dataclass(frozen=True, slots=True)
class DebtTotal:
    """How many accounts owe and how much together."""

    count: int
    total_kop: int


def debt_total(organisation_id: int, totals_key: str) -> DebtTotal:
    """What all accounts that owe owe together, counted once a `ledger.totals_key`. Asks no right: the caller has."""

    def counted() -> DebtTotal:
        owing = [kop for kop in balances(organisation_id).values() if kop > 0]
        return DebtTotal(len(owing), sum(owing))

    return remembered("debt-total", organisation_id, totals_key, counted)


def debt_of(organisation_id: int, account_id: int, *, today: date) -> Debt:
    """The debt of one account. Asks no right: the caller has."""
    return debts_of(organisation_id, [account_id], today=today)[account_id]


def debts_of(
    organisation_id: int,
    account_ids: Collection[int],
    *,
    today: date,
    recent: Mapping[int, Sequence[tuple[date, int]]] | None = None,
) -> dict[int, Debt]:
    """The debts of some accounts, those without one too.

    `recent`: account → (due day, kopecks) of all its charges since some month; a debt that they cover
    needs no older ones (a correction of an older month that is due later is taken for older too).
    """
    totals = balances(organisation_id, account_ids)
    charged: dict[int, list[tuple[date, int]]] = {}
    coming: dict[int, date] = {}
    lately = Q(month__gte=Month.of(today).plus(-2).number, amount_kop__gt=0)
    older: list[int] = []
    for pk in account_ids:
        lines = (recent or {}).get(pk, ())
        if totals.get(pk, 0) <= 0:
            continue
        if sum(kop for _due, kop in lines) < totals[pk]:
            older.append(pk)
            continue
        by_day: dict[date, int] = {}
        for due, kop in lines:
            by_day[due] = by_day.get(due, 0) + kop
        charged[pk] = sorted(by_day.items(), reverse=True)
        if days := [due for due, kop in lines if due >= today and kop > 0]:
            coming[pk] = min(days)
    for part in chunks(older):
        for account_id, due, kop, charges in (
            Charge.objects.filter(organisation_id=organisation_id, account_id__in=part)
            .values("account_id", "due_on")
            .annotate(kop=Sum("amount_kop"), charges=Count("pk", filter=lately))
            .order_by("account_id", "-due_on")
            .values_list("account_id", "due_on", "kop", "charges")
        ):
            charged.setdefault(account_id, []).append((due, kop))
            if charges and due >= today:
                coming[account_id] = due  # the nearest comes last and stays
    ages = {pk: age_of_debt(totals.get(pk, 0), charged.get(pk, ()), today) for pk in account_ids}
    return {
        pk: Debt(totals.get(pk, 0), ages[pk].overdue_kop, ages[pk].since, ages[pk].days, coming.get(pk))
        for pk in account_ids
    }


def ages_of(organisation_id: int, debts: dict[int, int], *, today: date) -> dict[int, Age]:
    """The late part of each debt, the newest charges counted as unpaid first."""
    charged = _charged_by_day(organisation_id, [pk for pk, kop in debts.items() if kop > 0])
    return {pk: age_of_debt(kop, charged.get(pk, ()), today) for pk, kop in debts.items()}


def _charged_by_day(
    organisation_id: int, account_ids: Iterable[int], *, month_from: int | None = None
) -> dict[int, list[tuple[date, int]]]:
    found: dict[int, list[tuple[date, int]]] = {}
    rows = Charge.objects.filter(organisation_id=organisation_id)
    if month_from is not None:
        rows = rows.filter(month__gte=month_from)
    for part in chunks(account_ids):
        for account_id, due, kop in (
            rows.filter(account_id__in=part)
            .values("account_id", "due_on")
            .annotate(kop=Sum("amount_kop"))
            .order_by("account_id", "-due_on")
            .values_list("account_id", "due_on", "kop")
        ):
            found.setdefault(account_id, []).append((due, kop))
    return found


def debtors(
    actor: Actor,
    organisation_id: int,
    *,
    today: date,
    text: str = "",
    older_than: int = 0,
    least_kop: int = 1,
    only_late: bool = False,
    first: int = 0,
    limit: int | None = 50,
) -> Debtors:
    """Accounts with a debt, the greatest first. Raises Forbidden.

    `older_than` (days) keeps debts of which something has been late for longer; `text` is looked for in numbers, units and names;
    `limit` None gives all. The age counts payments against the oldest charges, whatever the policy of settlement.
    """
    actor.require(BillingRight.DEBTOR_VIEW, organisation_id)
    owing = [(kop, pk) for pk, kop in balances(organisation_id).items() if kop >= least_kop]
    if text.strip():
        found = set(
            PersonalAccount.objects.filter(
                matching(organisation_id, text), organisation_id=organisation_id
            ).values_list("pk", flat=True)
        )
        owing = [(kop, pk) for kop, pk in owing if pk in found]
    if older_than or only_late:
        border = today - timedelta(days=older_than)
        recent = _charged_since(organisation_id, [pk for _kop, pk in owing], border)
        owing = [(kop, pk) for kop, pk in owing if kop > recent.get(pk, 0)]
    owing.sort(key=lambda one: (-one[0], one[1]))
    shown = owing[first:] if limit is None else owing[first : first + limit]
    debts = {pk: kop for kop, pk in shown}
    ages = ages_of(organisation_id, debts, today=today)
    labels = account_labels(organisation_id, debts)
    return Debtors(
        rows=tuple(
            Debtor(
                labels[pk], kop, ages[pk].overdue_kop, ages[pk].since, ages[pk].days, bucket(ages[pk].days)
            )
            for kop, pk in shown
            if pk in labels
        ),
        count=len(owing),
        total_kop=sum(kop for kop, _pk in owing),
    )


def _charged_since(organisation_id: int, account_ids: Iterable[int], border: date) -> dict[int, int]:
    """account → what was charged with a due day on or after the border: a debt above that is older than the border."""
    found: dict[int, int] = {}
    # A charge is due in the month after its own: nothing due since the border stands in a month before its previous one.
    month_from = Month.of(border).plus(-2).number
    for part in chunks(account_ids):
        found.update(
            Charge.objects.filter(
                organisation_id=organisation_id,
                account_id__in=part,
                month__gte=month_from,
                due_on__gte=border,
            )
            .values("account_id")
            .annotate(kop=Sum("amount_kop"))
            .values_list("account_id", "kop")
        )
    return found
