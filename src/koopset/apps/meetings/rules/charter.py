"""What the charter of one body changes in the law of its form: only what the profile lets it, each change with its clause."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from koopset.apps.meetings.rules.canonical import canonical
from koopset.apps.meetings.rules.law import Leeway, Source, Status, Threshold, threshold_read
from koopset.apps.meetings.rules.profile import Item, Profile, Term, item_contradictions
from koopset.apps.meetings.rules.rule_kinds import KINDS, Value
from koopset.apps.meetings.rules.rule_values import value_read
from koopset.kernel.violations import RuleViolation

#: Terms that a charter may set where the law says nothing; all others it changes only where the profile has them.
MAY_ADD = frozenset(
    {
        "materials.days",
        "ordinary.months",
        "extraordinary.days",
        "proxy.months",
        "proxy.most",
        "minutes.days",
        "repeat.within_days",
    }
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a charter. `target`: a key of a term («notice.days»), or «item:» and the key of an item whose threshold it changes.

    `value` is written as in a profile: a number, true or false, a word, a list of words, «at least 3/4». `clause`: «устав, п. 5.3».
    """

    target: str
    value: int | bool | str | list[str]
    clause: str


@dataclass(frozen=True, slots=True)
class CharterFacts:
    """What a charter, or a decision of the owners, makes possible. Clauses are ids of texts («устав, п. 7.2»); empty: there is none.

    `electronic_items`: keys of items that may be voted on by electronic means (217-ФЗ art. 17 part 1 item 25); None: all.
    """

    electronic_clause: str = ""
    electronic_items: frozenset[str] | None = None
    electronic_decision: str = ""
    absentia_clause: str = ""


def charter_applied(profile: Profile, clauses: Iterable[Clause], added: Iterable[Item] = ()) -> Profile:
    """The profile as it holds for one body: its charter's values instead of the law's, its items beside the law's, a digest of both.

    Raises meetings.charter_unknown (no such term or item), meetings.charter_cannot (the law fixes it), meetings.charter_only_more,
    meetings.charter_only_less, meetings.charter_no_clause, meetings.charter_twice, meetings.charter_items (the competence is closed),
    meetings.charter_item (an added item contradicts itself) and what `value_read` raises for a value of another type.
    """
    terms = dict(profile.terms)
    items = {item.key: item for item in profile.items}
    seen: dict[str, Clause] = {}
    for clause in clauses:
        if not clause.clause.strip():
            raise RuleViolation("meetings.charter_no_clause", field="clause", target=clause.target)
        if clause.target in seen:
            raise RuleViolation("meetings.charter_twice", field="target", target=clause.target)
        seen[clause.target] = clause
        if clause.target.startswith("item:"):
            item = items.get(clause.target.removeprefix("item:"))
            if item is None:
                raise RuleViolation("meetings.charter_unknown", field="target", target=clause.target)
            items[item.key] = _item_changed(item, clause)
        else:
            terms[clause.target] = _term_changed(profile.terms.get(clause.target), clause)
    new = tuple(added)
    if new and not profile.says("items.open"):
        raise RuleViolation("meetings.charter_items", field="items")
    for item in new:
        if item.key in items:
            raise RuleViolation("meetings.charter_twice", field="items", target=f"item:{item.key}")
        if item_contradictions(item, profile):
            raise RuleViolation("meetings.charter_item", field="items", item=item.key)
        items[item.key] = item
    if not seen and not new:
        return profile
    return replace(
        profile, terms=terms, items=tuple(items.values()), digest=_digest(profile, list(seen.values()), new)
    )


def _term_changed(term: Term | None, clause: Clause) -> Term:
    kind = KINDS.get(clause.target)
    if kind is None:
        raise RuleViolation("meetings.charter_unknown", field="target", target=clause.target)
    if term is None and clause.target not in MAY_ADD:
        raise RuleViolation("meetings.charter_unknown", field="target", target=clause.target)
    value = value_read(clause.target, kind, clause.value)
    if term is not None:
        _leeway_checked(clause.target, term.charter, term.value, value)
    source = Source(clause.clause, Status.READ)
    return Term(clause.target, value, source, Leeway.NO if term is None else term.charter)


def _item_changed(item: Item, clause: Clause) -> Item:
    if not isinstance(clause.value, str):
        raise RuleViolation("meetings.profile_type", name=clause.target, wanted="more than 1/2, at least 2/3")
    needs = threshold_read(clause.value)
    _leeway_checked(clause.target, item.charter, item.needs, needs)
    article = f"{item.source.article}; {clause.clause}"
    return replace(item, needs=needs, source=Source(article, item.source.status))


def _leeway_checked(target: str, leeway: Leeway, before: Value, after: Value) -> None:
    if before == after and type(before) is type(after):
        return
    if leeway is Leeway.NO:
        raise RuleViolation("meetings.charter_cannot", field="value", target=target, law=_shown(before))
    if leeway is Leeway.ANY:
        return
    is_more = _is_more(before, after)
    if leeway is Leeway.MORE and not is_more:
        raise RuleViolation("meetings.charter_only_more", field="value", target=target, law=_shown(before))
    if leeway is Leeway.LESS and is_more:
        raise RuleViolation("meetings.charter_only_less", field="value", target=target, law=_shown(before))


def _is_more(before: Value, after: Value) -> bool:
    if isinstance(before, Threshold) and isinstance(after, Threshold):
        return after.is_harder_than(before)
    if isinstance(before, int) and isinstance(after, int):
        return after > before
    return False


def _shown(value: Value) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _digest(profile: Profile, clauses: list[Clause], added: tuple[Item, ...]) -> str:
    data = {
        "law": profile.digest,
        "clauses": sorted([[c.target, c.value, c.clause] for c in clauses], key=lambda row: str(row[0])),
        "items": sorted(
            [
                [
                    item.key,
                    item.number,
                    item.title.ru,
                    item.title.en,
                    item.voters,
                    item.weight,
                    item.base,
                    str(item.needs),
                    str(item.quorum or ""),
                    list(item.forms),
                    item.mixed,
                    item.electronic,
                    item.effect,
                    item.source.article,
                ]
                for item in added
            ],
            key=lambda row: str(row[0]),
        ),
    }
    return hashlib.sha256(canonical(data)).hexdigest()
