"""Payments: the list, one payment with its way sent → bank → matched → posted (H7), those of a resident."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.models import PersonalAccount
from koopset.apps.billing.payments.models import Allocation, Payment
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.selectors.wording import matched_by_text
from koopset.apps.billing.selectors.accounts import matching
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.ui.templatetags import ks


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in a list. `is_back`: it was taken back."""

    id: int
    account: billing.AccountLabel | None
    received_on: date
    amount_kop: int
    source: str
    source_text: str
    payer: str
    purpose: str
    matched_text: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class WayStep:
    """A step of the way of a payment: title, note, state "done", "now" or ""."""

    title: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """One payment whole. `settled` are (name of the fee, month, kopecks); `advance_kop` is what settled nothing yet."""

    row: PaymentRow
    steps: tuple[WayStep, ...]
    settled: tuple[tuple[str, int, int], ...]
    advance_kop: int
    back_reason: str
    line_id: int | None
    operation_id: int


def payments_list(
    actor: Actor,
    organisation_id: int,
    *,
    text: str = "",
    date_from: date | None = None,
    date_to: date | None = None,
    source: str = "",
) -> QuerySet[Payment]:
    """Payments, the newest first; `text` is looked for in the payer, the purpose, the account. Raises Forbidden."""
    actor.require(PaymentRight.PAYMENT_VIEW, organisation_id)
    rows = Payment.objects.filter(organisation_id=organisation_id).select_related("line", "reversal")
    if date_from:
        rows = rows.filter(received_on__gte=date_from)
    if date_to:
        rows = rows.filter(received_on__lte=date_to)
    if source in Payment.Source.values:
        rows = rows.filter(source=source)
    if bare := text.strip():
        accounts = PersonalAccount.objects.filter(organisation_id=organisation_id).filter(
            matching(organisation_id, bare)
        )
        rows = rows.filter(
            Q(line__party_name__icontains=bare)
            | Q(line__purpose__icontains=bare)
            | Q(account_id__in=accounts.values("pk"))
        )
    return rows.order_by("-received_on", "-pk")


def payment_rows(
    organisation_id: int,
    payments: Iterable[Payment],
    labels: Mapping[int, billing.AccountLabel] | None = None,
) -> list[PaymentRow]:
    """Rows of a list with labels of accounts (`labels`: those the caller has read already). Asks no right."""
    listed = list(payments)
    if labels is None:
        labels = billing.account_labels(organisation_id, {one.account_id for one in listed}) if listed else {}
    return [_row(one, labels.get(one.account_id)) for one in listed]


def _row(one: Payment, label: billing.AccountLabel | None) -> PaymentRow:
    line = one.line
    return PaymentRow(
        id=one.pk,
        account=label,
        received_on=one.received_on,
        amount_kop=one.amount_kop,
        source=one.source,
        source_text=one.get_source_display(),
        payer=line.party_name if line else "",
        purpose=line.purpose if line else "",
        matched_text=matched_by_text(one.matched_by),
        is_back=getattr(one, "reversal", None) is not None,
    )


def payment_card(actor: Actor, organisation_id: int, payment_id: int) -> PaymentCard:
    """One payment, for the office or for those whose account it is. Raises Forbidden, also where there is none."""
    payment = (
        Payment.objects.select_related("line", "reversal", "operation")
        .filter(organisation_id=organisation_id, pk=payment_id)
        .first()
    )
    if payment is None:
        raise Forbidden(PaymentRight.PAYMENT_VIEW)
    if not actor.can(PaymentRight.PAYMENT_VIEW, organisation_id):
        own = {row.id for row in billing.accounts_of_actor(actor, organisation_id)}
        if payment.account_id not in own:
            raise Forbidden(PaymentRight.PAYMENT_VIEW)
    settled = tuple(
        (title, month, kop)
        for title, month, kop in Allocation.objects.filter(
            organisation_id=organisation_id, payment_id=payment_id
        )
        .values_list("charge__fee__title", "charge__month")
        .annotate(kop=Sum("amount_kop"))
        .order_by("charge__month", "charge__fee__title")
        .values_list("charge__fee__title", "charge__month", "kop")
        if kop
    )
    reversal = getattr(payment, "reversal", None)
    return PaymentCard(
        row=payment_rows(organisation_id, [payment])[0],
        steps=_way(payment),
        settled=settled,
        advance_kop=0 if reversal else payment.amount_kop - sum(kop for _t, _m, kop in settled),
        back_reason=reversal.reason if reversal else "",
        line_id=payment.line_id,
        operation_id=payment.operation_id,
    )


def _way(payment: Payment) -> tuple[WayStep, ...]:
    line = payment.line
    reversal = getattr(payment, "reversal", None)
    sent = line.document_date if line else payment.received_on
    steps = [
        WayStep(_("Sent"), ks.day(sent) if sent else _("the bank does not say when"), "done"),
        WayStep(
            _("Came to the bank account") if line else _("Taken in cash"), ks.day(payment.received_on), "done"
        ),
        WayStep(
            _("The account is found"),
            f"{ks.day(timezone.localdate(payment.created_at))}, {matched_by_text(payment.matched_by)}",
            "done",
        ),
        WayStep(_("Posted in the books"), ks.day(payment.operation.on_date), "done"),
    ]
    if reversal is not None:
        steps.append(WayStep(_("Taken back"), reversal.reason, "now"))
    return tuple(steps)


def payments_of_accounts(
    organisation_id: int,
    account_ids: Collection[int],
    *,
    limit: int | None = None,
    labels: Mapping[int, billing.AccountLabel] | None = None,
) -> list[PaymentRow]:
    """Payments of some accounts that stand, the newest first. Asks no right: the caller has. `labels`: see payment_rows."""
    if not account_ids:
        return []
    rows = (
        Payment.objects.filter(
            organisation_id=organisation_id, account_id__in=list(account_ids), reversal__isnull=True
        )
        .select_related("line", "reversal")
        .order_by("-received_on", "-pk")
    )
    return payment_rows(organisation_id, rows[:limit] if limit else rows, labels)
