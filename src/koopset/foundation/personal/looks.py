"""Who looked at whose data (152-ФЗ art. 19 part 2 item 8: what is done with personal data is recorded). One insert a page."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koopset.foundation.personal.models import Look
from koopset.foundation.personal.terms import Setting, Settings, Term, register_term
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import HOUSEHOLD, Role
from koopset.foundation.tenants.guard import across_tenants

Words = str | Promise

KEEP_LOOKS = Settings(Setting(date(2026, 1, 1), 365))

_kinds: dict[str, Words] = {}


def register_look(kind: str, words: Words) -> None:
    """Name a page with personal data: "register.person" → «card of a person». Called once from AppConfig.ready."""
    _kinds[kind] = words


def look_name(kind: str) -> str:
    """The words for a kind; the kind itself where the room has gone."""
    return str(_kinds.get(kind, kind))


def look_kinds() -> tuple[str, ...]:
    return tuple(sorted(_kinds))


def looked(
    actor: Actor,
    organisation_id: int,
    kind: str,
    *,
    person_id: int | None = None,
    count: int = 1,
    now: datetime | None = None,
) -> None:
    """Note that the actor was shown somebody's card, or a list of `count` people. Called when the page is about to be given.

    Nothing is noted of one's own card, of an empty list and of the platform's own work. Raises LookupError for a kind nobody named.
    """
    if kind not in _kinds:
        raise LookupError(kind)
    if actor.login_id is None or count < 1 or (person_id is not None and person_id in actor.person_ids):
        return
    held = actor.roles_in(organisation_id)
    # Who holds an office looks by it, whatever plot they own.
    roles = [role.value for role in sorted(held - HOUSEHOLD or held)]
    if not roles and actor.is_operator:
        roles = [Role.OPERATOR.value]
    Look.objects.create(
        organisation_id=organisation_id,
        at=now or timezone.now(),
        login_id=actor.login_id,
        roles=",".join(roles)[:120],
        kind=kind,
        person_id=person_id,
        count=count,
    )


def _forget(before: datetime, now: datetime) -> Counter[int | None]:
    gone: Counter[int | None] = Counter()
    with across_tenants("a term of keeping deletes by age, and shows nothing to anybody"):
        old = Look.objects.filter(at__lt=before)
        for organisation_id in old.order_by().values_list("organisation_id", flat=True).distinct():
            gone[organisation_id] = Look.objects.filter(
                organisation_id=organisation_id, at__lt=before
            ).delete()[0]
    return gone


register_term(
    Term(
        "personal.looks",
        _("Who looked at personal data"),
        _("152-ФЗ art. 19: long enough to find a misuse, and no longer"),
        KEEP_LOOKS,
        _forget,
        order=10,
    )
)
