"""Who changed what in the months and the chart of accounts (K2). Entries need no history: they never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.models import Month as MonthRow
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.people.selectors import login_names
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.templatetags.ks import month_name


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What stood before and what stands after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BookChange:
    """One change, as the component of history shows it."""

    when: datetime
    who: str
    what: str
    changes: tuple[FieldChange, ...]


_FIELDS = {
    "name": gettext_lazy("name"),
    "is_postable": gettext_lazy("takes entries"),
    "is_closed": gettext_lazy("closed for entries"),
    "reason": gettext_lazy("reason"),
}


def book_changes(actor: Actor, organisation_id: int, *, limit: int = 100) -> list[BookChange]:
    """The latest changes, the newest first. Raises Forbidden."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    months = _past(MonthRow, organisation_id, limit)
    accounts = _past(ChartAccount, organisation_id, limit)
    found = sorted(
        chain(months, accounts), key=lambda pair: (pair[0].history_date, pair[0].history_id), reverse=True
    )
    found = found[:limit]
    names = login_names(
        {row.history_user_id for row, _old in found if row.history_user_id}, organisation_id=organisation_id
    )
    return [
        BookChange(
            row.history_date, names.get(row.history_user_id, ""), _what(row, old), _differences(row, old)
        )
        for row, old in found
    ]


def _past(model: Any, organisation_id: int, limit: int) -> list[tuple[Any, Any]]:
    """Rows of history with the row before each; the chart as it was opened is not a change."""
    rows = list(
        model.history.filter(organisation_id=organisation_id).order_by("id", "history_date", "history_id")
    )
    pairs = [
        (row, old if old is not None and old.id == row.id else None)
        for old, row in zip([None, *rows], rows, strict=False)
    ]
    if model is ChartAccount and pairs:
        start = min(row.history_date for row, _old in pairs)
        pairs = [
            pair
            for pair in pairs
            if pair[1] is not None or (pair[0].history_date - start).total_seconds() > 60
        ]
    return sorted(pairs, key=lambda pair: pair[0].history_id)[-limit:]


def _what(row: Any, old: Any) -> str:
    if hasattr(row, "state"):
        month = month_name(row.month)
        text = _("%(month)s closed") if row.state == MonthRow.State.CLOSED else _("%(month)s opened again")
        return text % {"month": month[:1].upper() + month[1:]}
    text = _("Account %(code)s added") if old is None else _("Account %(code)s changed")
    return text % {"code": row.code}


def _differences(row: Any, old: Any) -> tuple[FieldChange, ...]:
    changes = []
    for name, title in _FIELDS.items():
        if not hasattr(row, name):
            continue
        before, after = (getattr(old, name) if old is not None else ""), getattr(row, name)
        if before != after and (before or after):
            changes.append(FieldChange(str(title), _shown(before), _shown(after)))
    return tuple(changes)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
