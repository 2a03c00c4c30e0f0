"""Payment documents: issued for a month, frozen, printed together, sent."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.events import DocumentsIssued
from koopset.apps.billing.formats.receipt import CodePayee, purpose_of, receipt_record
from koopset.apps.billing.models import (
    Charge,
    ChargeRun,
    DocumentDelivery,
    DocumentIssue,
    Fee,
    PaymentDocument,
    PersonalAccount,
)
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.charging import due_on
from koopset.apps.billing.selectors.accounts import AccountLabel, account_labels, chunks
from koopset.apps.billing.selectors.charges import ChargeRow, charges_of_accounts, open_charges
from koopset.apps.billing.selectors.debts import balances
from koopset.apps.billing.selectors.documents import TEMPLATE_VERSION, pdfs_of_data
from koopset.apps.billing.selectors.wording import arithmetic_text, month_words
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.organisations import selectors as organisations
from koopset.apps.people import selectors as people
from koopset.apps.people.selectors import PersonCard
from koopset.apps.register import selectors as register
from koopset.foundation.events import publish
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.ui.templatetags import ks
from koopset.kernel import payment_code
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

ISSUE_JOB, SEND_JOB, PRINT_JOB = (
    "billing.documents_issue",
    "billing.documents_send",
    "billing.documents_print",
)


@service(BillingRight.DOCUMENT_ISSUE)
def documents_issue(
    *, actor: Actor, organisation_id: int, month: Month, now: datetime, bank_account_id: int | None = None
) -> DocumentIssue:
    """Issue a document for each account with a charge or a debt of the month; a job writes them.

    Only confirmed requisites of a verified body are printed. Raises what organisations.selectors.require_collecting raises,
    organisations.no_confirmed_account, billing.issue_empty.
    """
    payee = organisations.payee_for_codes(organisation_id, bank_account_id, now=now)
    lock_billing(organisation_id)
    waiting = DocumentIssue.objects.filter(
        organisation_id=organisation_id, month=month.number, state=DocumentIssue.State.WAITING
    ).first()
    with override("ru"):
        title = _("Payment documents for %(month)s") % {"month": month_words(month.number)}
    if waiting is not None:  # two clicks are one issue; work that was given up is taken up again
        _ask(actor, waiting, ISSUE_JOB, title, now)
        return waiting
    if _is_empty(organisation_id, month):
        raise RuleViolation("billing.issue_empty", field="month")
    last = DocumentIssue.objects.filter(organisation_id=organisation_id, month=month.number).aggregate(
        last=Max("ordinal")
    )["last"]
    issue = DocumentIssue.objects.create(
        organisation_id=organisation_id,
        month=month.number,
        ordinal=(last or 0) + 1,
        bank_account_id=payee.bank_account_id,
        template_version=TEMPLATE_VERSION,
        created_at=now,
        created_by=actor.login_id,
    )
    _ask(actor, issue, ISSUE_JOB, title, now)
    return issue


def _ask(actor: Actor, issue: DocumentIssue, kind: str, title: str, now: datetime, **args: Any) -> None:
    suffix = "".join(f" {value}" for value in args.values())
    job = enqueue(
        kind,
        actor=actor,
        organisation_id=issue.organisation_id,
        title=title,
        args={"issue_id": issue.pk, **args},
        key=f"{kind} {issue.pk}{suffix}",
        link=reverse(
            "billing:document-issue", kwargs={"organisation_id": issue.organisation_id, "issue_id": issue.pk}
        ),
        now=now,
    )
    issue.job_id = job.pk
    issue.save(update_fields=["job_id"])


def accounts_to_bill(organisation_id: int, month: Month) -> list[int]:
    """Accounts that may get a paper: those open in the month and those with a debt, in their order. Without either there is none."""
    standing = PersonalAccount.objects.filter(organisation_id=organisation_id, opened_on__lte=month.last)
    is_open = standing.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=month.first)).values_list(
        "pk", flat=True
    )
    owing = {pk for pk, kop in balances(organisation_id).items() if kop > 0}
    return sorted(owing.union(is_open))


def _is_empty(organisation_id: int, month: Month) -> bool:
    posted = ChargeRun.objects.filter(
        organisation_id=organisation_id, month=month.number, state=ChargeRun.State.POSTED
    )
    return not posted.exists() and not any(kop > 0 for kop in balances(organisation_id).values())


@dataclass(frozen=True, slots=True)
class _Sums:
    """Opening, closing, kopecks by account."""

    opening: dict[int, int]
    closing: dict[int, int]


def _sums(organisation_id: int, account_ids: Collection[int], month: Month, *, today: date) -> _Sums:
    """The closing balance is today's; when the month is over, what later months charged is left to their own papers."""
    opening = balances(organisation_id, account_ids, at=month.previous().last)
    closing = balances(organisation_id, account_ids)
    if today > month.last:
        for part in chunks(account_ids):
            for account_id, kop in (
                Charge.objects.filter(
                    organisation_id=organisation_id, account_id__in=part, month__gt=month.number
                )
                .values("account_id")
                .annotate(kop=Sum("amount_kop"))
                .values_list("account_id", "kop")
            ):
                closing[account_id] = closing.get(account_id, 0) - kop
    return _Sums(opening, closing)


@service(BillingRight.DOCUMENT_ISSUE)
def documents_render(
    *, actor: Actor, organisation_id: int, issue_id: int, account_ids: Sequence[int], now: datetime
) -> int:
    """Write the documents of some accounts of an issue; those that stand already are left as they are. The number written.

    Raises what organisations.selectors.payee_for_codes raises.
    """
    issue = DocumentIssue.objects.select_for_update().get(organisation_id=organisation_id, pk=issue_id)
    standing = set(
        PaymentDocument.objects.filter(
            organisation_id=organisation_id, issue_id=issue_id, account_id__in=account_ids
        ).values_list("account_id", flat=True)
    )
    missing = [pk for pk in account_ids if pk not in standing]
    with override("ru"):  # papers are in Russian, whoever issues them
        made = _documents(issue, missing, actor, now)
    PaymentDocument.objects.bulk_create(made, batch_size=500)
    issue.documents_count += len(made)
    issue.total_kop += sum(document.total_kop for document in made)
    issue.save(update_fields=["documents_count", "total_kop"])
    return len(made)


@service(BillingRight.DOCUMENT_ISSUE)
def documents_issue_end(
    *, actor: Actor, organisation_id: int, issue_id: int, done: bool, now: datetime
) -> DocumentIssue:
    """Mark an issue as done or refused."""
    issue = DocumentIssue.objects.select_for_update().get(organisation_id=organisation_id, pk=issue_id)
    issue.state = DocumentIssue.State.DONE if done else DocumentIssue.State.FAILED
    issue.save(update_fields=["state"])
    if done:
        publish(DocumentsIssued(organisation_id, issue.pk, issue.month))
    return issue


def _documents(
    issue: DocumentIssue, account_ids: Sequence[int], actor: Actor, now: datetime
) -> list[PaymentDocument]:
    organisation_id, month = issue.organisation_id, Month.from_number(issue.month)
    issued_on = timezone.localdate(issue.created_at)
    payee = organisations.payee_for_codes(organisation_id, issue.bank_account_id, now=now)
    card = organisations.organisation_card(organisation_id)
    bill = organisations.legal_form(card.form).document("bill")
    labels = account_labels(organisation_id, account_ids)
    payers = people.persons_by_ids(
        {label.payer_id for label in labels.values() if label.payer_id is not None},
        organisation_id=organisation_id,
    )
    sums = _sums(organisation_id, account_ids, month, today=issued_on)
    charges = charges_of_accounts(
        organisation_id, account_ids, month_from=month.number, month_to=month.number
    )
    apart = _apart(organisation_id, issue, account_ids, now)
    units = register.unit_labels(
        organisation_id, {unit for label in labels.values() for unit in label.unit_ids}
    )
    suffix = f"/{issue.ordinal}" if issue.ordinal > 1 else ""
    fallback = due_on(month, 10)
    day, month_name = functools.cache(ks.day), month_words(month.number)
    what = _("%(what)s for %(month)s") % {
        "what": organisations.said(bill.what),
        "month": month_name.replace("\u00a0", " "),
    }
    found = []
    for account_id in account_ids:
        label = labels[account_id]
        lines = charges.get(account_id, [])
        due = min((line.due_on for line in lines if line.amount_kop > 0), default=fallback)
        opening, closing = sums.opening.get(account_id, 0), sums.closing.get(account_id, 0)
        if not lines and closing <= 0:
            continue  # nothing happened and nothing is owed: no paper
        payer = payers.get(label.payer_id) if label.payer_id is not None else None
        number = f"{month.number}-{label.payment_code}{suffix}"
        data = _data(
            number=number,
            month=month_name,
            opened=day(month.first),
            issued=day(issued_on),
            due=day(due),
            card=card,
            bill=bill,
            label=label,
            payer=payer,
            lines=lines,
            unit_texts={pk: unit.text for pk, unit in units.items()} if len(label.unit_ids) > 1 else {},
            opening=opening,
            closing=closing,
        )
        data["codes"] = _codes(
            label, payer, month, what, closing, payee, apart.get(account_id, {}), apart.payees
        )
        found.append(
            PaymentDocument(
                organisation_id=organisation_id,
                issue=issue,
                account_id=account_id,
                month=month.number,
                number=number,
                due_on=due,
                total_kop=max(0, closing),
                data=data,
                template_version=issue.template_version,
                issued_at=issue.created_at,
                issued_by=actor.login_id,
            )
        )
    papers = pdfs_of_data(
        (document.data for document in found), version=issue.template_version, created_at=issue.created_at
    )
    for document, content in zip(found, papers, strict=True):
        document.sha256 = hashlib.sha256(content).hexdigest()
    return found


class _Apart(dict[int, dict[int, int]]):
    """account → bank account → what is open of the fees that have a bank account of their own; `payees` are their requisites."""

    payees: dict[int, organisations.Payee]


def _apart(organisation_id: int, issue: DocumentIssue, account_ids: Sequence[int], now: datetime) -> _Apart:
    """Money of two purposes is never paid by one code: a fee with its own bank account has its own."""
    found = _Apart()
    found.payees = {}
    own = dict(
        Fee.objects.filter(organisation_id=organisation_id, bank_account_id__isnull=False)
        .exclude(bank_account_id=issue.bank_account_id)
        .values_list("pk", "bank_account_id")
    )
    if not own:
        return found
    for account_id, charges in open_charges(organisation_id, account_ids).items():
        for charge in charges:
            bank = own.get(charge.fee_id)
            if bank is not None and charge.month <= issue.month:
                sums = found.setdefault(account_id, {})
                sums[bank] = sums.get(bank, 0) + charge.remaining_kop
                if bank not in found.payees:
                    found.payees[bank] = organisations.payee_for_codes(organisation_id, bank, now=now)
    return found


def _codes(
    label: AccountLabel,
    payer: PersonCard | None,
    month: Month,
    what: str,
    closing: int,
    payee: organisations.Payee,
    apart: dict[int, int],
    payees: dict[int, organisations.Payee],
) -> list[dict[str, Any]]:
    """Payment codes: the main account's, and one for each bank account of its own purpose. None when there is nothing to pay.

    `what` is paid for, in words.
    """
    left, parts = closing, []
    for bank, kop in sorted(apart.items()):
        take = min(kop, left)
        if take > 0:
            parts.append((payees[bank], take))
            left -= take
    if left > 0:
        parts.insert(0, (payee, left))
    purpose = purpose_of(label.payment_code, what, label.units_text)
    name = payer.full_name if payer is not None and payer.kind == "natural" else ""
    found = []
    for who, kop in parts:
        code_payee = CodePayee(
            who.name, who.inn, who.kpp, who.account, who.bic, who.bank_name, who.correspondent
        )
        common: dict[str, Any] = {
            "code": label.payment_code,
            "month": month,
            "sum_kop": kop,
            "purpose": purpose,
        }
        found.append(
            {
                "title": _("To pay") if who is payee else _("To pay to another account"),
                "sum": ks.rub(kop),
                "sum_kop": kop,
                "purpose": purpose,
                "record": receipt_record(code_payee, payer=name, **common),
                "record_plain": receipt_record(code_payee, **common),
                "payee": {
                    "name": who.name,
                    "inn": who.inn,
                    "kpp": who.kpp,
                    "account": who.account,
                    "bic": who.bic,
                    "bank": who.bank_name,
                    "correspondent": who.correspondent,
                },
            }
        )
    return found


def _data(
    *,
    number: str,
    month: str,
    opened: str,
    issued: str,
    due: str,
    card: organisations.OrganisationCard,
    bill: organisations.DocumentOfForm,
    label: AccountLabel,
    payer: PersonCard | None,
    lines: Sequence[ChargeRow],
    unit_texts: dict[int, str],
    opening: int,
    closing: int,
) -> dict[str, Any]:
    """What the paper says, frozen as text. `month`, `issued` and `due` are words; `opened` is the first day of the month."""
    charged = sum(line.amount_kop for line in lines)
    return {
        "title": organisations.said(bill.title),
        "charged_title": bill.charged,
        "law_note": bill.note,
        "number": number,
        "month": month,
        "issued": issued,
        "due": due,
        "organisation": card.name_short,
        "organisation_full": card.name_full,
        "organisation_address": card.address,
        "contacts": ", ".join(part for part in (card.phone, card.email) if part),
        "account_number": label.number,
        "code": payment_code.show(label.payment_code),
        "payer": payer.full_name if payer else "",
        "payer_address": payer.postal_address if payer else "",
        "units": label.units_text,
        "lines": [_line(line, unit_texts, flats=card.has_flats) for line in lines],
        "opening_label": (_("Overpaid before %(day)s") if opening < 0 else _("Debt before %(day)s"))
        % {"day": opened},
        "opening": ks.money(abs(opening)),
        "charged": ks.money(charged),
        "paid": ks.money(opening + charged - closing),
        "total": ks.rub(max(0, closing)),
        "advance": ks.rub(-closing) if closing < 0 else "",
        "opening_kop": opening,
        "charged_kop": charged,
        "paid_kop": opening + charged - closing,
        "closing_kop": closing,
    }


def _line(line: ChargeRow, unit_texts: dict[int, str], *, flats: bool) -> dict[str, Any]:
    unit = unit_texts.get(line.unit_id or 0, "")
    if line.kind == Charge.Kind.CORRECTION:
        of = _("correction for %(month)s") % {"month": month_words(line.corrects_month or line.month)}
        note = f"{of}: {line.reason}"
    else:
        note = arithmetic_text(line.arithmetic, flats=flats)
    return {
        "title": line.fee_title,
        "note": f"{unit}: {note}" if unit else note,
        "sum": ks.money(line.amount_kop),
        "sum_kop": line.amount_kop,
    }


# Printing and sending


@service(BillingRight.DOCUMENT_ISSUE)
def documents_print(
    *, actor: Actor, organisation_id: int, issue_id: int, variant: str, now: datetime
) -> DocumentIssue:
    """Ask for one file with all documents of an issue, with personal data ("full") or without ("plain").

    Raises billing.issue_unknown, billing.issue_not_done, and what organisations.selectors.require_collecting raises.
    """
    organisations.require_collecting(organisation_id, now=now)
    issue = _done_issue(organisation_id, issue_id)
    if variant not in ("full", "plain"):
        raise RuleViolation("billing.issue_unknown")
    with override("ru"):
        title = _("Payment documents for %(month)s, for printing") % {"month": month_words(issue.month)}
    _ask(actor, issue, PRINT_JOB, title, now, variant=variant)
    return issue


@service(BillingRight.DOCUMENT_ISSUE)
def documents_print_file(
    *, actor: Actor, organisation_id: int, issue_id: int, variant: str, file_id: int, now: datetime
) -> None:
    """Remember the file that was made for printing."""
    issue = DocumentIssue.objects.select_for_update().get(organisation_id=organisation_id, pk=issue_id)
    issue.print_files = {**issue.print_files, variant: file_id}
    issue.save(update_fields=["print_files"])


@service(BillingRight.DOCUMENT_ISSUE)
def documents_send(*, actor: Actor, organisation_id: int, issue_id: int, now: datetime) -> DocumentIssue:
    """Send each payer with an e-mail or a login a notice of the document; a job does it.

    Raises billing.issue_not_done, and what organisations.selectors.require_collecting raises.
    """
    organisations.require_collecting(organisation_id, now=now)
    issue = _done_issue(organisation_id, issue_id)
    with override("ru"):
        title = _("Sending the documents for %(month)s") % {"month": month_words(issue.month)}
    # Asked again later it looks for those who can be reached by then; within a minute it is the same request.
    _ask(actor, issue, SEND_JOB, title, now, asked=f"{now:%Y-%m-%d %H:%M}")
    return issue


def _done_issue(organisation_id: int, issue_id: int) -> DocumentIssue:
    issue = (
        DocumentIssue.objects.select_for_update().filter(organisation_id=organisation_id, pk=issue_id).first()
    )
    if issue is None:
        raise RuleViolation("billing.issue_unknown")
    if issue.state != DocumentIssue.State.DONE:
        raise RuleViolation("billing.issue_not_done")
    return issue


@service(BillingRight.DOCUMENT_ISSUE)
def documents_send_some(
    *, actor: Actor, organisation_id: int, issue_id: int, document_ids: Sequence[int], now: datetime
) -> int:
    """Send some documents; the delivery log and the notices are one transaction, so nobody gets a document twice. The number sent.

    Asked again at each step, because the term of a chair may end while the work waits: raises what
    organisations.selectors.require_collecting raises.
    """
    from koopset.foundation.notifications import notify

    organisations.require_collecting(organisation_id, now=now)

    sent = set(
        DocumentDelivery.objects.filter(
            organisation_id=organisation_id,
            document_id__in=document_ids,
            channel=DocumentDelivery.Channel.NOTICE,
        ).values_list("document_id", flat=True)
    )
    documents = list(
        PaymentDocument.objects.filter(
            organisation_id=organisation_id,
            issue_id=issue_id,
            pk__in=[pk for pk in document_ids if pk not in sent],
        ).order_by("pk")
    )
    # A plot whose owner nobody knows has an account without a payer.
    payer_of = dict(
        PersonalAccount.objects.filter(
            organisation_id=organisation_id,
            pk__in=[document.account_id for document in documents],
            payer__isnull=False,
        ).values_list("pk", "payer_id")
    )
    cards = people.persons_by_ids(set(payer_of.values()), organisation_id=organisation_id)
    count = 0
    for document in documents:
        card = cards.get(payer_of.get(document.account_id) or 0)
        if card is None or card.paper_only or not (card.email or card.has_login):
            continue
        with override("ru"):
            title = _("Payment document for %(month)s") % {"month": document.data["month"]}
            text = (
                _("%(units)s: %(sum)s to pay by %(day)s. Payment code %(code)s.")
                if document.total_kop
                else _("%(units)s: nothing to pay.")
            ) % {
                "units": document.data["units"],
                "sum": document.data["total"],
                "day": document.data["due"],
                "code": document.data["code"],
            }
        notify(
            organisation_id=organisation_id,
            person_ids=[card.id],
            topic="billing.document",
            title=title,
            text=text,
            link=reverse(
                "billing:my-document", kwargs={"organisation_id": organisation_id, "document_id": document.pk}
            ),
            email=True,
            now=now,
        )
        DocumentDelivery.objects.create(
            organisation_id=organisation_id,
            document=document,
            person_id=card.id,
            channel=DocumentDelivery.Channel.NOTICE,
            sent_at=now,
            sent_by=actor.login_id,
        )
        count += 1
    return count
