"""The law of a body's meetings on a day: the administrator's edition or the shipped text, and over it the charter."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.models import CharterEdition, LawEdition
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.charter import CharterFacts, Clause, charter_applied
from koopset.apps.meetings.rules.profile import Item, Profile, profile_on
from koopset.apps.meetings.rules.profile_text import profile_read
from koopset.apps.meetings.rules.records import charter_data, charter_read
from koopset.apps.organisations.selectors import form_of, legal_form
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation

#: Parsed texts that are kept: shipped ones, and editions of the bodies that meet today.
_KEPT = 256


@functools.lru_cache(maxsize=_KEPT)
def read_profile(text: str) -> Profile:
    """The profile of a text, kept by the text. Raises what `profile_read` raises."""
    return profile_read(text)


@dataclass(frozen=True, slots=True)
class LawHere:
    """The law of one kind of meeting of a body on a day. `profile` has the charter in it; `text`, `clauses`, `added` give it again."""

    profile: Profile
    text: str
    clauses: tuple[Clause, ...]
    added: tuple[Item, ...]
    facts: CharterFacts
    is_own: bool

    @property
    def charter(self) -> dict[str, object]:
        """What the charter changed, in plain data."""
        return charter_data(self.clauses, self.added)


@dataclass(frozen=True, slots=True)
class LawRow:
    """A law profile as a list shows it. `is_own`: an administrator's edition; `to_be_checked`: how many values are general knowledge."""

    key: str
    name: str
    body: str
    law: str
    edition: str
    since: date
    version: str
    is_own: bool
    to_be_checked: int


def facts_data(facts: CharterFacts) -> dict[str, Any]:
    """Facts of a charter in plain data; `facts_read` reads them back."""
    items = facts.electronic_items
    return {
        "electronic_clause": facts.electronic_clause,
        "electronic_items": None if items is None else sorted(items),
        "electronic_decision": facts.electronic_decision,
        "absentia_clause": facts.absentia_clause,
    }


def facts_read(data: Mapping[str, Any]) -> CharterFacts:
    """What `facts_data` wrote; of no data, a charter that makes nothing possible."""
    items = data.get("electronic_items")
    return CharterFacts(
        electronic_clause=str(data.get("electronic_clause", "")),
        electronic_items=None if items is None else frozenset(str(item) for item in items),
        electronic_decision=str(data.get("electronic_decision", "")),
        absentia_clause=str(data.get("absentia_clause", "")),
    )


def law_keys(organisation_id: int) -> tuple[str, ...]:
    """Law profiles of the body's legal form, that of its general meeting first; none for one who decides alone. Asks no right."""
    return tuple(legal_form(form_of(organisation_id)).meetings)


def editions_standing(organisation_id: int, key: str) -> list[LawEdition]:
    """Editions that nothing replaced, the latest first day first."""
    rows = LawEdition.objects.filter(
        organisation_id=organisation_id, key=key, replaced_by__isnull=True, is_ended=False
    )
    return list(rows.order_by("-since", "-pk"))


def law_text_on(organisation_id: int, key: str, day: date) -> tuple[str, bool]:
    """The text of a law profile on a day, and whether it is an administrator's edition. Raises meetings.no_profile."""
    for row in editions_standing(organisation_id, key):
        if row.since <= day <= row.until:
            return row.text, True
    return shipped_text_on(key, day), False


def shipped_text_on(key: str, day: date) -> str:
    """The text that came with the platform. Raises meetings.no_profile."""
    known = {text: read_profile(text) for text in shipped_texts().values()}
    found = profile_on(known.values(), key, day)
    return next(text for text, profile in known.items() if profile is found)


def law_on(organisation_id: int, key: str, day: date) -> LawHere:
    """The law of a kind of meeting on a day: an administrator's edition goes before the shipped text, the charter over both.

    Asks no right. Raises meetings.no_profile, and what `charter_applied` raises where the law moved from under the charter.
    """
    text, is_own = law_text_on(organisation_id, key, day)
    row = (
        CharterEdition.objects.filter(organisation_id=organisation_id, key=key, since__lte=day)
        .order_by("-since", "-pk")
        .first()
    )
    return _with_charter(text, row, is_own=is_own)


def _with_charter(text: str, row: CharterEdition | None, *, is_own: bool) -> LawHere:
    clauses, added = charter_read(row.data) if row is not None else ((), ())
    profile = charter_applied(read_profile(text), clauses, added)
    return LawHere(profile, text, clauses, added, facts_read(row.facts if row else {}), is_own)


def laws_on(organisation_id: int, wanted: Collection[tuple[str, date]]) -> dict[tuple[str, date], LawHere]:
    """The same for many meetings at once, in two queries; where there is no law, or the charter contradicts it, nothing. Asks no right."""
    keys = {key for key, _day in wanted}
    standing = LawEdition.objects.filter(
        organisation_id=organisation_id, key__in=keys, replaced_by__isnull=True, is_ended=False
    )
    editions = list(standing.order_by("-since", "-pk"))
    charters = list(
        CharterEdition.objects.filter(organisation_id=organisation_id, key__in=keys).order_by("-since", "-pk")
    )
    found = {}
    for key, day in wanted:
        own = next((one for one in editions if one.key == key and one.since <= day <= one.until), None)
        row = next((one for one in charters if one.key == key and one.since <= day), None)
        try:
            text = own.text if own is not None else shipped_text_on(key, day)
            found[key, day] = _with_charter(text, row, is_own=own is not None)
        except RuleViolation:
            continue
    return found


def law_rows(actor: Actor, organisation_id: int, day: date, *, language: str = "ru") -> list[LawRow]:
    """The law profiles of the body on a day. Raises Forbidden."""
    actor.require(MeetingRight.LAW_VIEW, organisation_id)
    rows = []
    for key in law_keys(organisation_id):
        here = law_on(organisation_id, key, day)
        one = here.profile
        rows.append(
            LawRow(
                key,
                one.name.in_language(language),
                one.body.value,
                one.law,
                one.edition,
                one.since,
                one.version,
                here.is_own,
                len(one.to_be_checked),
            )
        )
    return rows


def law_editions(actor: Actor, organisation_id: int, key: str) -> list[LawEdition]:
    """All editions of a profile that an administrator made, the newest first. Raises Forbidden."""
    actor.require(MeetingRight.LAW_VIEW, organisation_id)
    return list(LawEdition.objects.filter(organisation_id=organisation_id, key=key).order_by("-pk"))


def charter_editions(actor: Actor, organisation_id: int, key: str) -> list[CharterEdition]:
    """All that was entered of the charter to a profile, the newest first. Raises Forbidden."""
    actor.require(MeetingRight.LAW_VIEW, organisation_id)
    return list(CharterEdition.objects.filter(organisation_id=organisation_id, key=key).order_by("-pk"))
