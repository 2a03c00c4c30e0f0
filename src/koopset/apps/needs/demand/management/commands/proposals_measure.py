"""How many planted overlaps of needs proposals find, on an invented district: `koopset manage proposals_measure`."""

import tempfile
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from koopset.apps.needs.demand.demo.overlaps import make_town, measure


class Command(BaseCommand):
    help = "Recall and precision of proposals on an invented district with planted overlaps of needs"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--settlements", type=int, default=40)
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: Any, **options: Any) -> None:
        on = date(2026, 11, 24)
        town = make_town(settlements=options["settlements"], on=on, seed=options["seed"])
        with (
            tempfile.TemporaryDirectory(prefix="koopset-overlaps-") as folder,
            override_settings(DATA_DIR=folder),
        ):
            found = measure(town, on=on, now=timezone.now())
        self.stdout.write(
            f"households {found.households}, lines {found.lines}, planted {len(found.planted)}, proposed {len(found.found)}\n"
            f"recall {float(found.recall):.3f}, precision {float(found.precision):.3f}, "
            f"least saving {found.least_saving_kop / 100:.2f} RUB a month"
        )
