"""The month: the unit of charging, closing and reporting."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, stored as `number` (202611), shown by `str` ("2026-11").

    Years 1 to 9999; anything else raises period.bad_month.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise RuleViolation("period.bad_month", year=self.year, month=self.month)

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that holds `day`."""
        return cls(day.year, day.month)

    @classmethod
    def from_number(cls, number: int) -> Self:
        """The month stored as 202611."""
        return cls(number // 100, number % 100)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month from "2026-11" (as `str` gives it) or "11.2026" (as people write it)."""
        match = re.fullmatch(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", text.strip()) or re.fullmatch(
            r"(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})", text.strip()
        )
        if match is None:
            raise RuleViolation("period.bad_month", text=text[:64])
        return cls(int(match["year"]), int(match["month"]))

    @property
    def number(self) -> int:
        """An integer that sorts as the months do: 202611."""
        return self.year * 100 + self.month

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day; a period includes it."""
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days it has: 28 to 31."""
        return calendar.monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> Self:
        """The month that many months later (earlier if negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month + 1)

    def next(self) -> Self:
        """The month after."""
        return self.plus(1)

    def previous(self) -> Self:
        """The month before."""
        return self.plus(-1)

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
