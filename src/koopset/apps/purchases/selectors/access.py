"""Who may take part in a round, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import compare_digest

from koopset.apps.needs import selectors as needs
from koopset.apps.people import selectors as people
from koopset.apps.places import selectors as places
from koopset.apps.purchases.models import Invitation, Line, Participant, Round, RoundGood
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants


def household_id_of(actor: Actor) -> int | None:
    """The household in whose name the actor wants things; None where there is none yet."""
    found = people.household_of(actor.login_id) if actor.login_id and actor.login_id > 0 else None
    return found.id if found else None


def participant_of(organisation_id: int, household_id: int | None) -> Participant | None:
    """The household as the organisation's rounds know it."""
    if household_id is None:
        return None
    return Participant.objects.filter(organisation_id=organisation_id, household_id=household_id).first()


def may_take_part(actor: Actor, row: Round) -> bool:
    """Whether the actor's household may say wants: by the round's setting, by its link, or since it is in it already."""
    if actor.login_id is None or actor.login_id < 0:
        return False
    if actor.roles_in(row.organisation_id):
        return True
    household_id = household_id_of(actor)
    if household_id is None:
        return False
    if (
        row.access == Round.Access.NEIGHBOURS
        and row.territory_id
        and _lives_in(household_id, row.territory_id)
    ):
        return True
    if Invitation.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, household_id=household_id
    ).exists():
        return True
    return Line.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant__household_id=household_id
    ).exists()


def _lives_in(household_id: int, territory_id: int) -> bool:
    home, around = needs.home_of(household_id), places.territory(territory_id)
    own = places.territory(home.territory_id) if home else None
    return bool(own and around and own.path.startswith(around.path))


def wanted_before(actor: Actor, organisation_id: int, round_id: int) -> dict[int, tuple[int, int]]:
    """good of this round → what the actor's household wanted of it in the round that this one repeats; by article, else by name."""
    household_id = household_id_of(actor)
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    if row.repeats_id is None or household_id is None:
        return {}
    lines = Line.objects.filter(
        organisation_id=organisation_id,
        round_id=row.repeats_id,
        participant__household_id=household_id,
    ).select_related("good")
    old = {
        (line.good.article or line.good.name): (line.wanted, line.tolerance)
        for line in lines
        if line.wanted or line.tolerance
    }
    goods = RoundGood.objects.filter(organisation_id=organisation_id, round_id=row.pk)
    return {good.pk: old[good.article or good.name] for good in goods if (good.article or good.name) in old}


@dataclass(frozen=True, slots=True)
class Invited:
    """What the page of an invitation shows before one is in: no goods and no buyers."""

    id: int
    organisation_id: int
    title: str
    about: str
    supplier_name: str
    operator_name: str
    holder_text: str


def invited_to(round_id: int, code: str) -> Invited | None:
    """The round of a link; None for a wrong code, for a draft, and where there are no links."""
    with across_tenants("a link of invitation names a round; its secret part is compared here"):
        row = Round.objects.filter(pk=round_id, access=Round.Access.INVITED).first()
    if (
        row is None
        or row.state == Round.State.DRAFT
        or not compare_digest(row.invite_code.encode(), code.encode())
    ):
        return None
    return Invited(
        row.pk,
        row.organisation_id,
        row.title,
        row.about,
        row.supplier_name,
        row.operator_name,
        str(Round.Holder(row.holder).label),
    )
