"""What minutes and the protocol of the counting commission say of each item: votes, arithmetic, verdict, the next lawful step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import ItemResult, Meeting
from koopset.apps.meetings.papers.rules.document import Blank, Block, Heading, Listing, Table, Text
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.wording import (
    amount_text,
    base_text,
    choice_texts,
    form_text,
    mark_texts,
    measure_text,
    threshold_text,
    void_text,
    voters_text,
)
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.rules.tally import Tally
from koopset.apps.meetings.selectors.evidence import VotesFound
from koopset.apps.meetings.selectors.meetings import AgendaRow, steps_after
from koopset.apps.meetings.selectors.results import ResultRow
from koopset.foundation.ui.templatetags import ks

_CHOICES = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN, Choice.INVALID, Choice.NOT_VOTED)


def item_blocks(found: Dossier, votes: VotesFound, *, heard: bool = True) -> list[Block]:
    """Every item of the agenda. `heard` False: votes and verdicts only, for the counting commission."""
    results = {row.key: row for row in found.evidence.results}
    blocks: list[Block] = []
    for number, row in enumerate(found.evidence.agenda, 1):
        result, item = results[row.key], found.profile.item(row.key)
        blocks.append(Heading(text=f"{number}. {row.title}", level=2))
        if heard:
            blocks.append(_heard(found, row))
            blocks.append(Text(lead=pgettext("paper", "PROPOSED:"), text=row.wording))
        else:
            blocks.append(Text(text=row.wording))
        if row.is_secret and row.key in votes.secret:
            blocks.append(_secret(row, votes))
        blocks.append(
            Text(
                lead=pgettext("paper", "VOTED"),
                text=pgettext("paper", "(results of the vote):"),
                sticky=True,
                points=("results",),
            )
        )
        if row.key in votes.candidates:
            blocks += _election(found, row, item, result, votes.candidates[row.key])
        else:
            blocks += _tallies(found, item, result, votes.tallies[row.key])
        blocks.append(_decided(found, row, item, result))
    return blocks


def _heard(found: Dossier, row: AgendaRow) -> Block:
    """Who spoke, as the secretary wrote it, or a line to write on."""
    label = pgettext("paper", "HEARD:")
    told = str(found.text.heard.get(row.key, "")) if found.text else ""
    return Text(lead=label, text=told) if told else Blank(label=label, strong=True)


def _secret(row: AgendaRow, votes: VotesFound) -> Block:
    text = _(
        "The vote was secret: who voted was written down apart from the ballots, and no ballot bears a name. Ballots: %(count)s. "
        "Contents were published in an order drawn by lot after the end."
    )
    return Text(text=text % {"count": len(votes.secret[row.key].contents)}, points=("secret-count",))


def _tallies(found: Dossier, item: Item, result: ResultRow, tallies: Mapping[Voters, Tally]) -> list[Block]:
    texts = choice_texts()
    heads = (pgettext("paper", "Who votes"), *(texts[choice.value] for choice in _CHOICES))
    rows = tuple(
        (
            voters_text(voters, found.profile.body.value),
            *(amount_text(one.of(choice), one.weight) for choice in _CHOICES),
        )
        for voters, one in tallies.items()
    )
    points = ("results", "owners-votes") if len(rows) > 1 else ("results",)
    blocks: list[Block] = [
        Table(
            heads=heads, rows=rows, widths=(2, 0.8, 0.8, 1.3, 1.5, 1.2), right=(1, 2, 3, 4, 5), points=points
        )
    ]
    data = result.data
    blocks.append(Text(text=_needed(item, result)))
    if result.outcome not in (ItemResult.Outcome.VOID.value, ItemResult.Outcome.NO_QUORUM.value):
        blocks.append(Text(text=pgettext("paper", "For: %(sum)s.") % {"sum": measure_text(data["measure"])}))
        if data.get("owners"):
            apart = measure_text(data["owners"])
            if not tallies[Voters.OWNERS].present.people:
                apart = pgettext("paper", "nobody took part")
            told = {"members": measure_text(data["members"]), "owners": apart}
            text = _("Apart: members — %(members)s. Owners who are not members — %(owners)s.")
            blocks.append(Text(text=text % told, points=("owners-votes",)))
        if data.get("casting"):
            text = _("Votes were equal: the chair's second vote is “%(mark)s”.")
            blocks.append(Text(text=text % {"mark": mark_texts()[data["casting"]]}))
        if data.get("readings_differ"):
            text = _(
                "The votes of owners who are not members change the outcome depending on how “with account of their votes” is read: "
                "added to those of members, apart, or both. Counted as the rules of this body say."
            )
            blocks.append(Text(text=text, style="small"))
    return blocks


def _needed(item: Item, result: ResultRow) -> str:
    told = {"needed": threshold_text(item.needs), "base": base_text(item), "article": article_text(result)}
    return _("Needed for a decision: %(needed)s %(base)s (%(article)s).") % told


def article_text(result: ResultRow) -> str:
    """The article, with a star where it is to be compared with the edition in force."""
    return f"{result.article}*" if result.to_be_checked else result.article


def _election(
    found: Dossier, row: AgendaRow, item: Item, result: ResultRow, tallies: Mapping[int, Tally]
) -> list[Block]:
    texts = choice_texts()
    choices = _CHOICES[:4]
    elected, tied = set(result.data["elected"]), set(result.data["tied"])
    words = {True: pgettext("paper", "elected"), False: "—"}
    rows = tuple(
        (
            found.name(who),
            *(amount_text(one.of(choice), one.weight) for choice in choices),
            pgettext("paper", "equal votes") if who in tied else words[who in elected],
        )
        for who, one in tallies.items()
    )
    heads = (
        pgettext("paper", "Candidate"),
        *(texts[choice.value] for choice in choices),
        pgettext("paper", "Outcome"),
    )
    return [
        Table(
            heads=heads,
            rows=rows,
            widths=(2.4, 0.8, 0.8, 1.3, 1.5, 1.6),
            right=(1, 2, 3, 4),
            points=("results", "election-candidates"),
        ),
        Text(
            text=pgettext("paper", "Seats: %(seats)s. Candidates: %(count)s.")
            % {"seats": row.seats, "count": len(rows)},
            points=("election-candidates",),
        ),
        Text(text=_needed(item, result)),
    ]


def _decided(found: Dossier, row: AgendaRow, item: Item, result: ResultRow) -> Block:
    lead = pgettext("paper", "DECIDED:")
    data: Mapping[str, Any] = result.data
    match result.outcome:
        case ItemResult.Outcome.ADOPTED.value:
            text = _("the decision is adopted. %(wording)s") % {"wording": row.wording}
            if data.get("elected"):
                text += " " + pgettext("paper", "Elected: %(names)s.") % {
                    "names": found.names_of(data["elected"])
                }
            if data.get("tied"):
                text += " " + _("Equal votes at the last seat: %(names)s; another vote is needed for it.") % {
                    "names": found.names_of(data["tied"])
                }
        case ItemResult.Outcome.NO_QUORUM.value:
            sums = "; ".join(measure_text(one) for one in data["quorum"])
            text = _("no decision: there was no quorum for this item (%(sums)s).") % {"sums": sums}
        case ItemResult.Outcome.VOID.value:
            reasons = "; ".join(void_text(reason) for reason in data["void"])
            text = _("the item is taken off, no decision: %(reasons)s (%(article)s).") % {
                "reasons": reasons,
                "article": article_text(result),
            }
        case _:
            text = _("the decision is not adopted.")
            if data.get("tied"):
                text += " " + _("Equal votes at the last seat: %(names)s; another vote is needed for it.") % {
                    "names": found.names_of(data["tied"])
                }
    return Text(lead=lead, text=text, points=("decisions",))


def next_step_blocks(found: Dossier) -> list[Block]:
    """What is lawful where there was no quorum: in which form, with which items, when."""
    meeting: Meeting = found.meeting
    if not any(row.outcome == ItemResult.Outcome.NO_QUORUM for row in found.evidence.results):
        return []
    assert meeting.closed_at is not None
    titles = {row.key: row.title for row in found.evidence.agenda}
    lines = []
    for step in steps_after(meeting, timezone.localdate(meeting.closed_at)):
        told = {
            "form": form_text(step.form.value),
            "day": ks.day(step.first_on),
            "items": "; ".join(titles.get(key, key) for key in step.items),
            "article": step.source.article,
        }
        line = _("a repeated meeting, %(form)s, not before %(day)s: %(items)s (%(article)s)") % told
        if step.last_on is not None:
            line += _(", not later than %(day)s") % {"day": ks.day(step.last_on)}
        lines.append(line)
    if not lines:
        return []
    return [
        Heading(text=_("What may be done next"), level=2),
        Text(
            text=_(
                "There was no quorum for some items. Lawful now (if electors are told on the day of the end):"
            )
        ),
        Listing(lines=tuple(lines)),
    ]


def hash_blocks(found: Dossier) -> list[Block]:
    """What the archive of the meeting is checked against: register, ballots, the last event, the version of the rules."""
    opening, closing = found.evidence.opening, found.evidence.closing
    assert opening is not None
    assert closing is not None
    number, head = found.evidence.head or (0, "")
    leads = (
        (
            pgettext("paper", "Register of electors of %(day)s:") % {"day": ks.day(opening.register_on)},
            opening.register,
        ),
        (pgettext("paper", "Ballots (%(count)s):") % {"count": closing.ballots_count}, closing.ballots_root),
        (_("Last event of the meeting, No. %(number)s:") % {"number": number}, head),
        (pgettext("paper", "Rules of the vote:"), opening.law_version),
    )
    text = _(
        "By these hashes anybody can check that the archive of the meeting was not changed: koopset meetings verify."
    )
    return [
        *(Text(lead=lead, text=value, style="mono") for lead, value in leads),
        Text(text=text, style="small"),
    ]
