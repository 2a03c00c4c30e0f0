"""The pages once more, and the office's other lists, on 17 districts with 34,000 plots: `koopset demo --size district`."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from bench.cases.pages import page_measured
from bench.measure import Result
from django.core.management import call_command
from django.urls import reverse

from koopset.apps.organisations.models import Organisation
from koopset.portal.demo import Size, fill_database
from koopset.portal.demo.people import REGION_COORDINATOR, REGION_LARGEST

CHAIR, RESIDENT, OPERATOR = (
    "predsedatel@polyana.example",
    "zhitel@polyana.example",
    "operator@koopset.example",
)
Row = tuple[str, str, str, dict[str, str], str]
#: A list of fifty rows with its filters may cost so many bare pages.
LIST_LIMIT = 8
#: The row of the table, who opens it, the view, more of its address, what is asked for.
STARTS: tuple[Row, ...] = (
    ("district_resident", RESIDENT, "portal:start", {"cabinet": "resident"}, ""),
    ("district_chair", CHAIR, "portal:start", {"cabinet": "chair"}, ""),
    ("district_accounts", CHAIR, "billing:accounts", {}, ""),
)
LISTS: tuple[Row, ...] = (
    ("district_register", CHAIR, "register:units", {}, ""),
    ("district_search", CHAIR, "register:units", {}, f"?q={quote('Сергеев')}"),
    ("district_debtors", CHAIR, "billing:debtors", {}, ""),
    ("district_payments", CHAIR, "payments:payments", {}, ""),
)


def prepare(n: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    fill_database(report=lambda _text: None, today=date(2026, 11, 24), size=Size.DISTRICT)


def measure(n: int) -> list[Result]:
    largest = Organisation.objects.get(name_short=f"СНТ «{REGION_LARGEST}»").pk
    about = f"among {n} plots"
    found = []
    for limit, rows in ((2.0, STARTS), (LIST_LIMIT, LISTS)):
        for name, email, view, more, asked in rows:
            address = reverse(view, kwargs={"organisation_id": largest, **more}) + asked
            found.append(page_measured(name, email, address, about, limit=limit))
    for name, email, view in (
        ("district_coordinator", REGION_COORDINATOR, "portal:coordinator"),
        ("district_operator", OPERATOR, "portal:operator"),
        ("district_bodies", OPERATOR, "joining:bodies"),
    ):
        found.append(page_measured(name, email, reverse(view), about, limit=LIST_LIMIT))
    return found
