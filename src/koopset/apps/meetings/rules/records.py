"""What a meeting is computed from, as plain data and back: for the archive and for the digest that freezes the rules at the opening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from koopset.apps.meetings.rules.ballots import Ballot, CountRules, Mark
from koopset.apps.meetings.rules.canonical import canonical, digest, fraction_read
from koopset.apps.meetings.rules.charter import Clause
from koopset.apps.meetings.rules.electorate import Elector, Electorate, Part
from koopset.apps.meetings.rules.law import (
    Base,
    Channel,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Source,
    Status,
    Voters,
    Weight,
    Words,
    threshold_read,
)
from koopset.apps.meetings.rules.profile import Item


def ballot_line(ballot: Ballot) -> bytes:
    """A ballot as its canonical line: the leaf of the tree of ballots, and what a voter's receipt is checked against."""
    return canonical(
        {
            "key": ballot.key,
            "elector": ballot.elector,
            "item": ballot.item,
            "marks": sorted(mark.value for mark in ballot.marks),
            "channel": ballot.channel,
            "received_at": ballot.received_at,
            "by": ballot.by,
        }
    )


def ballot_read(data: Mapping[str, Any]) -> Ballot:
    """A ballot out of its data. Raises ValueError, KeyError, TypeError for anything else."""
    return Ballot(
        key=int(data["key"]),
        elector=int(data["elector"]),
        item=str(data["item"]),
        marks=frozenset(Mark(mark) for mark in data["marks"]),
        channel=Channel(data["channel"]),
        received_at=moment_read(data["received_at"]),
        by=None if data["by"] is None else int(data["by"]),
    )


def moment_read(text: str) -> datetime:
    """A moment as `canonical` writes it. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def count_rules_data(rules: CountRules) -> dict[str, object]:
    """The rules of counting, for the event of the opening."""
    return {
        "precedence": list(rules.precedence),
        "revote": rules.revote,
        "closes_at": rules.closes_at,
        "began_at": rules.began_at,
        "sent_before": sorted(rules.sent_before),
    }


def count_rules_read(data: Mapping[str, Any]) -> CountRules:
    """The rules of counting out of their data. Raises ValueError, KeyError, TypeError."""
    closes, began = data["closes_at"], data["began_at"]
    return CountRules(
        precedence=tuple(Channel(word) for word in data["precedence"]),
        revote=bool(data["revote"]),
        closes_at=None if closes is None else moment_read(closes),
        began_at=None if began is None else moment_read(began),
        sent_before=frozenset(Channel(word) for word in data["sent_before"]),
    )


def electorates_read(rows: Sequence[Mapping[str, Any]]) -> tuple[Electorate, ...]:
    """Electorates out of `electorate_data`. Raises ValueError, KeyError, TypeError."""
    return tuple(
        Electorate(
            voters=Voters(row["voters"]),
            weight=Weight(row["weight"]),
            electors=tuple(
                Elector(
                    int(person),
                    fraction_read(weight),
                    tuple(Part(int(u), fraction_read(s), fraction_read(w)) for u, s, w in parts),
                )
                for person, weight, parts in row["electors"]
            ),
            whole=fraction_read(row["whole"]),
            chair=None if row["chair"] is None else int(row["chair"]),
        )
        for row in rows
    )


def agenda_digest(items: Iterable[tuple[str, str]]) -> str:
    """The hash of an agenda as it was told: keys of items with the wording of each decision, in their order."""
    return digest([[key, wording] for key, wording in items])


def charter_data(clauses: Iterable[Clause], items: Iterable[Item] = ()) -> dict[str, object]:
    """What a charter changed, for the archive. `charter_read` reads it back."""
    return {
        "clauses": [[one.target, one.value, one.clause] for one in clauses],
        "items": [
            {
                "key": item.key,
                "number": item.number,
                "title": [item.title.ru, item.title.en],
                "voters": item.voters,
                "weight": item.weight,
                "base": item.base,
                "needs": str(item.needs),
                "quorum": None if item.quorum is None else str(item.quorum),
                "forms": list(item.forms),
                "mixed": item.mixed,
                "electronic": item.electronic,
                "effect": item.effect,
                "charter": item.charter,
                "source": [item.source.article, item.source.status],
            }
            for item in items
        ],
    }


def charter_read(data: Mapping[str, Any]) -> tuple[tuple[Clause, ...], tuple[Item, ...]]:
    """Clauses and added items out of `charter_data`. Raises ValueError, KeyError, TypeError, RuleViolation."""
    clauses = tuple(Clause(str(target), value, str(clause)) for target, value, clause in data["clauses"])
    items = tuple(
        Item(
            key=row["key"],
            number=row["number"],
            title=Words(*row["title"]),
            voters=Voters(row["voters"]),
            weight=Weight(row["weight"]),
            base=Base(row["base"]),
            needs=threshold_read(row["needs"]),
            quorum=None if row["quorum"] is None else threshold_read(row["quorum"]),
            forms=tuple(Form(form) for form in row["forms"]),
            mixed=MixedWhen(row["mixed"]),
            electronic=row["electronic"],
            effect=Effect(row["effect"]),
            charter=Leeway(row["charter"]),
            source=Source(row["source"][0], Status(row["source"][1])),
        )
        for row in data["items"]
    )
    return clauses, items
