"""The register of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import body_name, form_of, office_name
from koopset.apps.register.models import Decision
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.rights.actors import Actor, Forbidden

#: Kind of a stored file with minutes: read by whoever may read the decisions.
DECISION_FILE = "register.decision"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in the register of decisions; `label` names it in one line."""

    id: int
    body: str
    body_name: str
    decided_on: date
    number: str
    item: str
    title: str
    wording: str
    article: str
    file_id: int | None
    label: str


def deciding_bodies(organisation_id: int) -> list[tuple[str, str]]:
    """Who may decide, in the words of the legal form: «общее собрание пайщиков», «председатель совета»."""
    form = form_of(organisation_id)
    own = {
        "meeting": body_name(form, "meeting"),
        "board": body_name(form, "board"),
        "chair": office_name(form, "chair"),
    }
    return [(value, own.get(value, str(name))) for value, name in Decision.Body.choices]


def _decision_row(row: Decision, names: Mapping[str, str]) -> DecisionRow:
    body = names[row.body]
    day = row.decided_on.strftime("%d.%m.%Y")
    if row.item:
        label = _("%(body)s, minutes No. %(number)s of %(date)s, item %(item)s") % {
            "body": body,
            "number": row.number,
            "date": day,
            "item": row.item,
        }
    else:
        label = _("%(body)s, minutes No. %(number)s of %(date)s") % {
            "body": body,
            "number": row.number,
            "date": day,
        }
    return DecisionRow(
        row.pk,
        row.body,
        body,
        row.decided_on,
        row.number,
        row.item,
        row.title,
        row.wording,
        row.article,
        row.file_id,
        label,
    )


def decisions_query(
    actor: Actor, organisation_id: int, *, q: str = "", body: str = "", year: int | None = None
) -> QuerySet[Decision]:
    """Decisions that match, latest first. Raises Forbidden."""
    actor.require(RegisterRight.DECISION_VIEW, organisation_id)
    rows = Decision.objects.filter(organisation_id=organisation_id)
    for word in q.split():
        # SQLite folds the case of Latin letters only: Russian words are sought as typed, capitalised and small.
        found = Q()
        for form in {word, word.lower(), word.capitalize()}:
            found |= Q(title__icontains=form) | Q(wording__icontains=form)
        rows = rows.filter(found | Q(number=word) | Q(article__icontains=word))
    if body:
        rows = rows.filter(body=body)
    if year is not None:
        rows = rows.filter(decided_on__year=year)
    return rows.order_by("-decided_on", "-pk")


def decisions(
    actor: Actor,
    organisation_id: int,
    *,
    q: str = "",
    body: str = "",
    year: int | None = None,
    limit: int = 500,
) -> list[DecisionRow]:
    """The register of decisions, latest first, at most `limit`. Raises Forbidden."""
    names = dict(deciding_bodies(organisation_id))
    return [
        _decision_row(row, names)
        for row in decisions_query(actor, organisation_id, q=q, body=body, year=year)[:limit]
    ]


def decision(actor: Actor, organisation_id: int, decision_id: int) -> DecisionRow:
    """One decision. Raises Forbidden, also where there is none."""
    actor.require(RegisterRight.DECISION_VIEW, organisation_id)
    row = Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).first()
    if row is None:
        raise Forbidden(RegisterRight.DECISION_VIEW)
    return _decision_row(row, dict(deciding_bodies(organisation_id)))


def decision_label(organisation_id: int, decision_id: int) -> str:
    """«Общее собрание, протокол № 3 от 12.05.2026, п. 4»; "" where there is none. Asks no right: a paper that rests on it names it."""
    row = Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).first()
    return "" if row is None else _decision_row(row, dict(deciding_bodies(organisation_id))).label


def decision_exists(organisation_id: int, decision_id: int) -> bool:
    """Whether the organisation has such a decision: asked before a fee or an office points to it."""
    return Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).exists()
