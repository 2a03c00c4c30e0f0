"""Notices of a meeting, and how each person was told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.models.meeting import Meeting
from koopset.foundation.files.models import StoredFile
from koopset.foundation.tenants.models import TenantModel


class Notice(TenantModel):
    """A notice as it went out, agenda and all. A fact; only that it was withdrawn may be added. A changed agenda is a new notice."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notices", db_index=False)
    meeting_id: int
    number = models.PositiveSmallIntegerField()
    agenda = models.JSONField(help_text="items with their wordings, candidates and effects")
    digest = models.CharField(max_length=64, help_text="of the keys and wordings, in their order")
    text = models.TextField()
    law_version = models.CharField(max_length=80)
    at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "number"], name="meeting_notice_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "meeting"],
                condition=Q(withdrawn_at__isnull=True),
                name="meeting_notice_one_stands",
            ),
        ]


class NoticeRow(TenantModel):
    """A person whom a notice is for. `notification_id`: the letter that went out. A fact."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="rows", db_index=False)
    notice_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    notification_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "notice", "person"], name="meeting_notice_once")
        ]


class NoticeProof(TenantModel):
    """How and on which day somebody was told, entered by hand. Without `person` it is a posting that tells everybody: by which clause says
    `basis`. A fact.
    """

    class Channel(models.TextChoices):
        LETTER = "letter", pgettext_lazy("notice", "by registered letter")
        SIGNATURE = "signature", pgettext_lazy("notice", "by hand, against signature")
        BOARD = "board", pgettext_lazy("notice", "posted on the notice board")
        SITE = "site", pgettext_lazy("notice", "posted on the site or in the system")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    notice_id: int
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person_id: int | None
    channel = models.CharField(max_length=9, choices=Channel.choices)
    on = models.DateField()
    number = models.CharField(
        max_length=60, blank=True, help_text="number of the letter or of the act of posting"
    )
    basis = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    file_id: int | None
    at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | (Q(channel__in=["board", "site"]) & ~Q(basis="")),
                name="meeting_posting_has_its_clause",
            )
        ]
        indexes = [models.Index(fields=["organisation", "notice"], name="notice_proof_by_notice")]
