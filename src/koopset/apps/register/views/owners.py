"""Owners as a form names them: known people, new ones, their shares."""

from __future__ import annotations

from fractions import Fraction

from django.utils import timezone

from koopset.apps.people.rules import card_from_name
from koopset.apps.people.selectors import find_one
from koopset.apps.people.services import persons_create_many
from koopset.apps.register.forms import OwnerForm
from koopset.apps.register.rules import equal_shares
from koopset.apps.register.services import ShareInput
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.violations import RuleViolation


def owners_typed(
    request: PageRequest, organisation_id: int, lines: list[OwnerForm], names: dict[str, int], *, create: bool
) -> tuple[list[tuple[int | str, Fraction, str]], list[str]]:
    """(card or name of a card to be made, share, right) of each filled line, and the names nobody knows."""
    filled = [line.cleaned_data for line in lines if line.cleaned_data.get("owner")]
    shares_named = any(data["share"] is not None for data in filled)
    found: list[tuple[int | str, Fraction, str]] = []
    missing: list[str] = []
    for data in filled:
        name = " ".join(data["owner"].split())
        if shares_named and data["share"] is None:
            raise RuleViolation("register.share_missing", name=name)
        share = data["share"] if data["share"] is not None else equal_shares(len(filled))
        person = sole(organisation_id, name, names)
        if person is None and not create:
            missing.append(name)
        found.append((person if person is not None else name, share, data["right"] or "share"))
    return found, missing


def sole(organisation_id: int, name: str, names: dict[str, int]) -> int | None:
    """The card of a typed name; None where nobody is called so. Raises people.name_* where several are."""
    try:
        return find_one(organisation_id, name, names)
    except RuleViolation as refusal:
        if refusal.code == "people.name_unknown":
            return None
        raise


def cards_made(
    request: PageRequest, organisation_id: int, found: list[tuple[int | str, Fraction, str]]
) -> list[ShareInput]:
    """Owners with the cards made that were missing; in the transaction of the deed."""
    unknown = [name for name, _share, _right in found if isinstance(name, str)]
    made = iter(
        persons_create_many(
            actor=request.actor,
            organisation_id=organisation_id,
            cards=[card_from_name(name) for name in unknown],
            now=timezone.now(),
        )
        if unknown
        else []
    )
    return [
        ShareInput(next(made) if isinstance(key, str) else key, share, right) for key, share, right in found
    ]
