"""The verb `koopset meetings verify FILE`: an exported archive of a meeting proves itself. Needs neither settings nor a database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from koopset.config.terminal import say

_NAMES = {
    "meetings.archive_manifest": (
        "список файлов и последняя контрольная сумма",
        "list of files and the last hash",
    ),
    "meetings.archive_file": ("файл как в списке", "file as in the list"),
    "meetings.archive_chain": ("цепочка событий", "chain of events"),
    "meetings.archive_profile": ("профиль закона на открытии", "law profile of the opening"),
    "meetings.archive_register": ("реестр голосующих на открытии", "register of electors of the opening"),
    "meetings.archive_attendance": ("кто участвовал", "who took part"),
    "meetings.archive_ballots": ("бюллетени", "ballots"),
    "meetings.archive_secret": ("тайные бюллетени", "secret ballots"),
    "meetings.archive_result": ("голоса пересчитаны", "votes counted anew"),
}


def add_verbs(verbs: Any) -> None:
    """Add the verb to those of `koopset`."""
    verb = verbs.add_parser(
        "meetings",
        help=say(
            "собрания: verify проверяет архив собрания без базы данных",
            "meetings: verify checks the archive of a meeting without a database",
        ),
    )
    actions = verb.add_subparsers(metavar="", required=True)
    action = actions.add_parser(
        "verify",
        help=say(
            "проверить цепочку, реестр, бюллетени и пересчитать голоса",
            "check chain, register and ballots, and count the votes anew",
        ),
    )
    action.add_argument("file", type=Path)
    action.add_argument(
        "--head",
        default=None,
        help=say(
            "последняя контрольная сумма из протокола: без неё конец архива не доказан",
            "the last hash as the minutes print it: without it the archive's end is not proven",
        ),
    )
    action.add_argument("--json", action="store_true", help=say("ответ для машин", "an answer for machines"))
    action.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    """0: everything holds; 1: something does not; 2: no archive."""
    from koopset.apps.meetings.formats.archive_file import NotAnArchive, archive_unpack
    from koopset.apps.meetings.rules.archive import archive_check

    path: Path = options.file
    try:
        files = archive_unpack(path)
    except OSError:
        print(say(f"Нет такого файла: {path}", f"No such file: {path}"), file=sys.stderr)
        return 2
    except NotAnArchive:
        print(say(f"Это не архив: {path}", f"Not an archive: {path}"), file=sys.stderr)
        return 2
    head = options.head.strip().lower() if options.head else None
    report = archive_check(files, head=head)
    if options.json:
        checks = [{"code": one.code, "holds": one.holds, "detail": one.detail} for one in report.checks]
        print(json.dumps({"holds": report.holds, "checks": checks}, ensure_ascii=False))
    else:
        for one in report.checks:
            word = say("верно  ", "holds  ") if one.holds else say("НЕВЕРНО", "BROKEN ")
            print(f"{word} {say(*_NAMES.get(one.code, (one.code, one.code)))} {one.detail}".rstrip())
        print(_verdict(report.holds, head is not None))
    return 0 if report.holds else 1


def _verdict(holds: bool, with_head: bool) -> str:
    if not holds:
        return say("Архив изменён или неполон.", "The archive was changed or is not whole.")
    if with_head:
        return say("Архив цел, голоса сошлись.", "The archive is whole, the votes agree.")
    return say(
        "Архив цел, голоса сошлись. Сравните последнюю контрольную сумму с напечатанной в протоколе.",
        "The archive is whole, the votes agree. Compare the last hash with the one that the minutes print.",
    )
