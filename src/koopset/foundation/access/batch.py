"""Many rows in one request: each row is done or refused by itself, in the order in which they came."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from ninja import Schema
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from koopset.foundation.access.errors import Refusal, refusal, validation_problem
from koopset.foundation.rights.actors import Forbidden
from koopset.kernel.violations import RuleViolation

MOST_IN_BATCH = 1000

T = TypeVar("T")


class BadRow:
    """A row that is not of the asked shape: it is refused alone, the others are done."""

    def __init__(self, violation: RuleViolation) -> None:
        self.violation = violation


def _or_bad(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError as error:
        return BadRow(validation_problem(list(error.errors())))


#: A row of a batch: `rows: Rows[PersonIn]` in the body.
Rows = Annotated[list[Annotated[T, WrapValidator(_or_bad)]], Field(min_length=1, max_length=MOST_IN_BATCH)]


class BatchRow(Schema):
    """What came of one row."""

    index: int = Field(description="place in the request, from 0")
    status: str = Field(examples=["created"], description="created | refused")
    id: int | None = None
    error: Refusal | None = None


class BatchResult(Schema):
    """What came of all of them, in the order of the request."""

    created: int
    refused: int
    results: list[BatchRow]


def run_batch(rows: Sequence[Any], work: Callable[[Any], int]) -> dict[str, Any]:
    """Do `work` for every row behind a savepoint of its own; it gives the id of what was made."""
    results: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        try:
            if isinstance(row, BadRow):
                raise row.violation
            with transaction.atomic():
                made = work(row)
        except RuleViolation as violation:
            error = refusal(violation)
        except (Forbidden, ObjectDoesNotExist):
            error = refusal(RuleViolation("access.not_found"))
        else:
            results.append({"index": index, "status": "created", "id": made, "error": None})
            continue
        results.append({"index": index, "status": "refused", "id": None, "error": error})
    done = sum(result["error"] is None for result in results)
    return {"created": done, "refused": len(results) - done, "results": results}
