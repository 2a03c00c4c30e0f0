"""The bank's files of the town, brought and sorted as the treasurer does it."""

from __future__ import annotations

from datetime import datetime

from koopset.portal.demo.office import Office


def statement_load(office: Office, name: str, content: bytes, *, now: datetime) -> int:
    """Bring a statement, look at it, post it; its key."""
    from koopset.apps.billing.payments import services as payments

    organisation_id, actor = office.organisation_id, office.treasurer
    statement = payments.statement_bring(
        actor=actor, organisation_id=organisation_id, name=name, content=content, now=now
    )
    assert statement.state == "checked", statement.report
    payments.statement_start(actor=actor, organisation_id=organisation_id, statement_id=statement.pk, now=now)
    payments.statement_post(actor=actor, organisation_id=organisation_id, statement_id=statement.pk, now=now)
    return statement.pk
