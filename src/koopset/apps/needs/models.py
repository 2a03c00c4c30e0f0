"""Purchases of households as their receipts tell them, and what of that is shared with neighbours.

All rows are of a household (people) and are seen by who is in it. No row holds a cashier, a phone, an e-mail, an address of a buyer or the
name of a sole trader: the readers of formats drop those before anything is written.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, Tenant


class Receipt(models.Model):
    """One receipt of a household: known by its code (fn, fd, fp), or entered by hand (`fn` is "").

    `day` and `clock` are the till's own local time, without a zone. `total_kop` is what the receipt says; lines may be missing (WAITING),
    then it counts nowhere. `flags` are codes of `rules.flags`. Written by `services`.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for its lines")
        FILLED = "filled", _("has its lines")
        NOT_FOUND = "not-found", _("the tax service does not know it")
        ERROR = "error", _("the lines could not be asked for")
        REFUSED = "refused", _("refused")

    class Source(models.TextChoices):
        CODE = "code", _("by its code")
        FILE = "file", _("from a file")
        PROVIDER = "provider", _("from the provider of receipts")
        HAND = "hand", _("by hand")

    class Operation(models.IntegerChoices):
        SALE = 1, _("purchase")
        RETURN = 2, _("return")
        PAYOUT = 3, _("payout")
        PAYOUT_RETURN = 4, _("return of a payout")

    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    household_id: int
    added_by = models.ForeignKey("people.Login", on_delete=models.SET_NULL, null=True, related_name="+")
    added_by_id: int | None
    fn = models.CharField(max_length=20, blank=True)
    fd = models.BigIntegerField(default=0)
    fp = models.BigIntegerField(default=0)
    day = models.DateField()
    clock = models.TimeField(null=True)
    operation = models.PositiveSmallIntegerField(choices=Operation, default=Operation.SALE)
    total_kop = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State)
    source = models.CharField(max_length=10, choices=Source)
    shop_inn = models.CharField(max_length=12, blank=True)
    shop_name = models.CharField(max_length=120, blank=True)
    flags = models.CharField(max_length=120, blank=True, help_text="codes with a comma between them")
    added_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "fn", "fd", "fp"],
                condition=~models.Q(fn=""),
                name="receipt_once_a_household",
            )
        ]
        indexes = [models.Index(fields=["household", "day"], name="receipt_of_household_on")]

    def __str__(self) -> str:
        return f"receipt {self.pk}"

    @property
    def happened_at(self) -> datetime:
        """The till's local time, naive; midnight where only the day is known."""
        return datetime.combine(self.day, self.clock or time())

    @property
    def flag_codes(self) -> tuple[str, ...]:
        """What is unusual about it, by codes."""
        return tuple(code for code in self.flags.split(",") if code)


class ReceiptLine(models.Model):
    """A line of a receipt. What was bought, how much, for how much never changes; what it *is* (category, kind, amount) may be answered
    later.

    `sign` is +1 for a purchase, -1 for a return, 0 for what is no purchase (payouts, prepayments). `amount` is the quantity in kg, l or
    pcs (`amount_unit`), of the whole line, never negative; null where the pack is not known. `is_private` (medicines, alcohol) is
    never shared. `how` says what knew the category: gtin, name, own, "".
    """

    scope: ClassVar[Scope] = Scope.PERSON

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="lines")
    receipt_id: int
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=250)
    quantity = models.DecimalField(max_digits=16, decimal_places=6)
    unit = models.CharField(
        max_length=8, help_text="of the quantity, as the till gave it; pcs where it gave none"
    )
    price_kop = models.BigIntegerField()
    sum_kop = models.BigIntegerField()
    gtin = models.CharField(max_length=14, blank=True)
    sign = models.SmallIntegerField()
    category = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=12, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    amount_unit = models.CharField(max_length=8, blank=True)
    is_private = models.BooleanField(default=False)
    is_need = models.BooleanField(default=True, help_text="false for bags, tobacco, bets: counted apart")

    def __str__(self) -> str:
        return f"line {self.pk}"


class ReceiptEvidence(models.Model):
    """The same receipt was brought once more: by whom, how, when. It counts once; who brought it is kept for all."""

    scope: ClassVar[Scope] = Scope.PERSON

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    receipt_id: int
    login = models.ForeignKey("people.Login", on_delete=models.CASCADE, related_name="+")
    login_id: int
    source = models.CharField(max_length=10, choices=Receipt.Source)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt", "login", "source"], name="evidence_once")]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class QuestionLeft(models.Model):
    """A name the household does not want to be asked about again."""

    scope: ClassVar[Scope] = Scope.PERSON

    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    household_id: int
    name = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "name"], name="question_left_once")]

    def __str__(self) -> str:
        return f"question {self.pk}"


class HouseholdHome(models.Model):
    """Where a household lives: a territory, and the settlement's body where one of the household has a role in it. Chosen by a person."""

    scope: ClassVar[Scope] = Scope.PERSON

    household = models.OneToOneField("people.Household", on_delete=models.PROTECT, related_name="+")
    household_id: int
    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, related_name="+")
    territory_id: int
    body = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    body_id: int | None

    history = changes()

    def __str__(self) -> str:
        return f"home {self.pk}"


class SharingChoice(models.Model):
    """A household lets its purchases of a category ("*": of all that may be shared) be counted among its neighbours', nameless.

    Begins with a person's consent and ends by a word of any of the household. Nothing is shared without a row; medicines and
    alcohol never are, whatever rows there be.
    """

    scope: ClassVar[Scope] = Scope.PERSON
    ALL: ClassVar[str] = "*"

    household = models.ForeignKey(
        "people.Household", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    household_id: int
    category = models.CharField(max_length=40)
    chosen_by = models.ForeignKey("people.Login", on_delete=models.CASCADE, related_name="+")
    chosen_by_id: int
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "category"],
                condition=models.Q(until__isnull=True),
                name="sharing_chosen_once",
            )
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class ReceiptImport(models.Model):
    """A file of receipts that a person brought: what came of it. The file itself goes as soon as it is read."""

    scope: ClassVar[Scope] = Scope.PERSON

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        READING = "reading", _("is being read")
        DONE = "done", _("read")
        FAILED = "failed", _("could not be read")

    household = models.ForeignKey("people.Household", on_delete=models.PROTECT, related_name="+")
    household_id: int
    login = models.ForeignKey("people.Login", on_delete=models.CASCADE, related_name="+")
    login_id: int
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    path = models.CharField(max_length=200, blank=True, help_text="in the storage, until it is read")
    state = models.CharField(max_length=8, choices=State)
    job_id = models.BigIntegerField(null=True)
    receipts = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    filled = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    lines = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True, help_text="a code: why the reading ended early")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.pk}"


class FailedRow(models.Model):
    """A receipt of a file that could not be used: its place and the reason, never its words."""

    scope: ClassVar[Scope] = Scope.PERSON

    brought = models.ForeignKey(ReceiptImport, on_delete=models.CASCADE, related_name="failed_rows")
    brought_id: int
    place = models.IntegerField(help_text="which receipt of the file, from 1")
    code = models.CharField(max_length=60)
    known_by = models.CharField(max_length=60, blank=True, help_text="fn, fd, fp where they could be read")

    def __str__(self) -> str:
        return f"failed row {self.pk}"
