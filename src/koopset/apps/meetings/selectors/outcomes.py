"""Verdicts in words: how many were for, of whom, how many were needed, by which article. People and square metres are never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import Closing, CurrentVote, ItemResult, Meeting
from koopset.apps.meetings.rules.ballots import Choice, Mark, choice_of
from koopset.apps.meetings.rules.canonical import canonical_read, fraction_read
from koopset.apps.meetings.rules.law import Threshold, Voters, Weight
from koopset.apps.meetings.rules.profile import candidate_key
from koopset.apps.meetings.rules.tally import Amount
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.archives import secret_read
from koopset.apps.people.selectors import full_names
from koopset.foundation.ui.typography import decimal_text

Tallies = dict[tuple[str, str], dict[Choice, Amount]]

CHOICES = {
    Choice.FOR: pgettext_lazy("votes", "For"),
    Choice.AGAINST: pgettext_lazy("votes", "Against"),
    Choice.ABSTAIN: pgettext_lazy("votes", "Abstained"),
    Choice.INVALID: pgettext_lazy("votes", "Invalid"),
    Choice.NOT_VOTED: pgettext_lazy("votes", "Did not vote on this item"),
}
ROLES = {"adopted": "ok", "not_adopted": "over", "no_quorum": "wait", "void": "over"}


@dataclass(frozen=True, slots=True)
class CountRow:
    """So many made a choice: people always, and their weight where votes are weighed by area."""

    label: str
    people: int
    weight: str


@dataclass(frozen=True, slots=True)
class CountTable:
    """Votes of one electorate, or for one candidate."""

    title: str
    rows: tuple[CountRow, ...]
    by_area: bool


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """A verdict in words. `sentences`: quorum and arithmetic; `note`: «проверьте по действующей редакции», or nothing."""

    item_id: int
    number: int
    title: str
    wording: str
    outcome: str
    outcome_text: str
    role: str
    summary: str
    sentences: tuple[str, ...]
    tables: tuple[CountTable, ...]
    is_secret: bool
    elected: tuple[str, ...]
    tied: tuple[str, ...]
    warning: str
    article: str
    note: str
    law_version: str
    decision_id: int | None


def outcome_lines(organisation_id: int, meeting_id: int) -> tuple[OutcomeLine, ...]:
    """Verdicts of a meeting in the order of its agenda; none before the closing. Asks no right: the page that shows the meeting has."""
    rows = list(
        ItemResult.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id)
        .select_related("item")
        .order_by("item__position", "item_id")
    )
    if not rows:
        return ()
    tallies = votes_counted(organisation_id, meeting_id)
    persons = {who for row in rows for who in (*row.data.get("candidates", ()),)}
    names = full_names(persons, organisation_id=organisation_id) if persons else {}
    return tuple(_line(number, row, tallies, names) for number, row in enumerate(rows, 1))


def votes_counted(organisation_id: int, meeting_id: int) -> Tallies:
    """(key of an item or candidate, electorate) → choice → how many. Of secret items out of what the closing published."""
    found: Tallies = {}
    groups = (
        CurrentVote.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id)
        .order_by()
        .values("item", "voters", "choice", "denominator")
        .annotate(top=Sum("numerator"), people=Count("pk"))
    )
    for one in groups:
        _add(
            found, one["item"], one["voters"], Choice(one["choice"]),
            Amount(one["people"], Fraction(int(one["top"]), one["denominator"])),
        )  # fmt: skip
    closing = Closing.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).first()
    for item, votes in secret_read(closing.secret if closing is not None else {}).items():
        for content in votes.contents:
            data = canonical_read(content)
            voters = str(data.get("voters", Voters.MEMBERS.value))
            if "marks" in data:
                choice = choice_of([Mark(mark) for mark in data["marks"]])
                _add(found, item, voters, choice, Amount(1, Fraction(1)))
            for who in data.get("marked", ()):
                _add(found, candidate_key(item, int(who)), voters, Choice.FOR, Amount(1, Fraction(1)))
    return found


def _add(found: Tallies, item: str, voters: str, choice: Choice, amount: Amount) -> None:
    place = found.setdefault((item, voters), {})
    place[choice] = place.get(choice, Amount()) + amount


def _line(number: int, row: ItemResult, tallies: Tallies, names: Mapping[int, str]) -> OutcomeLine:
    data: Mapping[str, Any] = row.data
    if "measures" in data:
        sentences, tables = _election(row, tallies, names)
    else:
        sentences, tables = _plain(row, tallies)
    return OutcomeLine(
        item_id=row.item_id,
        number=number,
        title=row.item.title,
        wording=row.item.wording,
        outcome=row.outcome,
        outcome_text=words.outcome_words(row.outcome),
        role=ROLES[row.outcome],
        summary=needed_sentence(data["measure"])
        if "measure" in data
        else ", ".join(names.get(who, "—") for who in data.get("elected", ())),
        sentences=tuple(sentences),
        tables=tuple(tables),
        is_secret=row.item.is_secret,
        elected=tuple(names.get(who, "—") for who in data.get("elected", ())),
        tied=tuple(names.get(who, "—") for who in data.get("tied", ())),
        warning=_("Another reading of the law on votes of owners without membership would decide otherwise.")
        if data.get("readings_differ")
        else "",
        article=row.article,
        note=words.check_words() if row.to_be_checked else "",
        law_version=row.law_version,
        decision_id=row.decision_id,
    )


def _plain(row: ItemResult, tallies: Tallies) -> tuple[list[str], list[CountTable]]:
    data = row.data
    found = [str(words.VOID[reason]) for reason in data.get("void", ())]
    found += [quorum_sentence(one) for one in data["quorum"]]
    found.append(needed_sentence(data["measure"]))
    owners = data.get("owners")
    if owners is not None and fraction_read(owners["whole"]) > 0:
        found.append(_("Members apart: %(sum)s.") % {"sum": _sum(data["members"])})
        found.append(_("Owners without membership apart: %(sum)s.") % {"sum": _sum(owners)})
    casting = data.get("casting")
    if casting is not None:
        found.append(
            _("Votes were equal: the vote of the chair decided (%(choice)s).")
            % {"choice": str(CHOICES[Choice(casting)]).lower()}
        )
    return found, _tables(row.item.key, tallies, Weight(data["measure"]["weight"]))


def _election(
    row: ItemResult, tallies: Tallies, names: Mapping[int, str]
) -> tuple[list[str], list[CountTable]]:
    data = row.data
    found = [quorum_sentence(one) for one in data["quorum"]]
    found.append(_("Seats: %(seats)s.") % {"seats": data["seats"]})
    for who in data["candidates"]:
        sentence = needed_sentence(data["measures"][str(who)])
        found.append(f"{names.get(int(who), '—')}. {sentence}")
    if data.get("tied"):
        found.append(_("At the last seat votes are equal: nobody takes it, they stand again."))
    return found, []


def _tables(item: str, tallies: Tallies, weight: Weight) -> list[CountTable]:
    found = []
    for voters in Voters:
        counted = tallies.get((item, voters.value))
        if not counted:
            continue
        rows = tuple(
            CountRow(
                str(CHOICES[choice]), counted[choice].people, weight_text(counted[choice].weight, weight)
            )
            for choice in Choice
            if choice in counted
        )
        found.append(CountTable(str(_TITLES.get(voters, "")), rows, weight is Weight.AREA))
    return found


_TITLES = {
    Voters.MEMBERS: pgettext_lazy("table", "Votes of members"),
    Voters.OWNERS: pgettext_lazy("table", "Votes of owners"),
    Voters.BOARD: pgettext_lazy("table", "Votes of the board"),
}


def quorum_sentence(data: Mapping[str, Any]) -> str:
    """«Участвуют 12 из 20, нужно более половины: кворум есть.»"""
    reached = _("there is a quorum") if data["reached"] else _("there is no quorum")
    return _("%(part)s of %(whole)s take part, %(needs)s is needed: %(reached)s.") % {
        "part": _amount(data, "part"),
        "whole": _amount(data, "whole"),
        "needs": _needs(data),
        "reached": reached,
    }


def needed_sentence(data: Mapping[str, Any]) -> str:
    """«За: 7 из 12, нужно более половины: набрано.»"""
    reached = _("enough") if data["reached"] else _("not enough")
    return _("%(sum)s, %(needs)s is needed: %(reached)s.") % {
        "sum": _sum(data),
        "needs": _needs(data),
        "reached": reached,
    }


def _sum(data: Mapping[str, Any]) -> str:
    part, whole = fraction_read(data["part"]), fraction_read(data["whole"])
    text = _("For: %(part)s of %(whole)s") % {"part": _amount(data, "part"), "whole": _amount(data, "whole")}
    if whole <= 0:
        return text
    share = Decimal(part.numerator * whole.denominator * 100) / Decimal(part.denominator * whole.numerator)
    return (
        f"{text} ({decimal_text(share.quantize(Decimal('0.01')).normalize(), language=_language())}\u00a0%)"
    )


def _needs(data: Mapping[str, Any]) -> str:
    needs = Threshold(fraction_read(data["share"]), bool(data["strict"]))
    if needs.share == 1:
        return _("all of them")
    text = _("more than %(share)s") if needs.strict else _("at least %(share)s")
    return text % {"share": words.share_words(needs.share)}


def _amount(data: Mapping[str, Any], name: str) -> str:
    return weight_text(fraction_read(data[name]), Weight(data["weight"]))


def weight_text(value: Fraction, weight: Weight) -> str:
    """A weight for display: people, or square metres to the hundredth."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    text = decimal_text(number.quantize(Decimal("0.01")).normalize(), language=_language())
    return text if weight is Weight.HEAD else _("%(number)s m²") % {"number": text}


def _language() -> str:
    return (get_language() or "ru")[:2]


def item_names(row: Meeting) -> dict[str, str]:
    """Keys of items → titles on the agenda of a meeting. Asks no right."""
    known = row.items.filter(organisation_id=row.organisation_id)
    return dict(known.values_list("key", "title"))
