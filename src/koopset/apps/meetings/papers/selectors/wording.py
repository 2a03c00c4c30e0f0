"""Numbers, thresholds, forms and days of meetings in words, in the language of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, npgettext, pgettext
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.rules.canonical import fraction_read
from koopset.apps.meetings.rules.law import Base, Channel, Threshold, Voters, Weight, Words
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.rules.tally import Amount
from koopset.foundation.ui.templatetags import ks

_PLACES = Decimal("0.01")


def said(words: Words) -> str:
    """A name of a law profile in the language of the paper."""
    return words.in_language(get_language() or "ru")


def weight_number(weight: Fraction, kind: Weight) -> str:
    """«6», «1/3», «48,50»: by head exact, by area in square metres to the hundredth."""
    if weight.denominator == 1:
        return str(ks.number(weight.numerator))
    if kind is Weight.HEAD:
        return f"{weight.numerator}/{weight.denominator}"
    exact = Decimal(weight.numerator) / Decimal(weight.denominator)
    return str(ks.number(exact.quantize(_PLACES, ROUND_HALF_UP), 2))


def weight_text(weight: Fraction, kind: Weight) -> str:
    """«6 голосов», «48,50 м²»."""
    number = weight_number(weight, kind)
    if kind is Weight.AREA:
        return pgettext("paper", "%(number)s m²") % {"number": number}
    if weight.denominator != 1:
        return pgettext("paper", "%(number)s of a vote") % {"number": number}
    return npgettext("paper", "%(number)s vote", "%(number)s votes", weight.numerator) % {"number": number}


def people_text(count: int) -> str:
    """«6 человек»."""
    return npgettext("paper", "%(number)s person", "%(number)s people", count) % {"number": ks.number(count)}


def amount_text(amount: Amount, kind: Weight) -> str:
    """People and weight beside each other: «6» by head; «4 чел., 202,50 м²» by area."""
    if kind is Weight.HEAD and amount.weight == amount.people:
        return str(ks.number(amount.people))
    return f"{people_text(amount.people)}, {weight_text(amount.weight, kind)}"


def threshold_text(threshold: Threshold) -> str:
    """«более 1/2», «не менее 2/3», «все»."""
    if threshold.share == 1:
        return pgettext("paper", "all")
    part = {"part": f"{threshold.share.numerator}/{threshold.share.denominator}"}
    return (
        pgettext("paper", "more than %(part)s") % part
        if threshold.strict
        else pgettext("paper", "at least %(part)s") % part
    )


def base_text(item: Item) -> str:
    """Of what a threshold is a part."""
    return {
        Base.PRESENT: _("of the votes of those who take part"),
        Base.ALL_MEMBERS: _("of the votes of all members"),
        Base.ALL_VOTES: pgettext("paper", "of all votes"),
    }[item.base]


def measure_text(measure: Mapping[str, Any]) -> str:
    """The arithmetic of a measure as a result holds it: «6 из 10; нужно более 1/2, то есть не менее 6»."""
    kind = Weight(measure["weight"])
    part, whole = fraction_read(str(measure["part"])), fraction_read(str(measure["whole"]))
    threshold = Threshold(fraction_read(str(measure["share"])), bool(measure["strict"]))
    told = {
        "part": weight_number(part, kind),
        "whole": weight_number(whole, kind),
        "needed": threshold_text(threshold),
        "least": weight_number(fraction_read(str(measure["needed"])), kind),
    }
    if kind is Weight.HEAD and whole.denominator == 1:
        told["least"] = str(threshold.least_people(int(whole)))
        return _("%(part)s of %(whole)s votes; needed: %(needed)s, that is %(least)s or more") % told
    if kind is Weight.HEAD:
        return _("%(part)s of %(whole)s votes; needed: %(needed)s, that is %(least)s") % told
    if threshold.strict:
        return _("%(part)s of %(whole)s m²; needed: %(needed)s, that is more than %(least)s m²") % told
    return _("%(part)s of %(whole)s m²; needed: %(needed)s, that is %(least)s m² or more") % told


def form_text(form: str) -> str:
    """«очная», as a form of a meeting is called in papers."""
    return {
        Meeting.Form.IN_PERSON.value: pgettext("form of a meeting", "in person"),
        Meeting.Form.MIXED.value: pgettext("form of a meeting", "in person and in absentia"),
        Meeting.Form.ABSENTIA.value: pgettext("form of a meeting", "in absentia"),
    }[form]


def voters_text(voters: Voters, body: str) -> str:
    """Who votes: members, owners without membership, owners of premises, the board."""
    if voters is Voters.OWNERS and body != "owners":
        return _("owners who are not members")
    return {
        Voters.MEMBERS: pgettext("paper", "members"),
        Voters.OWNERS: pgettext("paper", "owners of premises"),
        Voters.BOARD: pgettext("paper", "members of the board"),
        Voters.MEMBERS_AND_OWNERS: _("members and owners who are not members"),
    }[voters]


def voter_text(voters: Voters, body: str) -> str:
    """As what one person votes: a member, an owner."""
    if voters is Voters.OWNERS and body != "owners":
        return _("owner who is not a member")
    return {
        Voters.MEMBERS: pgettext("paper", "member"),
        Voters.OWNERS: pgettext("paper", "owner of premises"),
        Voters.BOARD: pgettext("paper", "member of the board"),
    }[voters]


def votes_text(weights: Mapping[Voters, tuple[Fraction, Weight]], body: str, *, is_alone: bool) -> str:
    """What a person's vote weighs: «1 голос», and as what he votes where there are two electorates."""
    if is_alone:
        return "; ".join(weight_text(weight, kind) for weight, kind in weights.values())
    return "; ".join(
        f"{weight_text(weight, kind)} ({voter_text(voters, body)})"
        for voters, (weight, kind) in weights.items()
    )


def choice_texts() -> dict[str, str]:
    """Choices as heads of a table name them."""
    return {
        "for": pgettext("paper", "For"),
        "against": pgettext("paper", "Against"),
        "abstain": pgettext("paper", "Abstained"),
        "invalid": pgettext("paper", "Invalid"),
        "not_voted": pgettext("paper", "Left open"),
    }


def mark_texts() -> dict[str, str]:
    """Marks as they stand on a ballot."""
    return {
        "for": pgettext("mark", "FOR"),
        "against": pgettext("mark", "AGAINST"),
        "abstain": pgettext("mark", "ABSTAIN"),
    }


def channel_text(channel: str) -> str:
    """How a vote came."""
    return {
        Channel.HALL.value: pgettext("paper", "in the hall"),
        Channel.PHONE.value: _("in the hall, by phone"),
        Channel.PAPER.value: pgettext("paper", "by a written decision"),
        Channel.ELECTRONIC.value: _("electronically, signed by a code"),
    }[channel]


def standing_text(standing: str) -> str:
    """What became of a ballot, and of a written decision."""
    return {
        "counted": pgettext("paper", "counted"),
        "replaced": _("not counted: a later vote stands"),
        "second": _("not counted: an earlier vote stands"),
        "outranked": _("not counted: a vote given in another way goes before"),
        "principal_voted": _("not counted: the principal voted"),
        "late": _("not counted: came after the end"),
        "after_start": _("not counted: came when the meeting had begun"),
        "not_elector": _("not counted: no vote at this meeting"),
        "no_proxy": _("not counted: no power of attorney for this item"),
        "not_on_agenda": _("not counted: not on the agenda"),
        "rejected": _("not counted: it did not match the paper"),
        "": "",
    }.get(standing, "")


def told_text(channel: str) -> str:
    """How somebody was told of the meeting."""
    return {
        "email": _("by a letter to the e-mail"),
        "letter": pgettext("notice", "by registered letter"),
        "signature": pgettext("notice", "by hand, against signature"),
        "board": pgettext("notice", "posted on the notice board"),
        "site": pgettext("notice", "posted on the site or in the system"),
    }.get(channel, "—")


def void_text(reason: str) -> str:
    """Why an item could not be decided."""
    return {
        "not_noticed": pgettext("paper", "no notice named it"),
        "materials_late": _("its papers were not open in time"),
        "form_forbidden": _("it may not be decided in this form"),
        "outside_competence": _("it is outside the competence of this body"),
    }[reason]
