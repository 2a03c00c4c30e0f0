"""Secret ballots: who voted is in one table, what was voted in another, and nothing leads from one to the other.

A ballot is kept under a random key of 32 bytes that the caller draws; it holds no person, no time, no address. Its commitment, a hash of
key and content, is the voter's receipt: it stands in the published tree of commitments and proves inclusion. Without the key it tells
nothing of the choice, and the key is not given to the voter, so a voter can prove to nobody what was chosen. Published are commitments in
the order of their hashes and, apart from them, contents in a drawn order. Keys stay sealed for a court: `openings_hold` shows that both
tables are one set of ballots.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from koopset.apps.meetings.rules.canonical import canonical
from koopset.kernel.violations import RuleViolation

KEY_BYTES = 32
_NAME = b"koopset.meetings.secret.v1\n"


@dataclass(frozen=True, slots=True)
class SealedBallot:
    """A secret ballot: its random key and its content (item, marks), nothing else."""

    key: bytes
    content: Mapping[str, object]


def commitment(ballot: SealedBallot) -> str:
    """The receipt of a secret ballot, hexadecimal. Raises meetings.secret_key for a key that is too short to hide anything."""
    if len(ballot.key) != KEY_BYTES:
        raise RuleViolation("meetings.secret_key", field="key")
    return hashlib.sha256(_NAME + ballot.key + canonical(ballot.content)).hexdigest()


def shuffled(contents: Sequence[bytes], permutation: Sequence[int]) -> tuple[bytes, ...]:
    """Contents in a drawn order: the place `permutation[i]` of the old order comes to place i.

    Raises meetings.permutation for an order that leaves one out or names one twice.
    """
    if sorted(permutation) != list(range(len(contents))):
        raise RuleViolation("meetings.permutation", field="permutation")
    return tuple(contents[at] for at in permutation)


def published(
    ballots: Sequence[SealedBallot], permutation: Sequence[int]
) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    """Both tables at the closing: commitments by their hashes, contents in the drawn order. Raises as `shuffled` and `commitment` do."""
    commitments = sorted(commitment(ballot) for ballot in ballots)
    contents = shuffled([canonical(ballot.content) for ballot in ballots], permutation)
    return tuple(commitments), contents


def openings_hold(
    openings: Iterable[SealedBallot], commitments: Iterable[str], contents: Iterable[bytes]
) -> bool:
    """Whether the sealed keys lead from each commitment to one of the contents, none left over: the two tables are one set of ballots."""
    opened = list(openings)
    try:
        hashes = Counter(commitment(ballot) for ballot in opened)
        plain = Counter(canonical(ballot.content) for ballot in opened)
    except (RuleViolation, TypeError):
        return False
    return hashes == Counter(commitments) and plain == Counter(contents)
