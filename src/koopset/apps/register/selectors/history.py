"""Who changed what, when, from what to what (K2), of a unit and of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import login_names, persons_by_ids
from koopset.apps.register.models import Membership, Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.rights.actors import Actor

#: Changes shown of one object; older ones stay in the database.
LIMIT = 200
_HIDDEN = {
    "id",
    "organisation_id",
    "unit_id",
    "sort_key",
    "folded_name",
    "created_at",
    "keeper_id",
    "login_id",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One change of one row: `who` is "" for the platform itself."""

    when: datetime
    who: str
    what: str
    changes: tuple[Change, ...]


def unit_history(actor: Actor, organisation_id: int, unit_id: int) -> list[HistoryRecord]:
    """Changes of a unit, its areas and owners, the latest first. Raises Forbidden."""
    actor.require(RegisterRight.REGISTER_VIEW, organisation_id)
    own = {"organisation_id": organisation_id}
    return _records(
        organisation_id,
        [
            (Unit, _past(Unit).filter(id=unit_id, **own)),
            (UnitArea, _past(UnitArea).filter(unit_id=unit_id, **own)),
            (Ownership, _past(Ownership).filter(unit_id=unit_id, **own)),
        ],
    )


def person_history(actor: Actor, organisation_id: int, person_id: int) -> list[HistoryRecord]:
    """Changes of a person's card, shares and memberships in the organisation, the latest first. Raises Forbidden."""
    actor.require(RegisterRight.REGISTER_VIEW, organisation_id)
    own = {"organisation_id": organisation_id, "person_id": person_id}
    person_model = Ownership._meta.get_field("person").related_model
    assert isinstance(person_model, type)
    return _records(
        organisation_id,
        [
            (person_model, _past(person_model).filter(id=person_id, keeper_id=organisation_id)),
            (Ownership, _past(Ownership).filter(**own)),
            (Membership, _past(Membership).filter(**own)),
        ],
    )


def _past(model: Any) -> models.QuerySet[Any]:
    return model.history.all()  # type: ignore[no-any-return]


def _records(
    organisation_id: int, sources: Iterable[tuple[Any, models.QuerySet[Any]]]
) -> list[HistoryRecord]:
    found: list[tuple[Any, Any, Any]] = []
    for model, rows in sources:
        before: dict[int, Any] = {}
        for row in rows.order_by("history_date", "history_id"):
            found.append((model, before.get(row.id), row))
            before[row.id] = row
    found.sort(key=lambda item: (item[2].history_date, item[2].history_id), reverse=True)
    found = found[:LIMIT]
    names = login_names(
        {row.history_user_id for _m, _b, row in found if row.history_user_id}, organisation_id=organisation_id
    )
    person_ids = {
        value
        for _m, old, row in found
        for item in (old, row)
        if item is not None and (value := getattr(item, "person_id", None)) is not None
    }
    persons = {
        key: card.short_name
        for key, card in persons_by_ids(person_ids, organisation_id=organisation_id).items()
    }
    return [_record(model, old, row, names, persons) for model, old, row in found]


def _record(model: Any, old: Any, row: Any, names: dict[int, str], persons: dict[int, str]) -> HistoryRecord:
    titles = {
        "unit": (_("entered in the register"), _("card changed"), _("card removed")),
        "unitarea": (_("area set"), _("area corrected"), _("area removed")),
        "ownership": (_("owner entered"), _("ownership changed"), _("owner's line removed")),
        "membership": (_("membership begun"), _("membership changed"), _("membership removed")),
    }
    kinds = titles.get(model._meta.model_name, (_("card made"), _("card changed"), _("card removed")))
    what = {"+": kinds[0], "~": kinds[1], "-": kinds[2]}[row.history_type]
    names_of_fields = {
        "person": _("whose"),
        "admitted_by": _("decision of admission"),
        "ended_by": _("decision of the end"),
        "invited_at": _("invitation sent"),
    }
    changes = []
    for field in model._meta.concrete_fields:
        if field.attname in _HIDDEN:
            continue
        after = getattr(row, field.attname) if row.history_type != "-" else None
        was = None if old is None else getattr(old, field.attname)
        if row.history_type == "-":
            was = getattr(row, field.attname)
        if was == after or (was in (None, "") and after in (None, "")):
            continue
        changes.append(
            Change(
                names_of_fields.get(field.name, str(field.verbose_name)),
                _shown(field, was, persons),
                _shown(field, after, persons),
            )
        )
    who = names.get(row.history_user_id, "") if row.history_user_id else ""
    return HistoryRecord(row.history_date, who, what[:1].upper() + what[1:], tuple(_shares_joined(changes)))


def _shares_joined(changes: list[Change]) -> list[Change]:
    """The two numbers of a fraction are one thing to a reader."""
    parts = {
        change.name: change for change in changes if change.name in ("share numerator", "share denominator")
    }
    if not parts:
        return changes
    rest = [change for change in changes if change.name not in parts]
    top, bottom = parts.get("share numerator"), parts.get("share denominator")

    def fraction(side: str) -> str:
        values = (getattr(top, side) if top else "1", getattr(bottom, side) if bottom else "1")
        if not any(values):
            return ""
        return "/".join(values) if values[1] != "1" else values[0]

    return [*rest, Change(_("share"), fraction("before"), fraction("after"))]


def _shown(field: Any, value: Any, persons: dict[int, str]) -> str:
    if value is None or value == "":
        return ""
    if field.attname == "person_id":
        return persons.get(value, "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f").replace(".", ",")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
