"""What can be chosen for a meeting: items by its law, a secret vote, the moment of a repeated one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import (
    Meeting,
)
from koopset.apps.meetings.rules.law import Form, MixedWhen, Weight
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.selectors.law import law_on
from koopset.kernel.violations import RuleViolation


def repeat_moment(row: Meeting, first_on: date) -> datetime:
    """When a repeated meeting could be: the first lawful day at the hour of the first meeting."""
    moment = timezone.localtime(row.starts_at or row.ends_at)
    return moment.replace(year=first_on.year, month=first_on.month, day=first_on.day)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """A row of the law's competence to put on an agenda. `against`: why this meeting may not take it, in words; nothing where it may."""

    key: str
    rule: words.RuleWords
    against: str


def item_choices(row: Meeting) -> list[ItemChoice]:
    """What the law of the meeting lets it decide: items of its form first. Asks no right. Nothing where the law cannot be read."""
    try:
        here = law_on(row.organisation_id, row.law, row.on)
    except RuleViolation:
        return []
    found = []
    for item in here.profile.items:
        against = ""
        if row.form not in item.forms:
            against = _("not in this form of meeting")
        elif row.form == Form.MIXED.value and item.mixed is MixedWhen.AFTER_FAILED and row.repeats_id is None:
            against = _("only after a meeting in person had no quorum for it")
        found.append(ItemChoice(item.key, words.rule_words(item), against))
    return sorted(found, key=lambda one: bool(one.against))


def item_law(row: Meeting, key: str) -> Item | None:
    """The law of an item of the meeting; None where the law in force knows no such item. Asks no right."""
    try:
        if row.opened_at is not None:
            return frozen_of(row).profile.item(key)
        return law_on(row.organisation_id, row.law, row.on).profile.item(key)
    except RuleViolation:
        return None


def may_be_secret(row: Meeting, law: Item) -> bool:
    """Whether a secret vote is possible: people count, in the hall. Asks no right."""
    return law.weight is Weight.HEAD and row.form != Meeting.Form.ABSENTIA
