"""The verb `koopset catalogue recognise FILE`: what names on receipts are. Needs neither settings nor a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from koopset.config.terminal import say

_HEAD = 64 * 1024


def add_verbs(verbs: Any) -> None:
    """Add the verb to those of `koopset`."""
    verb = verbs.add_parser(
        "catalogue",
        help=say(
            "товары: recognise узнаёт названия из чеков",
            "goods: recognise tells what names on receipts are",
        ),
    )
    actions = verb.add_subparsers(metavar="", required=True)
    action = actions.add_parser(
        "recognise",
        help=say(
            "название, табуляция, категория; пусто, если неизвестно",
            "name, tab, category; empty where nobody knows",
        ),
    )
    action.add_argument(
        "file", help=say("текст, по названию в строке; - это ввод", "text, a name a line; - is the input")
    )
    action.set_defaults(run=_recognise)


def _recognise(options: argparse.Namespace) -> int:
    from koopset.apps.catalogue.formats.dictionary import recognise_name

    def category(name: str) -> str:
        return recognise_name(name).category

    if options.file == "-":
        return _print(names(sys.stdin.buffer), category)
    path = Path(options.file)
    if not path.is_file():
        print(say(f"Нет такого файла: {path}", f"No such file: {path}"), file=sys.stderr)
        return 2
    with path.open("rb") as file:
        return _print(names(file), category)


def names(file: IO[bytes]) -> Iterator[str]:
    """Lines of a text in UTF-8 (a byte order mark may stand in front), cp1251 or UTF-16, one at a time; a bad byte loses no line."""
    from koopset.kernel.text import decode_sniff

    head = file.read(_HEAD) + file.readline()
    codec = "utf-8" if _is_utf8(head) else decode_sniff(head)
    if codec == "utf-16":
        yield from (head + file.read()).decode(codec, errors="replace").splitlines()
        return
    for number, line in enumerate(_lines(head, file)):
        text = line.decode(codec.removesuffix("-sig"), errors="replace").rstrip("\r\n")
        yield text.removeprefix("\ufeff") if number == 0 else text


def _is_utf8(head: bytes) -> bool:
    """Also what holds Latin letters only: every codec reads that alike."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    yield from head.splitlines(keepends=True)
    yield from file


def _print(found: Iterator[str], category: Callable[[str], str]) -> int:
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    try:
        out.writelines("{}\t{}\n".format(name.replace("\t", " "), category(name)) for name in found)
        out.flush()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has enough
    return 0
