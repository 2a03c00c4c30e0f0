"""The reader of register tables for `koopset inspect`."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path

from koopset.apps.register.formats.register_columns import guess_layout, heading_key
from koopset.apps.register.formats.register_table import iter_problems, read_groups
from koopset.apps.register.formats.table_rows import encoding_of, read_rows
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.names import fold
from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation


class RegisterTable:
    """A table of plots or flats with their owners, XLSX or CSV."""

    format = "register"
    title = "Реестр участков и собственников (XLSX, CSV)"
    #: Asked late: any table may look like ours, exchange formats have signatures.
    priority = 90

    def claims(self, head: bytes, name: str) -> bool:
        suffix = name.lower().rpartition(".")[2]
        if head.startswith(b"PK"):
            return suffix == "xlsx"
        if suffix not in ("csv", "tsv", "txt") or (
            b"\x00" in head[:64] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        ):
            return False
        text = head[:4096].decode(decode_sniff(head), errors="replace")
        key = heading_key(text[:1500])
        marks = ("УЧАСТ", "КВАРТИР", "СОБСТВЕН", "ВЛАДЕЛ", "КАДАСТР", "Ф И О", "ФИО", "ПЛОЩАД")
        return any(mark in text for mark in ";\t,") and sum(mark in key for mark in marks) >= 2

    def inspect(self, path: Path) -> Inspection:
        """Records are lines with an owner or a plot; totals count people and plots."""
        try:
            rows = list(read_rows(path))
        except RuleViolation as refusal:
            return Inspection(
                self.format,
                None,
                0,
                errors=[Finding(refusal.line, refusal.code, "Таблицу не удалось прочитать")],
            )
        layout = guess_layout(list(islice(rows, 100)))
        groups, findings = read_groups(rows, layout, default_kind="plot", today=date.max)
        warnings: list[Finding] = []
        errors: list[Finding] = []
        for problem in [*findings, *iter_problems(groups)]:
            found = Finding(problem.line, problem.code, problem.text())
            # A bad line is left out and given back; the file is unusable only when it is no register at all.
            (errors if problem.code == "register.no_number_column" else warnings).append(found)
        people = {
            fold(
                " ".join(
                    (
                        owner.card.last_name,
                        owner.card.first_name,
                        owner.card.middle_name,
                        owner.card.body_name,
                    )
                )
            )
            for group in groups
            for owner in group.owners
        }
        good = [group for group in groups if not group.errors]
        return Inspection(
            self.format,
            encoding_of(path),
            sum(len(group.lines) for group in good),
            {"people": len(people), "plots": len(groups)},
            warnings,
            errors,
        )


READER = RegisterTable()
