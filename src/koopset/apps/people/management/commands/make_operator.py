"""Make a login an operator of the platform: `koopset operator e-mail`. From the command line only, never from a page."""

from __future__ import annotations

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from koopset.apps.people.models import Login


class Command(BaseCommand):
    help = "Делает логин оператором платформы; если такого логина нет, создаёт его и спрашивает пароль."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="логин больше не оператор")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"Это не похоже на адрес почты: {email}") from error
        with transaction.atomic():
            login = Login.objects.select_for_update().filter(email=email).first()
            if options["end"]:
                self._end(login, email)
                return
            if login is None:
                login = self._create(email)
            elif login.is_operator:
                self.stdout.write(f"{email} уже оператор платформы.")
                return
            login.is_operator = True
            login.save(update_fields=["is_operator"])
        self.stdout.write(f"{email} теперь оператор платформы.")

    def _create(self, email: str) -> Login:
        password = getpass("Пароль для нового логина: ")
        if password != getpass("Ещё раз: "):
            raise CommandError("Пароли не совпали. Ничего не изменено.")
        try:
            validate_password(password, Login(email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        login = Login.objects.create_user(email, password)
        EmailAddress.objects.create(user=login, email=email, primary=True, verified=True)
        return login

    def _end(self, login: Login | None, email: str) -> None:
        if login is None or not login.is_operator:
            raise CommandError(f"{email} не оператор платформы. Ничего не изменено.")
        login.is_operator = False
        login.save(update_fields=["is_operator"])
        self.stdout.write(f"{email} больше не оператор платформы.")
