"""Where a household lives and what it lets be counted among its neighbours'. A consent stands behind each sharing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from koopset.apps.catalogue.selectors import categories
from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.models import HouseholdHome, SharingChoice
from koopset.apps.needs.services.receipts import own_household
from koopset.apps.people.services import household_lock_for_room
from koopset.apps.places.selectors import location_of, territory
from koopset.apps.privacy.events import ConsentWithdrawn
from koopset.apps.privacy.services import consent_give
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: The purpose of the consent (`privacy/profiles/ru.toml`).
PURPOSE = "share-purchases"


@service(None)
def home_set(
    *, actor: Actor, territory_id: int | None = None, organisation_id: int | None = None, now: datetime
) -> HouseholdHome:
    """Say where the own household lives: a settlement in which one has a role (its territory follows), or a territory of the tree.

    Right: the own household; the body must be one the actor has a role in. Raises needs.unknown_body, needs.unknown_territory.
    """
    home, _login_id = own_household(actor, now)
    if organisation_id is not None:
        if organisation_id not in actor.organisation_ids:
            raise RuleViolation("needs.unknown_body", field="organisation_id")
        place = location_of(organisation_id)
        territory_id = place.territory_id if place is not None else territory_id
    if territory_id is None or territory(territory_id) is None:
        raise RuleViolation("needs.unknown_territory", field="territory_id")
    household_lock_for_room(household_id=home.id)
    row = HouseholdHome.objects.select_for_update().filter(household_id=home.id).first()
    row = row or HouseholdHome(household_id=home.id)
    if (row.territory_id, row.body_id) != (territory_id, organisation_id):
        row.territory_id, row.body_id = territory_id, organisation_id
        row.save()
        publish(PurchasesChanged(None, home.id))
    return row


@service(None)
def home_forget(*, actor: Actor, now: datetime) -> None:
    """Take back where the own household lives: its purchases are counted among nobody's neighbours. Right: the own household."""
    home, _login_id = own_household(actor, now)
    household_lock_for_room(household_id=home.id)
    for row in HouseholdHome.objects.select_for_update().filter(household_id=home.id):
        row.delete()
        publish(PurchasesChanged(None, home.id))


def shareable() -> list[str]:
    """Keys of categories that may be shared at all: needs that are not private."""
    return [key for key, info in categories().items() if info.is_need and not info.is_private]


@service(None)
def sharing_choose(
    *, actor: Actor, chosen: Collection[str], version: int, sha256: str, now: datetime
) -> frozenset[str]:
    """What of the own household's purchases is counted among the neighbours', nameless: categories, or SharingChoice.ALL.

    The person consents by the text that was shown, proved by its version and digest; nothing chosen ends all sharing and asks no consent.
    Right: the own household, in person. Raises needs.private_category, needs.unknown_category, privacy.consent_changed, Forbidden.
    """
    home, login_id = own_household(actor, now)
    wanted = frozenset(chosen)
    allowed, known = frozenset(shareable()), categories()
    if SharingChoice.ALL in wanted:
        wanted = frozenset({SharingChoice.ALL})
    for key in sorted(wanted - allowed - {SharingChoice.ALL}):
        raise RuleViolation(
            "needs.private_category" if key in known else "needs.unknown_category", field="categories"
        )
    household_lock_for_room(household_id=home.id)
    standing = SharingChoice.objects.select_for_update().filter(household_id=home.id, until__isnull=True)
    have = {row.category: row for row in standing}
    if wanted:
        consent_give(
            actor=actor, organisation_id=None, purpose=PURPOSE, version=version, sha256=sha256, now=now
        )
    for category, row in have.items():
        if category not in wanted:
            row.until = now
            row.save(update_fields=["until"])
    SharingChoice.objects.bulk_create(
        [
            SharingChoice(household_id=home.id, category=category, chosen_by_id=login_id, since=now)
            for category in sorted(wanted - set(have))
        ]
    )
    if wanted != set(have):
        publish(PurchasesChanged(None, home.id))
    return wanted


def on_consent_withdrawn(event: ConsentWithdrawn) -> None:
    """What was shared by the word of who takes the consent back is shared no more, at once."""
    if event.purpose != PURPOSE or event.login_id is None:
        return
    rows = SharingChoice.objects.select_for_update().filter(chosen_by_id=event.login_id, until__isnull=True)
    households = set(rows.values_list("household_id", flat=True))
    rows.update(until=timezone.now())
    for household_id in sorted(households):
        publish(PurchasesChanged(None, household_id))
