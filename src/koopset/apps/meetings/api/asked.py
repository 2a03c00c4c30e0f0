"""Bodies of requests about meetings."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from koopset.apps.meetings import services
from koopset.apps.meetings.api.frame import aware
from koopset.apps.meetings.rules.charter import CharterFacts, Clause
from koopset.apps.meetings.rules.law import Base, Effect, Form, Leeway, MixedWhen, Status, Voters, Weight
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.rules.records import charter_read
from koopset.foundation.access.schemas import Id, In, Line, Text


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text may not hold the character NUL")
    return text


Word = Annotated[str, AfterValidator(_without_nul), Field(max_length=300)]
Key = Annotated[
    str, AfterValidator(_without_nul), Field(max_length=90, examples=["fees"], description="key of an item")
]
Many = Annotated[int, Field(ge=0, le=10**6)]
MarkWord = Literal["for", "against", "abstain"]
EffectData = Annotated[dict[Key, int | bool | Word | list[int | Word] | None], Field(max_length=60)]


class MeetingSettingsIn(In):
    """How a meeting is meant. `law` is a key of the list of law; `form` in_person, mixed or absentia; days in the terms of its form."""

    title: Line = Field(examples=["Общее собрание членов товарищества"])
    law: Line = Field(examples=["snt"])
    form: Literal["in_person", "mixed", "absentia"] = "in_person"
    initiator: Line = Field("board", examples=["board"])
    demanded_on: date | None = None
    supporters: Many = 0
    demand_members: Many = 0
    place: Line = Field("", examples=["Дом правления"])
    starts_at: datetime | None = None
    opens_on: date | None = None
    ends_at: datetime | None = None
    electronic: bool = False
    in_system: bool = False
    message_on: date | None = None
    posted_on: date | None = None

    def settings(self) -> services.Settings:
        values = self.model_dump()
        return services.Settings(
            **(values | {"starts_at": aware(self.starts_at), "ends_at": aware(self.ends_at)})
        )


class ItemIn(In):
    """An item of an agenda. `type`: a key of the law; `seats` above 0: an election; `effect_data`: what carrying it out needs."""

    type: Key
    title: Line = Field(examples=["О размере членских взносов"])
    wording: Text
    is_secret: bool = False
    seats: Annotated[int, Field(ge=0, le=1000)] = 0
    effect_data: EffectData = Field(default_factory=dict, examples=[{"rate": "1800", "base": "sotka"}])

    def typed(self) -> services.ItemTyped:
        return services.ItemTyped(**self.model_dump())


class MeetingPersonIn(In):
    """A card."""

    person_id: Id


class MaterialIn(In):
    """A paper to an item: `file_id` comes from the upload of files of meetings."""

    item_id: Id
    file_id: Id
    title: Line = Field(examples=["Приходно-расходная смета"])


class ProofIn(In):
    """That persons were told by a registered letter or against signature, on a day."""

    person_ids: Annotated[list[Id], Field(min_length=1, max_length=20_000)]
    channel: Literal["letter", "signature"]
    on: date
    number: Line = ""
    file_id: Id | None = None


class PostingIn(In):
    """That the notice was posted, and the clause by which that tells everybody."""

    channel: Literal["board", "site"]
    on: date
    basis: Line = Field(examples=["устав, п. 5.2"])
    number: Line = ""
    file_id: Id | None = None


class MeetingReasonIn(In):
    """Why."""

    reason: Line = ""


class OfficialIn(In):
    """Who presides, writes the minutes or counts."""

    person_id: Id
    role: Literal["chair", "secretary", "counter"]


class RepeatIn(In):
    """The next lawful meeting of the items without a quorum, in one of the forms offered."""

    form: Literal["in_person", "mixed", "absentia"]
    starts_at: datetime | None = None
    opens_on: date | None = None
    ends_at: datetime | None = None
    place: Line = ""

    def days(self) -> dict[str, Any]:
        return self.model_dump() | {"starts_at": aware(self.starts_at), "ends_at": aware(self.ends_at)}


class MeetingMinutesIn(In):
    """The number of the signed minutes, and their scan among the files of decisions."""

    number: Line = Field(examples=["1"])
    file_id: Id | None = None


class CarryOutIn(In):
    """What the agenda did not say and carrying out needs."""

    data: EffectData = Field(default_factory=dict)


class MeetingPowerIn(In):
    """A power of attorney as its paper says. `items`: keys of items that it is for, null for all."""

    principal_id: Id
    agent_id: Id
    issued_on: date | None = None
    until: date | None = None
    items: Annotated[list[Key], Field(max_length=60)] | None = None
    is_substitute: bool = False
    number: Line = ""
    file_id: Id | None = None


class DayIn(In):
    """A day."""

    on: date


class HallVoteIn(In):
    """How somebody voted; `agent_id` held the hand up by a power."""

    person_id: Id
    mark: MarkWord
    agent_id: Id | None = None


class HandsIn(In):
    """How people in the hall voted on an item, or on a candidate of it («election/17»): all are written, or none."""

    item: Key
    votes: Annotated[list[HallVoteIn], Field(min_length=1, max_length=20_000)]


class PaperIn(In):
    """A written decision as it stands on paper: item → its marks; two marks are two, none is none."""

    elector_id: Id
    marks: Annotated[dict[Key, Annotated[list[MarkWord], Field(max_length=3)]], Field(max_length=6000)] = (
        Field(examples=[{"fees": ["for"]}])
    )
    received_at: datetime
    agent_id: Id | None = None
    file_id: Id | None = None


class HallCodeIn(In):
    """The code that is shown in the hall."""

    person_id: Id
    code: Annotated[str, Field(max_length=20, examples=["482913"])]


class VotesIn(In):
    """Votes of a person: item, or candidate of it, → mark. `for_person_id`: whose power the person holds."""

    person_id: Id
    marks: Annotated[dict[Key, MarkWord], Field(max_length=6000)] = Field(examples=[{"fees": "for"}])
    for_person_id: Id | None = None


class SignatureIn(VotesIn):
    """Votes that are to be signed, and where the code is to go; by another way where that one has no address."""

    way: Literal["mail", "phone", ""] = ""


class SecretIn(In):
    """A secret vote: a `mark`, or in an election the cards of the `marked` candidates."""

    person_id: Id
    item: Key
    mark: Literal["for", "against", "abstain", ""] = ""
    marked: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    for_person_id: Id | None = None


class SignIn(In):
    """The code that came by letter or message."""

    code: Annotated[str, Field(max_length=20, examples=["482913"])]


class ReceiptIn(In):
    """The receipt of a secret vote."""

    item: Key
    receipt: Annotated[str, Field(max_length=64)]


class LawIn(In):
    """A text of a law profile. `replaces_id`: the edition whose place it takes."""

    text: Annotated[str, Field(max_length=200_000)]
    reason: Line
    replaces_id: Id | None = None


class ClauseIn(In):
    """What a clause of the charter changes: `target` is a term («notice.days») or «item:» and a key, `value` as in a profile."""

    target: Word = Field(examples=["notice.days"])
    value: int | bool | Word | list[Word] = Field(examples=[21])
    clause: Word = Field(examples=["устав, п. 5.3"])


class AddedItemIn(In):
    """An item of competence that the charter adds. `needs`: «more than 1/2» or «at least 2/3» of `base`."""

    key: Key
    number: Word = ""
    title_ru: Word
    title_en: Word
    voters: Voters = Voters.MEMBERS
    weight: Weight = Weight.HEAD
    base: Base = Base.PRESENT
    needs: Word = "more than 1/2"
    quorum: Word | None = None
    forms: Annotated[list[Form], Field(min_length=1, max_length=3)]
    mixed: MixedWhen = MixedWhen.ALWAYS
    electronic: Word = ""
    effect: Effect = Effect.NONE
    clause: Word = Field(examples=["устав, п. 6.4"])

    def row(self) -> dict[str, Any]:
        values = self.model_dump(mode="json", exclude={"title_ru", "title_en", "clause"})
        return values | {
            "title": [self.title_ru, self.title_en],
            "charter": Leeway.NO.value,
            "source": [self.clause, Status.READ.value],
        }


class CharterIn(In):
    """All that the charter changes in a law profile from a day on: it takes the place of what was entered before."""

    since: date
    document: Line = Field(examples=["Устав от 16.05.2024"])
    clauses: Annotated[list[ClauseIn], Field(max_length=300)] = Field(default_factory=list)
    items: Annotated[list[AddedItemIn], Field(max_length=100)] = Field(default_factory=list)
    electronic_clause: Word = ""
    electronic_items: Annotated[list[Key], Field(max_length=300)] | None = None
    electronic_decision: Word = ""
    absentia_clause: Word = ""

    def changes(self) -> tuple[tuple[Clause, ...], tuple[Item, ...]]:
        clauses = [[one.target, one.value, one.clause] for one in self.clauses]
        return charter_read({"clauses": clauses, "items": [one.row() for one in self.items]})

    def facts(self) -> CharterFacts:
        listed = self.electronic_items
        return CharterFacts(
            electronic_clause=self.electronic_clause,
            electronic_items=None if listed is None else frozenset(listed),
            electronic_decision=self.electronic_decision,
            absentia_clause=self.absentia_clause,
        )
