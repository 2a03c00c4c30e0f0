"""How a body comes to the platform, and who helps it.

What a row means:
- `Application`: somebody asks in the name of a body. Its tenant's key is kept for the body from the first day, so its papers lie there.
- `ApplicationDocument`: a paper brought with it.
- `ApplicationMove`: a fact: the state changed, by whom, with which word.
- `ChairContact`: how the coordinator reaches the chair, as far as the chair wants it.
- `HelpWord`: a fact: what a coordinator or the operator wrote to the chair.
- `Coordinator`: a login helps in a territory between two dates.
- `PilotGroup`, `PilotMember`: bodies of a district that try something together.

Written only by `joining.services`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, TenantModel


class Application(TenantModel):
    """`login_id` is the applicant, who says they are the chair. Fields may be empty in a draft; sending asks for them."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("application", "draft")
        SUBMITTED = "submitted", pgettext_lazy("application", "being checked")
        MENDING = "mending", pgettext_lazy("application", "to be mended")
        VERIFIED = "verified", pgettext_lazy("application", "verified")
        REFUSED = "refused", pgettext_lazy("application", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    login_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    form = models.CharField(_("legal form"), max_length=8)
    name_short = models.CharField(_("short name"), max_length=120)
    name_full = models.CharField(_("full name"), max_length=300, blank=True)
    inn = models.CharField(_("taxpayer number (ИНН)"), max_length=12, blank=True)
    ogrn = models.CharField(_("ОГРН"), max_length=15, blank=True)
    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, null=True, related_name="+")
    territory_id: int | None
    address = models.CharField(_("address"), max_length=300, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    contact_shown = models.BooleanField(default=False)
    elected_on = models.DateField(_("elected on"), null=True)
    term_until = models.DateField(_("term until"), null=True)
    minutes_number = models.CharField(_("number of the minutes"), max_length=40, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="application_one_of_key")]

    def __str__(self) -> str:
        return self.name_short


class ApplicationDocument(TenantModel):
    """A paper; it may be taken back while the application is the applicant's to change."""

    class Kind(models.TextChoices):
        EXTRACT = "extract", _("extract from the state register (ЕГРЮЛ)")
        MINUTES = "minutes", _("minutes electing the chair")
        CHARTER = "charter", _("charter")
        OTHER = "other", _("another paper")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    application_id: int
    kind = models.CharField(max_length=8, choices=Kind.choices)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_id: int
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "application"], name="application_documents")]


class ApplicationMove(TenantModel):
    """The state before and after, by which login, with which word."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, choices=Application.State.choices)
    by_login = models.BigIntegerField(null=True)
    word = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "application", "at"], name="joining_moves")]


class ChairContact(TenantModel):
    """`is_shown` is the chair's own choice; only then the coordinator of the district sees it."""

    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_shown = models.BooleanField(default=False)

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="chair_contact_one")]


class HelpWord(TenantModel):
    """What was written to the chair about joining."""

    by_login = models.BigIntegerField(null=True)
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="help_words_latest")]


class Coordinator(models.Model):
    """An appointment of a login to a district or a region, both dates included."""

    scope: ClassVar[Scope] = Scope.PERSON

    login_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=160)
    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, related_name="+")
    territory_id: int
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True)
    basis = models.CharField(_("basis"), max_length=300)
    appointed_by = models.BigIntegerField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="coordinator_dates_in_order",
            )
        ]
        indexes = [models.Index(fields=["login_id", "valid_from"], name="coordinator_by_login")]

    def __str__(self) -> str:
        return self.name


class PilotGroup(models.Model):
    """Bodies of a district that try something together."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, related_name="+")
    territory_id: int
    name = models.CharField(_("name"), max_length=120)
    aim = models.CharField(_("what for"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory", "name"], name="pilot_group_name_once")]

    def __str__(self) -> str:
        return self.name


class PilotMember(TenantModel):
    """A body in a group."""

    group = models.ForeignKey(PilotGroup, on_delete=models.CASCADE, related_name="members")
    group_id: int
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "group"], name="pilot_member_once")]
