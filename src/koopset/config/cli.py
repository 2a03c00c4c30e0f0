"""The command `koopset`: its verbs, each in plain words.

`inspect`, `catalogue recognise`, `meetings verify` and `--help` need neither settings nor a database; Django is imported only by the
verbs that do.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from koopset.config import cli_analytics, cli_backup, cli_catalogue, cli_meetings
from koopset.config.environment import RESTORE_CUT_SHORT, examine, is_on
from koopset.config.terminal import say


def main(argv: list[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["manage"]:
        return _manage(words[1:])
    options = _parser().parse_args(words)
    result: int = options.run(options)
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="koopset",
        description=say(
            "КООПСЕТЬ: платформа посёлка и его соседей",
            "КООПСЕТЬ: the platform of a settlement and its neighbours",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=say(
            "Переменные: KOOPSET_DATA папка данных (./var), DATABASE_URL другая база, PORT порт (8000).",
            "Variables: KOOPSET_DATA folder of data (./var), DATABASE_URL another database, PORT port (8000).",
        ),
    )
    verbs = parser.add_subparsers(title=say("что можно сделать", "verbs"), metavar="", required=True)

    verb = verbs.add_parser(
        "serve", help=say("открыть сайт на этой машине", "serve the site on this machine")
    )
    verb.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    verb.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    verb.add_argument(
        "--no-worker", action="store_true", help=say("без фоновой работы", "without background work")
    )
    verb.set_defaults(run=_serve)

    verb = verbs.add_parser("worker", help=say("выполнять фоновую работу", "do background work"))
    verb.set_defaults(run=_worker)

    verb = verbs.add_parser(
        "migrate", help=say("создать или обновить базу данных", "make or update the database")
    )
    verb.set_defaults(run=_migrate)

    verb = verbs.add_parser(
        "demo",
        help=say(
            "наполнить пустую базу вымышленным посёлком", "fill an empty database with an invented town"
        ),
    )
    verb.add_argument(
        "--if-empty",
        action="store_true",
        help=say("только если база пуста; иначе ничего не делать", "only where the database is empty"),
    )
    verb.add_argument(
        "--size",
        choices=("town", "district"),
        default="town",
        help=say(
            "town: посёлок и дом (минута); district: ещё 17 районов, 34 000 участков (десять минут)",
            "town: a settlement and a house (a minute); district: 17 districts more, 34,000 plots (ten minutes)",
        ),
    )
    verb.set_defaults(run=_demo)

    verb = verbs.add_parser(
        "operator", help=say("сделать логин оператором платформы", "make a login an operator of the platform")
    )
    verb.add_argument("email")
    verb.set_defaults(run=lambda options: _manage(["make_operator", options.email]))

    verb = verbs.add_parser(
        "inspect", help=say("узнать, что за файл и что внутри", "tell what a file is and what is inside")
    )
    verb.add_argument("file", type=Path)
    verb.add_argument("--json", action="store_true", help=say("ответ для машин", "an answer for machines"))
    verb.set_defaults(run=_inspect)

    verb = verbs.add_parser(
        "ledger",
        help=say(
            "книги: verify доказывает итоги по проводкам",
            "books: verify proves the totals against the entries",
        ),
    )
    actions = verb.add_subparsers(metavar="", required=True)
    action = actions.add_parser(
        "verify", help=say("сверить итоги с проводками", "compare the running totals with the entries")
    )
    action.add_argument(
        "--organisation", type=int, default=None, help=say("только одна организация", "one organisation only")
    )
    action.set_defaults(run=_ledger_verify)

    cli_analytics.add_verbs(verbs, _django)
    cli_catalogue.add_verbs(verbs)
    cli_meetings.add_verbs(verbs)
    verb = verbs.add_parser(
        "purchases",
        help=say(
            "закупки: replay считает распределение заново и сверяет",
            "joint purchases: replay computes an allocation once more and compares",
        ),
    )
    actions = verb.add_subparsers(metavar="", required=True)
    action = actions.add_parser(
        "replay",
        help=say(
            "посчитать распределение закупки заново по сохранённым данным",
            "compute the allocation of a round once more from what was stored",
        ),
    )
    action.add_argument(
        "round",
        type=int,
        help=say("номер закупки, как в её адресе", "number of the round, as in its address"),
    )
    action.set_defaults(run=lambda options: _manage(["purchases_replay", str(options.round)]))

    cli_backup.add_verbs(verbs, _django, _django_of_restore)

    verb = verbs.add_parser(
        "check",
        help=say("проверить настройки, базу и фоновую работу", "check the settings, the database, the work"),
    )
    verb.set_defaults(run=_check)

    verbs.add_parser(
        "manage", help=say("команды Django для инженера", "Django's own commands, for an engineer")
    )
    return parser


def _refuse_wrong_settings(*, warn: bool = False, but: str = "") -> None:
    """End here, in words, where the settings would not work; `warn` prints too what will be missed."""
    found = [finding for finding in examine(os.environ) if finding.code != but]
    for finding in found:
        if finding.is_error or warn:
            word = say("Ошибка", "Error") if finding.is_error else say("Внимание", "Warning")
            print(f"{word}: {finding.name}: {say(finding.ru, finding.en)} [{finding.code}]", file=sys.stderr)
    if any(finding.is_error for finding in found):
        print(
            say("Поправьте настройки и повторите.", "Mend the settings and try again."),
            file=sys.stderr,
        )
        raise SystemExit(2)


def _django() -> None:
    _refuse_wrong_settings()
    _set_up()


def _django_of_restore() -> None:
    """A restore that was cut short stops everything but another restore."""
    _refuse_wrong_settings(but=RESTORE_CUT_SHORT)
    _set_up()


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koopset.config.settings")
    import django

    django.setup()


def _migrate(_options: argparse.Namespace) -> int:
    _refuse_wrong_settings(warn=True)
    return _manage(["migrate", "--no-input", "-v", "0", "--skip-checks"])


def _check(_options: argparse.Namespace) -> int:
    """Settings first: only with those that work can the rest be asked."""
    _refuse_wrong_settings(warn=True)
    print(say("Настройки: ошибок нет", "Settings: no errors"))
    os.environ["LOG_LEVEL"] = "CRITICAL"  # what the log would tell is told below in words
    _set_up()
    from koopset.config.health import examine as examine_health

    names = {
        "database": say("база данных", "database"),
        "migrations": say("обновления базы", "updates of the database"),
        "facts": say("защита записей", "guard of facts"),
        "worker": say("фоновая работа", "background work"),
        "disk": say("место на диске", "space on the disk"),
    }
    advice = {
        "database": say(
            "не отвечает: запущена ли она, верен ли DATABASE_URL?",
            "no answer: does it run, is DATABASE_URL right?",
        ),
        "migrations": say("нужен koopset migrate", "run koopset migrate"),
        "facts": say("нужен koopset migrate", "run koopset migrate"),
        "worker": say(
            "исполнителя не слышно: запустите koopset serve или koopset worker",
            "no worker is heard of: start koopset serve or koopset worker",
        ),
        "disk": say("почти кончилось или запись запрещена", "almost over, or writing is forbidden"),
    }
    found = examine_health()
    for name, word in found.items():
        well = say("в порядке", "well") if word == "ok" else advice[name]
        print(f"{names[name]}: {well}")
    return 0 if all(word == "ok" for word in found.values()) else 1


def _manage(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koopset.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["koopset manage", *words])
    return 0


def _serve(options: argparse.Namespace) -> int:
    """One web process and, unless told otherwise, one worker beside it; both end together."""
    _refuse_wrong_settings(warn=True)
    _set_up()
    import uvicorn

    worker = (
        None
        if options.no_worker
        else subprocess.Popen([sys.executable, "-m", "koopset.config.cli", "worker"])
    )
    print(say("Сайт открыт: ", "The site is at ") + f"http://{options.host}:{options.port}", flush=True)
    from koopset.portal.demo import sign_in_lines

    for line in sign_in_lines():
        print(line, flush=True)
    # uvicorn ends in order and then sends itself the signal anew: without this the worker would be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.run(
            "koopset.config.asgi:application",
            host=options.host,
            port=options.port,
            log_level="warning",
            lifespan="off",
            proxy_headers=is_on(os.environ, "BEHIND_PROXY"),
        )
    finally:
        if worker is not None:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(timeout=15)
            except subprocess.TimeoutExpired:
                worker.kill()
    return 0


def _worker(_options: argparse.Namespace) -> int:
    _django()
    import threading

    from koopset.foundation.jobs.worker import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(stop)
    return 0


def _demo(options: argparse.Namespace) -> int:
    _django()
    from koopset.portal.demo import NotEmpty, Size, fill_database

    try:
        fill_database(report=lambda text: print(text, flush=True), size=Size(options.size))
    except NotEmpty as refusal:
        if options.if_empty and not refusal.hinders:
            return 0
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _inspect(options: argparse.Namespace) -> int:
    from koopset.kernel.inspection import exit_code, inspect_file

    path: Path = options.file
    if not path.is_file():
        print(say(f"Нет такого файла: {path}", f"No such file: {path}"), file=sys.stderr)
        return 2
    found = inspect_file(path)
    if found is None:
        if options.json:
            nothing = {
                "line": None,
                "code": "unknown-format",
                "text": "Формат не узнан: такого файла мы пока не читаем.",
            }
            print(
                json.dumps(
                    {
                        "format": None,
                        "encoding": None,
                        "records": 0,
                        "totals": {},
                        "warnings": [],
                        "errors": [nothing],
                    },
                    ensure_ascii=False,
                )
            )
        else:
            print(
                say(
                    "Формат не узнан: такого файла мы пока не читаем.",
                    "Unknown format: no reader claims this file.",
                )
            )
        return 2
    if options.json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        print(say("Формат", "Format") + f": {found.format}")
        print(say("Кодировка", "Encoding") + f": {found.encoding or '—'}")
        print(say("Записей", "Records") + f": {found.records}")
        for name, value in found.totals.items():
            print(f"  {name}: {'—' if value is None else value}")
        for title, findings in (
            (say("Предупреждения", "Warnings"), found.warnings),
            (say("Ошибки", "Errors"), found.errors),
        ):
            if findings:
                print(f"{title}:")
                for finding in findings:
                    place = f"{say('строка', 'line')} {finding.line}: " if finding.line else ""
                    print(f"  {place}{finding.text}")
    return exit_code(found)


def _ledger_verify(options: argparse.Namespace) -> int:
    _django()
    from koopset.apps.ledger.selectors import verify

    discrepancies = verify(options.organisation)
    for discrepancy in discrepancies:
        print(discrepancy)
    if not discrepancies:
        print(say("Книги сходятся: итоги равны проводкам.", "The books agree: the totals equal the entries."))
    return 1 if discrepancies else 0


if __name__ == "__main__":
    raise SystemExit(main())
