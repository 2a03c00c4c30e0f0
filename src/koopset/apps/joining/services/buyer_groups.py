"""A group of buyers: opened by a private person in one step, no legal person, collects nothing before its organiser is verified."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.organisations.selectors import bodies_led_by
from koopset.apps.organisations.services import body_open_for_room, tenant_reserve_for_room
from koopset.apps.people.services import card_of_login_for_room, login_lock_for_room
from koopset.apps.places.selectors import district_of
from koopset.apps.places.services import location_set_for_room
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.rights.service import service
from koopset.kernel.names import fold
from koopset.kernel.violations import RuleViolation

FORM = "group"
#: A person leads a few groups, not a hundred empty ones.
MOST_GROUPS = 3
_PERSONS = frozenset({ActorKind.PERSON, ActorKind.TOKEN})


@service(None)
def buyer_group_open(
    *,
    actor: Actor,
    name_short: str,
    territory_id: int,
    last_name: str,
    first_name: str,
    middle_name: str = "",
    phone: str = "",
    now: datetime,
) -> int:
    """The key of a new group of buyers, with whoever opens it as its chair (the organiser, an agent of the others: ГК РФ art. 1005).

    It may prepare price lists and purchases at once, and takes no money until the operator has verified the organiser. Opened twice under
    one name, by a double press too, it is opened once.
    Right: one's own login. Raises joining.not_a_person, joining.too_many_groups, organisations.no_name, places.unknown_territory, and
    what the card of a person refuses (people.*).
    """
    if actor.kind not in _PERSONS or actor.login_id is None:
        raise RuleViolation("joining.not_a_person")
    login_lock_for_room(login_id=actor.login_id)
    name = " ".join(name_short.split())[:120]
    if not name:
        raise RuleViolation("organisations.no_name", field="name_short")
    led = bodies_led_by(actor.login_id, FORM)
    for organisation_id, known in led.items():
        if fold(known) == fold(name):
            return organisation_id
    if len(led) >= MOST_GROUPS:
        raise RuleViolation("joining.too_many_groups", most=MOST_GROUPS)
    if district_of(territory_id) is None:
        raise RuleViolation("places.unknown_territory", field="territory_id")
    tenant_id = tenant_reserve_for_room(form=FORM)
    person_id = card_of_login_for_room(
        organisation_id=tenant_id,
        login_id=actor.login_id,
        last_name=last_name,
        first_name=first_name,
        middle_name=middle_name,
        phone=phone,
        now=now,
    )
    with override("ru"):
        basis = _("the group was opened by its organiser; agreement with its members")
    body_open_for_room(
        tenant_id=tenant_id, form=FORM, name_short=name, chair_person_id=person_id, basis=basis, now=now
    )
    location_set_for_room(organisation_id=tenant_id, territory_id=territory_id)
    return tenant_id
