"""Consents of a few people of СНТ «Берёзка», one taken back, and one request that waits for the chair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from koopset.apps.people.selectors import login_ids_of_persons
from koopset.apps.privacy import services
from koopset.apps.privacy.selectors import consents_of
from koopset.foundation.rights.actors import actor_for_login
from koopset.portal.demo.calendar import Calendar

NEWS, NEIGHBOURS, UTILITIES = "news-letters", "publish-contacts", "share-with-utilities"


def consents_and_request(
    *, organisation_id: int, resident: int, two_plots: int, co_owner: int, calendar: Calendar
) -> None:
    """The cards are of the people one may enter as; all of it in the week before the town's day."""
    logins = login_ids_of_persons([resident, two_plots, co_owner])
    for person_id, purposes in (
        (resident, [NEWS]),
        (two_plots, [NEWS, NEIGHBOURS, UTILITIES]),
        (co_owner, [NEIGHBOURS]),
    ):
        _agree(logins[person_id], organisation_id, purposes, calendar)
    now = calendar.now - timedelta(days=1)
    services.consent_withdraw(
        actor=actor_for_login(logins[two_plots], on=timezone.localdate(now)),
        organisation_id=organisation_id,
        purpose=UTILITIES,
        now=now,
    )
    services.erasure_ask(
        actor=actor_for_login(logins[co_owner], on=timezone.localdate(now)),
        person_id=co_owner,
        reason="Не хочу, чтобы звонили по телефону",
        now=now,
    )


def _agree(login_id: int, organisation_id: int, purposes: Sequence[str], calendar: Calendar) -> None:
    now = calendar.now - timedelta(days=5)
    actor = actor_for_login(login_id, on=timezone.localdate(now))
    for one in consents_of(actor, now=now):
        if one.organisation_id == organisation_id and one.text.purpose in purposes:
            services.consent_give(
                actor=actor,
                organisation_id=organisation_id,
                purpose=one.text.purpose,
                version=one.text.version,
                sha256=one.sha256,
                now=now,
            )
