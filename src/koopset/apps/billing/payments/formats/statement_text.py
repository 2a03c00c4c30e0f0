"""Bytes of a statement to whole lines of text, in pieces, whatever the encoding and the line ends."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from koopset.apps.billing.payments.formats.statement_keys import BOM, SIGNATURE
from koopset.apps.billing.payments.formats.statement_values import is_utf8, sniff
from koopset.kernel.violations import RuleViolation

if TYPE_CHECKING:
    from koopset.apps.billing.payments.formats.statement_reader import StatementReader

_CHUNK = 1 << 20
_MAX_LINE = 1 << 20


def claims(head: bytes, name: str = "") -> bool:
    """True when the first bytes of a file are those of this format, whatever its name."""
    return head.removeprefix(BOM).lstrip().startswith(SIGNATURE)


class StatementText:
    """The text of one file; ``encoding`` is None until something other than ASCII has been met.

    ``unterminated`` tells that the last line had no end of its own.
    """

    def __init__(self, reader: "StatementReader") -> None:
        self._reader = reader
        self._mixed = False
        self.encoding: str | None = None
        self.unterminated = False

    def blocks(self, stream: BinaryIO) -> Iterator[str]:
        """Whole lines of the file, chunk by chunk, each ended by a line feed whatever the file uses."""
        tail = stream.read(_CHUNK)
        while 0 < len(tail) < len(BOM + SIGNATURE) and (more := stream.read(_CHUNK)):
            tail += more
        if not claims(tail[:4096]):
            raise RuleViolation("payments.not_a_bank_statement", line=1)
        tail = tail.removeprefix(BOM)
        while True:
            data = stream.read(_CHUNK)
            block = tail + data
            if not data:
                block = _line_feeds(block)
                if block:
                    if block[-1:] != b"\n":
                        self.unterminated = True
                        block += b"\n"
                    yield self._decode(block)
                return
            held = b"\r" if block[-1:] == b"\r" else b""
            block = _line_feeds(block[: len(block) - len(held)])
            cut = block.rfind(b"\n") + 1
            tail = block[cut:] + held
            if cut:
                yield self._decode(block[:cut])
            if len(tail) > _MAX_LINE:
                self._reader.error(
                    self._reader.line + 1,
                    "line-too-long",
                    "Строка длиннее мегабайта: это не выписка или файл повреждён. "
                    "Выгрузите выписку из банка заново.",
                )
                return

    def _decode(self, block: bytes) -> str:
        if self.encoding is None:
            self.encoding = sniff(block)
            if self.encoding is None:
                return block.decode("ascii")
        if self.encoding == "utf-8":
            if is_utf8(block):
                return block.decode("utf-8")
            return "\n".join(
                self._decode_line(line, at)
                for at, line in enumerate(block.split(b"\n"), self._reader.line + 1)
            )
        if self.encoding == "cp1251" and b"\x98" in block:
            # The only byte without a meaning in cp1251.
            self._reader.warn(
                self._reader.line + 1 + block[: block.index(b"\x98")].count(b"\n"),
                "unreadable-characters",
                "В файле есть знаки, которых нет в кодировке Windows-1251; на их месте стоит «\N{REPLACEMENT CHARACTER}».",
            )
        return block.decode(self.encoding, "replace")

    def _decode_line(self, line: bytes, at: int) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.warn_mixed(at)
            return line.decode("cp1251", "replace")

    def warn_mixed(self, line: int) -> None:
        if not self._mixed:
            self._mixed = True
            self._reader.warn(
                line,
                "two-encodings",
                "Часть строк файла записана в другой кодировке. Они прочитаны, но проверьте имена и назначения "
                "платежей, начиная с этой строки.",
            )


def _line_feeds(block: bytes) -> bytes:
    """The block with every kind of line end made a line feed."""
    returns = block.count(b"\r")
    if returns == 0:
        return block
    if returns == block.count(b"\r\n"):
        return block.translate(None, b"\r")
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
