"""Whose round it is: for pages of a household and of the office."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.selectors import household_id_of, organisation_of_round, participant_of
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round with the household's place in it."""

    row: Round
    participant: Participant


def own_round(actor: Actor, round_id: int) -> OwnRound | None:
    """The round, if the actor's household is in it; None otherwise, as for a round that is not there."""
    organisation_id = organisation_of_round(round_id)
    if organisation_id is None:
        return None
    participant = participant_of(organisation_id, household_id_of(actor))
    if participant is None:
        return None
    lines = Line.objects.filter(
        organisation_id=organisation_id, round_id=round_id, participant_id=participant.pk
    )
    if not lines.exists():
        return None
    return OwnRound(Round.objects.get(organisation_id=organisation_id, pk=round_id), participant)


def office_round(actor: Actor, organisation_id: int, round_id: int) -> Round:
    """The round for the office. Raises Forbidden, Round.DoesNotExist."""
    actor.require(PurchaseRight.ROUND_VIEW, organisation_id)
    return Round.objects.get(organisation_id=organisation_id, pk=round_id)


@dataclass(frozen=True, slots=True)
class Holder:
    """In whose books the money stands and by what contract; the platform holds none. `cash_note`: an article on cash, "" for none.

    `register_note`: where a cash register is asked for, by which article.
    """

    name: str
    form: str
    contract: str
    cash_note: str
    register_note: str


def holder_of(row: Round) -> Holder:
    """Who takes the money of the round, as every page with money names it.

    Where fees may not be taken in cash, money of a purchase still may: it is no fee of the partnership. The page says both.
    """
    form = organisations.form_of(row.organisation_id)
    on = (row.stopped_at or row.created_at).date()
    register = organisations.form_rule(form, "cash.register", on)
    return Holder(
        name=row.operator_name,
        form=organisations.form_name(row.operator_form),
        contract=str(Round.Holder(row.holder).label),
        cash_note=organisations.cash_refused(form, on),
        register_note=register.source.article if register and register.value else "",
    )
