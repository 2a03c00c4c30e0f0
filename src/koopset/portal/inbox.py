"""Any file may be dropped into the inbox: it is kept, read by whoever knows its format, and the deed it asks for is offered."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koopset.apps.billing.formats.payment_code_56042 import PaymentRecord, read_picture, read_record
from koopset.apps.billing.panels import PersonalAccounts
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.services import statement_bring
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import accounts_list
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.plan.services import plan_file_bring
from koopset.apps.register.services import import_start
from koopset.foundation.files import StoredFile, file_delete, register_file_access
from koopset.foundation.files.actions import register_file_action
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.ui.templatetags.ks import money
from koopset.kernel import payment_code
from koopset.kernel.inspection import Finding, Inspection, inspect_file, readers
from koopset.kernel.money import rub_to_kop
from koopset.kernel.violations import RuleViolation
from koopset.portal.permissions import PortalRight
from koopset.portal.words import TOTALS

KIND = "inbox"
MAX_BYTES = 64 * 1024 * 1024
_RUBLES = re.compile(r"-?\d+\.\d\d")
#: Findings on the page; all of them are counted.
SHOWN = 100


@contextmanager
def local_copy(file: StoredFile) -> Iterator[Path]:
    """The bytes under the file's own name on this machine, wherever they are stored: readers look at the name too."""
    with tempfile.TemporaryDirectory(prefix="koopset-inbox-") as folder:
        path = Path(folder) / file.name
        with file.open() as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of a file. `title` is the format's name, "" where nobody knows the file."""

    inspection: Inspection | None
    title: str
    warnings: list[Finding]
    errors: list[Finding]


def read_file(file: StoredFile) -> Reading:
    """Ask the readers; a file is never refused by an exception here."""
    with local_copy(file) as path:
        found = inspect_file(path)
    if found is None:
        return Reading(None, "", [], [])
    title = next((reader.title for reader in readers() if reader.format == found.format), found.format)
    return Reading(found, title, found.warnings[:SHOWN], found.errors[:SHOWN])


def known_formats() -> list[str]:
    """Names of the formats that are read, for a person."""
    return [reader.title for reader in readers()]


def totals_of(found: Inspection) -> list[tuple[str | Promise, str]]:
    """Totals that have a name for a person; sums as sums are written here."""
    return [
        (TOTALS[name], money(rub_to_kop(Decimal(value))) if _RUBLES.fullmatch(str(value)) else str(value))
        for name, value in found.totals.items()
        if name in TOTALS and value is not None
    ]


def may_read(actor: Actor, file: StoredFile) -> bool:
    return actor.can(PortalRight.INBOX_USE, file.organisation_id)


# Deeds


def _load_register(actor: Actor, organisation_id: int, file: StoredFile, now: datetime) -> str:
    with file.open() as content:
        row = import_start(
            actor=actor,
            organisation_id=organisation_id,
            name=file.name,
            content=content,  # type: ignore[arg-type]
            as_of=timezone.localdate(now),
            now=now,
        )
    return reverse("register:import", kwargs={"organisation_id": organisation_id, "import_id": row.pk})


def _bring_statement(actor: Actor, organisation_id: int, file: StoredFile, now: datetime) -> str:
    with file.open() as content:
        row = statement_bring(
            actor=actor,
            organisation_id=organisation_id,
            name=file.name,
            content=content,  # type: ignore[arg-type]
            now=now,
        )
    return reverse("payments:statement", args=[organisation_id, row.pk])


def _bring_plan(actor: Actor, organisation_id: int, file: StoredFile, now: datetime) -> str:
    with file.open() as content:
        row = plan_file_bring(
            actor=actor,
            organisation_id=organisation_id,
            name=file.name,
            content=content,  # type: ignore[arg-type]
            now=now,
        )
    return reverse("plan:load", args=[organisation_id, row.pk])


def _records(path: Path) -> list[PaymentRecord]:
    data = path.read_bytes()
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"ST"):
        return [read_record(data)]
    return [read_record(symbol) for symbol in read_picture(path) if symbol[:2] == b"ST"]


def _open_account(actor: Actor, organisation_id: int, file: StoredFile, now: datetime) -> str:
    """The account whose payment code, or number, the record names."""
    with local_copy(file) as path:
        records = _records(path)
    numbers: list[str] = []
    for record in records:
        named = record.fields.get("PersAcc", "") or record.fields.get("PersonalAccount", "")
        codes = [
            code for text in (named, record.fields.get("Purpose", "")) for code in payment_code.find_all(text)
        ]
        for code in codes:
            found = accounts_list(actor, organisation_id, text=code, state="all").first()
            if found is not None:
                return reverse("billing:account", args=[organisation_id, found.pk])
        numbers += [named] if named else []
    by_number = PersonalAccounts().find(organisation_id, numbers)
    for number in numbers:
        if number in by_number:
            return reverse("billing:account", args=[organisation_id, by_number[number]])
    raise RuleViolation("portal.code_of_nobody")


def _forget(before: datetime, now: datetime) -> Counter[int | None]:
    """What was dropped long ago has been loaded by its room, or was nobody's."""
    gone: Counter[int | None] = Counter()
    with across_tenants("a term of keeping deletes by age, and shows nothing to anybody"):
        for file in StoredFile.objects.filter(kind=KIND, created_at__lt=before).iterator(chunk_size=200):
            file_delete(file=file)
            gone[file.organisation_id] += 1
    return gone


def register() -> None:
    """The roof may call the services of every room; so the inbox learns here what can be done with a format."""
    register_file_access(KIND, may_read)
    register_term(
        Term(
            "portal.inbox",
            _("Files dropped into the inbox"),
            _("152-ФЗ art. 5 part 7: what was needed has been loaded by its room"),
            days(365),
            _forget,
            order=40,
        )
    )
    for format, label, right, start in (
        (
            "1c-bank-statement",
            _("Bring the statement into payments"),
            PaymentRight.STATEMENT_IMPORT,
            _bring_statement,
        ),
        ("register", _("Load it into the register"), RegisterRight.REGISTER_IMPORT, _load_register),
        ("plan-geojson", _("Draw the plan of the settlement by it"), PlanRight.PLAN_EDIT, _bring_plan),
        ("gost-56042", _("Open the personal account"), BillingRight.ACCOUNT_VIEW, _open_account),
    ):
        register_file_action(format, label, right, start)
