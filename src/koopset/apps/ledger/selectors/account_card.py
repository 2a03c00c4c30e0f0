"""The card of an account (карточка счёта): each entry with the balance after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_date

from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.ports import subject_labels
from koopset.apps.ledger.selectors.balances import balances
from koopset.apps.ledger.selectors.subjects import chart_ids, marks
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class CardLine:
    """One side of an entry; `other_*` is the account on its other side. `balance_kop`: of all that the card is about, after it."""

    entry_id: int
    on_date: date
    operation_id: int
    operation_kind: str
    title: str
    source_id: int | None
    code: str
    subject_id: int
    label: str
    other_code: str
    other_subject_id: int
    other_label: str
    debit_kop: int
    credit_kop: int
    balance_kop: int


@dataclass(frozen=True, slots=True)
class AccountCard:
    """`count` lines in all, `lines` of the asked page."""

    code: str
    title: str
    subject: str
    subject_id: int | None
    label: str
    is_heading: bool
    opening_kop: int
    debit_kop: int
    credit_kop: int
    closing_kop: int
    count: int
    page: int
    pages: int
    lines: list[CardLine]


def account_card(
    actor: Actor,
    organisation_id: int,
    code: str,
    subject_id: int | None,
    date_from: date,
    date_to: date,
    *,
    page: int = 1,
    page_size: int = 50,
) -> AccountCard:
    """The card of a chart account (a heading: with all below it), of one subject or of all (None), by pages.

    Raises Forbidden, RuleViolation ledger.unknown_code.
    """
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    chart = ChartAccount.objects.filter(organisation_id=organisation_id, code=code).first()
    if chart is None:
        raise RuleViolation("ledger.unknown_code", field="code", account=code)
    charts = chart_ids(organisation_id, codes=[code], subject=None)
    subject_ids = None if subject_id is None else [subject_id]
    opening = sum(
        balances(
            organisation_id, codes=[code], subject_ids=subject_ids, at=date_from - timedelta(days=1)
        ).values()
    )
    sides, params = _sides(organisation_id, list(charts), subject_id, date_from, date_to)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM(d), 0), COALESCE(SUM(c), 0) FROM ({sides}) AS s", params
        )
        count, debit, credit = (int(value) for value in cursor.fetchone())
        pages = max(1, -(-count // page_size))
        page = min(max(page, 1), pages)
        cursor.execute(
            "SELECT s.id, s.on_date, s.operation_id, o.kind, o.title, s.source_id, a.chart_id, a.subject_id, b.chart_id, b.subject_id, "
            "s.d, s.c, s.running "
            f"FROM (SELECT *, SUM(d - c) OVER (ORDER BY on_date, id, c) AS running FROM ({sides}) AS q "
            "ORDER BY on_date, id, c LIMIT %s OFFSET %s) AS s "
            "JOIN ledger_operation o ON o.id = s.operation_id AND o.organisation_id = %s "
            "JOIN ledger_account a ON a.id = s.account_id AND a.organisation_id = %s "
            "JOIN ledger_account b ON b.id = s.other_id AND b.organisation_id = %s "
            "ORDER BY s.on_date, s.id, s.c",
            [*params, page_size, (page - 1) * page_size, organisation_id, organisation_id, organisation_id],
        )
        rows = cursor.fetchall()
    return AccountCard(
        code=chart.code,
        title=chart.title,
        subject=chart.subject,
        subject_id=subject_id,
        label=subject_labels(chart.subject, organisation_id, [subject_id or 0]).get(subject_id or 0, ""),
        is_heading=not chart.is_postable,
        opening_kop=opening,
        debit_kop=debit,
        credit_kop=credit,
        closing_kop=opening + debit - credit,
        count=count,
        page=page,
        pages=pages,
        lines=_lines(organisation_id, rows, opening),
    )


def _sides(
    organisation_id: int, charts: list[int], subject_id: int | None, date_from: date, date_to: date
) -> tuple[str, list[Any]]:
    """Both sides of the entries as one table: an entry inside the card comes twice, on debit and on credit."""
    adapt = connection.ops.adapt_datefield_value
    which = f"a.organisation_id = %s AND a.chart_id IN ({marks(charts)})"
    accounts: list[Any] = [organisation_id, *charts]
    if subject_id is not None:
        which += " AND a.subject_id = %s"
        accounts.append(subject_id)
    period = [
        organisation_id,
        Month.of(date_from).number,
        Month.of(date_to).number,
        adapt(date_from),
        adapt(date_to),
    ]
    one = (
        "SELECT e.id, e.on_date, e.operation_id, e.source_id, e.{mine}_id AS account_id, e.{other}_id AS other_id, "
        "{d} AS d, {c} AS c FROM ledger_entry e JOIN ledger_account a ON a.id = e.{mine}_id "
        f"WHERE {which} AND e.organisation_id = %s AND e.month BETWEEN %s AND %s AND e.on_date BETWEEN %s AND %s"
    )
    sql = " UNION ALL ".join(
        (
            one.format(mine="debit", other="credit", d="e.amount_kop", c="0"),
            one.format(mine="credit", other="debit", d="0", c="e.amount_kop"),
        )
    )
    return sql, [*accounts, *period] * 2


def _lines(organisation_id: int, rows: list[Any], opening_kop: int) -> list[CardLine]:
    charts = {
        chart.pk: chart
        for chart in ChartAccount.objects.filter(
            organisation_id=organisation_id, pk__in={row[6] for row in rows} | {row[8] for row in rows}
        )
    }
    by_subject: dict[str, set[int]] = {}
    for row in rows:
        for chart_id, subject_id in ((row[6], row[7]), (row[8], row[9])):
            by_subject.setdefault(charts[chart_id].subject, set()).add(subject_id)
    labels = {
        (subject, subject_id): label
        for subject, ids in by_subject.items()
        for subject_id, label in subject_labels(subject, organisation_id, ids).items()
    }
    lines = []
    for (
        entry_id,
        on_date,
        operation_id,
        kind,
        title,
        source_id,
        chart,
        about,
        other,
        other_about,
        debit,
        credit,
        running,
    ) in rows:
        day = parse_date(on_date) if isinstance(on_date, str) else on_date
        assert day is not None
        lines.append(
            CardLine(
                entry_id=entry_id,
                on_date=day,
                operation_id=operation_id,
                operation_kind=kind,
                title=title,
                source_id=source_id,
                code=charts[chart].code,
                subject_id=about,
                label=labels.get((charts[chart].subject, about), ""),
                other_code=charts[other].code,
                other_subject_id=other_about,
                other_label=labels.get((charts[other].subject, other_about), ""),
                debit_kop=int(debit),
                credit_kop=int(credit),
                balance_kop=opening_kop + int(running),
            )
        )
    return lines
