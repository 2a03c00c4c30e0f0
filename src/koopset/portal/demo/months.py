"""Month after month: charging, the bank's file, closing; always through the services that a treasurer's pages use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from koopset.apps.billing import services as billing
from koopset.apps.billing.selectors import account_labels, balances, charge_preview
from koopset.apps.billing.selectors.preview import fees_due
from koopset.apps.people.selectors import persons_by_ids
from koopset.foundation.database import refresh_statistics
from koopset.kernel.period import Month
from koopset.portal.demo.bank import Movement, Owner, statement_text
from koopset.portal.demo.office import Office
from koopset.portal.demo.payers import Coming, Habit, Payer
from koopset.portal.demo.statements import statement_load


class Bank:
    """The organisation's account in the bank: what its next statement begins with."""

    def __init__(self, office: Office, name: str, opening_kop: int) -> None:
        self.office = office
        self.owner = Owner(name, office.inn, office.account_number)
        self.balance_kop = opening_kop
        self.number = 1

    def file(self, movements: Iterable[Movement], date_from: date, date_to: date) -> bytes:
        """The next statement."""
        content, self.balance_kop, self.number = statement_text(
            self.owner,
            movements,
            date_from=date_from,
            date_to=date_to,
            opening_kop=self.balance_kop,
            first_number=self.number,
        )
        return content

    def bring(self, movements: Iterable[Movement], date_from: date, date_to: date) -> None:
        """The treasurer loads the statement the day after it ends."""
        now = self.office.calendar.now_on(date_to + timedelta(days=1), 10)
        name = f"kl_to_1c_{date_from:%Y%m%d}_{date_to:%Y%m%d}.txt"
        statement_load(self.office, name, self.file(movements, date_from, date_to), now=now)


def incoming(comings: Iterable[Coming]) -> list[Movement]:
    """Payments of people as the bank shows them."""
    return [Movement(one.day, one.amount_kop, True, one.payer_name, one.purpose) for one in comings]


def payers_of(office: Office, account_ids: Iterable[int]) -> list[Payer]:
    """Those who pay for the accounts, all of them prompt so far."""
    labels = account_labels(office.organisation_id, list(account_ids))
    people = persons_by_ids(
        {label.payer_id for label in labels.values() if label.payer_id is not None},
        organisation_id=office.organisation_id,
    )
    return [
        Payer(
            pk,
            label.payment_code,
            label.number,
            people[label.payer_id].full_name,
            label.units_text,
            Habit.PROMPT,
        )
        for pk, label in sorted(labels.items())
        if label.payer_id is not None
    ]


def charge_month(office: Office, month: Month, *, fresh: bool = True) -> int:
    """Preview, confirm, post; kopecks charged. Not `fresh`: the database knows the sizes of its tables well enough."""
    organisation_id, actor = office.organisation_id, office.treasurer
    if fresh:
        refresh_statistics()
    now = office.calendar.now_on(month.last, 12)
    fee_ids = [fee.pk for fee in fees_due(organisation_id, month)]
    preview = charge_preview(actor, organisation_id, month, fee_ids)
    run = billing.charge_run_start(
        actor=actor,
        organisation_id=organisation_id,
        month=month,
        fee_ids=fee_ids,
        fingerprint=preview.fingerprint,
        now=now,
    )
    return billing.charge_run_post(
        actor=actor, organisation_id=organisation_id, run_id=run.pk, now=now
    ).total_kop


def debts(office: Office) -> dict[int, int]:
    """account → what it owes now."""
    return {account_id: kop for account_id, kop in balances(office.organisation_id).items() if kop > 0}


def issue_papers(office: Office, month: Month) -> None:
    """Issue the payment documents of a month."""
    key = {"actor": office.treasurer, "organisation_id": office.organisation_id, "now": office.calendar.now}
    issue = billing.documents_issue(month=month, **key)  # type: ignore[arg-type]
    accounts = billing.accounts_to_bill(office.organisation_id, month)
    billing.documents_render(issue_id=issue.pk, account_ids=accounts, **key)  # type: ignore[arg-type]
    billing.documents_issue_end(issue_id=issue.pk, done=True, **key)  # type: ignore[arg-type]
