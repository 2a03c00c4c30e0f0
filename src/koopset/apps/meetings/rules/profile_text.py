"""Reads a law profile from a TOML text, and names every fault in it: an administrator writes these texts.

    key, body, name, name_en, law, edition, since = 2025-09-01, until (optional), charter_only (optional)
    [[act]]      title, edition, url                                           sources, at least one
    [usual]      fields that items take where they say nothing themselves
    [[term]]     key, value, article, status, charter                          single terms: rule_kinds.KINDS
    [[item]]     key, number, title, title_en, voters, weight, base, needs, quorum, forms, mixed, electronic, effect, charter, article,
                 status                                                        types of decisions
    [[minutes]]  key, title, title_en, when, words, article, status            what minutes must hold

`status` is V (read in a published text), V-M or M. What each field means: `profile.Item`, `profile.Term`, `profile.MinutesPoint`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from koopset.apps.meetings.rules.law import (
    Base,
    Body,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Source,
    Status,
    Threshold,
    Voters,
    Weight,
    Words,
    threshold_read,
)
from koopset.apps.meetings.rules.profile import (
    Act,
    Item,
    MinutesPoint,
    Profile,
    Term,
    item_contradictions,
)
from koopset.apps.meetings.rules.rule_kinds import KINDS, PAIRS, RuleKind, Value, ValueType
from koopset.apps.meetings.rules.rule_values import value_read
from koopset.kernel.violations import RuleViolation

LONGEST = 400_000
#: Circumstances on which a point of minutes may depend.
CIRCUMSTANCES = (
    "in_person",
    "mixed",
    "absentia",
    "owners",
    "electronic",
    "secret",
    "proxies",
    "election",
    "system",
)
_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_TOP = frozenset({"key", "body", "name", "name_en", "law", "edition", "since", "until", "charter_only"})
_SECTIONS = frozenset({"act", "usual", "term", "item", "minutes"})
_USUAL = frozenset(
    {
        "voters",
        "weight",
        "base",
        "needs",
        "quorum",
        "forms",
        "mixed",
        "electronic",
        "effect",
        "charter",
        "article",
        "status",
    }
)
_ITEM = _USUAL | {"key", "number", "title", "title_en"}
_TERM = frozenset({"key", "value", "article", "status", "charter"})
_MINUTES = frozenset({"key", "title", "title_en", "when", "words", "article", "status"})
_ACT = frozenset({"title", "edition", "url"})
_ELECTRONIC = ("", "charter", "decision", "yes", "no")

E_ = TypeVar("E_", bound=Enum)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a text. `code` and `params` as in a RuleViolation; `line` of the text, where known; `where`: «item charter»."""

    code: str
    where: str
    line: int | None
    params: Mapping[str, object]

    def violation(self) -> RuleViolation:
        """The same as a refusal."""
        return RuleViolation(self.code, field="text", line=self.line, where=self.where, **self.params)


def text_digest(text: str) -> str:
    """sha256 of the text as UTF-8, the same whatever line ends and mark of byte order the file has."""
    clean = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(clean.encode("utf-8")).hexdigest()


def profile_read(text: str) -> Profile:
    """The profile of a text.

    Raises the first fault: meetings.profile_unreadable, _long, _missing, _unknown, _type, _value, _range, _twice, _incomplete,
    _base_and_weight, _board_voters, _mixed_form, _owners_reading, _pair, _dates, _empty, meetings.threshold.
    """
    profile, faults = _read(text)
    if faults or profile is None:
        raise faults[0].violation()
    return profile


def profile_faults(text: str) -> tuple[Fault, ...]:
    """Everything wrong with a text; empty for one that can be used."""
    return tuple(_read(text)[1])


def _read(text: str) -> tuple[Profile | None, list[Fault]]:
    if len(text) > LONGEST:
        return None, [Fault("meetings.profile_long", "", None, {"most": LONGEST})]
    clean = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        data = tomllib.loads(clean)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        line = int(found[1]) if found else None
        return None, [Fault("meetings.profile_unreadable", "", line, {"detail": str(error)[:120]})]
    reader = _Reader(clean, data)
    profile = reader.profile()
    return (None if reader.faults else profile), reader.faults


@dataclass(slots=True)
class _Row:
    """A table of the text while it is read: where it stands, and what was read from it."""

    data: Mapping[str, Any]
    where: str
    line: int | None


@dataclass(slots=True)
class _Reader:
    text: str
    data: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, row: _Row, **params: object) -> None:
        self.faults.append(Fault(f"meetings.{code}", row.where, row.line, params))

    # Single fields

    def str_of(self, row: _Row, name: str, *, default: str | None = None, longest: int = 1000) -> str:
        value = row.data.get(name, default)
        if value is None:
            self.fault("profile_missing", row, name=name)
        elif not isinstance(value, str) or len(value) > longest:
            self.fault("profile_type", row, name=name, wanted="text")
        elif not value.strip() and default is None:
            self.fault("profile_missing", row, name=name)
        else:
            return value
        return default or ""

    def key_of(self, row: _Row) -> str:
        value = self.str_of(row, "key")
        if value and not _KEY.fullmatch(value):
            self.fault("profile_value", row, name="key", value=value[:60], known="a-z 0-9 . -")
        return value

    def enum_of(self, row: _Row, name: str, kind: type[E_], default: E_ | None = None) -> E_:
        first = default if default is not None else next(iter(kind))
        value = self.str_of(row, name, default=None if default is None else str(default.value))
        if not value:
            return first
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(str(one.value) for one in kind)
            self.fault("profile_value", row, name=name, value=value[:60], known=known)
            return first

    def date_of(self, row: _Row, name: str, default: date | None = None) -> date:
        value = row.data.get(name, default)
        if value is None:
            self.fault("profile_missing", row, name=name)
        elif not isinstance(value, date) or isinstance(value, datetime):
            self.fault("profile_type", row, name=name, wanted="date")
        else:
            return value
        return date.min

    def yes_of(self, row: _Row, name: str) -> bool:
        value = row.data.get(name, False)
        if not isinstance(value, bool):
            self.fault("profile_type", row, name=name, wanted="true/false")
            return False
        return value

    def threshold_of(self, row: _Row, name: str) -> Threshold:
        value = self.str_of(row, name)
        try:
            return threshold_read(value or "more than 1/2")
        except RuleViolation as refusal:
            self.fault("threshold", row, name=name, **refusal.params)
            return threshold_read("more than 1/2")

    def list_of(self, row: _Row, name: str, default: list[str] | None = None) -> list[str]:
        value = row.data.get(name, default)
        if value is None:
            self.fault("profile_missing", row, name=name)
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.fault("profile_type", row, name=name, wanted="list")
            return []
        if len(set(value)) != len(value):
            self.fault("profile_twice", row, name=name)
        return value

    def source_of(self, row: _Row) -> Source:
        return Source(self.str_of(row, "article"), self.enum_of(row, "status", Status))

    def known(self, row: _Row, fields: frozenset[str]) -> None:
        for name in sorted(row.data.keys() - fields):
            self.fault("profile_unknown", row, name=str(name)[:60])

    # Tables

    def rows(self, section: str) -> list[_Row]:
        value = self.data.get(section, [])
        top = _Row(self.data, section, None)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fault("profile_type", top, name=section, wanted=f"[[{section}]]")
            return []
        heads = re.compile(rf"[ \t]*\[\[[ \t]*{section}[ \t]*\]\]")
        lines = [at for at, line in enumerate(self.text.split("\n"), 1) if heads.match(line)]
        found = []
        for at, row in enumerate(value):
            name = row.get("key", row.get("title", at + 1))
            line = lines[at] if len(lines) == len(value) else None
            found.append(_Row(row, f"{section} {name}"[:80], line))
        return found

    def once(self, rows: list[_Row]) -> None:
        seen: set[object] = set()
        for row in rows:
            key = str(row.data.get("key"))
            if key in seen:
                self.fault("profile_twice", row, name=key[:60])
            seen.add(key)

    def term(self, row: _Row) -> Term | None:
        self.known(row, _TERM)
        key = self.str_of(row, "key")
        kind = KINDS.get(key)
        if kind is None:
            if key:
                self.fault("profile_value", row, name="key", value=key[:60], known=", ".join(KINDS))
            return None
        if "value" not in row.data:
            self.fault("profile_missing", row, name="value")
            return None
        value = self.value_of(row, key, kind)
        source = self.source_of(row)
        leeway = self.enum_of(row, "charter", Leeway, Leeway.NO)
        if leeway in (Leeway.MORE, Leeway.LESS) and kind.type not in (
            ValueType.NUMBER,
            ValueType.THRESHOLD,
        ):
            self.fault("profile_value", row, name="charter", value=leeway.value, known="no, any")
        return None if value is None else Term(key, value, source, leeway)

    def value_of(self, row: _Row, key: str, kind: RuleKind) -> Value | None:
        try:
            return value_read(key, kind, row.data["value"])
        except RuleViolation as refusal:
            self.fault(refusal.code.removeprefix("meetings."), row, **refusal.params)
            return None

    def item(self, row: _Row) -> Item:
        own = row.data
        self.known(row, _ITEM)
        usual = self.data.get("usual", {})
        row = _Row({**(usual if isinstance(usual, dict) else {}), **own}, row.where, row.line)
        forms = self.list_of(row, "forms")
        known = tuple(form.value for form in Form)
        for form in forms:
            if form not in known:
                self.fault("profile_value", row, name="forms", value=form[:60], known=", ".join(known))
        electronic = self.str_of(row, "electronic", default="")
        if electronic not in _ELECTRONIC:
            words = ", ".join(_ELECTRONIC[1:])
            self.fault("profile_value", row, name="electronic", value=electronic[:60], known=words)
        return Item(
            key=self.key_of(row),
            number=self.str_of(row, "number", default=""),
            title=Words(self.str_of(row, "title"), self.str_of(row, "title_en")),
            voters=self.enum_of(row, "voters", Voters),
            weight=self.enum_of(row, "weight", Weight),
            base=self.enum_of(row, "base", Base),
            needs=self.threshold_of(row, "needs"),
            quorum=self.threshold_of(row, "quorum") if row.data.get("quorum") else None,
            forms=tuple(Form(form) for form in forms if form in known),
            mixed=self.enum_of(row, "mixed", MixedWhen, MixedWhen.ALWAYS),
            electronic=electronic,
            effect=self.enum_of(row, "effect", Effect, Effect.NONE),
            charter=self.enum_of(row, "charter", Leeway, Leeway.NO),
            source=self.source_of(row),
        )

    def point(self, row: _Row) -> MinutesPoint:
        self.known(row, _MINUTES)
        when = self.list_of(row, "when", [])
        for word in when:
            if word not in CIRCUMSTANCES:
                self.fault("profile_value", row, name="when", value=word[:60], known=", ".join(CIRCUMSTANCES))
        return MinutesPoint(
            self.key_of(row),
            Words(self.str_of(row, "title"), self.str_of(row, "title_en")),
            tuple(when),
            tuple(self.list_of(row, "words", [])),
            self.source_of(row),
        )

    def act(self, row: _Row) -> Act:
        self.known(row, _ACT)
        return Act(
            self.str_of(row, "title"), self.str_of(row, "edition"), self.str_of(row, "url", default="")
        )

    # The whole

    def profile(self) -> Profile:
        top = _Row(self.data, "", None)
        self.known(top, _TOP | _SECTIONS)
        usual = self.data.get("usual", {})
        if isinstance(usual, dict):
            self.known(_Row(usual, "usual", None), _USUAL)
        else:
            self.fault("profile_type", top, name="usual", wanted="[usual]")
        sections = {name: self.rows(name) for name in ("act", "term", "item", "minutes")}
        for name in ("term", "item", "minutes"):
            self.once(sections[name])
        terms = [term for row in sections["term"] if (term := self.term(row)) is not None]
        profile = Profile(
            key=self.key_of(top),
            body=self.enum_of(top, "body", Body),
            name=Words(self.str_of(top, "name"), self.str_of(top, "name_en")),
            law=self.str_of(top, "law"),
            edition=self.str_of(top, "edition"),
            since=self.date_of(top, "since"),
            until=self.date_of(top, "until", date.max),
            is_charter_only=self.yes_of(top, "charter_only"),
            acts=tuple(self.act(row) for row in sections["act"]),
            terms={term.key: term for term in terms},
            items=tuple(self.item(row) for row in sections["item"]),
            minutes=tuple(self.point(row) for row in sections["minutes"]),
            digest=text_digest(self.text),
        )
        self.whole(profile, top, sections["item"])
        return profile

    def whole(self, profile: Profile, top: _Row, rows: list[_Row]) -> None:
        """What only the whole of it shows."""
        written = {str(row.data.get("key")) for row in self.rows("term")}
        for key, kind in KINDS.items():
            if kind.is_required and key not in written:
                self.fault("profile_incomplete", top, name=key)
        for one, other in PAIRS:
            if (one in written) != (other in written):
                self.fault("profile_pair", top, name=one, other=other)
        if profile.until < profile.since:
            self.fault("profile_dates", top)
        for name, found in (("act", profile.acts), ("item", profile.items), ("minutes", profile.minutes)):
            if not found:
                self.fault("profile_empty", top, name=name)
        for row, item in zip(rows, profile.items, strict=True):
            for code, params in item_contradictions(item, profile):
                self.fault(code, row, **params)
