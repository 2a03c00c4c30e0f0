"""Personal accounts as the rooms above, the office and their payers see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from koopset.apps.billing.models import AccountUnit, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.people import selectors as people
from koopset.apps.register import selectors as register
from koopset.foundation.rights.actors import Actor, Forbidden

CHUNK = 5000
UnitName = tuple[str, str, str]
"""Kind, number, street."""


@dataclass(frozen=True, slots=True)
class AccountLabel:
    """How an account is named on a page. `units_text` are its units of today (of its last day when closed)."""

    id: int
    number: str
    payment_code: str
    payer_id: int | None
    payer_name: str
    units_text: str
    unit_ids: tuple[int, ...] = ()
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class MatchingAccount:
    """What finding the account of a payment needs: its numbers and the names behind it (payer first, then owners of its units)."""

    account_id: int
    number: str
    payment_code: str
    payer_id: int | None
    person_ids: tuple[int, ...]
    full_names: tuple[str, ...]
    unit_numbers: tuple[str, ...]
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its dates, for its own page."""

    id: int
    label: AccountLabel
    opened_on: date
    closed_on: date | None
    note: str


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Keys in sorted parts that fit one query."""
    ordered = sorted(set(ids))
    for at in range(0, len(ordered), CHUNK):
        yield ordered[at : at + CHUNK]


def _units_of(
    organisation_id: int, account_ids: Collection[int], names: dict[int, UnitName]
) -> dict[int, list[int]]:
    """account → its units: those it has now; for a closed account those it had to its end. `names` is filled with what they are called."""
    found: dict[int, list[tuple[bool, date | None, int]]] = {}
    rows = AccountUnit.objects.filter(organisation_id=organisation_id)
    for part in chunks(account_ids):
        for account_id, unit_id, valid_to, kind, number, street in (
            rows.filter(account_id__in=part)
            .order_by("account_id", "unit_id")
            .values_list("account_id", "unit_id", "valid_to", "unit__kind", "unit__number", "unit__street")
        ):
            names[unit_id] = (kind, number, street)
            found.setdefault(account_id, []).append((valid_to is None, valid_to, unit_id))
    answer: dict[int, list[int]] = {}
    for account_id, held in found.items():
        if len(held) == 1:
            answer[account_id] = [held[0][2]]
            continue
        last = max((valid_to for _open, valid_to, _unit in held if valid_to is not None), default=None)
        is_open = any(still for still, _to, _unit in held)
        units = [unit for still, valid_to, unit in held if (still if is_open else valid_to == last)]
        answer[account_id] = list(dict.fromkeys(units))
    return answer


def account_labels(organisation_id: int, ids: Iterable[int]) -> dict[int, AccountLabel]:
    """Labels by account. Asks no right: the caller shows no more than its own page may."""
    accounts = [
        account
        for part in chunks(ids)
        for account in PersonalAccount.objects.filter(
            organisation_id=organisation_id, pk__in=part
        ).select_related("payer")
    ]
    return labels_of(organisation_id, accounts)


def labels_of(organisation_id: int, accounts: Collection[PersonalAccount]) -> dict[int, AccountLabel]:
    """The same of accounts already read, with their payers (`select_related`): one query more. Asks no right."""
    names: dict[int, UnitName] = {}
    units = _units_of(organisation_id, [account.pk for account in accounts], names)
    found = {}
    for account in accounts:
        payer = people.card_seen_in(account.payer, organisation_id)
        own = units.get(account.pk, [])
        found[account.pk] = AccountLabel(
            id=account.pk,
            number=account.number,
            payment_code=account.payment_code,
            payer_id=account.payer_id,
            payer_name=payer.short_name if payer else "",
            units_text=", ".join(register.unit_text(*names[unit]) for unit in own),
            unit_ids=tuple(own),
            closed_on=account.closed_on,
        )
    return found


def account_numbers(organisation_id: int) -> Iterator[tuple[int, str, str, bool]]:
    """(account, number, payment code, whether it is closed) of all accounts. Asks no right."""
    rows = PersonalAccount.objects.filter(organisation_id=organisation_id).order_by("pk")
    for pk, number, code, closed_on in rows.values_list(
        "pk", "number", "payment_code", "closed_on"
    ).iterator():
        yield pk, number, code, closed_on is not None


def accounts_for_matching(organisation_id: int, *, on: date | None = None) -> Iterator[MatchingAccount]:
    """All accounts, closed ones too (a seller pays the old debt), with the names by which a payer may be found; read part by part."""
    day = on or timezone.localdate()
    rows = (
        PersonalAccount.objects.filter(organisation_id=organisation_id)
        .order_by("pk")
        .values_list("pk", "number", "payment_code", "payer_id", "closed_on")
    )
    last = 0
    while part := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = part[-1][0]
        yield from _for_matching(organisation_id, part, day)


def _for_matching(
    organisation_id: int, accounts: Sequence[tuple[int, str, str, int | None, date | None]], on: date
) -> Iterator[MatchingAccount]:
    names: dict[int, UnitName] = {}
    units = _units_of(organisation_id, [account[0] for account in accounts], names)
    owners = register.owner_ids_at(organisation_id, names, on)
    persons: dict[int, tuple[int, ...]] = {}
    for account_id, _number, _code, payer_id, closed_on in accounts:
        order = [payer_id] if payer_id else []
        if closed_on is None:  # what a buyer is called says nothing of the seller's account
            order += [person_id for unit in units.get(account_id, ()) for person_id in owners.get(unit, ())]
        persons[account_id] = tuple(dict.fromkeys(order))
    full_names = people.full_names(
        {one for held in persons.values() for one in held}, organisation_id=organisation_id
    )
    for account_id, number, code, payer_id, closed_on in accounts:
        yield MatchingAccount(
            account_id=account_id,
            number=number,
            payment_code=code,
            payer_id=payer_id,
            person_ids=persons[account_id],
            full_names=tuple(full_names[one] for one in persons[account_id] if one in full_names),
            unit_numbers=tuple(names[unit][1] for unit in units.get(account_id, ())),
            closed_on=closed_on,
        )


def _own_accounts(actor: Actor, organisation_id: int, on: date) -> QuerySet[PersonalAccount]:
    persons = actor.acts_for(organisation_id)
    if not persons:
        return PersonalAccount.objects.none()
    units = register.unit_ids_of_persons(organisation_id, persons, on)
    shared = AccountUnit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        organisation_id=organisation_id,
        unit_id__in=units,
    )
    return PersonalAccount.objects.filter(
        Q(payer_id__in=persons) | Q(pk__in=shared.values("account_id")), organisation_id=organisation_id
    ).select_related("payer")


def accounts_of_actor(actor: Actor, organisation_id: int, *, on: date | None = None) -> list[AccountRow]:
    """Accounts whose payer the actor is or stands for, and those of units that it owns now; open ones first.

    A buyer never sees the seller's account: its units ended with the sale.
    """
    accounts = list(_own_accounts(actor, organisation_id, on or timezone.localdate()))
    accounts.sort(key=lambda account: (account.closed_on is not None, account.pk))
    return _rows(organisation_id, accounts)


def account_row(actor: Actor, organisation_id: int, account_id: int, *, on: date | None = None) -> AccountRow:
    """One account, for the office or for those whose it is. Raises Forbidden, also where there is none."""
    account = (
        PersonalAccount.objects.filter(organisation_id=organisation_id, pk=account_id)
        .select_related("payer")
        .first()
    )
    if account is None:
        raise Forbidden(BillingRight.ACCOUNT_VIEW)
    if not actor.can(BillingRight.ACCOUNT_VIEW, organisation_id):
        own = _own_accounts(actor, organisation_id, on or timezone.localdate())
        if not own.filter(organisation_id=organisation_id, pk=account_id).exists():
            raise Forbidden(BillingRight.ACCOUNT_VIEW)
    return _rows(organisation_id, [account])[0]


def accounts_list(
    actor: Actor, organisation_id: int, *, text: str = "", state: str = "open"
) -> QuerySet[PersonalAccount]:
    """Accounts for the office's list, by number; `text` is looked for in numbers, codes, units and names; `state` open, closed or all.

    Raises Forbidden.
    """
    actor.require(BillingRight.ACCOUNT_VIEW, organisation_id)
    accounts = PersonalAccount.objects.filter(organisation_id=organisation_id)
    if state == "open":
        accounts = accounts.filter(closed_on__isnull=True)
    elif state == "closed":
        accounts = accounts.filter(closed_on__isnull=False)
    if text.strip():
        accounts = accounts.filter(matching(organisation_id, text))
    return accounts.select_related("payer").order_by("number", "pk")


def matching(organisation_id: int, text: str) -> Q:
    """The condition of a search among accounts: number, payment code, number of the unit, name of the payer."""
    bare = text.strip()
    digits = "".join(char for char in bare if char.isdigit())
    units = AccountUnit.objects.filter(
        organisation_id=organisation_id, valid_to__isnull=True, unit__number__iexact=bare
    ).values("account_id")
    found = Q(number__icontains=bare) | Q(pk__in=units) | people.matching(bare, "payer__")
    if len(digits) >= 3:
        found |= Q(payment_code__startswith=digits)
    return found


def _rows(organisation_id: int, accounts: Iterable[PersonalAccount]) -> list[AccountRow]:
    listed = list(accounts)
    labels = labels_of(organisation_id, listed)
    return [
        AccountRow(account.pk, labels[account.pk], account.opened_on, account.closed_on, account.note)
        for account in listed
    ]
