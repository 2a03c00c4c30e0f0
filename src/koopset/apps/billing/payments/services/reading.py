"""A statement file against what is known already: what pressing «Провести» would do. Reads, writes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, cast

from django.db.models import Count

from koopset.apps.billing.payments.formats import bank_statement as formats
from koopset.apps.billing.payments.models import BankLine
from koopset.apps.billing.payments.rules import matching
from koopset.apps.billing.payments.selectors.index import matching_index
from koopset.apps.ledger import selectors as ledger
from koopset.apps.organisations import selectors as organisations
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

#: A bank cannot have moved money later than this many days ahead.
AHEAD = 7
_KEPT = 60
_POSTED, _LEFT = matching.Decision(matching.Kind.POST), matching.Decision(matching.Kind.WAIT)


@dataclass(slots=True)
class PlanRow:
    """One side of one document. `fate`: post, wait, asked, repeat."""

    document: formats.Document
    bank_account_id: int
    direction: str
    posted_on: date
    base_key: str
    ordinal: int
    fate: str
    decision: matching.Decision


@dataclass
class Plan:
    """What a file holds. `refusal` is a code with params when nothing of it can be posted."""

    rows: list[PlanRow] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    refusal: RuleViolation | None = None
    date_from: date | None = None
    date_to: date | None = None
    counted_only: bool = False


class _Refused(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        self.violation = RuleViolation(code, **params)


def read_plan(organisation_id: int, stream: BinaryIO, *, today: date, counted_only: bool = False) -> Plan:
    """Read the whole file in one pass and decide each line in memory.

    `counted_only`: what a preview asks. A decision is then POST or WAIT and nothing else, and the plan is not to be posted.
    """
    plan = Plan(report={"counts": {}, "sums": {}, "findings": []}, counted_only=counted_only)
    try:
        _read(organisation_id, stream, plan, today)
    except _Refused as refused:
        plan.refusal, plan.rows = refused.violation, []
    except RuleViolation as violation:
        plan.refusal, plan.rows = violation, []
    if plan.refusal is not None:
        plan.report["refusal"] = {"code": plan.refusal.code, "params": _plain(plan.refusal.params)}
    return plan


def _plain(params: dict[str, object]) -> dict[str, str | int]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in params.items()}


def _read(organisation_id: int, stream: BinaryIO, plan: Plan, today: date) -> None:
    book = ledger.book_of(organisation_id)
    if book is None:
        raise _Refused("payments.no_books")
    known = organisations.own_accounts(organisation_id)
    reader = formats.read_statement(stream)
    documents: list[formats.Document] = []
    sections: list[formats.Section] = []
    for event in reader:
        if isinstance(event, formats.Document):
            documents.append(event)
        else:
            sections.append(event)
    report = plan.report
    report["findings"] = [
        {"line": one.line, "text": one.text, "kind": kind}
        for kind, found in (("error", reader.errors), ("warning", reader.warnings))
        for one in found[:_KEPT]
    ]
    report["encoding"] = reader.header.encoding or ""
    report["accounts"] = sorted(reader.own_accounts)
    summary = reader.summary
    report["opening_kop"], report["closing_kop"] = summary.opening_kop, summary.closing_kop
    plan.date_from, plan.date_to = reader.header.date_from, reader.header.date_to
    if reader.is_orders_to_bank:
        raise _Refused("payments.orders_to_bank")
    if any(one.code != "section-does-not-balance" for one in reader.errors):
        raise _Refused("payments.file_damaged")
    unknown = sorted(reader.own_accounts - known.keys())
    if unknown:
        banks = [
            (one.payer if one.payer.account == unknown[0] else one.payee)
            for one in documents
            if unknown[0] in (one.payer.account, one.payee.account)
        ]
        report["unknown_accounts"] = unknown[:20]
        report["unknown_bank"] = {"bic": banks[0].bic, "bank_name": banks[0].bank} if banks else {}
        raise _Refused("payments.account_unknown", account=unknown[0])
    own = known.keys()
    covered = reader.own_accounts or frozenset(own)
    wrong = [one for one in sections if not one.balanced]
    opened = Month.from_number(book.opened_month).first
    index = matching_index(organisation_id)
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    days: list[date] = []
    for document in documents:
        for account, direction in _sides(document, own, covered):
            day = formats.posting_date(document, account)
            if day is None:
                raise _Refused("payments.line_without_date", line_number=document.line)
            if (day - today).days > AHEAD:
                raise _Refused(
                    "payments.date_in_future", line_number=document.line, date=day.strftime("%d.%m.%Y")
                )
            fate = ""
            if _inside(wrong, account, day):
                fate = "refused"
            elif day < opened:
                fate = "before"
            elif document.amount_kop <= 0:
                fate = "empty"
            if fate:
                counts[fate] += 1
                sums[fate] += document.amount_kop
                continue
            key = formats.base_key(document, account)
            if direction.startswith("own") and seen[key]:
                continue  # the bank lists a transfer under each of the two accounts: it is one
            seen[key] += 1
            facts = _facts(document, direction)
            if plan.counted_only:
                decision = _POSTED if matching.is_proven(facts, index) else _LEFT
            else:
                decision = matching.decide(facts, index)
            days.append(day)
            plan.rows.append(
                PlanRow(document, known[account], direction, day, key, seen[key], "post", decision)
            )
    _against_known(organisation_id, plan, days)
    for row in plan.rows:
        name = _group(row)
        counts[name] += 1
        sums[name] += row.document.amount_kop
    report["counts"], report["sums"] = dict(counts), dict(sums)
    report["incoming_kop"] = summary.credit_kop
    report["outgoing_kop"] = summary.debit_kop
    report["balanced"] = bool(sections) and not wrong and summary.closing_kop is not None
    if days:
        plan.date_from = min(filter(None, (plan.date_from, min(days))))
        plan.date_to = max(filter(None, (plan.date_to, max(days))))
    if documents and not plan.rows and wrong:
        raise _Refused("payments.sections_wrong")


def _group(row: PlanRow) -> str:
    """The line of the preview under which a row is counted."""
    if row.fate in {"repeat", "asked"}:
        return row.fate
    if row.direction == BankLine.Direction.OUT:
        return "out"
    if row.direction != BankLine.Direction.IN:
        return "own"
    return "post" if row.decision.kind == matching.Kind.POST else "wait"


def _facts(document: formats.Document, direction: str) -> matching.LineFacts:
    return matching.LineFacts(
        amount_kop=document.amount_kop,
        purpose=document.purpose,
        payer_name=document.payer.name,
        payer_inn=document.payer.inn,
        code=document.code,
        way=direction if direction in {"in", "out"} else "own",
        is_registry=document.is_registry,
    )


def _sides(document: formats.Document, own: Any, covered: frozenset[str]) -> list[tuple[str, str]]:
    """(own account, direction) of what the document says here: a transfer between two own accounts has two sides,

    each posted when the statement of its account is brought, so that bringing both doubles nothing (formats a.6).
    """
    where = formats.direction(document, own)
    if where == "own":
        sides = []
        for party, direction, told in (
            (document.payer, BankLine.Direction.OWN_OUT, document.debit_date),
            (document.payee, BankLine.Direction.OWN_IN, document.credit_date),
        ):
            account = _held(party, own)
            if account in covered and (told or not (document.debit_date or document.credit_date)):
                sides.append((account, str(direction)))
        if not sides:  # the one date belongs to the side whose statement this is not
            for party, direction in (
                (document.payer, BankLine.Direction.OWN_OUT),
                (document.payee, BankLine.Direction.OWN_IN),
            ):
                if (account := _held(party, own)) in covered:
                    sides.append((account, str(direction)))
        return sides
    if where == "unknown":
        raise _Refused("payments.direction_unknown", line_number=document.line)
    account = _held(document.payee if where == "in" else document.payer, own)
    if not account:
        if len(covered) != 1:
            raise _Refused("payments.direction_unknown", line_number=document.line)
        account = next(iter(covered))
    return [(account, where)]


def _held(party: formats.Party, own: Any) -> str:
    if party.account and party.account in own:
        return party.account
    return party.settlement_account if party.settlement_account in own else ""


def _inside(sections: list[formats.Section], account: str, day: date) -> bool:
    return any(
        one.account == account
        and (one.date_from is None or one.date_from <= day)
        and (one.date_to is None or day <= one.date_to)
        for one in sections
    )


def _against_known(organisation_id: int, plan: Plan, days: list[date]) -> None:
    """Which rows are here already: as many equal ones of a day as before are repeats, more than before are asked about."""
    if not days:
        return
    stored = BankLine.objects.filter(
        organisation_id=organisation_id, posted_on__gte=min(days), posted_on__lte=max(days)
    )
    before = dict(
        stored.filter(statement__isnull=False)
        .values_list("base_key")
        .annotate(count=Count("id"))
        .values_list("base_key", "count")
    )
    by_hand: Counter[tuple[int, date, int]] = Counter(
        cast(
            "list[tuple[int, date, int]]",
            list(
                stored.filter(statement__isnull=True)
                .exclude(state=BankLine.State.REPEATED)
                .values_list("bank_account_id", "posted_on", "amount_kop")
            ),
        )
    )
    for row in plan.rows:
        had = before.get(row.base_key, 0)
        if row.ordinal <= had:
            row.fate = "repeat"
            continue
        alike = (row.bank_account_id, row.posted_on, row.document.amount_kop)
        typed = by_hand.get(alike, 0) if row.direction == BankLine.Direction.IN else 0
        if had or typed:
            row.fate = "asked"
            if typed and not had:
                by_hand[alike] = typed - 1
        elif row.decision.kind != matching.Kind.POST:
            row.fate = "wait"
