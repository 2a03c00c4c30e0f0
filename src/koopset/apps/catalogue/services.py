"""All writing of goods and learnt names."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from koopset.apps.catalogue.formats.profile import profile
from koopset.apps.catalogue.models import Good, LearntName, NameAnswer
from koopset.apps.catalogue.permissions import CatalogueRight
from koopset.apps.catalogue.selectors import gtin_of, key_of
from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

#: So many different people must say the same before everybody's receipts are read so.
PEOPLE_TO_LEARN = 2
_PERSONS = frozenset({ActorKind.PERSON, ActorKind.TOKEN})


class NameAct(Protocol):
    """What the operator does with a learnt name."""

    def __call__(self, *, actor: Actor, name_id: int, now: datetime) -> LearntName: ...


@service(None)
def name_answer(*, actor: Actor, name: str, category: str, kind: str = "", now: datetime) -> NameAnswer:
    """What a name on one's own receipt is, by the person behind `actor`; asks for a login and nothing more.

    It holds for this login at once, for everybody when a second person says the same; where two agree on the category and not on the
    kind, the category alone is learnt. Said again by the same login it replaces what was said before. What the operator has set stays.

    Raises Forbidden, catalogue.nothing_to_learn, catalogue.unknown_category, catalogue.unknown_kind, catalogue.name_declined.
    """
    login_id = actor.login_id
    if actor.kind not in _PERSONS or login_id is None or login_id <= 0:
        raise Forbidden("catalogue:name:answer")
    _known(category, kind)
    key = key_of(name)
    if not key:
        raise RuleViolation("catalogue.nothing_to_learn", field="name")
    row = _locked(key, now)
    if row.state == LearntName.State.REFUSED:
        raise RuleViolation("catalogue.name_declined", field="name")
    answer = NameAnswer.objects.filter(name=row, login_id=login_id).first()
    answer = answer or NameAnswer(name=row, login_id=login_id)
    if (answer.category, answer.kind) != (category, kind):
        answer.category, answer.kind, answer.at = category, kind, now
        answer.save()
    _settle(row, now)
    return answer


def _locked(key: str, now: datetime) -> LearntName:
    """The row of a name under its lock: answers of two people at once are counted one after the other."""
    LearntName.objects.get_or_create(key=key, defaults={"asked_at": now})
    return LearntName.objects.select_for_update().get(key=key)


def _settle(row: LearntName, now: datetime) -> None:
    """Learn for all what enough people say; what was learnt stays until more people say another thing. The caller holds the row's lock."""
    if row.state not in (LearntName.State.ASKED, LearntName.State.CONFIRMED):
        return
    said = list(NameAnswer.objects.filter(name=row).values_list("category", "kind"))
    category = _agreed([one for one, _kind in said], keep=row.category)
    if not category:
        return
    kind = _agreed([kind for one, kind in said if one == category], keep=row.kind)
    if (row.state, row.category, row.kind) != (LearntName.State.CONFIRMED, category, kind):
        row.state, row.category, row.kind = LearntName.State.CONFIRMED, category, kind
        row.settled_at = now
        row.save()


def _agreed(said: list[str], *, keep: str) -> str:
    """What at least two say and most of all; of two equal ones that which stands, and none where neither does."""
    counts = {word: said.count(word) for word in set(said) if word}
    most = max(counts.values(), default=0)
    if most < PEOPLE_TO_LEARN:
        return ""
    first = sorted(word for word, count in counts.items() if count == most)
    if len(first) == 1:
        return first[0]
    return keep if keep in first else ""


def _known(category: str, kind: str) -> None:
    if category not in profile().categories:
        raise RuleViolation("catalogue.unknown_category", field="category")
    if not profile().fits(category, kind):
        raise RuleViolation("catalogue.unknown_kind", field="kind")


@service(CatalogueRight.NAME_CORRECT)
def name_correct(*, actor: Actor, name_id: int, category: str, kind: str = "", now: datetime) -> LearntName:
    """The operator sets what a name is for everybody; answers of people change it no more.

    Raises LearntName.DoesNotExist, catalogue.unknown_category, catalogue.unknown_kind.
    """
    _known(category, kind)
    return _set(name_id, LearntName.State.CORRECTED, category, kind, now)


@service(CatalogueRight.NAME_CORRECT)
def name_decline(*, actor: Actor, name_id: int, now: datetime) -> LearntName:
    """The operator declines a name: it tells of a person, or of nothing. Nobody is asked of it any more. Raises LearntName.DoesNotExist."""
    return _set(name_id, LearntName.State.REFUSED, "", "", now)


@service(CatalogueRight.NAME_CORRECT)
def name_release(*, actor: Actor, name_id: int, now: datetime) -> LearntName:
    """Take back what the operator set: people's answers decide again. Raises LearntName.DoesNotExist."""
    row = _set(name_id, LearntName.State.ASKED, "", "", now)
    _settle(row, now)
    return row


def _set(name_id: int, state: LearntName.State, category: str, kind: str, now: datetime) -> LearntName:
    row = LearntName.objects.select_for_update().get(pk=name_id)
    row.state, row.category, row.kind = state, category, kind
    row.settled_at = None if state == LearntName.State.ASKED else now
    row.save()
    return row


@service(CatalogueRight.GOOD_EDIT)
def good_set(
    *,
    actor: Actor,
    gtin: str,
    name: str,
    category: str,
    kind: str = "",
    amount: Decimal | None = None,
    unit: Unit | None = None,
    now: datetime,
) -> Good:
    """What the good with this GTIN is, for everybody. Raises as `good_set_for_room`."""
    return good_set_for_room(gtin=gtin, name=name, category=category, kind=kind, amount=amount, unit=unit)


def good_set_for_room(
    *,
    gtin: str,
    name: str,
    category: str,
    kind: str = "",
    amount: Decimal | None = None,
    unit: Unit | None = None,
    only_new: bool = False,
) -> Good:
    """The same under the right that another room's service has asked; `only_new` leaves a good that is known as it is.

    Raises catalogue.bad_gtin, catalogue.no_name, catalogue.unknown_category, catalogue.unknown_kind, catalogue.bad_amount.
    """
    code = gtin_of(gtin)
    if not code:
        raise RuleViolation("catalogue.bad_gtin", field="gtin")
    clean = " ".join(name.split())[:200]
    if not clean:
        raise RuleViolation("catalogue.no_name", field="name")
    _known(category, kind)
    if (amount is None) != (unit is None) or (amount is not None and not 0 < amount < 100_000):
        raise RuleViolation("catalogue.bad_amount", field="amount")
    row = Good.objects.select_for_update().filter(gtin=code).first()
    if row is not None and only_new:
        return row
    row = row or Good(gtin=code)
    row.name, row.category, row.kind = clean, category, kind
    row.amount, row.unit = amount, unit.value if unit is not None else ""
    row.save()
    return row


def answers_erase_for_room(*, login_id: int) -> int:
    """Forget who answered: answers of a login and their history go, what was learnt for all stays. How many answers went."""
    found = NameAnswer.objects.filter(login_id=login_id)
    NameAnswer.history.filter(login_id=login_id).delete()
    count = found.count()
    found.delete()
    NameAnswer.history.filter(login_id=login_id).delete()
    return count
