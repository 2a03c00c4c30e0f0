"""Profiles of charts of accounts (profiles/*.toml): data that an accountant can read and correct."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from koopset.apps.ledger.rules import check_code, heading_of
from koopset.kernel.violations import RuleViolation

_KINDS = frozenset({"active", "passive", "both"})
_SUBJECTS = frozenset({"", "personal-account", "bank-account", "counterparty", "fund", "buyer", "purchase"})
_KEYS = frozenset({"code", "name", "name_en", "kind", "subject", "heading", "fixed"})


@dataclass(frozen=True, slots=True)
class ProfileAccount:
    """`is_fixed`: the program itself names the code, so it can be neither closed nor divided."""

    code: str
    name: str
    name_en: str
    kind: str
    subject: str
    is_heading: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Profile:
    key: str
    name: str
    name_en: str
    accounts: tuple[ProfileAccount, ...]

    @property
    def fixed_codes(self) -> frozenset[str]:
        return frozenset(account.code for account in self.accounts if account.is_fixed)


@functools.cache
def read_profile(key: str) -> Profile:
    """The profile by its file's name. Raises RuleViolation ledger.unknown_profile; ValueError for a file that contradicts itself."""
    source = files("koopset.apps.ledger.profiles") / f"{key}.toml"
    if not key.replace("-", "").isalnum() or not source.is_file():
        raise RuleViolation("ledger.unknown_profile", field="profile", profile=key)
    data = tomllib.loads(source.read_text("utf-8"))
    accounts = tuple(_account(key, row) for row in data["account"])
    headings = {account.code for account in accounts if account.is_heading}
    codes = [account.code for account in accounts]
    if len(set(codes)) != len(codes):
        raise ValueError(f"{key}: a code stands twice")
    for account in accounts:
        parent = heading_of(account.code)
        if parent and parent not in headings:
            raise ValueError(f"{key}: {account.code} has no heading {parent}")
    return Profile(key=key, name=data["name"], name_en=data["name_en"], accounts=accounts)


def _account(key: str, row: dict[str, Any]) -> ProfileAccount:
    if unknown := row.keys() - _KEYS:
        raise ValueError(f"{key}: unknown {sorted(unknown)} in {row}")
    subject = row.get("subject", "")
    if row["kind"] not in _KINDS or subject not in _SUBJECTS:
        raise ValueError(f"{key}: kind or subject of {row}")
    return ProfileAccount(
        code=check_code(row["code"]),
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        subject=subject,
        is_heading=bool(row.get("heading", False)),
        is_fixed=bool(row.get("fixed", False)),
    )
