"""Payments of lines: matched by a person, moved, taken back; and those entered by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.models import PersonalAccount
from koopset.apps.billing.payments import events
from koopset.apps.billing.payments.formats.bank_statement import mentions_registry
from koopset.apps.billing.payments.models import Allocation, BankLine, Payment, PaymentReversal
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.services import rows as write
from koopset.apps.billing.payments.services.advances import apply_advances
from koopset.apps.billing.payments.services.days import book_day
from koopset.apps.billing.payments.services.settling import (
    ADVANCES,
    BANK,
    CASH,
    UNIDENTIFIED,
    Settler,
    entries_from,
)
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger.services import EntryLine, accounts_for, operation_post_for_room
from koopset.apps.organisations import selectors as organisations
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.violations import RuleViolation

MATCH, BACK, HAND = "payments.match", "payments.back", "payments.hand"

Parts = Sequence[tuple[int, int]]


def get_line(organisation_id: int, line_id: int) -> BankLine:
    """The line, locked. Raises payments.line_unknown."""
    line = (
        BankLine.objects.select_for_update(of=("self",))
        .filter(organisation_id=organisation_id, pk=line_id)
        .first()
    )
    if line is None:
        raise RuleViolation("payments.line_unknown")
    return line


def free_kop(line: BankLine) -> int:
    """What of a line stands on no personal account."""
    taken = Payment.objects.filter(
        organisation_id=line.organisation_id, line_id=line.pk, reversal__isnull=True
    ).aggregate(kop=Sum("amount_kop"))["kop"]
    return line.amount_kop - (taken or 0)


@service(PaymentRight.PAYMENT_MATCH)
def line_match(
    *,
    actor: Actor,
    organisation_id: int,
    line_id: int,
    parts: Parts,
    now: datetime,
    is_one_payer: bool = False,
) -> list[Payment]:
    """Say whose a waiting line is: (account, kopecks) parts whose sum is what waits of it.

    A bank's lump sum of many payments is divided among accounts, never given to one, unless `is_one_payer` says that it is no such thing.
    Raises payments.line_unknown, payments.line_taken, payments.parts_sum, payments.part_not_positive, payments.account_twice,
    payments.account_absent, payments.registry_line.
    """
    lock_billing(organisation_id)
    line = get_line(organisation_id, line_id)
    made = _match(actor, line, parts, now=now, by="hand", is_one_payer=is_one_payer)
    _tell_matched(line, made)
    return made


def _tell_matched(line: BankLine, made: Sequence[Payment]) -> None:
    publish(events.PaymentsMatched(line.organisation_id, line.pk, tuple(one.pk for one in made)))


def _match(
    actor: Actor, line: BankLine, parts: Parts, *, now: datetime, by: str, is_one_payer: bool = False
) -> list[Payment]:
    organisation_id = line.organisation_id
    free = free_kop(line)
    if line.direction != BankLine.Direction.IN or line.state != BankLine.State.WAITING or free <= 0:
        raise RuleViolation("payments.line_taken")
    check_parts(organisation_id, parts, free)
    if mentions_registry(line.purpose) and len(parts) < 2 and not is_one_payer:
        raise RuleViolation("payments.registry_line")
    times = Payment.objects.filter(organisation_id=organisation_id, line_id=line.pk).count() + 1
    settler = Settler(organisation_id, [account for account, _kop in parts])
    ids = write.reserve_ids("payments_payment", len(parts))
    month = line.suggestion.get("for_month")
    made = []
    for number, (pk, (account_id, kop)) in enumerate(zip(ids, parts, strict=True), start=1):
        settled, advance = settler.settle(account_id, kop, line.posted_on, month)
        made.append(
            write.NewPayment(
                pk, account_id, "bank", line.pk, kop, line.posted_on, month, by, f"line {line.pk} {times} {number}",
                settled, advance,
            )
        )  # fmt: skip
    with override("ru"):
        title = _("Payment found its account")
    try:
        with transaction.atomic():
            operation = operation_post_for_room(
                actor=actor,
                organisation_id=organisation_id,
                kind=MATCH,
                key=f"{line.pk} {times}",
                on_date=book_day(organisation_id)(line.posted_on),
                title=title,
                lines=entries_from(organisation_id, (UNIDENTIFIED, 0), made, line.pk),
                source_id=line.pk,
                now=now,
            )
            write.insert_payments(
                organisation_id, [(one, operation.pk) for one in made], now=now, login_id=actor.login_id
            )
    except IntegrityError as twice:
        # The last wall behind the lock: another person has matched it at this moment.
        raise RuleViolation("payments.line_taken") from twice
    line.state = BankLine.State.POSTED
    line.save()
    return list(Payment.objects.filter(organisation_id=organisation_id, pk__in=ids).order_by("pk"))


def check_parts(organisation_id: int, parts: Parts, amount_kop: int) -> None:
    """Raises payments.part_not_positive, payments.account_twice, payments.account_absent, payments.parts_sum."""
    accounts = [account for account, _kop in parts]
    if not parts or any(type(kop) is not int or kop <= 0 for _account, kop in parts):
        raise RuleViolation("payments.part_not_positive", field="parts")
    if len(set(accounts)) != len(accounts):
        raise RuleViolation("payments.account_twice", field="parts")
    found = PersonalAccount.objects.filter(organisation_id=organisation_id, pk__in=accounts).count()
    if found != len(accounts):
        raise RuleViolation("payments.account_absent", field="parts")
    gap = amount_kop - sum(kop for _account, kop in parts)
    if gap:
        raise RuleViolation(
            "payments.parts_sum", field="parts", gap=f"{abs(gap) // 100},{abs(gap) % 100:02d}"
        )


@service(PaymentRight.PAYMENT_MATCH)
def lines_match_suggested(
    *, actor: Actor, organisation_id: int, line_ids: Sequence[int], now: datetime
) -> list[Payment]:
    """Confirm what is almost certain, line by line as it is suggested. Lines that are taken or not that certain are left as they are."""
    lock_billing(organisation_id)
    made: list[Payment] = []
    for line_id in sorted(set(line_ids)):
        line = get_line(organisation_id, line_id)
        told = line.suggestion
        if line.state != BankLine.State.WAITING or told.get("confidence") != "almost":
            continue
        parts = [(part["account_id"], part["amount_kop"]) for part in told.get("parts", [])]
        if sum(kop for _account, kop in parts) == free_kop(line):
            found = _match(actor, line, parts, now=now, by="suggestion")
            _tell_matched(line, found)
            made += found
    return made


@service(PaymentRight.PAYMENT_REVERSE)
def payment_take_back(
    *, actor: Actor, organisation_id: int, payment_id: int, reason: str, now: datetime
) -> PaymentReversal:
    """Take a payment off its account with a reason: a bank payment waits in the queue again, one entered by hand is undone.

    Raises payments.payment_unknown, payments.taken_back_already, payments.reason_required, payments.opening_stays.
    """
    lock_billing(organisation_id)
    reversal = _take_back(actor, organisation_id, payment_id, reason, now)
    publish(events.PaymentTakenBack(organisation_id, payment_id))
    return reversal


@service(PaymentRight.PAYMENT_REVERSE)
def payment_move(
    *, actor: Actor, organisation_id: int, payment_id: int, parts: Parts, reason: str, now: datetime
) -> list[Payment]:
    """Take a payment off its account and put it on others, at once. Σ parts is the payment. Raises as taking back and matching do."""
    lock_billing(organisation_id)
    payment = Payment.objects.filter(organisation_id=organisation_id, pk=payment_id).first()
    if payment is None:
        raise RuleViolation("payments.payment_unknown")
    if payment.line_id is None:
        raise RuleViolation("payments.hand_is_not_moved")
    check_parts(organisation_id, parts, payment.amount_kop)
    _take_back(actor, organisation_id, payment_id, reason, now)
    line = get_line(organisation_id, payment.line_id)
    if free_kop(line) != payment.amount_kop:
        raise RuleViolation("payments.line_taken")
    made = _match(actor, line, parts, now=now, by="hand", is_one_payer=True)
    publish(events.PaymentMoved(organisation_id, payment_id, tuple(one.pk for one in made)))
    return made


def _take_back(
    actor: Actor, organisation_id: int, payment_id: int, reason: str, now: datetime
) -> PaymentReversal:
    payment = (
        Payment.objects.select_related("line").filter(organisation_id=organisation_id, pk=payment_id).first()
    )
    if payment is None:
        raise RuleViolation("payments.payment_unknown")
    if not reason.strip():
        raise RuleViolation("payments.reason_required", field="reason")
    if PaymentReversal.objects.filter(organisation_id=organisation_id, payment_id=payment_id).exists():
        raise RuleViolation("payments.taken_back_already")
    settled = list(
        Allocation.objects.filter(organisation_id=organisation_id, payment_id=payment_id)
        .values_list("charge_id", "charge__fee__debit_code")
        .annotate(kop=Sum("amount_kop"))
        .values_list("charge_id", "charge__fee__debit_code", "kop")
    )
    codes: dict[str, int] = {}
    for _charge, code, kop in settled:
        codes[code] = codes.get(code, 0) + kop
    codes[ADVANCES] = codes.get(ADVANCES, 0) + payment.amount_kop - sum(codes.values())
    line = payment.line
    other = (UNIDENTIFIED, 0)
    if line is None:
        other = (CASH, 0)
    day = max(book_day(organisation_id)(timezone.localdate(now)), payment.operation.on_date)
    ids = accounts_for(organisation_id, {other} | {(code, payment.account_id) for code in codes})
    with override("ru"):
        title = _("Payment taken off the account")
    operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=BACK,
        key=str(payment.pk),
        on_date=day,
        title=title,
        lines=[
            EntryLine(ids[code, payment.account_id], ids[other], kop, payment.line_id)
            for code, kop in sorted(codes.items())
            if kop > 0
        ],
        source_id=payment.line_id,
        now=now,
    )
    write.insert_allocations(
        organisation_id, ((payment.pk, charge, -kop) for charge, _code, kop in settled if kop), now=now
    )
    reversal = PaymentReversal.objects.create(
        organisation_id=organisation_id,
        payment=payment,
        reason=reason.strip()[:300],
        operation=operation,
        created_at=now,
        created_by=actor.login_id,
    )
    if line is not None:
        line.state = BankLine.State.WAITING
        line.save()
    # What it had settled is open again: another advance of the same account may cover it.
    apply_advances(
        actor, organisation_id, [payment.account_id], key=f"back {payment.pk}", on_date=day, now=now
    )
    return reversal


@service(PaymentRight.PAYMENT_ENTER)
def payment_enter_by_hand(
    *,
    actor: Actor,
    organisation_id: int,
    account_id: int,
    amount_kop: int,
    received_on: date,
    way: str,
    key: str,
    now: datetime,
    bank_account_id: int | None = None,
    payer_name: str = "",
    purpose: str = "",
    for_month: int | None = None,
) -> Payment:
    """Enter one payment: `way` "bank" (money seen on the bank account, whose statement may come later and will be asked about) or "cash".

    The same `key` again gives the same payment. Cash is refused to the legal forms that take none on that day, with the article, and to a
    body whose chair is not verified today (K11). Raises organisations.not_verified, organisations.verification_lapsed,
    organisations.no_legal_person, payments.cash_forbidden, payments.part_not_positive, payments.account_absent,
    payments.bank_account_absent, payments.date_in_future, payments.before_books, payments.way_unknown.
    """
    lock_billing(organisation_id)
    known = f"hand {key}"[:80]
    standing = Payment.objects.filter(organisation_id=organisation_id, key=known).first()
    if standing is not None:
        return standing
    if way not in {"bank", "cash"}:
        raise RuleViolation("payments.way_unknown", field="way")
    if way == "cash":
        organisations.require_collecting(organisation_id, now=now)
        if article := organisations.cash_refused(organisations.form_of(organisation_id), received_on):
            raise RuleViolation("payments.cash_forbidden", field="way", article=article)
    else:
        organisations.require_money_of_its_own(organisation_id)
    if amount_kop <= 0 or amount_kop > MAX_KOP:
        raise RuleViolation("payments.part_not_positive", field="amount")
    if not PersonalAccount.objects.filter(organisation_id=organisation_id, pk=account_id).exists():
        raise RuleViolation("payments.account_absent", field="account")
    if received_on > timezone.localdate(now):
        raise RuleViolation(
            "payments.date_in_future",
            field="received_on",
            line_number="—",
            date=received_on.strftime("%d.%m.%Y"),
        )
    line: BankLine | None = None
    debit = (CASH, 0)
    day = book_day(organisation_id)(received_on)
    if way == "bank":
        if bank_account_id not in organisations.own_accounts(organisation_id).values():
            raise RuleViolation("payments.bank_account_absent", field="bank_account")
        assert bank_account_id is not None
        debit = (BANK, bank_account_id)
        line = BankLine.objects.create(
            organisation_id=organisation_id,
            bank_account_id=bank_account_id,
            direction=BankLine.Direction.IN,
            state=BankLine.State.POSTED,
            document_date=received_on,
            posted_on=received_on,
            amount_kop=amount_kop,
            party_name=payer_name.strip()[:400],
            purpose=purpose.strip()[:2000],
            base_key=sha256(f"hand\x1f{known}".encode()).hexdigest(),
            ordinal=1,
            created_at=now,
        )
    settler = Settler(organisation_id, [account_id])
    settled, advance = settler.settle(account_id, amount_kop, received_on, for_month)
    pk = write.reserve_ids("payments_payment", 1)[0]
    payment = write.NewPayment(
        pk, account_id, "hand", line.pk if line else None, amount_kop, received_on, for_month, "hand", known,
        settled, advance,
    )  # fmt: skip
    with override("ru"):
        title = _("Payment entered by hand")
    operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=HAND,
        key=known,
        on_date=day,
        title=title,
        lines=entries_from(organisation_id, debit, [payment], line.pk if line else None),
        source_id=pk,
        now=now,
    )
    if line is not None:
        line.operation = operation
        line.save()
    write.insert_payments(organisation_id, [(payment, operation.pk)], now=now, login_id=actor.login_id)
    publish(events.PaymentEntered(organisation_id, payment.id))
    return Payment.objects.get(organisation_id=organisation_id, pk=pk)


def debts_now(organisation_id: int, account_ids: Sequence[int]) -> dict[int, int]:
    """What accounts owe, for the proposal of a division."""
    found = billing.balances(organisation_id, account_ids)
    return {pk: max(0, found.get(pk, 0)) for pk in account_ids}
