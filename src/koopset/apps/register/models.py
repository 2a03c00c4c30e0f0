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
    """A person's share in a unit, an exact fraction, between two dates. Shares of a date sum to one, or a warning names the gap.

    `right` "estate" is the share of a person who has died and whose heirs are not entered yet.
    """

    class Right(models.TextChoices):
        SHARE = "share", _("ownership")
        JOINT = "joint", _("joint ownership")
        LEASE = "lease", _("lease or use")
        ESTATE = "estate", _("estate is open")

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
    end_document = models.CharField(_("paper of the end"), max_length=200, blank=True)

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


class UnitDescent(TenantModel):
    """From which units a unit was made: one row a pair. A fact, written by `unit_split` and `unit_merge`."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("divided")
        MERGE = "merge", _("joined")

    source = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="made")
    source_id: int
    result = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="made_of")
    result_id: int
    kind = models.CharField(max_length=5, choices=Kind.choices)
    on = models.DateField(_("from"))
    document = models.CharField(_("document"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "result"], name="unit_descent_once")
        ]
        indexes = [models.Index(fields=["organisation", "result"], name="unit_descent_by_result")]


class Death(TenantModel):
    """A person of the register has died: memberships ended that day, shares became an estate (217-ФЗ art. 13 part 9, ГК art. 1113).

    Entered by mistake, it is taken back by a `DeathReversal`; a later, true death is a row of its own.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    person_id: int
    died_on = models.DateField(_("died"))
    document = models.CharField(_("certificate"), max_length=200)
    ended = models.JSONField(
        default=dict, help_text="keys of what it ended: membership, powers, applications, exclusions, units"
    )
    reversed_on = models.DateField(_("taken back as a mistake on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(reversed_on__isnull=True),
                name="death_standing_once",
            )
        ]


class DeathReversal(TenantModel):
    """A death was entered by mistake and is taken back from a day on: by which paper, why, who. A fact; written by `death_reverse`.

    Earlier days of the register stay as they were: they show what the office knew on them.
    """

    death = models.OneToOneField(Death, on_delete=models.PROTECT, related_name="reversal")
    death_id: int
    on = models.DateField(_("from"))
    word = models.CharField(_("why"), max_length=500)
    document = models.CharField(_("document"), max_length=200, blank=True)
    login_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class ServedNotice(TenantModel):
    """A notice handed to a person with its proof: what, when, by which channel. A fact; only when it was received may be added.

    `subject` names what it is about («register.exclusion» and its key). Written by `services.notice_serve`; other rooms use it too.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        LETTER = "letter", _("by registered letter")
        HAND = "hand", _("by hand, against signature")
        BOARD = "board", _("on the notice board")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    person_id: int
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("what about"), max_length=200)
    text = models.TextField(_("text"))
    channel = models.CharField(_("how"), max_length=6, choices=Channel.choices)
    sent_on = models.DateField(_("sent or handed over"))
    number = models.CharField(_("number of the letter"), max_length=60, blank=True)
    received_on = models.DateField(_("received"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_id: int | None
    notification_id = models.BigIntegerField(null=True, help_text="the letter of channel «email»")
    login_id = models.BigIntegerField(null=True, help_text="who served it")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "subject", "subject_id"], name="served_notice_of_subject"),
            models.Index(fields=["organisation", "person"], name="served_notice_of_person"),
        ]


class MembershipApplication(TenantModel):
    """An application to be admitted (217-ФЗ art. 12). Its moves are declared in `rules.MOVES`; `due_on` is the last day to decide.

    Written by `services.admission`. One open application a person.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("papers are being checked")
        MENDING = "mending", _("to be mended by the applicant")
        BOARD = "board", _("waits for the decision")
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="applications")
    person_id: int
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.SUBMITTED)
    submitted_on = models.DateField(_("handed in"))
    due_on = models.DateField(_("to be decided until"), null=True, blank=True)
    on_paper = models.BooleanField(_("on paper"), default=False)
    residence = models.CharField(_("place of residence"), max_length=300)
    postal_address = models.CharField(_("postal address"), max_length=300)
    email = models.EmailField(_("e-mail"), blank=True)
    consents = models.BooleanField(_("agrees to keep to the charter"), default=False)
    word = models.CharField(_("word of the office"), max_length=1000, blank=True)
    refusal_ground = models.CharField(_("ground of the refusal"), max_length=40, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision_id: int | None
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    membership_id: int | None
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(closed_on__isnull=True),
                name="application_one_open",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "due_on"], name="application_queue")]


class ApplicationFile(TenantModel):
    """A paper of an application: seen by the applicant and by those who handle applications."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="files")
    application_id: int
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "application", "file"], name="application_file_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "file"], name="application_by_file")]


class ApplicationMove(TenantModel):
    """A move of an application: who, when, from what to what, with which word. A fact."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.PROTECT, related_name="moves")
    application_id: int
    before = models.CharField(max_length=9, blank=True)
    after = models.CharField(max_length=9)
    word = models.CharField(max_length=1000, blank=True)
    login_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "application"], name="application_moves")]


class Exclusion(TenantModel):
    """An exclusion for unpaid fees on its way: ground, warning with proof, decision of the meeting, notice after it
    (217-ФЗ art. 13 parts 4-7). Written by `services.exclusion`. One open a person.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("to be warned")
        WARNED = "warned", _("warned")
        EXCLUDED = "excluded", _("excluded")
        DROPPED = "dropped", _("dropped")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    person_id: int
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PREPARED)
    started_on = models.DateField()
    debt_kop = models.BigIntegerField(help_text="contributions that gave the ground on the day of the start")
    debt_since = models.DateField(help_text="the oldest unpaid due day of a contribution")
    ground = models.JSONField(
        default=list,
        help_text="late charges of that day, line by line: {account, title, kind, month, due_on, kop, counts …}",
    )
    term_months = models.PositiveSmallIntegerField(
        help_text="months of non-payment that the law or the charter asks"
    )
    warning = models.ForeignKey(
        ServedNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    warning_id: int | None
    lawful_from = models.DateField(_("the meeting not before"), null=True, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision_id: int | None
    notice_due_on = models.DateField(null=True, blank=True)
    notice = models.ForeignKey(
        ServedNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice_id: int | None
    word = models.CharField(_("why it was dropped"), max_length=500, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(closed_on__isnull=True),
                name="exclusion_one_open",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="exclusion_by_state")]


class PowerOfAttorney(TenantModel):
    """A power of attorney: who acts for whom, in what, until when. One level: what an agent was given is not given on."""

    class Kind(models.TextChoices):
        SIMPLE = "simple", _("simple written")
        NOTARIAL = "notarial", _("notarial")

    principal = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    principal_id: int
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    agent_id: int
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"))
    valid_to = models.DateField(_("in force until"))
    may_vote = models.BooleanField(_("vote"), default=False)
    may_papers = models.BooleanField(_("see and receive papers"), default=False)
    may_sign = models.BooleanField(_("sign"), default=False)
    may_pay = models.BooleanField(_("pay"), default=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_id: int | None
    revoked_on = models.DateField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("issued_on")), name="power_dates_in_order"),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="power_of_another"),
            models.CheckConstraint(
                condition=Q(may_vote=True) | Q(may_papers=True) | Q(may_sign=True) | Q(may_pay=True),
                name="power_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "agent"], name="power_by_agent"),
            models.Index(fields=["organisation", "principal"], name="power_by_principal"),
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
