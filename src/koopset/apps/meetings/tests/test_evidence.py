"""Canonical bytes, the chain, trees of hashes, secret ballots, simple signatures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.meetings.rules.canonical import (
    canonical,
    canonical_read,
    digest,
    fraction_read,
    fraction_text,
)
from koopset.apps.meetings.rules.chain import GENESIS, Event, chain_check, event_after
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.merkle import InclusionProof, inclusion_holds, inclusion_proof, merkle_root
from koopset.apps.meetings.rules.records import agenda_digest, ballot_line, ballot_read
from koopset.apps.meetings.rules.secrecy import (
    SealedBallot,
    commitment,
    openings_hold,
    published,
    shuffled,
)
from koopset.apps.meetings.rules.signature import challenge_made, code_checked, text_hash
from koopset.apps.meetings.tests.conftest import NOON, refused, vote

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain)
def test_canonical_bytes_are_read_back_and_written_the_same(value):
    data = canonical(value)
    assert canonical_read(data) == value
    assert canonical(canonical_read(data)) == data


def test_how_values_are_written():
    value = {
        "б": [Fraction(1, 3), Fraction(4)],
        "a": Channel.HALL,
        "t": datetime(2026, 6, 6, 12, 0, tzinfo=timezone(timedelta(hours=3))),
        "d": date(2026, 6, 6),
        "n": None,
        "y": True,
    }
    assert canonical(value) == (
        '{"a":"hall","d":"2026-06-06","n":null,"t":"2026-06-06T09:00:00.000000Z","y":true,"б":["1/3","4/1"]}'.encode()
    )
    assert digest([1]) == digest((1,)) != digest([True])


@pytest.mark.parametrize("value", [0.5, {1: 2}, {1, 2}, object(), datetime(2026, 1, 1), b"x", {"a": 1.0}])  # noqa: DTZ001
def test_what_has_no_single_writing(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"1.5",
        b'{"a":1,"a":1}',
        b"\xff",
        b'"\\u0041"',
        b"01",
        b"",
        b"NaN",
        b"[1,]",
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_not_canonical(data):
    with pytest.raises(ValueError):
        canonical_read(data)


@given(st.fractions())
def test_fractions_are_read_back(value):
    assert fraction_read(fraction_text(value)) == value


@pytest.mark.parametrize(
    "text", ["1", "2/4", "1/0", "+1/2", "1 /2", "1/-2", "/", "a/b", "-/2", "1/2/3", "٣/4", "1/" + "9" * 500]
)
def test_what_is_no_fraction(text):
    with pytest.raises(ValueError):
        fraction_read(text)


# The chain


def chain(*kinds: str) -> list[Event]:
    events: list[Event] = []
    for at, kind in enumerate(kinds):
        data = {"кто": at, "weight": Fraction(1, 3)}
        events.append(
            event_after(events[-1] if events else None, kind=kind, at=NOON + timedelta(minutes=at), data=data)
        )
    return events


EVENTS = chain("opened", "checked-in", "closed", "result")
LINES = [event.line for event in EVENTS]


def test_a_whole_chain():
    report = chain_check(LINES, head=EVENTS[-1].hash, events=4)
    assert (report.is_whole, report.events, report.head) == (True, tuple(EVENTS), EVENTS[-1].hash)
    assert EVENTS[0].previous == GENESIS
    assert [event.number for event in EVENTS] == [1, 2, 3, 4]
    assert chain_check([]).is_whole
    with pytest.raises(TypeError):
        event_after(None, kind="x", at=NOON, data={"a": 0.5})


@given(st.integers(0, len(LINES) - 1), st.data(), st.integers(1, 255))
def test_the_chain_breaks_at_any_flipped_byte(line, data, mask):
    at = data.draw(st.integers(0, len(LINES[line]) - 1))
    broken = bytearray(LINES[line])
    broken[at] ^= mask
    report = chain_check([*LINES[:line], bytes(broken), *LINES[line + 1 :]], head=EVENTS[-1].hash)
    assert (report.is_whole, report.broken_at) == (False, line + 1)


def test_every_single_bit_of_a_chain_is_guarded():
    for line, found in enumerate(LINES):
        for at in range(len(found)):
            broken = bytearray(found)
            broken[at] ^= 1
            assert chain_check([*LINES[:line], bytes(broken), *LINES[line + 1 :]]).broken_at == line + 1


@pytest.mark.parametrize(
    ("lines", "at", "why"),
    [
        ([LINES[0], LINES[2], LINES[3]], 2, "number"),
        ([LINES[1], LINES[0], LINES[2]], 1, "number"),
        (LINES[:3], 4, "head"),
        ([*LINES, LINES[3]], 5, "number"),
        ([b"{}", *LINES[1:]], 1, "line"),
        ([b"[]", *LINES[1:]], 1, "line"),
        ([LINES[0], b""], 2, "line"),
        ([LINES[0], chain("other", "checked-in")[1].line], 2, "previous"),
    ],
)
def test_events_left_out_put_between_or_cut_off(lines, at, why):
    report = chain_check(lines, head=EVENTS[-1].hash, events=4)
    assert (report.broken_at, report.why) == (at, f"meetings.chain_{why}")


def test_an_event_rewritten_with_a_right_hash_breaks_the_next_one():
    forged = event_after(EVENTS[0], kind="checked-in", at=NOON, data={"кто": 5})
    report = chain_check([LINES[0], forged.line, *LINES[2:]])
    assert (report.broken_at, report.why) == (3, "meetings.chain_previous")


# Trees

leaves = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


@given(leaves, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_only(found, data):
    at = data.draw(st.integers(0, len(found) - 1))
    root, proof = merkle_root(found), inclusion_proof(found, at)
    assert inclusion_holds(found[at], proof, root)
    assert not inclusion_holds(found[at] + b"x", proof, root)
    assert not inclusion_holds(found[at], proof, merkle_root([*found, b"more"]))
    other = data.draw(st.integers(0, len(found) - 1))
    moved = InclusionProof(other, proof.size, proof.path)
    if found[other] != found[at]:
        assert not inclusion_holds(found[other], proof, root)
    if other != at:
        assert not inclusion_holds(found[at], moved, root) or _same_beside(found, at, other)


def _same_beside(found, at, other):
    """Equal leaves beside each other look alike from both places."""
    return len(set(found)) < len(found)


@given(leaves, st.integers(0, 39), st.integers(0, 5))
def test_a_changed_leaf_changes_the_root(found, at, byte):
    at %= len(found)
    changed = [*found[:at], found[at] + bytes([byte]), *found[at + 1 :]]
    assert merkle_root(changed) != merkle_root(found)


def test_known_roots_and_broken_proofs():
    import hashlib

    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()
    assert merkle_root([b""]) == hashlib.sha256(b"\x00").hexdigest()
    found = [b"a", b"b", b"c"]
    root, proof = merkle_root(found), inclusion_proof(found, 2)
    assert len(proof.path) == 1  # the odd one goes up as it is
    for broken in (
        InclusionProof(2, 3, ()),
        InclusionProof(2, 3, (*proof.path, "00" * 32)),
        InclusionProof(2, 3, ("zz",)),
        InclusionProof(2, 3, ("00",)),
        InclusionProof(3, 3, proof.path),
        InclusionProof(-1, 3, proof.path),
        InclusionProof(0, 0, ()),
    ):
        assert not inclusion_holds(b"c", broken, root)
    with pytest.raises(IndexError):
        inclusion_proof(found, 3)
    # a node is no leaf: two leaves joined do not pass for one
    assert merkle_root([b"ab"]) != merkle_root([b"a", b"b"])


@given(
    st.integers(1, 99), st.sampled_from([("for",), (), ("for", "against")]), st.sampled_from(list(Channel))
)
def test_a_ballot_is_read_back_from_its_line(key, marks, channel):
    one = vote(key, 5, marks, channel=channel, by=7)
    assert ballot_read(canonical_read(ballot_line(one))) == one


def test_the_agenda_has_a_hash_of_its_wording():
    agenda = [("fees", "Установить взнос 5000 руб."), ("reports", "Утвердить отчёт.")]
    assert agenda_digest(agenda) != agenda_digest(reversed(agenda))
    assert agenda_digest(agenda) != agenda_digest([("fees", "Установить взнос 6000 руб."), agenda[1]])


# Secret ballots


def sealed(*marks: str) -> list[SealedBallot]:
    return [
        SealedBallot(bytes([at]) * 32, {"item": "election", "marks": [mark] if mark else []})
        for at, mark in enumerate(marks)
    ]


def test_a_receipt_proves_inclusion_and_tells_no_choice():
    one, other = (
        SealedBallot(b"\x01" * 32, {"marks": ["for"]}),
        SealedBallot(b"\x01" * 32, {"marks": ["against"]}),
    )
    # without the key a receipt of one choice looks like any other: it is not a hash of the choice alone
    assert commitment(one) not in {digest(one.content), commitment(other)}
    assert commitment(SealedBallot(b"\x02" * 32, one.content)) != commitment(one)
    assert refused(lambda: commitment(SealedBallot(b"short", {}))) == "meetings.secret_key"
    ballots = sealed("for", "against", "for")
    commitments, _ = published(ballots, [2, 0, 1])
    tree = [bytes.fromhex(found) for found in commitments]
    receipt = commitment(ballots[1])
    proof = inclusion_proof(tree, commitments.index(receipt))
    assert inclusion_holds(bytes.fromhex(receipt), proof, merkle_root(tree))


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["for", "against", "abstain", ""]), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_both_tables_are_one_set_of_ballots_and_no_order_leads_over(marks, random):
    ballots = sealed(*marks)
    order = list(range(len(ballots)))
    random.shuffle(order)
    commitments, contents = published(ballots, order)
    assert list(commitments) == sorted(commitments)
    assert sorted(contents) == sorted(canonical(one.content) for one in ballots)
    assert openings_hold(ballots, commitments, contents)
    assert not openings_hold(ballots[1:], commitments, contents)
    assert not openings_hold(ballots, commitments, [*contents[1:], b"{}"])
    changed = SealedBallot(ballots[0].key, {"item": "election", "marks": ["other"]})
    assert not openings_hold([changed, *ballots[1:]], commitments, contents)
    assert not openings_hold([SealedBallot(b"", {}), *ballots[1:]], commitments, contents)
    other_key = SealedBallot(b"\xff" * 32, ballots[0].content)
    assert not openings_hold([other_key, *ballots[1:]], commitments, contents)


def test_a_drawn_order_names_each_once():
    assert shuffled([b"a", b"b", b"c"], [2, 0, 1]) == (b"c", b"a", b"b")
    for wrong in ([0, 1], [0, 1, 1], [1, 2, 3], [0, 1, 2, 2]):
        call = partial(shuffled, [b"a", b"b", b"c"], wrong)
        assert refused(call) == "meetings.permutation"


# Signatures

SECRET = b"s" * 32
TEXT = "Вопрос 1. Взнос 5000 рублей: за"


def challenge(**changes):
    asked = {
        "text": TEXT,
        "voter": 5,
        "clause": "устав, п. 7.2",
        "code": "123456",
        "expires_at": NOON,
        "secret": SECRET,
    }
    return challenge_made(**{**asked, **changes})


def check(one, **changes):
    asked = {"text": TEXT, "voter": 5, "code": "123456", "at": NOON, "secret": SECRET}
    code_checked(one, **{**asked, **changes})


def test_a_code_signs_the_text_that_was_shown():
    one = challenge()
    check(one)
    check(one, code=" 123456 ")
    assert one.text_hash == text_hash(TEXT)
    assert "123456" not in one.tag


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "123457"}, "code_wrong"),
        ({"code": ""}, "code_wrong"),
        ({"voter": 6}, "code_wrong"),
        ({"secret": b"t" * 32}, "code_wrong"),
        ({"text": TEXT + " "}, "code_other_text"),
        ({"text": TEXT.replace("за", "против")}, "code_other_text"),
        ({"at": NOON + timedelta(microseconds=1)}, "code_expired"),
    ],
)
def test_a_code_signs_nothing_else(changes, code):
    assert refused(lambda: check(challenge(), **changes)) == f"meetings.{code}"


def test_forged_challenges_and_too_many_attempts():
    from dataclasses import replace

    one = challenge()
    assert refused(lambda: check(replace(one, voter=6), voter=6)) == "meetings.code_wrong"
    later = replace(one, expires_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert refused(lambda: check(later)) == "meetings.code_wrong"
    assert refused(lambda: check(replace(one, clause="иное"))) == "meetings.code_wrong"
    assert refused(lambda: check(replace(one, tag="0" * 64))) == "meetings.code_wrong"
    assert refused(lambda: check(replace(one, voter=6))) == "meetings.code_wrong"
    check(replace(one, attempts=4))
    assert refused(lambda: check(replace(one, attempts=5))) == "meetings.code_exhausted"
    assert refused(lambda: challenge(clause="  ")) == "meetings.signature_no_clause"
    assert refused(lambda: challenge(secret=b"short")) == "meetings.signature_weak_secret"
    assert refused(lambda: challenge(code="")) == "meetings.signature_weak_secret"
