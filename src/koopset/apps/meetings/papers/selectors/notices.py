"""The notice as people get it on paper, and who was told of the meeting with the proofs."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.rules.document import Block, Document, Facts, Heading, Signs, Table, Text
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.wording import (
    base_text,
    form_text,
    people_text,
    threshold_text,
    told_text,
)
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.selectors.proofs import told_with_proofs
from koopset.foundation.ui.templatetags import ks


def notice_document(found: Dossier) -> Document:
    """The notice: form, days, place, agenda with the wording of each decision, where the papers are, how to vote."""
    row, notice = found.meeting, found.evidence.notice
    rows = [(pgettext("paper", "Form of the meeting"), form_text(row.form))]
    if row.starts_at is not None:
        rows += [
            (pgettext("paper", "Day and hour"), ks.moment(row.starts_at)),
            (pgettext("paper", "Place of the meeting"), row.place or "—"),
        ]
    if row.opens_on is not None:
        rows.append((_("Decisions are taken in from"), ks.day(row.opens_on)))
    if row.form != Meeting.Form.IN_PERSON:
        rows.append((_("Decisions are taken in until"), ks.moment(row.ends_at or row.starts_at)))
        rows.append((_("Where to bring a decision"), row.place or found.card.address or "—"))
    if found.is_house and found.card.address:
        rows.append((pgettext("paper", "Address of the house"), found.card.address))
    rows.append((pgettext("paper", "Who calls the meeting"), str(Meeting.Initiator(row.initiator).label)))
    blocks: list[Block] = [Facts(rows=tuple(rows)), Heading(text=pgettext("paper", "Agenda"))]
    titles = {"election": pgettext("paper", "Candidates: %(names)s. Seats: %(seats)s.")}
    for number, item in enumerate(found.evidence.agenda, 1):
        blocks.append(Heading(text=f"{number}. {item.title}", level=2))
        blocks.append(Text(lead=pgettext("paper", "Put to the vote:"), text=item.wording))
        if item.candidates:
            told = {"names": found.names_of(item.candidates), "seats": item.seats}
            blocks.append(Text(text=titles["election"] % told))
        law = found.profile.item(item.key)
        needed = _("Needed for a decision: %(needed)s %(base)s (%(article)s).") % {
            "needed": threshold_text(law.needs),
            "base": base_text(law),
            "article": law.source.article,
        }
        if law.voters is Voters.MEMBERS_AND_OWNERS:
            needed += " " + _("Owners who are not members vote too.")
        if item.is_secret:
            needed += " " + _("The vote is secret.")
        blocks.append(Text(text=needed, style="small"))
    blocks.append(Heading(text=pgettext("paper", "Papers for the items")))
    titles_of_papers = [title for item in found.evidence.agenda for _file, title, _day in item.files]
    where = _("The papers can be read on the page of the meeting and at the office of the board.")
    if titles_of_papers:
        where = f"{where} {'; '.join(dict.fromkeys(titles_of_papers))}."
    blocks.append(Text(text=where))
    blocks.append(Heading(text=pgettext("paper", "How to take part")))
    blocks += [Text(text=line) for line in _how(found)]
    blocks.append(
        Signs(rows=((pgettext("paper", "Who calls the meeting"), ""),), date=pgettext("paper", "Date:"))
    )
    sent = (
        _("Notice No. %(number)s of %(day)s") % {"number": notice.number, "day": ks.day(notice.at)}
        if notice
        else ""
    )
    return Document(
        name=pgettext("paper", "notice"),
        title=pgettext("paper", "Notice of a meeting"),
        head=found.head,
        under=(row.title, found.body_name, *([sent] if sent else [])),
        foot=row.title,
        language=found.language,
        blocks=tuple(blocks),
    )


def _how(found: Dossier) -> list[str]:
    row = found.meeting
    lines = []
    if row.form != Meeting.Form.ABSENTIA:
        lines.append(_("Come to the meeting and take an identity document with you."))
    if found.profile.says("proxy"):
        lines.append(_("You may send somebody with a written power of attorney."))
    if row.form == Meeting.Form.MIXED and found.profile.says("mixed.before"):
        lines.append(
            _(
                "Who cannot come may fill in a ballot and hand it in before the meeting begins: a later one does not count."
            )
        )
    elif row.form != Meeting.Form.IN_PERSON:
        lines.append(_("Fill in the ballot, sign it, and hand it in in time: a later one does not count."))
    if row.electronic:
        lines.append(
            _("You can also vote on the page of the meeting: your vote is signed by a code sent to you.")
        )
    return lines


def told_document(found: Dossier) -> Document:
    """Each person of the notice with the first proven day and how; those who were not told stand at the end of each page's count."""
    row = found.meeting
    told, posted = told_with_proofs(row)
    order = {person: at for at, person in enumerate(found.order)}
    names = found.names
    told.sort(key=lambda one: (order.get(one.row.person_id, len(order)), one.row.person_id))
    known = sum(1 for one in told if one.row.on is not None)
    rows = tuple(
        (
            str(number),
            names.get(one.row.person_id, "—"),
            found.units_text(one.row.person_id) or "—",
            ks.day(one.row.on) if one.row.on else pgettext("paper", "not told"),
            told_text(one.row.channel),
            one.number,
        )
        for number, one in enumerate(told, 1)
    )
    blocks: list[Block] = [
        Text(
            text=_("To be told: %(all)s. Told by proof: %(known)s.")
            % {"all": people_text(len(told)), "known": people_text(known)}
        )
    ]
    blocks += [
        Text(
            text=_("%(how)s on %(day)s, tells everybody by: %(basis)s")
            % {"how": told_text(one.channel).capitalize(), "day": ks.day(one.on), "basis": one.basis}
        )
        for one in posted
    ]
    blocks.append(
        Table(
            heads=(
                "№",
                pgettext("paper", "Name"),
                pgettext("paper", "Plots and flats"),
                pgettext("paper", "Told on"),
                pgettext("paper", "How"),
                pgettext("paper", "Number"),
            ),
            rows=rows,
            widths=(0.5, 3, 3, 1.8, 2.2, 1.3),
            right=(0,),
        )
    )
    blocks.append(
        Signs(rows=((pgettext("paper", "Who calls the meeting"), ""),), date=pgettext("paper", "Date:"))
    )
    return Document(
        name=pgettext("paper", "told"),
        title=_("List of those who were told of the meeting"),
        head=found.head,
        under=(row.title,),
        foot=row.title,
        language=found.language,
        lying=True,
        blocks=tuple(blocks),
    )
