"""Editions of the law by an administrator, and what the charter of a body changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from koopset.apps.meetings.models import CharterEdition, LawEdition
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.charter import CharterFacts, Clause, charter_applied
from koopset.apps.meetings.rules.profile import Item, Profile
from koopset.apps.meetings.rules.profile_text import profile_read
from koopset.apps.meetings.rules.records import charter_data, charter_read
from koopset.apps.meetings.selectors.law import (
    facts_data,
    law_keys,
    law_text_on,
    read_profile,
    shipped_text_on,
)
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation


def _lock(organisation_id: int) -> None:
    """The body's row is the lock: two editions are not made at once."""
    Tenant.objects.select_for_update().get(pk=organisation_id)


def _clean(text: str, code: str, field: str) -> str:
    found = " ".join(text.split())[:300]
    if not found:
        raise RuleViolation(code, field=field)
    return found


@service(MeetingRight.LAW_EDIT)
def law_edition_save(
    *,
    actor: Actor,
    organisation_id: int,
    text: str,
    reason: str,
    replaces_id: int | None = None,
    now: datetime,
) -> LawEdition:
    """Put a text of a law profile in force for this body instead of the shipped one, from the text's own first day through its last.

    `replaces_id`: the edition that it takes the place of. Meetings that have opened keep the law that they froze. Raises what
    `profile_read` raises for a text with a fault, meetings.law_not_of_form, meetings.law_reason, meetings.law_replaced,
    meetings.law_same, and for what the body's charter says and this text does not let it meetings.law_against_charter with the
    row (`target`), the clause and the reason in words.
    """
    profile = profile_read(text)
    why = _clean(reason, "meetings.law_reason", "reason")
    if profile.key not in law_keys(organisation_id):
        raise RuleViolation("meetings.law_not_of_form", field="text", key=profile.key)
    _lock(organisation_id)
    if replaces_id is not None:
        _standing(organisation_id, replaces_id, profile.key)
    law_same = LawEdition.objects.filter(
        organisation_id=organisation_id,
        key=profile.key,
        digest=profile.digest,
        replaced_by__isnull=True,
        is_ended=False,
    )
    if law_same.exists():
        raise RuleViolation("meetings.law_same", field="text")
    _charter_kept(organisation_id, profile)
    return LawEdition.objects.create(
        organisation_id=organisation_id,
        key=profile.key,
        text=text,
        since=profile.since,
        until=profile.until,
        digest=profile.digest,
        reason=why,
        replaces_id=replaces_id,
        set_at=now,
        set_by=actor.login_id,
    )


def _charter_kept(organisation_id: int, profile: Profile) -> None:
    """The charter's clauses that hold on some day of the text must be let by it: else no meeting of that day could be prepared."""
    rows = CharterEdition.objects.filter(
        organisation_id=organisation_id, key=profile.key, since__lte=profile.until
    ).order_by("-since", "-pk")
    for row in rows:
        clauses, added = charter_read(row.data)
        for clause in clauses:
            _let_by(profile, [clause], (), clause.target, clause.clause)
        _let_by(profile, clauses, added, "", row.document)
        if row.since <= profile.since:  # what held before is over when the text begins
            break


def _let_by(
    profile: Profile, clauses: Sequence[Clause], added: Sequence[Item], target: str, clause: str
) -> None:
    try:
        charter_applied(profile, clauses, added)
    except RuleViolation as refusal:
        raise RuleViolation(
            "meetings.law_against_charter",
            field="text",
            target=target or str(refusal.params.get("target") or refusal.params.get("item") or ""),
            clause=clause,
            why=refusal.code,
            law=str(refusal.params.get("law", "")),
        ) from refusal


@service(MeetingRight.LAW_EDIT)
def law_edition_end(
    *, actor: Actor, organisation_id: int, edition_id: int, reason: str, now: datetime
) -> LawEdition:
    """Take an edition back: the shipped text holds again. Its row stays.

    Raises meetings.law_reason, meetings.law_replaced, meetings.law_against_charter where the charter needs what only the edition lets it.
    """
    why = _clean(reason, "meetings.law_reason", "reason")
    _lock(organisation_id)
    row = _standing(organisation_id, edition_id, None)
    shipped = _shipped(row)
    if shipped is not None:
        _charter_kept(organisation_id, shipped)
    return LawEdition.objects.create(
        organisation_id=organisation_id,
        key=row.key,
        text="",
        since=row.since,
        until=row.until,
        digest=row.digest,
        reason=why,
        replaces=row,
        is_ended=True,
        set_at=now,
        set_by=actor.login_id,
    )


def _shipped(row: LawEdition) -> Profile | None:
    """The text that holds again when an edition ends; None where the platform came with none for that day."""
    try:
        return read_profile(shipped_text_on(row.key, row.since))
    except RuleViolation:
        return None


def _standing(organisation_id: int, edition_id: int, key: str | None) -> LawEdition:
    row = LawEdition.objects.filter(
        organisation_id=organisation_id, pk=edition_id, replaced_by__isnull=True, is_ended=False
    ).first()
    if row is None or (key is not None and row.key != key):
        raise RuleViolation("meetings.law_replaced", field="replaces")
    return row


@service(MeetingRight.LAW_EDIT)
def charter_save(
    *,
    actor: Actor,
    organisation_id: int,
    key: str,
    clauses: Sequence[Clause],
    added: Sequence[Item] = (),
    facts: CharterFacts | None = None,
    since: date,
    document: str,
    now: datetime,
) -> CharterEdition:
    """Enter what the charter changes in a law profile from a day on, each change with its clause; all of it, it replaces what was before.

    Raises meetings.law_not_of_form, meetings.charter_document, meetings.no_profile and what `charter_applied` raises for a change that
    the law does not let.
    """
    name = _clean(document, "meetings.charter_document", "document")
    if key not in law_keys(organisation_id):
        raise RuleViolation("meetings.law_not_of_form", field="key", key=key)
    _lock(organisation_id)
    charter_applied(read_profile(law_text_on(organisation_id, key, since)[0]), clauses, added)
    return CharterEdition.objects.create(
        organisation_id=organisation_id,
        key=key,
        data=charter_data(clauses, added),
        facts=facts_data(facts or CharterFacts()),
        since=since,
        document=name,
        set_at=now,
        set_by=actor.login_id,
    )
