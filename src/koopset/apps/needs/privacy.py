"""What this room holds of a person: receipts of the household, what was answered, where it lives, what it shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.needs import services
from koopset.apps.needs.models import (
    HouseholdHome,
    QuestionLeft,
    Receipt,
    ReceiptEvidence,
    ReceiptImport,
    ReceiptLine,
    SharingChoice,
)
from koopset.apps.needs.selectors.private import is_mine, private_of, seen_lines, seen_receipts
from koopset.apps.people.selectors import HouseholdInfo, household_of
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.rights.actors import Actor


def _home(subject: Subject) -> HouseholdInfo | None:
    return household_of(subject.login_id) if subject.login_id is not None else None


def _receipts(subject: Subject) -> QuerySet[Receipt]:
    """Receipts of the household one is in, without what is private to others in it, and those one added to a household left since.

    `own_fn`, `own_fd`, `own_fp` and `shown_kop` are beside each: the numbers of what one brought, the total of what one sees.
    """
    if subject.login_id is None:
        return Receipt.objects.none()
    home, login_id = _home(subject), subject.login_id
    wanted = Q(added_by_id=login_id)
    if home is not None:
        wanted |= Q(seen_receipts(login_id), household_id=home.id)
    hidden = ReceiptLine.objects.filter(receipt_id=OuterRef("pk"), is_private=True).order_by()
    hidden_kop = hidden.values("receipt_id").annotate(kop=Sum("sum_kop")).values("kop")
    rows = Receipt.objects.filter(wanted).annotate(is_mine=is_mine(login_id))
    return rows.annotate(
        own_fn=Case(When(is_mine=True, then="fn"), default=Value("")),
        own_fd=Case(When(is_mine=True, then="fd")),
        own_fp=Case(When(is_mine=True, then="fp")),
        shown_kop=Case(
            When(is_mine=True, then="total_kop"),
            default=F("total_kop") - Coalesce(Subquery(hidden_kop), Value(0), output_field=BigIntegerField()),
            output_field=BigIntegerField(),
        ),
    )


class NeedsData(PersonalData):
    room = "needs"
    title = gettext_lazy("Purchases and needs")
    models: ClassVar[dict[str, Any]] = {
        "needs.Receipt": gettext_lazy("a receipt"),
        "needs.ReceiptEvidence": gettext_lazy("a receipt brought again"),
        "needs.ReceiptImport": gettext_lazy("a file of receipts"),
        "needs.SharingChoice": gettext_lazy("a choice of what is shared"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        home = _home(subject)
        household_id = home.id if home else 0
        yield table(
            "receipts",
            gettext_lazy("Receipts of your family"),
            [
                Column("id", _("Till receipt")),
                Column("day", _("Day")),
                Column("clock", _("Time")),
                Column("shop_name", _("Shop")),
                Column("shop_inn", _("Taxpayer number (ИНН)")),
                Column("operation", _("Kind: 1 purchase, 2 return")),
                Column("shown_kop", _("Sum"), roubles),
                Column("state", _("State")),
                Column("source", _("How it was brought")),
                Column("own_fn", _("Fiscal drive (ФН)")),
                Column("own_fd", _("Fiscal document (ФД)")),
                Column("own_fp", _("Fiscal sign (ФПД)")),
                Column("flags", _("Marks")),
                Column("added_at", _("Added")),
            ],
            _receipts(subject).order_by("pk"),
        )
        yield table(
            "receipt-lines",
            gettext_lazy("Lines of these receipts"),
            [
                Column("receipt_id", _("Till receipt")),
                Column("position", _("Number")),
                Column("name", _("Name")),
                Column("quantity", _("Quantity")),
                Column("unit", _("Unit")),
                Column("price_kop", _("Price"), roubles),
                Column("sum_kop", _("Sum"), roubles),
                Column("gtin", _("Number of the good (GTIN)")),
                Column("category", _("Category")),
                Column("kind", _("Kind")),
                Column("amount", _("Amount")),
                Column("amount_unit", _("Unit of the amount")),
            ],
            ReceiptLine.objects.filter(
                seen_lines(subject.login_id), receipt__in=_receipts(subject).values("pk")
            ).order_by("pk"),
        )
        yield table(
            "receipts-again",
            gettext_lazy("Receipts you brought that were there already"),
            [
                Column("receipt_id", _("Till receipt")),
                Column("source", _("How it was brought")),
                Column("at", _("When")),
            ],
            ReceiptEvidence.objects.filter(login_id=subject.login_id).order_by("pk"),
        )
        yield table(
            "receipt-files",
            gettext_lazy("Files of receipts you brought"),
            [
                Column("at", _("When")),
                Column("file_name", _("File")),
                Column("receipts", _("Receipts")),
                Column("added", _("Added")),
                Column("failed", _("Not read")),
            ],
            ReceiptImport.objects.filter(login_id=subject.login_id).order_by("pk"),
        )
        yield table(
            "home",
            gettext_lazy("Where your family lives"),
            [Column("territory__name", _("Territory")), Column("body_id", _("Organisation, number"))],
            HouseholdHome.objects.filter(household_id=household_id),
        )
        yield table(
            "sharing",
            gettext_lazy("What your family lets be counted among neighbours"),
            [Column("category", _("Category")), Column("since", _("From")), Column("until", _("To"))],
            SharingChoice.objects.filter(
                Q(household_id=household_id) | Q(chosen_by_id=subject.login_id)
            ).order_by("pk"),
        )
        yield table(
            "names-left",
            gettext_lazy("Names you did not want to be asked about"),
            [Column("name", _("Name")), Column("at", _("When"))],
            QuestionLeft.objects.filter(household_id=household_id).order_by("pk"),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        if subject.login_id is None:
            return
        home = _home(subject)
        alone = home is not None and home.size == 1
        if home is not None and alone:
            count = Receipt.objects.filter(household_id=home.id).count()
            if count:
                yield Line(_("receipts with their lines: nobody else is in the family"), Fate.ERASE, count)
        mine = Receipt.objects.filter(added_by_id=subject.login_id)
        if home is not None and alone:
            mine = mine.exclude(household_id=home.id)
        private = private_of(subject.login_id).filter(receipt__in=mine).count()
        if private:
            yield Line(
                _(
                    "medicines and alcohol on receipts of a family in which others stay: nobody else sees them"
                ),
                Fate.ERASE,
                private,
            )
        count = mine.count() + ReceiptEvidence.objects.filter(login_id=subject.login_id).count()
        if count:
            yield Line(_("receipts of a family in which others stay: who added them"), Fate.ANONYMISE, count)
        files = ReceiptImport.objects.filter(login_id=subject.login_id).count()
        if files:
            yield Line(_("reports of files of receipts"), Fate.ERASE, files)
        shared = SharingChoice.objects.filter(chosen_by_id=subject.login_id).count()
        if shared:
            yield Line(_("choices of what is shared with neighbours"), Fate.ERASE, shared)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterator[Line]:
        if subject.login_id is None:
            return
        lines = list(self.holds(subject, needs=needs, now=now))
        home = _home(subject)
        services.household_rows_erase_for_room(
            household_id=home.id if home is not None and home.size == 1 else None,
            login_id=subject.login_id,
        )
        yield from lines


def _forget_imports(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: services.imports_forget(before=before)})


def register() -> None:
    register_personal_data(NeedsData())
    register_told(
        "needs.ReceiptLine", gettext_lazy("a line of a receipt"), "given out and erased with its receipt"
    )
    register_told(
        "needs.HouseholdHome", gettext_lazy("where a family lives"), "given out and erased with the family"
    )
    register_term(
        Term(
            "needs.imports",
            gettext_lazy("Reports of files of receipts"),
            gettext_lazy("152-ФЗ art. 5 part 7: once the receipts are there, the report serves nobody"),
            days(90),
            _forget_imports,
            order=40,
        )
    )
