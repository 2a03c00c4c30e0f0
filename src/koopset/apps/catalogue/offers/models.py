"""Who supplies what and for how much: price lists, their offers, prices as they were, files that were brought."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, TenantModel
from koopset.kernel.quantity import Unit


class PriceList(TenantModel):
    """What one supplier offers, kept by a body: the supplier itself (`is_own`) or an organiser for a supplier who is not here.

    The list stays while its prices change: each file brought (`ListImport`) renews its offers. Another list of the same supplier that is
    published replaces it. A published list is seen by whoever is signed in, a draft by the office alone. Written by `offers.services`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("price list", "draft")
        PUBLISHED = "published", pgettext_lazy("price list", "published")
        REPLACED = "replaced", pgettext_lazy("price list", "replaced")

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=120, blank=True)
    supplier_name = models.CharField(_("supplier"), max_length=160)
    supplier_key = models.CharField(max_length=160, editable=False, help_text="the name folded, to compare")
    supplier_inn = models.CharField(_("taxpayer number (ИНН)"), max_length=12, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    delivery = models.CharField(_("terms of delivery"), max_length=1000, blank=True)
    is_own = models.BooleanField(_("the organisation itself supplies"), default=False)
    is_public = models.BooleanField(_("seen by neighbours"), default=True)
    valid_from = models.DateField(_("prices from"))
    valid_to = models.DateField(_("prices to"), null=True, blank=True)
    mapping = models.JSONField(
        default=dict, editable=False, help_text="folded heading → field, as a person named them"
    )
    published_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    history = changes(excluded_fields=["mapping"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="price_list_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "supplier_key"], name="price_list_by_supplier"),
            models.Index(fields=["organisation", "state"], name="price_list_by_state"),
        ]

    def __str__(self) -> str:
        return self.title or self.supplier_name


class PriceListPlace(TenantModel):
    """A district or a settlement that the supplier serves; a district means every settlement in it."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="places")
    price_list_id: int
    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, related_name="+")
    territory_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "price_list", "territory"], name="price_list_place_once"
            )
        ]


class Offer(TenantModel):
    """A good or a service of a price list: one item is `amount` of `unit` (a jar of honey: 0.5 kg), costs `price_kop`, comes by `pack`.

    `key` is by what a new file finds it: the supplier's own id, GTIN, article, or name with the amount. What a file no longer has is
    archived and never deleted: rounds and needs point at it. Season: months from 1 to 12, both included, over the new year too.
    """

    UNITS = (Unit.KG, Unit.G, Unit.T, Unit.L, Unit.ML, Unit.M3, Unit.M, Unit.PCS)

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="offers")
    price_list_id: int
    key = models.CharField(max_length=200, editable=False)
    external_id = models.CharField(
        max_length=100, blank=True, help_text="the id in the supplier's program (Ид)"
    )
    article = models.CharField(_("article"), max_length=64, blank=True)
    gtin = models.CharField(_("barcode (GTIN)"), max_length=14, blank=True)
    name = models.CharField(_("name"), max_length=300)
    group = models.CharField(_("group in the supplier's list"), max_length=160, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    unit = models.CharField(_("unit"), max_length=8, default=Unit.PCS.value)
    amount = models.DecimalField(_("amount in one item"), max_digits=14, decimal_places=6, default=Decimal(1))
    price_kop = models.BigIntegerField(_("price of one item"))
    pack = models.PositiveIntegerField(_("items in a pack"), default=1)
    min_packs = models.PositiveIntegerField(_("packs at least"), default=1)
    vat = models.CharField(
        _("VAT"), max_length=8, blank=True, help_text='per cent, "none" or "" when not told'
    )
    stock = models.DecimalField(_("in stock"), max_digits=16, decimal_places=3, null=True, blank=True)
    is_available = models.BooleanField(_("may be ordered"), default=True)
    season_from = models.PositiveSmallIntegerField(_("season from"), null=True, blank=True)
    season_to = models.PositiveSmallIntegerField(_("season to"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=500, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    photo_id: int | None
    seen_in = models.BigIntegerField(null=True, editable=False, help_text="the import that saw it last")
    archived_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(editable=False)

    history = changes(excluded_fields=["seen_in"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "price_list", "key"], name="offer_key_once"),
            models.CheckConstraint(
                condition=Q(price_kop__gt=0) & Q(pack__gt=0) & Q(min_packs__gt=0) & Q(amount__gt=0),
                name="offer_numbers_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(season_from__isnull=True, season_to__isnull=True)
                | Q(season_from__range=(1, 12), season_to__range=(1, 12)),
                name="offer_season_of_months",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "price_list", "name"], name="offer_by_name"),
            models.Index(fields=["organisation", "price_list", "external_id"], name="offer_by_external_id"),
            models.Index(fields=["organisation", "price_list", "gtin"], name="offer_by_gtin"),
            models.Index(fields=["organisation", "price_list", "seen_in"], name="offer_seen"),
            models.Index(fields=["organisation", "category", "kind"], name="offer_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceBreak(TenantModel):
    """The price of one item from so many items on."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="breaks")
    offer_id: int
    from_items = models.PositiveIntegerField()
    price_kop = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "offer", "from_items"], name="price_break_once"),
            models.CheckConstraint(
                condition=Q(from_items__gt=1) & Q(price_kop__gt=0), name="price_break_above_zero"
            ),
        ]


class PriceFact(TenantModel):
    """What an offer cost since a moment: written whenever its price, breaks or pack change, when it is archived and comes back. A fact.

    `offer_id` and `import_id` are keys, not foreign keys: a fact outlives both.
    """

    offer_id = models.BigIntegerField()
    at = models.DateTimeField()
    price_kop = models.BigIntegerField()
    breaks = models.JSONField(default=list, help_text="[[from_items, price_kop], …]")
    pack = models.PositiveIntegerField()
    is_offered = models.BooleanField(default=True, help_text="False: archived at that moment")
    import_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "offer_id", "-at"], name="price_fact_latest")]


class ListImport(TenantModel):
    """One file brought into a price list: its columns, what it would change, what came of it.

    Nothing of the list changes before RUNNING.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", pgettext_lazy("file", "columns to be named")
        PREVIEW = "preview", pgettext_lazy("file", "checked, not loaded")
        RUNNING = "running", pgettext_lazy("file", "being loaded")
        DONE = "done", pgettext_lazy("file", "loaded")
        CANCELLED = "cancelled", pgettext_lazy("file", "put aside")

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="imports")
    price_list_id: int
    format = models.CharField(max_length=20, default="price-list")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_id: int
    failed_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    failed_file_id: int | None
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    is_whole = models.BooleanField(default=True, help_text="what the file does not have is archived")
    mapping = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    scope: ClassVar[Scope] = Scope.TENANT

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "price_list", "-created_at"], name="list_import_latest")
        ]
