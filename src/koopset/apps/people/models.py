"""Persons and the logins that unite their cards.

A *card* (Person) is what one organisation, its keeper, knows of a human being or of a body that owns a plot. A *login* is one human
being's way in; it unites the cards that different organisations keep of them (K1), and no organisation sees another's card.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, Tenant
from koopset.kernel.names import fold, short_name


class LoginManager(BaseUserManager["Login"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Login:
        login = self.model(email=self.normalize_email(email).lower(), **fields)
        login.set_password(password)
        login.save(using=self._db)
        return login

    def get_by_natural_key(self, email: str | None) -> Login:
        return self.get(email=(email or "").lower())


class Login(AbstractBaseUser):
    """A way in: e-mail and password. Written by sign-up, `people.services` and the demo town."""

    scope: ClassVar[Scope] = Scope.PERSON

    class Theme(models.TextChoices):
        AUTO = "auto", _("as on the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text="runs the platform; set from the command line only"
    )
    is_coordinator = models.BooleanField(
        default=False, help_text="was appointed to a district; the dates are kept by the room that appoints"
    )
    language = models.CharField(max_length=8, default="ru")
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    guides_seen = models.JSONField(default=list, help_text="keys of first-login guides the person has closed")
    phone = models.CharField(max_length=32, blank=True, help_text="proven by a code: one may sign in by it")
    phone_proved_at = models.DateTimeField(null=True, blank=True)
    second_factor_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="when a second factor was first asked for: the grace runs from here"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[LoginManager] = LoginManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    is_staff = False  # there is no generic admin
    is_superuser = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=~models.Q(phone=""), name="login_phone_is_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.email

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


def full_name(kind: str, body_name: str, last_name: str, first_name: str, middle_name: str) -> str:
    """«Иванов Иван Иванович», or the name of the body, of the columns of a card."""
    if kind == Person.Kind.LEGAL:
        return body_name
    return " ".join(part for part in (last_name, first_name, middle_name) if part)


class Person(models.Model):
    """A card. `keeper` is the organisation whose register keeps it; null for a card made by the person at sign-up.

    `folded_name` is the searchable name (upper case, ё as е, Latin look-alikes as Cyrillic); kept by save().
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class Kind(models.TextChoices):
        NATURAL = "natural", _("person")
        LEGAL = "legal", _("body")

    keeper = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    keeper_id: int | None
    login = models.ForeignKey(Login, on_delete=models.SET_NULL, null=True, blank=True, related_name="persons")
    login_id: int | None
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NATURAL)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True)
    body_name = models.CharField(_("name of the body"), max_length=300, blank=True)
    inn = models.CharField(_("taxpayer number"), max_length=12, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    paper_only = models.BooleanField(_("takes papers on paper only"), default=False)
    folded_name = models.CharField(max_length=310, editable=False)
    invited_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="when the keeper invited the owner of the e-mail to take the card",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        indexes = [
            models.Index(fields=["keeper", "email"], name="person_keeper_email"),
            models.Index(fields=["keeper", "folded_name"], name="person_keeper_name"),
            models.Index(fields=["login"], name="person_login"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="legal", body_name__gt="")
                | models.Q(kind="natural", last_name__gt=""),
                name="person_is_named",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = fold(self.full_name)
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """«Иванов Иван Иванович», or the name of the body."""
        return full_name(self.kind, self.body_name, self.last_name, self.first_name, self.middle_name)

    @property
    def short_name(self) -> str:
        """«Иванов И. И.», or the name of the body."""
        if self.kind == self.Kind.LEGAL:
            return self.body_name
        return short_name(self.last_name, self.first_name, self.middle_name)

    def __str__(self) -> str:
        return self.full_name


class KnownDevice(models.Model):
    """A browser that a login has signed in from, by the hash of its long-lived cookie. Written by `services.sign_in_record`."""

    scope: ClassVar[Scope] = Scope.PERSON

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+", db_index=False)
    key_hash = models.CharField(max_length=64)
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["login", "key_hash"], name="device_once_for_a_login")]

    def __str__(self) -> str:
        return f"device {self.pk}"


class SignIn(models.Model):
    """A session of a login: which device, from where roughly, since when. The address is kept without its second half.

    Written by `services.sign_in_record` and, at most once in ten minutes, when the session is used; gone when the session is ended.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+")
    login_id: int
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-in {self.pk}"


class PhoneCode(models.Model):
    """A code asked for by telephone. Its hash comes with the message; a row of nobody's login stands for an unknown number, so that
    the answers are the same. Written by `services.phone_codes`.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class Purpose(models.TextChoices):
        SIGN_IN = "sign-in", _("to sign in")
        PROVE = "prove", _("to prove the phone")

    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="+")
    login_id: int | None
    phone = models.CharField(max_length=32)
    purpose = models.CharField(max_length=8, choices=Purpose)
    code_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone", "created_at"], name="codes_of_phone")]

    def __str__(self) -> str:
        return f"code {self.pk}"


class SupportVisit(models.Model):
    """An operator looks at the pages as a person sees them: asked for with a reason, allowed by the person for a time, never writing.

    The log of such visits: who, when, why, until when. Written by `services.support`; rows are never deleted by a page.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+")
    login_id: int
    operator = models.ForeignKey(Login, on_delete=models.PROTECT, related_name="+")
    operator_id: int
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    allowed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"visit {self.pk}"


class Household(models.Model):
    """People who eat from one table: whose purchases and wants are counted together. `name` may be empty: the pages then say «my family».

    Written by `services.households`. It stays when all have left: rooms above hold rows of it.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()

    history = changes()

    def __str__(self) -> str:
        return self.name or f"household {self.pk}"


class HouseholdMember(models.Model):
    """A login in a household between two moments; in at most one at a time. Written by `services.households`."""

    scope: ClassVar[Scope] = Scope.PERSON

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    household_id: int
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+")
    login_id: int
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["login"], condition=models.Q(until__isnull=True), name="login_is_in_one_household"
            )
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class HouseholdInvitation(models.Model):
    """Who has the code, or (where `email` is named) signs in by that address, may join. Only a digest of the code is kept.

    `used_at` and `used_by` when somebody came, `ended_at` when it was called off or refused. Written by `services.households`.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="invitations")
    household_id: int
    made_by = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+")
    made_by_id: int
    email = models.EmailField(blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="+")
    used_by_id: int | None
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["email"], name="household_invited_email")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
