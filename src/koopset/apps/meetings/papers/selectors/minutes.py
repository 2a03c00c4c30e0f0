"""The minutes: contents by the law of the body, each block with the points of the checklist that it fulfils."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.models import MinutesText
from koopset.apps.meetings.papers.rules.document import (
    Blank,
    Block,
    Document,
    Facts,
    Heading,
    Listing,
    Signs,
    Text,
)
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.minutes_items import hash_blocks, item_blocks, next_step_blocks
from koopset.apps.meetings.papers.selectors.wording import (
    amount_text,
    form_text,
    measure_text,
    people_text,
    told_text,
    weight_number,
    weight_text,
)
from koopset.apps.meetings.rules.law import Channel, Form, Voters, Weight
from koopset.apps.meetings.rules.minutes import Circumstances
from koopset.apps.meetings.rules.tally import amount_of, meeting_quorum, whole_of
from koopset.apps.meetings.rules.verdict import measure_data
from koopset.apps.meetings.selectors.archives import plain
from koopset.apps.meetings.selectors.evidence import VotesFound
from koopset.apps.meetings.selectors.proofs import told_with_proofs
from koopset.foundation.ui.templatetags import ks


def circumstances_of(found: Dossier) -> Circumstances:
    """On what the checklist of these minutes depends."""
    evidence, row = found.evidence, found.meeting
    votes = evidence.found
    kinds = {one.voters for one in evidence.electorates}
    return Circumstances(
        form=Form(row.form),
        owners=kinds >= {Voters.MEMBERS, Voters.OWNERS},
        electronic=bool(votes) and any(one.channel is Channel.ELECTRONIC for one in votes.ballots),  # type: ignore[union-attr]
        secret=any(item.is_secret for item in evidence.agenda),
        proxies=bool(evidence.powers),
        election=any(item.seats for item in evidence.agenda),
        in_system=row.in_system,
    )


def minutes_document(found: Dossier) -> Document:
    """The minutes of a closed meeting, in the language that is active. What only people know stands as a line to write on."""
    row = found.meeting
    votes = found.evidence.found
    assert votes is not None
    number = row.number or "______"
    blocks = [
        *_opening(found),
        *_officials(found),
        *_participants(found, votes),
        Heading(text=pgettext("paper", "Agenda"), points=("agenda",)),
        Listing(lines=tuple(item.title for item in found.evidence.agenda), points=("agenda",)),
        Heading(text=_("Consideration of the items and results of the vote")),
        *item_blocks(found, votes),
        *next_step_blocks(found),
        *_objections(found),
        *_ending(found, votes),
    ]
    return Document(
        name=pgettext("paper", "minutes"),
        title=pgettext("paper", "Minutes No. %(number)s") % {"number": number},
        head=found.head,
        under=(_sentence(found.body_name), row.title),
        foot=pgettext("paper", "Minutes No. %(number)s, %(title)s") % {"number": number, "title": row.title},
        language=found.language,
        blocks=tuple(blocks),
    )


def minutes_to_fill(meeting: Meeting, text: MinutesText | None) -> tuple[str, ...]:
    """What only people know and nobody has written yet: it is filled in on the page, by hand or in the DOCX."""
    heard = text.heard if text else {}
    lines = []
    if not heard:
        lines.append(_("who was heard on each item"))
    if not (text and text.kept_at):
        lines.append(_("where the minutes and decisions are kept"))
    if meeting.form != Meeting.Form.ABSENTIA and not (text and text.objections):
        lines.append(_("who voted against and asked to have it written down"))
    if meeting.kind == Meeting.Kind.OWNERS:
        lines.append(_("the initiator's premises and identity document"))
        if not (text and text.system_number):
            lines.append(_("the number of the minutes in ГИС ЖКХ"))
    return tuple(lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _opening(found: Dossier) -> list[Block]:
    row = found.meeting
    blocks: list[Block] = []
    if found.language != "ru":
        blocks.append(
            Text(
                text=_("A translation for reading: the paper that is signed is the Russian one."),
                style="small",
            )
        )
    assert row.closed_at is not None
    blocks.append(
        Facts(rows=((pgettext("paper", "Form of the meeting"), form_text(row.form)),), points=("form",)),
    )
    if row.starts_at is not None:
        place = (
            (pgettext("paper", "Day and hour"), ks.moment(row.starts_at)),
            (pgettext("paper", "Place of the meeting"), row.place or "—"),
            (pgettext("paper", "Ended"), ks.moment(row.closed_at)),
        )
        blocks.append(Facts(rows=place, points=("date-place",)))
    if row.form != Meeting.Form.IN_PERSON:
        until = row.ends_at or row.starts_at
        rows = []
        if row.opens_on is not None:
            rows.append((_("Decisions were taken in from"), ks.day(row.opens_on)))
        rows.append((_("End of taking decisions in"), ks.moment(until)))
        blocks.append(Facts(rows=tuple(rows), points=("intake-until",)))
    if found.is_house:
        number = found.text.system_number if found.text else ""
        number = number or "_" * 20
        blocks.append(
            Facts(
                rows=((pgettext("paper", "Address of the house"), found.card.address or "______"),),
                points=("address",),
            )
        )
        blocks.append(
            Facts(
                rows=(
                    (
                        _("Number of the minutes in ГИС ЖКХ"),
                        number,
                    ),
                ),
                points=("gis-number",),
            )
        )
    initiator = _sentence(str(Meeting.Initiator(row.initiator).label))
    if row.demanded_on is not None:
        initiator += pgettext("paper", "; demanded on %(day)s") % {"day": ks.day(row.demanded_on)}
        if row.supporters:
            initiator += pgettext("paper", " by %(part)s of %(whole)s") % {
                "part": row.supporters,
                "whole": row.demand_members,
            }
    blocks.append(
        Facts(rows=((pgettext("paper", "Initiator of the meeting"), initiator),), points=("initiator",))
    )
    if found.is_house:
        label = _("Initiator: name, premises, identity document (hidden in copies for residents):")
        blocks.append(Blank(label=label, lines=2, points=("initiator",)))
    blocks += _notice(found)
    law = f"{found.profile.law} ({found.profile.edition})"
    blocks.append(Facts(rows=((pgettext("paper", "By which law"), law),)))
    if row.in_system:
        text = _(
            "The vote was held in a system (ЖК art. 47.1); minutes made by the system with the signature of its operator are attached."
        )
        blocks.append(Text(text=text, points=("system-minutes",)))
    return blocks


def _notice(found: Dossier) -> list[Block]:
    notice = found.evidence.notice
    if notice is None:
        return []
    told, posted = told_with_proofs(found.meeting)
    ways: dict[str, int] = {}
    for one in told:
        if one.row.on is not None:
            ways[one.row.channel] = ways.get(one.row.channel, 0) + 1
    days = [one.row.on for one in told if one.row.on is not None]
    lines = [_("sent on %(day)s, No. %(number)s") % {"day": ks.day(notice.at), "number": notice.number}]
    lines += [f"{told_text(channel)} — {people_text(count)}" for channel, count in sorted(ways.items())]
    lines += [f"{told_text(one.channel)} {ks.day(one.on)} ({one.basis})" for one in posted]
    if days:
        lines.append(_("the last of the electors was told on %(day)s") % {"day": ks.day(max(days))})
    return [
        Facts(rows=((_("Electors were told of the meeting"), "; ".join(lines)),), points=("notice-attached",))
    ]


def _officials(found: Dossier) -> list[Block]:
    chair, secretary = found.officials("chair"), found.officials("secretary")
    counters = found.officials("counter")
    who = ", ".join(counters) if counters else ", ".join([*chair, *secretary])
    counting = (
        pgettext("paper", "counting commission: %(names)s")
        if counters
        else _("the chair and the secretary: %(names)s")
    )
    return [
        Facts(
            rows=((pgettext("paper", "Chair of the meeting"), ", ".join(chair) or "______"),),
            points=("chair-signature",),
        ),
        Facts(
            rows=((pgettext("paper", "Secretary of the meeting"), ", ".join(secretary) or "______"),),
            points=("secretary-signature",),
        ),
        Facts(
            rows=((pgettext("paper", "Votes were counted by"), counting % {"names": who}),),
            points=("counters", "counters-signature"),
        ),
    ]


def _participants(found: Dossier, votes: VotesFound) -> list[Block]:
    main = found.evidence.main
    attendance = votes.attendance
    principals = {who for who, _item in attendance.agents} - attendance.present
    senders = votes.counted.senders() - attendance.present
    taking = attendance.present | principals | senders | {who for who, _item in votes.counted.counted}
    whole, part = whole_of(main), amount_of(main, taking)
    rows = [
        (pgettext("paper", "Have a vote"), people_text(whole.people)),
        (pgettext("paper", "Took part"), amount_text(part, main.weight)),
        (
            pgettext("paper", "— present in person"),
            amount_text(amount_of(main, attendance.present), main.weight),
        ),
    ]
    if principals:
        rows.append(
            (
                pgettext("paper", "— through representatives"),
                amount_text(amount_of(main, principals), main.weight),
            )
        )
    if senders:
        rows.append((_("— sent their decisions in"), amount_text(amount_of(main, senders), main.weight)))
    blocks: list[Block] = [
        Heading(text=pgettext("paper", "Participants and quorum")),
        Facts(
            rows=((pgettext("paper", "Total number of votes"), _total(whole.weight, main.weight)),),
            points=("total-votes",),
        ),
        Facts(rows=tuple(rows), points=("participants",)),
    ]
    quorum = meeting_quorum(found.profile, part, whole, is_repeat=found.evidence.opening.is_repeat)  # type: ignore[union-attr]
    sums = "; ".join(measure_text(plain(measure_data(one))) for one in quorum.measures)
    source = found.profile.source("quorum").article
    blocks.append(
        Text(
            lead=pgettext("paper", "There is a quorum.")
            if quorum.is_reached
            else pgettext("paper", "There is no quorum."),
            text=pgettext("paper", "%(sums)s (%(article)s).") % {"sums": sums, "article": source},
            points=("quorum",),
        )
    )
    owners = next((one for one in found.evidence.electorates if one.voters is Voters.OWNERS), None)
    if owners is not None and owners is not main:
        told = {
            "all": people_text(len(owners.electors)),
            "part": amount_text(amount_of(owners, taking), owners.weight),
        }
        text = _(
            "Owners who are not members and vote on some items: %(all)s; took part: %(part)s. Their votes are counted apart "
            "and do not change the quorum."
        )
        blocks.append(Text(text=text % told, points=("owners-votes",)))
    if found.profile.key == "snt-founding":
        blocks.append(
            Text(
                text=_("Founders: the list of founders with the signature of each is attached."),
                points=("founders",),
            )
        )
    blocks += _proxies(found, votes) + _from_afar(found, votes)
    return blocks


def _total(weight: Fraction, kind: Weight) -> str:
    if kind is Weight.AREA:
        return _("%(number)s (area of premises in m²)") % {"number": weight_number(weight, kind)}
    return weight_text(weight, kind)


def _proxies(found: Dossier, votes: VotesFound) -> list[Block]:
    if not found.evidence.powers:
        return []
    used = {(who, by) for (who, _item), by in votes.attendance.agents.items()}
    lines = []
    for power in found.evidence.powers:
        told = {
            "agent": found.name(power.agent),
            "principal": found.name(power.principal),
            "number": power.number or pgettext("paper", "no number"),
            "day": ks.day(power.issued_on),
        }
        line = _("%(agent)s for %(principal)s, power of attorney %(number)s of %(day)s") % told
        if (power.principal, power.agent) not in used:
            line += pgettext("paper", " (not used)")
        lines.append(line)
    return [
        Text(text=_("Voted by powers of attorney:"), points=("proxies",)),
        Listing(lines=tuple(lines), points=("proxies",)),
    ]


def _from_afar(found: Dossier, votes: VotesFound) -> list[Block]:
    if not any(one.channel is Channel.ELECTRONIC for one in votes.ballots):
        return []
    facts = found.evidence.frozen.facts  # type: ignore[union-attr]
    clause = facts.electronic_clause or facts.electronic_decision or "—"
    count = len({one.elector for one in votes.ballots if one.channel is Channel.ELECTRONIC})
    text = _(
        "Electronically, from afar, voted: %(count)s. Each was known by the own login and signed the text of the own vote by a code "
        "sent to him (a simple electronic signature; %(clause)s)."
    )
    return [Text(text=text % {"count": people_text(count), "clause": clause}, points=("electronic-means",))]


def _objections(found: Dossier) -> list[Block]:
    if found.meeting.form == Meeting.Form.ABSENTIA:
        return []
    label = _("Voted against and asked to have it written down (if nobody, write so):")
    if found.text and found.text.objections:
        lead = _("Voted against and asked to have it written down:")
        return [Text(lead=lead, text=found.text.objections, points=("objections",))]
    return [Blank(label=label, lines=2, points=("objections",))]


def _ending(found: Dossier, votes: VotesFound) -> list[Block]:
    evidence, row = found.evidence, found.meeting
    years, ballots = found.profile.number("minutes.years"), found.profile.number("ballots.years")
    kept = _("The minutes and the decisions are kept:")
    blocks: list[Block] = [Heading(text=pgettext("paper", "Keeping, proofs, attachments"))]
    if found.text and found.text.kept_at:
        blocks.append(Text(lead=kept, text=found.text.kept_at, points=("storage-place",)))
    else:
        blocks.append(Blank(label=kept, points=("storage-place",)))
    if years and ballots:
        text = _(
            "Minutes are kept at least %(years)s years, ballots and powers of attorney %(ballots)s years."
        )
        blocks.append(Text(text=text % {"years": years, "ballots": ballots}, style="small"))
    blocks += hash_blocks(found)
    if any(one.to_be_checked for one in evidence.results):
        blocks.append(
            Text(
                text=_("* Compare the article with the edition in force before the minutes are signed."),
                style="small",
            )
        )
    blocks.append(Heading(text=pgettext("paper", "Attached"), level=2))
    blocks.append(_attachments(found))
    rows = [(pgettext("paper", "Chair of the meeting"), name) for name in found.officials("chair") or [""]]
    rows += [
        (pgettext("paper", "Secretary of the meeting"), name) for name in found.officials("secretary") or [""]
    ]
    rows += [(pgettext("paper", "Counting commission"), name) for name in found.officials("counter")]
    blocks.append(
        Signs(
            rows=tuple(rows),
            date=pgettext("paper", "Day of the minutes:"),
            points=("chair-signature", "secretary-signature", "counters-signature"),
        )
    )
    if row.state == Meeting.State.RECORDED and row.recorded_at is not None:
        blocks.append(
            Text(text=_("Entered as signed on %(day)s.") % {"day": ks.day(row.recorded_at)}, style="small")
        )
    return blocks


def _attachments(found: Dossier) -> Block:
    row = found.meeting
    lines = [_("message that the meeting would be held, and the list of those who were told")]
    points = ["notice-attached"]
    if row.form != Meeting.Form.ABSENTIA:
        lines.append(_("list of those present with the signature of each"))
        points += ["participants-list", "present-list"]
    else:
        lines.append(_("list of those who took part"))
        points.append("participants-list")
    if found.is_house:
        lines.append(_("list of all owners of premises who took part"))
        lines.append(_("decisions of owners with their СНИЛС (hidden in copies for residents)"))
        points.append("snils")
    if row.form != Meeting.Form.IN_PERSON:
        lines.append(pgettext("paper", "written decisions"))
        points.append("written-decisions")
    if found.evidence.powers:
        lines.append(pgettext("paper", "powers of attorney"))
    lines.append(_("result protocol of the counting commission"))
    if any(item.is_secret for item in found.evidence.agenda):
        lines.append(_("protocol of the secret vote"))
    lines += [title for item in found.evidence.agenda for _file, title, _day in item.files]
    return Listing(lines=tuple(dict.fromkeys(lines)), points=tuple(points))
