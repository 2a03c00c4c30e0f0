"""Bank statements: brought, looked at, posted once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO, cast

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.payments.events import StatementPosted
from koopset.apps.billing.payments.models import BankLine, BankStatement
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.rules import matching
from koopset.apps.billing.payments.services import rows as write
from koopset.apps.billing.payments.services.days import book_day
from koopset.apps.billing.payments.services.reading import Plan, PlanRow, read_plan
from koopset.apps.billing.payments.services.settling import (
    BANK,
    OUTGOING,
    TRANSIT,
    UNIDENTIFIED,
    Asked,
    Part,
    credits_of,
    settle_many,
)
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger.services import accounts_for, operation_post_for_room
from koopset.apps.organisations.selectors import require_money_of_its_own
from koopset.foundation.events import publish
from koopset.foundation.files import file_store
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.memory import cycles_left_alone
from koopset.kernel.violations import RuleViolation

KIND = "payments.statement"
JOB = "payments.statement_post"
FILE_KIND = "payments.statement"
State = BankStatement.State


@service(PaymentRight.STATEMENT_IMPORT)
@cycles_left_alone()
def statement_bring(
    *, actor: Actor, organisation_id: int, name: str, content: BinaryIO | bytes, now: datetime
) -> BankStatement:
    """Keep a file and say what posting it would do; nothing of it is in the books yet.

    The same bytes again give the statement that stands; one that was refused or still waits is read anew (an account may have come
    since). A file whose accounts are not the organisation's, that holds orders to the bank, or that is not understood is kept as refused,
    with its reason. Raises what storing a file does, payments.not_a_bank_statement, and of a body that was never verified or is no legal
    person what organisations.selectors.require_money_of_its_own raises (K11).
    """
    require_money_of_its_own(organisation_id)
    source = BytesIO(content) if isinstance(content, bytes) else content
    digest = hashlib.sha256()
    source.seek(0)
    head = source.read(64)
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"1CClientBankExchange"):
        raise RuleViolation("payments.not_a_bank_statement", field="file")
    source.seek(0)
    while piece := source.read(1 << 18):
        digest.update(piece)
    sha256 = digest.hexdigest()
    lock_billing(organisation_id)
    standing = BankStatement.objects.filter(organisation_id=organisation_id, sha256=sha256).first()
    if standing is not None and standing.state in {State.POSTED, State.POSTING}:
        return standing
    source.seek(0)
    plan = read_plan(organisation_id, source, today=timezone.localdate(now), counted_only=True)
    if standing is None:
        source.seek(0)
        stored = name if name.lower().endswith(".txt") else f"{name}.txt"
        file = file_store(
            organisation_id=organisation_id, name=stored, content=source, kind=FILE_KIND, actor=actor, now=now
        )
        standing = BankStatement(
            organisation_id=organisation_id,
            file=file,
            sha256=sha256,
            created_at=now,
            created_by=actor.login_id,
        )
    _keep(standing, plan)
    standing.save()
    return standing


def _keep(statement: BankStatement, plan: Plan) -> None:
    statement.report = plan.report
    statement.date_from, statement.date_to = plan.date_from, plan.date_to
    statement.state = State.REFUSED if plan.refusal else State.CHECKED


@service(PaymentRight.STATEMENT_IMPORT)
def statement_start(*, actor: Actor, organisation_id: int, statement_id: int, now: datetime) -> BankStatement:
    """Confirm what was seen: the posting is asked for. A second click comes to the same work.

    Raises payments.statement_unknown, payments.statement_refused, and as statement_bring of a body that may have no money here.
    """
    require_money_of_its_own(organisation_id)
    lock_billing(organisation_id)
    statement = _get(organisation_id, statement_id)
    if statement.state == State.POSTED:
        return statement
    if statement.state == State.REFUSED:
        raise RuleViolation("payments.statement_refused")
    with override("ru"):
        title = _("Posting of a bank statement")
    job = enqueue(
        JOB,
        actor=actor,
        organisation_id=organisation_id,
        title=title,
        args={"statement_id": statement.pk},
        key=f"payments.statement {statement.pk}",
        link=reverse(
            "payments:statement", kwargs={"organisation_id": organisation_id, "statement_id": statement.pk}
        ),
        now=now,
    )
    statement.state, statement.job_id = State.POSTING, job.pk
    statement.save()
    return statement


@service(PaymentRight.STATEMENT_IMPORT)
def statement_fail(
    *, actor: Actor, organisation_id: int, statement_id: int, violation: RuleViolation, now: datetime
) -> BankStatement:
    """Remember why a posting was refused, so that its page can say it. A posted statement stays posted."""
    lock_billing(organisation_id)
    statement = _get(organisation_id, statement_id)
    if statement.state != State.POSTED:
        params = {name: str(value) for name, value in violation.params.items()}
        statement.report = {**statement.report, "refusal": {"code": violation.code, "params": params}}
        statement.state = State.REFUSED
        statement.save()
    return statement


@service(PaymentRight.STATEMENT_IMPORT)
@cycles_left_alone()
def statement_post(*, actor: Actor, organisation_id: int, statement_id: int, now: datetime) -> BankStatement:
    """Bring every new line of a statement into the books: all or none, once.

    The file is read anew under the lock, so that what came meanwhile is known. Incoming: where a code or an old number proves,
    else to 76.90; outgoing to 76.91; a transfer between own accounts over 57. A line of a closed month is posted on the first day of the
    first open one and keeps its own day. Raises payments.statement_unknown and what refuses the file or the books, and as statement_bring
    of a body that may have no money here.
    """
    require_money_of_its_own(organisation_id)
    lock_billing(organisation_id)
    statement = _get(organisation_id, statement_id)
    if statement.state == State.POSTED:
        return statement
    with statement.file.open() as stream:
        plan = read_plan(organisation_id, cast(BinaryIO, stream), today=timezone.localdate(now))
    if plan.refusal is not None:
        raise plan.refusal
    try:
        with transaction.atomic():
            moved = _write(actor, statement, plan, now)
    except IntegrityError as twice:
        # The last wall behind the lock: a line that is there already.
        raise RuleViolation("payments.line_twice") from twice
    _keep(statement, plan)
    statement.report["moved_to_open_month"] = moved
    statement.state = State.POSTED
    statement.save()
    publish(StatementPosted(organisation_id, statement.pk))
    return statement


def _get(organisation_id: int, statement_id: int) -> BankStatement:
    statement = (
        BankStatement.objects.select_for_update(of=("self",))
        .filter(organisation_id=organisation_id, pk=statement_id)
        .first()
    )
    if statement is None:
        raise RuleViolation("payments.statement_unknown")
    return statement


def _write(actor: Actor, statement: BankStatement, plan: Plan, now: datetime) -> int:
    """The lines, their entries by day, the payments; how many lines stand in a later month than their own."""
    assert not plan.counted_only
    organisation_id = statement.organisation_id
    fresh = [row for row in plan.rows if row.fate != "repeat"]
    fresh.sort(key=lambda row: (row.posted_on, row.document.line))
    line_ids = write.reserve_ids("payments_bankline", len(fresh))
    sure = [
        (line_id, row)
        for line_id, row in zip(line_ids, fresh, strict=True)
        if row.fate == "post" and row.decision.kind == matching.Kind.POST
    ]
    settled = settle_many(
        organisation_id,
        [Asked(*row.decision.parts[0], row.posted_on, row.decision.for_month) for _line_id, row in sure],
    )
    payment_ids = write.reserve_ids("payments_payment", len(sure))
    payments = {
        line_id: _payment(pk, line_id, row, *taken)
        for pk, (line_id, row), taken in zip(payment_ids, sure, settled, strict=True)
    }
    by_day: dict[date, list[tuple[int, PlanRow]]] = defaultdict(list)
    day_of = book_day(organisation_id)
    moved = 0
    for line_id, row in zip(line_ids, fresh, strict=True):
        if row.fate != "asked":
            day = day_of(row.posted_on)
            moved += day != row.posted_on
            by_day[day].append((line_id, row))
    ids = accounts_for(organisation_id, _pairs(fresh, payments))
    with override("ru"):
        title = _("Bank statement")
    operations: dict[int, int] = {}
    for day in sorted(by_day):
        operation = operation_post_for_room(
            actor=actor,
            organisation_id=organisation_id,
            kind=KIND,
            key=f"{statement.pk} {day.isoformat()}",
            on_date=day,
            title=title,
            lines=[entry for line_id, row in by_day[day] for entry in _entries(line_id, row, payments, ids)],
            source_id=statement.pk,
            now=now,
        )
        operations.update((line_id, operation.pk) for line_id, _row in by_day[day])
    moment = connection.ops.adapt_datetimefield_value(now)
    write.insert_lines(
        _line(statement, line_id, row, operations.get(line_id), line_id in payments, moment)
        for line_id, row in zip(line_ids, fresh, strict=True)
    )
    write.insert_payments(
        organisation_id,
        [(one, operations[line_id]) for line_id, one in payments.items()],
        now=now,
        login_id=actor.login_id,
    )
    return moved


def _payment(pk: int, line_id: int, row: PlanRow, parts: tuple[Part, ...], advance: int) -> write.NewPayment:
    account_id, kop = row.decision.parts[0]
    return write.NewPayment(
        id=pk,
        account_id=account_id,
        source="bank",
        line_id=line_id,
        amount_kop=kop,
        received_on=row.posted_on,
        for_month=row.decision.for_month,
        matched_by=row.decision.by,
        key=f"line {line_id} 1 1",
        parts=parts,
        advance_kop=advance,
    )


def _pairs(rows: list[PlanRow], payments: dict[int, write.NewPayment]) -> Iterator[tuple[str, int]]:
    for bank_account_id in {row.bank_account_id for row in rows}:
        yield BANK, bank_account_id
    for one in payments.values():
        for code in credits_of(one):
            yield code, one.account_id
    directions = {row.direction for row in rows}
    if "in" in directions:
        yield UNIDENTIFIED, 0
    if "out" in directions:
        yield OUTGOING, 0
    if directions - {"in", "out"}:
        yield TRANSIT, 0


def _entries(
    line_id: int, row: PlanRow, payments: dict[int, write.NewPayment], ids: dict[tuple[str, int], int]
) -> list[tuple[int, int, int, int]]:
    bank, kop = ids[BANK, row.bank_account_id], row.document.amount_kop
    payment = payments.get(line_id)
    if payment is not None:
        return [
            (bank, ids[code, payment.account_id], part, line_id) for code, part in credits_of(payment).items()
        ]
    if row.direction == BankLine.Direction.IN:
        return [(bank, ids[UNIDENTIFIED, 0], kop, line_id)]
    if row.direction == BankLine.Direction.OUT:
        return [(ids[OUTGOING, 0], bank, kop, line_id)]
    if row.direction == BankLine.Direction.OWN_IN:
        return [(bank, ids[TRANSIT, 0], kop, line_id)]
    return [(ids[TRANSIT, 0], bank, kop, line_id)]


def stored_suggestion(decision: matching.Decision) -> dict[str, Any]:
    """A decision as it is kept with its line."""
    return {
        "confidence": decision.confidence.value,
        "parts": [{"account_id": account, "amount_kop": kop} for account, kop in decision.parts],
        "reasons": [reason.stored() for reason in decision.reasons],
        "for_month": decision.for_month,
    }


def _line(
    statement: BankStatement, line_id: int, row: PlanRow, operation_id: int | None, is_paid: bool, moment: Any
) -> tuple[Any, ...]:
    document = row.document
    party = document.payer if row.direction in {"in", "own-in"} else document.payee
    if row.fate == "asked":
        state = "asked"
    elif is_paid or row.direction in {"own-in", "own-out"}:
        state = "posted"
    else:
        state = "waiting"
    return (
        line_id,
        statement.organisation_id,
        statement.pk,
        row.bank_account_id,
        str(row.direction),
        state,
        document.kind[:60],
        document.number[:40],
        document.date,
        row.posted_on,
        document.amount_kop,
        party.name[:400],
        party.inn[:20],
        party.account[:34],
        document.purpose,
        row.base_key,
        row.ordinal,
        document.line,
        write.as_json(dict(document.extra)),
        write.as_json(stored_suggestion(row.decision)),
        operation_id,
        moment,
    )
