"""«What is it?»: a person says once what a name on a receipt is; their household's lines follow, and the catalogue learns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from koopset.apps.catalogue import services as catalogue
from koopset.apps.catalogue.selectors import Recognised, categories, kinds, recognise
from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.models import QuestionLeft, ReceiptLine
from koopset.apps.needs.rules.amounts import line_amount
from koopset.apps.needs.selectors.knowing import Known, Recogniser, known_of
from koopset.apps.needs.selectors.own import unknown_names
from koopset.apps.needs.selectors.private import seen_lines
from koopset.apps.needs.services.receipts import own_household
from koopset.apps.people.services import household_lock_for_room
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: The answers by which a name is not worth learning for others; the household's own lines follow all the same.
_ONLY_OWN = frozenset({"catalogue.nothing_to_learn", "catalogue.name_declined"})
CHUNK = 2_000


@service(None)
def name_tell(*, actor: Actor, name: str, category: str, kind: str = "", now: datetime) -> int:
    """Say what a name on the own household's receipts is; how many lines follow. The catalogue learns it for others once a second person
    says the same.

    Right: the own household. Raises needs.unknown_name, needs.unknown_category, needs.unknown_kind.
    """
    home, login_id = own_household(actor, now)
    if category not in categories():
        raise RuleViolation("needs.unknown_category", field="category")
    if kind and (kind not in kinds() or kinds()[kind].category != category):
        raise RuleViolation("needs.unknown_kind", field="kind")
    household_lock_for_room(household_id=home.id)
    rows = ReceiptLine.objects.filter(seen_lines(login_id), receipt__household_id=home.id, name=name)
    if not rows.exists():
        raise RuleViolation("needs.unknown_name", field="name")
    try:
        catalogue.name_answer(actor=actor, name=name, category=category, kind=kind, now=now)
    except RuleViolation as refusal:
        if refusal.code not in _ONLY_OWN:
            raise
    [read] = recognise([(name, "")], login_id=login_id)
    said = known_of(Recognised(category, kind, "own", read.amount, read.unit), "")
    count = _apply(list(rows.only("pk", "quantity", "unit")), said)
    QuestionLeft.objects.filter(household_id=home.id, name=name).delete()
    publish(PurchasesChanged(None, home.id))
    return count


@service(None)
def question_leave(*, actor: Actor, name: str, now: datetime) -> None:
    """Do not ask the own household about a name again. Right: the own household. Raises needs.unknown_name."""
    home, login_id = own_household(actor, now)
    if not ReceiptLine.objects.filter(
        seen_lines(login_id), receipt__household_id=home.id, name=name
    ).exists():
        raise RuleViolation("needs.unknown_name", field="name")
    QuestionLeft.objects.get_or_create(household_id=home.id, name=name, defaults={"at": now})


def _apply(rows: Sequence[ReceiptLine], known: Known) -> int:
    """Write what a name is into its lines."""
    for row in rows:
        row.category, row.kind, row.how = known.category, known.kind, known.how
        row.is_private, row.is_need = known.is_private, known.is_need
        amount, row.amount_unit = line_amount(
            row.quantity, row.unit, pack=known.pack, pack_unit=known.pack_unit, measure=known.measure
        )
        row.amount = amount
    for at in range(0, len(rows), CHUNK):
        ReceiptLine.objects.bulk_update(
            rows[at : at + CHUNK],
            ["category", "kind", "how", "is_private", "is_need", "amount", "amount_unit"],
            batch_size=200,
        )
    return len(rows)


def unknown_again_for_room(*, household_id: int, login_ids: Sequence[int]) -> int:
    """Look once more at what nobody knew in a household: the catalogue may have learnt it. How many lines are known now.

    Called by the job of the night, under no right of a person.
    """
    household_lock_for_room(household_id=household_id)
    names = [one.name for one in unknown_names(household_id)]
    if not names:
        return 0
    recogniser = Recogniser(login_ids)
    recogniser.learn((name, "") for name in names)
    count = 0
    for name in names:
        known = recogniser.of(name, "")
        if known.category:
            rows = ReceiptLine.objects.filter(receipt__household_id=household_id, name=name, category="")
            count += _apply(list(rows.only("pk", "quantity", "unit")), known)
    if count:
        publish(PurchasesChanged(None, household_id))
    return count
