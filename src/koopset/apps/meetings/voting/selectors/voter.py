"""A voter at one meeting: with which votes, from which plots, for whom, and what has been voted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from koopset.apps.meetings.models import (
    AgendaItem,
    BallotFact,
    CurrentVote,
    Elector,
    ElectorateRow,
    Meeting,
    MeetingPower,
    Presence,
    SecretVoter,
    SignatureAsk,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.canonical import fraction_read
from koopset.apps.meetings.rules.law import Weight
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of
from koopset.apps.meetings.selectors.hall import hall_of, proxies_of
from koopset.apps.meetings.voting.models import Speech
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.selectors.units import unit_labels
from koopset.foundation.rights.actors import Actor, Forbidden


@dataclass(frozen=True, slots=True)
class WeightLine:
    """What a vote weighs in one electorate. `amount`: people (a share of one by joint ownership) or square metres; `parts`: (plot, share,
    weight) of which an area is made.
    """

    voters: str
    is_area: bool
    amount: Fraction
    whole: Fraction
    parts: tuple[tuple[str, Fraction, Fraction], ...]

    @property
    def metres(self) -> Decimal:
        """Square metres for display, two places."""
        return _two(self.amount)

    @property
    def part(self) -> Fraction:
        """Of all votes of the electorate."""
        return self.amount / self.whole if self.whole else Fraction(0)

    @property
    def lines(self) -> list[tuple[str, Fraction, Decimal]]:
        """The parts for display."""
        return [(text, share, _two(weight)) for text, share, weight in self.parts]


def _two(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01")).normalize() + 0


@dataclass(frozen=True, slots=True)
class Voice:
    """A vote that the actor can give: with the own card `voter_id` for `elector_id`, oneself or whose power is held.

    `items`: keys that the power is for; None for all.
    """

    voter_id: int
    elector_id: int
    name: str
    weights: tuple[WeightLine, ...]
    items: frozenset[str] | None

    @property
    def is_own(self) -> bool:
        return self.voter_id == self.elector_id

    @property
    def key(self) -> str:
        """What a form names the voice by."""
        return f"{self.voter_id}-{self.elector_id}"

    def may(self, key: str) -> bool:
        """Whether the voice reaches an item, or a candidate of it."""
        return self.items is None or key in self.items


@dataclass(frozen=True, slots=True)
class GivenVote:
    """A vote as it came. `is_counted`: the one that counts now."""

    elector_id: int
    item: str
    mark: str
    channel: str
    at: datetime
    is_counted: bool
    by_name: str


@dataclass(frozen=True, slots=True)
class VoterState:
    """All of a voter at an open or closed meeting. `refused`: (principal's name, code) of powers that do not hold now.

    `marks`: (elector, key) → the choice that counts; `secret`: (elector, item) voted in secret; `speaks`: "asked", "called" or "".
    """

    voices: tuple[Voice, ...]
    own_ids: tuple[int, ...]
    is_here: bool
    here_as: int | None
    was_here: bool
    refused: tuple[tuple[str, str], ...]
    marks: dict[tuple[int, str], str]
    secret: frozenset[tuple[int, str]]
    given: tuple[GivenVote, ...]
    revote: bool
    speaks: str
    frozen: Frozen

    @property
    def has_own(self) -> bool:
        """Whether the actor votes for oneself, and so has a ballot of one's own."""
        return any(voice.is_own for voice in self.voices)

    @property
    def may_come(self) -> int | None:
        """The own card that checks in: an elector's, or of somebody who holds a power."""
        return self.here_as or (self.own_ids[0] if self.own_ids else None)


def voter_state(actor: Actor, row: Meeting, *, history: bool = False) -> VoterState:
    """The actor at a meeting that was opened; with `history` also every vote as it came. Some twelve queries whatever the size of the
    meeting. Raises Forbidden.
    """
    actor.require(MeetingRight.MEETING_VIEW, row.organisation_id)
    if row.opened_at is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    pk, own = row.organisation_id, sorted(actor.person_ids)
    key = {"organisation_id": pk, "meeting_id": row.pk}
    frozen = frozen_of(row)
    powers = list(MeetingPower.objects.filter(**key, agent_id__in=own).order_by("pk"))
    agents: dict[int, dict[int, set[str]]] = {}
    refused: dict[int, str] = {}
    if powers:
        proxies = proxies_of(row, frozen.profile, frozen.items, coming=own)
        for (principal, item), agent in proxies.agents.items():
            if agent in own:
                agents.setdefault(principal, {}).setdefault(agent, set()).add(item)
        by_key = {one.pk: one.principal_id for one in powers}
        for one in proxies.refused:
            if one.key in by_key and by_key[one.key] not in agents:
                refused[by_key[one.key]] = one.code
    wanted = [*own, *agents]
    weights = _weights(row, wanted)
    cards = persons_by_ids([*wanted, *refused], organisation_id=pk)
    voices = [
        Voice(person, person, _name(cards, person), weights[person], None)
        for person in own
        if person in weights
    ]
    voices += [
        Voice(agent, principal, _name(cards, principal), weights.get(principal, ()), frozenset(items))
        for principal, by_agent in sorted(agents.items())
        for agent, items in sorted(by_agent.items())
    ]
    members = tuple(dict.fromkeys(voice.voter_id for voice in voices)) or tuple(
        dict.fromkeys(one.agent_id for one in powers)
    )
    hall = hall_of(row, own) if own else None
    here = sorted(hall.here) if hall is not None else []
    electors = sorted({voice.elector_id for voice in voices})
    marks, counted = _marks(row, electors)
    return VoterState(
        voices=tuple(voices),
        own_ids=members,
        is_here=bool(here),
        here_as=here[0] if here else None,
        was_here=bool(hall is not None and hall.ever),
        refused=tuple((_name(cards, person), code) for person, code in sorted(refused.items())),
        marks=marks,
        secret=frozenset(
            SecretVoter.objects.filter(**key, person_id__in=electors).values_list("person_id", "item")
        ),
        given=_given(row, electors, counted) if history else (),
        revote=frozen.rules.revote,
        speaks=_speaks(row, own),
        frozen=frozen,
    )


def _name(cards: object, person: int) -> str:
    card = cards.get(person) if isinstance(cards, dict) else None
    return card.full_name if card is not None else ""


def _weights(row: Meeting, persons: list[int]) -> dict[int, tuple[WeightLine, ...]]:
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    rows = list(Elector.objects.filter(**key, person_id__in=persons).order_by("voters"))
    if not rows:
        return {}
    heads = {head.voters: head for head in ElectorateRow.objects.filter(**key)}
    units = {int(unit) for one in rows for unit, _share, _weight in one.parts}
    labels = unit_labels(row.organisation_id, units) if units else {}
    found: dict[int, list[WeightLine]] = {}
    for one in rows:
        head = heads[one.voters]
        parts = tuple(
            (
                labels[int(unit)].text if int(unit) in labels else "",
                fraction_read(share),
                fraction_read(weight),
            )
            for unit, share, weight in one.parts
        )
        is_area = head.weight == Weight.AREA.value
        line = WeightLine(one.voters, is_area, one.weight, fraction_read(head.whole), parts)
        found.setdefault(one.person_id, []).append(line)
    return {person: tuple(lines) for person, lines in found.items()}


def _marks(row: Meeting, electors: list[int]) -> tuple[dict[tuple[int, str], str], frozenset[int]]:
    """What counts now, and the keys of the ballots that do."""
    rows = CurrentVote.objects.filter(
        organisation_id=row.organisation_id, meeting_id=row.pk, person_id__in=electors
    ).values_list("person_id", "item", "choice", "ballot_id")
    marks, ballots = {}, set()
    for person, item, choice, ballot in rows:
        marks[person, item] = choice
        ballots.add(ballot)
    return marks, frozenset(ballots)


def _given(row: Meeting, electors: list[int], counted: frozenset[int]) -> tuple[GivenVote, ...]:
    rows = list(
        BallotFact.objects.filter(
            organisation_id=row.organisation_id, meeting_id=row.pk, elector_id__in=electors
        ).order_by("-received_at", "-pk")
    )
    agents = {one.agent_id for one in rows if one.agent_id is not None}
    cards = persons_by_ids(agents, organisation_id=row.organisation_id) if agents else {}
    return tuple(
        GivenVote(
            one.elector_id,
            one.item,
            one.marks,
            one.channel,
            one.received_at,
            one.pk in counted,
            _name(cards, one.agent_id) if one.agent_id is not None else "",
        )
        for one in rows
    )


def _speaks(row: Meeting, own: list[int]) -> str:
    if not own:
        return ""
    found = Speech.objects.filter(
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        person_id__in=own,
        state__in=[Speech.State.ASKED, Speech.State.CALLED],
    ).values_list("state", flat=True)
    return found.first() or ""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What of each person at a meeting changes the own part of the page: comings and goings, the last vote, secret votes, powers, floor."""

    put: int
    moves: Mapping[int, int]
    last: Mapping[int, int]
    sealed: Mapping[int, int]
    held: Mapping[int, int]
    speaks: Mapping[int, str]

    def mark(self, state: str, own: Collection[int]) -> str:
        """A short word for the cards of one person."""
        told = [
            (self.moves.get(one, 0), self.last.get(one, 0), self.sealed.get(one, 0), self.held.get(one, 0))
            for one in sorted(own)
        ]
        speaks = "".join(self.speaks.get(one, "") for one in sorted(own))
        sums = [sum(one[0] for one in told), max((one[1] for one in told), default=0)]
        sums += [sum(one[2] for one in told), sum(one[3] for one in told)]
        return f"{state}.{self.put}.{'.'.join(map(str, sums))}.{speaks}"


def crowd_of(row: Meeting, persons: Collection[int] | None = None) -> Crowd:
    """Of some persons, or of all at a meeting: seven small queries either way."""
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}

    def of(model: Any, path: str = "person_id", **more: Any) -> Any:
        rows = model.objects.filter(**key, **more).order_by()
        return rows if persons is None else rows.filter(**{f"{path}__in": sorted(persons)})

    last = dict(of(BallotFact, "elector_id").values_list("elector_id").annotate(last=Max("pk")))
    by_agents = of(BallotFact, "agent_id", agent_id__isnull=False)
    for person, ballot in by_agents.values_list("agent_id").annotate(last=Max("pk")):
        last[person] = max(ballot, last.get(person, 0))
    powers = of(MeetingPower, "agent_id", revoked_on__isnull=True)
    speaks = of(Speech, state__in=[Speech.State.ASKED, Speech.State.CALLED])
    return Crowd(
        put=AgendaItem.objects.filter(**key, put_at__isnull=False).count(),
        moves=dict(of(Presence).values_list("person_id").annotate(count=Count("pk"))),
        last=last,
        sealed=dict(of(SecretVoter).values_list("person_id").annotate(count=Count("pk"))),
        held=dict(powers.values_list("agent_id").annotate(count=Count("pk"))),
        speaks=dict(speaks.values_list("person_id", "state")),
    )


def personal_mark(actor: Actor, row: Meeting) -> str:
    """A short word that changes whenever the voter's own part of the page does. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, row.organisation_id)
    return crowd_of(row, actor.person_ids).mark(row.state, actor.person_ids)


@dataclass(frozen=True, slots=True)
class AskedSignature:
    """A text that waits for its code, or was signed. `way`: "mail" or "phone", where the code went."""

    id: int
    text: str
    text_hash: str
    way: str
    clause: str
    expires_at: datetime
    is_signed: bool
    is_over: bool
    left: int
    voter_id: int
    elector_id: int
    marks: dict[str, str]


def asked_signature(actor: Actor, row: Meeting, ask_id: int, *, now: datetime) -> AskedSignature:
    """The actor's own text to be signed. Raises Forbidden for another's and where there is none."""
    actor.require(MeetingRight.MEETING_VOTE, row.organisation_id)
    ask = SignatureAsk.objects.filter(
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        pk=ask_id,
        voter_id__in=sorted(actor.person_ids),
    ).first()
    if ask is None:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    return AskedSignature(
        ask.pk,
        ask.text,
        ask.text_hash,
        ask.way,
        ask.clause,
        ask.expires_at,
        ask.signed_at is not None,
        now > ask.expires_at or ask.attempts >= ask.most,
        ask.most - ask.attempts,
        ask.voter_id,
        ask.elector_id,
        dict(ask.marks),
    )


def hall_day_came(row: Meeting, now: datetime) -> bool:
    """Whether people gather in a hall and the day has come."""
    today: date = timezone.localdate(now)
    return row.form != Meeting.Form.ABSENTIA and today >= row.on
