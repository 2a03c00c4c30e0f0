"""Files of receipts, read one receipt at a time: an array of any length, one object, objects one after another, or codes one a line.

Memory is bounded by the longest receipt, not by the file. A file cut in the middle gives what is whole and says so.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from koopset.apps.needs.formats.code_file import holds_codes, receipt_of_code
from koopset.apps.needs.formats.receipt_json import ReceiptRead, Unusable, decode_at, receipts_in
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.text import decode_sniff

#: Bytes read at a time; characters one element of an array, and one whole object, may have.
CHUNK = 1024 * 1024
LONGEST_ELEMENT = 8 * 1024 * 1024
LONGEST_OBJECT = 64 * 1024 * 1024
#: Characters of the head that tell codes from JSON; a line with more than LONGEST_LINE is no code.
HEAD, LONGEST_LINE = 64 * 1024, 64 * 1024
_BETWEEN = re.compile(r"[\s,]*")
_MARKS = re.compile(
    rb"totalSum|fiscalDriveNumber|fiscalSign|fiscalData|fiscalDocumentNumber|qrraw|operationType|receiptCode"
    rb'|"ticket"|\\"items\\"|"quantity"'
)


@dataclass(frozen=True, slots=True)
class Told:
    """Something wrong with the file itself after `place` elements; a code of `TEXTS`."""

    code: str


Element = ReceiptRead | Unusable | Told


def read_receipts(file: BinaryIO) -> Iterator[Element]:
    """What the file holds, in its order; the last is a Told where it ends badly. Never raises for what a file may hold."""
    text = _Text(file)
    if text.is_of_codes():
        yield from map(receipt_of_code, text.lines())
        return
    for value in _values(text):
        if isinstance(value, Told):
            yield value
            return
        yield from receipts_in(value[0])


def _values(text: _Text) -> Iterator[tuple[Any] | Told]:
    """Elements of an array, or values that follow one another."""
    first = text.skip()
    if first == "":
        yield Told("empty")
        return
    if first not in "[{":
        yield Told("not-json")
        return
    in_array = first == "["
    if in_array:
        text.at += 1
    while True:
        mark = text.skip()
        if mark == "":
            if in_array:
                yield Told("cut")
            return
        if mark == "]":
            if not in_array:
                yield Told("not-json")
            return
        found = text.value(LONGEST_ELEMENT if in_array else LONGEST_OBJECT)
        yield found
        if isinstance(found, Told):
            return


class _Text:
    """The characters of a file from `at` on; what was read is let go."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        head = file.read(CHUNK)
        self.encoding = decode_sniff(head[:65536])
        with suppress(UnicodeDecodeError):
            head[:65536].decode("ascii")
            self.encoding = "utf-8"  # escapes of JSON: nothing outside ASCII so far
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        self._text = self._decoder.decode(head, final=not head)
        self._ended = not head
        self.at = 0

    def _more(self, size: int = CHUNK) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        block = self._file.read(size)
        self._ended = not block
        self._text = self._text[self.at :] + self._decoder.decode(block, final=self._ended)
        self.at = 0
        return True

    def skip(self) -> str:
        """The next character that stands for something; "" at the end."""
        while True:
            match = _BETWEEN.match(self._text, self.at)
            assert match is not None
            self.at = match.end()
            if self.at < len(self._text):
                return "" if self._text[self.at] == "\x00" else self._text[self.at]
            if not self._more():
                return ""

    def is_of_codes(self) -> bool:
        """Whether the file holds codes of receipts, one a line: looks at its head, reads nothing on."""
        head = self._text[:HEAD]
        return not head.lstrip("\ufeff \t\r\n").startswith(("[", "{")) and holds_codes(head)

    def lines(self) -> Iterator[str]:
        """Lines with something in them, to the end; of one longer than LONGEST_LINE the rest is let go."""
        whole = True
        while True:
            end = self._text.find("\n", self.at)
            if end < 0 and len(self._text) - self.at <= LONGEST_LINE and self._more():
                continue
            cut = end < 0 and len(self._text) - self.at > LONGEST_LINE
            stop = self.at + LONGEST_LINE if cut else end if end >= 0 else len(self._text)
            line = self._text[self.at : stop].strip("\ufeff \t\r\x00")
            self.at = stop + (end >= 0)
            if whole and line:
                yield line
            whole = not cut
            if end < 0 and not cut:
                return

    def value(self, longest: int) -> tuple[Any] | Told:
        """The value that begins here; reads on until it is whole."""
        size = CHUNK
        while True:
            try:
                found, end = decode_at(self._text, self.at)
            except RecursionError:
                return Told("too-deep")
            except ValueError as wrong:
                left = len(self._text) - self.at
                if left > longest:
                    return Told("too-large")
                place = getattr(wrong, "pos", len(self._text))
                # A mistake well before the end of what was read is no cut; one near it may be.
                if self._ended or (place < len(self._text) - 64 and not _is_open(wrong)):
                    return Told(
                        "cut"
                        if self._ended and (place >= len(self._text) - 64 or _is_open(wrong))
                        else "broken"
                    )
                if not self._more(size):
                    continue
                size = min(size * 2, 16 * CHUNK)
                continue
            self.at = end
            return (found,)


def _is_open(wrong: ValueError) -> bool:
    """«Unterminated string» names where the string began, however long ago."""
    return "Unterminated" in str(wrong)


#: What is told of a file or of a receipt in it, in Russian for who runs the program by hand; pages have their own words.
TEXTS = {
    "empty": "Файл пуст.",
    "not-json": "Это не JSON с чеками.",
    "cut": "Файл оборван: прочитано то, что до обрыва.",
    "broken": "Дальше в файле ошибка JSON: прочитано то, что до неё.",
    "too-deep": "Слишком много вложений: прочитано то, что до них.",
    "too-large": "Один объект слишком велик: выгрузите чеки списком (массивом).",
    "not-a-receipt": "Это не чек.",
    "not-a-code": "Эта строка не код чека.",
    "payout-code": "Код выплаты: ничего не куплено.",
    "broken-json": "Чек вложен строкой, и она не читается.",
    "no-total": "В чеке нет ни суммы, ни строк.",
    "bad-sum": "Сумма чека не читается.",
    "bad-number": "Сумма чека не число.",
    "not-kopecks": "Сумма не в целых копейках: похоже, файл в рублях.",
    "bad-date": "Дата чека не читается.",
    "bad-operation": "Неизвестный вид операции.",
    "bad-line": "Строка чека не читается.",
    "bad-quantity": "Количество не читается.",
    "no-day": "В чеке нет даты.",
    "answer-wrong-code": "Служба проверки ответила: код чека неверен (0).",
    "answer-not-yet": "Служба проверки ответила: чек ещё не получен (2).",
    "answer-too-many": "Служба проверки ответила: превышено число запросов (3).",
    "answer-wait": "Служба проверки ответила: подождите перед повтором (4).",
    "answer-none": "Служба проверки ответила: данных нет.",
    "sum-differs": "Суммы не сходятся: итог чека не равен сумме строк.",
    "lines-unread": "Часть строк чека не читается.",
    "no-lines": "В чеке нет строк.",
    "line-differs": "Сумма строки больше цены, умноженной на количество.",
    "no-code": "В чеке нет номеров ФН, ФД, ФПД: повтор узнаётся только по содержанию.",
    "again": "Тот же чек встречается в файле ещё раз.",
}  # fmt: skip
_TELLING_FLAGS = ("sum-differs", "lines-unread", "no-lines", "line-differs", "no-code")
_MOST_FINDINGS = 200


class FiscalReceipts:
    """The reader of receipts for `koopset inspect`."""

    format = "fiscal-receipt"
    title = "Чеки ФНС (JSON или коды по одному в строке)"
    priority = 70

    def claims(self, head: bytes, name: str) -> bool:
        text = head
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
        start = text.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith((b"[", b"{")):
            return holds_codes(start[:HEAD].decode("utf-8", errors="replace"))
        if b'"FeatureCollection"' in start[:4096]:
            return False
        if _MARKS.search(start):
            return True
        return start.startswith(b"{") and b'"code"' in start[:200] and b'"data"' in start[:2000]

    def inspect(self, path: Path) -> Inspection:
        """Records are lines of receipts; in a file of codes the codes. Totals in kopecks: `sum` of all lines (of codes: of their sums),
        `declared` by the receipts; `receipts` is their number.
        """
        counts: Counter[str] = Counter()
        seen: set[tuple[str, int, int]] = set()
        warnings: list[Finding] = []
        errors: list[Finding] = []
        place = 0
        with path.open("rb") as file:
            text = _Text(file)
            encoding, of_codes = text.encoding, text.is_of_codes()
            file.seek(0)
            for one in read_receipts(file):
                if isinstance(one, Told):
                    (warnings if counts["receipts"] else errors).append(_finding(None, one.code))
                    break
                place += 1
                if isinstance(one, Unusable):
                    counts["unusable"] += 1
                    _add(warnings, _finding(place, one.code))
                    continue
                if one.identity is not None:
                    if one.identity in seen:
                        counts["again"] += 1
                        _add(warnings, _finding(place, "again"))
                        continue
                    seen.add(one.identity)
                counts["receipts"] += 1
                counts["lines"] += 1 if of_codes else len(one.lines)
                counts["sum"] += one.total_kop if of_codes else sum(line.sum_kop for line in one.lines)
                counts["declared"] += one.total_kop
                for flag in _TELLING_FLAGS:
                    if flag in one.flags:
                        _add(warnings, _finding(place, flag))
                if one.day is None:
                    _add(warnings, _finding(place, "no-day"))
        if not counts["receipts"] and not errors:
            errors.append(warnings.pop(0) if warnings else _finding(None, "not-a-receipt"))
        totals: dict[str, str | int | None] = {
            "receipts": counts["receipts"],
            "sum": counts["sum"],
            "declared": counts["declared"],
            "unusable": counts["unusable"],
            "again": counts["again"],
        }
        return Inspection(self.format, encoding, counts["lines"], totals, warnings, errors)


def _finding(place: int | None, code: str) -> Finding:
    return Finding(place, code, TEXTS.get(code, code))


def _add(findings: list[Finding], one: Finding) -> None:
    if len(findings) < _MOST_FINDINGS:
        findings.append(one)


READER = FiscalReceipts()
