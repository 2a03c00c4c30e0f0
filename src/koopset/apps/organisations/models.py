"""Bodies of every kind, their bank accounts, and who holds which office in them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.rights.roles import ASSIGNABLE, ROLE_NAMES
from koopset.foundation.tenants.models import Scope, Tenant, TenantModel


class Organisation(models.Model):
    """A body; its key is its tenant's key.

    Written by `organisations.services`. Nothing is issued in its name before `verified_at`, nor after `verified_until`, the last day of
    the term of the chair who was verified (K11).
    """

    scope: ClassVar[Scope] = Scope.TENANT

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, primary_key=True, related_name="organisation"
    )
    form = models.CharField(_("legal form"), max_length=8, help_text="a file of organisations/profiles")
    name_short = models.CharField(_("short name"), max_length=120)
    name_full = models.CharField(_("full name"), max_length=300)
    inn = models.CharField(_("taxpayer number (ИНН)"), max_length=12, blank=True)
    kpp = models.CharField(_("КПП"), max_length=9, blank=True)
    ogrn = models.CharField(_("ОГРН"), max_length=15, blank=True)
    oktmo = models.CharField(_("ОКТМО"), max_length=11, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inn"], condition=~Q(inn=""), name="organisation_inn_once"),
        ]

    @property
    def id(self) -> int:
        """The tenant's key, under the name that links and pages use."""
        return self.tenant_id

    tenant_id: int

    def __str__(self) -> str:
        return self.name_short


class Verification(TenantModel):
    """A check of a chair's authority: which papers were compared, how and by whom. A fact; the office it is about keeps the name.

    A body that is no legal person has no extract from the state register; in its place stands the act of local self-government by which it
    is known: the registration of its charter (131-ФЗ art. 27 part 5).

    Written by `organisations.services`. It holds while that chair's term runs; the next chair needs one of their own.
    """

    class How(models.TextChoices):
        REGISTER = "register", _("compared with the state register on the tax service's site")
        ORIGINAL = "original", _("the originals were shown")
        SIGNED = "signed", _("a copy with a qualified electronic signature")
        NOTARY = "notary", _("a copy certified by a notary")

    assignment = models.ForeignKey("organisations.RoleAssignment", on_delete=models.PROTECT, related_name="+")
    assignment_id: int
    minutes_number = models.CharField(_("number of the minutes"), max_length=40)
    minutes_on = models.DateField(_("date of the minutes"))
    extract_number = models.CharField(_("number of the extract"), max_length=60, blank=True)
    extract_on = models.DateField(_("date of the extract"), null=True, blank=True)
    act_number = models.CharField(_("number of the act of local self-government"), max_length=60, blank=True)
    act_on = models.DateField(_("date of the act"), null=True, blank=True)
    act_by = models.CharField(_("whose act it is"), max_length=160, blank=True)
    how = models.CharField(_("how it was checked"), max_length=10, choices=How.choices)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    checked_by = models.BigIntegerField(null=True, help_text="login that checked")
    checked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-checked_at"], name="verification_latest")]


class BankAccount(TenantModel):
    """An account of the organisation in a bank. Printed codes use an account from `effective_from` on; fees are collected on the one
    whose `main_from` is the latest that has come. Both moments are set by a BankChange that two people made.
    """

    number = models.CharField(_("account number"), max_length=20)
    bic = models.CharField(_("БИК"), max_length=9)
    bank_name = models.CharField(_("bank"), max_length=160)
    correspondent = models.CharField(_("correspondent account"), max_length=20, blank=True)
    title = models.CharField(_("what it is for"), max_length=100, blank=True)
    main_from = models.DateTimeField(_("for fees since"), null=True, editable=False)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    entered_by = models.BigIntegerField(null=True, editable=False, help_text="login that entered it")
    confirmed_by = models.BigIntegerField(null=True, editable=False, help_text="login that confirmed it")
    confirmed_at = models.DateTimeField(null=True, editable=False)
    effective_from = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "bic"], name="bank_account_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(confirmed_by=F("entered_by")),
                name="bank_account_two_people",
            ),
        ]

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def is_effective(self, now: datetime) -> bool:
        """Whether a code may be printed with it at this moment."""
        return self.effective_from is not None and self.effective_from <= now and self.closed_on is None

    def __str__(self) -> str:
        return f"{self.number} ({self.bank_name})"


class BankChange(TenantModel):
    """A change of where money goes: asked by one person, confirmed by another, in effect from a moment, unless somebody of the office or
    an auditor objects before. Its state is counted from its dates (`rules.change_state`). Written by `organisations.services`.
    """

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="changes")
    account_id: int
    for_fees = models.BooleanField(default=False)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    effective_from = models.DateTimeField(null=True)
    stopped_by = models.BigIntegerField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_word = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(confirmed_at__isnull=True, stopped_at__isnull=True),
                name="bank_change_one_asked",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(confirmed_by=F("asked_by")),
                name="bank_change_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, effective_from__isnull=True)
                | Q(confirmed_at__isnull=False, effective_from__gte=F("confirmed_at")),
                name="bank_change_counts_on",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-asked_at"], name="bank_change_latest")]


class RoleAssignment(TenantModel):
    """An office held by a person between two dates (both included), by a decision.

    Resident and member are not here: they follow from the register.
    """

    role = models.CharField(
        _("role"), max_length=16, choices=[(role.value, ROLE_NAMES[role]) for role in sorted(ASSIGNABLE)]
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="assignments")
    person_id: int
    for_person = models.ForeignKey(
        "people.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whom a representative stands for",
    )
    for_person_id: int | None
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    basis = models.CharField(
        _("basis"), max_length=300, help_text="decision or power of attorney: kind, date, number"
    )

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="role_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(role="representative", for_person__isnull=False)
                | (~Q(role="representative") & Q(for_person__isnull=True)),
                name="role_representative_of_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role", "valid_from"], name="role_by_organisation")]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id} @ {self.organisation_id}"
