"""Cards of persons and invitations, and one's own household, for programs.

An invitation into a household is made by address here: its code is a secret, which is shown on the page only.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.people import services
from koopset.apps.people.permissions import HOUSEHOLD_USE, PeopleRight
from koopset.apps.people.selectors import card_of, matching, person_of, visible_cards
from koopset.apps.people.selectors.households import (
    invitation_concerns,
    member_is_with,
    own_page,
)
from koopset.foundation.access.batch import BatchResult, Rows, run_batch
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import In, Line, Made, Out
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import Gate

room = Room(
    "people",
    _("People"),
    {
        PeopleRight.PERSON_VIEW: _("See cards of persons"),
        PeopleRight.PERSON_EDIT: _("Make and change cards of persons"),
        PeopleRight.LOGIN_INVITE: _("Invite persons to the site"),
        HOUSEHOLD_USE: _("See my own family, invite into it, join and leave"),
    },
)


class PersonIn(In):
    """A card. `kind`: natural (a human being) or legal (a body, by `body_name`)."""

    kind: str = "natural"
    last_name: Line = ""
    first_name: Line = ""
    middle_name: Line = ""
    body_name: Line = ""
    inn: Line = ""
    email: Line = ""
    phone: Line = ""
    postal_address: Line = ""
    birth_date: date | None = None
    paper_only: bool = False


class PersonOut(Out):
    id: int
    full_name: str
    short_name: str
    last_name: str
    kind: str
    email: str
    phone: str
    postal_address: str
    inn: str
    has_login: bool
    paper_only: bool


class PersonBatch(In):
    rows: Rows[PersonIn]


@room.reads(
    "/o/{int:organisation_id}/persons",
    asks=PeopleRight.PERSON_VIEW,
    summary=_("Cards of persons, by name"),
    response=Piece[PersonOut],
)
def persons_list(request: ApiRequest, organisation_id: int, paging: Query[Paging], q: str = "") -> Any:
    # Cards that people made themselves belong to no list of an organisation.
    rows = visible_cards(organisation_id).filter(keeper_id=organisation_id)
    if q.strip():
        rows = rows.filter(matching(q[:100]))
    found = piece(paging, rows.order_by("folded_name", "pk"), lambda row: asdict(card_of(row)))
    looked(request.actor, organisation_id, "people.persons", count=len(found["items"]))
    return found


@room.reads(
    "/o/{int:organisation_id}/persons/{int:person_id}",
    asks=PeopleRight.PERSON_VIEW,
    summary=_("A card"),
    response=PersonOut,
)
def person_card(request: ApiRequest, organisation_id: int, person_id: int) -> Any:
    card = person_of(request.actor, organisation_id, person_id)
    looked(request.actor, organisation_id, "people.card", person_id=card.id)
    return asdict(card)


@room.writes(
    "/o/{int:organisation_id}/persons",
    asks=PeopleRight.PERSON_EDIT,
    summary=_("Make a card"),
    response=Made,
    status=201,
)
def person_create(request: ApiRequest, organisation_id: int, body: PersonIn) -> Any:
    person = services.person_create(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": person.pk}


@room.writes(
    "/o/{int:organisation_id}/persons/batch",
    asks=PeopleRight.PERSON_EDIT,
    summary=_("Make many cards"),
    response=BatchResult,
    needs_key=True,
)
def persons_batch(request: ApiRequest, organisation_id: int, body: PersonBatch) -> Any:
    now = timezone.now()

    def one(row: PersonIn) -> int:
        return services.person_create(
            actor=request.actor, organisation_id=organisation_id, now=now, **row.model_dump()
        ).pk

    return run_batch(body.rows, one)


@room.changes(
    "/o/{int:organisation_id}/persons/{int:person_id}",
    asks=PeopleRight.PERSON_EDIT,
    summary=_("Change a card; what is not named stays"),
    response=Made,
)
def person_update(request: ApiRequest, organisation_id: int, person_id: int, body: PersonIn) -> Any:
    services.person_update(
        actor=request.actor,
        organisation_id=organisation_id,
        person_id=person_id,
        now=timezone.now(),
        **body.given(),
    )
    return {"id": person_id}


@room.writes(
    "/o/{int:organisation_id}/persons/{int:person_id}/invite",
    asks=PeopleRight.LOGIN_INVITE,
    summary=_("Send an invitation to the site"),
    response=Made,
)
def person_invite(request: ApiRequest, organisation_id: int, person_id: int) -> Any:
    services.login_invite(
        actor=request.actor, organisation_id=organisation_id, person_id=person_id, now=timezone.now()
    )
    return {"id": person_id}


# One's own household


class MemberOut(Out):
    id: int
    name: str
    since: datetime
    is_me: bool


class InvitationOut(Out):
    """An invitation that waits: of the own household (`email` is "" for one by a code), or to an own address (`household`, `by`)."""

    id: int
    email: str
    until: datetime
    household: str
    by: str


class HouseholdOut(Out):
    """The own household, the oldest member first. `id` is null where there is none yet; `is_head`: may ask another to go."""

    id: int | None
    name: str
    is_head: bool
    members: list[MemberOut]
    sent: list[InvitationOut]
    received: list[InvitationOut]


class HouseholdNameIn(In):
    """An empty one takes the name back."""

    name: Line


class HouseholdInviteIn(In):
    email: Line


class HouseholdAcceptIn(In):
    """`bring`: receipts and wishes come along from a household in which nobody else stays."""

    bring: bool = False


class HouseholdJoinIn(In):
    """The code of an invitation; `bring` as in accepting."""

    code: Line
    bring: bool = False


def _household(request: ApiRequest) -> dict[str, Any]:
    found = own_page(request.actor, now=timezone.now())
    own = found.household
    return {
        "id": own.id if own else None,
        "name": own.name if own else "",
        "is_head": found.is_head,
        "members": [
            {"id": one.id, "name": one.name, "since": one.since, "is_me": one.is_me} for one in found.members
        ],
        "sent": [asdict(one) for one in found.sent],
        "received": [asdict(one) for one in found.received],
    }


@room.reads("/my/household", asks=Gate.PERSON, summary=_("My own family"), response=HouseholdOut)
def household(request: ApiRequest) -> Any:
    return _household(request)


@room.writes(
    "/my/household/name", asks=Gate.PERSON, summary=_("Give my family a name"), response=HouseholdOut
)
def household_rename(request: ApiRequest, body: HouseholdNameIn) -> Any:
    services.household_rename(actor=request.actor, name=body.name, now=timezone.now())
    return _household(request)


@room.writes(
    "/my/household/invitations",
    asks=Gate.PERSON,
    summary=_("Invite the owner of an e-mail into my family; they see it on their own page"),
    response=Made,
    status=201,
)
def household_invite(request: ApiRequest, body: HouseholdInviteIn) -> Any:
    # An answer may be kept for repeats, a code must be kept nowhere: it is shown on the page only.
    key, _code = services.household_invite(
        actor=request.actor, email=body.email, needs_email=True, now=timezone.now()
    )
    return {"id": key}


@room.writes(
    "/my/household/invitations/{int:invitation_id}/accept",
    asks=Gate.PERSON,
    summary=_("Accept an invitation to my address; my former family is left"),
    response=HouseholdOut,
)
def household_accept(request: ApiRequest, invitation_id: int, body: HouseholdAcceptIn) -> Any:
    if not invitation_concerns(request.actor, invitation_id):
        raise Http404
    services.household_join(
        actor=request.actor, invitation_id=invitation_id, bring=body.bring, now=timezone.now()
    )
    return _household(request)


@room.writes(
    "/my/household/invitations/{int:invitation_id}/withdraw",
    asks=Gate.PERSON,
    summary=_("Call off an invitation of my family, or refuse one to me"),
    response=Made,
)
def household_withdraw(request: ApiRequest, invitation_id: int) -> Any:
    if not invitation_concerns(request.actor, invitation_id):
        raise Http404
    services.invitation_withdraw(actor=request.actor, invitation_id=invitation_id, now=timezone.now())
    return {"id": invitation_id}


@room.writes(
    "/my/household/join",
    asks=Gate.PERSON,
    summary=_("Join a family by the code of an invitation; my former family is left"),
    response=HouseholdOut,
)
def household_join(request: ApiRequest, body: HouseholdJoinIn) -> Any:
    services.household_join(actor=request.actor, code=body.code, bring=body.bring, now=timezone.now())
    return _household(request)


@room.writes(
    "/my/household/leave",
    asks=Gate.PERSON,
    summary=_("Leave the family; what I added stays there"),
    response=HouseholdOut,
)
def household_leave(request: ApiRequest) -> Any:
    services.household_leave(actor=request.actor, now=timezone.now())
    return _household(request)


@room.writes(
    "/my/household/members/{int:member_id}/remove",
    asks=Gate.PERSON,
    summary=_("Ask somebody out of my family; only who has been in it the longest may"),
    response=HouseholdOut,
)
def household_remove(request: ApiRequest, member_id: int) -> Any:
    if not member_is_with(request.actor, member_id):
        raise Http404
    services.household_member_remove(actor=request.actor, member_id=member_id, now=timezone.now())
    return _household(request)
