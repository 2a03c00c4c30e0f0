"""What the plan shows in the shell, its own layers, and who may read its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from koopset.apps.organisations.selectors import keeps_units
from koopset.apps.register import selectors as register_selectors
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.plan.ports import Mark, Tone, register_layer
from koopset.apps.register.plan.selectors import standing_units
from koopset.apps.register.plan.services import FILE_KIND, PICTURE_KIND
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place
from koopset.foundation.ui.templatetags import ks


class OwnPlots:
    """For a resident: which plots are mine."""

    key = "own"
    title = _("My plots")
    legend = ((Tone.SECOND, _("mine")), (Tone.NONE, _("of neighbours")))

    def may_see(self, actor: Actor, organisation_id: int) -> bool:
        return bool(actor.acts_for(organisation_id))

    def marks(self, actor: Actor, organisation_id: int, today: date) -> Mapping[int, Mark]:
        url = reverse("register:my_units", args=[organisation_id])
        return {
            unit.unit_id: Mark(
                Tone.SECOND,
                _now("mine"),
                title=unit.text[:1].upper() + unit.text[1:],
                value=ks.area(unit.area_m2) if unit.area_m2 is not None else "",
                url=url,
                is_listed=True,
            )
            for unit in register_selectors.units_of_persons(
                organisation_id, actor.acts_for(organisation_id), today
            )
        }


class Memberships:
    """For the office: whose owners are members, where shares do not make the whole."""

    key = "members"
    title = _("Members")
    legend = (
        (Tone.CLEAR, _("a member")),
        (Tone.FIRST, _("without a member")),
        (Tone.THIRD, _("without an owner")),
    )

    def may_see(self, actor: Actor, organisation_id: int) -> bool:
        return actor.can(RegisterRight.REGISTER_VIEW, organisation_id)

    def marks(self, actor: Actor, organisation_id: int, today: date) -> Mapping[int, Mark]:
        owners = register_selectors.owners_at(organisation_id, None, today)
        members = register_selectors.member_person_ids(organisation_id, today)
        labels = register_selectors.unit_labels(organisation_id, standing_units(organisation_id, today))
        found = {}
        for unit_id, label in labels.items():
            owned = owners.get(unit_id, [])
            if not owned:
                tone, says, weight = Tone.THIRD, _now("without an owner"), 2
            elif any(owner.person_id in members for owner in owned):
                tone, says, weight = Tone.CLEAR, _now("a member"), 0
            else:
                tone, says, weight = Tone.FIRST, _now("without a member"), 1
            found[unit_id] = Mark(
                tone,
                says,
                title=label.text[:1].upper() + label.text[1:],
                value=says,
                url=reverse("register:unit", args=[organisation_id, unit_id]),
                weight=weight,
                is_listed=weight > 0,
            )
        return found


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    return actor.can(PlanRight.PLAN_EDIT, file.organisation_id)


def may_see_picture(actor: Actor, file: StoredFile) -> bool:
    return actor.can(PlanRight.PLAN_VIEW, file.organisation_id)


def register() -> None:
    register_file_access(FILE_KIND, may_read_file)
    register_file_access(PICTURE_KIND, may_see_picture)
    register_layer(OwnPlots())
    register_layer(Memberships())
    register_place(
        NavPlace(
            "register",
            _("Plan"),
            "layout-grid",
            "plan:plan",
            PlanRight.PLAN_VIEW,
            "settlement",
            20,
            shown=keeps_units,
        )
    )
