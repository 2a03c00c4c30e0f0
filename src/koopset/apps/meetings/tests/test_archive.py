"""A meeting from its opening to an archive that proves itself; and every way in which it might be forged."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.rules.archive import (
    Attendance,
    SecretVotes,
    archive_check,
    archive_made,
    closed_data,
    opened_data,
)
from koopset.apps.meetings.rules.ballots import count, count_rules
from koopset.apps.meetings.rules.canonical import canonical, canonical_read
from koopset.apps.meetings.rules.chain import event_after
from koopset.apps.meetings.rules.charter import Clause, charter_applied
from koopset.apps.meetings.rules.electorate import (
    Holding,
    Unit,
    board_by_head,
    members_by_head,
    owners_by_area,
    owners_by_head,
)
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.profile_text import profile_read
from koopset.apps.meetings.rules.records import agenda_digest
from koopset.apps.meetings.rules.recount import Votes, elected_data, item_verdict, result_again
from koopset.apps.meetings.rules.secrecy import SealedBallot, published
from koopset.apps.meetings.rules.verdict import VoidReason, verdict_data
from koopset.apps.meetings.tests.conftest import NOON, profile, refused, vote

CLAUSES = (Clause("owners.reading", "members", "устав, п. 3"),)


def archive_of(
    key,
    items,
    electorates,
    ballots,
    *,
    clauses=(),
    present=frozenset(),
    agents=None,
    secret=None,
    seats=None,
    void=(),
    absent=frozenset(),
):
    """Everything that services will do, in pure steps: open, close, decide, export."""
    text = shipped_texts()[key]
    law = charter_applied(profile_read(text), clauses)
    closing = NOON + timedelta(hours=2)
    rules = count_rules(law, closes_at=closing, began_at=NOON)
    attendance = Attendance(present=frozenset(present), agents=agents or {}, absent=absent)
    sealed = secret or {}
    tables = {item: SecretVotes(commitments=pair[0], contents=pair[1]) for item, pair in sealed.items()}
    agenda = agenda_digest((item, f"Решение: {item}") for item in items)
    events = [
        event_after(
            None,
            kind="opened",
            at=NOON,
            data=opened_data(law, electorates, rules, agenda, items, is_repeat=False),
        )
    ]
    events.append(event_after(events[-1], kind="note", at=NOON, data={"text": "слово председателя"}))
    events.append(
        event_after(events[-1], kind="closed", at=closing, data=closed_data(ballots, attendance, tables))
    )
    electors = frozenset().union(*(one.persons for one in electorates))
    votes = Votes(
        profile=law,
        electorates={one.voters: one for one in electorates},
        counted=count(ballots, electors=electors, items=items, rules=rules, agents=attendance.agents),
        present=attendance.present,
        agents=attendance.agents,
        secret={item: found.contents for item, found in tables.items()},
        absent=attendance.absent,
    )
    for item in items:
        if "/" in item:
            continue
        if seats:
            kind, data = "elected", elected_data(votes, law.item(item), [1, 2, 3], seats)
        else:
            kind, data = "result", verdict_data(item_verdict(votes, law.item(item), tuple(void)))
        events.append(event_after(events[-1], kind=kind, at=closing, data=data))
    files = archive_made(
        meeting="2026-06-06",
        events=events,
        profile_text=text,
        clauses=clauses,
        added=(),
        electorates=electorates,
        attendance=attendance,
        ballots=ballots,
        secret=tables,
    )
    return files, events


def partnership(**more):
    members = members_by_head(range(1, 11))
    owners = owners_by_head([Holding(50, 20, Fraction(1)), Holding(51, 21, Fraction(1))], set(range(1, 11)))
    ballots = [vote(key, key, "for") for key in range(1, 5)]
    ballots += [vote(5, 5, "against"), vote(6, 6, "for", channel=Channel.PAPER, minute=-10)]
    ballots += [vote(7, 7, "for", by=1), vote(8, 20, "against"), vote(9, 21, ("for", "against"))]
    ballots += [vote(20 + key, key, "for", item="reports") for key in range(1, 6)]
    return archive_of(
        "snt",
        ("fees", "reports"),
        [members, owners],
        ballots,
        clauses=CLAUSES,
        present=frozenset({1, 2, 3, 4, 5, 20, 21}),
        agents={(7, "fees"): 1},
        **more,
    )


FILES, EVENTS = partnership()


def test_an_archive_proves_itself_without_anything_else():
    report = archive_check(FILES, head=EVENTS[-1].hash)
    assert report.broken == ()
    assert report.holds
    told = {event.data["item"]: event.data for event in EVENTS if event.kind == "result"}
    assert told["fees"]["outcome"] == "adopted"
    assert told["fees"]["members"] == {
        "part": "6/1",
        "whole": "7/1",
        "needed": "14/3",
        "share": "2/3",
        "strict": False,
        "weight": "head",
        "reached": True,
    }
    assert (told["fees"]["owners"]["part"], told["fees"]["owners"]["whole"]) == ("0/1", "2/1")
    # six take part in the reports (7 is represented on the fees only); five are for
    assert (told["reports"]["measure"]["part"], told["reports"]["measure"]["whole"]) == ("5/1", "6/1")
    assert partnership()[0] == FILES


def test_the_same_head_is_asked_of_outside():
    report = archive_check(FILES, head="0" * 64)
    assert [check.code for check in report.broken] == ["meetings.archive_manifest"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_any_changed_or_absent_file_is_found(name):
    data = FILES[name]
    for at in {0, len(data) // 2, len(data) - 1}:
        broken = bytearray(data)
        broken[at] ^= 1
        assert not archive_check({**FILES, name: bytes(broken)}, head=EVENTS[-1].hash).holds
    assert not archive_check({key: value for key, value in FILES.items() if key != name}).holds
    assert not archive_check({**FILES, name: b""}).holds
    assert not archive_check({**FILES, "more.txt": b"x"}).holds


def rewritten(**changes):
    """Whoever forges a file also mends the list of files."""
    files = {**FILES, **{name.replace("__", "."): data for name, data in changes.items()}}
    manifest = canonical_read(files["manifest.json"])
    manifest["files"] = {n: hashlib.sha256(d).hexdigest() for n, d in files.items() if n != "manifest.json"}
    return {**files, "manifest.json": canonical(manifest)}


def broken(files):
    return {
        check.code.removeprefix("meetings.") for check in archive_check(files, head=EVENTS[-1].hash).broken
    }


def test_a_forged_file_is_found_by_what_the_chain_says():
    lines = FILES["ballots.jsonl"].split(b"\n")
    turned = b"\n".join([lines[0].replace(b'"for"', b'"against"'), *lines[1:]])
    assert "archive_ballots" in broken(rewritten(ballots__jsonl=turned))
    assert "archive_ballots" in broken(rewritten(ballots__jsonl=b"\n".join(lines[1:])))
    assert "archive_ballots" in broken(rewritten(ballots__jsonl=FILES["ballots.jsonl"] + lines[0] + b"\n"))
    register = FILES["register.json"].replace(b'[10,"1/1",[]]', b'[10,"2/1",[]]')
    assert "archive_register" in broken(rewritten(register__json=register))
    attendance = FILES["attendance.json"].replace(b'"present":[1,2,', b'"present":[2,')
    assert "archive_attendance" in broken(rewritten(attendance__json=attendance))
    law = FILES["profile.toml"].replace(b"more than 1/2", b"more than 1/3")
    assert "archive_profile" in broken(rewritten(profile__toml=law))
    charter = FILES["charter.json"].replace(b'"members"', b'"together"')
    assert "archive_profile" in broken(rewritten(charter__json=charter))
    assert "archive_chain" in broken(rewritten(events__jsonl=FILES["events.jsonl"][:-1] + b"x\n"))


@pytest.mark.parametrize(
    "name",
    [
        "ballots__jsonl",
        "register__json",
        "attendance__json",
        "charter__json",
        "profile__toml",
        "secret__json",
    ],
)
def test_bytes_that_are_nothing_are_a_finding_and_no_crash(name):
    for junk in (b"\xff\xfe", b"[]", b"{}", b"null", b"[1]", b'{"a":1}', b"\n\n"):
        if junk == FILES[name.replace("__", ".")]:
            continue
        assert not archive_check(rewritten(**{name: junk})).holds


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(set(FILES) - {"manifest.json"})), st.data())
def test_no_archive_is_a_crash(name, data):
    """Bytes cut out, put in, or taken from elsewhere, with the list of files mended."""
    found = FILES[name]
    at = data.draw(st.integers(0, len(found)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(
        st.binary(max_size=6) | st.sampled_from([b"null", b"[]", b"-1", b'"1/0"', b"{}", b"9" * 5000])
    )
    changed = found[:at] + put + found[at + length :]
    report = archive_check(rewritten(**{name.replace(".", "__"): changed}), head=EVENTS[-1].hash)
    assert report.holds is (changed == found)


def test_a_verdict_that_the_votes_do_not_give():
    """The chain itself is whole: whoever kept it wrote another outcome."""
    events = EVENTS[:3]
    forged = {**EVENTS[3].data, "outcome": "not_adopted"}
    events = [*events, event_after(events[-1], kind="result", at=NOON, data=forged)]
    events.append(event_after(events[-1], kind="result", at=NOON, data=EVENTS[4].data))
    files = rewritten(events__jsonl=b"".join(event.line + b"\n" for event in events))
    manifest = canonical_read(files["manifest.json"])
    manifest |= {"head": events[-1].hash, "events": len(events)}
    report = archive_check({**files, "manifest.json": canonical(manifest)})
    assert [(check.code, check.detail) for check in report.broken] == [("meetings.archive_result", "fees")]
    # a result left out
    files = rewritten(events__jsonl=b"".join(event.line + b"\n" for event in events[:4]))
    manifest |= {
        "head": events[3].hash,
        "events": 4,
        "files": canonical_read(files["manifest.json"])["files"],
    }
    report = archive_check({**files, "manifest.json": canonical(manifest)})
    assert {check.detail for check in report.broken} == {"fees", "reports"}


def test_a_chain_without_opening_or_closing():
    only = [event_after(None, kind="opened", at=NOON, data={})]
    files = rewritten(events__jsonl=only[0].line + b"\n")
    manifest = canonical_read(files["manifest.json"]) | {"head": only[0].hash, "events": 1}
    report = archive_check({**files, "manifest.json": canonical(manifest)})
    assert [check.detail for check in report.broken] == ["opened, closed"]
    odd = canonical_read(files["manifest.json"]) | {"format": "other/1"}
    assert not archive_check({**files, "manifest.json": canonical(odd)}).holds
    assert not archive_check({}).holds


def test_a_house_by_area_with_joint_owners():
    units = [Unit(1, Fraction(60)), Unit(2, Fraction(40)), Unit(3, Fraction(50))]
    third = Fraction(1, 3)
    holdings = [
        Holding(1, 1, third),
        Holding(1, 2, 2 * third),
        Holding(2, 3, Fraction(1)),
        Holding(3, 4, Fraction(1)),
    ]
    ballots = [
        vote(1, 1, "for", item="tariff"),
        vote(2, 3, "for", item="tariff"),
        vote(3, 2, "against", item="tariff"),
    ]
    files, events = archive_of("mkd", ("tariff",), [owners_by_area(units, holdings)], ballots)
    assert archive_check(files).holds
    found = events[-1].data
    assert (found["outcome"], found["measure"]["part"], found["measure"]["whole"]) == (
        "adopted",
        "60/1",
        "100/1",
    )
    # without unit 2 and owner 3: 60 of 150 are no quorum
    files, events = archive_of(
        "mkd", ("tariff",), [owners_by_area(units, holdings)], [ballots[0], ballots[2]]
    )
    assert archive_check(files).holds
    assert events[-1].data["outcome"] == "no_quorum"


def test_a_board_whose_chair_decides_at_equality():
    board = board_by_head([1, 2, 3, 4], 1)
    ballots = [
        vote(at, at, mark, item="admission")
        for at, mark in enumerate(["for", "for", "against", "against"], 1)
    ]
    files, events = archive_of("snt-board", ("admission",), [board], ballots)
    assert archive_check(files).holds
    assert (events[-1].data["outcome"], events[-1].data["casting"]) == ("adopted", "for")


def test_a_secret_vote_and_a_secret_election():
    members = members_by_head(range(1, 8))
    sealed = [
        SealedBallot(bytes([at]) * 32, {"item": "exclusion", "marks": [mark]})
        for at, mark in enumerate(["for", "for", "for", "for", "against"])
    ]
    secret = {"exclusion": published(sealed, [4, 2, 0, 1, 3])}
    files, events = archive_of("snt", ("exclusion",), [members], [], present=range(1, 7), secret=secret)
    assert archive_check(files).holds
    assert (events[-1].data["outcome"], events[-1].data["measure"]["whole"]) == ("adopted", "6/1")
    names = [
        SealedBallot(bytes([at]) * 32, {"item": "election", "marked": marked})
        for at, marked in enumerate([[1, 2], [1, 2], [1, 2], [1], [1, 3]])
    ]
    secret = {"election": published(names, [4, 3, 2, 1, 0])}
    files, events = archive_of(
        "snt", ("election",), [members], [], present=range(1, 6), secret=secret, seats=2
    )
    assert archive_check(files).holds
    assert (events[-1].kind, events[-1].data["elected"], events[-1].data["tied"]) == ("elected", [1], [])
    assert events[-1].data["measures"]["2"]["part"] == "3/1"
    # too few came: nobody is elected
    secret = {"election": published(names[:3], [2, 1, 0])}
    _, events = archive_of("snt", ("election",), [members], [], present=range(1, 4), secret=secret, seats=2)
    assert events[-1].data["elected"] == []
    # more secret ballots than people: sums of different snapshots
    assert refused_sum(members, sealed)


def test_an_open_election_by_ballots_for_each_candidate():
    members = members_by_head(range(1, 8))
    keys = ("election#2", "election#2/1", "election#2/2", "election#2/3")
    given = [(1, 1, "for"), (1, 2, "for"), (1, 3, "for"), (1, 4, "against"), (2, 1, "for"), (2, 4, "for")]
    ballots = [
        vote(at, elector, mark, item=f"election#2/{candidate}")
        for at, (candidate, elector, mark) in enumerate(given)
    ]
    files, events = archive_of("snt", keys, [members], ballots, seats=1)
    assert archive_check(files).holds
    assert (events[-1].data["item"], events[-1].data["elected"]) == ("election#2", [1])
    assert events[-1].data["measures"]["2"]["whole"] == "4/1"
    assert len([event for event in events if event.kind == "elected"]) == 1


def test_who_left_before_an_item_is_not_in_its_base():
    members = members_by_head(range(1, 11))
    ballots = [vote(at, at, "for") for at in range(1, 7)]
    ballots += [vote(20 + at, at, "for", item="reports") for at in range(1, 6)]
    _, events = archive_of("snt", ("fees", "reports"), [members], ballots, present=range(1, 8))
    assert [event.data["measure"]["whole"] for event in events[3:]] == ["7/1", "7/1"]
    left = frozenset({(6, "reports"), (7, "reports")})
    files, events = archive_of(
        "snt", ("fees", "reports"), [members], ballots, present=range(1, 8), absent=left
    )
    assert archive_check(files).holds
    assert [event.data["outcome"] for event in events[3:]] == ["adopted", "no_quorum"]


def test_a_secret_vote_of_two_electorates():
    members = members_by_head(range(1, 8))
    owners = owners_by_head([Holding(50, 20, Fraction(1)), Holding(51, 21, Fraction(1))], set(range(1, 8)))
    said = [("members", "for")] * 4 + [("members", "against"), ("owners", "against"), ("owners", "for")]
    sealed = [
        SealedBallot(bytes([at]) * 32, {"item": "fees", "marks": [mark], "voters": voters})
        for at, (voters, mark) in enumerate(said)
    ]
    present = [1, 2, 3, 4, 5, 20, 21]
    secret = {"fees": published(sealed, [6, 5, 4, 3, 2, 1, 0])}
    files, events = archive_of("snt", ("fees",), [members, owners], [], present=present, secret=secret)
    assert archive_check(files).holds
    found = events[-1].data
    assert (found["members"]["part"], found["members"]["whole"]) == ("4/1", "5/1")
    assert (found["owners"]["part"], found["owners"]["whole"]) == ("1/1", "2/1")
    assert (found["measure"]["part"], found["measure"]["whole"]) == ("5/1", "7/1")


def refused_sum(members, sealed):
    with pytest.raises(ValueError, match="more votes"):
        archive_of(
            "snt",
            ("exclusion",),
            [members],
            [],
            present=[1],
            secret={"exclusion": published(sealed, range(5))},
        )
    return True


def test_a_ballot_written_down_twice_is_found():
    members = members_by_head(range(1, 4))
    ballots = [vote(at, at, "for") for at in range(1, 4)]
    assert archive_check(archive_of("snt", ("fees",), [members], ballots)[0]).holds
    files, _ = archive_of("snt", ("fees",), [members], [*ballots, ballots[0]])
    assert [check.code for check in archive_check(files).broken] == ["meetings.archive_ballots"]


def test_reasons_of_voidness_come_from_the_plan():
    files, events = partnership(void=[VoidReason.NOT_NOTICED])
    assert archive_check(files).holds
    assert {event.data["outcome"] for event in events if event.kind == "result"} == {"void"}


def test_a_secret_vote_by_area_would_tell_who_voted():
    law = profile("mkd")
    house = owners_by_area([Unit(1, Fraction(60))], [Holding(1, 1, Fraction(1))])
    empty = count([], electors=(), items=(), rules=count_rules(law, closes_at=NOON))
    votes = Votes(
        profile=law,
        electorates={house.voters: house},
        counted=empty,
        present=frozenset({1}),
        agents={},
        secret={"tariff": ()},
    )
    assert refused(lambda: item_verdict(votes, law.item("tariff"))) == "meetings.secret_by_area"
    hidden = replace(votes, secret={"council": ()})
    assert refused(lambda: elected_data(hidden, law.item("council"), [1], 1)) == "meetings.secret_by_area"
    snt = profile("snt")
    assert refused(lambda: item_verdict(votes, snt.item("fees"))) == "meetings.no_electorate"
    assert refused(lambda: result_again(votes, {"item": "none", "void": []})) == "meetings.item_unknown"
