"""The queue «Платежи без адреса» and everything that may be done with a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments import selectors, services
from koopset.apps.billing.payments.formats.bank_statement import mentions_registry
from koopset.apps.billing.payments.forms import ReasonForm, SetAsideForm
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.views.parts import PartRow, chosen_parts, found_accounts, part_rows
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 30
KINDS = ("in", "out", "asked")


@page(PaymentRight.PAYMENT_VIEW)
def queue(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What waits, with what we think and why."""
    kind = request.GET.get("kind", "in")
    kind = kind if kind in KINDS else "in"
    lines = selectors.queue(request.actor, organisation_id, kind)
    shown = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    totals = selectors.queue_totals(organisation_id)
    context = {
        "organisation_id": organisation_id,
        "kind": kind,
        "page": shown,
        "rows": selectors.line_cards(organisation_id, shown),
        "totals": totals,
        "ever": totals.count or BankLine.objects.filter(organisation_id=organisation_id).exists(),
        "may_match": request.actor.can(PaymentRight.PAYMENT_MATCH, organisation_id),
        "may_bring": request.actor.can(PaymentRight.STATEMENT_IMPORT, organisation_id),
    }
    return render(request, "payments/queue.html", context)


@page(PaymentRight.PAYMENT_MATCH)
@require_POST
def post_sure(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Confirm all that is almost certain."""
    made = services.lines_match_suggested(
        actor=request.actor,
        organisation_id=organisation_id,
        line_ids=selectors.sure_lines(organisation_id),
        now=timezone.now(),
    )
    count = len({payment.line_id for payment in made})
    if count:
        tell(
            request,
            ngettext("%(count)s payment posted.", "%(count)s payments posted.", count) % {"count": count},
        )
    else:
        tell(request, _("Nothing was left to post: someone has done it already."))
    return redirect("payments:queue", organisation_id=organisation_id)


@page(PaymentRight.PAYMENT_MATCH)
@require_POST
def line_post(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """Confirm what is suggested for one line."""
    line = get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    parts = [(part["account_id"], part["amount_kop"]) for part in line.suggestion.get("parts", ())]
    return _done(
        request,
        organisation_id,
        lambda: services.line_match(
            actor=request.actor,
            organisation_id=organisation_id,
            line_id=line_id,
            parts=parts,
            now=timezone.now(),
        ),
        _("The payment stands on its account."),
        back=reverse("payments:line", args=[organisation_id, line_id]),
    )


def _done(
    request: PageRequest, organisation_id: int, act: Callable[[], Any], text: str, *, back: str
) -> HttpResponse:
    try:
        act()
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
        return redirect(back)
    tell(request, text)
    return redirect("payments:queue", organisation_id=organisation_id)


@page(PaymentRight.PAYMENT_VIEW)
def line(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """One line: choose its account, divide it, set it aside, or see what became of it."""
    row = get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    card = selectors.line_cards(organisation_id, [row])[0]
    may = request.actor.can(PaymentRight.PAYMENT_MATCH, organisation_id)
    error = ""
    rows: list[PartRow] = []
    if row.state == BankLine.State.WAITING and row.direction == BankLine.Direction.IN and may:
        suggested = [(part.account.id, part.amount_kop) for part in card.parts]
        rows, error = part_rows(request, organisation_id, card.free_kop, suggested)
        if request.method == "POST" and not error:
            try:
                services.line_match(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    line_id=line_id,
                    parts=chosen_parts(rows),
                    now=timezone.now(),
                    is_one_payer=bool(request.POST.get("is_one_payer")),
                )
            except RuleViolation as violation:
                error = text_of(violation)
            else:
                tell(request, _("The payment stands on its account."))
                return redirect("payments:queue", organisation_id=organisation_id)
    context = {
        "organisation_id": organisation_id,
        "line": row,
        "card": card,
        "rows": rows,
        "error": error,
        "q": request.GET.get("q", ""),
        "found": found_accounts(request, organisation_id, rows),
        "chosen": [part.label.id for part in rows],
        "is_registry": mentions_registry(row.purpose),
        "may_match": may,
        "may_reopen": request.actor.can(PaymentRight.PAYMENT_REVERSE, organisation_id),
        "payments": selectors.payment_rows(
            organisation_id,
            Payment.objects.filter(organisation_id=organisation_id, line_id=line_id).select_related(
                "line", "reversal"
            ),
        ),
        "aside_form": SetAsideForm(codes=services.codes_to_set_aside(organisation_id)),
        "returns": _returns(organisation_id, row) if may else [],
        "debts": billing.balances(organisation_id, [part.label.id for part in rows]) if rows else {},
    }
    return render(request, "payments/line.html", context)


def _returns(organisation_id: int, row: BankLine) -> list[BankLine]:
    """Outgoing lines that may have given this one back."""
    if row.direction != BankLine.Direction.IN or row.state != BankLine.State.WAITING:
        return []
    return list(
        BankLine.objects.filter(
            organisation_id=organisation_id,
            direction=BankLine.Direction.OUT,
            state=BankLine.State.WAITING,
            amount_kop=row.amount_kop,
            posted_on__gte=row.posted_on,
            posted_on__lte=row.posted_on + timedelta(days=120),
        ).order_by("posted_on", "pk")[:10]
    )


@page(PaymentRight.PAYMENT_MATCH)
@require_POST
def line_aside(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """No payment of a resident: to a chart account."""
    get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    return _done(
        request,
        organisation_id,
        lambda: services.line_set_aside(
            actor=request.actor,
            organisation_id=organisation_id,
            line_id=line_id,
            code=request.POST.get("code", "")[:12],
            now=timezone.now(),
        ),
        _("The line is sorted."),
        back=reverse("payments:line", args=[organisation_id, line_id]),
    )


@page(PaymentRight.PAYMENT_MATCH)
@require_POST
def line_return(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """Tie a mistaken payment with its return."""
    get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    asked = request.POST.get("out_line", "")
    out_line_id = int(asked) if asked.isdigit() and len(asked) < 19 else 0
    return _done(
        request,
        organisation_id,
        lambda: services.line_return(
            actor=request.actor,
            organisation_id=organisation_id,
            line_id=line_id,
            out_line_id=out_line_id,
            now=timezone.now(),
        ),
        _("The payment and its return are tied, nobody owes anything."),
        back=reverse("payments:line", args=[organisation_id, line_id]),
    )


@page(PaymentRight.PAYMENT_MATCH)
@require_POST
def line_repeat(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """Answer whether a line is a repeat."""
    get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    is_repeat = request.POST.get("answer") == "repeat"
    act = services.line_confirm_repeat if is_repeat else services.line_reject_repeat
    return _done(
        request,
        organisation_id,
        lambda: act(
            actor=request.actor, organisation_id=organisation_id, line_id=line_id, now=timezone.now()
        ),
        _("Left out as a repeat.") if is_repeat else _("Counted as another payment."),
        back=reverse("payments:line", args=[organisation_id, line_id]),
    )


@page(PaymentRight.PAYMENT_REVERSE)
def line_reopen(request: PageRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """Undo a sorting, with a reason."""
    get_object_or_404(BankLine, organisation_id=organisation_id, pk=line_id)
    form = ReasonForm(request.POST or None)
    back = reverse("payments:line", args=[organisation_id, line_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.line_reopen(
                actor=request.actor,
                organisation_id=organisation_id,
                line_id=line_id,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The line waits in the queue again."))
            return redirect(back)
    context = {"form": form, "title": _("Sort the line anew"), "back": back, "submit": _("Back to the queue")}
    return render(request, "payments/small_form.html", context)
