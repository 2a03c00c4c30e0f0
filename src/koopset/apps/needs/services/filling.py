"""Lines of receipts that wait for them, from a provider: asked in the background, again after a pause that grows."""

from __future__ import annotations

from datetime import datetime, timedelta

from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.formats.receipt_json import ReceiptRead, Unusable, parse_json, receipts_in
from koopset.apps.needs.models import Receipt
from koopset.apps.needs.ports import Answer, Asked, receipt_provider
from koopset.apps.needs.services.receipts import ask_later, code_of
from koopset.apps.needs.services.writing import Writer
from koopset.apps.people.selectors import household_by_id
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service

State, Source = Receipt.State, Receipt.Source
#: A receipt reaches the tax service within minutes, at most a day where a shop has no line.
FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS = timedelta(seconds=30), timedelta(hours=6), 14


def pause_after(attempt: int, asked_for: int = 0) -> timedelta:
    """How long to wait before asking again: twice as long each time, never less than the provider asks for."""
    return max(
        min(FIRST_PAUSE * (1 << min(max(attempt, 1) - 1, 20)), LONGEST_PAUSE),
        timedelta(seconds=min(asked_for, 86_400)),
    )


def provider_ask(*, actor: Actor, receipt_id: int, attempt: int, now: datetime) -> str:
    """Ask the provider for one receipt and write what it says; the state after it. Called by the job, outside a transaction: a network
    is waited for under no lock.
    """
    row = Receipt.objects.filter(pk=receipt_id).first()
    provider = receipt_provider()
    if row is None or row.state != State.WAITING or provider is None or not row.fn:
        return row.state if row else ""
    answer = provider.ask(code_of(row))
    return answer_take(actor=actor, receipt_id=receipt_id, answer=answer, attempt=attempt, now=now)


@service(None)
def answer_take(*, actor: Actor, receipt_id: int, answer: Answer, attempt: int, now: datetime) -> str:
    """Write what a provider said of a receipt; the state after it. Right: the job of the login that added it.

    What comes for another receipt than was asked for, or cannot be read, is no answer.
    """
    row = Receipt.objects.select_for_update().filter(pk=receipt_id).first()
    if row is None or row.state != State.WAITING:
        return row.state if row else ""
    state, read = answer.state, None
    if state == Asked.FOUND:
        read, state = _read(row, answer.payload)
    if read is not None:
        _write(row, read, now)
        return State.FILLED.value
    if state == Asked.NOT_FOUND and attempt > 1:
        row.state = State.NOT_FOUND
    elif attempt >= MOST_ATTEMPTS:
        row.state = State.NOT_FOUND if state in (Asked.PENDING, Asked.NOT_FOUND) else State.ERROR
    else:
        # The first «not found» may only be early: a till sends its receipts when it has a line.
        ask_later(actor, row.pk, attempt=attempt + 1, now=now, run_at=now + pause_after(attempt, answer.wait))
    row.save(update_fields=["state"])
    return row.state


def _read(row: Receipt, payload: str) -> tuple[ReceiptRead | None, Asked]:
    try:
        found = list(receipts_in(parse_json(payload)))
    except (ValueError, RecursionError):
        return None, Asked.ERROR
    for one in found:
        if isinstance(one, ReceiptRead) and one.lines and one.identity in (None, (row.fn, row.fd, row.fp)):
            one.fn, one.fd, one.fp = row.fn, row.fd, row.fp
            one.day, one.clock = one.day or row.day, one.clock or row.clock
            return one, Asked.FOUND
    codes = {one.code for one in found if isinstance(one, Unusable)}
    if codes & {"answer-not-yet", "answer-too-many", "answer-wait"}:
        return None, Asked.PENDING
    if codes & {"answer-wrong-code", "answer-none"}:
        return None, Asked.NOT_FOUND
    return None, Asked.ERROR


def _write(row: Receipt, read: ReceiptRead, now: datetime) -> None:
    home = household_by_id(row.household_id)
    login_ids = home.login_ids if home else ()
    login_id = row.added_by_id or (login_ids[0] if login_ids else 0)
    writer = Writer(
        household_id=row.household_id, login_id=login_id, login_ids=login_ids, source=Source.PROVIDER, now=now
    )
    writer.write([(1, read)])
    publish(PurchasesChanged(None, row.household_id, (row.day,)))
