"""What is lawful after a meeting that had no quorum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from koopset.apps.meetings.rules.clock import VOID, FailedMeeting
from koopset.apps.meetings.rules.law import Form, MixedWhen, Source
from koopset.apps.meetings.rules.profile import Profile, item_type
from koopset.apps.meetings.rules.terms import first_lawful_day


@dataclass(frozen=True, slots=True)
class NextStep:
    """A meeting that may take up exactly these items: its form, the first and the last lawful day (None: no last), by which article."""

    form: Form
    items: tuple[str, ...]
    first_on: date
    last_on: date | None
    source: Source


def next_steps(profile: Profile, failed: FailedMeeting, noticed_on: date) -> tuple[NextStep, ...]:
    """What may be offered when a new notice goes out on `noticed_on`, the law's own way first; items in the order of the profile.

    217-ФЗ art. 17 part 23: after a meeting in person, the items that had no quorum by a mixed meeting. ЖК art. 47 part 1: in absentia.
    Where the law names no way, and for items that may not go that way, a new meeting in person. Raises meetings.item_unknown.
    """
    lasts = profile.number("repeat.within_days")
    last_on = None if lasts is None else failed.on + timedelta(days=lasts)
    first_on = max(first_lawful_day(profile, noticed_on), failed.on + timedelta(days=1))
    word = profile.word("repeat.form", Form.IN_PERSON.value)
    source = profile.source("repeat.form") if "repeat.form" in profile.terms else VOID
    wanted = Form(word)
    order = {item.key: at for at, item in enumerate(profile.items)}
    keys = sorted(failed.items, key=lambda key: (order.get(item_type(key), len(order)), key))
    items = [profile.item(key) for key in keys]
    own_way = tuple(
        item.key
        for item in items
        if wanted in item.forms
        and not (
            wanted is Form.MIXED
            and item.mixed is MixedWhen.AFTER_FAILED
            and failed.form is not Form.IN_PERSON
        )
    )
    again = tuple(item.key for item in items if item.key not in own_way)
    steps = []
    if own_way:
        steps.append(NextStep(wanted, own_way, first_on, last_on, source))
    if again:
        steps.append(NextStep(Form.IN_PERSON, again, first_on, last_on, source))
    return tuple(steps)
