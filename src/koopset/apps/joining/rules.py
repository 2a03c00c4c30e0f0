"""The way of an application and the steps of joining, in pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from koopset.apps.organisations.formats.legal_form import legal_form
from koopset.kernel.violations import RuleViolation

#: (state, deed) → the next state. What is not here cannot be done.
MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("mending", "submit"): "submitted",
    ("submitted", "mend"): "mending",
    ("submitted", "refuse"): "refused",
    ("submitted", "verify"): "verified",
    ("draft", "withdraw"): "withdrawn",
    ("mending", "withdraw"): "withdrawn",
    ("submitted", "withdraw"): "withdrawn",
}
#: States in which the applicant may change what is written and brought.
EDITABLE = frozenset({"draft", "mending"})
#: States in which something is still to come.
OPEN = frozenset({"draft", "mending", "submitted"})


def next_state(state: str, deed: str) -> str:
    """Where a deed leads. Raises joining.not_now."""
    found = MOVES.get((state, deed))
    if found is None:
        raise RuleViolation("joining.not_now", state=state)
    return found


def documents_wanted(form: str, inn: str) -> tuple[str, ...]:
    """Papers without which an application is not sent, as the legal form has them: of a legal person, or of a body that is none."""
    return legal_form(form).papers_of(legal_person=_is_legal_person(form, inn))


def _is_legal_person(form: str, inn: str) -> bool:
    return bool(inn) or not legal_form(form).may_be_no_legal_person


#: Fields without which an application is not sent, in the order of the form.
FIELDS_WANTED = (
    "name_short",
    "name_full",
    "inn",
    "ogrn",
    "territory_id",
    "last_name",
    "first_name",
    "phone",
    "elected_on",
    "minutes_number",
)


#: Numbers of the state register and of the tax service: a body that is no legal person has none.
_NUMBERS = frozenset({"inn", "ogrn"})


def fields_missing(values: Mapping[str, object]) -> list[str]:
    """Names of the fields that are still empty. Whose form asks for no minutes (an entrepreneur elects nobody) has no number of them."""
    form, inn = str(values.get("form") or ""), str(values.get("inn") or "")
    needless: set[str] = set() if _is_legal_person(form, inn) else set(_NUMBERS)
    if "minutes" not in documents_wanted(form, inn):
        needless.add("minutes_number")
    return [name for name in FIELDS_WANTED if not values.get(name) and name not in needless]


def documents_missing(form: str, inn: str, kinds: Iterable[str]) -> list[str]:
    """Kinds of papers still to be brought."""
    have = set(kinds)
    return [kind for kind in documents_wanted(form, inn) if kind not in have]


class Step(StrEnum):
    """What a body goes through until it works here; the order is the order of the list."""

    APPLICATION = "application"
    DOCUMENTS = "documents"
    VERIFICATION = "verification"
    BANK = "bank"
    REGISTER = "register"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True)
class StepFact:
    """A step as the facts show it. `since`: when it was done, or for the present one since when it waits."""

    step: Step
    state: str  # "done", "now" or ""
    since: datetime | None


@dataclass(frozen=True, slots=True)
class JoiningFacts:
    """When each thing happened, None where it has not. `verified_at` is None also when a verification has lapsed."""

    began_at: datetime
    applied_at: datetime | None
    documents_at: datetime | None
    verified_at: datetime | None
    bank_at: datetime | None
    register_at: datetime | None
    charged_at: datetime | None
    #: When the present wait began, where it is known better than by the step before: the application was sent, or sent back.
    moved_at: datetime | None = None
    #: A body that is no legal person has no bank account and charges nothing: its way ends with the register.
    collects: bool = True


def steps_of(facts: JoiningFacts) -> list[StepFact]:
    """Each step with its state; the first that is not done is the one to do now. Nothing here is typed by anybody."""
    dates = {
        Step.APPLICATION: facts.applied_at,
        Step.DOCUMENTS: facts.documents_at,
        Step.VERIFICATION: facts.verified_at,
        Step.BANK: facts.bank_at,
        Step.REGISTER: facts.register_at,
        Step.CHARGE: facts.charged_at,
    }
    if not facts.collects:
        del dates[Step.BANK], dates[Step.CHARGE]
    found: list[StepFact] = []
    reached, is_open = facts.began_at, False
    for step, at in dates.items():
        if at is not None:
            found.append(StepFact(step, "done", at))
            reached = max(reached, at) if not is_open else reached
        elif not is_open:
            is_open = True
            waits = facts.moved_at if step is Step.VERIFICATION else None
            found.append(StepFact(step, "now", max(reached, waits) if waits else reached))
        else:
            found.append(StepFact(step, "", None))
    return found


def present_step(steps: Iterable[StepFact]) -> StepFact | None:
    """The step to do now; None when all is done."""
    return next((one for one in steps if one.state == "now"), None)
