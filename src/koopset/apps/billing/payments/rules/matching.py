"""Whose payment a bank line is. In an association everybody pays the same sum on the same day, so sums and dates prove nothing:

a line is posted by itself only by one valid payment code that exists here, or by one old account number whose payer's surname agrees.
Everything else is a suggestion with its reasons, and a person decides (O7; a missed code costs a click, a wrong one a quarrel).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from koopset.apps.billing.payments.rules import purpose as words
from koopset.kernel import payment_code
from koopset.kernel.money import split
from koopset.kernel.names import FullName, fold, kin_surname, same_surname, split_full_name


class Kind(StrEnum):
    """What becomes of a line: posted at once; waits with a suggestion; waits without; a bank's lump sum; own transfer; went out."""

    POST = "post"
    SUGGEST = "suggest"
    WAIT = "wait"
    REGISTRY = "registry"
    OWN = "own"
    OUT = "out"


class Confidence(StrEnum):
    """How sure a decision is. Only SURE is posted without a person."""

    SURE = "sure"
    ALMOST = "almost"
    LIKELY = "likely"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code and its params, worded for people elsewhere. Holds no personal data."""

    code: str
    params: tuple[tuple[str, str | int], ...] = ()

    def stored(self) -> dict[str, str | int]:
        """As it is kept with the line."""
        return {"code": self.code, **dict(self.params)}


_CODE = Reason("code")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a bank line says. `way` is in, out or own; `code` is the УИН; `is_registry` a bank's lump sum of many payments."""

    amount_kop: int
    purpose: str
    payer_name: str = ""
    payer_inn: str = ""
    code: str = ""
    way: str = "in"
    is_registry: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A personal account as payers may mean it. `persons` are (person, full name), the payer first; `debt_kop` is what it owes now."""

    account_id: int
    number: str
    payment_code: str
    persons: tuple[tuple[int, str], ...]
    unit_numbers: tuple[str, ...]
    is_closed: bool = False
    debt_kop: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """`parts` are (account, kopecks) with the sum of the line, empty when nothing is suggested; `by` names the proof of a posted one."""

    kind: Kind
    parts: tuple[tuple[int, int], ...] = ()
    confidence: Confidence = Confidence.NONE
    reasons: tuple[Reason, ...] = ()
    by: str = ""
    for_month: int | None = None


@dataclass(frozen=True, slots=True)
class AccountNumbers:
    """By what alone an account may be proven."""

    account_id: int
    number: str
    payment_code: str
    is_closed: bool = False


class Details(NamedTuple):
    """What is asked only of lines that no number proves. `history`: payer's key → account → how many times it paid for it."""

    accounts: Iterable[AccountFacts]
    history: Mapping[str, Mapping[int, int]] = {}


class Index:
    """All accounts of one organisation, to be asked in memory: no query a line.

    Most lines name a payment code, so the names, plots, debts and past payers (`details`) are read when a line comes that asks for them.
    Numbers that two accounts would share after folding are dropped: they prove nothing.
    """

    def __init__(
        self, numbers: Iterable[AccountNumbers | AccountFacts], details: Callable[[], Details]
    ) -> None:
        self.by_code: dict[str, int] = {}
        self.by_number: dict[str, int] = {}
        self.closed: set[int] = set()
        self._details = details
        twice: set[str] = set()
        for one in numbers:
            self.by_code[one.payment_code] = one.account_id
            if one.is_closed:
                self.closed.add(one.account_id)
            if one.number == one.payment_code:
                continue
            number = fold(one.number)
            if number != one.payment_code:
                if number in self.by_number:
                    twice.add(number)
                self.by_number[number] = one.account_id
        for number in twice:
            del self.by_number[number]

    @cached_property
    def _read(self) -> Details:
        return self._details()

    @cached_property
    def accounts(self) -> dict[int, AccountFacts]:
        """Accounts by key."""
        return {one.account_id: one for one in self._read.accounts}

    @property
    def history(self) -> Mapping[str, Mapping[int, int]]:
        """Who paid for what before."""
        return self._read.history

    @cached_property
    def by_plot(self) -> dict[str, list[int]]:
        """Open accounts by the folded number of their unit."""
        found: dict[str, list[int]] = {}
        for one in self.accounts.values():
            if not one.is_closed:
                for unit in one.unit_numbers:
                    found.setdefault(fold(unit), []).append(one.account_id)
        return found

    @cached_property
    def by_surname(self) -> dict[str, list[int]]:
        """Accounts by the folded surnames of those behind them."""
        found: dict[str, list[int]] = {}
        for one in self.accounts.values():
            names = [split_full_name(name).last for _person, name in one.persons]
            for surname in {fold(name) for name in names if name}:
                found.setdefault(surname, []).append(one.account_id)
        return found

    def names(self, account_id: int) -> tuple[FullName, ...]:
        """The names behind an account, the payer first."""
        return tuple(split_full_name(name) for _person, name in self.accounts[account_id].persons)


def payer_key(name: str, inn: str) -> str:
    """By what a payer is known again: the folded name and the INN; "" for a nameless one. A bank that pays for many is nobody."""
    key = fold(name)
    return f"{key}\x1f{inn}" if key and not _is_body(key) else ""


def build(accounts: Iterable[AccountFacts], history: Mapping[str, Mapping[int, int]] | None = None) -> Index:
    """The index of accounts of which everything is known."""
    known = list(accounts)
    return Index(known, lambda: Details(known, history or {}))


def decide(line: LineFacts, index: Index) -> Decision:
    """Whose the line is. Σ parts = amount whenever there are parts; POST has exactly one part, of an open account."""
    if line.way != "in":
        return Decision(Kind.OWN if line.way == "own" else Kind.OUT)
    if line.is_registry:
        return Decision(Kind.REGISTRY, reasons=(Reason("registry"),))
    raw = _said(line)
    text = words.folded(raw)
    month = words.stated_month(text)
    decision = _by_code(line, raw, index) or _by_number(line, text, index) or _by_signs(line, text, index)
    return replace(decision, for_month=month) if month is not None else decision


def is_proven(line: LineFacts, index: Index) -> bool:
    """Whether `decide` would post the line: all that a preview asks, and nearly always without the details of accounts."""
    if line.way != "in" or line.is_registry:
        return False
    raw = _said(line)
    if known := _coded(raw, index):
        return len(known) == 1 and known[0] not in index.closed
    decision = _by_number(line, words.folded(raw), index)
    return decision is not None and decision.kind == Kind.POST


def _said(line: LineFacts) -> str:
    return f"{line.purpose[: words.LIMIT]} {line.code}"


def _coded(raw: str, index: Index) -> list[int]:
    """Accounts whose payment code is named."""
    return [index.by_code[code] for code in payment_code.find_all(raw) if code in index.by_code]


def _by_code(line: LineFacts, raw: str, index: Index) -> Decision | None:
    known = _coded(raw, index)
    if not known:
        return None
    if len(known) > 1:
        reason = Reason("two-codes", (("count", len(known)),))
        return _suggest(line, index, known, Confidence.LIKELY, reason)
    if known[0] in index.closed:
        return _suggest(line, index, known, Confidence.LIKELY, _CODE, Reason("closed-account"))
    part = ((known[0], line.amount_kop),)
    return Decision(Kind.POST, part, Confidence.SURE, (_CODE,), by="code")


def _by_number(line: LineFacts, text: str, index: Index) -> Decision | None:
    if not index.by_number:
        return None
    marked = [one for one in words.marked_numbers(text) if one in index.by_number]
    loose = words.loose_numbers(text, index.by_number)
    known = list(dict.fromkeys(index.by_number[one] for one in (*marked, *loose)))
    if not known:
        return None
    if len(known) > 1:
        return _suggest(
            line, index, known, Confidence.LIKELY, Reason("two-numbers", (("count", len(known)),))
        )
    account = index.accounts[known[0]]
    reason = Reason("legacy-number", (("number", account.number),))
    if account.is_closed:
        return _suggest(line, index, known, Confidence.LIKELY, reason, Reason("closed-account"))
    plots = {fold(one) for one in account.unit_numbers}
    others = [one for one in words.plot_numbers(text) if one in index.by_plot and one not in plots]
    if others:
        return _suggest(
            line, index, known, Confidence.LIKELY, reason, Reason("other-plot", (("plot", others[0]),))
        )
    if _surname_agrees(line, text, index.names(account.account_id)):
        part = ((account.account_id, line.amount_kop),)
        return Decision(
            Kind.POST, part, Confidence.SURE, (reason, Reason("surname-agrees")), by="legacy-number"
        )
    kin = any(
        kin_surname(ours.last, theirs.last) for ours in index.names(known[0]) for theirs in _payers(line)
    )
    return _suggest(
        line, index, known, Confidence.LIKELY, reason, Reason("kin-surname" if kin else "other-name")
    )


def _payers(line: LineFacts) -> list[FullName]:
    """Names in the payer's field: banks put «ПАО БАНК//Иванов Иван Иванович//address» there."""
    pieces = [piece for piece in line.payer_name[:400].split("//") if piece.strip()]
    return [
        name
        for piece in pieces[:4]
        if not _is_body(fold(piece))
        and (name := split_full_name(piece)).last
        and (name.first or len(pieces) == 1)
    ]


_BODIES = frozenset(
    (
        "ПАО",
        "АО",
        "ООО",
        "ОАО",
        "ЗАО",
        "БАНК",
        "СБЕРБАНК",
        "НКО",
        "СНТ",
        "ТСН",
        "ТСЖ",
        "УФК",
        "ГУ",
        "ФГУП",
        "МУП",
        "ФИЛИАЛ",
        "ОТДЕЛЕНИЕ",
        "АКБ",
    )
)


def _is_body(folded: str) -> bool:
    return any(word.strip("\"«»'(),.") in _BODIES for word in folded.split()[:8])


def _surname_agrees(line: LineFacts, text: str, names: Iterable[FullName]) -> bool:
    payers = _payers(line)
    if payers:
        return any(same_surname(ours.last, theirs.last) for ours in names for theirs in payers)
    # A bank pays for a person whose name stands in the purpose: all of it must, not the surname alone.
    said = f" {' '.join(text.replace(',', ' ').replace(';', ' ').replace('.', ' ').split())} "
    return any(
        ours.last and len(ours.first.rstrip(".")) > 1 and f" {fold(ours.last)} {fold(ours.first)} " in said
        for ours in names
    )


def _by_signs(line: LineFacts, text: str, index: Index) -> Decision:
    """Everything that may help a person and proves nothing."""
    plots = [one for one in words.plot_numbers(text) if one in index.by_plot]
    bare = [] if plots else [one for one in words.bare_numbers(text) if one in index.by_plot]
    payers = _payers(line)
    by_name = _named(payers, index, full=True)
    by_surname = by_name or _named(payers, index, full=False)
    paid = dict(index.history.get(payer_key(line.payer_name, line.payer_inn), {}))
    paid = {
        pk: times for pk, times in paid.items() if pk in index.accounts and not index.accounts[pk].is_closed
    }

    if plots:
        meant = list(dict.fromkeys(pk for plot in plots for pk in index.by_plot[plot]))
        if len(meant) > len(plots):  # the same number on two streets
            meant = [pk for pk in meant if pk in by_surname or pk in paid] or meant
        reason = Reason("plot-number", (("plot", ", ".join(plots)),))
        if len(meant) > len(plots):
            return Decision(Kind.WAIT, reasons=(reason, Reason("same-numbers", (("count", len(meant)),))))
        return _backed(line, index, meant, reason, by_name, by_surname, paid, payers)
    if paid and len(paid) == 1:
        account = next(iter(paid))
        return _backed(line, index, [account], None, by_name, by_surname, paid, payers)
    if by_name:
        persons = {person for pk in by_name for person, _name in index.accounts[pk].persons[:1]}
        if len(persons) == 1:
            pays = any(_same_person(payer, index.names(by_name[0])[0]) for payer in payers)
            reasons = [Reason("person" if pays else "co-owner")]
            if len(by_name) > 1:
                reasons.append(Reason("person-plots", (("count", len(by_name)),)))
            owed = sum(max(0, index.accounts[pk].debt_kop) for pk in by_name)
            exact = [pk for pk in by_name if index.accounts[pk].debt_kop == line.amount_kop]
            if len(by_name) > 1 and owed != line.amount_kop and len(exact) == 1:
                return _suggest(line, index, exact, Confidence.LIKELY, *reasons)
            level = Confidence.ALMOST if owed == line.amount_kop else Confidence.LIKELY
            return _suggest(line, index, by_name, level, *reasons)
    if bare and len(bare) <= 2:
        meant = list(dict.fromkeys(pk for one in bare for pk in index.by_plot[one]))
        if len(meant) == len(bare):
            own = [pk for pk in meant if pk in by_surname]
            reason = Reason("bare-number", (("plot", ", ".join(bare)),))
            if own and len(own) == len(meant):
                return _backed(line, index, meant, reason, by_name, by_surname, paid, payers)
            if not by_surname:
                return _suggest(line, index, meant, Confidence.LIKELY, reason)
    if by_surname:
        return _namesakes(line, index, by_surname)
    if kin := _kin(payers, index):
        return _suggest(line, index, kin, Confidence.LIKELY, Reason("kin-surname"))
    if paid:
        return Decision(Kind.WAIT, reasons=(Reason("paid-for-several", (("count", len(paid)),)),))
    return Decision(Kind.WAIT, reasons=(Reason("unknown"),))


def _backed(
    line: LineFacts,
    index: Index,
    meant: list[int],
    reason: Reason | None,
    by_name: Collection[int],
    by_surname: Collection[int],
    paid: Mapping[int, int],
    payers: list[FullName],
) -> Decision:
    """Accounts that the payer named (or paid for), with everything that speaks for them."""
    reasons = [reason] if reason else []
    strong = 0
    if all(pk in by_name for pk in meant):
        reasons.append(Reason("owner" if len(meant) == 1 else "owner-of-all"))
        strong += 1
    elif all(pk in by_surname for pk in meant):
        reasons.append(Reason("surname"))
        strong += 1
    elif any(
        kin_surname(ours.last, theirs.last) for pk in meant for ours in index.names(pk) for theirs in payers
    ):
        reasons.append(Reason("kin-surname"))
    if all(pk in paid for pk in meant):
        reasons.append(Reason("paid-before", (("count", min(paid[pk] for pk in meant)),)))
        strong += 1
    if sum(max(0, index.accounts[pk].debt_kop) for pk in meant) == line.amount_kop:
        strong += 1
    enough = 1 if reason is not None and reason.code == "plot-number" and reasons[1:] else 2
    level = Confidence.ALMOST if strong >= enough else Confidence.LIKELY
    return _suggest(line, index, meant, level, *reasons)


def _namesakes(line: LineFacts, index: Index, found: list[int]) -> Decision:
    if len(found) == 1:
        return _suggest(line, index, found, Confidence.LIKELY, Reason("surname-only"))
    many = Reason("namesakes", (("count", len(found)),))
    exact = [pk for pk in found if index.accounts[pk].debt_kop == line.amount_kop]
    if len(exact) == 1:
        return _suggest(line, index, exact, Confidence.LIKELY, many)
    return Decision(Kind.WAIT, reasons=(many,))


def _named(payers: Iterable[FullName], index: Index, *, full: bool) -> list[int]:
    """Open accounts of people of this name; with `full` the first name and the patronymic must not contradict."""
    found: dict[int, None] = {}
    for payer in payers:
        for pk in index.by_surname.get(fold(payer.last), ()):
            if index.accounts[pk].is_closed:
                continue
            if not full or any(_same_person(payer, ours) for ours in index.names(pk)):
                found[pk] = None
    return list(found)


def _same_person(payer: FullName, ours: FullName) -> bool:
    return (
        same_surname(payer.last, ours.last)
        and _same_given(payer.first, ours.first)
        and (_same_given(payer.middle, ours.middle) or not (payer.middle and ours.middle))
    )


def _same_given(a: str, b: str) -> bool:
    one, other = fold(a).rstrip("."), fold(b).rstrip(".")
    if not one or not other:
        return False
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _kin(payers: Iterable[FullName], index: Index) -> list[int]:
    found = [
        pk for payer in payers for pk in _kin_of(fold(payer.last), index) if not index.accounts[pk].is_closed
    ]
    return list(dict.fromkeys(found)) if len(set(found)) == 1 else []


def _kin_of(surname: str, index: Index) -> list[int]:
    # A man's and a woman's form differ in the ending only: few candidates, no walk over all names.
    stems = {surname + "А", surname.removesuffix("А")} | {
        surname[:-2] + ending for ending in ("ИЙ", "ЫЙ", "ОЙ", "АЯ", "ЯЯ") if len(surname) > 4
    }
    return [
        pk
        for one in sorted(stems - {surname})
        if kin_surname(one, surname)
        for pk in index.by_surname.get(one, ())
    ]


def _suggest(
    line: LineFacts, index: Index, accounts: list[int], confidence: Confidence, *reasons: Reason
) -> Decision:
    debts = {pk: max(0, index.accounts[pk].debt_kop) for pk in accounts}
    said = list(reasons)
    if sum(debts.values()) == line.amount_kop:
        said.append(Reason("sum-equals-debt"))
        parts = {pk: kop for pk, kop in debts.items() if kop}
    else:
        parts = split(line.amount_kop, [(pk, 1) for pk in accounts])
        parts = {pk: kop for pk, kop in parts.items() if kop}
    return Decision(Kind.SUGGEST, tuple(sorted(parts.items())), confidence, tuple(said))
