"""Text as it really arrives: three Cyrillic encodings, and Latin letters typed in Cyrillic words."""

import codecs
import re
import unicodedata

_DOS_DECLARED = re.compile(rb"=[ \t]*DOS[ \t]*(?:[\r\n]|\Z)", re.IGNORECASE)
_CYRILLIC_OR_RUSSIAN_PRINT = re.compile("[\u0400-\u04ff«»№–—₽]")

LATIN_TWINS = str.maketrans("ABCEËHKMOPTXYaceëopxy", "АВСЕЁНКМОРТХУасеёорху")
"""Latin letters that cannot be told from Cyrillic ones in print. Small b, h, k, m, t differ and are not
here.
"""

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ONLY_TWINS = re.compile("[ABCEËHKMOPTXYaceëopxy]+")
_HAS_TWIN = re.compile("[ABCEËHKMOPTXYaceëopxy]")


def decode_sniff(head: bytes) -> str:
    """The codec of a Russian text file, judged by its first bytes; what the file says of itself is not
    trusted.

    In order: a byte order mark; valid UTF-8 with Cyrillic or Russian print («», №, –, ₽) in it; a line that
    declares `=DOS` → cp866; otherwise cp1251. Banks do send UTF-8 under "Кодировка=Windows". A character cut
    at the end of the head is not an error. Returns "utf-8-sig", "utf-16", "utf-8", "cp866" or "cp1251";
    decode with errors="replace" when a few bad bytes must not lose a file (one real export ends with a line
    in another encoding).
    """
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        text = ""
    if _CYRILLIC_OR_RUSSIAN_PRINT.search(text):
        return "utf-8"
    return "cp866" if _DOS_DECLARED.search(head) else "cp1251"


def look_alike_fold(text: str) -> str:
    """Latin look-alikes turned into Cyrillic, word by word: "80PC558347" → "80РС558347", "Ивaнов" → "Иванов".

    A word is touched only if it holds a Cyrillic letter or consists of look-alikes alone, so "Smith" stays
    Latin. Case, digits and everything else stay. Composes й and ё that file systems take apart.
    """

    def fold(match: re.Match[str]) -> str:
        word = match[0]
        if _CYRILLIC.search(word) or _ONLY_TWINS.fullmatch(word):
            return word.translate(LATIN_TWINS)
        return word

    composed = unicodedata.normalize("NFC", text)
    if not _HAS_TWIN.search(composed):
        return composed
    return _WORD.sub(fold, composed)
