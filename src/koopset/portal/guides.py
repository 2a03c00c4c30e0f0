"""First-login guides: a few steps of a cabinet, each with its page and whether it is done. Closed for good by its owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise
#: A fact that costs a question is asked only while the guide is shown.
#: None leaves the step out: the body has no such thing (a bank account where it is no legal person).
Fact = bool | Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step: `fact` names what of the desk says that it is done ("" where nothing can say it); `part` is a place on its page."""

    title: Words
    note: Words
    url_name: str
    fact: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    title: Words
    note: Words
    url: str
    state: str  # "done", "now" or ""


@dataclass(frozen=True, slots=True)
class Guide:
    key: str
    title: Words
    steps: tuple[Step, ...]
    done: int

    @property
    def is_finished(self) -> bool:
        return self.done == len(self.steps)


GUIDES: dict[str, tuple[Words, tuple[StepPlan, ...]]] = {
    "treasurer": (
        pgettext_lazy("guide", "How to begin: the money of your partnership"),
        (
            StepPlan(
                pgettext_lazy("guide", "Confirm the bank account"),
                pgettext_lazy(
                    "guide",
                    "the chair entered it: compare each digit with the bank’s paper. What you enter, the chair confirms",
                ),
                "organisations:organisation",
                "bank",
                "accounts",
            ),
            StepPlan(
                pgettext_lazy("guide", "Open the books"),
                pgettext_lazy("guide", "from which month; the chart of accounts is ready"),
                "ledger:book_open",
                "book",
            ),
            StepPlan(
                pgettext_lazy("guide", "Load the register of plots and owners"),
                pgettext_lazy("guide", "a table as you have it; accounts and debts may be in it"),
                "register:import_start",
                "accounts",
            ),
            StepPlan(
                pgettext_lazy("guide", "Charge the month"),
                pgettext_lazy(
                    "guide", "by the fees that the meeting has set; you see everything before it is posted"
                ),
                "billing:charge-month",
                "charged",
            ),
            StepPlan(
                pgettext_lazy("guide", "Issue the bills and send them"),
                pgettext_lazy(
                    "guide", "each with its own code for payment; on paper for those who take paper"
                ),
                "billing:document-issues",
                "issued",
            ),
            StepPlan(
                pgettext_lazy("guide", "Load the bank statement"),
                pgettext_lazy(
                    "guide", "payments find their accounts by themselves; doubtful ones wait for you"
                ),
                "payments:statement-bring",
                "came_in",
            ),
        ),
    ),
    "chair": (
        pgettext_lazy("guide", "How to begin: your settlement in twenty minutes"),
        (
            StepPlan(
                pgettext_lazy("guide", "Your authority is confirmed"),
                pgettext_lazy(
                    "guide", "the operator of the platform checks your minutes and the state register"
                ),
                "organisations:organisation",
                "verified",
            ),
            StepPlan(
                pgettext_lazy("guide", "Set up the second step of signing in"),
                pgettext_lazy("guide", "nobody enters by your password alone"),
                "people:second_factor",
                "second_factor",
            ),
            StepPlan(
                pgettext_lazy("guide", "Appoint the treasurer and invite"),
                pgettext_lazy("guide", "by a decision, from a day; then “Invite” beside the name"),
                "organisations:organisation",
                "treasurer",
                "roles",
            ),
            StepPlan(
                pgettext_lazy("guide", "Enter the bank account"),
                pgettext_lazy(
                    "guide", "the treasurer confirms it from another login: two people answer for it"
                ),
                "organisations:organisation",
                "bank",
                "accounts",
            ),
            StepPlan(
                pgettext_lazy("guide", "Load the register of plots and owners"),
                pgettext_lazy("guide", "the table you keep now, Excel or CSV"),
                "register:import_start",
                "accounts",
            ),
            StepPlan(
                pgettext_lazy("guide", "Enter the decision of the meeting on fees"),
                pgettext_lazy("guide", "each fee rests on a decision of the meeting"),
                "register:decision_new",
                "decisions",
            ),
            StepPlan(
                pgettext_lazy("guide", "Set the fee"),
                pgettext_lazy("guide", "how much, from what, since which month, by which decision"),
                "billing:fee-new",
                "fees",
            ),
            StepPlan(
                pgettext_lazy("guide", "Invite the residents"),
                pgettext_lazy("guide", "all who have an e-mail, by one button"),
                "people:persons",
                "invited",
            ),
            StepPlan(
                pgettext_lazy("guide", "The treasurer charges the month and issues the bills"),
                pgettext_lazy(
                    "guide", "from the own login; you see here how much was charged and who has paid"
                ),
                "billing:charge-month",
                "charged",
            ),
        ),
    ),
    "auditor": (
        pgettext_lazy("guide", "How to check the books here"),
        (
            StepPlan(
                pgettext_lazy("guide", "Look whether the totals agree with the entries"),
                pgettext_lazy("guide", "this page proves it anew each time"),
                "ledger:trial_balance",
                "agrees",
            ),
            StepPlan(
                pgettext_lazy("guide", "Go down from a total to its documents"),
                pgettext_lazy(
                    "guide", "every figure of the statement opens: account, resident, entry, paper"
                ),
                "ledger:trial_balance",
                "",
            ),
            StepPlan(
                pgettext_lazy("guide", "Look through what was taken back"),
                pgettext_lazy("guide", "nothing is erased: each correction has its reason and its author"),
                "ledger:journal",
                "",
            ),
        ),
    ),
    "resident": (
        pgettext_lazy("guide", "What you can do here"),
        (
            StepPlan(
                pgettext_lazy("guide", "Check your plot and its owners"),
                pgettext_lazy("guide", "if something is wrong, tell the board"),
                "register:my_units",
                "units",
            ),
            StepPlan(
                pgettext_lazy("guide", "Leave a phone number"),
                pgettext_lazy("guide", "only the board sees it"),
                "people:me",
                "phone",
            ),
            StepPlan(
                pgettext_lazy("guide", "Pay by the code"),
                pgettext_lazy("guide", "point the bank's application at it: everything is filled in already"),
                "billing:my-documents",
                "paid",
            ),
        ),
    ),
    "buyer": (
        pgettext_lazy("guide", "How to buy together with the neighbours"),
        (
            StepPlan(
                pgettext_lazy("guide", "Add the first receipt"),
                pgettext_lazy("guide", "by its code, by a photo, by hand, or all at once from a file"),
                "needs:add",
                "receipts",
            ),
            StepPlan(
                pgettext_lazy("guide", "Say where you live"),
                pgettext_lazy("guide", "the settlement is enough: no street, no number"),
                "needs:place",
                "home",
            ),
            StepPlan(
                pgettext_lazy("guide", "Choose what may be counted together"),
                pgettext_lazy(
                    "guide", "nameless, and only where five families buy the same; take it back at any time"
                ),
                "needs:sharing",
                "shares",
            ),
            StepPlan(
                pgettext_lazy("guide", "Say what you want in a purchase nearby"),
                pgettext_lazy("guide", "by the supplier’s packs; until the stop you may change your mind"),
                "purchases:my-rounds",
                "wants",
            ),
        ),
    ),
    "organiser": (
        pgettext_lazy("guide", "How to begin: the first joint purchase"),
        (
            StepPlan(
                pgettext_lazy("guide", "Set up the second step of signing in"),
                pgettext_lazy("guide", "nobody enters by your password alone"),
                "people:second_factor",
                "second_factor",
            ),
            StepPlan(
                pgettext_lazy("guide", "Bring the supplier’s price list"),
                pgettext_lazy("guide", "the table as it is; packs and prices by quantity are read from it"),
                "offers:lists",
                "lists",
            ),
            StepPlan(
                pgettext_lazy("guide", "Name the place where goods are handed out"),
                pgettext_lazy(
                    "guide", "a yard, a shop, a board’s house; its hours are set for each purchase"
                ),
                "settlement:points",
                "points",
            ),
            StepPlan(
                pgettext_lazy("guide", "Open the first purchase"),
                pgettext_lazy("guide", "goods, term, whom it is for; a link of invitation if you like"),
                "purchases:round-new",
                "rounds",
            ),
            StepPlan(
                pgettext_lazy("guide", "You are checked: money may be taken"),
                pgettext_lazy("guide", "the operator of the platform compares your papers and writes to you"),
                "organisations:organisation",
                "verified",
            ),
        ),
    ),
    "supplier": (
        pgettext_lazy("guide", "How to begin: families near you buy from you"),
        (
            StepPlan(
                pgettext_lazy("guide", "Set up the second step of signing in"),
                pgettext_lazy("guide", "nobody enters by your password alone"),
                "people:second_factor",
                "second_factor",
            ),
            StepPlan(
                pgettext_lazy("guide", "Bring your price list"),
                pgettext_lazy(
                    "guide", "the table you send to shops, or a file of 1С; packs and prices by quantity"
                ),
                "offers:lists",
                "lists",
            ),
            StepPlan(
                pgettext_lazy("guide", "Publish it for the settlements you carry to"),
                pgettext_lazy("guide", "organisers near you take goods from it into their purchases"),
                "offers:lists",
                "published",
            ),
            StepPlan(
                pgettext_lazy("guide", "Enter the bank account"),
                pgettext_lazy("guide", "another person of yours confirms it: two answer for it"),
                "organisations:organisation",
                "bank",
                "accounts",
            ),
            StepPlan(
                pgettext_lazy("guide", "You are checked: buyers see the mark"),
                pgettext_lazy("guide", "the operator of the platform compares your papers and writes to you"),
                "organisations:organisation",
                "verified",
            ),
        ),
    ),
    "coordinator": (
        pgettext_lazy("guide", "How to help the settlements of your district"),
        (
            StepPlan(
                pgettext_lazy("guide", "Check the applications that wait"),
                pgettext_lazy(
                    "guide", "compare the papers with the state register; ask to mend what is wrong"
                ),
                "joining:queue",
                "nobody_waits",
            ),
            StepPlan(
                pgettext_lazy("guide", "Write a word of help to a chair"),
                pgettext_lazy("guide", "to the one who stands at a step the longest"),
                "joining:bodies",
                "helped",
            ),
            StepPlan(
                pgettext_lazy("guide", "Gather a pilot group"),
                pgettext_lazy("guide", "three or four settlements that begin together"),
                "joining:groups",
                "group",
            ),
        ),
    ),
    "staff": (
        pgettext_lazy("guide", "What you can do here"),
        (
            StepPlan(
                pgettext_lazy("guide", "Check your name and phone"),
                pgettext_lazy("guide", "so that the board can reach you"),
                "people:me",
                "phone",
            ),
        ),
    ),
}


def guide_for(
    request: HttpRequest, cabinet: str, organisation_id: int | None, facts: Mapping[str, Fact]
) -> Guide | None:
    """The guide of a cabinet, or None when it was closed or all of it is done. The first step not done is the one to do now."""
    seen: list[str] = getattr(request.user, "guides_seen", [])
    if cabinet in seen or cabinet not in GUIDES:
        return None
    title, plans = GUIDES[cabinet]
    steps: list[Step] = []
    for plan in plans:
        fact = facts.get(plan.fact, False)
        if fact is None:  # no step of this body
            continue
        done = fact if isinstance(fact, bool) else fact()
        first = not done and all(step.state == "done" for step in steps)
        steps.append(
            Step(
                plan.title,
                plan.note,
                _address(plan.url_name, organisation_id) + (f"#{plan.part}" if plan.part else ""),
                "done" if done else "now" if first else "",
            )
        )
    guide = Guide(cabinet, title, tuple(steps), sum(step.state == "done" for step in steps))
    return None if guide.is_finished else guide


def _address(name: str, organisation_id: int | None) -> str:
    if organisation_id is None:
        return reverse(name)
    try:
        return reverse(name, kwargs={"organisation_id": organisation_id})
    except NoReverseMatch:
        return reverse(name)
