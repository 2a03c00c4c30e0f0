"""Reading a bank statement of N documents with every check, against decoding it and cutting each line at its first «=»."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import Result, interleaved
from bench.statement_file import Paid, write_statement

from koopset.apps.billing.payments.formats.bank_statement import read_statement


def prepare(n: int) -> None:
    """Nothing is kept in a database."""


def measure(n: int) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="koopset-bench-") as folder:
        path = Path(folder) / "kl_to_1c.txt"
        write_statement(
            path,
            (Paid(f"Петров{k} Иван Иванович", 120_000 + k % 977, f"Взносы, участок {k}") for k in range(n)),
        )

        def ours() -> None:
            reader = read_statement(path)
            assert sum(1 for _document in reader.documents()) == n
            assert not reader.errors, reader.errors[:3]

        def bare() -> None:
            with path.open(encoding="cp1251") as lines:
                for line in lines:
                    line.partition("=")

        seconds, floor, peak = interleaved(ours, bare, 5)
    result = Result("statement_read", n, seconds, floor, peak)
    return [result.at_most("times the bare cutting", result.ratio, 2)]
