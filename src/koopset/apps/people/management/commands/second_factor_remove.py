"""Take away the second step of signing in of a person who has lost the phone and the recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from koopset.apps.people.services import second_factor_remove
from koopset.kernel.violations import RuleViolation


class Command(BaseCommand):
    help = (
        "Снимает второй шаг входа с логина, владелец которого потерял телефон и запасные коды. "
        "Сначала убедитесь, что просит сам человек."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = second_factor_remove(options["email"], now=timezone.now())
        except RuleViolation as refusal:
            raise CommandError(f"Нет логина {options['email']}.") from refusal
        if not count:
            raise CommandError(f"У логина {options['email']} второго шага нет. Ничего не изменено.")
        self.stdout.write(f"Второй шаг входа снят: {options['email']} входит по паролю.")
