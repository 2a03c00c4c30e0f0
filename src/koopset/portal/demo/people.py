"""Whom one may enter as in the invented town."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from koopset.apps.organisations.selectors import organisations_named

DEMO_PASSWORD = "berezka-demo-2026"


@dataclass(frozen=True)
class DemoRole:
    """A login of the town. `organisation` is the short name of the body, empty for the operator."""

    key: str
    email: str
    organisation: str
    cabinet: str
    title: str | Promise
    about: str | Promise


@dataclass(frozen=True)
class DemoEntry:
    """A line of the page of one-click entry."""

    key: str
    email: str
    organisation: str
    organisation_id: int | None
    cabinet: str
    title: str | Promise
    about: str | Promise


SNT = "СНТ «Берёзка»"
TSJ = "ТСЖ «Заречное»"
GROUP = "ПО «Берёзка вместе»"
FARM = "КФХ «Лесной хутор»"
STORE = "ООО «Приозерская база»"

DEMO_ROLES: tuple[DemoRole, ...] = (
    DemoRole(
        "treasurer", "kaznachey@berezka.example", SNT, "treasurer",
        pgettext_lazy("demo", "Treasurer"),
        pgettext_lazy("demo", "loads the register and the bank's file, charges, sorts payments, closes the month"),
    ),
    DemoRole(
        "chair", "predsedatel@berezka.example", SNT, "chair",
        pgettext_lazy("demo", "Chair"), pgettext_lazy("demo", "sees what came in and who owes, records decisions, confirms bank details"),
    ),
    DemoRole(
        "accountant", "buhgalter@berezka.example", SNT, "treasurer",
        pgettext_lazy("demo", "Accountant"), pgettext_lazy("demo", "keeps the books of both the СНТ and the ТСЖ"),
    ),
    DemoRole(
        "auditor", "revizor@berezka.example", SNT, "auditor",
        pgettext_lazy("demo", "Auditor"), pgettext_lazy("demo", "reads the books and proves the totals, changes nothing"),
    ),
    DemoRole(
        "resident", "zhitel@berezka.example", SNT, "resident",
        pgettext_lazy("demo", "Resident with a debt"), pgettext_lazy("demo", "one plot, owes for two months"),
    ),
    DemoRole(
        "two-plots", "dva-uchastka@berezka.example", SNT, "resident",
        pgettext_lazy("demo", "Resident with two plots"), pgettext_lazy("demo", "pays on time, also owns a flat in the ТСЖ"),
    ),
    DemoRole(
        "co-owner", "sovladelec@berezka.example", SNT, "resident",
        pgettext_lazy("demo", "Co-owner of a plot"), pgettext_lazy("demo", "a third of a plot, the sister pays"),
    ),
    DemoRole(
        "tsj-treasurer", "kaznachey@zarechnoe.example", TSJ, "treasurer",
        pgettext_lazy("demo", "Treasurer"), pgettext_lazy("demo", "a house of 120 flats, charges by area"),
    ),
    DemoRole(
        "tsj-chair", "predsedatel@zarechnoe.example", TSJ, "chair",
        pgettext_lazy("demo", "Chair"), pgettext_lazy("demo", "runs the house"),
    ),
    DemoRole(
        "tsj-resident", "zhitel@zarechnoe.example", TSJ, "resident",
        pgettext_lazy("demo", "Resident"), pgettext_lazy("demo", "a flat of two owners"),
    ),
    DemoRole(
        "buyer", "pokupatel@berezka.example", "", "",
        pgettext_lazy("demo", "Buyer"),
        pgettext_lazy("demo", "half a year of receipts, what is worth buying together, one's own purchases and what they saved"),
    ),
    DemoRole(
        "organiser", "zakupki@berezka.example", GROUP, "chair",
        pgettext_lazy("demo", "Organiser of purchases"),
        pgettext_lazy("demo", "three joint purchases: honey is handed out, potatoes have come, groceries are being gathered"),
    ),
    DemoRole(
        "supplier", "hutor@lesnoy.example", FARM, "chair",
        pgettext_lazy("demo", "Supplier"), pgettext_lazy("demo", "a farm with its price list: honey, milk, eggs, potatoes"),
    ),
    DemoRole(
        "operator", "operator@koopset.example", "", "",
        pgettext_lazy("demo", "Operator of the platform"), pgettext_lazy("demo", "checks new organisations and their chairs"),
    ),
    DemoRole(
        "coordinator", "koordinator@koopset.example", "", "",
        pgettext_lazy("demo", "Coordinator of a district"),
        pgettext_lazy("demo", "sees where each settlement is stuck, checks applications, helps chairs; no register, no books"),
    ),
    DemoRole(
        "applicant", "zayavitel@rucheyok.example", "", "",
        pgettext_lazy("demo", "Chair who applies"),
        pgettext_lazy("demo", "brings a new partnership: the papers were sent back to be mended"),
    ),
)  # fmt: skip


REGION_DISTRICT = "Всеволожский район"
REGION_LARGEST = "Большая поляна"
REGION_COORDINATOR = "koordinator-vsevolozhsk@koopset.example"
_POLYANA = f"СНТ «{REGION_LARGEST}»"

#: Those of the 17 districts, where they were filled.
REGION_ROLES: tuple[DemoRole, ...] = (
    DemoRole(
        "polyana-chair", "predsedatel@polyana.example", _POLYANA, "chair",
        pgettext_lazy("demo", "Chair"), pgettext_lazy("demo", "a partnership of 1,240 plots, the largest of the region"),
    ),
    DemoRole(
        "polyana-treasurer", "kaznachey@polyana.example", _POLYANA, "treasurer",
        pgettext_lazy("demo", "Treasurer"), pgettext_lazy("demo", "long lists: accounts, payments, debtors"),
    ),
    DemoRole(
        "polyana-resident", "zhitel@polyana.example", _POLYANA, "resident",
        pgettext_lazy("demo", "Resident"), pgettext_lazy("demo", "one plot of many"),
    ),
    DemoRole(
        "region-coordinator", REGION_COORDINATOR, "", "",
        pgettext_lazy("demo", "Coordinator of a large district"),
        pgettext_lazy("demo", "settlements at every step of joining, 2,000 plots"),
    ),
)  # fmt: skip


def roles_here() -> tuple[DemoRole, ...]:
    """Whom one may enter as in this database."""
    return DEMO_ROLES + (REGION_ROLES if organisations_named((_POLYANA,)) else ())


def demo_entries() -> list[DemoEntry]:
    """The roles of the town with the keys of its organisations."""
    ids = organisations_named((SNT, TSJ, GROUP, FARM, _POLYANA))
    here = DEMO_ROLES + (REGION_ROLES if _POLYANA in ids else ())
    return [
        DemoEntry(
            role.key,
            role.email,
            role.organisation,
            ids.get(role.organisation),
            role.cabinet,
            role.title,
            role.about,
        )
        for role in sorted(here, key=lambda role: not role.organisation)
    ]
