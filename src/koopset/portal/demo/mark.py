"""The mark of a demo database: put on an empty database only, first of all."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from koopset.apps.organisations.selectors import any_organisation
from koopset.apps.people.selectors import any_login
from koopset.foundation.rights.once import asked_once
from koopset.kernel.violations import RuleViolation
from koopset.portal.models import DemoMark


def demo_mark() -> DemoMark | None:
    """The mark, or None: then nothing of the demo exists."""
    return DemoMark.objects.first()


def is_demo() -> bool:
    """Whether the people of this database are invented; asked once a request."""
    return _is_demo()


@asked_once
def _is_demo() -> bool:
    return DemoMark.objects.exists()


def put_mark(*, town_date: date, now: datetime) -> DemoMark:
    """Mark this database as demo. Raises RuleViolation("portal.not_empty") where anybody or anything real is in it."""
    with transaction.atomic():
        if DemoMark.objects.exists() or any_login() or any_organisation():
            raise RuleViolation("portal.not_empty")
        return DemoMark.objects.create(town_date=town_date, created_at=now)
