"""`koopset manage receipts_sandbox`: an invented provider of receipts on this machine, for development."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from koopset.apps.needs.demo.sandbox import Sandbox


class Command(BaseCommand):
    help = (
        "SANDBOX: invents lines of receipts on 127.0.0.1. Set RECEIPT_PROVIDER_URL to the address it prints."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8765)

    def handle(self, *args: Any, **options: Any) -> None:
        sandbox = Sandbox(port=options["port"])
        self.stdout.write(f"SANDBOX: invented receipts at {sandbox.url}. Ctrl+C ends it.")
        try:
            sandbox.serve()
        except KeyboardInterrupt:
            self.stdout.write("ended")
