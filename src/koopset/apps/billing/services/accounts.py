"""Personal accounts: opened, renamed, closed; passed on when a unit is sold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Max

from koopset.apps.billing.events import PersonalAccountClosed, PersonalAccountOpened
from koopset.apps.billing.models import AccountUnit, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.accounts import chunks
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.people import selectors as people
from koopset.apps.register import selectors as register
from koopset.foundation.events import publish, publish_all
from koopset.foundation.history.bulk import create_many
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel import payment_code
from koopset.kernel.violations import RuleViolation

#: Serials of one organisation; each begins elsewhere, so that a code of a neighbouring partnership finds no account here.
_ROOM = 1_000_000
_SPREAD = 104_729


def first_serial(organisation_id: int) -> int:
    """Where the serials of an organisation begin: spread over the whole range, the same for ever."""
    starts = payment_code.LAST_SERIAL + 1 - payment_code.FIRST_SERIAL - _ROOM
    return payment_code.FIRST_SERIAL + organisation_id * _SPREAD % starts


def _next_serial(organisation_id: int) -> int:
    """Under lock_billing. Raises billing.no_serials."""
    last = PersonalAccount.objects.filter(organisation_id=organisation_id).aggregate(last=Max("serial"))[
        "last"
    ]
    serial = first_serial(organisation_id) if last is None else last + 1
    if serial > payment_code.LAST_SERIAL:
        raise RuleViolation("billing.no_serials")
    return serial


@service(BillingRight.ACCOUNT_EDIT)
def personal_account_open(
    *,
    actor: Actor,
    organisation_id: int,
    number: str | None = None,
    payer_id: int | None,
    unit_ids: Collection[int] | Mapping[int, Fraction],
    opened_on: date,
    now: datetime,
    note: str = "",
) -> PersonalAccount:
    """Open an account for units (with a mapping: for a part of each, when the owners chose split bills).

    Without `number` people know it by its payment code. Raises billing.account_number_taken, billing.payer_unknown, billing.unit_unknown,
    billing.unit_has_account (its open accounts would pay for more than the whole).
    """
    lock_billing(organisation_id)
    return open_account(
        organisation_id,
        number=number,
        payer_id=payer_id,
        unit_ids=unit_ids,
        opened_on=opened_on,
        note=note,
        now=now,
    )


def open_account(
    organisation_id: int,
    *,
    number: str | None,
    payer_id: int | None,
    unit_ids: Collection[int] | Mapping[int, Fraction],
    opened_on: date,
    now: datetime,
    note: str = "",
) -> PersonalAccount:
    """The same under a lock that is held and a right that was asked."""
    parts = dict(unit_ids) if isinstance(unit_ids, Mapping) else dict.fromkeys(unit_ids, Fraction(1))
    _check_units(organisation_id, parts)
    if payer_id is not None and payer_id not in people.persons_by_ids(
        [payer_id], organisation_id=organisation_id
    ):
        raise RuleViolation("billing.payer_unknown", field="payer")
    serial = _next_serial(organisation_id)
    code = payment_code.make(serial)
    chosen = (number or "").strip() or code
    _check_number(organisation_id, chosen)
    account = PersonalAccount.objects.create(
        organisation_id=organisation_id,
        number=chosen,
        serial=serial,
        payment_code=code,
        payer_id=payer_id,
        opened_on=opened_on,
        note=note.strip()[:300],
        created_at=now,
    )
    for unit_id, share in sorted(parts.items()):
        AccountUnit.objects.create(
            organisation_id=organisation_id,
            account=account,
            unit_id=unit_id,
            share_numerator=share.numerator,
            share_denominator=share.denominator,
            valid_from=opened_on,
        )
    publish(PersonalAccountOpened(organisation_id, account.pk))
    return account


def _check_number(organisation_id: int, number: str, *, but: int | None = None) -> None:
    if len(number) > 30:
        raise RuleViolation("billing.account_number_long", field="number")
    rivals = PersonalAccount.objects.filter(organisation_id=organisation_id, number=number)
    if but is not None:
        rivals = rivals.exclude(pk=but)
    if rivals.exists():
        raise RuleViolation("billing.account_number_taken", field="number", number=number)


def _check_units(organisation_id: int, parts: Mapping[int, Fraction]) -> None:
    known = register.unit_labels(organisation_id, parts)
    if any(unit_id not in known for unit_id in parts):
        raise RuleViolation("billing.unit_unknown", field="units")
    taken: dict[int, Fraction] = {}
    for unit_id, top, bottom in AccountUnit.objects.filter(
        organisation_id=organisation_id, unit_id__in=list(parts), valid_to__isnull=True
    ).values_list("unit_id", "share_numerator", "share_denominator"):
        taken[unit_id] = taken.get(unit_id, Fraction(0)) + Fraction(top, bottom)
    for unit_id, share in parts.items():
        if not 0 < share <= 1 or taken.get(unit_id, Fraction(0)) + share > 1:
            raise RuleViolation("billing.unit_has_account", field="units", unit=known[unit_id].text)


@service(BillingRight.ACCOUNT_EDIT)
def personal_account_update(
    *,
    actor: Actor,
    organisation_id: int,
    account_id: int,
    number: str,
    payer_id: int | None,
    note: str,
    now: datetime,
) -> PersonalAccount:
    """Another number, payer or note. The payment code never changes: it is on papers.

    Raises PersonalAccount.DoesNotExist, billing.account_number_taken, billing.payer_unknown.
    """
    account = PersonalAccount.objects.select_for_update().get(organisation_id=organisation_id, pk=account_id)
    chosen = number.strip() or account.payment_code
    _check_number(organisation_id, chosen, but=account.pk)
    if payer_id is not None and payer_id not in people.persons_by_ids(
        [payer_id], organisation_id=organisation_id
    ):
        raise RuleViolation("billing.payer_unknown", field="payer")
    account.number, account.payer_id, account.note = chosen, payer_id, note.strip()[:300]
    account.save()
    return account


@service(BillingRight.ACCOUNT_EDIT)
def personal_account_close(
    *, actor: Actor, organisation_id: int, account_id: int, closed_on: date, now: datetime
) -> PersonalAccount:
    """Nothing more is charged after the day; the debt stays and may be paid.

    Raises PersonalAccount.DoesNotExist, billing.account_closed_already, billing.closed_before_opened.
    """
    account = PersonalAccount.objects.select_for_update().get(organisation_id=organisation_id, pk=account_id)
    return close_account(account, closed_on)


def close_account(account: PersonalAccount, closed_on: date) -> PersonalAccount:
    """The same for a row that is locked, by a right that was asked."""
    if account.closed_on is not None:
        raise RuleViolation("billing.account_closed_already", field="closed_on")
    held = list(
        AccountUnit.objects.filter(
            organisation_id=account.organisation_id, account_id=account.pk, valid_to__isnull=True
        )
    )
    if closed_on < max([account.opened_on, *(row.valid_from for row in held)]):
        raise RuleViolation("billing.closed_before_opened", field="closed_on")
    for row in held:
        row.valid_to = closed_on
        row.save()
    account.closed_on = closed_on
    account.save()
    publish(PersonalAccountClosed(account.organisation_id, account.pk))
    return account


@service(BillingRight.ACCOUNT_EDIT)
def accounts_open_for_units(
    *,
    actor: Actor,
    organisation_id: int,
    unit_ids: Iterable[int],
    opened_on: date,
    now: datetime,
    numbers: Mapping[int, str] | None = None,
) -> dict[int, int]:
    """Open an account for each unit that has none, the owner of the largest share as its payer; unit → account of all of them.

    `numbers` are the numbers people know (from a file). Bulk: a register of 34,000 plots takes some seconds.
    Raises billing.unit_unknown, billing.account_number_taken.
    """
    lock_billing(organisation_id)
    return open_for_units(organisation_id, unit_ids, opened_on=opened_on, now=now, numbers=numbers or {})


def open_for_units(
    organisation_id: int,
    unit_ids: Iterable[int],
    *,
    opened_on: date,
    now: datetime,
    numbers: Mapping[int, str],
) -> dict[int, int]:
    """The same under a lock that is held and a right that was asked."""
    wanted = sorted(set(unit_ids))
    found: dict[int, int] = {}
    for part in chunks(wanted):
        found.update(
            AccountUnit.objects.filter(
                organisation_id=organisation_id, unit_id__in=part, valid_to__isnull=True
            ).values_list("unit_id", "account_id")
        )
    missing = [unit_id for unit_id in wanted if unit_id not in found]
    if not missing:
        return found
    if register.units_known(organisation_id, missing) != len(missing):
        raise RuleViolation("billing.unit_unknown", field="units")
    owners = register.owner_ids_at(organisation_id, missing, opened_on)
    serial = _next_serial(organisation_id)
    if serial + len(missing) - 1 > payment_code.LAST_SERIAL:
        raise RuleViolation("billing.no_serials")
    chosen = {unit_id: numbers[unit_id].strip() for unit_id in missing if numbers.get(unit_id, "").strip()}
    _check_numbers(organisation_id, list(chosen.values()))
    accounts = []
    for offset, unit_id in enumerate(missing):
        code = payment_code.make(serial + offset)
        own = owners.get(unit_id, ())
        accounts.append(
            PersonalAccount(
                organisation_id=organisation_id,
                number=chosen.get(unit_id, code)[:30],
                serial=serial + offset,
                payment_code=code,
                payer_id=own[0] if own else None,
                opened_on=opened_on,
                created_at=now,
            )
        )
    made = create_many(accounts)
    create_many(
        [
            AccountUnit(
                organisation_id=organisation_id, account_id=account.pk, unit_id=unit_id, valid_from=opened_on
            )
            for unit_id, account in zip(missing, made, strict=True)
        ]
    )
    found.update({unit_id: account.pk for unit_id, account in zip(missing, made, strict=True)})
    publish_all([PersonalAccountOpened(organisation_id, account.pk) for account in made])
    return found


def _check_numbers(organisation_id: int, numbers: list[str]) -> None:
    seen: set[str] = set()
    for number in numbers:
        if number in seen:
            raise RuleViolation("billing.account_number_taken", field="number", number=number)
        seen.add(number)
    for at in range(0, len(numbers), 5000):
        taken = PersonalAccount.objects.filter(
            organisation_id=organisation_id, number__in=numbers[at : at + 5000]
        ).first()
        if taken is not None:
            raise RuleViolation("billing.account_number_taken", field="number", number=taken.number)


def pass_on(
    organisation_id: int,
    unit_id: int,
    on: date,
    person_ids: tuple[int, ...],
    *,
    now: datetime,
    without_payer: bool = False,
) -> None:
    """A unit has other owners from a day: the seller's account ends the day before with its debt, the buyer gets a new one.

    An account whose payer is still among the owners stays as it is. Where nobody is known yet (an estate), `without_payer` opens an
    account that waits for its payer. Called in the transaction of the transfer.
    """
    lock_billing(organisation_id)
    held = list(
        AccountUnit.objects.select_for_update()
        .filter(organisation_id=organisation_id, unit_id=unit_id, valid_to__isnull=True)
        .order_by("pk")
    )
    accounts = {
        account.pk: account
        for account in PersonalAccount.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk__in=[row.account_id for row in held])
        .order_by("pk")
    }
    staying = [row for row in held if accounts[row.account_id].payer_id in person_ids]
    last_day = on - timedelta(days=1)
    free = Fraction(1)
    for row in held:
        if row in staying:
            free -= Fraction(row.share_numerator, row.share_denominator)
            continue
        row.valid_to = max(row.valid_from, last_day)
        row.save()
        account = accounts[row.account_id]
        others = AccountUnit.objects.filter(
            organisation_id=organisation_id, account_id=account.pk, valid_to__isnull=True
        )
        if not others.exists() and account.closed_on is None:
            close_account(account, max(account.opened_on, last_day))
    if free > 0 and (person_ids or without_payer):
        open_account(
            organisation_id,
            number=None,
            payer_id=person_ids[0] if person_ids else None,
            unit_ids={unit_id: free},
            opened_on=on,
            now=now,
        )


def take_over(organisation_id: int, unit_id: int, payer_id: int) -> None:
    """Open accounts of a unit that waited for a payer get one. Called in the transaction of an inheritance."""
    lock_billing(organisation_id)
    waiting = PersonalAccount.objects.select_for_update().filter(
        organisation_id=organisation_id,
        closed_on__isnull=True,
        payer__isnull=True,
        pk__in=AccountUnit.objects.filter(
            organisation_id=organisation_id, unit_id=unit_id, valid_to__isnull=True
        ).values("account_id"),
    )
    for account in waiting.order_by("pk"):
        account.payer_id = payer_id
        account.save()


def give_back(organisation_id: int, unit_id: int, person_id: int, *, died_on: date, on: date) -> None:
    """The accounts of a unit that ended by a death entered by mistake go on from `on` with what they owed; the account that was opened
    instead ends the day before and gets the person as its payer, with what was charged on it. Called in the transaction of the correction.

    Raises billing.return_has_account when the unit is billed on yet another account.
    """
    lock_billing(organisation_id)
    day_before = on - timedelta(days=1)
    held = list(
        AccountUnit.objects.select_for_update()
        .filter(organisation_id=organisation_id, unit_id=unit_id)
        .order_by("pk")
    )
    accounts = {
        account.pk: account
        for account in PersonalAccount.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk__in=[row.account_id for row in held])
        .order_by("pk")
    }
    ended = [
        row
        for row in held
        if accounts[row.account_id].payer_id == person_id
        and row.valid_to == max(row.valid_from, died_on - timedelta(days=1))
    ]
    if not ended:
        return
    free = Fraction(1)
    for row in held:
        if row.valid_to is not None:
            continue
        account = accounts[row.account_id]
        if account.opened_on == row.valid_from == died_on:
            _end_meanwhile(row, account, person_id, on, day_before)
        else:
            free -= Fraction(row.share_numerator, row.share_denominator)
    if sum((Fraction(row.share_numerator, row.share_denominator) for row in ended), Fraction(0)) > free:
        raise RuleViolation(
            "billing.return_has_account", unit=register.unit_labels(organisation_id, [unit_id])[unit_id].text
        )
    for row in ended:
        account = accounts[row.account_id]
        if account.closed_on is not None:
            account.closed_on = None
            account.save()
            publish(PersonalAccountOpened(organisation_id, account.pk))
        if row.valid_to is not None and row.valid_to >= day_before:  # no day between
            row.valid_to = None
            row.save()
            continue
        AccountUnit.objects.create(
            organisation_id=organisation_id,
            account=account,
            unit_id=unit_id,
            share_numerator=row.share_numerator,
            share_denominator=row.share_denominator,
            valid_from=on,
        )


def _end_meanwhile(
    row: AccountUnit, account: PersonalAccount, person_id: int, on: date, day_before: date
) -> None:
    """An account that was opened for the time of the mistake: nothing is charged on it from `on`."""
    if row.valid_from >= on:  # opened and ended on one day: two would pay for it
        row.delete()
    else:
        row.valid_to = day_before
        row.save()
    account.payer_id = person_id
    account.save()
    others = AccountUnit.objects.filter(
        organisation_id=account.organisation_id, account_id=account.pk, valid_to__isnull=True
    )
    if not others.exists():
        close_account(account, max(account.opened_on, day_before))
