"""What the opening of a meeting froze: law, rules of counting, and every elector with the exact weight."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q

from koopset.apps.meetings.models.meeting import Meeting
from koopset.foundation.tenants.models import TenantModel


class Opening(TenantModel):
    """A fact, one a meeting. `law_text` with `charter` gives the profile of `law_digest` again; `register` is the hash of all electors.

    `items` are keys under which votes are taken in, `barred` those of them on which nothing may be decided.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="opening")
    meeting_id: int
    law_text = models.TextField()
    charter = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    law_version = models.CharField(max_length=80)
    law_digest = models.CharField(max_length=64)
    register = models.CharField(max_length=64)
    register_on = models.DateField()
    rules = models.JSONField()
    agenda = models.CharField(max_length=64)
    items = models.JSONField()
    barred = models.JSONField(default=list)
    is_repeat = models.BooleanField(default=False)
    at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)


class ElectorateRow(TenantModel):
    """One electorate of a meeting: `whole` is all its votes («12345/100»), also those that nobody can cast. A fact."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="electorates", db_index=False)
    meeting_id: int
    voters = models.CharField(max_length=14)
    weight = models.CharField(max_length=4)
    whole = models.CharField(max_length=400)
    chair = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    chair_id: int | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "meeting", "voters"], name="electorate_once")
        ]


class Elector(TenantModel):
    """A person with a vote in an electorate: numerator over denominator, people or square metres. A fact.

    `parts`: where a weight by area comes from: [unit, share, weight].
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="electors", db_index=False)
    meeting_id: int
    voters = models.CharField(max_length=14)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    parts = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "voters", "person"], name="elector_once"
            ),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, denominator__gt=0), name="elector_weight_positive"
            ),
        ]

    @property
    def weight(self) -> Fraction:
        """What the vote weighs."""
        return Fraction(self.numerator, self.denominator)
