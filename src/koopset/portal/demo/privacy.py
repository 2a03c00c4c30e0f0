"""Consents of a few people of СНТ «Берёзка», one taken back, and one request that waits for the chair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from koopset.apps.people.selectors import login_ids_of_persons
from koopset.apps.privacy import services
from koopset.apps.privacy.selectors import consents_of, text_in_force
from koopset.apps.privacy.selectors.paper import PAPER_FILE
from koopset.foundation.files import file_store
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.portal.demo.calendar import Calendar

NEWS, NEIGHBOURS, UTILITIES = "news-letters", "publish-contacts", "share-with-utilities"


def consents_and_request(
    *,
    organisation_id: int,
    resident: int,
    two_plots: int,
    co_owner: int,
    on_paper: int,
    chair: Actor,
    calendar: Calendar,
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
    _on_paper(organisation_id, on_paper, chair, calendar)
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


def _on_paper(organisation_id: int, person_id: int, chair: Actor, calendar: Calendar) -> None:
    """Somebody who does not sign in consented on paper; the office brought the scan in."""
    now = calendar.now - timedelta(days=3)
    text = text_in_force(UTILITIES, timezone.localdate(now))
    assert text is not None
    scan = file_store(
        organisation_id=organisation_id,
        name="Согласие, скан (вымышлен).txt",
        content="Вымышленный скан: подпись поставлена.".encode(),
        kind=PAPER_FILE,
        actor=chair,
        now=now,
    )
    services.paper_consent_record(
        actor=chair,
        organisation_id=organisation_id,
        person_id=person_id,
        purpose=text.purpose,
        version=text.version,
        deed="given",
        signed_on=timezone.localdate(now) - timedelta(days=2),
        file_id=scan.pk,
        now=now,
    )
