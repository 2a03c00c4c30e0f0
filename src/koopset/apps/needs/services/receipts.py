"""Adding receipts one by one: by a code, by hand; giving lines to those that wait; taking receipts back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.formats.persons import clean
from koopset.apps.needs.formats.receipt_code import ReceiptCode, read_code
from koopset.apps.needs.formats.receipt_json import LineRead, ReceiptRead
from koopset.apps.needs.models import Receipt, ReceiptEvidence
from koopset.apps.needs.permissions import own_login
from koopset.apps.needs.ports import receipt_provider
from koopset.apps.needs.selectors.own import own_receipt
from koopset.apps.needs.selectors.private import seen_lines
from koopset.apps.needs.services.writing import (
    Outcome,
    Standing,
    Writer,
    latest_moment,
    plain_line,
    plain_receipt,
    standing_receipts,
    write_lines,
)
from koopset.apps.people.selectors import HouseholdInfo, logins_by_language, names_in_household
from koopset.apps.people.services import household_ensure, household_lock_for_room
from koopset.foundation.events import publish
from koopset.foundation.jobs import enqueue
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

State, Source = Receipt.State, Receipt.Source
TOPIC = "needs.receipt"
ASK_JOB = "needs.ask_provider"
MOST_HAND_LINES = 30
UNITS = ("pcs", "kg", "g", "l", "ml")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a code. Where the household had the receipt already (`is_new` False), `by` and `at` say who brought it first."""

    receipt_id: int
    is_new: bool
    state: str
    by: str = ""
    at: datetime | None = None
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class HandLine:
    """What a person types of one purchase: its name and what was paid; how much, where they know."""

    name: str
    sum_kop: int
    quantity: Decimal = Decimal(1)
    unit: str = "pcs"


def own_household(actor: Actor, now: datetime) -> tuple[HouseholdInfo, int]:
    """The household and the login of a person. Raises Forbidden as `own_login`."""
    login_id = own_login(actor)
    return household_ensure(actor=actor, now=now), login_id


@service(None)
def code_add(*, actor: Actor, code: str, now: datetime) -> Added:
    """Add a receipt by its code. Its lines come later: from a provider where one is set, from a file of the tax service, or by hand.

    A receipt that the household has already counts once: who brought it again is kept beside it, and both are told.
    Right: the own household. Raises what `read_code` raises, needs.code_payout (nothing was bought), Forbidden.
    """
    home, login_id = own_household(actor, now)
    found = read_code(code, latest=latest_moment(now))
    if found.operation not in (Receipt.Operation.SALE, Receipt.Operation.RETURN):
        raise RuleViolation("needs.code_payout", field="code")
    household_lock_for_room(household_id=home.id)
    identity = (found.fn, found.fd, found.fp)
    before = standing_receipts(home.id, [identity]).get(identity)
    if before is not None:
        return _again(home, before, login_id, now)
    row = Receipt.objects.create(
        household_id=home.id,
        added_by_id=login_id,
        fn=found.fn,
        fd=found.fd,
        fp=found.fp,
        day=found.day,
        clock=found.clock,
        operation=found.operation,
        total_kop=found.total_kop,
        state=State.WAITING,
        source=Source.CODE,
        added_at=now,
    )
    if receipt_provider() is not None:
        ask_later(actor, row.pk, attempt=1, now=now)
    return Added(row.pk, True, row.state, is_mine=True)


def _again(home: HouseholdInfo, before: Standing, login_id: int, now: datetime) -> Added:
    row = Receipt.objects.get(pk=before.id)
    _evidence, is_first = ReceiptEvidence.objects.get_or_create(
        receipt_id=before.id, login_id=login_id, source=Source.CODE, defaults={"at": now}
    )
    is_mine = row.added_by_id == login_id
    by = "" if is_mine or row.added_by_id is None else names_in_household([row.added_by_id])[row.added_by_id]
    if is_first and not is_mine and row.added_by_id in home.login_ids:
        assert row.added_by_id is not None
        [language] = logins_by_language([row.added_by_id])
        with translation.override(language):
            notify(
                organisation_id=None,
                topic=TOPIC,
                title=_("%(name)s has brought a receipt you added before")
                % {"name": names_in_household([login_id])[login_id]},
                text=_("It counts once."),
                link=reverse("needs:receipt", kwargs={"receipt_id": row.pk}),
                login_ids=[row.added_by_id],
                push=False,
                now=now,
            )
    return Added(row.pk, False, row.state, by, row.added_at, is_mine)


def ask_later(
    actor: Actor, receipt_id: int, *, attempt: int, now: datetime, run_at: datetime | None = None
) -> None:
    """Have the provider asked for a receipt, in the background."""
    enqueue(
        ASK_JOB,
        actor=actor,
        args={"receipt_id": receipt_id, "attempt": attempt},
        run_at=run_at,
        now=now,
    )


@service(None)
def receipt_ask_again(*, actor: Actor, receipt_id: int, now: datetime) -> None:
    """Ask the provider once more. Right: the own household. Raises needs.no_receipt, needs.no_provider, needs.has_lines."""
    row = own_receipt(actor, receipt_id, lock=True)
    if row.state == State.FILLED:
        raise RuleViolation("needs.has_lines")
    if receipt_provider() is None:
        raise RuleViolation("needs.no_provider")
    row.state = State.WAITING
    row.save(update_fields=["state"])
    ask_later(actor, row.pk, attempt=1, now=now)


def code_of(row: Receipt) -> str:
    """The text of a receipt's code, as its till printed it."""
    clock = row.clock or datetime.min.time()
    return ReceiptCode(row.fn, row.fd, row.fp, row.day, clock, row.total_kop, row.operation).text


@service(None)
def hand_add(
    *,
    actor: Actor,
    lines: Sequence[HandLine],
    day: date | None = None,
    shop_name: str = "",
    now: datetime,
) -> int:
    """A purchase typed by hand: what and for how much; the day is today where none is given. The key of the receipt.

    Right: the own household. Raises needs.hand_empty, needs.hand_many, needs.hand_name, needs.hand_sum, needs.hand_quantity,
    needs.hand_unit, needs.hand_future, needs.hand_old.
    """
    home, login_id = own_household(actor, now)
    today = timezone.localdate(now)
    when = day or today
    if when > today:
        raise RuleViolation("needs.hand_future", field="day")
    if when.year < today.year - 5:
        raise RuleViolation("needs.hand_old", field="day")
    read = plain_receipt(when, clean(shop_name, limit=120), _hand_lines(lines))
    outcome = _write_one(home, login_id, Source.HAND, read, now)
    publish(PurchasesChanged(None, home.id, (when,)))
    return outcome.added[0]


def _hand_lines(lines: Sequence[HandLine]) -> list[LineRead]:
    if not lines:
        raise RuleViolation("needs.hand_empty", field="name")
    if len(lines) > MOST_HAND_LINES:
        raise RuleViolation("needs.hand_many", count=MOST_HAND_LINES)
    found = []
    for number, line in enumerate(lines, start=1):
        name = clean(line.name, limit=250)
        if not name:
            raise RuleViolation("needs.hand_name", field="name", line=number)
        if not 0 < line.sum_kop <= 100_000_000:
            raise RuleViolation("needs.hand_sum", field="sum", line=number)
        if not 0 < line.quantity <= 100_000 or line.quantity.as_tuple().exponent < -3:  # type: ignore[operator]
            raise RuleViolation("needs.hand_quantity", field="quantity", line=number)
        if line.unit not in UNITS:
            raise RuleViolation("needs.hand_unit", field="unit", line=number)
        found.append(plain_line(name, line.quantity, line.unit, line.sum_kop))
    return found


def _write_one(home: HouseholdInfo, login_id: int, source: str, read: ReceiptRead, now: datetime) -> Outcome:
    writer = Writer(household_id=home.id, login_id=login_id, login_ids=home.login_ids, source=source, now=now)
    return writer.write([(1, read)])


@service(None)
def hand_repeat(*, actor: Actor, receipt_id: int, now: datetime) -> int:
    """The same purchase once more, today, by hand: bread every day is one touch. Right: the own household. Raises needs.no_receipt,
    needs.nothing_to_repeat.
    """
    row = own_receipt(actor, receipt_id, lock=False)
    lines = [
        HandLine(name, sum_kop, quantity, unit if unit in UNITS else "pcs")
        for name, sum_kop, quantity, unit in row.lines.filter(seen_lines(own_login(actor)))
        .order_by("position")
        .values_list("name", "sum_kop", "quantity", "unit")[:MOST_HAND_LINES]
        if sum_kop > 0
    ]
    if row.source != Source.HAND or not lines:
        raise RuleViolation("needs.nothing_to_repeat")
    lines = [HandLine(one.name, one.sum_kop, one.quantity.normalize(), one.unit) for one in lines]
    return hand_add(actor=actor, lines=lines, shop_name=row.shop_name, now=now)


@service(None)
def receipt_fill_by_hand(*, actor: Actor, receipt_id: int, lines: Sequence[HandLine], now: datetime) -> None:
    """Give lines to a receipt that waits for them, as read from its paper. The total of the code stays; a difference is flagged.

    Right: the own household. Raises needs.no_receipt, needs.has_lines and what `hand_add` raises of lines.
    """
    home, login_id = own_household(actor, now)
    household_lock_for_room(household_id=home.id)
    row = own_receipt(actor, receipt_id, lock=True)
    if row.state == State.FILLED:
        raise RuleViolation("needs.has_lines")
    read = plain_receipt(row.day, row.shop_name, _hand_lines(lines))
    read.operation = row.operation
    added = read.total_kop
    flags = [] if row.total_kop <= added <= row.total_kop + 99 else ["sum-differs"]
    writer = Writer(
        household_id=home.id, login_id=login_id, login_ids=home.login_ids, source=Source.HAND, now=now
    )
    write_lines(writer.lines_of(row.pk, read))
    row.state, row.filled_at, row.flags = State.FILLED, now, ",".join(["by-hand", *flags])
    row.save()
    if row.added_by_id != login_id:  # who types the lines holds the paper
        writer.note_evidence(Standing(row.pk, row.state, row.added_by_id))
    publish(PurchasesChanged(None, home.id, (row.day,)))


@service(None)
def receipt_delete(*, actor: Actor, receipt_id: int, now: datetime) -> None:
    """Take a receipt back with its lines: nothing of it is counted any more. Right: the own household. Raises needs.no_receipt."""
    row = own_receipt(actor, receipt_id, lock=True)
    household_id, day = row.household_id, row.day
    row.delete()
    publish(PurchasesChanged(None, household_id, (day,)))
