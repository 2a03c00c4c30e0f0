"""Proof of the books from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from koopset.apps.ledger.selectors import verify


class Command(BaseCommand):
    """Exit code 0: everything agrees; 1: what does not, a line each."""

    help = "Prove the running totals of the books against their entries."

    def add_arguments(self, parser: CommandParser) -> None:
        """One organisation, or all."""
        parser.add_argument("--organisation", type=int, default=None, help="id; all organisations by default")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and exit."""
        found = verify(options["organisation"])
        for discrepancy in found:
            self.stdout.write(str(discrepancy))
        if found:
            self.stdout.write(f"{len(found)} discrepancies")
            raise SystemExit(1)
        self.stdout.write("the books agree")
