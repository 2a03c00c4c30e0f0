"""Joint purchases: rounds, what may be wanted in them, who wants how much, and who gets what.

- `Round`: one joint purchase of one supplier's goods, run by the organisation. Its settings are edited in a draft and frozen at opening.
- `RoundGood`: a good of a round; copied from an offer or typed. Prices and packs are frozen at opening, the reached price at «stop».
- `Participant`: a household as the organisation's rounds know it. Editable, holds a name; facts name it by its key.
- `WantRecord`: a dated change of what a household wants. Append-only: what stands is the fold of its records (`rules.queue`).
- `Line`: where one household stands with one good: wanted, allocated, received, charged. Derived; written under the lock of its round.
- `AllocationRun`: what an allocation was computed from and the digest of what came out. Append-only; `koopset purchases replay` repeats it.
- `OrderPaper`: an order to the supplier as it was sent: frozen data, version of the template, digest of the PDF. Append-only.

Quantities are whole *member units* of the good: pieces, or grams and millilitres of what is sold by weight or volume (`by_weight`).
`price_kop` is of `RoundGood.per` units (1 piece; 1000 g or ml). Written only by `purchases.services` and, past «sent», by the room
of settlement through `services.stages`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Round(TenantModel):
    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("round", "being prepared")
        OPEN = "open", pgettext_lazy("round", "open")
        BOXFILL = "boxfill", pgettext_lazy("round", "filling packs")
        STOP = "stop", pgettext_lazy("round", "stopped")
        SENT = "sent", pgettext_lazy("round", "order sent")
        PARTLY = "partly", pgettext_lazy("round", "partly received")
        RECEIVED = "received", pgettext_lazy("round", "received")
        SETTLED = "settled", pgettext_lazy("round", "settled")
        CANCELLED = "cancelled", pgettext_lazy("round", "cancelled")

    class Rule(models.TextChoices):
        BY_TIME = "by_time", _("by time: who wanted first is served first")
        PRO_RATA = "pro_rata", _("pro rata: everybody is cut alike")

    class Access(models.TextChoices):
        MEMBERS = "members", _("members of the organisation")
        NEIGHBOURS = "neighbours", _("neighbours of a territory")
        INVITED = "invited", _("whoever has the link of invitation")

    class Holder(models.TextChoices):
        """By what contract the money is taken: law asks that it be named (54-ФЗ, 103-ФЗ)."""

        BODY = "body", _("the organisation buys for its members in its own name")
        AGENT = "agent", _("the organiser buys as an agent of each buyer")
        SELLER = "seller", _("each buyer pays the supplier; the organiser only gathers the order")

    class TransportSplit(models.TextChoices):
        BY_VALUE = "by_value", _("by the sum of each")
        BY_WEIGHT = "by_weight", _("by the weight of each")
        EQUALLY = "equally", _("equally among buyers")

    title = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("what should be known"), blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)

    supplier_name = models.CharField(_("supplier"), max_length=300)
    supplier_inn = models.CharField(_("taxpayer number of the supplier"), max_length=12, blank=True)
    supplier_organisation_id = models.BigIntegerField(
        null=True, help_text="where the supplier is a body here"
    )
    price_list_id = models.BigIntegerField(
        null=True, help_text="of catalogue.offers, where goods were chosen"
    )

    rule = models.CharField(_("rule of allocation"), max_length=8, choices=Rule.choices, default=Rule.BY_TIME)
    tolerance_allowed = models.BooleanField(_("«would also take» is allowed"), default=True)
    minimum_kop = models.BigIntegerField(default=0, help_text="the supplier's minimum of the whole order")
    transport_kop = models.BigIntegerField(
        default=0, help_text="estimate; what it cost is entered on receipt"
    )
    transport_split = models.CharField(
        max_length=9, choices=TransportSplit.choices, default=TransportSplit.BY_VALUE
    )
    fee_bp = models.PositiveIntegerField(default=0, help_text="organiser's fee in hundredths of a percent")
    fee_source = models.CharField(
        max_length=300, blank=True, help_text="who set the fee, for what, by which decision"
    )
    holder = models.CharField(max_length=6, choices=Holder.choices, default=Holder.BODY)
    operator_name = models.CharField(
        max_length=300, help_text="who runs the round and holds the money, as shown on every page"
    )
    operator_form = models.CharField(max_length=32, help_text="legal form of the operator: its code")
    handed_out = models.CharField(_("where and when it is handed out"), max_length=400, blank=True)

    access = models.CharField(max_length=10, choices=Access.choices, default=Access.MEMBERS)
    territory = models.ForeignKey(
        "places.Territory",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="whose neighbours may buy",
    )
    territory_id: int | None
    invite_code = models.CharField(max_length=24, help_text="the secret part of the link of invitation")

    open_until = models.DateTimeField(
        null=True, help_text="until then wants change freely and refusal is free"
    )
    boxfill_until = models.DateTimeField(
        null=True, help_text="the later «stop» of a round that has a stage of filling packs"
    )
    opened_at = models.DateTimeField(null=True)
    boxfill_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    repeats_id: int | None
    proposal_id = models.BigIntegerField(
        null=True, help_text="of needs.demand, where the round comes from one"
    )
    decision = models.ForeignKey(
        "register.Decision",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="by which the body buys, where one said so",
    )
    decision_id: int | None
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.BigIntegerField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_kop__gte=0, transport_kop__gte=0), name="round_money_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "created_at"], name="round_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class RoundGood(TenantModel):
    """A good of a round. `ordered` and `reached_kop` are filled at «stop»."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="goods", db_index=False)
    round_id: int
    position = models.PositiveIntegerField(help_text="order on the page («ряд»), unique in the round")
    offer_id = models.BigIntegerField(
        null=True, help_text="of catalogue.offers, where it was copied from one"
    )
    article = models.CharField(max_length=80, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    name = models.CharField(max_length=300)
    category = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=8, help_text="kernel Unit of `amount`: kg, g, l, ml, pcs")
    amount = models.DecimalField(
        max_digits=14, decimal_places=6, help_text="how much of the unit one piece holds; 1 by weight"
    )
    by_weight = models.BooleanField(
        default=False, help_text="sold by weight or volume: wanted in g or ml, never rounded to packs"
    )
    pack = models.PositiveIntegerField(default=1, help_text="member units in one pack of the supplier")
    min_packs = models.PositiveIntegerField(
        default=0, help_text="the supplier's minimum of this good, in packs"
    )
    limit = models.PositiveIntegerField(null=True, help_text="no more units than the supplier has")
    price_kop = models.BigIntegerField(help_text="of `per` units without a break")
    breaks = models.JSONField(default=list, help_text="[[from units, price_kop], …] rising")
    vat_bp = models.PositiveIntegerField(null=True, help_text="VAT in the price, hundredths of a percent")

    ordered = models.PositiveIntegerField(null=True, help_text="units ordered; set at «stop»")
    ordered_packs = models.PositiveIntegerField(null=True, help_text="whole packs ordered; 0 by weight")
    reached_kop = models.BigIntegerField(null=True, help_text="price at the reached break, frozen at «stop»")

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "position"], name="round_good_position"),
            models.CheckConstraint(
                condition=Q(price_kop__gte=0, pack__gte=1, amount__gt=0), name="round_good_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def per(self) -> int:
        """How many member units the price is of: 1 piece, or 1000 g or ml."""
        return 1000 if self.by_weight else 1


class Participant(TenantModel):
    """A household as the rounds of this organisation know it; one row a household."""

    household_id = models.BigIntegerField(help_text="people.Household")
    login_id = models.BigIntegerField(null=True, help_text="who joined first and is told of rounds")
    name = models.CharField(max_length=200, help_text="as lists of the organiser show it")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "household_id"], name="participant_once"),
        ]
        indexes = [models.Index(fields=["organisation", "login_id"], name="participant_by_login")]

    def __str__(self) -> str:
        return self.name


class Invitation(TenantModel):
    """A household that came to a round by its link: it may take part though it is no member and no neighbour. Append-only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_index=False)
    round_id: int
    household_id = models.BigIntegerField()
    login_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "household_id"], name="invitation_once"),
        ]


class WantRecord(TenantModel):
    """A change of a want: signed, dated, by whom. Raising takes a later place, lowering takes from the newest. Append-only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="wants", db_index=False)
    round_id: int
    good = models.ForeignKey(RoundGood, on_delete=models.PROTECT, related_name="wants", db_index=False)
    good_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="wants", db_index=False
    )
    participant_id: int
    quantity = models.IntegerField(help_text="change of the firm want, units")
    tolerance = models.IntegerField(help_text="change of «would also take», units")
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, help_text="login or key that said it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0) | ~Q(tolerance=0), name="want_record_changes_something"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "round", "good"], name="want_by_good"),
            models.Index(fields=["organisation", "participant", "at"], name="want_by_participant"),
        ]


class Line(TenantModel):
    """One household and one good. `wanted` and `tolerance` stand now; `allocated`, `price_kop`, `sum_kop` are frozen at «stop».

    `received` and `charged_kop` belong to the room of settlement: three truths beside each other, never one written over another.
    """

    class State(models.TextChoices):
        WANTED = "wanted", pgettext_lazy("round line", "wanted")
        ALLOCATED = "allocated", pgettext_lazy("round line", "allocated")
        RECEIVED = "received", pgettext_lazy("round line", "received")
        CHARGED = "charged", pgettext_lazy("round line", "charged")
        DISPUTED = "disputed", pgettext_lazy("round line", "disputed")
        CREDITED = "credited", pgettext_lazy("round line", "credited")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="lines", db_index=False)
    round_id: int
    good = models.ForeignKey(RoundGood, on_delete=models.PROTECT, related_name="lines", db_index=False)
    good_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    participant_id: int
    state = models.CharField(max_length=9, choices=State.choices, default=State.WANTED)
    wanted = models.PositiveIntegerField(default=0)
    tolerance = models.PositiveIntegerField(default=0)
    allocated = models.PositiveIntegerField(null=True, help_text="of what was ordered; set at «stop»")
    price_kop = models.BigIntegerField(null=True, help_text="of the good's `per` units, frozen at «stop»")
    sum_kop = models.BigIntegerField(null=True, help_text="allocated × price, rounded once, half up")
    reason = models.JSONField(default=dict, help_text="why so many: {code, …numbers} (`rules.explanation`)")

    received = models.PositiveIntegerField(null=True, help_text="of what came; set by settlement")
    received_reason = models.JSONField(default=dict, help_text="why so many of what came")
    charged_kop = models.BigIntegerField(null=True, help_text="goods only; set once by settlement")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "round", "good", "participant"], name="round_line_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "participant"], name="round_line_by_participant"),
        ]


class AllocationRun(TenantModel):
    """One allocation: its inputs beside the want records up to `last_want_id`, and digests. Append-only."""

    class Stage(models.TextChoices):
        STOP = "stop", _("of what is ordered")
        INTAKE = "intake", _("of what came")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs", db_index=False)
    round_id: int
    stage = models.CharField(max_length=6, choices=Stage.choices)
    rule = models.CharField(max_length=8, choices=Round.Rule.choices)
    version = models.PositiveSmallIntegerField(help_text="of the code of the rules: rules.VERSION")
    last_want_id = models.BigIntegerField(help_text="want records up to this key were counted; 0: none")
    inputs = models.JSONField(help_text="per good: what was known of it, and units to allocate")
    inputs_sha256 = models.CharField(max_length=64)
    result_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "round"], condition=Q(stage="stop"), name="allocation_stop_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "round", "stage"], name="allocation_run_of_round")]


class OrderPaper(TenantModel):
    """The order to the supplier as it was made: what it says never changes. Append-only; one a round."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="order_paper")
    round_id: int
    number = models.PositiveIntegerField(help_text="of the organisation's orders, from 1")
    data = models.TextField(help_text="what the paper says, as the template takes it")
    template_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the PDF")
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="order_paper_number")]
