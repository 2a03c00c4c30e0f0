"""What a chart shows, said once: the script draws it, the table beneath prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language

from koopset.foundation.ui.typography import decimal_text, rubles_and_kopecks

Words = str | Promise
Role = Literal["act", "wait", "over", "quiet", "ink"]


@dataclass(frozen=True)
class Series:
    """One line or one colour of bars. A value of None is a gap. `money` says that values are kopecks."""

    label: Words
    values: Sequence[int | Decimal | None]
    role: Role = "act"
    money: bool = False

    def text(self, value: int | Decimal | None) -> str:
        """The value as it stands in the table."""
        language = (get_language() or "ru")[:2]
        if value is None:
            return "—"
        if self.money:
            return "".join(rubles_and_kopecks(int(value), language=language))
        return decimal_text(value, language=language)


@dataclass(frozen=True)
class Chart:
    """Labels along the bottom and one or more series of the same length."""

    title: Words
    x_label: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    unit: Words = ""
    kind: Literal["bars", "lines"] = "bars"

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(f"{one.label}: {len(one.values)} values for {len(self.labels)} labels")

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Rows of the table: the label, then (series, value) of each cell."""
        return [
            (str(label), [(str(one.label), one.text(one.values[number])) for one in self.series])
            for number, label in enumerate(self.labels)
        ]

    def as_data(self) -> dict[str, Any]:
        """What the script draws; money in roubles, for the axis only."""
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "series": [
                {
                    "label": str(one.label),
                    "role": one.role,
                    "values": [
                        None if value is None else float(value) / (100 if one.money else 1)
                        for value in one.values
                    ],
                    "texts": [one.text(value) for value in one.values],
                }
                for one in self.series
            ],
        }
