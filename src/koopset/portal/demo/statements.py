"""The bank's files of the town, brought and sorted as the treasurer does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from koopset.apps.billing.payments import services as payments
from koopset.apps.billing.payments.selectors.payments import payments_list
from koopset.apps.billing.payments.selectors.queue import queue
from koopset.kernel.period import Month
from koopset.portal.demo.office import Office


def statement_load(office: Office, name: str, content: bytes, *, now: datetime) -> None:
    """Bring a statement, look at it, post it."""
    key = {"actor": office.treasurer, "organisation_id": office.organisation_id, "now": now}
    statement = payments.statement_bring(name=name, content=content, **key)  # type: ignore[arg-type]
    assert statement.state == "checked", statement.report
    payments.statement_start(statement_id=statement.pk, **key)  # type: ignore[arg-type]
    payments.statement_post(statement_id=statement.pk, **key)  # type: ignore[arg-type]


def outgoing_sort(office: Office, codes: Mapping[str, str], *, upto: date, now: datetime) -> None:
    """Name the chart account of what went out: payee → code. A payee that is not named waits."""
    for line in list(queue(office.treasurer, office.organisation_id, "out").filter(posted_on__lte=upto)):
        if line.party_name in codes:
            payments.line_set_aside(
                actor=office.treasurer,
                organisation_id=office.organisation_id,
                line_id=line.pk,
                code=codes[line.party_name],
                now=now,
            )


def incoming_sort(office: Office, *, upto: date, now: datetime) -> None:
    """Put what waits on the accounts that are suggested; what nothing is known of becomes other receipts."""
    for line in list(queue(office.treasurer, office.organisation_id, "in").filter(posted_on__lte=upto)):
        parts = [(part["account_id"], part["amount_kop"]) for part in line.suggestion.get("parts", ())]
        key = {
            "actor": office.treasurer,
            "organisation_id": office.organisation_id,
            "line_id": line.pk,
            "now": now,
        }
        if sum(kop for _account, kop in parts) == line.amount_kop:
            payments.line_match(parts=parts, **key)  # type: ignore[arg-type]
        else:
            payments.line_set_aside(code="86.09", **key)  # type: ignore[arg-type]


def payment_move_last(
    office: Office, from_account: int, to_account: int, month: Month, *, now: datetime
) -> None:
    """The last payment of a month was meant for another account: it is moved, with its reason."""
    listed = payments_list(
        office.treasurer, office.organisation_id, date_from=month.first, date_to=month.last
    )
    payment = listed.filter(account_id=from_account).first()
    if payment is not None:
        payments.payment_move(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            payment_id=payment.pk,
            parts=[(to_account, payment.amount_kop)],
            reason="Плательщик просил зачесть за участок сестры: код указан по ошибке",
            now=now,
        )


def waiting_count(office: Office) -> int:
    """How many payments wait for the treasurer."""
    return queue(office.treasurer, office.organisation_id, "in").count()
