"""Consents, one's own data asked for, erasures and their acts. Written by `privacy.services` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from koopset.foundation.files.models import StoredFile
from koopset.foundation.tenants.models import Scope, Tenant, TenantModel


class ConsentAct(models.Model):
    """A fact: a login gave or withdrew a consent to one purpose, by one text. Append-only; the text is found again by purpose, version
    and `addressee`, and `sha256` proves it."""

    scope: ClassVar[Scope] = Scope.PERSON

    class Deed(models.TextChoices):
        GIVEN = "given", pgettext_lazy("consent", "given")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "withdrawn")

    class Channel(models.TextChoices):
        SITE = "site", pgettext_lazy("channel", "on the site")

    login_id = models.BigIntegerField(help_text="no foreign key: a login may be erased, the fact stays")
    organisation = models.ForeignKey(
        Tenant,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="to whom it is given; null: to the platform",
    )
    organisation_id: int | None
    purpose = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    deed = models.CharField(max_length=10, choices=Deed.choices)
    at = models.DateTimeField()
    addressee = models.CharField(max_length=200, help_text="name of the body as it stood in the text")
    sha256 = models.CharField(max_length=64, help_text="of the text that was shown")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SITE)

    class Meta:
        indexes = [models.Index(fields=["login_id", "purpose", "-at"], name="consents_of_login")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.deed}"


class PaperConsent(TenantModel):
    """A fact: a person signed a consent, or its withdrawal, on paper; the office brought it in with its scan. Append-only but for the scan,
    which goes after its term; `scan_sha256` stays and proves which paper it was.

    `text_sha256` is of the text that was printed. `effective_at` orders it among the acts on the site: the moment of entering where it
    was signed the same day, otherwise the beginning of that day for a consent and its end for a withdrawal.
    """

    person_id = models.BigIntegerField(
        help_text="no foreign key: a card may be made nameless, the fact stays"
    )
    purpose = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    deed = models.CharField(max_length=10, choices=ConsentAct.Deed.choices)
    signed_on = models.DateField()
    effective_at = models.DateTimeField()
    addressee = models.CharField(max_length=200)
    text_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    file_id: int | None
    scan_sha256 = models.CharField(max_length=64)
    login_id = models.BigIntegerField(null=True, help_text="who entered it")
    at = models.DateTimeField(help_text="when it was entered")

    class Meta:
        indexes = [models.Index(fields=["organisation", "person_id"], name="paper_consents_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person_id", "purpose", "version", "deed", "signed_on"],
                name="paper_consent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.deed} on paper"


class DataExport(models.Model):
    """One gathering of a login's own data into an archive. `path` is in the storage while the link is good, then empty."""

    scope: ClassVar[Scope] = Scope.PERSON

    login_id = models.BigIntegerField()
    job_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["login_id", "-created_at"], name="exports_of_login")]

    def __str__(self) -> str:
        return f"export {self.pk}"


class ErasureRequest(models.Model):
    """A person asks to erase the card that an organisation keeps (`organisation`, `person_id`), or (neither) the login and the own card.

    `rest_pending`: something is kept by law and goes by itself once the law lets it.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("erasure", "waits for an answer")
        DONE = "done", pgettext_lazy("erasure", "erased")
        PARTLY = "partly", pgettext_lazy("erasure", "erased in part")
        REFUSED = "refused", pgettext_lazy("erasure", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("erasure", "taken back")

    organisation = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_id: int | None
    person_id = models.BigIntegerField(null=True)
    login_id = models.BigIntegerField(help_text="who asks")
    reason = models.CharField(
        max_length=500, blank=True, help_text="in the person's words; goes with the erasure"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    answer_by = models.DateField(help_text="ten working days: 152-ФЗ art. 20")
    erase_by = models.DateField(help_text="thirty days: 152-ФЗ art. 21 part 5")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="why it was refused, or what is kept")
    rest_pending = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "-created_at"], name="erasures_of_organisation"),
            models.Index(fields=["login_id", "-created_at"], name="erasures_of_login"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, person_id__isnull=True)
                | Q(organisation__isnull=False, person_id__isnull=False),
                name="erasure_of_card_or_login",
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class DestructionAct(models.Model):
    """A fact: what was erased, made nameless or kept, when, by whom, on what ground (order of Roskomnadzor 179 of 2022). No personal data:
    the card or the login is named by its number."""

    scope: ClassVar[Scope] = Scope.PERSON

    request = models.ForeignKey(ErasureRequest, on_delete=models.PROTECT, related_name="acts", db_index=False)
    request_id: int
    organisation = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_id: int | None
    person_id = models.BigIntegerField(null=True)
    login_id = models.BigIntegerField(null=True, help_text="the login that was closed; null for a card")
    at = models.DateTimeField()
    done_by = models.BigIntegerField(null=True, help_text="null: the platform, when a term had passed")
    roles = models.CharField(max_length=120)
    ground = models.CharField(max_length=300)
    lines = models.JSONField(help_text="[{what, fate, count, law, until}]")
    is_whole = models.BooleanField(help_text="nothing is left to be erased later")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="destruction_acts_order")]
        constraints = [models.UniqueConstraint(fields=["request", "at"], name="destruction_act_once")]

    def __str__(self) -> str:
        return f"act {self.pk}"
