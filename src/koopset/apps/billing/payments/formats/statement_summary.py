"""What is said of a whole statement: its head, its totals, what was found wrong."""

from dataclasses import dataclass
from datetime import date

from koopset.kernel.inspection import Finding

FINDINGS_PER_CODE = 20


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of the file says. Dates are None when absent or unreadable; ``declared_encoding`` is as written,
    ``encoding`` is what the bytes showed ("utf-8", "cp1251", "cp866"), None for a file of pure ASCII."""

    version: str = ""
    encoding: str | None = None
    declared_encoding: str = ""
    sender: str = ""
    receiver: str = ""
    accounts: tuple[str, ...] = ()
    created: date | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a whole file, in kopecks; None where the file says nothing.

    ``debit_kop``/``credit_kop`` sum the documents that left/reached own accounts (a transfer between own accounts is
    in both); ``opening_kop``/``closing_kop`` sum each account's earliest opening and latest closing;
    ``declared_*`` sum the turnovers the bank states. Sections that do not balance take no part.
    """

    documents: int = 0
    sections: int = 0
    lines: int = 0
    debit_kop: int = 0
    credit_kop: int = 0
    unknown_direction: int = 0
    opening_kop: int | None = None
    closing_kop: int | None = None
    declared_debit_kop: int | None = None
    declared_credit_kop: int | None = None
    own_accounts: frozenset[str] = frozenset()


class Findings:
    """Findings of one kind, at most ``FINDINGS_PER_CODE`` of each code; the rest are counted."""

    def __init__(self) -> None:
        self.items: list[Finding] = []
        self._counts: dict[str, int] = {}

    def add(self, line: int | None, code: str, text: str) -> None:
        seen = self._counts[code] = self._counts.get(code, 0) + 1
        if seen <= FINDINGS_PER_CODE:
            self.items.append(Finding(line=line, code=code, text=text))

    def close(self) -> None:
        for code, seen in self._counts.items():
            if seen > FINDINGS_PER_CODE:
                rest = seen - FINDINGS_PER_CODE
                text = f"Таких же замечаний в файле ещё {rest}, они не показаны."
                self.items.append(Finding(line=None, code=code, text=text))
        self._counts.clear()
