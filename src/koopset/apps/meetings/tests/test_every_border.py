"""Every item of every law at its border: the least that is enough adopts, one vote (or a hair of area) less does not. The law's own numbers
are written here once more, and the sums are whole ones.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from koopset.apps.meetings.formats.shipped import shipped_profiles
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.law import Base, Voters, Weight
from koopset.apps.meetings.rules.tally import item_quorum
from koopset.apps.meetings.rules.verdict import Outcome, verdict
from koopset.apps.meetings.tests.conftest import heads, metres, profile

#: profile → ((part of two thirds, …), …): items by their numbers or keys under (top, below, «more than», of all?). What is not named takes
#: the last row. Articles: 217-ФЗ 17 ч. 2, 4; ЖК 46 ч. 1, 146 ч. 4, 117; 3085-1 and 193-ФЗ by common knowledge.
MORE_THAN_HALF = (1, 2, True, False)
LAW: dict[str, dict[tuple[int, int, bool, bool], set[str]]] = {
    "snt": {(2, 3, False, False): {"1", "2", "3", "4", "5", "6", "10", "17", "21", "22", "23", "24"}},
    "mkd": {
        (2, 3, False, True): {
            "1", "1.1-1", "1.2", "1.3", "2", "3", "3.1", "3.8", "4.3", "council-chair", "property-signer", "item-4.6",
        },
        (1, 2, True, True): {"1.1", "4", "4.2", "4.7", "partnership"},
        (1, 1, False, True): {"common-property-less"},
    },
    "tsj": {(2, 3, False, True): {"2", "6", "7"}},
    "jsk": {(3, 4, True, False): {"by-charter"}},
    "snt-founding": {(1, 1, False, False): {"founding"}},
}  # fmt: skip
#: The quorum: (top, below, «more than»).
QUORUM = {
    "snt": (1, 2, True),
    "mkd": (1, 2, True),
    "tsj": (1, 2, True),
    "jsk": (1, 2, True),
    "po": (1, 2, True),
    "snt-board": (1, 2, False),
    "board": (1, 2, False),
    "charter": (1, 2, False),
    "tsn": (1, 2, False),
    "spk-production": (1, 2, False),
    "spk-consumer": (1, 4, False),
    "snt-founding": (1, 1, False),
}
HAIR = Fraction(1, 10**9)


def enough(top: int, below: int, strict: bool, whole: int) -> int:
    """The least whole number of votes: 2/3 of 7 → 5, more than 1/2 of 10 → 6. By trying them one after another."""
    for votes in range(1, whole + 1):
        if below * votes > top * whole or (not strict and below * votes == top * whole):
            return votes
    return whole + 1


def judged(law, item, tally):
    quorum = item_quorum(law, item, tally.present, tally.whole)
    return verdict(law, item, tally, quorum=quorum).outcome


def said_by_law(key, item):
    for rule, names in LAW.get(key, {}).items():
        if item.number in names or item.key in names:
            return rule
    return None


BY_HEAD = [one for one in shipped_profiles() if {item.weight for item in one.items} == {Weight.HEAD}]
BY_AREA = [one for one in shipped_profiles() if {item.weight for item in one.items} == {Weight.AREA}]


def test_every_profile_is_of_one_weight():
    assert len(BY_HEAD) + len(BY_AREA) == len(shipped_profiles()) == len(QUORUM)


@pytest.mark.parametrize("key", [one.key for one in BY_HEAD])
@pytest.mark.parametrize("whole", [2, 3, 4, 5, 6, 7, 9, 10, 12, 20, 21, 60, 101])
def test_by_head_one_vote_decides(key, whole):
    law = profile(key)
    for item in law.items:
        if item.voters not in (Voters.MEMBERS, Voters.MEMBERS_AND_OWNERS, Voters.BOARD):
            continue
        rule = said_by_law(key, item)
        for present in range(enough(*QUORUM[key], whole), whole + 1):
            if key == "spk-consumer" and whole < 20 and present < 5:
                continue  # five are there at least (193-ФЗ art. 24)
            needs = item.needs
            top, below, strict, _all = rule or (
                needs.share.numerator,
                needs.share.denominator,
                needs.strict,
                item.base is not Base.PRESENT,
            )
            base = whole if item.base is Base.ALL_MEMBERS else present
            least = enough(top, below, strict, base)
            if least > present:
                continue
            for against in (Choice.AGAINST, Choice.ABSTAIN, Choice.INVALID, Choice.NOT_VOTED):
                rest = present - least
                votes = heads(whole, for_=least, **{against.value: rest})
                assert judged(law, item, votes) is Outcome.ADOPTED, (item.key, present, against)
                fewer = heads(whole, for_=least - 1, **{against.value: rest + 1})
                found = judged(law, item, fewer)
                assert found in (Outcome.NOT_ADOPTED, Outcome.ADOPTED)
                # at equality in a board the chair's vote may decide; that has tests of its own
                if found is Outcome.ADOPTED:
                    assert item.voters is Voters.BOARD, item.key


@pytest.mark.parametrize("key", [one.key for one in BY_HEAD])
@pytest.mark.parametrize("whole", [2, 3, 4, 5, 6, 7, 10, 11, 21, 101])
def test_by_head_one_person_makes_the_quorum(key, whole):
    law = profile(key)
    least = enough(*QUORUM[key], whole)
    if key == "spk-consumer" and whole < 20:
        least = max(least, 5)
    for item in law.items:
        if item.quorum is not None:
            continue
        if least <= whole:
            assert judged(law, item, heads(whole, for_=least)) is not Outcome.NO_QUORUM, item.key
        if least > 1:
            assert judged(law, item, heads(whole, for_=min(least - 1, whole))) is Outcome.NO_QUORUM, item.key


@pytest.mark.parametrize("key", [one.key for one in BY_AREA])
@pytest.mark.parametrize("whole", [Fraction(1503, 10), Fraction(1000), Fraction(10, 3), Fraction(22, 7)])
def test_by_area_a_hair_decides(key, whole):
    law = profile(key)
    for item in law.items:
        if item.quorum is not None:
            continue
        rule = said_by_law(key, item)
        of_all = item.base is Base.ALL_VOTES
        assert of_all is (rule is not None and rule[3]), item.key
        top, below, strict, _all = rule or MORE_THAN_HALF
        needed = Fraction(top, below) * whole
        least = needed + HAIR if strict else needed
        # everybody who is there is for it, and a quorum is there
        half = whole / 2 + HAIR
        if of_all:
            present = max(least, half)
            rest = present - least
            assert judged(law, item, metres(whole, for_=least, against=rest)) is Outcome.ADOPTED, item.key
            fewer = metres(whole, for_=least - HAIR, against=rest + HAIR)
        else:
            part = whole * Fraction(top, below) + HAIR if strict else needed
            assert judged(law, item, metres(whole, for_=part, against=whole - part)) is Outcome.ADOPTED, (
                item.key
            )
            fewer = metres(whole, for_=part - HAIR, against=whole - part + HAIR)
        assert judged(law, item, fewer) is Outcome.NOT_ADOPTED, item.key
        assert judged(law, item, metres(whole, for_=whole / 2)) is Outcome.NO_QUORUM, item.key


def test_two_thirds_of_present_and_of_all_differ_wherever_somebody_is_absent():
    """67 of 100 came, all for: two thirds of those present in a partnership with room to spare, two thirds of a house by a hair."""
    snt, mkd = profile("snt"), profile("mkd")
    for present in range(51, 101):
        voted = heads(100, for_=present)
        assert judged(snt, snt.item("charter"), voted) is Outcome.ADOPTED
        area = metres(100, for_=present)
        found = judged(mkd, mkd.item("reconstruction"), area)
        assert found is (Outcome.ADOPTED if 3 * present >= 200 else Outcome.NOT_ADOPTED)
