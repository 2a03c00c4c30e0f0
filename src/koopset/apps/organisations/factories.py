"""Bodies, bank accounts and offices for tests of this room and of the rooms above."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from koopset.apps.organisations.models import BankAccount, BankChange, Organisation, RoleAssignment
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, Person
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant

_numbers = count(1)
_VERIFIED = datetime(2026, 1, 1, 9, tzinfo=UTC)


def make_inn(serial: int) -> str:
    """A valid ИНН of a body in region 47."""
    nine = f"47{serial:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(int(d) * w for d, w in zip(nine, weights, strict=True)) % 11 % 10)


def make_account_number(bic: str, serial: int) -> str:
    """A valid account 40703810…, with its key for the bank."""
    for key in range(10):
        number = f"40703810{key}{serial:011d}"
        if sum(int(d) * w % 10 for d, w in zip(bic[6:] + number, (7, 1, 3) * 8, strict=False)) % 10 == 0:
            return number
    raise AssertionError("one of ten keys fits")


def make_organisation(form: str = "snt", *, verified: bool = True, **fields: Any) -> Organisation:
    """A body; verified unless told otherwise."""
    serial = next(_numbers)
    tenant = Tenant.objects.create(kind=form)
    values = {
        "name_short": f"СНТ «Берёзка-{serial}»",
        "name_full": f"Садоводческое некоммерческое товарищество «Берёзка-{serial}»",
        "inn": make_inn(serial),
        "kpp": "470101001",
        "oktmo": "41603000",
    }
    return Organisation.objects.create(
        tenant=tenant, form=form, verified_at=_VERIFIED if verified else None, **(values | fields)
    )


def make_bank_account(organisation_id: int, *, confirmed: bool = True, **fields: Any) -> BankAccount:
    """An account with a valid key; confirmed accounts are for fees unless told otherwise (`is_main`). One not confirmed is asked for."""
    bic = fields.pop("bic", "044030653")
    values: dict[str, Any] = {
        "number": make_account_number(bic, next(_numbers)),
        "bank_name": "Северо-Западный банк ПАО Сбербанк",
        "correspondent": "30101810500000000653" if bic == "044030653" else "",
    }
    if confirmed:
        values |= {
            "entered_by": 1,
            "confirmed_by": 2,
            "confirmed_at": _VERIFIED,
            "effective_from": _VERIFIED,
        }
        if fields.pop("is_main", True):
            values["main_from"] = _VERIFIED
    account = BankAccount.objects.create(organisation_id=organisation_id, bic=bic, **(values | fields))
    if not confirmed:
        BankChange.objects.create(organisation_id=organisation_id, account=account, asked_at=_VERIFIED)
    return account


def make_role(
    organisation_id: int,
    role: Role,
    *,
    person: Person | None = None,
    login: Login | None = None,
    **fields: Any,
) -> RoleAssignment:
    """An office held since the beginning of 2026 by a person with a login."""
    holder = person or make_person(organisation_id, login=login or make_login(password=None))
    values = {"valid_from": date(2026, 1, 1), "basis": "протокол общего собрания от 01.01.2026 № 1"}
    return RoleAssignment.objects.create(
        organisation_id=organisation_id, role=role.value, person=holder, **(values | fields)
    )
