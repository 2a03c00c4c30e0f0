"""Words and figures of votes for templates."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from koopset.foundation.refusals import text_of_code
from koopset.foundation.ui.templatetags.ks import area, number

register = template.Library()

_MARKS = {
    "for": pgettext_lazy("vote", "for"),
    "against": pgettext_lazy("vote", "against"),
    "abstain": pgettext_lazy("vote", "abstained"),
    "invalid": pgettext_lazy("vote", "invalid: two marks"),
    "not_voted": pgettext_lazy("vote", "left open"),
}
_CHANNELS = {
    "hall": pgettext_lazy("way of a vote", "by hand in the hall"),
    "phone": pgettext_lazy("way of a vote", "by phone in the hall"),
    "paper": pgettext_lazy("way of a vote", "a written decision"),
    "electronic": pgettext_lazy("way of a vote", "from afar, signed by a code"),
}
_STANDINGS = {
    "counted": pgettext_lazy("ballot", "counts"),
    "replaced": pgettext_lazy("ballot", "replaced by a later one"),
    "second": pgettext_lazy("ballot", "does not count: the first one stands"),
    "outranked": pgettext_lazy("ballot", "does not count: the other way of voting goes before"),
    "principal_voted": pgettext_lazy("ballot", "does not count: the person voted himself"),
    "late": pgettext_lazy("ballot", "does not count: came after the end"),
    "after_start": pgettext_lazy("ballot", "does not count: came when the meeting had begun"),
    "not_elector": pgettext_lazy("ballot", "does not count: has no vote here"),
    "no_proxy": pgettext_lazy("ballot", "does not count: no power of attorney for it"),
    "not_on_agenda": pgettext_lazy("ballot", "does not count: not on the agenda"),
}
_VOTERS = {
    "members": pgettext_lazy("as whom one votes", "as a member"),
    "owners": pgettext_lazy("as whom one votes", "as an owner"),
    "board": pgettext_lazy("as whom one votes", "as a member of the board"),
}
_OUTCOMES = {
    "adopted": pgettext_lazy("decision", "adopted"),
    "not_adopted": pgettext_lazy("decision", "not adopted"),
    "no_quorum": pgettext_lazy("decision", "no quorum"),
    "void": pgettext_lazy("decision", "may not be decided"),
}


@register.filter
def mark_text(mark: Any) -> str:
    """«за»; several marks one after another; «—» for none."""
    words = [str(_MARKS.get(one, one)) for one in str(mark or "").split(",") if one]
    return ", ".join(words) or "—"


@register.filter
def marks_text(marks: Any) -> str:
    """The same of a list."""
    return mark_text(",".join(marks or ()))


@register.filter
def channel_text(channel: Any) -> str:
    """How a vote came."""
    return str(_CHANNELS.get(str(channel), channel))


@register.filter
def standing_text(standing: Any) -> str:
    """What became of a ballot."""
    return str(_STANDINGS.get(str(standing), standing))


@register.filter
def voters_text(voters: Any) -> str:
    """As whom one votes."""
    return str(_VOTERS.get(str(voters), voters))


@register.filter
def outcome_text(outcome: Any) -> str:
    """What became of an item."""
    return str(_OUTCOMES.get(str(outcome), outcome))


@register.filter
def outcome_role(outcome: Any) -> str:
    """The colour of it."""
    return {"adopted": "ok", "no_quorum": "wait", "void": "over"}.get(str(outcome), "")


@register.filter
def why(code: Any) -> str:
    """The words of a refusal that needs nothing said beside it."""
    return text_of_code(str(code), {"item": ""})


def _decimal(value: Any) -> Decimal:
    part = value if isinstance(value, Fraction) else Fraction(str(value or 0))
    return (Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal("0.01")).normalize() + 0


@register.filter
def metres(value: Any) -> str:
    """An exact area, for display."""
    return area(_decimal(value))


@register.filter
def votes(value: Any) -> str:
    """«1 голос», «1/3 голоса»."""
    part = value if isinstance(value, Fraction) else Fraction(str(value or 0))
    if part.denominator == 1:
        return ngettext("%(count)s vote", "%(count)s votes", int(part)) % {"count": int(part)}
    return pgettext("a part of one vote", "%(part)s of a vote") % {
        "part": f"{part.numerator}/{part.denominator}"
    }


@register.filter
def heads(value: Any) -> str:
    """A count of people, with shares of one where plots are owned together."""
    return number(_decimal(value))


@register.filter
def amount(value: Any, is_area: Any) -> str:
    """People or square metres."""
    return metres(value) if is_area else heads(value)


@register.filter
def quorum_text(line: Any) -> str:
    """«пришли 12 из 40, нужно 21»."""
    values = {
        "part": amount(line.part, line.is_area),
        "whole": amount(line.whole, line.is_area),
        "needed": str(line.least) if line.least is not None else amount(line.needed, line.is_area),
    }
    if line.least is None and line.strict:
        return gettext("%(part)s of %(whole)s, more than %(needed)s are needed") % values
    return gettext("%(part)s of %(whole)s, %(needed)s are needed") % values


@register.filter
def chunked(code: Any) -> str:
    """A long hash in groups of eight, to be read and compared."""
    text = str(code)
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


@register.simple_tag
def mark_of(marks: Any, elector_id: int, key: str) -> str:
    """The mark of an elector on a key, "" for none."""
    found: str = marks.get((elector_id, key), "")
    return found


@register.simple_tag
def in_secret(pairs: Any, elector_id: int, key: str) -> bool:
    """Whether an elector has voted on a secret item."""
    return (elector_id, key) in pairs


@register.simple_tag
def reaches(voice: Any, key: str) -> bool:
    """Whether a voice is for an item."""
    return bool(voice.may(key))
