"""The register of a settlement: plots and flats, who owns them in which share, who is a member, what was decided.

Everything has dates (`valid_from` included, `valid_to` included or open), so that the register of any date can be shown. Written by
`register.services`; the office's imports go through the same services.
"""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Decision(TenantModel):
    """A decision of a body: the root of money (architecture, decision 5). The register of decisions holds them all."""

    class Body(models.TextChoices):
        MEETING = "meeting", _("general meeting")
        BOARD = "board", _("board")
        CHAIR = "chair", _("chair")
        COURT = "court", _("court")
        FOUNDERS = "founders", _("founders")

    body = models.CharField(_("who decided"), max_length=10, choices=Body.choices)
    decided_on = models.DateField(_("date"))
    number = models.CharField(_("number of the minutes"), max_length=40)
    item = models.CharField(_("item of the agenda"), max_length=20, blank=True)
    title = models.CharField(_("what about"), max_length=200)
    wording = models.TextField(_("wording"))
    article = models.CharField(_("article of law or charter"), max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_id: int | None
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "body", "decided_on", "number", "item"], name="decision_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Unit(TenantModel):
    """A plot or a flat. Its area has a history (UnitArea). `sort_key` puts «2» before «10»."""

    class Kind(models.TextChoices):
        PLOT = "plot", _("plot")
        FLAT = "flat", _("flat")
        PREMISES = "premises", _("non-residential premises")
        PARKING = "parking", _("parking place")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=30)
    sort_key = models.CharField(max_length=60, editable=False)
    street = models.CharField(_("line, street or entrance"), max_length=100, blank=True)
    cadastral_number = models.CharField(_("cadastral number"), max_length=40, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    opened_on = models.DateField(_("in the register since"), null=True, blank=True)
    closed_on = models.DateField(_("in the register until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "street", "number"], name="unit_number_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "cadastral_number"],
                condition=~Q(cadastral_number=""),
                name="unit_cadastral_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "sort_key"], name="unit_order")]

    def __str__(self) -> str:
        return self.number


class UnitArea(TenantModel):
    """Area of a unit from a date on, until the next row of the same unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="areas")
    unit_id: int
    area_m2 = models.DecimalField(_("area, m²"), max_digits=12, decimal_places=2)
    valid_from = models.DateField(_("from"))
    document = models.CharField(_("document"), max_length=200, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "unit", "valid_from"], name="unit_area_once_a_day"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="unit_area_positive"),
        ]


class Ownership(TenantModel):
    """A person's share in a unit, an exact fraction, between two dates. Shares of a date sum to one, or a warning names the gap."""

    class Right(models.TextChoices):
        SHARE = "share", _("ownership")
        JOINT = "joint", _("joint ownership")
        LEASE = "lease", _("lease or use")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="ownerships")
    unit_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="ownerships")
    person_id: int
    right = models.CharField(_("right"), max_length=8, choices=Right.choices, default=Right.SHARE)
    share_numerator = models.PositiveIntegerField(default=1)
    share_denominator = models.PositiveIntegerField(default=1)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    deed = models.CharField(_("deed"), max_length=200, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    share_denominator__gt=0,
                    share_numerator__gt=0,
                    share_numerator__lte=F("share_denominator"),
                ),
                name="ownership_share_fraction",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="ownership_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["organisation", "unit", "person", "valid_from"], name="ownership_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "person"], name="ownership_by_person")]

    @property
    def share(self) -> Fraction:
        return Fraction(self.share_numerator, self.share_denominator)


class Membership(TenantModel):
    """A person's membership between two dates, by decisions (217-ФЗ art. 12, 13)."""

    class Ground(models.TextChoices):
        LEFT = "left", _("left by application")
        EXCLUDED = "excluded", _("excluded")
        SOLD = "sold", _("no plot any more")
        DIED = "died", _("died")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="memberships")
    person_id: int
    valid_from = models.DateField(_("member since"))
    valid_to = models.DateField(_("member until"), null=True, blank=True)
    admitted_by = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    admitted_by_id: int | None
    ended_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_by_id: int | None
    ground = models.CharField(_("ground of the end"), max_length=10, choices=Ground.choices, blank=True)
    card_number = models.CharField(_("number of the member's book"), max_length=30, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(valid_to__isnull=True),
                name="membership_one_open",
            ),
        ]


class RegisterImport(TenantModel):
    """One file of a register being loaded: its mapping, its preview, what came of it. The same file again is recognised by its hash."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns are being named")
        PREVIEW = "preview", _("checked, waits for you")
        RUNNING = "running", _("being loaded")
        DONE = "done", _("loaded")
        CANCELLED = "cancelled", _("cancelled")

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_id: int
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    mapping = models.JSONField(default=dict, help_text="field of ours → number of the column")
    as_of = models.DateField(help_text="the date from which what the file says holds where it names none")
    report = models.JSONField(default=dict, help_text="counts and findings by line")
    failed_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    failed_file_id: int | None
    job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["organisation", "created_at"], name="register_import_order")]
