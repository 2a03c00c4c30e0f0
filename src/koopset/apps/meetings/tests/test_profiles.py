"""The profiles that come with the program, against the rules of law that they must hold."""

from __future__ import annotations

from datetime import date

import pytest

from koopset.apps.meetings.formats.shipped import shipped_profiles, shipped_texts
from koopset.apps.meetings.rules.law import Base, Body, Effect, Form, MixedWhen, Status, Voters, Weight
from koopset.apps.meetings.rules.profile import profile_on
from koopset.apps.meetings.rules.profile_text import profile_faults, text_digest
from koopset.apps.meetings.tests.conftest import profile, refused
from koopset.apps.organisations.formats.legal_form import legal_forms

KEYS = "board charter jsk mkd po snt snt-board snt-founding spk-consumer spk-production tsj tsn".split()


def test_there_is_a_profile_for_every_body_of_law_and_its_file_has_its_name():
    assert sorted(shipped_texts()) == sorted(KEYS)
    assert sorted(one.key for one in shipped_profiles()) == sorted(KEYS)


def test_every_profile_that_a_legal_form_names_is_there():
    named = {key for form in legal_forms() for key in form.meetings}
    assert named == set(KEYS)
    of = {form.key: form.meetings for form in legal_forms()}
    assert of["snt"] == of["ont"] == of["dnp"] == ("snt", "snt-board", "snt-founding")
    assert of["tsj"][:2] == ("tsj", "mkd")
    assert of["tos"][0] == of["prp"][0] == of["nko"][0] == "charter"
    assert of["ip"] == ()


@pytest.mark.parametrize("key", KEYS)
def test_a_profile_is_sound_and_everything_in_it_has_an_article(key):
    one = profile(key)
    assert profile_faults(shipped_texts()[key]) == ()
    sources = [term.source for term in one.terms.values()]
    sources += [item.source for item in one.items] + [point.source for point in one.minutes]
    assert all(source.article.strip() for source in sources)
    assert all(item.title.ru and item.title.en for item in one.items)
    assert one.acts
    assert one.digest == text_digest(shipped_texts()[key])
    assert one.version == f"{key} {one.since.isoformat()} {one.digest[:12]}"
    # Whatever is general knowledge is told of as such.
    assert {f"item:{item.key}" for item in one.items if item.source.status is not Status.READ} <= set(
        one.to_be_checked
    )


def numbers(found):
    return {item.number for item in found}


def test_two_thirds_of_those_present_on_the_items_of_part_2(snt):
    hard = [item for item in snt.items if str(item.needs) == "at least 2/3"]
    assert numbers(hard) == {"1", "2", "3", "4", "5", "6", "10", "17", "21", "22", "23", "24"}
    assert {item.base for item in snt.items} == {Base.PRESENT}
    assert {item.weight for item in snt.items} == {Weight.HEAD}
    others = [item for item in snt.items if item not in hard]
    assert {str(item.needs) for item in others} == {"more than 1/2"}
    assert numbers(snt.items) == {str(number) for number in range(1, 26)}


def test_no_absentia_and_mixed_after_a_failed_meeting_on_the_items_of_part_22(snt):
    barred = [item for item in snt.items if Form.ABSENTIA not in item.forms]
    assert numbers(barred) == {"1", "2", "4", "5", "6", "10", "17", "21", "22", "23", "24"}
    assert barred == [item for item in snt.items if item.mixed is MixedWhen.AFTER_FAILED]
    assert all(item.forms == (Form.IN_PERSON, Form.MIXED) for item in barred)


def test_owners_without_membership_vote_on_the_items_of_part_3(snt):
    both = [item for item in snt.items if item.voters is Voters.MEMBERS_AND_OWNERS]
    assert numbers(both) == {"4", "5", "6", "21", "22", "24"}


def test_terms_of_the_partnership(snt):
    assert (snt.number("notice.days"), snt.number("materials.days")) == (14, 7)
    assert str(snt.threshold("quorum")) == "more than 1/2"
    assert str(snt.threshold("extraordinary.share")) == "more than 1/5"
    assert (snt.number("extraordinary.days"), snt.word("repeat.form")) == (30, "mixed")
    assert (snt.number("minutes.years"), snt.number("ballots.years")) == (49, 5)
    assert snt.word("electronic") == "charter"
    assert snt.says("mixed.before")
    assert snt.says("agenda.closed")


def test_a_house_counts_all_votes_by_area(mkd):
    assert mkd.body is Body.OWNERS
    assert {item.weight for item in mkd.items} == {Weight.AREA}
    half = [i for i in mkd.items if i.base is Base.ALL_VOTES and str(i.needs) == "more than 1/2" and i.number]
    two = [i for i in mkd.items if i.base is Base.ALL_VOTES and str(i.needs) == "at least 2/3"]
    assert numbers(half) == {"1.1", "4", "4.2", "4.7"}
    read = [item for item in two if item.source.status is Status.READ]
    assert numbers(read) == {"1", "1.1-1", "1.2", "1.3", "2", "3", "3.1", "3.8", "4.3"}
    assert str(mkd.item("common-property-less").needs) == "at least 1/1"
    assert (mkd.word("quorum.weight"), mkd.number("notice.days")) == ("area", 10)
    terms = [
        mkd.number(f"system.{key}") for key in ("message_days", "posted_days", "least_days", "most_days")
    ]
    assert terms == [14, 10, 7, 60]
    assert (mkd.word("repeat.form"), mkd.number("minutes.days")) == ("absentia", 10)
    assert mkd.number("challenge.months") == 6


def test_an_association_needs_two_thirds_of_all_votes_on_items_2_6_7():
    tsj = profile("tsj")
    assert numbers(i for i in tsj.items if i.base is Base.ALL_VOTES) == {"2", "6", "7"}
    assert {item.voters for item in tsj.items} == {Voters.MEMBERS}
    assert {item.weight for item in tsj.items} == {Weight.AREA}


@pytest.mark.parametrize(
    ("key", "quorum", "days"),
    [
        ("jsk", "more than 1/2", 10),
        ("po", "more than 1/2", 10),
        ("spk-consumer", "at least 1/4", 30),
        ("spk-production", "at least 1/2", 30),
        ("charter", "at least 1/2", 10),
        ("tsn", "at least 1/2", 10),
        ("snt-board", "at least 1/2", 0),
        ("snt-founding", "at least 1/1", 0),
        ("board", "at least 1/2", 0),
    ],
)
def test_quorum_and_notice_of_the_rest(key, quorum, days):
    one = profile(key)
    assert (str(one.threshold("quorum")), one.number("notice.days")) == (quorum, days)
    assert one.word("quorum.weight") == "head"
    assert {item.weight for item in one.items} == {Weight.HEAD}


def test_what_else_the_law_of_co_operatives_asks():
    assert str(profile("jsk").item("by-charter").needs) == "more than 3/4"
    assert str(profile("po").item("reorganisation").needs) == "at least 3/4"
    consumer = profile("spk-consumer")
    assert (consumer.number("quorum.least"), consumer.number("quorum.least_below")) == (5, 20)
    assert str(consumer.item("charter").needs) == "at least 2/3"
    assert str(consumer.threshold("agenda.share")) == "at least 1/10"
    assert profile("charter").is_charter_only
    assert not profile("snt").is_charter_only


def test_decisions_of_every_effect_are_there():
    found = {item.effect for one in shipped_profiles() for item in one.items}
    assert found == set(Effect)
    assert profile("snt-board").item("admission").effect is Effect.ADMISSION
    assert profile("snt").item("fees").effect is Effect.FEE
    assert profile("mkd").item("tariff").effect is Effect.TARIFF


def test_the_edition_of_a_day():
    known = shipped_profiles()
    assert profile_on(known, "snt", date(2026, 6, 6)).key == "snt"
    assert refused(lambda: profile_on(known, "snt", date(2019, 6, 6))) == "meetings.no_profile"
    assert refused(lambda: profile_on(known, "none", date(2026, 6, 6))) == "meetings.no_profile"


def test_of_two_editions_that_hold_the_one_that_began_last():
    from dataclasses import replace

    old = profile("snt")
    new = replace(old, since=date(2027, 1, 1))
    assert profile_on([old, new], "snt", date(2026, 12, 31)) is old
    assert profile_on([new, old], "snt", date(2027, 1, 1)) is new
    closed = replace(old, until=date(2026, 12, 31))
    assert refused(lambda: profile_on([closed], "snt", date(2027, 1, 1))) == "meetings.no_profile"


def test_an_item_outside_the_competence(snt):
    assert refused(lambda: snt.item("tariff")) == "meetings.item_unknown"
    assert snt.term("nothing") is None
    assert snt.number("nothing") is None
    assert snt.threshold("notice.days") is None
    assert snt.word("notice.days") == ""
    assert snt.words("notice.days") == ()
