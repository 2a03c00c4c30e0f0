"""Meetings of the town: a yearly one with its minutes, one that had too few people and its mixed repeat, a vote of a house from afar.

Everything goes through the services that a chair and a counting commission use, so the law holds here too: terms, proofs, two readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.rules.charter import CharterFacts
from koopset.apps.meetings.selectors import told_rows
from koopset.apps.meetings.services import ItemTyped, Settings
from koopset.apps.register.selectors import member_person_ids, owned_now
from koopset.foundation.files import file_store
from koopset.foundation.rights.actors import Actor
from koopset.portal.demo.calendar import moment, saturday_before
from koopset.portal.demo.house import House
from koopset.portal.demo.office import Office
from koopset.portal.demo.settlement import AUDITOR, CHAIR, TREASURER, TWO_PLOTS, Settlement

#: How the rest of a hall votes, over and over: most for, some against, one now and then abstains.
USUAL = ("for", "for", "for", "for", "against", "for", "for", "abstain", "for", "for")
HALVES = ("for", "against", "for", "against", "abstain", "for")


@dataclass(frozen=True, slots=True)
class Question:
    """An item of an agenda with the paper to it and how the hall votes on it."""

    type: str
    title: str
    wording: str
    paper: str
    votes: Sequence[str] = USUAL
    candidates: Sequence[int] = ()
    seats: int = 0


REPORT = Question(
    "reports",
    "Об отчёте правления",
    "Утвердить отчёт правления о работе за год.",
    "Отчёт правления за год",
)
AUDIT = Question(
    "auditors-report",
    "Об отчёте ревизора",
    "Утвердить отчёт ревизора о проверке кассы, счёта и договоров за год.",
    "Отчёт ревизора за год",
)
BUDGET = Question(
    "budget",
    "О смете на год",
    "Утвердить приходно-расходную смету: доходы и расходы по 3 420 000 рублей.",
    "Приходно-расходная смета",
)
PLAYGROUND = Question(
    "common-property",
    "О детской площадке",
    "Построить детскую площадку у правления за счёт целевого взноса не больше 400 000 рублей.",
    "Смета детской площадки",
    HALVES,
)
FEES = Question(
    "fees",
    "О членском взносе на следующий год",
    "Установить членский взнос и равную ему плату собственников без членства 105 рублей с сотки в месяц. Срок уплаты: до 25 числа "
    "следующего месяца.",
    "Финансово-экономическое обоснование взноса",
)
AUDITORS = Question(
    "election",
    "О выборах ревизионной комиссии",
    "Избрать ревизионную комиссию из трёх человек на пять лет.",
    "Сведения о кандидатах",
    candidates=(AUDITOR, 20, 21, 22),
    seats=3,
)
LIGHT = Question(
    "current-repair",
    "О ремонте освещения двора",
    "Отремонтировать освещение двора за счёт платы за содержание, не больше 180 000 рублей.",
    "Смета ремонта освещения",
)


def meetings_hold(town: Settlement, house: House) -> None:
    """Past meetings first: a later one stands on what the register was then."""
    _charter(town.office)
    _yearly(town)
    _few_came_and_again(town)
    _house_votes(house)


class _Held:
    """A meeting on its way, as its chair leads it."""

    def __init__(self, office: Office, paper: Callable[[str, datetime], int]) -> None:
        self.office, self.paper = office, paper
        self.key = 0
        self.items: dict[str, int] = {}

    def call(self, name: str, now: datetime, actor: Actor | None = None, **more: Any) -> Any:
        return getattr(meetings, name)(
            actor=actor or self.office.chair,
            organisation_id=self.office.organisation_id,
            meeting_id=self.key,
            now=now,
            **more,
        )

    def draft(
        self, settings: Settings, questions: Iterable[Question], persons: Sequence[int], now: datetime
    ) -> None:
        row = meetings.meeting_draft(
            actor=self.office.chair, organisation_id=self.office.organisation_id, settings=settings, now=now
        )
        self.key = row.pk
        for one in questions:
            item = self.call(
                "item_add",
                now,
                item=ItemTyped(type=one.type, title=one.title, wording=one.wording, seats=one.seats),
            )
            self.items[item.key] = item.pk
            for at in one.candidates:
                self.call("candidate_add", now, item_id=item.pk, person_id=persons[at])
            self.call(
                "material_add", now, item_id=item.pk, file_id=self.paper(one.paper, now), title=one.paper
            )

    def tell(self, on: date) -> None:
        """Letters go out; whoever has no e-mail signs on a list that the board carries round the same day."""
        now = moment(on, 10)
        self.call("meeting_notice", now)
        told = told_rows(self.office.chair, self.office.organisation_id, self.key)
        self.call(
            "notice_prove",
            moment(on, 20),
            person_ids=[row.person_id for row in told],
            channel="signature",
            on=on,
        )

    def officials(self, now: datetime, chair: int, secretary: int, counters: Iterable[int]) -> None:
        for role, person in (
            ("chair", chair),
            ("secretary", secretary),
            *(("counter", one) for one in counters),
        ):
            self.call("official_set", now, person_id=person, role=role)

    def hands(
        self, key: str, persons: Sequence[int], votes: Sequence[str], now: datetime, step: int = 0
    ) -> None:
        marks = {person: votes[(at + step) % len(votes)] for at, person in enumerate(persons)}
        self.call("hall_votes_enter", now, item=key, marks=marks)


def _papers_of(office: Office) -> Callable[[str, datetime], int]:
    def make(title: str, now: datetime) -> int:
        return file_store(
            organisation_id=office.organisation_id,
            name=f"{title}.txt",
            content=f"{title}. Вымышленный документ для примера.".encode(),
            kind=meetings.MATERIAL_FILE,
            actor=office.chair,
            now=now,
        ).pk

    return make


def _charter(office: Office) -> None:
    """The charter lets people vote by electronic means: its first meeting decided so."""
    meetings.charter_save(
        actor=office.chair,
        organisation_id=office.organisation_id,
        key="snt",
        clauses=(),
        facts=CharterFacts(
            electronic_clause="Устав, п. 8.9",
            electronic_decision=f"протокол № 1 от {office.founded:%d.%m.%Y}",
            absentia_clause="Устав, п. 8.7",
        ),
        since=office.calendar.today - timedelta(days=200),
        document="Устав в редакции, утверждённой протоколом № 1",
        now=moment(office.calendar.today - timedelta(days=199)),
    )


def _yearly(town: Settlement) -> None:
    """Two thirds of the members came; the playground did not get its two thirds."""
    office = town.office
    held = saturday_before(office.calendar.today - timedelta(days=150))
    starts, told = moment(held, 12), held - timedelta(days=30)
    one = _Held(office, _papers_of(office))
    questions = (REPORT, AUDIT, BUDGET, PLAYGROUND)
    one.draft(
        Settings(
            title="Очередное общее собрание", law="snt", starts_at=starts, place="Поляна у дома правления"
        ),
        questions,
        town.person_ids,
        moment(told - timedelta(days=1)),
    )
    one.tell(told)
    one.officials(
        starts,
        town.person_ids[CHAIR],
        town.person_ids[TREASURER],
        (town.person_ids[AUDITOR], town.person_ids[TWO_PLOTS]),
    )
    one.call("meeting_open", starts)
    here, members = _here(town, held, every=3, without=1), member_person_ids(office.organisation_id, held)
    for at, person in enumerate(here):
        one.call("person_check_in", starts + timedelta(seconds=15 * at), person_id=person)
    clock = starts + timedelta(hours=1)
    for key, question in zip(one.items, questions, strict=True):
        one.call("item_put", clock, item_id=one.items[key])
        voters = here if question is PLAYGROUND else [key for key in here if key in members]
        one.hands(key, voters, question.votes, clock + timedelta(minutes=10))
        clock += timedelta(minutes=25)
    one.call("meeting_close", clock)
    one.call("meeting_record", moment(held + timedelta(days=3), 18), number="8")


def _here(town: Settlement, on: date, *, every: int, without: int) -> list[int]:
    """Of each `every` members all but `without`, and some owners without membership."""
    office = town.office
    members = member_person_ids(office.organisation_id, on)
    owners = owned_now(office.organisation_id, town.person_ids, on)
    return [
        person
        for at, person in enumerate(town.person_ids)
        if (person in members and at % every >= without)
        or (person not in members and person in owners and at % 2 == 1)
    ]


def _few_came_and_again(town: Settlement) -> None:
    """A quarter of the members came, so nothing was decided; the same items are voted on now, on paper, by phone and on Saturday."""
    office, today = town.office, town.office.calendar.today
    held = saturday_before(today - timedelta(days=19))
    starts, told = moment(held, 12), held - timedelta(days=22)
    first = _Held(office, _papers_of(office))
    first.draft(
        Settings(
            title="Внеочередное общее собрание: взнос и ревизионная комиссия",
            law="snt",
            starts_at=starts,
            place="Поляна у дома правления",
            electronic=False,
        ),
        (FEES, AUDITORS),
        town.person_ids,
        moment(told - timedelta(days=1)),
    )
    first.tell(told)
    first.officials(starts, town.person_ids[CHAIR], town.person_ids[TREASURER], (town.person_ids[TWO_PLOTS],))
    first.call("meeting_open", starts)
    for at, person in enumerate(_here(town, held, every=4, without=3)):
        first.call("person_check_in", starts + timedelta(seconds=20 * at), person_id=person)
    first.call("meeting_close", starts + timedelta(hours=1))
    _again(town, first.key, held)


def _again(town: Settlement, failed: int, held: date) -> None:
    office, today = town.office, town.office.calendar.today
    told = held + timedelta(days=1)
    starts = moment(today + timedelta(days=4), 12)
    row = meetings.meeting_repeat(
        actor=office.chair,
        organisation_id=office.organisation_id,
        meeting_id=failed,
        form="mixed",
        starts_at=starts,
        opens_on=today - timedelta(days=3),
        place="Поляна у дома правления",
        now=moment(told, 9),
    )
    again = _Held(office, _papers_of(office))
    again.key = row.pk
    settings = meetings.settings_of(row)
    again.call("meeting_settings_save", moment(told, 9, 30), settings=replace(settings, electronic=True))
    again.tell(told)
    now = moment(today - timedelta(days=3), 9)
    again.officials(
        now,
        town.person_ids[CHAIR],
        town.person_ids[TREASURER],
        (town.person_ids[AUDITOR], town.person_ids[TWO_PLOTS]),
    )
    again.call("meeting_open", now)
    members = member_person_ids(office.organisation_id, today)
    candidates = [f"election/{town.person_ids[at]}" for at in AUDITORS.candidates]
    voters = [key for at, key in enumerate(town.person_ids) if key in members and at > 22 and at % 5 == 0]
    for at, person in enumerate(voters):
        marks = {"fees": [USUAL[at % len(USUAL)]]}
        marks |= {key: ["for" if (at + n) % 4 else "abstain"] for n, key in enumerate(candidates)}
        paper = again.call(
            "paper_enter",
            now + timedelta(hours=2, minutes=3 * at),
            elector_id=person,
            marks=marks,
            received_at=now + timedelta(hours=1),
        )
        if at < len(voters) - 3:  # the last three wait for another to read them
            again.call(
                "paper_confirm",
                now + timedelta(hours=6, minutes=2 * at),
                actor=office.treasurer,
                paper_id=paper.pk,
            )


def _house_votes(house: House) -> None:
    """Owners of flats voted on paper for two weeks; the votes are counted, the minutes are not signed yet."""
    office, today = house.office, house.office.calendar.today
    last = today - timedelta(days=3)
    opens, told = last - timedelta(days=14), last - timedelta(days=27)
    one = _Held(office, _papers_of(office))
    one.draft(
        Settings(
            title="Заочное голосование собственников: свет во дворе",
            law="mkd",
            form="absentia",
            opens_on=opens,
            ends_at=moment(last, 20),
        ),
        (LIGHT,),
        house.person_ids,
        moment(told - timedelta(days=1)),
    )
    one.tell(told)
    one.officials(
        moment(opens, 9), house.person_ids[0], house.person_ids[1], (house.person_ids[1], house.person_ids[4])
    )
    one.call("meeting_open", moment(opens, 9))
    key = next(iter(one.items))
    for at, person in enumerate(house.person_ids[: len(house.unit_ids)]):
        if at % 3 == 2:
            continue
        now = moment(opens + timedelta(days=1 + at % 12), 12)
        paper = one.call(
            "paper_enter",
            now,
            elector_id=person,
            marks={key: [USUAL[at % len(USUAL)]]},
            received_at=now - timedelta(hours=2),
        )
        one.call("paper_confirm", now + timedelta(hours=5), actor=office.treasurer, paper_id=paper.pk)
    one.call("meeting_close", moment(last, 21))
