"""The code by which a payment finds its account: 7 digits of serial and 2 check digits, ISO 7064 MOD 97-10.

In an association everybody pays the same sum on the same day, so sums and dates prove nothing; this code
does. MOD 97-10 catches every single wrong digit and every swap of neighbours. One random number in 97 still
looks like a code, so `find_all` steps around everything in a purpose that is known to be another number: a
longer run of digits, phones, dates, sums of money, КПП and БИК (which also have nine digits).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from koopset.kernel.violations import RuleViolation

FIRST_SERIAL = 1_000_000
LAST_SERIAL = 9_999_999

_LOOKS = str.maketrans("OoОоЗзlIІі", "0000331111")
_MAX_LOOK_ALIKES = 2
"""More letters than this in nine places is a word, not a slip."""

_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_GAP = re.compile(rf"[ \t\u00a0\u2007\u2009\u202f]+|[{_HYPHENS}]")
_NUMERIC = re.compile(r"(?<![0-9OoОоЗзlIІі])[OoОоЗзlIІі]*+[0-9][0-9OoОоЗзlIІі]*+")
_LETTERS = re.compile(r"[^0-9]")
#: Fewer digits than this, look-alikes aside, are no code.
_ENOUGH = re.compile(r"(?:[^0-9]*+[0-9]){7}")

# Known strangers, blanked before the search, in this order. Bounded repeats keep the search linear. Each group stands behind what any match
# of it holds: most purposes have none of that.
_JOINT = re.compile(r"[0-9][./,-][0-9]")
_TELLS_PHONE = re.compile(r"\+|[78][ \u00a0(-]")
_TELLS_SUM = re.compile(r"[0-9][ \u00a0]?[рРкК₽%]")
_STRANGERS = (
    (
        _JOINT,
        (
            re.compile(
                r"(?<![0-9])[0-9]{1,2}([./-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])"
            ),  # 01.11.2026
            re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])"),  # 2026-11-01
            re.compile(r"(?<![0-9])[0-9]{1,2}[./][0-9]{4}(?![0-9])"),  # 11.2026
        ),
    ),
    (
        _TELLS_PHONE,
        (
            re.compile(  # +7 (912) 345-67-89, 8 912 345 67 89; the gap after 8 tells it from a code and a plot number
                r"(?<![0-9])(?:\+ ?7[ \u00a0(-]{0,3}|[78][ \u00a0(-]{1,3})[0-9]{3}[ \u00a0)-]{0,3}[0-9]{3}"
                r"[ \u00a0-]?[0-9]{2}[ \u00a0-]?[0-9]{2}(?![0-9])"
            ),
        ),
    ),
    (
        _TELLS_SUM,
        (
            re.compile(
                r"(?<![0-9])[0-9]{1,2}[ \u00a0][0-9]{3}(?:[.,=-][0-9]{2})?[ \u00a0]?(?:руб|₽|коп|р\b)",
                re.IGNORECASE,
            ),
            re.compile(r"(?<![0-9])[0-9]{1,12}(?:[.,=-][0-9]{1,2})?[ \u00a0]?(?:руб|₽|коп|%)", re.IGNORECASE),
            re.compile(r"(?<![0-9])[0-9]{1,7}(?:[.,=-][0-9]{1,2})?[ \u00a0]?р\b", re.IGNORECASE),
        ),
    ),
    (_JOINT, (re.compile(r"(?<![0-9])[0-9]{1,7}[.,][0-9]{1,2}(?![0-9])"),)),  # 1500,00
)
_OTHER_NUMBER_BEFORE = re.compile(
    r"(?<!\w)(?:КПП|БИК|ОКПО|ОКТМО|ОКАТО|ИНН|ОГРН|СНИЛС|УИН|УИП|"
    r"ИНН */ *КПП *:? *[0-9]{10} */|тел|телефон)[ .:№\u00a0]{0,4}\Z",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    r"(?<!\w)(?:код(?:[ \u00a0]+(?:платежа|плательщика))?|л/с|лс|"
    r"лиц(?:евой|\.)?[ \u00a0]*сч[её]т)[ .:№\u00a0]{0,4}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word's numeric part: where it stands and its digits with look-alike letters read as digits."""

    start: int
    end: int
    digits: str
    letters: int


def make(serial: int) -> str:
    """The code of a serial 1 000 000 … 9 999 999. Raises payment_code.bad_serial."""
    if not FIRST_SERIAL <= serial <= LAST_SERIAL:
        raise RuleViolation("payment_code.bad_serial", serial=serial)
    return f"{serial}{98 - serial * 100 % 97:02d}"


def check(code: str) -> bool:
    """Whether the nine digits, written without grouping, are a code that `make` could have given."""
    if not re.fullmatch(r"[1-9][0-9]{8}", code):
        return False
    return 98 - int(code[:7]) * 100 % 97 == int(code[7:])


def show(code: str) -> str:
    """The code for the eye: "123 456 789"; `find_all` reads it back. Raises payment_code.bad_code."""
    if not check(code):
        raise RuleViolation("payment_code.bad_code", value=code[:64])
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def find_all(text: str) -> list[str]:
    """Different valid codes in free text, in order of appearance.

    Reads "123456789", "123 456 789", "123-456-789", a code glued to words ("код123456789;"), and up to two
    letters that look like digits (О → 0, З → 3, l, I → 1) inside a code. Skips digits that belong to a longer
    number: when "123 456 789" stands next to more groups of digits it is taken only after the word "код" or
    "л/с", because twelve digits may as well be an ИНН. A missed code costs a click, a wrong one costs a
    quarrel.
    """
    if not _ENOUGH.match(text):
        return []
    clean = text
    for sign, strangers in _STRANGERS:
        if sign.search(text):
            for stranger in strangers:
                clean = stranger.sub(_blank, clean)
    found: dict[str, None] = {}
    for run in _runs(clean, list(_pieces(clean))):
        if _OTHER_NUMBER_BEFORE.search(clean, max(0, run[0].start - 40), run[0].start):
            # the label owns the number after it, however that one is grouped; a whole code further on is free
            del run[0]
            while run and len(run[0].digits) != 9:
                del run[0]
        found.update(dict.fromkeys(_codes_of(clean, run)))
    return list(found)


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match[0])


def _pieces(text: str) -> Iterator[_Piece]:
    size = len(text)
    for numeric in _NUMERIC.finditer(text):
        start, end = numeric.span()
        raw = numeric[0]
        if raw.isdigit():
            yield _Piece(start, end, raw, 0)
            continue
        # letters of the word itself, as о in "по123456789", are not digits of the number
        if start and text[start - 1].isalnum():
            start = _first_digit(text, start, end)
        if end < size and text[end].isalnum():
            end = _last_digit(text, start, end)
        raw = text[start:end]
        yield _Piece(start, end, raw.translate(_LOOKS), len(_LETTERS.findall(raw)))


def _first_digit(text: str, start: int, end: int) -> int:
    while start < end and not text[start].isdigit():
        start += 1
    return start


def _last_digit(text: str, start: int, end: int) -> int:
    while end > start and not text[end - 1].isdigit():
        end -= 1
    return end


def _runs(text: str, pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces with one gap between neighbours: what a person may have meant as one number."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and not _GAP.fullmatch(text, run[-1].end, piece.start):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _codes_of(text: str, run: list[_Piece]) -> Iterator[str]:
    """Codes of one run. Nine digits in a piece stand alone between spaces and cut the run in two."""
    groups: list[_Piece] = []
    for at, piece in enumerate(run):
        tied = (at > 0 and text[run[at - 1].end] in _HYPHENS) or (
            at + 1 < len(run) and text[piece.end] in _HYPHENS
        )
        if len(piece.digits) == 9 and not tied:
            yield from _codes_of_groups(text, groups)
            groups = []
            if piece.letters <= _MAX_LOOK_ALIKES and check(piece.digits):
                yield piece.digits
        else:
            groups.append(piece)
    yield from _codes_of_groups(text, groups)


def _codes_of_groups(text: str, groups: list[_Piece]) -> Iterator[str]:
    """Codes written as three groups of three: alone, several in a row, or announced by a word."""
    triples = [groups[i : i + 3] for i in range(0, len(groups), 3)]
    codes = [_code_of_triple(text, triple) for triple in triples]
    if codes and all(codes):
        yield from (code for code in codes if code)
    elif (
        codes
        and codes[0]
        and text[groups[2].end] not in _HYPHENS
        and _CODE_BEFORE.search(text, max(0, groups[0].start - 40), groups[0].start)
    ):
        yield codes[0]


def _code_of_triple(text: str, triple: list[_Piece]) -> str | None:
    if [len(piece.digits) for piece in triple] != [3, 3, 3]:
        return None
    code = "".join(piece.digits for piece in triple)
    same_gap = (text[triple[0].end] in _HYPHENS) == (text[triple[1].end] in _HYPHENS)
    few_letters = sum(piece.letters for piece in triple) <= _MAX_LOOK_ALIKES
    return code if same_gap and few_letters and check(code) else None
