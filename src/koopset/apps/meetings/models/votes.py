"""Ballots: facts as they came, and what counts of them now.

Secret ballots lie apart from their voters. Neither table holds a time, an address or a login, and the keys of both are drawn, so that
neither order of rows nor a log of changes joins them. Who reads the files of the database while the vote goes on may still see in which
order pages were written: the server is to be in the hands of nobody who votes.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.models.meeting import Meeting
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class PaperDecision(TenantModel):
    """A written decision: entered by one, confirmed by another, who reads the paper again. Only then it is ballots.

    `marks`: item → list of marks, as they stand on the paper. One that came after the closing is kept here and never counted.
    """

    class State(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("written decision", "waits for another to confirm it")
        CONFIRMED = "confirmed", pgettext_lazy("written decision", "confirmed")
        REJECTED = "rejected", pgettext_lazy("written decision", "does not match the paper")
        LATE = "late", pgettext_lazy("written decision", "came after the closing, not counted")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers", db_index=False)
    meeting_id: int
    elector = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    elector_id: int
    agent = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent_id: int | None
    marks = models.JSONField()
    received_at = models.DateTimeField()
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    file_id: int | None
    state = models.CharField(max_length=9, choices=State.choices, default=State.ENTERED)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(checked_by=F("entered_by")),
                name="paper_decision_two_people",
            )
        ]
        indexes = [models.Index(fields=["organisation", "meeting", "state"], name="paper_decision_by_state")]


class SignatureAsk(TenantModel):
    """A code that was sent to a voter, bound to the very text that it signs. The code itself is not kept."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    voter = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    voter_id: int
    elector = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    elector_id: int
    marks = models.JSONField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    clause = models.CharField(max_length=300)
    expires_at = models.DateTimeField()
    tag = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    most = models.PositiveSmallIntegerField(default=5)
    #: "mail" or "phone": where the code went.
    way = models.CharField(max_length=10, default="mail")
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "meeting", "voter"], name="signature_by_voter")]


class BallotFact(TenantModel):
    """A vote on one item as it came, counted or not. A fact; its key is the leaf's number in the tree of ballots.

    `item`: key of an item or of a candidate; `marks`: words with commas («for»); `agent` cast it by a power.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    meeting_id: int
    elector = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    elector_id: int
    agent = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent_id: int | None
    item = models.CharField(max_length=90)
    marks = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    paper = models.ForeignKey(
        PaperDecision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    paper_id: int | None
    signature = models.ForeignKey(
        SignatureAsk, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    signature_id: int | None
    at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "meeting", "elector", "item"], name="ballot_of_place"),
            models.Index(fields=["organisation", "elector"], name="ballot_by_elector"),
        ]


class CurrentVote(TenantModel):
    """The ballot that counts now for a person and an item, with the weight beside it, so that one grouped query is the tally.

    Made anew from the facts for each place that changes; the closing counts all facts again.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    item = models.CharField(max_length=90)
    voters = models.CharField(max_length=14)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    choice = models.CharField(max_length=9)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    is_from_afar = models.BooleanField(
        help_text="an own written or electronic vote: by it one takes part in all items"
    )
    ballot = models.ForeignKey(BallotFact, on_delete=models.PROTECT, related_name="+", db_index=False)
    ballot_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "item", "voters", "person"], name="current_vote_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "meeting", "person"], name="current_vote_by_person")]


class SecretVoter(TenantModel):
    """Who has voted on a secret item, and nothing more. A fact."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    item = models.CharField(max_length=60)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "item", "person"], name="secret_voter_once"
            )
        ]


class SecretBallot(TenantModel):
    """A secret ballot under a drawn key. `content`: canonical bytes of what was marked. A fact."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    item = models.CharField(max_length=60)
    key = models.BinaryField(max_length=32)
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "meeting", "item"], name="secret_ballot_by_item")]
