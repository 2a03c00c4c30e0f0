"""The archive of a meeting: files that prove by themselves, with no database and no settings, what was voted and decided.

    manifest.json    format, meeting, count of events, last hash of the chain, sha256 of every other file
    events.jsonl     the chain of events (`chain`)
    profile.toml     the text of the law profile; charter.json: what the charter of the body changed in it
    register.json    electorates with exact weights, persons by their keys
    attendance.json  who took part without a ballot of his own (checked in, or represented), and who voted for whom
    ballots.jsonl    ballots, one a line, the leaves of the tree whose root stands in the event «closed»
    secret.json      of secret items: commitments and contents, apart from each other

Events that are looked into: «opened» (profile, register, rules, items, is_repeat), «closed» (ballots, count, attendance, secret),
«result» (a verdict) and «elected»; `items` are keys of the agenda and of candidates («election/17»). Everything else in the chain is only
proven unchanged. The check recounts all votes and compares the verdicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koopset.apps.meetings.rules.ballots import Ballot, Counted, CountRules, count
from koopset.apps.meetings.rules.canonical import canonical, canonical_read, digest
from koopset.apps.meetings.rules.chain import ChainReport, Event, chain_check
from koopset.apps.meetings.rules.charter import Clause, charter_applied
from koopset.apps.meetings.rules.electorate import Electorate, electorate_data, electorate_digest
from koopset.apps.meetings.rules.merkle import merkle_root
from koopset.apps.meetings.rules.profile import Item, Profile
from koopset.apps.meetings.rules.profile_text import profile_read
from koopset.apps.meetings.rules.records import (
    ballot_line,
    ballot_read,
    charter_data,
    charter_read,
    count_rules_data,
    count_rules_read,
    electorates_read,
)
from koopset.apps.meetings.rules.recount import Votes, elected_again, result_again
from koopset.kernel.violations import RuleViolation

FORMAT = "koopset-meeting/1"
_NEEDED = (
    "manifest.json",
    "events.jsonl",
    "profile.toml",
    "charter.json",
    "register.json",
    "attendance.json",
    "ballots.jsonl",
    "secret.json",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who took part: `present` persons who checked in; `agents`: (principal, item) → who voted for him; `absent`: (person, item), who had
    left by then.
    """

    present: frozenset[int]
    agents: Mapping[tuple[int, str], int]
    absent: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretVotes:
    """The two published tables of a secret item (`secrecy.published`)."""

    commitments: tuple[str, ...]
    contents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked. `detail`: the file, item or event at fault, in no language."""

    code: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Every check in its order. A check that cannot be made because one before it failed does not hold either."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        return bool(self.checks) and all(check.holds for check in self.checks)

    @property
    def broken(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.holds)


def opened_data(
    profile: Profile,
    electorates: Sequence[Electorate],
    rules: CountRules,
    agenda: str,
    items: Sequence[str],
    *,
    is_repeat: bool,
) -> dict[str, object]:
    """What the event «opened» freezes: law, electors, order of channels, agenda (`records.agenda_digest`)."""
    return {
        "profile": profile.version,
        "digest": profile.digest,
        "register": electorate_digest(electorates),
        "rules": count_rules_data(rules),
        "agenda": agenda,
        "items": list(items),
        "is_repeat": is_repeat,
    }


def closed_data(
    ballots: Iterable[Ballot], attendance: Attendance, secret: Mapping[str, SecretVotes]
) -> dict[str, object]:
    """What the event «closed» freezes: the root over all ballots by their keys, who took part, roots of secret items."""
    lines = [ballot_line(one) for one in _by_key(ballots)]
    return {
        "ballots": merkle_root(lines),
        "count": len(lines),
        "attendance": digest(_attendance_data(attendance)),
        "secret": {item: _secret_roots(votes) for item, votes in secret.items()},
    }


def archive_made(
    *,
    meeting: str,
    events: Sequence[Event],
    profile_text: str,
    clauses: Sequence[Clause],
    added: Sequence[Item],
    electorates: Sequence[Electorate],
    attendance: Attendance,
    ballots: Iterable[Ballot],
    secret: Mapping[str, SecretVotes],
) -> dict[str, bytes]:
    """The files of an archive by their names; the same meeting gives the same bytes."""
    files = {
        "events.jsonl": b"".join(event.line + b"\n" for event in events),
        "profile.toml": profile_text.encode("utf-8"),
        "charter.json": canonical(charter_data(clauses, added)),
        "register.json": canonical(electorate_data(electorates)),
        "attendance.json": canonical(_attendance_data(attendance)),
        "ballots.jsonl": b"".join(ballot_line(one) + b"\n" for one in _by_key(ballots)),
        "secret.json": canonical(
            {
                item: {
                    "commitments": list(votes.commitments),
                    "contents": [canonical_read(content) for content in votes.contents],
                }
                for item, votes in secret.items()
            }
        ),
    }
    manifest = {
        "format": FORMAT,
        "meeting": meeting,
        "events": len(events),
        "head": events[-1].hash if events else "",
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return {"manifest.json": canonical(manifest), **files}


def archive_check(files: Mapping[str, bytes], *, head: str | None = None) -> Report:
    """Check an archive. `head`: the last hash as it was published or printed, which the archive itself cannot forge.

    Codes: meetings.archive_file (absent or not as in the manifest), archive_manifest, archive_chain, archive_profile, archive_register,
    archive_attendance, archive_ballots, archive_secret, archive_result. Never raises for bad bytes.
    """
    absent = [name for name in _NEEDED if name not in files]
    if absent:
        return Report(tuple(Check("meetings.archive_file", False, name) for name in absent))
    try:
        manifest = canonical_read(files["manifest.json"])
        sums = dict(manifest["files"])
        is_ours = manifest["format"] == FORMAT and isinstance(manifest["events"], int)
        is_ours = is_ours and isinstance(manifest["files"], dict)
        claimed = str(manifest["head"])
    except (ValueError, KeyError, TypeError):
        return Report((Check("meetings.archive_manifest", False),))
    if not is_ours:
        return Report((Check("meetings.archive_manifest", False, str(manifest.get("format"))[:40]),))
    checks = [Check("meetings.archive_manifest", head is None or head == claimed, claimed)]
    for name in sorted(set(_NEEDED[1:]) | set(sums)):
        data = files.get(name)
        holds = data is not None and hashlib.sha256(data).hexdigest() == sums.get(name)
        checks.append(Check("meetings.archive_file", holds, name))
    strange = sorted(set(files) - set(sums) - {"manifest.json"})
    checks += [Check("meetings.archive_file", False, name) for name in strange]
    chain = chain_check(_lines(files["events.jsonl"]), head=claimed, events=manifest["events"])
    detail = "" if chain.is_whole else f"{chain.broken_at} {chain.why}"
    checks.append(Check("meetings.archive_chain", chain.is_whole, detail))
    if chain.is_whole:
        checks += _contents(files, chain)
    return Report(tuple(checks))


def _contents(files: Mapping[str, bytes], chain: ChainReport) -> list[Check]:
    """Compare what the chain says with the other files."""
    opened = [event for event in chain.events if event.kind == "opened"]
    closed = [event for event in chain.events if event.kind == "closed"]
    if len(opened) != 1 or len(closed) != 1 or opened[0].number > closed[0].number:
        return [Check("meetings.archive_chain", False, "opened, closed")]
    try:
        return _compared(files, chain.events, opened[0].data, closed[0].data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RuleViolation) as error:
        return [Check("meetings.archive_result", False, type(error).__name__)]


def _compared(
    files: Mapping[str, bytes],
    events: Sequence[Event],
    opened: Mapping[str, Any],
    closed: Mapping[str, Any],
) -> list[Check]:
    clauses, added = charter_read(canonical_read(files["charter.json"]))
    profile = charter_applied(profile_read(files["profile.toml"].decode("utf-8")), clauses, added)
    electorates = electorates_read(canonical_read(files["register.json"]))
    attendance = _attendance_read(canonical_read(files["attendance.json"]))
    lines = _lines(files["ballots.jsonl"])
    ballots = [ballot_read(canonical_read(line)) for line in lines]
    keys = [one.key for one in ballots]
    secret = _secret_read(canonical_read(files["secret.json"]))
    checks = [
        Check("meetings.archive_profile", profile.digest == opened["digest"], profile.version),
        Check("meetings.archive_register", electorate_digest(electorates) == opened["register"]),
        Check("meetings.archive_attendance", digest(_attendance_data(attendance)) == closed["attendance"]),
        Check(
            "meetings.archive_ballots",
            merkle_root(lines) == closed["ballots"]
            and len(lines) == closed["count"]
            and keys == sorted(set(keys)),
        ),
        Check(
            "meetings.archive_secret",
            {item: _secret_roots(votes) for item, votes in secret.items()} == closed["secret"]
            and all(len(votes.commitments) == len(votes.contents) for votes in secret.values()),
        ),
    ]
    rules = count_rules_read(opened["rules"])
    electors = frozenset().union(*(one.persons for one in electorates))
    items = [str(key) for key in opened["items"]]
    counted: Counted = count(ballots, electors=electors, items=items, rules=rules, agents=attendance.agents)
    votes = Votes(
        profile=profile,
        electorates={one.voters: one for one in electorates},
        counted=counted,
        present=attendance.present,
        agents=attendance.agents,
        secret={item: found.contents for item, found in secret.items()},
        absent=attendance.absent,
        is_repeat=bool(opened["is_repeat"]),
    )
    told: set[str] = set()
    for event in events:
        if event.kind == "result":
            again = result_again(votes, event.data)
        elif event.kind == "elected":
            again = elected_again(votes, event.data)
        else:
            continue
        item = str(event.data["item"])
        holds = item in items and item not in told and canonical(again) == canonical(event.data)
        told.add(item)
        checks.append(Check("meetings.archive_result", holds, item))
    # A candidate's votes are told by the event of the election itself.
    silent = [key for key in items if key not in told and key.partition("/")[0] not in told]
    checks += [Check("meetings.archive_result", False, key) for key in silent]
    return checks


def _by_key(ballots: Iterable[Ballot]) -> list[Ballot]:
    return sorted(ballots, key=lambda one: one.key)


def _lines(data: bytes) -> list[bytes]:
    """Lines of a file that ends with a line end; what stands after the last one is a line too, and is found false."""
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def _attendance_data(attendance: Attendance) -> dict[str, object]:
    return {
        "present": sorted(attendance.present),
        "agents": sorted([who, item, by] for (who, item), by in attendance.agents.items()),
        "absent": sorted([who, item] for who, item in attendance.absent),
    }


def _attendance_read(data: Mapping[str, Any]) -> Attendance:
    return Attendance(
        present=frozenset(int(person) for person in data["present"]),
        agents={(int(who), str(item)): int(by) for who, item, by in data["agents"]},
        absent=frozenset((int(who), str(item)) for who, item in data["absent"]),
    )


def _secret_read(data: Mapping[str, Any]) -> dict[str, SecretVotes]:
    return {
        str(item): SecretVotes(
            commitments=tuple(row["commitments"]),
            contents=tuple(canonical(content) for content in row["contents"]),
        )
        for item, row in data.items()
    }


def _secret_roots(votes: SecretVotes) -> dict[str, object]:
    return {
        "commitments": merkle_root([bytes.fromhex(one) for one in votes.commitments]),
        "contents": merkle_root(votes.contents),
        "count": len(votes.contents),
    }
