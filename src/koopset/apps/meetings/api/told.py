"""Bodies of answers about meetings. A fraction is written «121/2»: people, or square metres; it is exact and never a percentage."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from koopset.apps.meetings import selectors
from koopset.apps.meetings.rules.canonical import fraction_text
from koopset.apps.meetings.rules.clock import Clock
from koopset.apps.meetings.rules.law import Measure
from koopset.apps.meetings.rules.tally import Amount, Quorum, Tally
from koopset.foundation.access.errors import Refusal, refusal
from koopset.foundation.access.schemas import Out

FRACTION = Field(examples=["121/2"])


class MeetingLineOut(Out):
    """A meeting in a list. `kind`: meeting, owners, board; `on`: its day, in absentia the last one."""

    id: int
    title: str
    kind: str
    form: str
    state: str
    on: date
    place: str


class MaterialOut(Out):
    """A paper to read since a day."""

    file_id: int
    title: str
    published_on: date


class AgendaOut(Out):
    """An item: `key` is what votes name; `candidates` are cards, each voted on as «key/card»."""

    id: int
    key: str
    title: str
    wording: str
    is_secret: bool
    seats: int
    effect: str
    candidates: list[int]
    materials: list[MaterialOut]


class MeetingOut(Out):
    """A meeting with its agenda."""

    id: int
    title: str
    kind: str
    law: str
    form: str
    state: str
    on: date
    place: str
    starts_at: datetime | None
    opens_on: date | None
    ends_at: datetime | None
    repeats_id: int | None
    agenda: list[AgendaOut]


class MeetingStateOut(Out):
    """Where the meeting stands."""

    id: int
    state: str


class ClockFindingOut(Out):
    """What stands against a meeting as it is planned. `severity`: refusal, barred (an item), warning."""

    code: str
    severity: str
    article: str
    item: str | None
    lawful_on: date | None


class ClockOut(Out):
    """Whether the meeting may go on as it is planned, and from which day it could."""

    is_lawful: bool
    first_lawful_on: date | None
    findings: list[ClockFindingOut]


class NextStepOut(Out):
    """What may be held after a meeting without a quorum: exactly these items, between two days."""

    form: str
    items: list[str]
    first_on: date
    last_on: date | None
    article: str


class NextStepsOut(Out):
    """The law's own way first; none where every item had its quorum."""

    steps: list[NextStepOut]


class MeasureOut(Out):
    """`part` of `whole` against a threshold, in people (head) or square metres (area). `least_people`: how many are enough, by head."""

    part: str = FRACTION
    whole: str = FRACTION
    needed: str = FRACTION
    threshold: str
    weight: str
    is_reached: bool
    least_people: int | None


class QuorumOut(Out):
    """All measures must be reached."""

    is_reached: bool
    measures: list[MeasureOut]


class ChoiceOut(Out):
    """So many people with so much weight."""

    choice: str
    people: int
    weight: str = FRACTION


class TallyOut(Out):
    """Votes of one electorate on an item, or on a candidate of it."""

    key: str
    voters: str
    weight: str
    whole_people: int
    whole: str = FRACTION
    choices: list[ChoiceOut]


class ItemLiveOut(Out):
    """An item now. Of a secret one nothing but how many have voted."""

    key: str
    title: str
    is_secret: bool
    is_put: bool
    is_barred: bool
    voted: int
    quorum: QuorumOut
    tallies: list[TallyOut]


class LiveOut(Out):
    """A meeting now."""

    here: int
    electors: int
    quorum: QuorumOut
    items: list[ItemLiveOut]


class ResultOut(Out):
    """A verdict: adopted, not_adopted, no_quorum, void. `data` is its arithmetic, `law_digest` the very text it rests on."""

    item_id: int
    key: str
    title: str
    outcome: str
    article: str
    to_be_checked: bool
    law_version: str
    law_digest: str
    decision_id: int | None
    data: dict[str, Any]


class ResultsOut(Out):
    """Verdicts in the order of the agenda; none before the closing."""

    results: list[ResultOut]


class ToldOut(Out):
    """Somebody to be told. `on`: the first day that is proven, null for nobody told yet."""

    person_id: int
    on: date | None
    channel: str


class MeetingNoticeOut(Out):
    """A notice that went out."""

    id: int
    number: int


class CountOut(Out):
    """How many."""

    count: int


class EffectOut(Out):
    """Something adopted that a room has not done yet."""

    id: int
    meeting_id: int
    item_id: int
    title: str
    effect: str
    decision_id: int | None


class CarriedOutOut(Out):
    """What was done."""

    id: int
    state: str
    note: str


class ChangedOut(Out):
    """Whether anything changed: who is here already does not come again."""

    is_changed: bool


class HallCodeOut(Out):
    """What is shown in the hall now."""

    code: str


class PaperOut(Out):
    """A written decision that waits for another to confirm it."""

    id: int
    elector_id: int
    agent_id: int | None
    marks: dict[str, list[str]]
    received_at: datetime
    file_id: int | None
    state: str


class BallotOut(Out):
    """An open ballot and what became of it: counted, late, replaced … A secret one is in no list."""

    key: int
    elector: int
    agent: int | None
    item: str
    marks: list[str]
    channel: str
    received_at: datetime
    standing: str


class PowerFaultOut(Out):
    """Why a power does not hold; `item` is empty where it holds for none."""

    code: str
    article: str
    item: str


class MeetingPowerOut(Out):
    """A power handed in; nothing in `refused` where it holds in full."""

    id: int
    principal: int
    agent: int
    issued_on: date | None
    until: date | None
    revoked_on: date | None
    refused: list[PowerFaultOut]


class VotedOut(Out):
    """Votes written down, by the keys of their ballots."""

    ballots: list[int]


class TriedOut(Out):
    """Whether the code was right; a wrong one is counted, and `refusal` says how many are left."""

    is_done: bool
    refusal: Refusal | None


class SignedOut(Out):
    """Whether the code signed the text; a wrong one is counted."""

    ballots: list[int]
    refusal: Refusal | None


class AskedOut(Out):
    """The text that the code will sign, word by word, its sha256, where the code went («mail», «phone») and until when it holds."""

    id: int
    text: str
    text_hash: str
    way: str
    clause: str
    expires_at: datetime


class SecretOut(Out):
    """What proves that the ballot is among those counted, and nothing of the choice. It is told once and kept nowhere."""

    item: str
    receipt: str


class BallotReceiptOut(Out):
    """A leaf of the tree of ballots (hexadecimal), the way up to its root. The event «closed» of the archive holds the root."""

    leaf: str
    index: int
    size: int
    path: list[str]
    root: str


class ReceiptFoundOut(Out):
    """The proof, or null where no such ballot was counted."""

    receipt: BallotReceiptOut | None


class MeetingLawOut(Out):
    """A law profile. `to_be_checked`: how many of its values are to be compared with the edition in force."""

    key: str
    name: str
    body: str
    law: str
    edition: str
    since: date
    version: str
    is_own: bool
    to_be_checked: int


class LawTextOut(Out):
    """The law of a kind of meeting on a day: its text, and over it the clauses of the charter. `digest` is of both."""

    key: str
    version: str
    digest: str
    is_own: bool
    text: str
    charter: dict[str, Any]


class EditionOut(Out):
    """A text that an administrator put in force, or (`is_ended`) that one was taken back."""

    id: int
    key: str
    since: date
    until: date
    digest: str
    reason: str
    replaces_id: int | None
    is_ended: bool
    set_at: datetime


class CharterOut(Out):
    """What was entered of the charter. `data` has clauses and added items."""

    id: int
    key: str
    since: date
    document: str
    data: dict[str, Any]
    facts: dict[str, Any]
    set_at: datetime


def refusal_told(violation: Any) -> dict[str, Any] | None:
    """A refusal as an answer, not as a mistake."""
    return None if violation is None else refusal(violation)


def clock_told(clock: Clock) -> dict[str, Any]:
    """Findings in words of programs."""
    findings = [
        {
            "code": one.code,
            "severity": one.severity.value,
            "article": one.source.article,
            "item": one.item,
            "lawful_on": one.lawful_on,
        }
        for one in clock.findings
    ]
    return {"is_lawful": clock.is_lawful, "first_lawful_on": clock.first_lawful_on, "findings": findings}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "part": fraction_text(measure.part),
        "whole": fraction_text(measure.whole),
        "needed": fraction_text(measure.needed),
        "threshold": str(measure.threshold),
        "weight": measure.weight.value,
        "is_reached": measure.is_reached,
        "least_people": measure.least_people,
    }


def quorum_told(quorum: Quorum) -> dict[str, Any]:
    """A quorum with its arithmetic."""
    return {"is_reached": quorum.is_reached, "measures": [_measure(one) for one in quorum.measures]}


def _amount(choice: str, amount: Amount) -> dict[str, Any]:
    return {"choice": choice, "people": amount.people, "weight": fraction_text(amount.weight)}


def _tally(name: str, tally: Tally) -> dict[str, Any]:
    key, _, voters = name.partition(" ")
    return {
        "key": key,
        "voters": voters,
        "weight": tally.weight.value,
        "whole_people": tally.whole.people,
        "whole": fraction_text(tally.whole.weight),
        "choices": [_amount(choice.value, amount) for choice, amount in sorted(tally.amounts.items())],
    }


def live_told(live: selectors.Live) -> dict[str, Any]:
    """A meeting now."""
    return {
        "here": live.here,
        "electors": live.electors,
        "quorum": quorum_told(live.quorum),
        "items": [
            {
                "key": one.key,
                "title": one.title,
                "is_secret": one.is_secret,
                "is_put": one.is_put,
                "is_barred": one.is_barred,
                "voted": one.voted,
                "quorum": quorum_told(one.quorum),
                "tallies": [_tally(name, tally) for name, tally in one.tallies.items()],
            }
            for one in live.items
        ],
    }


def card_told(card: selectors.MeetingCard) -> dict[str, Any]:
    """A meeting with its agenda."""
    names = MeetingOut.model_fields.keys() - {"agenda"}
    agenda = AgendaOut.model_fields.keys() - {"materials"}
    return {
        **{name: getattr(card, name) for name in names},
        "agenda": [
            {
                **{name: getattr(one, name) for name in agenda},
                "materials": [
                    {"file_id": file, "title": title, "published_on": day} for file, title, day in one.files
                ],
            }
            for one in card.agenda
        ],
    }


def receipt_told(receipt: selectors.Receipt) -> dict[str, Any]:
    """A leaf and its way to the root."""
    return {
        "leaf": receipt.leaf.hex(),
        "index": receipt.proof.index,
        "size": receipt.proof.size,
        "path": list(receipt.proof.path),
        "root": receipt.root,
    }


def power_told(power: selectors.PowerRow) -> dict[str, Any]:
    """A power with what does not hold of it."""
    names = MeetingPowerOut.model_fields.keys() - {"refused"}
    faults = [{"code": code, "article": article, "item": item} for code, article, item in power.refused]
    return {**{name: getattr(power, name) for name in names}, "refused": faults}
