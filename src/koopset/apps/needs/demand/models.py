"""What households wish for, what areas use, and what would be cheaper together.

Everything here is computed from what people chose to share, or said themselves. Households and logins are kept by number.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope


class Wish(models.Model):
    """A need that its household told: what, how much, when, and the most it would pay. Written by `services.wishes`.

    `amount` is for one `rhythm` in `unit`; `max_price_kop` is for one unit and `budget_kop` for the whole amount: none given is no
    limit. It says nothing in free words, so it holds nothing that its fields do not.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class Rhythm(models.TextChoices):
        ONCE = "once", pgettext_lazy("wish", "Once")
        WEEK = "week", pgettext_lazy("wish", "Every week")
        MONTH = "month", pgettext_lazy("wish", "Every month")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("wish", "Open")
        MET = "met", pgettext_lazy("wish", "Met")
        WITHDRAWN = "withdrawn", pgettext_lazy("wish", "Taken back")

    household_id = models.BigIntegerField()
    login_id = models.BigIntegerField()  # who wrote it
    territory_id = models.BigIntegerField(null=True)  # where, as the household lived when it was written
    category = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    amount: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=8)
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.MONTH)
    needed_on: models.DateField[date | None, date | None] = models.DateField(null=True)
    max_price_kop = models.BigIntegerField(null=True)
    budget_kop = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        indexes = [
            models.Index(fields=["household_id", "state"], name="wish_of_household"),
            models.Index(fields=["territory_id", "state"], name="wish_of_territory"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="wish_of_something"),
            models.CheckConstraint(
                condition=models.Q(max_price_kop__isnull=True) | models.Q(max_price_kop__gt=0),
                name="wish_price_above_nothing",
            ),
            models.CheckConstraint(
                condition=models.Q(budget_kop__isnull=True) | models.Q(budget_kop__gte=0),
                name="wish_budget_not_below_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"


class Publication(models.Model):
    """The needs of a month were published: once, for everybody, for good. Written by `services.publication`.

    `cut_at` is the moment up to which facts counted; whatever was recorded later counts in the next one.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    month = models.PositiveIntegerField(unique=True)  # 202611
    least_households = models.PositiveSmallIntegerField()
    cut_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    published_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    cells_count = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField()  # cells that told too much of somebody

    def __str__(self) -> str:
        return str(self.month)


class PublishedCell(models.Model):
    """One figure of a publication: of a settlement or a district, of at least k households, none of them more than half, rounded.

    A cell of what was bought is of a category; a cell of wishes is of a kind, with what is solvent and what is not.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    class Measure(models.TextChoices):
        BOUGHT = "bought", _("bought")
        WISHED = "wished", _("wished for")

    class Level(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement")
        DISTRICT = "district", _("district")

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="cells")
    publication_id: int
    measure = models.CharField(max_length=8, choices=Measure)
    level = models.CharField(max_length=10, choices=Level)
    territory_id = models.BigIntegerField()
    subject = models.CharField(max_length=64)  # the category, or the kind of a wish
    unit = models.CharField(max_length=8)
    households = models.PositiveIntegerField()
    amount: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=16, decimal_places=3)
    sum_kop = models.BigIntegerField(null=True)
    price_kop = models.BigIntegerField(null=True)  # at which wishes are weighed, for one unit
    solvent: models.DecimalField[Decimal | None, Decimal | None] = models.DecimalField(
        max_digits=16, decimal_places=3, null=True
    )
    insolvent: models.DecimalField[Decimal | None, Decimal | None] = models.DecimalField(
        max_digits=16, decimal_places=3, null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "measure", "level", "territory_id", "subject", "unit"],
                name="cell_once",
            )
        ]
        indexes = [models.Index(fields=["territory_id", "subject"], name="cell_of_territory")]

    def __str__(self) -> str:
        return f"cell {self.pk}"


class Thresholds(models.Model):
    """When buying together is worth proposing. One row, the operator's; without it the defaults of `rules.proposals` hold."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    one = models.BooleanField(default=True, unique=True, editable=False)
    least_households = models.PositiveSmallIntegerField()
    least_saving_kop = models.BigIntegerField()  # of all together, in a month
    least_days = models.PositiveSmallIntegerField()  # of purchases behind a household's figures
    window_days = models.PositiveSmallIntegerField()  # how far back purchases count
    transport_kop = models.BigIntegerField()
    organiser_percent: models.DecimalField[Decimal, Decimal] = models.DecimalField(
        max_digits=5, decimal_places=2
    )
    hours_round: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=6, decimal_places=2)
    hours_household: models.DecimalField[Decimal, Decimal] = models.DecimalField(
        max_digits=6, decimal_places=2
    )
    hour_kop = models.BigIntegerField()  # what an hour of work is counted at
    lasts_days = models.PositiveSmallIntegerField()

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(least_households__gte=5), name="thresholds_keep_k")
        ]

    def __str__(self) -> str:
        return "thresholds"


class Proposal(models.Model):
    """Buying one kind together in an area from one offer would be cheaper. Written by `services.proposals`.

    Renewed in its place while it is open, so it never stands twice; `arithmetic` is the way to the saving, line by line, in kopecks and
    decimals as text. It is nobody's: what concerns one household is in `ProposalShare`.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "Open")
        TAKEN = "taken", pgettext_lazy("proposal", "A purchase is open")
        EXPIRED = "expired", pgettext_lazy("proposal", "Over")

    level = models.CharField(max_length=10, choices=PublishedCell.Level)
    territory_id = models.BigIntegerField()
    category = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    unit = models.CharField(max_length=8)
    offer_id = models.BigIntegerField()
    supplier_id = models.BigIntegerField()  # the organisation that keeps the price list
    offer_name = models.CharField(max_length=200)
    households = models.PositiveIntegerField()
    amount: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=16, decimal_places=3)
    items = models.PositiveIntegerField()
    packs = models.PositiveIntegerField()
    item_price_kop = models.BigIntegerField()
    saving_kop = models.BigIntegerField()  # of all together in a month, after every cost
    hours: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=8, decimal_places=2)
    arithmetic: models.JSONField[Any, Any] = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    first_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    computed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory_id", "kind"],
                condition=models.Q(state="open"),
                name="proposal_open_once",
            ),
            models.CheckConstraint(condition=models.Q(saving_kop__gt=0), name="proposal_saves"),
            models.CheckConstraint(condition=models.Q(households__gte=5), name="proposal_of_many"),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="proposal_by_state")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class ProposalShare(models.Model):
    """What a proposal means for one household: seen by that household only."""

    scope: ClassVar[Scope] = Scope.PERSON

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="shares")
    proposal_id: int
    household_id = models.BigIntegerField()
    amount: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=12, decimal_places=3)
    own_price_kop = (
        models.BigIntegerField()
    )  # median of what it pays for one unit; of a wish the least price that is known
    by_wish = models.BooleanField(default=False)  # it only wishes: what it pays now is not known
    own_kop = models.BigIntegerField()
    together_kop = models.BigIntegerField()  # with its part of every cost
    saving_kop = models.BigIntegerField()
    told_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "household_id"], name="proposal_share_once"),
            models.CheckConstraint(condition=models.Q(saving_kop__gt=0), name="proposal_share_saves"),
        ]
        indexes = [models.Index(fields=["household_id"], name="proposal_share_of")]

    def __str__(self) -> str:
        return f"share {self.pk}"


class ProposalAnswer(models.Model):
    """A household joins a proposal (then `quantity` items firmly and `tolerance` more if that fills a pack) or refuses it.

    One answer a household; it may be changed until a round is open. A joined answer is the want with which the round begins.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class Answer(models.TextChoices):
        JOINED = "joined", pgettext_lazy("proposal", "Joined")
        REFUSED = "refused", pgettext_lazy("proposal", "Refused")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="answers")
    proposal_id: int
    household_id = models.BigIntegerField()
    login_id = models.BigIntegerField()
    answer = models.CharField(max_length=8, choices=Answer)
    quantity = models.PositiveIntegerField(default=0)
    tolerance = models.PositiveIntegerField(default=0)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "household_id"], name="proposal_answer_once"),
            models.CheckConstraint(
                condition=models.Q(answer="refused") | models.Q(quantity__gt=0),
                name="proposal_answer_of_some",
            ),
        ]
        indexes = [models.Index(fields=["household_id"], name="proposal_answer_of")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class KindMute(models.Model):
    """A household wants no proposals of a kind."""

    scope: ClassVar[Scope] = Scope.PERSON

    household_id = models.BigIntegerField()
    login_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household_id", "kind"], name="kind_mute_once")]

    def __str__(self) -> str:
        return f"mute {self.pk}"
