"""The law of meetings in words for a person: who votes, how many are needed, in which form, what a term is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import ItemResult, Meeting
from koopset.apps.meetings.rules.law import (
    Base,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Threshold,
    Voters,
    Weight,
    threshold_read,
)
from koopset.apps.meetings.rules.profile import Item, Profile, Term, item_type
from koopset.apps.meetings.rules.rule_kinds import KINDS, Value, ValueType
from koopset.foundation.refusals import text_of_code
from koopset.kernel.violations import RuleViolation

VOTERS = {
    Voters.MEMBERS: pgettext_lazy("who votes", "members"),
    Voters.OWNERS: pgettext_lazy("who votes", "owners"),
    Voters.MEMBERS_AND_OWNERS: pgettext_lazy(
        "who votes", "members, and owners without membership in a count of their own"
    ),
    Voters.BOARD: pgettext_lazy("who votes", "members of the board"),
}
WEIGHTS = {
    Weight.HEAD: pgettext_lazy("weight of a vote", "one person, one vote"),
    Weight.AREA: pgettext_lazy("weight of a vote", "by the area of premises"),
}
EFFECTS = {
    Effect.FEE: pgettext_lazy("what follows", "a fee can be set by this decision"),
    Effect.TARIFF: pgettext_lazy("what follows", "a tariff can be set by this decision"),
    Effect.ADMISSION: pgettext_lazy("what follows", "a member is admitted by this decision"),
    Effect.EXCLUSION: pgettext_lazy("what follows", "a membership ends by this decision"),
    Effect.ELECTION: pgettext_lazy("what follows", "an office is given by this decision"),
    Effect.BUDGET: pgettext_lazy("what follows", "a budget is set by this decision"),
    Effect.PURCHASE: pgettext_lazy("what follows", "a purchase can be made by this decision"),
    Effect.NONE: "",
}
_SHARES = {
    Fraction(1, 2): pgettext_lazy("more than", "half"),
    Fraction(1, 3): pgettext_lazy("more than", "a third"),
    Fraction(2, 3): pgettext_lazy("more than", "two thirds"),
    Fraction(1, 4): pgettext_lazy("more than", "a quarter"),
    Fraction(3, 4): pgettext_lazy("more than", "three quarters"),
    Fraction(1, 5): pgettext_lazy("more than", "a fifth"),
    Fraction(1, 10): pgettext_lazy("more than", "a tenth"),
}
BASES = {
    Base.PRESENT: pgettext_lazy("of whom", "of those who take part"),
    Base.ALL_MEMBERS: pgettext_lazy("of whom", "of all members"),
    Base.ALL_VOTES: pgettext_lazy("of whom", "of all votes of the house"),
}
#: Terms of a profile as a person calls them. A term that is not here is shown nowhere.
TERMS = {
    "days.count": pgettext_lazy("term of law", "How days are counted"),
    "notice.days": pgettext_lazy("term of law", "Notice of the meeting goes out before it by"),
    "materials.days": pgettext_lazy("term of law", "Papers can be read before the meeting for"),
    "agenda.closed": pgettext_lazy("term of law", "Nothing is added to the agenda after the notice"),
    "items.open": pgettext_lazy("term of law", "The charter may add questions to the competence"),
    "agenda.share": pgettext_lazy("term of law", "An item is put on the agenda at the demand of"),
    "ordinary.months": pgettext_lazy("term of law", "An ordinary meeting is held at least every"),
    "extraordinary.by": pgettext_lazy("term of law", "Who may call an extraordinary meeting"),
    "extraordinary.share": pgettext_lazy("term of law", "Members may demand a meeting when they are"),
    "extraordinary.days": pgettext_lazy("term of law", "A meeting that was demanded is held within"),
    "quorum": pgettext_lazy("term of law", "The meeting is competent when there take part"),
    "quorum.weight": pgettext_lazy("term of law", "How the quorum is counted"),
    "quorum.least": pgettext_lazy("term of law", "In a small body there take part at least"),
    "quorum.least_below": pgettext_lazy("term of law", "A body is small when it has fewer members than"),
    "repeat.form": pgettext_lazy("term of law", "After a meeting without a quorum it is held"),
    "repeat.within_days": pgettext_lazy("term of law", "A repeated meeting is held within"),
    "repeat.quorum": pgettext_lazy("term of law", "A repeated meeting is competent when there take part"),
    "mixed.before": pgettext_lazy(
        "term of law", "Written decisions count only when they came before the meeting began"
    ),
    "absentia.charter": pgettext_lazy(
        "term of law", "Voting in absentia only where the charter says how it goes"
    ),
    "electronic": pgettext_lazy("term of law", "Voting from afar by electronic means"),
    "system.message_days": pgettext_lazy("term of law", "The administrator of the system is told before by"),
    "system.posted_days": pgettext_lazy("term of law", "The message is posted in the system before by"),
    "system.least_days": pgettext_lazy("term of law", "Voting in the system lasts at least"),
    "system.most_days": pgettext_lazy("term of law", "Voting in the system lasts at most"),
    "proxy": pgettext_lazy("term of law", "One may vote by a power of attorney"),
    "proxy.months": pgettext_lazy("term of law", "A power of attorney without a term holds for"),
    "proxy.most": pgettext_lazy("term of law", "One person votes by powers of attorney for at most"),
    "owners.reading": pgettext_lazy(
        "term of law", "How votes of owners without membership are taken into account"
    ),
    "owners.weight": pgettext_lazy("term of law", "What the vote of an owner without membership weighs"),
    "chair.casting": pgettext_lazy("term of law", "At equality the vote of the chair decides"),
    "board.least": pgettext_lazy("term of law", "In the board there are at least"),
    "board.most_percent": pgettext_lazy("term of law", "In the board there are, of all members, at most"),
    "revote": pgettext_lazy("term of law", "A vote may be changed until the end of voting"),
    "precedence": pgettext_lazy("term of law", "Which vote counts when there are several"),
    "minutes.days": pgettext_lazy("term of law", "Minutes are ready within"),
    "minutes.years": pgettext_lazy("term of law", "Minutes are kept for"),
    "ballots.years": pgettext_lazy("term of law", "Ballots are kept for"),
    "challenge.months": pgettext_lazy("term of law", "A decision may be challenged in court within"),
}
#: Words that a term may hold; where one word means two things, the key of the term stands before it.
_WORDS = {
    "clear": pgettext_lazy("value of law", "the day of the notice and that of the meeting are left out"),
    "next-day": pgettext_lazy("value of law", "from the day after the notice"),
    "board": pgettext_lazy("value of law", "the board"),
    "chair": pgettext_lazy("value of law", "the chair"),
    "auditors": pgettext_lazy("value of law", "the auditors"),
    "members": pgettext_lazy("value of law", "members"),
    "owners": pgettext_lazy("value of law", "owners"),
    "authority": pgettext_lazy("value of law", "the local authority"),
    "manager": pgettext_lazy("value of law", "the managing company"),
    "head": pgettext_lazy("value of law", "by people"),
    "area": pgettext_lazy("value of law", "by area"),
    "unit": pgettext_lazy("value of law", "one vote of a plot, shared by its owners"),
    "in_person": pgettext_lazy("value of law", "in person again"),
    "mixed": pgettext_lazy("value of law", "in person and in absentia"),
    "absentia": pgettext_lazy("value of law", "in absentia"),
    "electronic:charter": pgettext_lazy("value of law", "by the charter, with a list of questions"),
    "electronic:decision": pgettext_lazy("value of law", "by a decision of the owners"),
    "electronic:yes": pgettext_lazy("value of law", "allowed"),
    "electronic:no": pgettext_lazy("value of law", "not allowed"),
    "owners.reading:together": pgettext_lazy("value of law", "added to the votes of members"),
    "owners.reading:members": pgettext_lazy("value of law", "members decide, owners are counted beside"),
    "owners.reading:both": pgettext_lazy("value of law", "both members and owners must agree"),
    "owners.weight:head": pgettext_lazy("value of law", "one person, one vote"),
    "precedence:hall": pgettext_lazy("value of law", "in the hall"),
    "precedence:phone": pgettext_lazy("value of law", "by phone in the hall"),
    "precedence:paper": pgettext_lazy("value of law", "a written decision"),
    "precedence:electronic": pgettext_lazy("value of law", "electronic"),
}
LEEWAYS = {
    Leeway.MORE: gettext_lazy("The charter may ask for more."),
    Leeway.LESS: gettext_lazy("The charter may only ask for less."),
    Leeway.ANY: gettext_lazy("The charter decides."),
    Leeway.NO: "",
}
#: Why a decision on an item would be void (`verdict.VoidReason`).
VOID = {
    "not_noticed": gettext_lazy("The notice did not name it."),
    "materials_late": gettext_lazy("Its papers were opened too late."),
    "form_forbidden": gettext_lazy("It may not be decided in this form of meeting."),
    "outside_competence": gettext_lazy("It is outside the competence of this body."),
}
#: In which words a faulty row of a profile is named.
_CHECKED = gettext_lazy("check it against the edition in force")


def check_words() -> str:
    """What stands beside an article that nobody compared with the published text."""
    return str(_CHECKED)


def share_words(share: Fraction) -> str:
    """«половины», «двух третей», else «7/12»: after «more than» and «at least»."""
    known = _SHARES.get(share)
    return str(known) if known is not None else f"{share.numerator}/{share.denominator}"


def threshold_words(needs: Threshold, base: str) -> str:
    """«более половины участвующих»; `base` says of whom."""
    if needs.share == 1:
        return _("all %(base)s") % {"base": base}
    text = _("more than %(share)s %(base)s") if needs.strict else _("at least %(share)s %(base)s")
    return text % {"share": share_words(needs.share), "base": base}


def form_words(item: Item) -> str:
    """In which forms an item may be taken, with the condition on the mixed one."""
    found = []
    for form in item.forms:
        text = str(Meeting.Form(form.value).label)
        if form is Form.MIXED and item.mixed is MixedWhen.AFTER_FAILED:
            text = _("%(form)s after a meeting in person had no quorum for it") % {"form": text}
        found.append(text)
    return "; ".join(found)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The law of one item in words. `note`: «проверьте по действующей редакции», or nothing."""

    title: str
    voters: str
    needs: str
    weight: str
    quorum: str
    forms: str
    article: str
    note: str
    effect: str
    leeway: str


def rule_words(item: Item) -> RuleWords:
    """All of it in the reader's language."""
    quorum = ""
    if item.quorum is not None:
        quorum = threshold_words(item.quorum, str(BASES[Base.ALL_MEMBERS]))
    return RuleWords(
        title=item.title.in_language(get_language() or "ru"),
        voters=str(VOTERS[item.voters]),
        needs=threshold_words(item.needs, str(BASES[item.base])),
        weight=str(WEIGHTS[item.weight]),
        quorum=quorum,
        forms=form_words(item),
        article=item.source.article,
        note=check_words() if item.source.is_to_be_checked else "",
        effect=str(EFFECTS[item.effect]),
        leeway=str(LEEWAYS[item.charter]),
    )


def value_words(key: str, value: Value) -> str:
    """The value of a term: «14 дней», «да», «более половины членов», «в зале; на бумаге»."""
    kind = KINDS[key]
    if kind.type is ValueType.YES:
        return _("yes") if value else _("no")
    if isinstance(value, Threshold):
        is_quorum = key in ("quorum", "repeat.quorum")
        return threshold_words(value, _("of all votes") if is_quorum else str(BASES[Base.ALL_MEMBERS]))
    if isinstance(value, int):
        return count_words(kind.unit, value)
    words = value if isinstance(value, tuple) else (str(value),)
    joined = " → " if key == "precedence" else ", "
    return joined.join(word_words(key, word) for word in words)


def word_words(key: str, word: str) -> str:
    """One word of a term."""
    return str(_WORDS.get(f"{key}:{word}") or _WORDS.get(word) or word)


def count_words(unit: str, count: int) -> str:
    """A number with its unit."""
    if unit == "days":
        text = ngettext("%(count)s day", "%(count)s days", count)
    elif unit == "months":
        text = ngettext("%(count)s month", "%(count)s months", count)
    elif unit == "years":
        text = ngettext("%(count)s year", "%(count)s years", count)
    elif unit == "percent":
        return f"{count}\u00a0%"
    else:
        text = ngettext("%(count)s person", "%(count)s people", count)
    return text % {"count": count}


@dataclass(frozen=True, slots=True)
class TermWords:
    """A single term in words."""

    key: str
    title: str
    value: str
    article: str
    note: str
    leeway: str


def term_words(term: Term) -> TermWords:
    """The same in the reader's language."""
    return TermWords(
        term.key,
        str(TERMS[term.key]),
        value_words(term.key, term.value),
        term.source.article,
        check_words() if term.source.is_to_be_checked else "",
        str(LEEWAYS[term.charter]),
    )


def initiator_words(word: str) -> str:
    """Who calls a meeting."""
    return str(Meeting.Initiator(word).label) if word in Meeting.Initiator.values else word


def law_name(profile: Profile) -> str:
    """What the law profile is called."""
    return profile.name.in_language(get_language() or "ru")


def names_of(profile: Profile, titles: Mapping[str, str] | None = None) -> dict[str, str]:
    """Keys of items → what a person calls them: the title on the agenda, or the name in the law."""
    return {item.key: item.title.in_language(get_language() or "ru") for item in profile.items} | dict(
        titles or {}
    )


def said(code: str, params: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A refusal or a finding with the names of items and terms instead of their keys."""
    shown = dict(params)
    item = str(shown.get("item", ""))
    if item:
        shown["item"] = names.get(item) or names.get(item_type(item)) or item
    target = str(shown.get("target", ""))
    if target:
        shown["target"] = target_words(target, names)
    if code == "meetings.effect_lacks":
        shown["name"] = lacks_words(str(shown.get("name", "")))
    if code == "meetings.law_against_charter":
        why = said(str(shown.pop("why", "")), {"target": target, "law": shown.get("law", "")}, names)
        return f"{text_of_code(code, shown)} {why}"
    if code in ("meetings.charter_only_more", "meetings.charter_only_less", "meetings.charter_cannot"):
        shown["law"] = law_value_words(target, str(shown.get("law", "")))
    return text_of_code(code, shown)


def refusal_words(violation: RuleViolation, names: Mapping[str, str]) -> str:
    """The same of a refusal."""
    return said(violation.code, violation.params, names)


def target_words(target: str, names: Mapping[str, str]) -> str:
    """A row of the law that a charter may change: a term or the threshold of an item."""
    if target.startswith("item:"):
        key = target.removeprefix("item:")
        return names.get(key, key)
    return str(TERMS.get(target, target))


def law_value_words(target: str, text: str) -> str:
    """The law's value in a refusal, written as the profile has it."""
    try:
        needs = threshold_read(text)
    except RuleViolation:
        kind = KINDS.get(target)
        return count_words(kind.unit, int(text)) if kind is not None and text.isdigit() else text
    return threshold_words(needs, "").strip()


_LACKS = {
    "application_id": pgettext_lazy("what is missing", "the application"),
    "exclusion_id": pgettext_lazy("what is missing", "the exclusion that was prepared"),
    "role": pgettext_lazy("what is missing", "the office"),
    "until": pgettext_lazy("what is missing", "the last day of the office"),
    "person_id": pgettext_lazy("what is missing", "the person"),
    "name": pgettext_lazy("what is missing", "the name"),
    "rate": pgettext_lazy("what is missing", "the rate"),
}


def lacks_words(name: str) -> str:
    """What the data of a decision lack."""
    return str(_LACKS.get(name, name))


def outcome_words(outcome: str) -> str:
    """«принято»."""
    return str(ItemResult.Outcome(outcome).label)


def is_threshold(key: str) -> bool:
    """Whether a term holds a threshold."""
    kind = KINDS.get(key)
    return kind is not None and kind.type is ValueType.THRESHOLD
