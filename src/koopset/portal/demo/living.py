"""What goes on in the register of СНТ «Берёзка»: applications, an exclusion under warning, an inheritance, a divided plot, powers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from koopset.apps.people import services as people
from koopset.apps.register import services as register
from koopset.apps.register.ports import late_charges
from koopset.apps.register.selectors import APPLICATION_FILE, areas_at, member_person_ids, owned_now
from koopset.foundation.files import file_store
from koopset.kernel.period import Month
from koopset.portal.demo.calendar import moment
from koopset.portal.demo.office import decision
from koopset.portal.demo.settlement import CO_OWNER, RESIDENT, Settlement

#: Where the people of these stories begin among the owners; those before have a story of their own.
FIRST = 8


def living_register(town: Settlement) -> None:
    """After two years, nothing of which changes: the register of earlier days stays as it was."""
    _applications(town)
    _exclusion(town)
    _inheritance(town)
    _division(town)
    _powers(town)


def _applications(town: Settlement) -> None:
    """One application in each state; one of those that wait is past its term."""
    office, today = town.office, town.office.calendar.today
    home, members = office.organisation_id, member_person_ids(office.organisation_id, today)
    owners = owned_now(home, town.person_ids, today)
    free = [key for key in town.person_ids[FIRST:] if key in owners and key not in members]
    stories = (
        ("submitted", 5),
        ("mending", 12),
        ("board", 20),
        ("board", 37),
        ("admitted", 60),
        ("refused", 95),
        ("withdrawn", 28),
    )
    for at, (story, ago) in enumerate(stories):
        _application(town, free[at], story, today - timedelta(days=ago), str(at + 1))


def _application(town: Settlement, person_id: int, story: str, on: date, item: str) -> None:
    office = town.office
    at = moment(on, 12)
    actor: dict[str, Any] = {"actor": office.chair, "organisation_id": office.organisation_id}
    paper = file_store(
        organisation_id=office.organisation_id,
        name="Выписка из ЕГРН.txt",
        content="Вымышленная выписка из ЕГРН: собственник участка — заявитель.".encode(),
        kind=APPLICATION_FILE,
        actor=office.chair,
        now=at,
    )
    row = register.application_submit(
        actor=office.chair,
        organisation_id=office.organisation_id,
        person_id=person_id,
        residence="Ленинградская область, г. Приозерск, ул. Выдуманная, д. 5",
        postal_address="188750, Ленинградская область, г. Приозерск, ул. Выдуманная, д. 5",
        consents=True,
        submitted_on=on,
        file_ids=[paper.pk],
        now=at,
    )
    place: dict[str, Any] = {**actor, "application_id": row.pk}
    if story == "mending":
        register.application_ask(**place, word="Приложите вторую страницу выписки", now=moment(on, 15))
    if story == "withdrawn":
        register.application_withdraw(**place, word="Письмо заявителя", now=moment(on, 16))
    if story not in ("board", "admitted", "refused"):
        return
    register.application_pass(**place, now=moment(on + timedelta(days=1), 12))
    if story == "board":
        return
    held = on + timedelta(days=20)
    decided = decision(
        office, held, f"{5 if story == 'admitted' else 4}-П", item, "О приёме в члены товарищества",
        "Рассмотреть заявление собственника о вступлении в товарищество.", "217-ФЗ, ст. 12 ч. 2", body="board",
    )  # fmt: skip
    after = moment(held, 12)
    if story == "admitted":
        register.application_admit(**place, decision_id=decided, now=after)
    else:
        register.application_refuse(
            **place, decision_id=decided, ground="bad-application", word="В заявлении нет подписи", now=after
        )


def _exclusion(town: Settlement) -> None:
    """A member who has not paid contributions for long was warned twelve days ago."""
    office = town.office
    on = office.calendar.today - timedelta(days=12)
    now = moment(on, 12)
    members = member_person_ids(office.organisation_id, on)
    late = late_charges(
        office.organisation_id, [key for key in town.person_ids[FIRST:] if key in members], on
    )
    oldest = {
        key: min(line.due_on for line in found.lines if line.is_contribution)
        for key, found in late.items()
        if any(line.is_contribution for line in found.lines)
    }
    person_id = min(oldest, key=lambda key: (oldest[key], key))
    row = register.exclusion_start(
        actor=office.chair, organisation_id=office.organisation_id, person_id=person_id, now=now
    )
    register.exclusion_warn(
        actor=office.chair,
        organisation_id=office.organisation_id,
        exclusion_id=row.pk,
        title="Предупреждение об исключении за неуплату взносов",
        text="Вы не платите взносы больше двух месяцев. Уплатите долг по платёжному документу или попросите у правления отсрочку. "
        "Если долг не будет уплачен, общее собрание может исключить вас из членов (217-ФЗ, ст. 13).",
        channel="letter",
        sent_on=on,
        number="18875099000117",
        now=now,
    )


def _sole(town: Settlement, skip: int) -> int:
    """A plot of one owner who owns no other, counted from the end."""
    owned: dict[int, int] = {}
    for plot in town.plots:
        for owner in plot.owners:
            owned[owner] = owned.get(owner, 0) + 1
    found = [
        at
        for at, plot in enumerate(town.plots)
        if len(plot.owners) == 1
        and plot.owners[0] > FIRST
        and owned[plot.owners[0]] == 1
        and plot.owners[0] % 8 != 7
    ]
    return found[-1 - skip]


def death(town: Settlement, month: Month) -> int:
    """An owner died in the month; the personal account that ended with the debt."""
    office, at = town.office, _sole(town, 3)
    owner = town.plots[at].owners[0]
    register.death_record(
        actor=office.chair,
        organisation_id=office.organisation_id,
        person_id=town.person_ids[owner],
        died_on=date(month.year, month.month, 9),
        document="Свидетельство о смерти I-ВО № 000117 (вымышлено)",
        now=moment(date(month.year, month.month, 18)),
    )
    return town.accounts[owner]


def _inheritance(town: Settlement) -> None:
    """One heir has brought the certificate for a half, the rest of the estate is open."""
    office, today = town.office, town.office.calendar.today
    at = _sole(town, 3)
    deceased = town.person_ids[town.plots[at].owners[0]]
    heir = people.person_create(
        actor=office.chair,
        organisation_id=office.organisation_id,
        last_name="Наследникова",
        first_name="Мария",
        middle_name="Андреевна",
        phone="+7 000 300-40-50",
        now=moment(today - timedelta(days=9)),
    )
    register.estate_pass(
        actor=office.chair,
        organisation_id=office.organisation_id,
        unit_id=town.unit_ids[at],
        deceased_id=deceased,
        heirs=[register.ShareInput(heir.pk, Fraction(1, 2))],
        on=today - timedelta(days=10),
        deed="Свидетельство о праве на наследство 47 АБ 000117 (вымышлено)",
        now=moment(today - timedelta(days=9)),
    )


def _division(town: Settlement) -> None:
    """A plot was divided in two."""
    office, today = town.office, town.office.calendar.today
    at = _sole(town, 9)
    on, number = today - timedelta(days=8), town.plots[at].number
    area = areas_at(office.organisation_id, on, [town.unit_ids[at]])[town.unit_ids[at]]
    half = (area / 2).quantize(Decimal(1))
    register.unit_split(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        unit_id=town.unit_ids[at],
        parts=[register.NewUnit(f"{number}/1", half), register.NewUnit(f"{number}/2", area - half)],
        on=on,
        document="Межевой план от кадастрового инженера (вымышлен)",
        now=moment(today - timedelta(days=7)),
    )


def _powers(town: Settlement) -> None:
    """One to vote that ends soon, one to pay and to see papers."""
    office, today = town.office, town.office.calendar.today
    for principal, agent, kind, number, issued, until, scope in (
        (RESIDENT, CO_OWNER, "simple", "", today - timedelta(days=340), today + timedelta(days=20), {"vote"}),
        (40, 41, "notarial", "47/117-н/47-2026-1", today - timedelta(days=60), today + timedelta(days=300), {"papers", "pay", "sign"}),
    ):  # fmt: skip
        register.power_record(
            actor=office.chair,
            organisation_id=office.organisation_id,
            principal_id=town.person_ids[principal],
            agent_id=town.person_ids[agent],
            kind=kind,
            number=number,
            issued_on=issued,
            valid_to=until,
            scope=frozenset(scope),
            now=office.calendar.now,
        )
