"""Bank accounts, and changes of where money goes: two people, a delay, a word to all, and anybody of the office may stop it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.organisations.events import BankAccountConfirmed
from koopset.apps.organisations.models import BankAccount, BankChange, Organisation
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import ChangeState, bank_requisites_checked, change_state
from koopset.apps.organisations.selectors import account_for_fees, form_rule, is_legal_person
from koopset.apps.people.selectors import operator_login_ids
from koopset.foundation.events import publish
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor, ActorKind, persons_who_can
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

TOPIC = "organisations.bank-change"


@service(OrganisationRight.BANK_ACCOUNT_ADD)
def bank_account_add(
    *,
    actor: Actor,
    organisation_id: int,
    number: str,
    bic: str,
    bank_name: str,
    correspondent: str = "",
    title: str = "",
    for_fees: bool = False,
    opened_on: date | None = None,
    now: datetime,
) -> BankAccount:
    """Enter a bank account; nothing is collected on it before another person confirms it. An account whose change was stopped is asked
    for anew.

    Raises requisites.account, requisites.bic, requisites.corr_account, organisations.no_bank_name, organisations.account_known,
    organisations.change_pending, organisations.no_legal_person.
    """
    body = Organisation.objects.get(tenant_id=organisation_id)
    if not is_legal_person(body.form, body.inn):
        rule = form_rule(body.form, "legal-person", timezone.localdate(now))
        raise RuleViolation(
            "organisations.no_legal_person", name=body.name_short, article=rule.source.article if rule else ""
        )
    values = bank_requisites_checked(number=number, bic=bic, correspondent=correspondent)
    bank = " ".join(bank_name.split())[:160]
    if not bank:
        raise RuleViolation("organisations.no_bank_name", field="bank_name")
    accounts = _accounts_locked(organisation_id)
    known = next(
        (row for row in accounts if (row.number, row.bic) == (values["number"], values["bic"])), None
    )
    if known is not None and (known.is_confirmed or known.closed_on is not None):
        raise RuleViolation("organisations.account_known", field="number", number=values["number"])
    _nothing_pending(organisation_id, now)
    account = known or BankAccount(organisation_id=organisation_id, created_at=now)
    for name, value in values.items():
        setattr(account, name, value)
    account.bank_name, account.title = bank, " ".join(title.split())[:100]
    account.opened_on, account.entered_by = opened_on, actor.login_id
    account.save()
    _ask(account, for_fees=for_fees or not _in_effect(accounts, now), actor=actor, now=now)
    return account


@service(OrganisationRight.BANK_ACCOUNT_CONFIRM)
def bank_account_make_main(
    *, actor: Actor, organisation_id: int, bank_account_id: int, now: datetime
) -> BankChange:
    """Ask that fees be collected on this account; another person confirms, then the clock runs as for a new account.

    Raises organisations.unknown_account, organisations.account_closed, organisations.not_confirmed, organisations.main_already,
    organisations.change_pending.
    """
    accounts = _accounts_locked(organisation_id)
    account = _one_of(accounts, bank_account_id)
    if account not in _in_effect(accounts, now):
        raise RuleViolation("organisations.not_confirmed", number=account.number)
    if account == account_for_fees(accounts, now):
        raise RuleViolation("organisations.main_already", number=account.number)
    _nothing_pending(organisation_id, now)
    return _ask(account, for_fees=True, actor=actor, now=now)


@service(OrganisationRight.BANK_ACCOUNT_CONFIRM)
def bank_account_confirm(
    *, actor: Actor, organisation_id: int, bank_account_id: int, now: datetime
) -> BankAccount:
    """A second person has compared the account with the bank's paper.

    The first account of a body is in effect at once; any other change after BANK_CHANGE_DELAY_HOURS, and everybody is told.
    Raises organisations.unknown_account, organisations.account_closed, organisations.confirmed_already, organisations.change_stopped,
    organisations.own_confirmation.
    """
    accounts = _accounts_locked(organisation_id)
    account = _one_of(accounts, bank_account_id)
    change = _latest_change(organisation_id, account.pk)
    if change is not None and change.stopped_at is not None and not account.is_confirmed:
        raise RuleViolation("organisations.change_stopped", number=account.number)
    if change is None or change.confirmed_at is not None or change.stopped_at is not None:
        raise RuleViolation("organisations.confirmed_already", number=account.number)
    by_person = actor.kind is not ActorKind.SYSTEM
    if by_person and actor.login_id in (change.asked_by, None):
        raise RuleViolation("organisations.own_confirmation", number=account.number)
    others = _in_effect(accounts, now)
    delay = timedelta(hours=settings.BANK_CHANGE_DELAY_HOURS) if others and by_person else timedelta()
    change.confirmed_by, change.confirmed_at, change.effective_from = actor.login_id, now, now + delay
    change.save()
    if not account.is_confirmed:
        account.confirmed_by, account.confirmed_at = actor.login_id, now
        account.effective_from = change.effective_from
    if change.for_fees:
        account.main_from = change.effective_from
    account.save()
    publish(BankAccountConfirmed(organisation_id=organisation_id, bank_account_id=account.pk))
    if delay:
        _tell_all(organisation_id, change, now)
    return account


@service(OrganisationRight.BANK_CHANGE_OBJECT)
def bank_change_object(
    *, actor: Actor, organisation_id: int, change_id: int, word: str = "", now: datetime
) -> BankChange:
    """«Это не мы»: the change is stopped for good, the operator is told, and whoever heard of the change hears of its end.

    Raises organisations.unknown_change, organisations.change_stopped, organisations.change_done.
    """
    accounts = _accounts_locked(organisation_id)
    change = (
        BankChange.objects.select_for_update().filter(organisation_id=organisation_id, pk=change_id).first()
    )
    if change is None:
        raise RuleViolation("organisations.unknown_change")
    account = _one_of(accounts, change.account_id, closed_too=True)
    state = change_state(now, effective_from=change.effective_from, stopped_at=change.stopped_at)
    if state is ChangeState.STOPPED:
        raise RuleViolation("organisations.change_stopped", number=account.number)
    if state is ChangeState.EFFECTIVE:
        raise RuleViolation("organisations.change_done", number=account.number)
    change.stopped_by, change.stopped_at = actor.login_id, now
    change.stop_word = " ".join(word.split())[:300]
    change.save()
    if account.effective_from is None or account.effective_from > now:  # a new account, not a move of fees
        account.confirmed_by = account.confirmed_at = account.effective_from = None
    if account.main_from is not None and account.main_from > now:
        account.main_from = None
    account.save()
    _tell_stopped(organisation_id, change, now)
    return change


@service(OrganisationRight.BANK_ACCOUNT_ADD)
def bank_account_close(
    *, actor: Actor, organisation_id: int, bank_account_id: int, on: date, now: datetime
) -> BankAccount:
    """The account was closed in the bank.

    Raises organisations.unknown_account, organisations.account_closed, organisations.main_stays, organisations.change_pending.
    """
    accounts = _accounts_locked(organisation_id)
    account = _one_of(accounts, bank_account_id)
    if account == account_for_fees(accounts, now):
        raise RuleViolation("organisations.main_stays", number=account.number)
    change = _latest_change(organisation_id, account.pk)
    if change is not None and _is_pending(change, now):
        raise RuleViolation("organisations.change_pending", number=account.number)
    account.closed_on = on
    account.save()
    return account


def _accounts_locked(organisation_id: int) -> list[BankAccount]:
    # The body's row is the lock: two changes must not be asked, or one confirmed and stopped, at once.
    Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    return list(BankAccount.objects.filter(organisation_id=organisation_id).order_by("pk"))


def _one_of(
    accounts: Iterable[BankAccount], bank_account_id: int, *, closed_too: bool = False
) -> BankAccount:
    account = next((row for row in accounts if row.pk == bank_account_id), None)
    if account is None:
        raise RuleViolation("organisations.unknown_account")
    if account.closed_on is not None and not closed_too:
        raise RuleViolation("organisations.account_closed", number=account.number)
    return account


def _in_effect(accounts: Iterable[BankAccount], now: datetime) -> list[BankAccount]:
    return [row for row in accounts if row.is_effective(now)]


def _latest_change(organisation_id: int, account_id: int) -> BankChange | None:
    rows = BankChange.objects.select_for_update().filter(
        organisation_id=organisation_id, account_id=account_id
    )
    return rows.order_by("-asked_at", "-pk").first()


def _is_pending(change: BankChange, now: datetime) -> bool:
    state = change_state(now, effective_from=change.effective_from, stopped_at=change.stopped_at)
    return state in (ChangeState.ASKED, ChangeState.COUNTING)


def _nothing_pending(organisation_id: int, now: datetime) -> None:
    for change in (
        BankChange.objects.filter(organisation_id=organisation_id, stopped_at__isnull=True)
        .select_related("account")
        .order_by("-asked_at")[:50]
    ):
        if _is_pending(change, now):
            raise RuleViolation("organisations.change_pending", number=change.account.number)


def _ask(account: BankAccount, *, for_fees: bool, actor: Actor, now: datetime) -> BankChange:
    try:
        with transaction.atomic():
            change = BankChange.objects.create(
                organisation_id=account.organisation_id,
                account=account,
                for_fees=for_fees,
                asked_by=actor.login_id,
                asked_at=now,
            )
    except IntegrityError as error:
        raise RuleViolation("organisations.change_pending", number=account.number) from error
    with override("ru"):
        _tell(
            account.organisation_id,
            OrganisationRight.BANK_CHANGE_OBJECT,
            _("Bank details: another person has to confirm"),
            _("Somebody of the office entered the account %(number)s. If that was not you, stop it.")
            % {"number": account.number},
            now,
        )
    return change


# Words to people


def _tell(
    organisation_id: int, right: str, title: str, text: str, now: datetime, *, email: bool = False
) -> None:
    persons = persons_who_can(right, organisation_id=organisation_id, on=timezone.localdate(now))
    notify(
        organisation_id=organisation_id,
        person_ids=persons,
        topic=TOPIC,
        title=title,
        text=text,
        link=_page(organisation_id),
        email=email,
        now=now,
    )


def _page(organisation_id: int) -> str:
    return reverse("organisations:bank_changes", kwargs={"organisation_id": organisation_id})


def _tell_all(organisation_id: int, change: BankChange, now: datetime) -> None:
    """Everybody who has a role in the body: owners, office, auditors."""
    account = change.account
    moment = timezone.localtime(change.effective_from).strftime("%d.%m.%Y %H:%M")
    with override("ru"):
        text = (
            _(
                "From %(moment)s fees are to be paid to the account %(number)s, %(bank)s. Until then pay by the old details."
            )
            if change.for_fees
            else _("From %(moment)s the account %(number)s, %(bank)s, may be used. Fees are paid as before.")
        ) % {"moment": moment, "number": account.number, "bank": account.bank_name}
        name = Organisation.objects.get(tenant_id=organisation_id).name_short
        title = _("%(name)s changes its bank details") % {"name": name}
        _tell(organisation_id, OrganisationRight.ORGANISATION_VIEW, title, text, now, email=True)


def _tell_stopped(organisation_id: int, change: BankChange, now: datetime) -> None:
    with override("ru"):
        name = Organisation.objects.get(tenant_id=organisation_id).name_short
        title = _("%(name)s: the change of bank details was stopped") % {"name": name}
        text = _("The account %(number)s is not used. Pay by the details you have.") % {
            "number": change.account.number
        }
        heard = change.confirmed_at is not None
        right = OrganisationRight.ORGANISATION_VIEW if heard else OrganisationRight.BANK_CHANGE_OBJECT
        _tell(organisation_id, right, title, text, now, email=heard)
        notify(
            organisation_id=organisation_id,
            login_ids=operator_login_ids(),
            topic=TOPIC,
            title=title,
            text=change.stop_word
            or _("Somebody of the office said: this was not us. Find out what happened."),
            link=_page(organisation_id),
            email=True,
            now=now,
        )
