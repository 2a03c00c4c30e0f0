"""Written ballots: who votes with what, the items he may decide, a code that binds the paper to him. Secret items never stand here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.formats.code_picture import code_png
from koopset.apps.meetings.papers.rules.document import (
    Blank,
    Block,
    Code,
    Document,
    Facts,
    Heading,
    Listing,
    Signs,
    Table,
    Text,
)
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.wording import (
    form_text,
    mark_texts,
)
from koopset.apps.meetings.rules.ballot_code import code_scanned, code_spaced
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.selectors.ballot_codes import ballot_code
from koopset.apps.register.selectors.units import owners_at
from koopset.foundation.ui.templatetags import ks


@dataclass(frozen=True, slots=True)
class BallotItem:
    """An item as it stands on ballots: `candidates` are names, in their order; `voters` are those who have a box for it."""

    number: int
    title: str
    wording: str
    note: str
    candidates: tuple[str, ...]
    voters: frozenset[Voters]


@dataclass(frozen=True, slots=True)
class BallotForm:
    """What all ballots of a meeting have alike."""

    found: Dossier
    title: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[BallotItem, ...]
    advice: tuple[str, ...]
    deeds: dict[int, str]

    @property
    def is_for_anybody(self) -> bool:
        """Whether there is an item to put a mark on: a meeting of secret items alone has no named ballots."""
        return bool(self.items)


def ballot_form(found: Dossier) -> BallotForm:
    """Title, term, items and advice, in the language that is active."""
    row = found.meeting
    items = []
    barred = found.evidence.frozen.barred if found.evidence.frozen else frozenset()
    for number, item in enumerate(found.evidence.agenda, 1):
        if item.is_secret or item.key in barred:
            continue
        law = found.profile.item(item.key)
        voters = (
            frozenset({Voters.MEMBERS, Voters.OWNERS})
            if law.voters is Voters.MEMBERS_AND_OWNERS
            else frozenset({law.voters})
        )
        note = ""
        if item.candidates:
            note = _("Seats: %(seats)s. One mark for each candidate.") % {"seats": item.seats}
        names = tuple(found.name(who) for who in item.candidates)
        items.append(BallotItem(number, item.title, item.wording, note, names, voters))
    facts = [(pgettext("paper", "Form of the meeting"), form_text(row.form))]
    if row.starts_at is not None:
        facts.append(
            (pgettext("paper", "Day, hour, place"), f"{ks.moment(row.starts_at)}, {row.place}".rstrip(", "))
        )
    if row.form == Meeting.Form.ABSENTIA:
        facts.append((pgettext("paper", "Hand in until"), ks.moment(row.ends_at)))
    elif row.form == Meeting.Form.MIXED:
        until = row.starts_at if found.profile.says("mixed.before") or row.ends_at is None else row.ends_at
        facts.append((pgettext("paper", "Hand in until"), ks.moment(until)))
    if row.form != Meeting.Form.IN_PERSON:
        facts.append((pgettext("paper", "Where to bring it"), row.place or found.card.address or "—"))
    return BallotForm(
        found=found,
        title=_title(found),
        facts=tuple(facts),
        items=tuple(items),
        advice=_advice(found, has_candidates=any(item.candidates for item in items)),
        deeds=_deeds(found) if found.is_house else {},
    )


def _title(found: Dossier) -> str:
    if found.is_house:
        return _("Decision of an owner of premises")
    if found.meeting.form == Meeting.Form.IN_PERSON:
        return pgettext("paper", "Ballot")
    return pgettext("paper", "Ballot (written decision)")


def _advice(found: Dossier, *, has_candidates: bool) -> tuple[str, ...]:
    lines = [
        _(
            "Put one mark on each item: a cross or a tick in one box. Two marks on an item make the vote on it invalid."
        ),
        _("Sign the ballot and write the date. Without a signature it does not count."),
    ]
    if has_candidates:
        lines.append(_("In an election mark each candidate apart; more marks “for” than seats are allowed."))
    if found.profile.says("proxy"):
        lines.append(_("A representative signs for himself and attaches the power of attorney."))
    if found.meeting.form != Meeting.Form.IN_PERSON:
        lines.append(_("A ballot that comes after the term is kept and not counted."))
    return tuple(lines)


def _deeds(found: Dossier) -> dict[int, str]:
    """person → papers of ownership, as the register has them."""
    units = {line.unit for lines in found.units.values() for line in lines}
    deeds: dict[int, list[str]] = {}
    known = owners_at(found.meeting.organisation_id, sorted(units), found.evidence.register_on)
    for owners in known.values():
        for owner in owners:
            if owner.deed:
                deeds.setdefault(owner.person_id, []).append(owner.deed)
    return {person: "; ".join(lines) for person, lines in deeds.items()}


def own_items(form: BallotForm, person: int) -> list[int]:
    """Places of the items that a person may decide."""
    kinds = form.found.weighed.get(person, {}).keys()
    return [at for at, item in enumerate(form.items) if item.voters & kinds]


def ballot_persons(form: BallotForm) -> list[int]:
    """Everybody who has a ballot, by streets and plots."""
    return [person for person in form.found.order if own_items(form, person)]


def _labels() -> dict[str, str]:
    """Words of the lines that say who votes, asked for once."""
    return {
        "who": pgettext("paper", "Who votes"),
        "units": pgettext("paper", "Plots and flats"),
        "votes": pgettext("paper", "Votes"),
        "deed": pgettext("paper", "Paper of ownership"),
        "number": pgettext("paper", "СНИЛС"),
    }


def _who(
    form: BallotForm, person: int, labels: dict[str, str], votes: dict[object, str]
) -> list[tuple[str, str]]:
    """Lines of a person; `votes` keeps what was said of equal weights."""
    found = form.found
    rows = [(labels["who"], found.name(person))]
    if units := found.units_text(person):
        rows.append((labels["units"], units))
    weights = tuple(sorted(found.weighed[person].items()))
    if weights not in votes:
        votes[weights] = found.votes_text(person)
    rows.append((labels["votes"], votes[weights]))
    if found.is_house:
        rows.append((labels["deed"], form.deeds.get(person) or "_" * 28))
        rows.append((labels["number"], "_" * 28))
    return rows


def ballot_data(form: BallotForm, persons: Iterable[int]) -> dict[str, Any]:
    """Ballots as their template takes them: what is alike once, then each one."""
    found, row = form.found, form.found.meeting
    marks, labels = mark_texts(), _labels()
    votes: dict[object, str] = {}
    return {
        "language": found.language,
        "organisation": found.card.name_short,
        "title": form.title,
        "meeting": row.title,
        "body": found.body_name,
        "facts": form.facts,
        "marks": list(marks.values()),
        "items": [
            {
                "head": f"{item.number}. {item.title}",
                "wording": item.wording,
                "note": item.note,
                "candidates": item.candidates,
            }
            for item in form.items
        ],
        "advice": form.advice,
        "number_label": pgettext("paper", "Number of the ballot"),
        "sign": pgettext("paper", "Signature"),
        "name": pgettext("paper", "Name in full"),
        "date": pgettext("paper", "Date"),
        "ballots": [_one(form, person, labels, votes) for person in persons],
    }


def _one(form: BallotForm, person: int, labels: dict[str, str], votes: dict[object, str]) -> dict[str, Any]:
    row = form.found.meeting
    digits = ballot_code(row.organisation_id, row.pk, person)
    return {
        "who": _who(form, person, labels, votes),
        "signer": form.found.name(person),
        "items": own_items(form, person),
        "code": code_spaced(digits),
        "qr": list(code_png(code_scanned(row.pk, digits))),
    }


def ballot_parts(form: BallotForm, chunk: int) -> Iterator[dict[str, Any]]:
    """All ballots of a meeting in data of `chunk` each."""
    persons = ballot_persons(form)
    for at in range(0, len(persons), chunk):
        yield ballot_data(form, persons[at : at + chunk])


def ballot_document(form: BallotForm, person: int) -> Document:
    """One ballot as blocks, for DOCX."""
    row, found = form.found.meeting, form.found
    digits = ballot_code(row.organisation_id, row.pk, person)
    words = tuple(f"☐ {word}" for word in mark_texts().values())
    blocks: list[Block] = [
        Code(
            digits=code_spaced(digits),
            scanned=code_scanned(row.pk, digits),
            label=pgettext("paper", "Number of the ballot"),
        ),
        Facts(rows=tuple(_who(form, person, _labels(), {}))),
        Facts(rows=form.facts),
    ]
    for at in own_items(form, person):
        item = form.items[at]
        blocks.append(Heading(text=f"{item.number}. {item.title}", level=2))
        blocks.append(Text(text=item.wording))
        if item.note:
            blocks.append(Text(text=item.note, style="small"))
        if item.candidates:
            rows = tuple((name, *words) for name in item.candidates)
            blocks.append(
                Table(heads=(pgettext("paper", "Candidate"), "", "", ""), rows=rows, widths=(3, 1.4, 1.4, 2))
            )
        else:
            blocks.append(Table(heads=(), rows=(words,), widths=(1, 1, 1)))
    blocks.append(Listing(lines=form.advice))
    blocks.append(
        Signs(rows=((pgettext("paper", "Signature"), found.name(person)),), date=pgettext("paper", "Date"))
    )
    if found.profile.says("proxy"):
        blocks.append(Blank(label=pgettext("paper", "Representative, power of attorney:")))
    return Document(
        name=pgettext("paper", "ballot"),
        title=form.title,
        head=(found.card.name_full or found.card.name_short,),
        under=(row.title, found.body_name),
        foot=pgettext("paper", "Number of the ballot") + f" {code_spaced(digits)}",
        language=found.language,
        blocks=tuple(blocks),
    )
