"""The patient way through a statement: line by line, recovering what can be recovered."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from koopset.apps.billing.payments.formats.statement_facts import Document, Section
from koopset.apps.billing.payments.formats.statement_keys import (
    BEGIN_DOCUMENT,
    BEGIN_SECTION,
    BEGINS,
    DOCUMENT_KEYS,
    END_DOCUMENT,
    END_FILE,
    END_SECTION,
    EXACT,
    FIRST_LINE,
    HEADER_KEYS,
    MAX_EXTRA_KEYS,
    MONEY_KEYS,
    NO_EXTRA,
    ROW,
    SECTION_KEYS,
    SPELLINGS,
    STRUCTURE,
)
from koopset.apps.billing.payments.formats.statement_values import fold_key, unmangle

if TYPE_CHECKING:
    from koopset.apps.billing.payments.formats.statement_reader import StatementReader

MAX_JOINED = 4096
"""Characters that a value broken by line ends may grow to."""


class LineByLine:
    """The patient way through a file: takes every line, recovers what can be recovered, names the rest."""

    def __init__(self, reader: "StatementReader") -> None:
        self.inside: str = ""
        self._reader = reader
        self._values: dict[str, str] = {}
        self._keys: list[str] = []
        self._regular = True
        self._kind = ""
        self._begun = 0
        self._last_key = ""
        self._ended = False
        self._after_end = False

    def quiet(self) -> None:
        """A document was cut in one step: the file goes on after it."""
        self._last_key = ""
        if self._ended:
            self._went_on()

    def take(self, line: str) -> Iterator[Section | Document]:
        """One line, without its end."""
        text = line.strip()
        if not text:
            self._regular = False
            return
        key, equals, value = text.partition("=")
        known = EXACT.get(key) or (SPELLINGS.get(fold_key(key)) if len(key) < 64 else None)
        if known is None and (repaired := unmangle(text)) is not None:
            repaired_key, repaired_equals, repaired_value = repaired.partition("=")
            repaired_known = SPELLINGS.get(fold_key(repaired_key)) if len(repaired_key) < 64 else None
            if repaired_known is not None:
                self._reader.text.warn_mixed(self._reader.line)
                self._regular = False
                key, equals, value, known = repaired_key, repaired_equals, repaired_value, repaired_known
        if known in STRUCTURE and (not equals or known in BEGINS or not value.strip()):
            yield from self._structure(known, value.strip())
            return
        if self._ended:
            self._went_on()
        if self.inside == BEGIN_DOCUMENT:
            self._document_line(line, key, equals, value, known)
        elif self.inside == BEGIN_SECTION:
            self._section_line(key.strip(), equals, value.strip(), known)
        elif known in HEADER_KEYS and equals:
            self._reader.head(known, value.strip())
        else:
            self._stray(key.strip(), equals, value)

    def end(self) -> Iterator[Section | Document]:
        """The file is over."""
        reader = self._reader
        if self.inside:
            if reader.text.unterminated and self._last_key in MONEY_KEYS:
                reader.error(
                    self._begun,
                    "cut-off",
                    "Файл оборван посреди суммы, ей верить нельзя. Выгрузите выписку заново.",
                )
                self.inside = ""
            else:
                yield from self._close_unended("Файл оборван")
        if not self._ended:
            reader.warn(
                reader.line or None,
                "no-end",
                "В конце файла нет строки «КонецФайла». Возможно, файл скачан не полностью: сверьте итоги с банком.",
            )

    def _went_on(self) -> None:
        self._ended = False
        if not self._after_end:
            self._after_end = True
            self._reader.warn(
                self._reader.line,
                "after-end",
                "После строки «КонецФайла» есть ещё строки: похоже, склеены две выписки. Прочитаны обе, сверьте итоги.",
            )

    def _structure(self, known: str | None, value: str) -> Iterator[Section | Document]:
        reader = self._reader
        self._last_key = ""
        if known == FIRST_LINE:
            if reader.line > 1 and self._ended:
                self._went_on()
            return
        if known == END_FILE:
            if self.inside:
                yield from self._close_unended("Файл закончился")
            self._ended = True
            return
        if self._ended:
            self._went_on()
        if known in BEGINS:
            if self.inside:
                yield from self._close_unended("Началась новая секция")
            self.inside = known
            self._begun = reader.line
            self._kind = value
            self._values = {}
            self._keys = []
            self._regular = True
        elif known == END_DOCUMENT and self.inside == BEGIN_DOCUMENT:
            if self._regular:
                reader.learn(self._keys)
            yield from self._close()
        elif known == END_SECTION and self.inside == BEGIN_SECTION:
            yield from self._close()
        else:
            reader.warn(reader.line, "stray-end", f"Строка «{known}» стоит не на месте и пропущена.")

    def _close_unended(self, why: str) -> Iterator[Section | Document]:
        what = "документа" if self.inside == BEGIN_DOCUMENT else "секции остатков"
        self._reader.warn(
            self._begun,
            "unended-section",
            f"{why}, а у {what} нет строки конца. Прочитано то, что есть: сверьте этот кусок с банком.",
        )
        yield from self._close()

    def _close(self) -> Iterator[Section | Document]:
        inside, self.inside = self.inside, ""
        values = self._values
        if inside == BEGIN_SECTION:
            yield self._reader.section(values, self._begun)
            return
        row = (self._kind, *(values.get(key) for key in ROW[1:]))
        extra = {key: value.strip() for key, value in values.items() if key not in DOCUMENT_KEYS}
        document = self._reader.document(row, self._begun, extra or NO_EXTRA)
        if document is not None:
            yield document

    def _document_line(self, line: str, key: str, equals: str, value: str, known: str | None) -> None:
        values = self._values
        spelling = known if known in DOCUMENT_KEYS else None
        if not equals or (spelling is None and (len(key) >= 64 or " " in key.strip())):
            # A line break inside a value: the rest belongs to the line above.
            self._regular = False
            if self._last_key and len(values[self._last_key]) < MAX_JOINED:
                values[self._last_key] += " " + line.strip()
                self._reader.warn(
                    self._reader.line,
                    "broken-line",
                    f"Строка без знака «=» присоединена к полю «{self._last_key[:40]}»: значение разорвано переносом.",
                )
            else:
                self._reader.warn(
                    self._reader.line, "stray-line", "Строка внутри документа непонятна и пропущена."
                )
            return
        name = spelling or key.strip()
        if spelling is None:
            self._reader.unknown_key(name, value)
        if name in values:
            self._regular = False
            if not values[name].strip():
                values[name] = value
            elif value.strip() and value.strip() != values[name].strip():
                self._reader.warn(
                    self._reader.line,
                    "repeated-key",
                    f"Поле «{name[:40]}» повторено с другим значением. Взято первое.",
                )
        elif len(values) < MAX_EXTRA_KEYS:
            values[name] = value
        self._last_key = name if name in values else ""
        # Only a line that the layout would match teaches the order.
        if self._regular and line.startswith(key + "="):
            self._keys.append(key)
            if spelling is not None:
                self._reader.spell(key, spelling)
        else:
            self._regular = False

    def _section_line(self, key: str, equals: str, value: str, known: str | None) -> None:
        if known in SECTION_KEYS and equals:
            if self._values.get(known):
                if value and value != self._values[known]:
                    self._reader.warn(
                        self._reader.line,
                        "repeated-key",
                        f"Поле «{known}» повторено с другим значением. Взято первое.",
                    )
            else:
                self._values[known] = value
            self._last_key = known
        else:
            self._stray(key, equals, value)

    def _stray(self, key: str, equals: str, value: str) -> None:
        if equals:
            self._reader.unknown_key(key, value)
        else:
            self._reader.warn(self._reader.line, "stray-line", f"Строка «{key[:40]}» непонятна и пропущена.")
