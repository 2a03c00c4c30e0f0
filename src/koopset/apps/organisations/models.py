"""Bodies of every kind, their bank accounts, and who holds which office in them."""

from __future__ import annotations

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

    Written by `organisations.services`. Nothing is issued in its name before `verified_at` (K11)."""

    scope: ClassVar[Scope] = Scope.TENANT

    class Form(models.TextChoices):
        SNT = "snt", _("gardeners' partnership (СНТ)")
        ONT = "ont", _("market gardeners' partnership (ОНТ)")
        DNP = "dnp", _("dacha partnership (ДНП)")
        TSN = "tsn", _("property owners' partnership (ТСН)")
        TSJ = "tsj", _("homeowners' association (ТСЖ)")
        PRP = "prp", _("settlement of family homesteads (ПРП)")
        TOS = "tos", _("territorial self-government (ТОС)")
        PO = "po", _("consumer society (ПО)")
        COOP = "coop", _("co-operative")
        NKO = "nko", _("non-profit organisation")
        OTHER = "other", _("other")

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, primary_key=True, related_name="organisation"
    )
    form = models.CharField(_("legal form"), max_length=8, choices=Form.choices)
    name_short = models.CharField(_("short name"), max_length=120)
    name_full = models.CharField(_("full name"), max_length=300)
    inn = models.CharField(_("taxpayer number (ИНН)"), max_length=10, blank=True)
    kpp = models.CharField(_("КПП"), max_length=9, blank=True)
    ogrn = models.CharField(_("ОГРН"), max_length=13, blank=True)
    oktmo = models.CharField(_("ОКТМО"), max_length=11, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
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

    @property
    def has_flats(self) -> bool:
        """Whether its units are flats (ТСЖ) rather than plots: words on pages and the weight of votes follow."""
        return self.form == self.Form.TSJ

    def __str__(self) -> str:
        return self.name_short


class BankAccount(TenantModel):
    """An account of the organisation in a bank. Printed codes use confirmed accounts only; two people are needed to confirm one."""

    number = models.CharField(_("account number"), max_length=20)
    bic = models.CharField(_("БИК"), max_length=9)
    bank_name = models.CharField(_("bank"), max_length=160)
    correspondent = models.CharField(_("correspondent account"), max_length=20, blank=True)
    title = models.CharField(_("what it is for"), max_length=100, blank=True)
    is_main = models.BooleanField(_("for fees"), default=False)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    entered_by = models.BigIntegerField(null=True, editable=False, help_text="login that entered it")
    confirmed_by = models.BigIntegerField(null=True, editable=False, help_text="login that confirmed it")
    confirmed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "bic"], name="bank_account_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_main=True), name="bank_account_one_main"
            ),
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

    def __str__(self) -> str:
        return f"{self.number} ({self.bank_name})"


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
