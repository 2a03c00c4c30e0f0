"""Cabinets (K4): which start page and side bar a role has, and which of them the person is in now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy

from koopset.apps.organisations.selectors import legal_form, names_and_forms, office_name
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import HOUSEHOLD, Role
from koopset.foundation.ui.navigation import Switch

#: Cabinet → roles that have it, in the order in which one is chosen for a person who has not chosen.
CABINETS: dict[str, frozenset[Role]] = {
    "treasurer": frozenset({Role.TREASURER, Role.ACCOUNTANT}),
    "chair": frozenset({Role.CHAIR, Role.BOARD}),
    "auditor": frozenset({Role.AUDITOR}),
    "resident": frozenset(HOUSEHOLD),
    "staff": frozenset({Role.STAFF}),
}
#: Of whoever is signed in, with no role anywhere: one's family buys. Residents have its places in their own cabinet.
BUYER = "buyer"
#: Cabinets of those who run the office or look into its books.
OFFICE_CABINETS = frozenset({"treasurer", "chair", "auditor"})

CABINET_NAMES: dict[str, str | Promise] = {
    "treasurer": pgettext_lazy("cabinet", "Treasurer"),
    "chair": pgettext_lazy("cabinet", "Chair"),
    "auditor": pgettext_lazy("cabinet", "Auditor"),
    "resident": pgettext_lazy("cabinet", "Resident"),
    "staff": pgettext_lazy("cabinet", "Staff"),
    BUYER: pgettext_lazy("cabinet", "Buyer"),
    "operator": pgettext_lazy("cabinet", "Operator of the platform"),
    "coordinator": pgettext_lazy("cabinet", "Coordinator of a district"),
}
_PRECISE: dict[Role, str | Promise] = {
    Role.ACCOUNTANT: pgettext_lazy("cabinet", "Accountant"),
    Role.BOARD: pgettext_lazy("cabinet", "Board member"),
}
SESSION_KEY = "cabinet"


@dataclass(frozen=True)
class Cabinet:
    """`organisation_id` is None for the buyer's, which is of no organisation."""

    organisation_id: int | None
    name: str

    @property
    def url(self) -> str:
        """Its start page."""
        if self.organisation_id is None:
            return reverse("portal:buyer")
        return reverse("portal:start", kwargs={"organisation_id": self.organisation_id, "cabinet": self.name})


OWN_PURCHASES = Cabinet(None, BUYER)


def cabinets_of(actor: Actor) -> list[Cabinet]:
    """All cabinets of a person, organisation by organisation, in the order of preference."""
    return [
        Cabinet(organisation_id, name)
        for organisation_id in actor.organisation_ids
        for name, roles in CABINETS.items()
        if roles & actor.roles_in(organisation_id)
    ]


def buys_apart(actor: Actor) -> bool:
    """Whether the purchases of one's family are a cabinet of their own: for whoever is no resident anywhere."""
    return all(cabinet.name != "resident" for cabinet in cabinets_of(actor))


def cabinet_title(actor: Actor, cabinet: Cabinet, form: str = "") -> str:
    """What the switch calls it: the precise office where there is one; in a body that buys or sells, as its legal form calls it."""
    if cabinet.organisation_id is None:
        return str(CABINET_NAMES[cabinet.name])
    roles = actor.roles_in(cabinet.organisation_id)
    if cabinet.name == "treasurer" and Role.TREASURER not in roles:
        return str(_PRECISE[Role.ACCOUNTANT])
    if cabinet.name == "chair" and form and legal_form(form).desk != "settlement":
        return capfirst(office_name(form, Role.CHAIR if Role.CHAIR in roles else Role.BOARD))
    if cabinet.name == "chair" and Role.CHAIR not in roles:
        return str(_PRECISE[Role.BOARD])
    return str(CABINET_NAMES[cabinet.name])


def chosen_cabinet(request: HttpRequest, organisation_id: int | None) -> Cabinet | None:
    """The cabinet the person is in: the one chosen in the switch, if it is of this organisation and still theirs; else the first.

    None for the operator and coordinators without one, and for whoever has no role in the organisation.
    """
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    mine = cabinets_of(actor)
    kept = request.session.get(SESSION_KEY)
    if isinstance(kept, list) and len(kept) == 2:
        wanted = Cabinet(kept[0], kept[1])
        may = wanted in mine or (wanted == OWN_PURCHASES and buys_apart(actor))
        if may and organisation_id in (None, wanted.organisation_id):
            return wanted
    for cabinet in mine:
        if organisation_id in (None, cabinet.organisation_id):
            return cabinet
    if organisation_id is None and not mine and not actor.is_operator and not actor.is_coordinator:
        return OWN_PURCHASES
    return None


def choose_cabinet(request: HttpRequest, cabinet: Cabinet) -> None:
    """Keep the cabinet for the session. Where there is no other nothing was chosen: an office that comes later is begun at."""
    if cabinet == OWN_PURCHASES and not cabinets_of(cast(Actor, request.actor)):  # type: ignore[attr-defined]
        return
    chosen = [cabinet.organisation_id, cabinet.name]
    if request.session.get(SESSION_KEY) != chosen:  # a session that did not change is not written
        request.session[SESSION_KEY] = chosen


def switch_lines(request: HttpRequest) -> list[Switch]:
    """The port of the shell: every cabinet, and the pages of the operator and of a coordinator, who have no organisation."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    now = chosen_cabinet(request, getattr(request, "organisation_id", None))
    bodies = names_and_forms(actor.organisation_ids)
    lines: list[Switch] = [
        (
            cabinet.organisation_id,
            name,
            cabinet_title(actor, cabinet, form),
            cabinet.url,
            cabinet == now,
        )
        for cabinet in cabinets_of(actor)
        for name, form in [bodies.get(cabinet.organisation_id or 0, ("", ""))]
    ]
    if actor.is_operator:
        lines.append(
            (None, "КООПСЕТЬ", str(CABINET_NAMES["operator"]), reverse("portal:operator"), now is None)
        )
    if actor.is_coordinator:
        here = now is None and not actor.is_operator
        lines.append(
            (None, "КООПСЕТЬ", str(CABINET_NAMES["coordinator"]), reverse("portal:coordinator"), here)
        )
    if buys_apart(actor):
        title = str(CABINET_NAMES[BUYER])
        lines.append((None, gettext("My family"), title, OWN_PURCHASES.url, now == OWN_PURCHASES))
    return lines
