"""Receipts and their lines go into the database: a few statements for a thousand of them, each household's under its lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from koopset.apps.needs.formats.figures import FIRST_DAY
from koopset.apps.needs.formats.receipt_json import LineRead, ReceiptRead
from koopset.apps.needs.models import Receipt, ReceiptEvidence, ReceiptLine
from koopset.apps.needs.rules.amounts import line_amount
from koopset.apps.needs.rules.receipts import content_name, line_sign
from koopset.apps.needs.selectors.knowing import Recogniser
from koopset.apps.people.services import household_lock_for_room
from koopset.foundation.history.bulk import reserve_keys, write_rows

State, Source = Receipt.State, Receipt.Source
#: A clock in Kamchatka is twelve hours before Greenwich; tills are wrong by less than two.
EARLIEST_ZONE = timedelta(hours=14)
_RECEIPT_COLUMNS = (
    "id household_id added_by_id fn fd fp day clock operation total_kop state source shop_inn shop_name flags added_at filled_at"
).split()
_LINE_COLUMNS = (
    "id receipt_id position name quantity unit price_kop sum_kop gtin sign category kind how amount amount_unit is_private is_need"
).split()
Identity = tuple[str, int, int]


def latest_moment(now: datetime) -> datetime:
    """The naive local moment after which no receipt can be yet, whatever the till's time zone."""
    return (now.astimezone(UTC) + EARLIEST_ZONE).replace(tzinfo=None)


@dataclass(slots=True)
class Standing:
    """A receipt of the household that is there already."""

    id: int
    state: str
    added_by_id: int | None


@dataclass(slots=True)
class Outcome:
    """What became of a part: keys of new receipts, how many waiting ones got lines, how many were known, lines, and what failed."""

    added: list[int] = field(default_factory=list)
    filled: int = 0
    known: int = 0
    lines: int = 0
    failed: list[tuple[int, str, str]] = field(default_factory=list)


class Writer:
    """Writes receipts of one household. `login_id` brings them; `login_ids` are all of the household, whose answers to names count."""

    def __init__(
        self, *, household_id: int, login_id: int, login_ids: Sequence[int], source: str, now: datetime
    ) -> None:
        self._household_id, self._login_id, self._source, self._now = household_id, login_id, source, now
        self._latest = latest_moment(now)
        self._recogniser = Recogniser([login_id, *(one for one in login_ids if one != login_id)])
        self._nameless: Counter[str] = Counter()

    def write(self, reads: Iterable[tuple[int, ReceiptRead]]) -> Outcome:
        """Put in a part of receipts with their places in a file. Inside a transaction; takes the lock of the household first."""
        household_lock_for_room(household_id=self._household_id)
        outcome = Outcome()
        usable = [
            (self._identity(read), read) for place, read in reads if self._is_usable(place, read, outcome)
        ]
        standing = standing_receipts(self._household_id, [identity for identity, _read in usable])
        self._recogniser.learn((line.name, line.gtin) for _identity, read in usable for line in read.lines)
        fresh: dict[Identity, ReceiptRead] = {}
        for identity, read in usable:
            before = standing.get(identity)
            if before is None and identity not in fresh:
                fresh[identity] = read
            elif before is not None and before.state != State.FILLED and read.lines:
                self._fill(before, read)
                before.state = State.FILLED
                outcome.filled += 1
                outcome.lines += len(read.lines)
            else:
                outcome.known += 1
                if before is not None:
                    self.note_evidence(before)
        self._insert(fresh, outcome)
        return outcome

    def _is_usable(self, place: int, read: ReceiptRead, outcome: Outcome) -> bool:
        code = ""
        if read.day is None:
            code = "no-day"
        elif read.day > self._latest.date():
            code = "future"
        elif read.day < FIRST_DAY:
            code = "too-old"
        if code:
            outcome.failed.append((place, code, "-".join(map(str, read.identity or ()))))
        return not code

    def _identity(self, read: ReceiptRead) -> Identity:
        if self._source == Source.HAND:
            return "", 0, 0  # two equal purchases typed by hand are two
        if read.identity is not None:
            return read.identity
        lines = [(line.name, line.quantity, line.price_kop, line.sum_kop) for line in read.lines]
        first = content_name(read.day, read.clock, read.operation, read.total_kop, lines)
        nth = self._nameless[first]
        self._nameless[first] += 1
        if nth:
            first = content_name(read.day, read.clock, read.operation, read.total_kop, lines, nth)
        return first, 0, 0

    def _insert(self, fresh: dict[Identity, ReceiptRead], outcome: Outcome) -> None:
        if not fresh:
            return
        keys = reserve_keys(Receipt._meta.db_table, len(fresh))
        moment = connection.ops.adapt_datetimefield_value(self._now)
        rows, lines = [], []
        for key, ((fn, fd, fp), read) in zip(keys, fresh.items(), strict=True):
            is_filled = bool(read.lines)
            rows.append(
                (
                    key,
                    self._household_id,
                    self._login_id,
                    fn,
                    fd,
                    fp,
                    str(read.day),
                    str(read.clock) if read.clock else None,
                    read.operation,
                    read.total_kop,
                    State.FILLED.value if is_filled else State.WAITING.value,
                    self._source,
                    read.shop_inn,
                    read.shop_name,
                    ",".join(read.flags)[:120],
                    moment,
                    moment if is_filled else None,
                )
            )
            lines += self._lines(key, read)
        write_rows(Receipt._meta.db_table, _RECEIPT_COLUMNS, rows)
        write_lines(lines)
        outcome.added += keys
        outcome.lines += len(lines)

    def lines_of(self, receipt_id: int, read: ReceiptRead) -> list[tuple[object, ...]]:
        """Rows of lines of one receipt that stands already; asks the catalogue for their names."""
        self._recogniser.learn((line.name, line.gtin) for line in read.lines)
        return self._lines(receipt_id, read)

    def _lines(self, receipt_id: int, read: ReceiptRead) -> list[tuple[object, ...]]:
        plain = line_sign(read.operation, correction=read.is_correction)
        return [
            self._line(receipt_id, position, line, 0 if line.prepaid else plain)
            for position, line in enumerate(read.lines, start=1)
        ]

    def _line(self, receipt_id: int, position: int, line: LineRead, sign: int) -> tuple[object, ...]:
        known = self._recogniser.of(line.name, line.gtin)
        amount, unit = line_amount(
            line.quantity, line.unit, pack=known.pack, pack_unit=known.pack_unit, measure=known.measure
        )
        return (
            receipt_id,
            position,
            line.name,
            f"{line.quantity:f}",
            line.unit,
            line.price_kop,
            line.sum_kop,
            known.gtin,
            sign,
            known.category,
            known.kind,
            known.how,
            None if amount is None else f"{amount:f}",
            unit,
            known.is_private,
            known.is_need,
        )

    def _fill(self, before: Standing, read: ReceiptRead) -> None:
        """The lines of a receipt that waited for them."""
        row = Receipt.objects.get(pk=before.id)
        flags = list(read.flags)
        if row.total_kop != read.total_kop:
            flags.append("code-differs")
        row.total_kop, row.operation = read.total_kop, read.operation
        assert read.day is not None
        row.day, row.clock = read.day, read.clock or row.clock
        row.shop_inn, row.shop_name = read.shop_inn or row.shop_inn, read.shop_name or row.shop_name
        row.flags, row.state, row.filled_at = ",".join(flags)[:120], State.FILLED, self._now
        row.save()
        write_lines(self._lines(row.pk, read))
        self.note_evidence(before)

    def note_evidence(self, before: Standing) -> None:
        """Somebody brought what is there already, or brought it another way."""
        ReceiptEvidence.objects.get_or_create(
            receipt_id=before.id, login_id=self._login_id, source=self._source, defaults={"at": self._now}
        )


def write_lines(rows: Sequence[tuple[object, ...]]) -> None:
    """Lines without their keys, in the order of `_LINE_COLUMNS`."""
    if not rows:
        return
    table = ReceiptLine._meta.db_table
    keys = reserve_keys(table, len(rows))
    write_rows(table, _LINE_COLUMNS, ((key, *row) for key, row in zip(keys, rows, strict=True)))


def standing_receipts(household_id: int, identities: Sequence[Identity]) -> dict[Identity, Standing]:
    """Those of the identities that the household has already."""
    found: dict[Identity, Standing] = {}
    table = Receipt._meta.db_table
    for at in range(0, len(identities), 2_000):
        part = list(dict.fromkeys(identities[at : at + 2_000]))
        marks = ", ".join(["(%s, %s, %s)"] * len(part))
        values = [value for identity in part for value in identity]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, fn, fd, fp, state, added_by_id FROM \"{table}\" WHERE household_id = %s AND fn <> '' "
                f"AND (fn, fd, fp) IN (VALUES {marks})",
                [household_id, *values],
            )
            for key, fn, fd, fp, state, added_by_id in cursor.fetchall():
                found[fn, fd, fp] = Standing(key, state, added_by_id)
    return found


def plain_line(name: str, quantity: Decimal, unit: str, sum_kop: int) -> LineRead:
    """A line that a person types: the price follows from the sum."""
    price = int((Decimal(sum_kop) / quantity).quantize(Decimal(1), ROUND_HALF_UP))
    return LineRead(name, quantity, unit, price, sum_kop, "", False)


def plain_receipt(day: date, shop_name: str, lines: list[LineRead]) -> ReceiptRead:
    """A receipt that a person types."""
    total = sum(line.sum_kop for line in lines)
    return ReceiptRead("", 0, 0, day, None, 1, total, "", shop_name, lines)
