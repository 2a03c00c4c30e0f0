"""Handing out: who comes when, by which code, and what each gets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.people import selectors as people
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.selectors import amount_text, unit_text
from koopset.apps.purchases.settlement.models import HandoutPoint, HandoutRow, HandoutSlot, PickUp, Settled
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.codes import read_code, spaced
from koopset.apps.purchases.settlement.selectors.money import members_money
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class SlotCard:
    """A time at a place. `left`: places that are free, None without a limit."""

    id: int
    point: str
    address: str
    note: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int

    @property
    def left(self) -> int | None:
        return max(0, self.capacity - self.taken) if self.capacity else None

    @property
    def is_full(self) -> bool:
        return self.left == 0


@dataclass(frozen=True, slots=True)
class GiveLine:
    """A good to give: what the participant gets, what was given, not taken, and what is left. `field` is as an input shows what is left."""

    line_id: int
    name: str
    gets_text: str
    given_text: str
    not_taken: int
    left: int
    left_text: str
    by_weight: bool
    unit: str

    @property
    def unit_text(self) -> str:
        """What is typed: pieces, or kilograms and litres."""
        return unit_text(self.unit if self.by_weight else "pcs")

    @property
    def field(self) -> str:
        """Kilograms of what is sold by weight."""
        if not self.by_weight:
            return str(self.left)
        return f"{self.left // 1000},{self.left % 1000:03d}".rstrip("0").rstrip(",")


@dataclass(frozen=True, slots=True)
class Given:
    """A row of handing out: when, what, how much, by whom."""

    at: datetime
    name: str
    text: str
    outcome: str
    by: str


@dataclass(frozen=True, slots=True)
class HandoutMember:
    """A participant on the list: state is waiting, part, done."""

    participant_id: int
    name: str
    slot: SlotCard | None
    lines: tuple[GiveLine, ...]
    owes_kop: int

    @property
    def is_done(self) -> bool:
        return all(line.left <= 0 for line in self.lines)

    @property
    def is_begun(self) -> bool:
        return any(line.given_text or line.not_taken for line in self.lines)


def slots_of(row: Round) -> list[SlotCard]:
    """Times of the round in order. Asks no right: everybody in the round sees them."""
    taken: dict[int, int] = defaultdict(int)
    for slot_id in PickUp.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, slot__isnull=False
    ).values_list("slot_id", flat=True):
        taken[slot_id or 0] += 1
    return [
        SlotCard(
            one.pk, one.point.name, one.point.address, one.point.note, one.starts_at, one.ends_at, one.capacity,
            taken[one.pk],
        )
        for one in HandoutSlot.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
        .select_related("point")
        .order_by("starts_at", "pk")
    ]  # fmt: skip


def handout_of(actor: Actor, row: Round, *, participant_id: int | None = None) -> list[HandoutMember]:
    """Whom to give what, by the chosen time, then by name. Raises Forbidden."""
    actor.require(SettlementRight.HANDOUT_GIVE, row.organisation_id)
    slots = {one.id: one for one in slots_of(row)}
    chosen = dict(
        PickUp.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).values_list(
            "participant_id", "slot_id"
        )
    )
    settled = Settled.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
    owes = {one.participant_id: one.missing_kop for one in members_money(row, settled)}
    lines = give_lines(row, participant_id)
    names = dict(
        Participant.objects.filter(organisation_id=row.organisation_id, pk__in=list(lines)).values_list(
            "pk", "name"
        )
    )
    found = [
        HandoutMember(pk, names[pk], slots.get(chosen.get(pk) or 0), tuple(own), owes.get(pk, 0))
        for pk, own in lines.items()
    ]
    return sorted(
        found,
        key=lambda one: (
            one.slot is None,
            one.slot.starts_at.timestamp() if one.slot else 0,
            one.name,
            one.participant_id,
        ),
    )


def give_lines(row: Round, participant_id: int | None = None) -> dict[int, list[GiveLine]]:
    """participant → goods that came for them."""
    given: dict[tuple[int, str], int] = defaultdict(int)
    for line_id, outcome, units in HandoutRow.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk
    ).values_list("line_id", "outcome", "quantity"):
        given[line_id, outcome] += units
    lines = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk, received__gt=0)
    if participant_id is not None:
        lines = lines.filter(participant_id=participant_id)
    found: dict[int, list[GiveLine]] = defaultdict(list)
    for line in lines.select_related("good").order_by("good__position", "pk"):
        good, units = line.good, line.received or 0
        done, refused = given[line.pk, HandoutRow.Outcome.GIVEN], given[line.pk, HandoutRow.Outcome.NOT_TAKEN]
        left = 0 if good.by_weight and done else max(0, units - done - refused)
        found[line.participant_id].append(
            GiveLine(
                line_id=line.pk,
                name=good.name,
                gets_text=amount_text(units, good.by_weight, good.unit),
                given_text=amount_text(done, good.by_weight, good.unit) if done else "",
                not_taken=refused,
                left=left,
                left_text=amount_text(left, good.by_weight, good.unit),
                by_weight=good.by_weight,
                unit=good.unit,
            )
        )
    return dict(found)


def given_rows(row: Round, participant_id: int) -> list[Given]:
    """What was given to one participant, the latest first, with who gave it."""
    rows = list(
        HandoutRow.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant_id
        )
        .select_related("line__good")
        .order_by("-pk")[:200]
    )
    names = people.login_names({one.by for one in rows if one.by}, organisation_id=row.organisation_id)
    return [
        Given(
            one.at,
            one.line.good.name,
            amount_text(one.quantity, one.line.good.by_weight, one.line.good.unit),
            str(one.get_outcome_display()),
            names.get(one.by or 0, ""),
        )
        for one in rows
    ]


def participant_by_code(actor: Actor, row: Round, text: str) -> int:
    """The participant behind a typed or scanned code. Raises Forbidden, settlement.code_bad, settlement.code_unknown."""
    actor.require(SettlementRight.HANDOUT_GIVE, row.organisation_id)
    code = read_code(text)
    found = (
        PickUp.objects.filter(organisation_id=row.organisation_id, round_id=row.pk, code=code)
        .values_list("participant_id", flat=True)
        .first()
    )
    if found is None:
        raise RuleViolation("settlement.code_unknown", field="code")
    return found


@dataclass(frozen=True, slots=True)
class OwnPickUp:
    """A household's own code and time. `code` is "" until the goods have come."""

    code: str
    slot_id: int | None

    @property
    def spaced(self) -> str:
        return spaced(self.code)


def own_pickup(row: Round, participant: Participant) -> OwnPickUp:
    """For the household's own page only: whoever has the code is given the goods."""
    found = PickUp.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
    ).first()
    if found is None:
        return OwnPickUp("", None)
    has_come = row.state in {Round.State.RECEIVED, Round.State.SETTLED}
    return OwnPickUp(found.code if has_come else "", found.slot_id)


def points_of(organisation_id: int, *, only_open: bool = False) -> list[HandoutPoint]:
    """Places of handing out by name. Asks no right."""
    rows = HandoutPoint.objects.filter(organisation_id=organisation_id)
    return list((rows.filter(is_closed=False) if only_open else rows).order_by("is_closed", "name"))
