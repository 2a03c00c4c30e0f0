"""The clock at the border of every term."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.meetings.rules import terms
from koopset.apps.meetings.rules.charter import CharterFacts, Clause, charter_applied
from koopset.apps.meetings.rules.clock import Demand, FailedMeeting, Plan, Severity, clock, lawful
from koopset.apps.meetings.rules.law import Form
from koopset.apps.meetings.rules.profile import candidate_key, item_type
from koopset.apps.meetings.rules.repeat import next_steps
from koopset.apps.meetings.tests.conftest import profile, refused

DAY = date(2026, 11, 16)
EARLY = date(2026, 1, 1)


def plan(items=("reports",), form=Form.IN_PERSON, **fields) -> Plan:
    return Plan(
        **{
            "form": form,
            "on": DAY,
            "items": tuple(items),
            "noticed_on": date(2026, 11, 1),
            "materials_on": dict.fromkeys(items, date(2026, 11, 1)),
            **fields,
        }
    )


def codes(found):
    return [one.code.removeprefix("meetings.") for one in found.findings]


def test_a_plan_within_all_terms(snt):
    found = clock(snt, plan())
    assert (found.findings, found.is_lawful, found.first_lawful_on, found.barred) == (
        (),
        True,
        None,
        frozenset(),
    )
    assert lawful(snt, plan()) == found


@pytest.mark.parametrize(
    ("key", "noticed", "on", "first"),
    [
        # both ends are left out: 14 whole days lie between 1 and 16 November
        ("snt", date(2026, 11, 1), date(2026, 11, 16), date(2026, 11, 16)),
        ("snt", date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 17)),
        ("mkd", date(2026, 11, 5), date(2026, 11, 16), date(2026, 11, 16)),
        ("mkd", date(2026, 11, 6), date(2026, 11, 16), date(2026, 11, 17)),
        ("tsj", date(2026, 11, 6), date(2026, 11, 16), date(2026, 11, 17)),
        ("spk-consumer", date(2026, 10, 16), date(2026, 11, 16), date(2026, 11, 16)),
        ("spk-consumer", date(2026, 10, 17), date(2026, 11, 16), date(2026, 11, 17)),
        # over the end of February of a leap year
        ("snt", date(2028, 2, 20), date(2028, 3, 6), date(2028, 3, 6)),
        ("snt", date(2028, 2, 21), date(2028, 3, 6), date(2028, 3, 7)),
    ],
)
def test_a_notice_at_its_border(key, noticed, on, first):
    law = profile(key)
    assert terms.first_lawful_day(law, noticed) == first
    item = law.items[-1].key
    found = clock(
        law, plan([item], on=on, noticed_on=noticed, materials_on={item: EARLY}, initiator=_initiator(law))
    )
    assert found.is_lawful is (on >= first)
    if not found.is_lawful:
        assert codes(found) == ["notice_late"]
        assert found.first_lawful_on == first
        assert found.findings[0].source == law.source("notice.days")
    assert terms.last_notice_day(law, first) == noticed


def _initiator(law):
    by = law.words("extraordinary.by")
    return by[0] if by else "board"


def test_days_counted_from_the_next_day(snt):
    count = replace(snt.terms["days.count"], value="next-day")
    law = replace(snt, terms={**snt.terms, "days.count": count})
    assert terms.first_lawful_day(law, date(2026, 11, 1)) == date(2026, 11, 15)
    assert terms.last_notice_day(law, date(2026, 11, 15)) == date(2026, 11, 1)
    assert terms.last_materials_day(law, DAY) == date(2026, 11, 9)


def test_nobody_was_told(snt):
    found = clock(snt, plan(noticed_on=None))
    assert (codes(found), found.first_lawful_on) == (["notice_absent"], None)
    assert refused(lambda: lawful(snt, plan(noticed_on=None))) == "meetings.notice_absent"


def test_a_board_may_be_told_the_same_day_and_not_the_day_after():
    law = profile("snt-board")
    assert clock(law, plan(["admission"], noticed_on=DAY)).is_lawful
    assert clock(law, plan(["admission"], noticed_on=None)).is_lawful
    late = clock(law, plan(["admission"], noticed_on=DAY + timedelta(days=1)))
    assert codes(late) == ["notice_late"]


@pytest.mark.parametrize(
    ("since", "barred", "first"),
    [
        (date(2026, 11, 8), False, None),
        (date(2026, 11, 9), True, date(2026, 11, 17)),
        (None, True, None),
    ],
)
def test_late_papers_bar_their_item_only(snt, since, barred, first):
    papers = {"budget": date(2026, 11, 1)} | ({} if since is None else {"reports": since})
    one = plan(["reports", "budget"], materials_on=papers)
    found = clock(snt, one)
    assert (found.barred == {"reports"}, found.is_lawful) == (barred, True)
    if barred:
        assert found.findings[0].lawful_on == first
        assert found.findings[0].source == snt.source("materials.days")
    assert lawful(snt, one) == found


def test_a_meeting_with_every_item_barred_is_refused(snt):
    assert refused(lambda: lawful(snt, plan(materials_on={}))) == "meetings.materials_absent"
    assert terms.last_materials_day(snt, DAY) == date(2026, 11, 8)
    assert terms.last_materials_day(profile("mkd"), DAY) is None


def test_an_item_that_no_notice_named_is_barred(snt):
    found = clock(snt, plan(["reports", "budget"], noticed_items=("reports",)))
    assert (found.barred, codes(found)) == (frozenset({"budget"}), ["item_not_noticed"])
    board = profile("snt-board")
    assert clock(board, plan(["admission", "contract"], noticed_items=("admission",))).is_lawful


HARD = (
    "charter election removal land common-property property-transfer plots budget fees justification".split()
)


@pytest.mark.parametrize("item", [*HARD, "reorganisation", "item-24"])
def test_no_pure_absentia_on_the_items_of_part_22(snt, item):
    facts = CharterFacts(absentia_clause="устав, п. 9")
    found = clock(snt, plan([item], Form.ABSENTIA, opens_on=DAY), facts)
    assert codes(found) == ["form_forbidden"]
    assert found.findings[0].source == snt.item(item).source
    assert found.first_lawful_on is None


def test_a_partnership_is_founded_in_person_only():
    law = profile("snt-founding")
    assert clock(law, plan(["founding"])).is_lawful
    assert codes(clock(law, plan(["founding"], Form.MIXED))) == ["form_forbidden"]
    assert codes(clock(law, plan(["founding"], electronic=True))) == ["electronic_forbidden"]


@pytest.mark.parametrize("item", ["pay-terms", "exclusion", "reports", "electronic", "planning"])
def test_the_others_may_be_voted_on_in_absentia_and_mixed(snt, item):
    facts = CharterFacts(absentia_clause="устав, п. 9")
    assert clock(snt, plan([item], Form.ABSENTIA, opens_on=DAY), facts).is_lawful
    assert clock(snt, plan([item], Form.MIXED)).is_lawful
    assert codes(clock(snt, plan([item], Form.ABSENTIA, opens_on=DAY))) == ["absentia_without_charter"]
    assert "absentia_without_opening" in codes(clock(snt, plan([item], Form.ABSENTIA), facts))


@pytest.mark.parametrize("item", HARD)
def test_mixed_only_after_a_meeting_in_person_without_quorum_for_that_item(snt, item):
    assert codes(clock(snt, plan([item], Form.MIXED))) == ["mixed_needs_failed"]
    failed = FailedMeeting(on=date(2026, 10, 20), form=Form.IN_PERSON, items=frozenset({item}))
    assert clock(snt, plan([item], Form.MIXED, repeats=failed)).is_lawful
    other = replace(failed, form=Form.MIXED)
    assert codes(clock(snt, plan([item], Form.MIXED, repeats=other))) == ["mixed_needs_failed"]
    missing = replace(failed, items=frozenset({"reports"}))
    assert codes(clock(snt, plan([item], Form.MIXED, repeats=missing))) == [
        "mixed_needs_failed",
        "repeat_other_item",
    ]


def test_a_repeated_meeting_takes_up_exactly_the_failed_items(snt):
    failed = FailedMeeting(on=date(2026, 10, 20), form=Form.IN_PERSON, items=frozenset({"fees", "budget"}))
    assert clock(snt, plan(["fees", "budget"], Form.MIXED, repeats=failed)).is_lawful
    found = clock(snt, plan(["fees", "reports"], Form.MIXED, repeats=failed))
    assert [(one.code, one.item) for one in found.findings] == [("meetings.repeat_other_item", "reports")]
    same_day = clock(snt, plan(["fees"], Form.MIXED, repeats=replace(failed, on=DAY)))
    assert (codes(same_day), same_day.first_lawful_on) == (["repeat_before"], DAY + timedelta(days=1))


def test_a_repeat_has_its_term_where_the_law_gives_one():
    law = charter_applied(profile("po"), [Clause("repeat.within_days", 30, "устав, п. 8")])
    failed = FailedMeeting(on=date(2026, 10, 16), form=Form.IN_PERSON, items=frozenset({"reports"}))
    one = plan(["reports"], repeats=failed, noticed_on=date(2026, 10, 18), on=date(2026, 11, 15))
    assert clock(law, one).findings == ()
    late = clock(law, replace(one, on=DAY))
    assert [(f.code, f.severity) for f in late.findings] == [("meetings.repeat_late", Severity.WARNING)]
    assert late.is_lawful


def test_what_follows_a_meeting_without_quorum(snt, mkd):
    failed = FailedMeeting(on=DAY, form=Form.IN_PERSON, items=frozenset({"fees", "budget", "reports"}))
    (step,) = next_steps(snt, failed, date(2026, 11, 20))
    assert (step.form, step.items) == (Form.MIXED, ("budget", "reports", "fees"))
    assert (step.first_on, step.last_on) == (date(2026, 12, 5), None)
    assert step.source == snt.source("repeat.form")
    # the offered step is lawful by the clock itself
    offered = plan(
        step.items,
        step.form,
        on=step.first_on,
        noticed_on=date(2026, 11, 20),
        materials_on=dict.fromkeys(step.items, date(2026, 11, 20)),
        repeats=failed,
    )
    assert clock(snt, offered).findings == ()
    # a mixed meeting that failed too: the hard items go back to a meeting in person
    again = next_steps(snt, replace(failed, form=Form.MIXED), date(2026, 11, 20))
    assert [(one.form, one.items) for one in again] == [
        (Form.MIXED, ("reports",)),
        (Form.IN_PERSON, ("budget", "fees")),
    ]
    house = FailedMeeting(on=DAY, form=Form.IN_PERSON, items=frozenset({"reconstruction", "tariff"}))
    (step,) = next_steps(mkd, house, DAY)
    assert (step.form, step.first_on) == (Form.ABSENTIA, date(2026, 11, 27))
    assert step.items == ("reconstruction", "tariff")
    coop = FailedMeeting(on=DAY, form=Form.IN_PERSON, items=frozenset({"reports"}))
    law = charter_applied(profile("po"), [Clause("repeat.within_days", 30, "устав, п. 8")])
    (step,) = next_steps(law, coop, DAY)
    assert step.form is Form.IN_PERSON
    assert (step.first_on, step.last_on) == (date(2026, 11, 27), date(2026, 12, 16))


def test_electronic_means_need_the_charter_and_its_list(snt, mkd):
    one = plan(electronic=True)
    assert codes(clock(snt, one)) == ["electronic_without_charter"]
    assert clock(snt, one, CharterFacts(electronic_clause="п. 7")).is_lawful
    listed = CharterFacts(electronic_clause="п. 7", electronic_items=frozenset({"reports"}))
    assert clock(snt, one, listed).is_lawful
    unlisted = CharterFacts(electronic_clause="п. 7", electronic_items=frozenset({"budget"}))
    assert codes(clock(snt, one, unlisted)) == ["electronic_not_listed"]
    house = plan(["tariff"], electronic=True, initiator="owners")
    assert codes(clock(mkd, house)) == ["electronic_without_decision"]
    assert clock(mkd, house, CharterFacts(electronic_decision="протокол № 4")).is_lawful
    never = replace(snt, items=tuple(replace(item, electronic="no") for item in snt.items))
    assert codes(clock(never, one, listed)) == ["electronic_forbidden"]
    free = replace(snt, items=tuple(replace(item, electronic="yes") for item in snt.items))
    assert clock(free, one).is_lawful


@pytest.mark.parametrize(("lasts", "code"), [(6, "system_short"), (7, None), (60, None), (61, "system_long")])
def test_voting_in_the_system_lasts_from_7_to_60_days(mkd, lasts, code):
    one = plan(
        ["tariff"],
        Form.ABSENTIA,
        opens_on=DAY,
        on=DAY + timedelta(days=lasts),
        in_system=True,
        message_on=date(2026, 11, 1),
        posted_on=date(2026, 11, 5),
        initiator="owners",
    )
    assert codes(clock(mkd, one)) == ([code] if code else [])


def test_the_message_to_the_administrator_and_its_posting(mkd):
    one = plan(
        ["tariff"],
        Form.ABSENTIA,
        opens_on=DAY,
        on=DAY + timedelta(days=10),
        in_system=True,
        initiator="owners",
    )
    late = clock(mkd, replace(one, message_on=date(2026, 11, 2), posted_on=date(2026, 11, 6)))
    assert codes(late) == ["system_message", "system_posted"]
    assert {f.lawful_on for f in late.findings} == {date(2026, 11, 17)}
    assert late.first_lawful_on == date(2026, 11, 17)
    assert clock(mkd, one).first_lawful_on is None
    assert (
        codes(clock(mkd, replace(one, on=DAY, opens_on=DAY + timedelta(days=1))))[0] == "dates_out_of_order"
    )


@pytest.mark.parametrize(
    ("supporters", "members", "enough"),
    [
        (2, 10, False),
        (3, 10, True),
        (20, 100, False),
        (21, 100, True),
        (20, 101, False),
        (1, 4, True),
        (0, 0, False),
    ],
)
def test_more_than_a_fifth_of_members_may_demand_a_meeting(snt, supporters, members, enough):
    assert terms.demand_is_enough(snt, supporters, members) is enough
    demand = Demand(on=date(2026, 11, 1), supporters=supporters, members=members)
    found = clock(snt, plan(demand=demand, initiator="members", on=date(2026, 12, 2)))
    assert found.is_lawful is enough
    if not enough:
        assert codes(found) == ["demand_small"]


def test_the_board_has_thirty_days(snt):
    demand = Demand(on=date(2026, 10, 17), supporters=30, members=100)
    assert terms.demand_due(snt, demand.on) == DAY
    assert clock(snt, plan(demand=demand)).findings == ()
    late = clock(snt, plan(demand=demand, on=DAY + timedelta(days=1)))
    assert [(f.code, f.severity) for f in late.findings] == [("meetings.demand_overdue", Severity.WARNING)]
    early = clock(snt, plan(demand=demand, initiator="members"))
    assert (codes(early), early.first_lawful_on) == (["demand_not_due"], DAY + timedelta(days=1))
    assert clock(snt, plan(demand=demand, initiator="members", on=DAY + timedelta(days=1))).is_lawful
    organ = Demand(on=date(2026, 10, 17))
    assert clock(snt, plan(demand=organ, initiator="auditors", on=DAY + timedelta(days=1))).is_lawful
    assert codes(clock(snt, plan(initiator="members"))) == ["demand_small"]
    assert codes(clock(snt, plan(initiator="neighbour"))) == ["initiator_unknown"]


def test_several_items_of_one_type(snt):
    two = plan(["fees", "fees#2", "exclusion#17"])
    assert clock(snt, two).findings == ()
    assert snt.item("fees#2").needs == snt.item("fees").needs
    assert snt.item("fees#2").key == "fees#2"
    assert item_type(candidate_key("election#2", 17)) == "election"
    failed = FailedMeeting(on=DAY, form=Form.IN_PERSON, items=frozenset({"fees#2", "fees", "charter"}))
    (step,) = next_steps(snt, failed, DAY)
    assert step.items == ("charter", "fees", "fees#2")
    listed = CharterFacts(electronic_clause="п. 7", electronic_items=frozenset({"fees"}))
    assert clock(snt, plan(["fees", "fees#2"], electronic=True), listed).is_lawful


def test_a_mixed_meeting_is_counted_to_its_part_in_person(snt):
    one = plan(["reports"], Form.MIXED, opens_on=date(2026, 11, 2))
    assert (one.begins_on, clock(snt, one).findings) == (DAY, ())
    assert codes(clock(snt, replace(one, opens_on=date(2026, 11, 17)))) == ["dates_out_of_order"]


def test_items_outside_the_competence_twice_or_none(snt):
    assert codes(clock(snt, plan([]))) == ["agenda_empty"]
    assert "item_unknown" in codes(clock(snt, plan(["tariff"])))
    assert "item_twice" in codes(clock(snt, plan(["reports", "reports"])))


def test_other_terms(snt, mkd):
    assert terms.minutes_due(mkd, DAY) == date(2026, 11, 26)
    assert terms.minutes_due(snt, DAY) is None
    assert terms.ordinary_due(snt, date(2024, 2, 29)) == date(2025, 2, 28)
    assert terms.ordinary_due(profile("board"), DAY) is None
    assert terms.challenge_until(mkd, date(2026, 8, 31)) == date(2027, 2, 28)
    assert terms.may_add_items(profile("spk-consumer"), 2, 20)
    assert not terms.may_add_items(profile("spk-consumer"), 1, 20)
    assert not terms.may_add_items(snt, 20, 20)


def test_days_are_days_of_the_body_itself():
    late = datetime(2026, 11, 15, 20, 30, tzinfo=UTC)
    assert terms.local_day(late, ZoneInfo("Europe/Moscow")) == date(2026, 11, 15)
    assert terms.local_day(late, ZoneInfo("Asia/Yekaterinburg")) == date(2026, 11, 16)
    with pytest.raises(ValueError, match="zone"):
        terms.local_day(datetime(2026, 1, 1), ZoneInfo("Europe/Moscow"))  # noqa: DTZ001


def test_a_refusal_names_article_and_first_lawful_day(snt):
    refusal = clock(snt, plan(noticed_on=date(2026, 11, 2))).findings[0].violation()
    assert refusal.code == "meetings.notice_late"
    assert refusal.params["article"] == "217-ФЗ, ст. 17 ч. 13"
    assert refusal.params["lawful_on"] == date(2026, 11, 17)
    assert refusal.params["last"] == date(2026, 11, 1)
    without = clock(snt, plan(["tariff"])).findings[0].violation()
    assert without.params["lawful_on"] == "—"


def test_a_charter_with_longer_terms_moves_the_day(snt):
    law = charter_applied(snt, [Clause("notice.days", 30, "устав, п. 5")])
    assert terms.first_lawful_day(law, date(2026, 11, 1)) == date(2026, 12, 2)
    assert clock(law, plan()).findings[0].source.article == "устав, п. 5"


@given(st.dates(EARLY, date(2030, 1, 1)), st.integers(0, 400), st.sampled_from(["clear", "next-day"]))
def test_the_first_day_is_the_first(start, days, count):
    first = terms.first_after(start, days, count)
    between = terms.days_between(start, first)
    assert between == (days if count == "clear" else days - 1)


@given(st.dates(EARLY, DAY))
def test_the_first_lawful_day_is_lawful_and_the_day_before_is_not(noticed):
    law = profile("snt")
    first = terms.first_lawful_day(law, noticed)
    papers = {"reports": EARLY - timedelta(days=30)}
    assert clock(law, plan(on=first, noticed_on=noticed, materials_on=papers)).is_lawful
    found = clock(law, plan(on=first - timedelta(days=1), noticed_on=noticed, materials_on=papers))
    assert found.first_lawful_on == first
