"""Bank statements in the exchange format 1CClientBankExchange (kl_to_1c.txt), versions 1.01–1.03.

Source: «Стандарт обмена с системами Клиент банка», v8.1c.ru/edi/edi_stnd/100/101.htm, and what banks really send.
Lines ``Ключ=Значение``; the first is ``1CClientBankExchange``, the last ``КонецФайла``. The reader is streaming: it
holds one chunk and one document, whatever the size of the file, and never trusts the header about the encoding.
"""

from pathlib import Path
from typing import BinaryIO

from koopset.apps.billing.payments.formats.statement_facts import (
    Direction,
    Document,
    Party,
    Section,
    base_key,
    dedupe_key,
    direction,
    mentions_registry,
    posting_date,
)
from koopset.apps.billing.payments.formats.statement_reader import StatementReader
from koopset.apps.billing.payments.formats.statement_summary import Header, Summary
from koopset.apps.billing.payments.formats.statement_text import claims
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.money import format_rub
from koopset.kernel.violations import RuleViolation

__all__ = [
    "READER",
    "Direction",
    "Document",
    "Header",
    "Party",
    "Section",
    "StatementFile",
    "StatementReader",
    "Summary",
    "base_key",
    "claims",
    "dedupe_key",
    "direction",
    "mentions_registry",
    "posting_date",
    "read_statement",
]

FORMAT = "1c-bank-statement"


def read_statement(source: Path | str | BinaryIO) -> StatementReader:
    """Open a statement for streaming.

    A path is opened and closed by the reader; a binary stream is read from where it stands and left open.
    Raises RuleViolation("payments.not_a_bank_statement") when the file does not begin as the format demands.
    """
    return StatementReader(Path(source) if isinstance(source, str) else source)


class StatementFile:
    """Inspects a statement without keeping any of it (the contract of ``koopset.kernel.inspection``)."""

    format = FORMAT
    title = "Банковская выписка 1С (kl_to_1c.txt)"

    def claims(self, head: bytes, name: str) -> bool:
        """True when the first bytes are those of a statement."""
        return claims(head, name)

    def inspect(self, path: Path) -> Inspection:
        """Read the whole file and say what is in it; never raises for what the file holds."""
        try:
            reader = StatementReader(path, totals_only=True)
        except RuleViolation:
            text = "Файл не начинается со строки «1CClientBankExchange»: это не выписка в формате 1С."
            return Inspection(
                format=FORMAT,
                encoding=None,
                records=0,
                totals=dict.fromkeys(_TOTALS),
                warnings=[],
                errors=[Finding(line=1, code="not-a-bank-statement", text=text)],
            )
        for _ in reader:
            pass
        summary = reader.summary
        errors = reader.errors
        if reader.is_orders_to_bank and summary.documents:
            text = (
                "Это платёжные поручения, подготовленные для банка, а не выписка: деньги по ним могли не пройти. "
                "Выгрузите из банка выписку (kl_to_1c.txt)."
            )
            errors = [*errors, Finding(line=None, code="orders-to-bank", text=text)]
        money = (
            summary.debit_kop,
            summary.credit_kop,
            summary.opening_kop,
            summary.closing_kop,
            summary.declared_debit_kop,
            summary.declared_credit_kop,
        )
        totals: dict[str, str | int | None] = {
            name: None if kop is None else format_rub(kop) for name, kop in zip(_TOTALS, money, strict=True)
        }
        return Inspection(
            format=FORMAT,
            encoding=reader.header.encoding,
            records=summary.documents,
            totals=totals,
            warnings=reader.warnings,
            errors=errors,
            may_be_empty=summary.sections > 0,
        )


_TOTALS = ("debit", "credit", "opening", "closing", "declared_debit", "declared_credit")

READER = StatementFile()
