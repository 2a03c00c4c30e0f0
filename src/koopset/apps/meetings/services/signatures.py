"""Votes from afar by a simple signature: a code bound to the hash of the very text that is signed (63-ФЗ art. 5, 6, 9)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.meetings.models import AgendaItem, BallotFact, Meeting, SignatureAsk
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import code_send
from koopset.apps.meetings.rules.ballots import Ballot, ballot_checked
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.signature import Challenge, challenge_made, code_checked
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of, weights_of_persons
from koopset.apps.meetings.selectors.hall import proxies_of
from koopset.apps.meetings.selectors.live import secret_of_server
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.apps.meetings.services.ballots import Cast, ballots_write, items_checked, marks_read
from koopset.apps.meetings.services.locks import lock_meeting, require_state
from koopset.apps.people.selectors import full_names
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: How long a code signs, and how many may be asked for in that time.
MINUTES, MOST_ASKS = 15, 5
_NAME = b"koopset.meetings.signature.v1\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of a code. A wrong one is counted and written down, so the refusal is returned and not raised."""

    ballots: tuple[BallotFact, ...]
    refusal: RuleViolation | None


def _clause(frozen: Frozen) -> str:
    return frozen.facts.electronic_clause or frozen.facts.electronic_decision


def signed_text(row: Meeting, frozen: Frozen, elector: int, voter: int, marks: Mapping[str, str]) -> str:
    """The text that is shown to the voter and signed: meeting, items with their wordings, choices, who signs, by which clause."""
    pk = row.organisation_id
    names = full_names([elector, voter], organisation_id=pk)
    items = {item.key: item for item in AgendaItem.objects.filter(organisation_id=pk, meeting_id=row.pk)}
    said = {
        "for": pgettext("vote", "for"),
        "against": pgettext("vote", "against"),
        "abstain": pgettext("vote", "abstain"),
    }
    candidates = {int(key.partition("/")[2]) for key in marks if "/" in key}
    standing = full_names(candidates, organisation_id=pk)
    lines = [
        _("Decision of an elector: %(title)s") % {"title": row.title},
        _("Elector: %(name)s") % {"name": names.get(elector, str(elector))},
    ]
    if voter != elector:
        lines.append(_("By a power of attorney: %(name)s") % {"name": names.get(voter, str(voter))})
    shown = ""
    for key, mark in sorted(
        marks.items(), key=lambda one: (items[one[0].partition("/")[0]].position, one[0])
    ):
        item = items[key.partition("/")[0]]
        if item.key != shown:  # candidates of one item stand together under its wording
            lines += ["", item.title, item.wording]
            shown = item.key
        who = standing.get(int(key.partition("/")[2]), "") if "/" in key else _("My vote")
        lines.append(f"{who}: {said[mark]}")
    lines.append("")
    lines.append(_("Signed by a code (%(clause)s)") % {"clause": _clause(frozen)})
    lines.append(
        _("Digest of the agenda: %(digest)s. Digest of the register of electors: %(register)s")
        % {"digest": frozen.opening.agenda, "register": frozen.opening.register}
    )
    return "\n".join(lines)


def _open_from_afar(row: Meeting) -> None:
    require_state(row, Meeting.State.OPEN)
    if not row.electronic or row.form == Meeting.Form.IN_PERSON:
        raise RuleViolation("meetings.no_electronic")


@service(MeetingRight.MEETING_VOTE)
def signature_ask(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    person_id: int,
    marks: Mapping[str, str],
    for_person_id: int | None = None,
    way: str = "",
    now: datetime,
) -> SignatureAsk:
    """Make the text of a vote and send the voter a code that signs this text and no other; nothing is voted yet.

    `way`: "mail" or "phone", where the voter wants the code; it goes by another where that one has no address.
    Right: one's own card. Raises Forbidden, meetings.state, meetings.no_electronic, meetings.signature_no_clause,
    meetings.code_asked_often, meetings.no_address, meetings.bad_mark, what `items_checked` and `ballot_checked` raise.
    """
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    _open_from_afar(row)
    frozen = frozen_of(row)
    items_checked(row, frozen, marks.keys(), in_hall=False)
    if not marks:
        raise RuleViolation("meetings.ballot_empty", field="ballot", item="")
    for item, mark in marks.items():
        marks_read([mark], item)
    elector = person_id if for_person_id is None else for_person_id
    _may_vote(row, frozen, elector, person_id, marks, now)
    since = now - timedelta(minutes=MINUTES)
    asked = SignatureAsk.objects.filter(
        organisation_id=organisation_id, meeting_id=row.pk, voter_id=person_id, asked_at__gt=since
    )
    if asked.count() >= MOST_ASKS:
        raise RuleViolation("meetings.code_asked_often", minutes=MINUTES)
    text, code = signed_text(row, frozen, elector, person_id, marks), f"{secrets.randbelow(1_000_000):06d}"
    made = challenge_made(
        text=text,
        voter=person_id,
        clause=_clause(frozen),
        code=code,
        expires_at=now + timedelta(minutes=MINUTES),
        secret=secret_of_server(_NAME),
    )
    letter = _("The code that signs your vote: %(code)s. It holds %(minutes)s minutes. Text: %(hash)s") % {
        "code": code,
        "minutes": MINUTES,
        "hash": made.text_hash,
    }
    sent = code_send(organisation_id=organisation_id, person_id=person_id, text=letter, way=way)
    if not sent:
        raise RuleViolation("meetings.no_address")
    return SignatureAsk.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        voter_id=person_id,
        elector_id=elector,
        marks=dict(marks),
        text=text,
        text_hash=made.text_hash,
        clause=made.clause,
        expires_at=made.expires_at,
        tag=made.tag,
        most=made.most,
        way=sent,
        asked_at=now,
    )


def _may_vote(
    row: Meeting, frozen: Frozen, elector: int, voter: int, marks: Mapping[str, str], now: datetime
) -> None:
    """Refuse before a code goes out what would be refused after: as the door does."""
    weights = weights_of_persons(row, [elector])
    agent = None if voter == elector else voter
    agents = proxies_of(row, frozen.profile, frozen.items, coming=[voter]).agents if agent else {}
    known = ballots_of(row, [elector], marks.keys())
    for item, mark in marks.items():
        if not any(voters in weights.get(elector, {}) for voters in frozen.voters_of(item)):
            raise RuleViolation("meetings.ballot_not_elector", field="ballot", item=item)
        ballot_checked(
            Ballot(0, elector, item, marks_read([mark], item), Channel.ELECTRONIC, now, agent),
            electors=weights.keys(),
            items=frozen.items,
            rules=frozen.rules,
            already=[one for one in known if one.item == item],
            agents=agents,
        )


@service(MeetingRight.MEETING_VOTE)
def signature_sign(
    *, actor: Actor, organisation_id: int, meeting_id: int, ask_id: int, code: str, now: datetime
) -> Signed:
    """Sign the text with the code: its marks become ballots. A code signs once.

    Right: whoever asked for it. A wrong code is counted, so its refusal is returned: meetings.code_wrong, code_expired, code_exhausted,
    code_other_text. Raises Forbidden, meetings.state, meetings.no_electronic, meetings.code_used, and what `ballots_write` raises.
    """
    row = lock_meeting(organisation_id, meeting_id)
    _open_from_afar(row)
    ask = (
        SignatureAsk.objects.select_for_update()
        .filter(organisation_id=organisation_id, meeting_id=row.pk, pk=ask_id)
        .first()
    )
    if ask is None or ask.voter_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    if ask.signed_at is not None:
        raise RuleViolation("meetings.code_used", field="code")
    frozen = frozen_of(row)
    challenge = Challenge(
        text_hash=ask.text_hash,
        voter=ask.voter_id,
        clause=ask.clause,
        expires_at=ask.expires_at,
        tag=ask.tag,
        attempts=ask.attempts,
        most=ask.most,
    )
    try:
        code_checked(
            challenge,
            text=ask.text,
            voter=ask.voter_id,
            code=code,
            at=now,
            secret=secret_of_server(_NAME),
        )
    except RuleViolation as refusal:
        if ask.attempts < ask.most:
            ask.attempts += 1
            ask.save(update_fields=["attempts"])
        return Signed((), refusal)
    ask.attempts, ask.signed_at = ask.attempts + 1, now
    ask.save(update_fields=["attempts", "signed_at"])
    agent = None if ask.voter_id == ask.elector_id else ask.voter_id
    casts = [
        Cast(elector=ask.elector_id, item=item, marks=marks_read([mark], item), agent=agent)
        for item, mark in sorted(ask.marks.items())
    ]
    made = ballots_write(
        row,
        frozen,
        casts,
        channel=Channel.ELECTRONIC,
        received_at=now,
        entered_by=actor.login_id,
        now=now,
        signature_id=ask.pk,
    )
    return Signed(tuple(made), None)
