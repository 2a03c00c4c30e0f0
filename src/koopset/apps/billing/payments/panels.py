"""What payments show elsewhere: on start pages, in the books, in the side bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments import selectors
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.ledger.ports import Blocker
from koopset.apps.organisations.selectors import collects_fees
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place
from koopset.foundation.ui.templatetags import ks
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class TreasurerQueue:
    """The queue on the desk: the first lines, the totals, where the whole is; `last_day` is till when statements were brought."""

    lines: tuple[selectors.LineCard, ...]
    totals: selectors.QueueTotals
    url: str
    bring_url: str
    last_day: object


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Money that came in a month, by the day it reached the bank or the desk. `matched_kop` stands on personal accounts."""

    month: Month
    total_kop: int
    matched_kop: int
    count: int


def treasurer_queue(actor: Actor, organisation_id: int, limit: int = 5) -> TreasurerQueue | None:
    """Payments without an address for the desk; None for those who may not see payments."""
    if not actor.can(PaymentRight.PAYMENT_VIEW, organisation_id):
        return None
    lines = selectors.queue(actor, organisation_id)[:limit]
    last = (
        BankLine.objects.filter(organisation_id=organisation_id, statement__isnull=False)
        .order_by("-posted_on")
        .values_list("posted_on", flat=True)
        .first()
    )
    return TreasurerQueue(
        lines=tuple(selectors.line_cards(organisation_id, lines)),
        totals=selectors.queue_totals(organisation_id),
        url=reverse("payments:queue", args=[organisation_id]),
        bring_url=reverse("payments:statement-bring", args=[organisation_id]),
        last_day=last,
    )


def money_in(organisation_id: int, month: Month) -> MoneyIn:
    """What came in a month. Asks no right: it is a total without names."""
    came = BankLine.objects.filter(
        organisation_id=organisation_id,
        direction=BankLine.Direction.IN,
        posted_on__gte=month.first,
        posted_on__lte=month.last,
    ).exclude(state__in=[BankLine.State.ASKED, BankLine.State.REPEATED])
    paid = Payment.objects.filter(
        organisation_id=organisation_id,
        reversal__isnull=True,
        received_on__gte=month.first,
        received_on__lte=month.last,
    )
    cash = paid.filter(line__isnull=True).aggregate(kop=Sum("amount_kop"))["kop"] or 0
    return MoneyIn(
        month=month,
        total_kop=(came.aggregate(kop=Sum("amount_kop"))["kop"] or 0) + cash,
        matched_kop=paid.aggregate(kop=Sum("amount_kop"))["kop"] or 0,
        count=paid.count(),
    )


def resident_payments(actor: Actor, organisation_id: int, limit: int = 3) -> list[selectors.PaymentRow]:
    """The latest payments of the actor's own accounts."""
    own = [row.id for row in billing.accounts_of_actor(actor, organisation_id)]
    return selectors.payments_of_accounts(organisation_id, own, limit=limit)


def payments_not_sorted(organisation_id: int, months: Sequence[Month]) -> dict[Month, list[Blocker]]:
    """A month is not closed while its payments wait."""
    lines = BankLine.objects.filter(
        organisation_id=organisation_id,
        state__in=[BankLine.State.WAITING, BankLine.State.ASKED],
        posted_on__gte=min(months).first,
        posted_on__lte=max(months).last,
    )
    waiting = (
        lines.values_list("posted_on__year", "posted_on__month")
        .annotate(count=Count("pk"), kop=Sum("amount_kop"))
        .order_by("posted_on__year", "posted_on__month")
    )
    found = {}
    for year, number, count, kop in waiting:
        text = ngettext(
            "Sort the payments of the month: %(count)s line, %(sum)s",
            "Sort the payments of the month: %(count)s lines, %(sum)s",
            count,
        ) % {"count": count, "sum": ks.rub(kop)}
        found[Month(year, number)] = [Blocker(text, reverse("payments:queue", args=[organisation_id]))]
    return found


def _statement_url(organisation_id: int, pk: int) -> str:
    return reverse("payments:statement", args=[organisation_id, pk])


def _line_url(organisation_id: int, pk: int) -> str:
    return reverse("payments:line", args=[organisation_id, pk])


def _payment_url(organisation_id: int, pk: int) -> str:
    return reverse("payments:payment", args=[organisation_id, pk])


def _nowhere(_organisation_id: int, _pk: int) -> str:
    return ""


OPERATIONS = (
    ("payments.statement", _("Bank statement"), _statement_url),
    ("payments.match", _("Payment found its account"), _line_url),
    ("payments.back", _("Payment taken off the account"), _line_url),
    ("payments.hand", _("Payment entered by hand"), _payment_url),
    ("payments.sort", _("Bank line sorted"), _line_url),
    ("payments.return", _("Payment returned to the sender"), _line_url),
    ("payments.repeat", _("Bank statement"), _line_url),
    ("payments.advance", _("Advances settle charges"), _nowhere),
    ("payments.release", _("A charge became smaller: the rest is an advance"), _nowhere),
)


def may_download_statement(actor: Actor, file: StoredFile) -> bool:
    """Whether the actor may take the file of a statement."""
    return actor.can(PaymentRight.PAYMENT_VIEW, file.organisation_id)


def _waiting_count(request: HttpRequest) -> int:
    match = request.resolver_match
    organisation_id = match.kwargs.get("organisation_id") if match else None
    if not organisation_id:
        return 0
    return BankLine.objects.filter(
        organisation_id=organisation_id,
        state__in=[BankLine.State.WAITING, BankLine.State.ASKED],
    ).count()


def register_places() -> None:
    """Places of the side bar."""
    places: tuple[tuple[str, str | Promise, str, int, bool], ...] = (
        ("payments:queue", _("Payments"), "wallet", 10, True),
        ("payments:statements", _("Bank statements"), "building-bank", 20, False),
    )
    for name, label, icon, order, counted in places:
        register_place(
            NavPlace(
                room="payments",
                label=label,
                icon=icon,
                url_name=name,
                right=PaymentRight.PAYMENT_VIEW,
                section="money",
                order=order,
                bottom_for=frozenset({"treasurer"}) if counted else frozenset(),
                count=_waiting_count if counted else None,
                shown=collects_fees,
            )
        )
    register_place(
        NavPlace(
            room="payments",
            label=_("My payments"),
            icon="history",
            url_name="payments:my-payments",
            section="money",
            order=12,
            cabinets=frozenset({"resident"}),
        )
    )
