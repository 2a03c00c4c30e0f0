"""Cards of persons and invitations, for programs."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.people import services
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import card_of, matching, person_of, visible_cards
from koopset.foundation.access.batch import BatchResult, Rows, run_batch
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import In, Line, Made, Out
from koopset.foundation.personal.looks import looked

room = Room(
    "people",
    _("People"),
    {
        PeopleRight.PERSON_VIEW: _("See cards of persons"),
        PeopleRight.PERSON_EDIT: _("Make and change cards of persons"),
        PeopleRight.LOGIN_INVITE: _("Invite persons to the site"),
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
