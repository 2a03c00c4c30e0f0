"""What the books ask of the rooms above: what holds a month open, who a subject is, which page stands behind an operation.

Rooms fill these in AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Blocker:
    """A thing to do before a month can be closed, and where it is done ("" where there is no page)."""

    text: str | Promise
    url: str = ""


class MonthBlocker(Protocol):
    """Asked of all months at once, so that a year left open is no longer a wait than a month."""

    def __call__(self, organisation_id: int, months: Sequence[Month]) -> Mapping[Month, list[Blocker]]: ...


class SubjectSource(Protocol):
    """A room that owns the things that analytic accounts are about."""

    def labels(self, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
        """id -> a short text without personal data («л/с 0117»)."""

    def find(self, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
        """The number that people know a thing by -> id; numbers not found are left out."""

    def url(self, organisation_id: int, subject_id: int) -> str:
        """The page of the thing, or ""."""


OperationLink = Callable[[int, int], str]

_blockers: dict[str, MonthBlocker] = {}
_subjects: dict[str, SubjectSource] = {}
_links: dict[str, OperationLink] = {}
_kinds: dict[str, str | Promise] = {}


def register_month_blocker(name: str, blocker: MonthBlocker) -> None:
    """Ask `blocker(organisation_id, months)` before months are closed; a month that is left out is not minded."""
    _blockers[name] = blocker


def register_subject(subject: str, source: SubjectSource) -> None:
    """`subject` as in ChartAccount.Subject: "personal-account", "bank-account", "counterparty", "fund", "buyer", "purchase"."""
    _subjects[subject] = source


def register_operation_link(kind: str, link: OperationLink) -> None:
    """`link(organisation_id, source_id)` gives the page behind operations of `kind`; "" where there is none."""
    _links[kind] = link


def register_operation_kind(kind: str, name: str | Promise) -> None:
    """What an accountant calls operations of `kind` («Начисление»)."""
    _kinds[kind] = name


def month_blockers(organisation_id: int, months: Sequence[Month]) -> dict[Month, list[Blocker]]:
    """month -> what stands against its closing, for each of `months` (in order, without gaps)."""
    found: dict[Month, list[Blocker]] = {month: [] for month in months}
    for name in sorted(_blockers) if months else ():
        for month, blockers in _blockers[name](organisation_id, months).items():
            found[month] += blockers
    return found


def has_subject_source(subject: str) -> bool:
    return subject in _subjects


def subject_labels(subject: str, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
    wanted = {subject_id for subject_id in ids if subject_id}
    source = _subjects.get(subject)
    return source.labels(organisation_id, wanted) if source and wanted else {}


def find_subjects(subject: str, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
    wanted = {number for number in numbers if number}
    source = _subjects.get(subject)
    return source.find(organisation_id, wanted) if source and wanted else {}


def subject_url(subject: str, organisation_id: int, subject_id: int) -> str:
    source = _subjects.get(subject)
    return source.url(organisation_id, subject_id) if source and subject_id else ""


def operation_url(kind: str, organisation_id: int, source_id: int | None) -> str:
    """The page in the room behind an operation, or ""."""
    link = _links.get(kind)
    return link(organisation_id, source_id) if link and source_id is not None else ""


def operation_kinds() -> dict[str, str | Promise]:
    return dict(_kinds)
