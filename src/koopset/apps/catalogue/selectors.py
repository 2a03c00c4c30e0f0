"""Reading of categories, goods and learnt names; recognition of names on receipts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koopset.apps.catalogue.formats.dictionary import recognise_name
from koopset.apps.catalogue.formats.profile import profile
from koopset.apps.catalogue.models import Good, LearntName, NameAnswer
from koopset.apps.catalogue.permissions import CatalogueRight
from koopset.apps.catalogue.rules.categories import CategoryInfo, Group, KindInfo
from koopset.apps.catalogue.rules.names import scrubbed
from koopset.apps.catalogue.rules.search import Found, search
from koopset.apps.catalogue.rules.weighing import Recognised
from koopset.foundation.rights.actors import Actor
from koopset.kernel.quantity import Unit

__all__ = ["CategoryInfo", "Found", "Group", "KindInfo", "Recognised"]

_AT_ONCE = 500
MOST_ASKED = 20
KNOWN_STATES = (LearntName.State.CONFIRMED, LearntName.State.CORRECTED)


def categories() -> Mapping[str, CategoryInfo]:
    """All categories of needs by key, in the order in which they are shown."""
    return profile().categories


def kinds() -> Mapping[str, KindInfo]:
    """All kinds of goods by key: what needs and offers are compared by."""
    return profile().kinds


def groups() -> tuple[Group, ...]:
    """Groups of categories (`CategoryInfo.parent`), in order."""
    return profile().groups


def categories_found(text: str, *, english: bool = False) -> list[Found]:
    """Categories and their kinds by a word of a title, a synonym or a name of goods; all of them for an empty text."""
    return search(profile(), text, recognise_name, english=english)


def title_of(info: CategoryInfo | KindInfo | Group) -> str:
    """The title in the reader's language."""
    return info.title_en if get_language() == "en" else info.title


def title_of_both(category: str, kind: str) -> str:
    """«Молоко и молочное: кефир»; the key where it is known no more, "" for nothing."""
    if not category:
        return ""
    info = categories().get(category)
    title = title_of(info) if info is not None else category
    if not kind:
        return title
    known = kinds().get(kind)
    return f"{title}: {(title_of(known) if known is not None else kind).lower()}"


def what_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of choices «category|kind» for a form: each category by itself, then its kinds."""
    return [
        (
            title_of(info),
            [
                (f"{key}|", _("%(title)s, any") % {"title": title_of(info)}),
                *((f"{key}|{kind.key}", title_of(kind)) for kind in info.kinds),
            ],
        )
        for key, info in categories().items()
    ]


def gtin_of(text: str) -> str:
    """A GTIN with fourteen digits, "" for what is none: bad check digit, or numbers that shops give inside (prefixes 02, 04, 2)."""
    digits = re.sub(r"\D", "", text)
    if not 8 <= len(digits) <= 14 or not digits.strip("0"):
        return ""
    whole = digits.zfill(14)
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(whole[:13]))
    if (10 - total % 10) % 10 != int(whole[13]):
        return ""
    return "" if whole[1] == "2" or whole[1:3] in ("02", "04") else whole


def recognise(names: Sequence[tuple[str, str]], *, login_id: int | None = None) -> list[Recognised]:
    """What each (name, GTIN or "") is, in the order of the request.

    In order: the good with that GTIN, what this login answered itself, what was learnt for all, the dictionary. At most three queries for
    each 500 different names; what the dictionary said before is remembered. Category "" where nobody knows.
    """
    goods = _goods({gtin_of(gtin) for _name, gtin in names if gtin})
    learnt = _learnt({key_of(name) for name, _gtin in names}, login_id)
    return [_one(name, goods.get(gtin_of(gtin)) if gtin else None, learnt) for name, gtin in names]


def _one(name: str, good: Recognised | None, learnt: Mapping[str, Recognised]) -> Recognised:
    read = recognise_name(name)
    if good is not None:
        if good.amount is not None:
            return good
        return replace(good, amount=read.amount, unit=read.unit)
    known = learnt.get(key_of(name))
    return replace(known, amount=read.amount, unit=read.unit) if known is not None else read


def _goods(gtins: Iterable[str]) -> dict[str, Recognised]:
    wanted = sorted(gtin for gtin in gtins if gtin)
    found: dict[str, Recognised] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        for row in Good.objects.filter(gtin__in=wanted[at : at + _AT_ONCE]):
            unit = Unit(row.unit) if row.unit else None
            found[row.gtin] = Recognised(row.category, row.kind, "gtin", row.amount, unit)
    return found


def _learnt(keys: Iterable[str], login_id: int | None) -> dict[str, Recognised]:
    wanted = sorted(key for key in keys if key)
    found: dict[str, Recognised] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        part = wanted[at : at + _AT_ONCE]
        rows = LearntName.objects.filter(key__in=part, state__in=KNOWN_STATES)
        for key, category, kind in rows.values_list("key", "category", "kind"):
            found[key] = Recognised(category, kind, "learnt")
        if login_id is not None:
            own = NameAnswer.objects.filter(login_id=login_id, name__key__in=part)
            for key, category, kind in own.values_list("name__key", "category", "kind"):
                found[key] = Recognised(category, kind, "own")
    return found


@lru_cache(maxsize=50_000)
def key_of(name: str) -> str:
    """The form in which a name is learnt; "" where too little is left of it without persons, shops and numbers."""
    return scrubbed(name)


@dataclass(frozen=True, slots=True)
class NameToAsk:
    """A name that nobody knows: `name` as on the receipt, `key` what would be learnt for all."""

    name: str
    key: str


def names_to_ask(login_id: int, names: Sequence[str], *, most: int = MOST_ASKED) -> list[NameToAsk]:
    """Of the names, those to ask this login about: unknown to everybody, not answered by it, each once, at most `most`.

    The rooms that keep receipts give the names; a name that holds nothing but persons and numbers is not asked.
    """
    distinct = list(dict.fromkeys(names))
    found: dict[str, NameToAsk] = {}
    for name, known in zip(
        distinct, recognise([(name, "") for name in distinct], login_id=login_id), strict=True
    ):
        key = key_of(name)
        if not known.category and key and key not in found:
            found[key] = NameToAsk(name, key)
    declined = set(
        LearntName.objects.filter(key__in=list(found)[:_AT_ONCE], state=LearntName.State.REFUSED).values_list(
            "key", flat=True
        )
    )
    return [one for one in found.values() if one.key not in declined][:most]


@dataclass(frozen=True, slots=True)
class LearntRow:
    """A learnt name as the operator sees it: no logins, only how many people said what."""

    id: int
    key: str
    state: str
    state_label: str
    category: str
    kind: str
    asked_at: datetime
    people: int
    #: (category, kind, how many people), the most frequent first.
    said: tuple[tuple[str, str, int], ...] = ()
    by_dictionary: str = ""


def learnt_names(actor: Actor, *, state: str = "", q: str = "") -> QuerySet[LearntName]:
    """Learnt names, the latest first. Raises Forbidden."""
    actor.require(CatalogueRight.NAME_CORRECT, None)
    rows = LearntName.objects.annotate(people=Count("answers")).order_by("-asked_at", "-pk")
    if state in LearntName.State.values:
        rows = rows.filter(state=state)
    text = key_of(q) or q.strip().lower()
    return rows.filter(key__contains=text) if text else rows


def learnt_row(row: LearntName) -> LearntRow:
    """A row of `learnt_names` as shown in a list."""
    return LearntRow(
        id=row.pk,
        key=row.key,
        state=row.state,
        state_label=row.get_state_display(),
        category=row.category,
        kind=row.kind,
        asked_at=row.asked_at,
        people=getattr(row, "people", 0),
    )


def learnt_name(actor: Actor, name_id: int) -> LearntRow | None:
    """One learnt name with what people said; None where there is none. Raises Forbidden."""
    row = learnt_names(actor).filter(pk=name_id).first()
    if row is None:
        return None
    counted = (
        NameAnswer.objects.filter(name_id=name_id)
        .values_list("category", "kind")
        .annotate(people=Count("pk"))
        .order_by("-people", "category", "kind")
    )
    said = tuple((category, kind, people) for category, kind, people in counted[:_AT_ONCE])
    return replace(learnt_row(row), said=said, by_dictionary=recognise_name(row.key).category)


@dataclass(frozen=True, slots=True)
class Change:
    """What a name was before and is after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a learnt name; `who` never names a person who answered."""

    when: datetime
    who: str
    what: str
    changes: tuple[Change, ...]


MOST_MOVES = 50


def learnt_history(actor: Actor, name_id: int) -> list[Move]:
    """What happened to a learnt name, the latest first, at most fifty. Raises Forbidden."""
    actor.require(CatalogueRight.NAME_CORRECT, None)
    labels = dict(LearntName.State.choices)
    rows = LearntName.history.filter(id=name_id).order_by("history_date", "history_id")
    found: list[Move] = []
    before = ""
    for row in rows[:MOST_MOVES]:
        after = title_of_both(row.category, row.kind)
        by_operator = row.state in (LearntName.State.CORRECTED, LearntName.State.REFUSED)
        changed = (Change(_("What it is"), before or "—", after or "—"),) if after != before else ()
        who = _("the operator") if by_operator else _("people with their receipts")
        found.append(Move(row.history_date, who, str(labels[row.state]), changed))
        before = after
    return found[::-1]
