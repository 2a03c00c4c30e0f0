"""The law of one kind of meeting in words, with its editions and with what the charter changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from koopset.apps.meetings.models import CharterEdition, LawEdition
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.charter import CharterFacts, Clause, charter_applied
from koopset.apps.meetings.rules.profile import Act, Item, Profile
from koopset.apps.meetings.rules.records import charter_read
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.law import facts_read, law_keys, law_text_on, read_profile
from koopset.apps.people.selectors import login_names
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class PointWords:
    """Something that minutes must hold."""

    title: str
    article: str
    note: str


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition by an administrator. `holds`: nothing replaced it."""

    id: int
    since: date
    until: date
    reason: str
    at: datetime
    who: str
    is_ended: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A change by the charter."""

    title: str
    value: str
    clause: str


@dataclass(frozen=True, slots=True)
class CharterLine:
    """What was entered of the charter from a day on."""

    id: int
    since: date
    document: str
    at: datetime
    who: str
    clauses: tuple[ClauseWords, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class LawPage:
    """All of it. `problem`: the refusal where the charter contradicts the text; then the text is shown without the charter."""

    key: str
    name: str
    law: str
    edition: str
    since: date
    until: date
    version: str
    is_own: bool
    is_charter_only: bool
    to_be_checked: int
    acts: tuple[Act, ...]
    items: tuple[words.RuleWords, ...]
    terms: tuple[words.TermWords, ...]
    minutes: tuple[PointWords, ...]
    editions: tuple[EditionLine, ...]
    charters: tuple[CharterLine, ...]
    problem: str


def law_names(organisation_id: int, today: date) -> list[tuple[str, str]]:
    """(key, name) of the laws by which the body meets. Asks no right."""
    found = []
    for key in law_keys(organisation_id):
        try:
            text, _is_own = law_text_on(organisation_id, key, today)
        except RuleViolation:
            continue
        found.append((key, words.law_name(read_profile(text))))
    return found


def law_page(actor: Actor, organisation_id: int, key: str, *, today: date) -> LawPage:
    """The law of a kind of meeting today. Raises Forbidden, also for a kind that the body has not; meetings.no_profile."""
    actor.require(MeetingRight.LAW_VIEW, organisation_id)
    if key not in law_keys(organisation_id):
        raise Forbidden(MeetingRight.LAW_VIEW)
    text, is_own = law_text_on(organisation_id, key, today)
    charters = list(
        CharterEdition.objects.filter(organisation_id=organisation_id, key=key).order_by("-since", "-pk")
    )
    editions = list(LawEdition.objects.filter(organisation_id=organisation_id, key=key).order_by("-pk"))
    held = next((row for row in charters if row.since <= today), None)
    profile, problem = _with_charter(read_profile(text), held)
    names = login_names(
        {row.set_by for row in charters if row.set_by} | {row.set_by for row in editions if row.set_by},
        organisation_id=organisation_id,
    )
    language = get_language() or "ru"
    replaced = {row.replaces_id for row in editions}
    return LawPage(
        key=key,
        name=words.law_name(profile),
        law=profile.law,
        edition=profile.edition,
        since=profile.since,
        until=profile.until,
        version=profile.version,
        is_own=is_own,
        is_charter_only=profile.is_charter_only,
        to_be_checked=len(profile.to_be_checked),
        acts=profile.acts,
        items=tuple(words.rule_words(item) for item in profile.items),
        terms=tuple(words.term_words(term) for term in profile.terms.values() if term.key in words.TERMS),
        minutes=tuple(
            PointWords(
                point.title.in_language(language),
                point.source.article,
                words.check_words() if point.source.is_to_be_checked else "",
            )
            for point in profile.minutes
        ),
        editions=tuple(
            EditionLine(
                row.pk,
                row.since,
                row.until,
                row.reason,
                row.set_at,
                names.get(row.set_by or 0, ""),
                row.is_ended,
                not row.is_ended and row.pk not in replaced,
            )
            for row in editions
        ),
        charters=tuple(
            CharterLine(
                row.pk,
                row.since,
                row.document,
                row.set_at,
                names.get(row.set_by or 0, ""),
                tuple(_clause(one, profile) for one in charter_read(row.data)[0]),
                row is held,
            )
            for row in charters
        ),
        problem=problem,
    )


def _with_charter(profile: Profile, row: CharterEdition | None) -> tuple[Profile, str]:
    if row is None:
        return profile, ""
    clauses, added = charter_read(row.data)
    try:
        return charter_applied(profile, clauses, added), ""
    except RuleViolation as violation:
        return profile, words.refusal_words(violation, words.names_of(profile))


def _clause(one: Clause, profile: Profile) -> ClauseWords:
    names = words.names_of(profile)
    value = one.value
    if one.target.startswith("item:"):
        shown = words.law_value_words(one.target, str(value))
    elif isinstance(value, list):
        shown = words.value_words(one.target, tuple(value))
    elif isinstance(value, str) and words.is_threshold(one.target):
        shown = words.law_value_words(one.target, value)
    else:
        shown = words.value_words(one.target, value)
    return ClauseWords(words.target_words(one.target, names), shown, one.clause)


@dataclass(frozen=True, slots=True)
class CharterNow:
    """What holds of the charter in a kind of meeting, to be changed; and the law's text without the charter."""

    profile: Profile
    clauses: tuple[Clause, ...]
    added: tuple[Item, ...]
    facts: CharterFacts
    document: str


def charter_now(organisation_id: int, key: str, today: date) -> CharterNow | None:
    """The latest that was entered, also of a later day. None for a kind that the body has not. Asks no right: the page has."""
    if key not in law_keys(organisation_id):
        return None
    text, _is_own = law_text_on(organisation_id, key, today)
    row = (
        CharterEdition.objects.filter(organisation_id=organisation_id, key=key)
        .order_by("-since", "-pk")
        .first()
    )
    clauses, added = charter_read(row.data) if row is not None else ((), ())
    return CharterNow(
        read_profile(text),
        clauses,
        added,
        facts_read(row.facts if row is not None else {}),
        row.document if row is not None else "",
    )


def edition_of(organisation_id: int, edition_id: int) -> LawEdition | None:
    """One edition. Asks no right: the page has."""
    return LawEdition.objects.filter(organisation_id=organisation_id, pk=edition_id).first()


def standing_edition_id(organisation_id: int, key: str, today: date) -> int | None:
    """The administrator's edition that holds today. Asks no right: the page has."""
    rows = LawEdition.objects.filter(
        organisation_id=organisation_id,
        key=key,
        replaced_by__isnull=True,
        is_ended=False,
        since__lte=today,
        until__gte=today,
    )
    return rows.order_by("-since", "-pk").values_list("pk", flat=True).first()
