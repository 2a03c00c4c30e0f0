"""The verbs `backup` and `restore`: what the keeper is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from koopset.config.terminal import say


def add_verbs(verbs: Any, start: Callable[[], None], start_restore: Callable[[], None]) -> None:
    """`start` and `start_restore` read the settings; proving an archive needs none."""
    verb = verbs.add_parser(
        "backup", help=say("снять копию всего, пока сайт работает", "back everything up while the site runs")
    )
    verb.add_argument(
        "target",
        type=Path,
        metavar="FILE",
        help=say("новый файл: .tar, .tar.gz или .tar.zst", "a new file: .tar, .tar.gz or .tar.zst"),
    )
    verb.add_argument(
        "--verify",
        action="store_true",
        help=say(
            "ничего не снимать, а проверить готовую копию", "make nothing: prove a backup that is there"
        ),
    )
    verb.add_argument(
        "--with-secret-key",
        action="store_true",
        help=say(
            "положить в копию и секретный ключ: кто её прочтёт, войдёт под любым именем",
            "put the secret key in too: whoever reads the backup can enter as anybody",
        ),
    )
    verb.set_defaults(run=lambda options: _verify(options) if options.verify else _backup(options, start))

    verb = verbs.add_parser(
        "restore",
        help=say("восстановить копию в пустую установку", "restore a backup into an empty installation"),
    )
    verb.add_argument("file", type=Path)
    verb.set_defaults(run=lambda options: _restore(options, start_restore))


def _refused(refusal: Any) -> int:
    print(say(refusal.ru, refusal.en), file=sys.stderr)
    return 1


def _contents(manifest: Any) -> str:
    rows = sum(manifest.counts.values())
    return say(
        f"{manifest.engine}, {rows} строк в {len(manifest.counts)} таблицах, файлов: {manifest.files_count}",
        f"{manifest.engine}, {rows} rows in {len(manifest.counts)} tables, files: {manifest.files_count}",
    )


def _backup(options: argparse.Namespace, start: Callable[[], None]) -> int:
    start()
    from koopset.config.backup.archive import BackupError
    from koopset.config.backup.making import backup

    try:
        made = backup(
            options.target.absolute(), with_secret_key=options.with_secret_key, now=datetime.now(UTC)
        )
    except BackupError as refusal:
        return _refused(refusal)
    except OSError as error:
        print(
            say(f"Копия не снята: {error.strerror}.", f"No backup was made: {error.strerror}."),
            file=sys.stderr,
        )
        return 1
    print(
        say(
            f"Копия готова: {options.target} ({made.size // 1024} КиБ)",
            f"The backup is ready: {options.target} ({made.size // 1024} KiB)",
        )
    )
    print(_contents(made.manifest))
    if options.with_secret_key:
        print(
            say(
                "Секретный ключ внутри: храните копию как ключ.",
                "The secret key is inside: keep the backup as you keep a key.",
            )
        )
    else:
        print(
            say(
                "Секретного ключа внутри нет: после восстановления все войдут заново, а то, что им зашифровано, настроят ещё раз "
                "(--with-secret-key кладёт его в копию).",
                "The secret key is not inside: after a restore everybody signs in anew, and what it encrypts is set up once more "
                "(--with-secret-key puts it in).",
            )
        )
    for path in made.lost:
        print(
            say(
                f"Нет файла, который числится: {path}",
                f"A file that rows name is not in the storage: {path}",
            ),
            file=sys.stderr,
        )
    return 3 if made.lost else 0


def _verify(options: argparse.Namespace) -> int:
    from koopset.config.backup.archive import BackupError, read_archive

    try:
        manifest = read_archive(options.target)
    except BackupError as refusal:
        return _refused(refusal)
    except OSError as error:
        print(
            say(
                f"Не прочесть {options.target}: {error.strerror}.",
                f"{options.target} cannot be read: {error.strerror}.",
            ),
            file=sys.stderr,
        )
        return 1
    print(say("Копия цела: ", "The backup is whole: ") + _contents(manifest))
    print(
        say(
            f"Снята {manifest.made_at}, версия {manifest.version}.",
            f"Made {manifest.made_at}, version {manifest.version}.",
        )
    )
    print(
        say("Секретный ключ внутри.", "The secret key is inside.")
        if manifest.keys
        else say("Секретного ключа внутри нет.", "The secret key is not inside.")
    )
    return 0


def _restore(options: argparse.Namespace, start: Callable[[], None]) -> int:
    start()
    from koopset.config.backup.archive import BackupError
    from koopset.config.backup.restoring import restore

    try:
        done = restore(options.file)
    except BackupError as refusal:
        code = _refused(refusal)
        print(say("Ничего не изменено.", "Nothing was changed."), file=sys.stderr)
        return code
    print(say("Восстановлено: ", "Restored: ") + _contents(done.manifest))
    print(
        {
            "restored": say("Секретный ключ взят из копии.", "The secret key is the backup's."),
            "not-in-archive": say(
                "Секретного ключа в копии не было: все войдут заново, старые ссылки из писем не действуют, зашифрованное им надо "
                "настроить ещё раз.",
                "The backup had no secret key: everybody signs in anew, old links in letters do not work, what it encrypted is to be "
                "set up once more.",
            ),
            "in-environment": say(
                "Ключ остался тот, что в SECRET_KEY; ключ из копии не взят.",
                "The key is the one in SECRET_KEY; the backup's was not taken.",
            ),
        }[done.key]
    )
    if done.to_migrate:
        print(
            say(
                "Копия старше программы. Теперь: koopset migrate, потом koopset ledger verify.",
                "The backup is older than the program. Now: koopset migrate, then koopset ledger verify.",
            )
        )
    else:
        print(say("Теперь: koopset ledger verify.", "Now: koopset ledger verify."))
    return 0
