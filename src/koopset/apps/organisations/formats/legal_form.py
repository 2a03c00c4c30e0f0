"""Legal forms as dated data (profiles/*.toml): words, offices, fees, papers, cash and rights of each, with the article.

A form is a file. `like = "snt"` takes the rows of another form; rows of its own with the same key stand in place of the taken ones, and
`without = ["fee.target"]` leaves some out.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

FOLDER = "koopset.apps.organisations.profiles"
#: What an unknown form is taken for: a body that runs by its charter.
FALLBACK = "other"
_STATUSES = frozenset({"V", "M"})
_ARTICLE = frozenset({"article", "status"})
_NAMES = frozenset({"name", "name_en"})
_DATES = frozenset({"since", "until"})
#: section → (the field by which rows stand for each other, fields it must have, fields it may have)
_SECTIONS: Mapping[str, tuple[str, frozenset[str], frozenset[str]]] = {
    "rule": ("key", _ARTICLE | {"key", "value"}, _DATES),
    "body": ("key", _ARTICLE | _NAMES | {"key"}, frozenset()),
    "office": ("role", _ARTICLE | _NAMES | {"role"}, frozenset({"rights"})),
    "fee": ("kind", _ARTICLE | _NAMES | {"kind", "debit", "credit"}, frozenset()),
    "document": ("kind", _ARTICLE | _NAMES | {"kind"}, frozenset({"what", "what_en", "note", "charged"})),
    "paper": ("kind", _ARTICLE | {"kind", "asked"}, frozenset()),
}
_KEYS = frozenset(
    {
        "name",
        "name_en",
        "head",
        "head_en",
        "like",
        "without",
        "place",
        "law",
        "chart",
        "membership",
        "meetings",
        "units",
        "desk",
        *_SECTIONS,
    }
)
#: What bodies of a form are for, by which their office's start page is chosen: to run a settlement, to buy together, to sell.
DESKS = ("settlement", "organiser", "supplier")
#: What the program asks of every form; a form without one of these rows would stop it in the middle of its work.
_RULES = frozenset({"legal-person", "cash", "chair.years"})
_BODIES = frozenset({"meeting", "board", "auditors"})
_DOCUMENTS = frozenset({"bill", "statement", "register"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where it is written. `is_checked`: read in a published text; otherwise pages ask to check it."""

    article: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages."""

    ru: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.ru


@dataclass(frozen=True, slots=True)
class FormRule:
    """A rule between two dates, both included."""

    key: str
    value: Any
    since: date
    until: date
    source: Source


@dataclass(frozen=True, slots=True)
class BodyOfForm:
    """A body of the organisation: its meeting, its board, its auditors."""

    key: str
    name: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the form. `rights`: what it may do here beyond what its role may everywhere, «register:application:handle»."""

    role: str
    name: Words
    rights: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class FeeOfForm:
    """A kind of payment that the form has: its name, and the chart accounts of the debt and of the income."""

    kind: str
    name: Words
    debit: str
    credit: str
    source: Source


@dataclass(frozen=True, slots=True)
class DocumentOfForm:
    """A paper that the form issues. `what`: how the purpose of a payment begins; `charged`: head of its lines; `note`: a line of law."""

    kind: str
    title: Words
    what: Words
    charged: str
    note: str
    source: Source


@dataclass(frozen=True, slots=True)
class PaperOfForm:
    """A paper asked of whoever applies. `asked`: "always", "legal-person" (of one), "no-legal-person" (of a body that is none)."""

    kind: str
    asked: str
    source: Source


@dataclass(frozen=True, slots=True)
class LegalForm:
    """All that the program knows of a legal form. `units`: plots, flats or none; `desk`: one of DESKS.

    `chart`, `membership`: profiles of the books and of the register; `meetings`: of its meetings and boards, none for who decides alone.
    `head`: what the side bar calls the body's own affairs (a group, a
    farm, a house); None where they are those of a settlement.
    """

    key: str
    name: Words
    place: int
    law: str
    chart: str
    membership: str
    meetings: tuple[str, ...]
    units: str
    desk: str
    rules: tuple[FormRule, ...]
    bodies: tuple[BodyOfForm, ...]
    offices: tuple[Office, ...]
    fees: tuple[FeeOfForm, ...]
    documents: tuple[DocumentOfForm, ...]
    papers: tuple[PaperOfForm, ...]
    head: Words | None = None

    @property
    def has_flats(self) -> bool:
        return self.units == "flats"

    @property
    def has_units(self) -> bool:
        """Whether bodies of this form have plots or flats at all."""
        return self.units != "none"

    @property
    def may_be_no_legal_person(self) -> bool:
        """Whether a body of this form may exist without being a legal person: no ИНН, no account in a bank."""
        return any(rule.key == "legal-person" and rule.value == "possible" for rule in self.rules)

    @property
    def is_by_agreement(self) -> bool:
        """Whether a body of this form stands on an agreement of its members alone: no charter, nobody registered it (a group of buyers)."""
        return any(rule.key == "agent" for rule in self.rules)

    @property
    def numbers_of_person(self) -> str:
        """Whether its ИНН and ОГРН are those of a person: "never", "possible", "always" (an entrepreneur)."""
        found = next((rule for rule in self.rules if rule.key == "numbers.person"), None)
        return str(found.value) if found else "never"

    def rule(self, key: str, on: date) -> FormRule | None:
        """What holds on the day; None where this form says nothing of it."""
        return next((row for row in self.rules if row.key == key and row.since <= on <= row.until), None)

    def body(self, key: str) -> BodyOfForm | None:
        return next((row for row in self.bodies if row.key == key), None)

    def office(self, role: str) -> Office | None:
        return next((row for row in self.offices if row.role == role), None)

    def fee(self, kind: str) -> FeeOfForm | None:
        return next((row for row in self.fees if row.kind == kind), None)

    def document(self, kind: str) -> DocumentOfForm:
        return next(row for row in self.documents if row.kind == kind)

    def papers_of(self, *, legal_person: bool) -> tuple[str, ...]:
        """Kinds of papers asked of an applicant."""
        asked = {"always", "legal-person" if legal_person else "no-legal-person"}
        return tuple(row.kind for row in self.papers if row.asked in asked)


@functools.cache
def legal_forms() -> tuple[LegalForm, ...]:
    """All forms in the order of lists. Raises ValueError for a file that contradicts itself."""
    names = sorted(
        item.name.removesuffix(".toml") for item in files(FOLDER).iterdir() if item.name.endswith(".toml")
    )
    return tuple(sorted(map(_read, names), key=lambda form: (form.place, form.key)))


@functools.cache
def legal_form(key: str) -> LegalForm:
    """The form; that of a body that runs by its charter where the key is not known."""
    forms = {form.key: form for form in legal_forms()}
    return forms.get(key) or forms[FALLBACK]


def _read(key: str) -> LegalForm:
    return form_of_data(key, _data(key))


def _data(key: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The rows of a file over those of the form it is like."""
    if key in seen:
        raise ValueError(f"{key}: is like itself")
    own = tomllib.loads((files(FOLDER) / f"{key}.toml").read_text("utf-8"))
    if unknown := own.keys() - _KEYS:
        raise ValueError(f"{key}: unknown {sorted(unknown)}")
    if "like" not in own:
        return own
    taken = _data(own["like"], (*seen, key))
    left_out = set(own.pop("without", ()))
    for section, (field, _must, _may) in _SECTIONS.items():
        mine: dict[str, list[dict[str, Any]]] = {}
        for row in own.get(section, ()):
            mine.setdefault(row[field], []).append(row)
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in taken.get(section, ()):
            name = f"{section}.{row[field]}"
            if name in left_out:
                left_out.discard(name)
                mine.setdefault(row[field], [])
            rows.setdefault(row[field], []).append(row)
        own[section] = [row for group in (rows | mine).values() for row in group]
    if left_out:
        raise ValueError(f"{key}: leaves out what is not there: {sorted(left_out)}")
    return taken | own


def form_of_data(key: str, data: Mapping[str, Any]) -> LegalForm:
    """A form out of its rows. Raises ValueError for rows that contradict each other, KeyError for a missing field."""
    for section, (field, must, may) in _SECTIONS.items():
        for row in data.get(section, ()):
            if (absent := must - row.keys()) or (unknown := row.keys() - must - may):
                raise ValueError(f"{key}: {section} {row.get(field)}: fields {sorted(absent or unknown)}")
            if row["status"] not in _STATUSES:
                raise ValueError(f"{key}: {section} {row[field]}: status {row['status']}")
    rules = tuple(
        FormRule(
            row["key"],
            row["value"],
            row.get("since", date.min),
            row.get("until", date.max),
            _source(row),
        )
        for row in data["rule"]
    )
    for at, one in enumerate(rules):
        for other in rules[at + 1 :]:
            if one.key == other.key and one.since <= other.until and other.since <= one.until:
                raise ValueError(f"{key}: two rules {one.key} hold at once")
    form = LegalForm(
        key=key,
        name=_words(data),
        place=data["place"],
        law=data["law"],
        chart=data["chart"],
        membership=data["membership"],
        meetings=tuple(data["meetings"]),
        units=data["units"],
        desk=data.get("desk", DESKS[0]),
        rules=rules,
        bodies=tuple(BodyOfForm(row["key"], _words(row), _source(row)) for row in data["body"]),
        offices=tuple(
            Office(row["role"], _words(row), tuple(row.get("rights", ())), _source(row))
            for row in data["office"]
        ),
        fees=tuple(
            FeeOfForm(row["kind"], _words(row), row["debit"], row["credit"], _source(row))
            for row in data["fee"]
        ),
        documents=tuple(
            DocumentOfForm(
                row["kind"],
                _words(row),
                Words(row.get("what", ""), row.get("what_en", "")),
                row.get("charged", ""),
                row.get("note", ""),
                _source(row),
            )
            for row in data["document"]
        ),
        papers=tuple(PaperOfForm(row["kind"], row["asked"], _source(row)) for row in data["paper"]),
        head=Words(data["head"], data["head_en"]) if "head" in data else None,
    )
    _complete(form)
    return form


def _complete(form: LegalForm) -> None:
    for what, wanted, found in (
        ("rules", _RULES, {row.key for row in form.rules}),
        ("bodies", _BODIES, {row.key for row in form.bodies}),
        ("documents", _DOCUMENTS, {row.kind for row in form.documents}),
        ("offices", {"chair", "auditor"}, {row.role for row in form.offices}),
    ):
        if lacking := wanted - found:
            raise ValueError(f"{form.key}: no {what} {sorted(lacking)}")
    if form.units not in {"plots", "flats", "none"}:
        raise ValueError(f"{form.key}: units {form.units}")
    if form.desk not in DESKS:
        raise ValueError(f"{form.key}: desk {form.desk}")
    if form.may_be_no_legal_person and not form.papers_of(legal_person=False):
        raise ValueError(f"{form.key}: no paper proves a body that is no legal person")


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["name"], row["name_en"])


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["article"], row["status"] == "V")
