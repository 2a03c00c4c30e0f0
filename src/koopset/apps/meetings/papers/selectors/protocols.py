"""Papers of the counting commission: register of participants, result protocol, filled ballots, protocol of the secret vote."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.rules.document import (
    Block,
    Break,
    Document,
    Facts,
    Heading,
    Signs,
    Table,
    Text,
)
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.minutes_items import hash_blocks, item_blocks
from koopset.apps.meetings.papers.selectors.wording import (
    amount_text,
    channel_text,
    choice_texts,
    form_text,
    mark_texts,
    people_text,
    standing_text,
)
from koopset.apps.meetings.rules.tally import amount_of, whole_of
from koopset.apps.meetings.selectors.meetings import AgendaRow
from koopset.apps.meetings.selectors.proofs import FilledBallot, filled_ballots, hall_ways
from koopset.apps.people.selectors import login_names
from koopset.foundation.ui.templatetags import ks


def _paper(found: Dossier, name: str, title: str, blocks: list[Block], *, lying: bool = False) -> Document:
    row = found.meeting
    day = ks.day(row.starts_at or row.ends_at)
    return Document(
        name=name,
        title=title,
        head=found.head,
        under=(row.title, f"{form_text(row.form)}, {day}"),
        foot=row.title,
        language=found.language,
        lying=lying,
        blocks=tuple(blocks),
    )


def _commission(found: Dossier) -> Signs:
    names = found.officials("counter") or [*found.officials("chair"), *found.officials("secretary")]
    return Signs(
        rows=tuple((pgettext("paper", "Counting commission"), name) for name in names or [""]),
        date=pgettext("paper", "Date:"),
    )


def participants_document(found: Dossier) -> Document:
    """Everybody with a vote, how he took part, a place to sign. Of an open meeting the sheet that people sign when they come.

    After the end only those who took part stand in it: those present apart from those who sent a decision in (Order 266/пр).
    """
    votes = found.evidence.found
    heads = (
        "№",
        pgettext("paper", "Name"),
        pgettext("paper", "Plots and flats"),
        pgettext("paper", "Votes"),
        pgettext("paper", "How"),
        pgettext("paper", "Signature"),
    )
    widths = (0.5, 3, 3, 1.7, 2, 2.2)

    def table(persons: list[int], how: dict[int, str]) -> Table:
        rows = tuple(
            (
                str(number),
                found.name(person),
                found.units_text(person) or "—",
                found.votes_text(person),
                how.get(person, ""),
                "",
            )
            for number, person in enumerate(persons, 1)
        )
        return Table(heads=heads, rows=rows, widths=widths, right=(0,), height=9)

    if votes is None:
        title = pgettext("paper", "Sheet of registration")
        return _paper(
            found,
            pgettext("paper", "participants"),
            title,
            [table(list(found.order), {}), _commission(found)],
            lying=True,
        )
    attendance = votes.attendance
    ways = hall_ways(found.meeting.organisation_id, found.meeting.pk)
    came = {"door": pgettext("paper", "in person"), "phone": _("in person, by the code of the hall")}
    present = [person for person in found.order if person in attendance.present]
    agents: dict[int, set[int]] = {}
    for (principal, _item), agent in attendance.agents.items():
        if principal not in attendance.present:
            agents.setdefault(principal, set()).add(agent)
    by_power = [person for person in found.order if person in agents]
    channels: dict[int, set[str]] = {}
    for (person, _item), ballot in votes.counted.counted.items():
        if person not in attendance.present and person not in agents:
            channels.setdefault(person, set()).add(channel_text(ballot.channel.value))
    sent = [person for person in found.order if person in channels]
    main = found.evidence.main
    told = {
        "all": people_text(len(main.electors)),
        "part": amount_text(amount_of(main, {*present, *by_power, *sent}), main.weight),
        "whole": amount_text(whole_of(main), main.weight),
    }
    blocks: list[Block] = [
        Text(text=_("In the register of electors: %(all)s, votes: %(whole)s. Took part: %(part)s.") % told),
        Heading(text=_("List of those present in person")),
        table(present, {person: came.get(ways.get(person, ""), "") for person in present})
        if present
        else Text(text=pgettext("paper", "Nobody.")),
    ]
    if by_power:
        blocks.append(Heading(text=pgettext("paper", "Through representatives")))
        blocks.append(
            table(by_power, {person: found.names_of(sorted(agents[person])) for person in by_power})
        )
    if sent:
        blocks.append(Heading(text=pgettext("paper", "Sent their decisions in")))
        blocks.append(table(sent, {person: ", ".join(sorted(channels[person])) for person in sent}))
    blocks.append(_commission(found))
    return _paper(
        found,
        pgettext("paper", "participants"),
        pgettext("paper", "Register of participants"),
        blocks,
        lying=True,
    )


def results_document(found: Dossier) -> Document:
    """What the counting commission signs: ballots that came and counted, votes by item in each tally, the arithmetic, the verdicts."""
    votes = found.evidence.found
    assert votes is not None
    closing = found.evidence.closing
    assert closing is not None
    standing: dict[str, int] = {}
    for one in votes.ballots:
        word = votes.counted.standing[one.key].value if one.key in votes.counted.standing else "counted"
        standing[word] = standing.get(word, 0) + 1
    main = found.evidence.main
    rows = [
        (pgettext("paper", "Electors in the register"), people_text(len(main.electors))),
        (pgettext("paper", "Votes in the register"), amount_text(whole_of(main), main.weight)),
        (_("Open votes that came, by item"), str(ks.number(len(votes.ballots)))),
    ]
    rows += [(f"— {standing_text(word)}", str(ks.number(count))) for word, count in sorted(standing.items())]
    rows.append((pgettext("paper", "Counted on"), ks.moment(closing.at)))
    blocks: list[Block] = [
        Facts(rows=tuple(rows)),
        Heading(text=pgettext("paper", "Votes by item")),
        *item_blocks(found, votes, heard=False),
        Heading(text=pgettext("paper", "What proves the count")),
        *hash_blocks(found),
    ]
    if any(one.to_be_checked for one in found.evidence.results):
        text = _("* Compare the article with the edition in force before the minutes are signed.")
        blocks.append(Text(text=text, style="small"))
    blocks.append(_commission(found))
    return _paper(
        found, pgettext("paper", "result-protocol"), _("Result protocol of the counting commission"), blocks
    )


def secret_document(found: Dossier) -> Document:
    """Of each secret item the published tables: hashes of the ballots, and what was marked, in a drawn order. No name of a voter."""
    votes = found.evidence.found
    assert votes is not None
    blocks: list[Block] = [
        Text(
            text=_(
                "The first table holds the hashes by which a voter finds that the own ballot is among those counted. The second holds what "
                "was marked. The order of one tells nothing of the other."
            )
        )
    ]
    marks = mark_texts()
    for item in found.evidence.agenda:
        tables = votes.secret.get(item.key)
        if tables is None:
            continue
        blocks.append(Heading(text=item.title))
        blocks.append(Text(text=item.wording))
        count = str(ks.number(len(tables.contents)))
        blocks.append(Text(text=pgettext("paper", "Ballots: %(count)s.") % {"count": count}))
        shown = []
        for number, content in enumerate(tables.contents, 1):
            data = json.loads(content)
            if "marked" in data:
                told = found.names_of(int(who) for who in data["marked"]) or pgettext(
                    "paper", "no name marked"
                )
            else:
                told = ", ".join(marks[mark] for mark in data["marks"]) or pgettext("paper", "no mark")
            shown.append((str(number), told))
        blocks.append(Heading(text=pgettext("paper", "What was marked"), level=2))
        blocks.append(
            Table(heads=("№", pgettext("paper", "Mark")), rows=tuple(shown), widths=(1, 9), right=(0,))
        )
        blocks.append(Heading(text=pgettext("paper", "Hashes of the ballots"), level=2))
        rows = tuple((str(number), one) for number, one in enumerate(tables.commitments, 1))
        blocks.append(Table(heads=("№", pgettext("paper", "Hash")), rows=rows, widths=(1, 9), right=(0,)))
    blocks.append(_commission(found))
    return _paper(found, pgettext("paper", "secret-vote"), _("Protocol of the secret vote"), blocks)


def filled_document(found: Dossier, *, persons: frozenset[int] | None = None) -> Document:
    """Every ballot as it was entered: a part for each person, with what was marked, how it came, who entered it, what was signed.

    `persons`: of those only, for one's own.
    """
    row = found.meeting
    counted = found.evidence.found.counted if found.evidence.found else None
    rows = filled_ballots(row.organisation_id, row.pk, counted, persons=persons)
    order = {person: at for at, person in enumerate(found.order)}
    rows.sort(key=lambda one: (order.get(one.elector, len(order)), one.elector, one.received_at))
    logins = {login for one in rows for login in (one.entered_by, one.checked_by) if login is not None}
    who = login_names(logins, organisation_id=row.organisation_id)
    titles = {item.key: item for item in found.evidence.agenda}
    blocks: list[Block] = []
    last = None
    for one in rows:
        if one.elector != last:
            if last is not None and persons is None:
                blocks.append(Break())
            last = one.elector
            blocks.append(Heading(text=found.name(one.elector)))
            blocks.append(
                Facts(
                    rows=(
                        (pgettext("paper", "Plots and flats"), found.units_text(one.elector) or "—"),
                        (pgettext("paper", "Votes"), found.votes_text(one.elector) or "—"),
                    )
                )
            )
        blocks += _filled(found, one, who, titles)
    if not rows:
        blocks.append(Text(text=pgettext("paper", "No open ballot came.")))
    return _paper(found, pgettext("paper", "filled-ballots"), pgettext("paper", "Filled ballots"), blocks)


def _filled(
    found: Dossier, one: FilledBallot, who: dict[int, str], titles: Mapping[str, AgendaRow]
) -> list[Block]:
    texts, marks = choice_texts(), mark_texts()
    facts = [
        (pgettext("paper", "How it came"), channel_text(one.channel)),
        (pgettext("paper", "Received"), ks.moment(one.received_at)),
    ]
    if one.agent is not None and one.agent != one.elector:
        facts.append((pgettext("paper", "Given by a representative"), found.name(one.agent)))
    if one.channel in ("paper", "hall") and one.entered_at is not None:
        facts.append(
            (pgettext("paper", "Entered by"), f"{_who(who, one.entered_by)}, {ks.moment(one.entered_at)}")
        )
    if one.checked_at is not None:
        facts.append(
            (_("Compared with the paper by"), f"{_who(who, one.checked_by)}, {ks.moment(one.checked_at)}")
        )
    if one.state in ("late", "rejected"):
        facts.append((pgettext("paper", "Outcome"), standing_text(one.state)))
    table = []
    for vote in one.votes:
        key, _slash, candidate = vote.item.partition("/")
        title = titles[key].title if key in titles else key
        if candidate:
            title = f"{title}: {found.name(int(candidate))}"
        told = ", ".join(marks[mark] for mark in vote.marks) or texts["not_voted"]
        table.append((title, told, standing_text(vote.standing)))
    blocks: list[Block] = [
        Facts(rows=tuple(facts)),
        Table(
            heads=(pgettext("paper", "Item"), pgettext("paper", "Mark"), pgettext("paper", "Outcome")),
            rows=tuple(table),
            widths=(4, 2, 2.5),
        ),
    ]
    if one.text:
        blocks.append(Heading(text=pgettext("paper", "Signed text"), level=2))
        blocks += [Text(text=line, style="small") for line in one.text.splitlines()]
        blocks.append(Text(lead=pgettext("paper", "Hash of the text"), text=one.text_hash, style="mono"))
        signed = (
            (pgettext("paper", "The code was sent"), ks.moment(one.asked_at)),
            (pgettext("paper", "Signed by the code"), ks.moment(one.signed_at)),
            (pgettext("paper", "By which clause"), one.clause),
        )
        blocks.append(Facts(rows=signed))
    return blocks


def _who(names: dict[int, str], login: int | None) -> str:
    return (
        names.get(login, pgettext("paper", "an official"))
        if login is not None
        else pgettext("paper", "the system")
    )


def hall_bulletin(found: Dossier) -> Document:
    """A bulletin for secret items in the hall: no name, no number. One sheet is copied as often as there are electors."""
    row: Meeting = found.meeting
    blocks: list[Block] = [
        Text(
            text=_(
                "Do not write your name. Put one mark on each item, fold the sheet and put it into the box."
            )
        )
    ]
    marks = mark_texts()
    for number, item in enumerate(found.evidence.agenda, 1):
        if not item.is_secret:
            continue
        blocks.append(Heading(text=f"{number}. {item.title}", level=2))
        blocks.append(Text(text=item.wording))
        if item.candidates:
            text = _("Mark not more than %(seats)s: with more marks the ballot is invalid.") % {
                "seats": item.seats
            }
            blocks.append(Text(text=text, style="small"))
            rows = tuple(("☐", found.name(who)) for who in item.candidates)
            blocks.append(
                Table(heads=("", pgettext("paper", "Candidate")), rows=rows, widths=(1, 9), height=10)
            )
        else:
            boxes = tuple(f"☐  {word}" for word in marks.values())
            blocks.append(Table(heads=(), rows=(boxes,), widths=(1, 1, 1), height=12))
    title = pgettext("paper", "Bulletin of a secret vote")
    return Document(
        name=pgettext("paper", "secret-bulletin"),
        title=title,
        head=(found.card.name_short,),
        under=(row.title,),
        language=found.language,
        blocks=tuple(blocks),
    )
