"""Words that the bodies of requests and answers are made of. Money is whole kopecks (`…_kop`), a month "2026-11", a date ISO 8601."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

BIGGEST_ID = 2**63 - 1

Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
#: Kopecks: at most ten milliards of roubles, so that sums of sums still fit the database.
Kop = Annotated[int, Field(ge=-(10**12), le=10**12)]
Positive = Annotated[int, Field(ge=1, le=10**12, description="kopecks")]
Line = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]
Quantity = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


def _month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except RuleViolation:
        raise ValueError("a month is written 2026-11") from None


MonthText = Annotated[
    str, AfterValidator(_month), Field(max_length=7, examples=["2026-11"], description="2026-11")
]


class In(Schema):
    """The body of a request. An unknown name is refused: it is a misspelt one."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        # No database keeps a NUL in a text.
        source = getattr(value, "_obj", value)
        for item in source.values() if isinstance(source, dict) else ():
            if isinstance(item, str) and "\x00" in item:
                raise ValueError("a text may not hold the character NUL")
        return value

    def given(self) -> dict[str, Any]:
        """Only what the request named: what a change leaves out stays as it was."""
        return self.model_dump(exclude_unset=True)


class Out(Schema):
    """The body of an answer. Names may be added later; programs pass by those they do not know."""


class Made(Out):
    """What came to be."""

    id: Id


class Started(Out):
    """Work that goes on in the background: ask for it at `progress` until its state is done or failed."""

    id: Id
    job_id: int | None
    progress: str | None = Field(None, examples=["/api/v1/o/17/jobs/4211"])


def started(organisation_id: int, row_id: int, job_id: int | None) -> dict[str, Any]:
    """The body of 202."""
    path = f"/api/v1/o/{organisation_id}/jobs/{job_id}" if job_id else None
    return {"id": row_id, "job_id": job_id, "progress": path}
