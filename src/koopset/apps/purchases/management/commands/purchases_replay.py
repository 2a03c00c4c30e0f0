"""Proof of an allocation from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from koopset.apps.purchases.selectors import organisation_of_round, replay_round


class Command(BaseCommand):
    """Exit code 0: computed once more it is the same; 1: what differs, a line each; 2: there is nothing to compute."""

    help = "Compute the allocation of a round once more from its stored inputs and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which round."""
        parser.add_argument("round", type=int, help="number of the round, as in its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and exit."""
        round_id = options["round"]
        organisation_id = organisation_of_round(round_id)
        runs = [] if organisation_id is None else replay_round(organisation_id, round_id)
        if not runs:
            self.stdout.write(f"round {round_id}: nothing was allocated")
            raise SystemExit(2)
        for run in runs:
            for one in run.differences:
                self.stdout.write(
                    f"{run.stage}: {one.what} good {one.good_id} buyer {one.participant_id}: "
                    f"computed {one.computed}, stands {one.stands}"
                )
        if any(run.differences for run in runs):
            raise SystemExit(1)
        self.stdout.write(f"round {round_id}: {sum(run.lines for run in runs)} lines agree")
