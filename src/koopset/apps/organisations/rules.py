"""Requisites of a body and the order of its offices, in pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from koopset.kernel.requisites import (
    account_check,
    bic_check,
    corr_account_check,
    inn_check,
    kpp_check,
    ogrn_check,
    oktmo_check,
)
from koopset.kernel.violations import RuleViolation


class Trust(StrEnum):
    """Whether the chair's authority stands on a day."""

    NEVER = "never"
    LAPSED = "lapsed"
    VERIFIED = "verified"


def trust_on(day: date, *, verified_at: datetime | None, verified_until: date | None) -> Trust:
    """A verification holds through the last day of the verified chair's term."""
    if verified_at is None:
        return Trust.NEVER
    return Trust.VERIFIED if verified_until is None or day <= verified_until else Trust.LAPSED


class ChangeState(StrEnum):
    """Where a change of bank details stands."""

    ASKED = "asked"  # waits for a second person
    COUNTING = "counting"  # confirmed; the clock runs
    EFFECTIVE = "effective"
    STOPPED = "stopped"


def change_state(
    now: datetime, *, effective_from: datetime | None, stopped_at: datetime | None
) -> ChangeState:
    """The state by its dates alone: nothing has to run at the moment when a change takes effect."""
    if stopped_at is not None:
        return ChangeState.STOPPED
    if effective_from is None:
        return ChangeState.ASKED
    return ChangeState.COUNTING if now < effective_from else ChangeState.EFFECTIVE


def _checked(check: Callable[[str], str], field: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return check(text)
    except RuleViolation as refusal:
        raise RuleViolation(refusal.code, field=field, **refusal.params) from refusal  # type: ignore[arg-type]


def requisites_checked(
    *, inn: str, kpp: str, ogrn: str, oktmo: str, of_person: str = "never"
) -> dict[str, str]:
    """Numbers of a body in the form in which they are stored; an empty one stays empty.

    `of_person`: whether its numbers are those of a person (ИНН of 12 digits, ОГРНИП of 15): "never", "possible" (a farm with or without
    a legal person), "always" (an entrepreneur).

    Raises requisites.inn, requisites.kpp, requisites.ogrn, requisites.oktmo, organisations.inn_of_person, organisations.ogrn_of_person,
    organisations.inn_of_body, organisations.ogrn_of_body.
    """
    found = {
        "inn": _checked(inn_check, "inn", inn),
        "kpp": _checked(kpp_check, "kpp", kpp),
        "ogrn": _checked(ogrn_check, "ogrn", ogrn),
        "oktmo": _checked(oktmo_check, "oktmo", oktmo),
    }
    for name, length in (("inn", 12), ("ogrn", 15)):
        is_of_person = len(found[name]) == length
        if is_of_person and of_person == "never":
            raise RuleViolation(f"organisations.{name}_of_person", field=name)
        if found[name] and not is_of_person and of_person == "always":
            raise RuleViolation(f"organisations.{name}_of_body", field=name)
    return found


def bank_requisites_checked(*, number: str, bic: str, correspondent: str) -> dict[str, str]:
    """The account of a body with its bank, checked against each other.

    Raises requisites.bic, requisites.account, requisites.corr_account.
    """
    if not bic.strip():
        raise RuleViolation("requisites.bic", field="bic", value="")
    if not number.strip():
        raise RuleViolation("requisites.account", field="number", value="", bic=bic)
    bank = _checked(bic_check, "bic", bic)
    return {
        "bic": bank,
        "number": _checked(lambda text: account_check(text, bank), "number", number),
        "correspondent": _checked(
            lambda text: corr_account_check(text, bank), "correspondent", correspondent
        ),
    }


@dataclass(frozen=True, slots=True)
class Term:
    """An office held: `valid_to` None is open, both ends included."""

    role: str
    person_id: int
    valid_from: date
    valid_to: date | None
    for_person_id: int | None = None


def overlap(a: Term, b: Term) -> bool:
    """Whether the two terms share a day."""
    return a.valid_from <= (b.valid_to or date.max) and b.valid_from <= (a.valid_to or date.max)


def assignment_checked(new: Term, held: Iterable[Term], *, article: str = "") -> None:
    """Refuse a term that cannot stand beside those held. `article`: by which law of the form the auditors stand apart.

    organisations.dates_out_of_order; organisations.role_held (the same office twice); organisations.chair_taken (one chair at a time);
    organisations.auditor_in_board (no auditor is in the board or the chair: 217-ФЗ art. 20 part 2, ЖК art. 150);
    organisations.represents_nobody and organisations.represents_oneself.
    """
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise RuleViolation("organisations.dates_out_of_order", field="valid_to")
    if new.role == "representative":
        if new.for_person_id is None:
            raise RuleViolation("organisations.represents_nobody", field="for_person")
        if new.for_person_id == new.person_id:
            raise RuleViolation("organisations.represents_oneself", field="for_person")
    governing = {"chair", "board"}
    for term in held:
        if not overlap(new, term):
            continue
        same_person = term.person_id == new.person_id
        if same_person and term.role == new.role and term.for_person_id == new.for_person_id:
            raise RuleViolation("organisations.role_held", field="person", since=term.valid_from)
        if new.role == term.role == "chair":
            raise RuleViolation("organisations.chair_taken", field="valid_from", since=term.valid_from)
        if same_person and (
            (new.role == "auditor" and term.role in governing)
            or (term.role == "auditor" and new.role in governing)
        ):
            raise RuleViolation("organisations.auditor_in_board", field="role", article=article)
