"""Bank accounts and changes of where money goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.organisations.models import BankAccount, BankChange
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import ChangeState, change_state
from koopset.apps.organisations.selectors.trust import require_collecting
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a printed code pays. Only confirmed requisites of a verified body come here."""

    name: str
    inn: str
    kpp: str
    account: str
    bic: str
    bank_name: str
    correspondent: str
    oktmo: str
    bank_account_id: int


@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """A bank account on the page of the organisation; `confirmable` says whether this actor may confirm it."""

    id: int
    number: str
    bic: str
    bank_name: str
    correspondent: str
    title: str
    is_main: bool
    is_confirmed: bool
    is_effective: bool
    confirmed_at: datetime | None
    effective_from: datetime | None
    closed_on: date | None
    entered_by: int | None
    created_at: datetime
    confirmable: bool
    entered_by_me: bool


@dataclass(frozen=True, slots=True)
class BankChangeRow:
    """A change of where money goes. `confirmable` and `stoppable` are said of the asking actor; `asked_by_me` too."""

    id: int
    account_id: int
    number: str
    bank_name: str
    bic: str
    for_fees: bool
    is_new: bool
    state: str
    asked_at: datetime
    confirmed_at: datetime | None
    effective_from: datetime | None
    stopped_at: datetime | None
    stop_word: str
    confirmable: bool
    stoppable: bool
    asked_by_me: bool


def own_accounts(organisation_id: int) -> dict[str, int]:
    """number → key of every bank account of the body, closed ones too: an old statement names them."""
    return dict(
        BankAccount.objects.filter(organisation_id=organisation_id).order_by("pk").values_list("number", "pk")
    )


def account_for_fees(accounts: Iterable[BankAccount], now: datetime) -> BankAccount | None:
    """Of the accounts in effect, the one on which fees are collected at the moment: the latest of those chosen for them."""
    chosen = [
        (row.main_from, row.pk, row)
        for row in accounts
        if row.is_effective(now) and row.main_from is not None and row.main_from <= now
    ]
    return max(chosen)[2] if chosen else None


def payee_for_codes(
    organisation_id: int, bank_account_id: int | None = None, *, now: datetime | None = None
) -> Payee:
    """Requisites for printed codes: the named account, else the one for fees, else the oldest in effect (architecture, decision 13).

    A change that two people made but whose moment has not come changes nothing here.
    Raises what require_collecting raises, and organisations.no_confirmed_account.
    """
    moment = now or timezone.now()
    body = require_collecting(organisation_id, now=moment)
    accounts = [
        row
        for row in BankAccount.objects.filter(
            organisation_id=organisation_id, effective_from__lte=moment, closed_on__isnull=True
        ).order_by("pk")
        if bank_account_id in (None, row.pk)
    ]
    account = account_for_fees(accounts, moment) or next(iter(accounts), None)
    if account is None:
        raise RuleViolation("organisations.no_confirmed_account", name=body.name_short)
    return Payee(
        name=body.name_short,
        inn=body.inn,
        kpp=body.kpp,
        account=account.number,
        bic=account.bic,
        bank_name=account.bank_name,
        correspondent=account.correspondent,
        oktmo=body.oktmo,
        bank_account_id=account.pk,
    )


def bank_accounts(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> list[BankAccountRow]:
    """All bank accounts, the one for fees first. Raises Forbidden."""
    actor.require(OrganisationRight.ORGANISATION_VIEW, organisation_id)
    confirms = actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id)
    moment = now or timezone.now()
    rows = list(BankAccount.objects.filter(organisation_id=organisation_id).order_by("pk"))
    main = account_for_fees(rows, moment)
    found = [
        BankAccountRow(
            id=row.pk,
            number=row.number,
            bic=row.bic,
            bank_name=row.bank_name,
            correspondent=row.correspondent,
            title=row.title,
            is_main=row == main,
            is_confirmed=row.is_confirmed,
            is_effective=row.is_effective(moment),
            confirmed_at=row.confirmed_at,
            effective_from=row.effective_from,
            closed_on=row.closed_on,
            entered_by=row.entered_by,
            created_at=row.created_at,
            confirmable=confirms
            and not row.is_confirmed
            and row.closed_on is None
            and row.entered_by != actor.login_id,
            entered_by_me=row.entered_by is not None and row.entered_by == actor.login_id,
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.is_main)


#: A body changes its bank once in years: what is older than this many changes stands in the history.
CHANGES_SHOWN = 30


def bank_changes(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> list[BankChangeRow]:
    """Changes of where money goes, the latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ORGANISATION_VIEW, organisation_id)
    confirms = actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id)
    objects = actor.can(OrganisationRight.BANK_CHANGE_OBJECT, organisation_id)
    moment = now or timezone.now()
    rows = (
        BankChange.objects.filter(organisation_id=organisation_id)
        .select_related("account")
        .order_by("-asked_at", "-pk")[:CHANGES_SHOWN]
    )
    found = []
    for row in rows:
        state = change_state(moment, effective_from=row.effective_from, stopped_at=row.stopped_at)
        mine = row.asked_by is not None and row.asked_by == actor.login_id
        found.append(
            BankChangeRow(
                id=row.pk,
                account_id=row.account_id,
                number=row.account.number,
                bank_name=row.account.bank_name,
                bic=row.account.bic,
                for_fees=row.for_fees,
                is_new=row.account.effective_from == row.effective_from,
                state=state.value,
                asked_at=row.asked_at,
                confirmed_at=row.confirmed_at,
                effective_from=row.effective_from,
                stopped_at=row.stopped_at,
                stop_word=row.stop_word,
                confirmable=confirms and state is ChangeState.ASKED and not mine,
                stoppable=objects and state in (ChangeState.ASKED, ChangeState.COUNTING),
                asked_by_me=mine,
            )
        )
    return found


def pending_change(
    actor: Actor, organisation_id: int, *, now: datetime | None = None
) -> BankChangeRow | None:
    """The change that waits for a second person or whose clock runs; there is one at most. Raises Forbidden."""
    pending = (ChangeState.ASKED, ChangeState.COUNTING)
    return next((row for row in bank_changes(actor, organisation_id, now=now) if row.state in pending), None)
