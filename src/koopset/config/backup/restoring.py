"""`koopset restore`: an archive into an empty installation, all of it or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from koopset.config.backup.archive import DATABASES, FILES, KEYS, BackupError, Manifest, read_archive
from koopset.config.backup.databases import check_dump, is_empty, put_back, sqlite_path
from koopset.config.backup.making import files_folder
from koopset.config.environment import RESTORING

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Restored:
    """`key`: "restored", "not-in-archive" or "in-environment" (SECRET_KEY is set, the archive's was not used)."""

    manifest: Manifest
    key: str
    to_migrate: bool


def restore(archive: Path) -> Restored:
    """Fill the empty database and the empty folder of files. Raises BackupError and leaves both empty.

    Everything is read and proven beside its place first; then files, database and key are put in, in that order. A mark in the data
    folder stands meanwhile: the site does not start over what a power cut left, and the next restore clears it away.
    """
    folder, data = files_folder(), Path(settings.DATA_DIR)
    mark = data / RESTORING
    _check_place(folder, interrupted=mark.exists())
    if not archive.is_file():
        raise BackupError(f"Нет такого файла: {archive}", f"No such file: {archive}")
    with tempfile.TemporaryDirectory(prefix=".koopset-restore-", dir=data) as scratch:
        beside = Path(scratch)
        try:
            manifest = read_archive(archive, _Sink(beside).take)
        except OSError as error:
            raise BackupError(
                f"Не удалось разложить копию: {error.strerror}.",
                f"The backup could not be unpacked: {error.strerror}.",
            ) from error
        _check_fits(manifest)
        check_dump(beside / DATABASES[manifest.engine], manifest.counts)
        mark.touch()
        _put_files(beside / FILES, folder)
        try:
            put_back(beside / DATABASES[manifest.engine], manifest.counts)
        except BaseException:
            if is_empty():
                shutil.rmtree(folder, ignore_errors=True)
                mark.unlink()
            raise
        key = _put_keys(beside, data)
        mark.unlink()
    return Restored(manifest, key, to_migrate=bool(_known() - set(manifest.migrations)))


def _check_place(folder: Path, *, interrupted: bool) -> None:
    if connection.vendor not in DATABASES:
        raise BackupError(
            f"База {connection.vendor} не поддерживается.", f"{connection.vendor} is not supported."
        )
    if not is_empty():
        place = "" if connection.vendor == "postgresql" else f" {sqlite_path()}"
        raise BackupError(
            f"База{place} не пуста. Восстанавливают только в пустую: возьмите новую папку данных (KOOPSET_DATA) или новую базу "
            "(DATABASE_URL), без koopset migrate.",
            f"The database{place} is not empty. A restore goes into an empty one only: take a new data folder (KOOPSET_DATA) or a new "
            "database (DATABASE_URL), without koopset migrate.",
        )
    if interrupted:
        shutil.rmtree(folder, ignore_errors=True)  # of the restore that was cut short: its database is empty
    elif folder.is_dir() and any(folder.iterdir()):
        raise BackupError(
            f"Папка {folder} не пуста. Восстанавливают только в пустую: возьмите новую папку данных (KOOPSET_DATA).",
            f"The folder {folder} is not empty. A restore goes into an empty one only: take a new data folder (KOOPSET_DATA).",
        )


def _known() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def _check_fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        was, now = ENGINES[manifest.engine], ENGINES[connection.vendor]
        raise BackupError(
            f"Копия снята с {was}, а здесь {now}. Восстановите её на {was}: "
            + ("уберите DATABASE_URL." if manifest.engine == "sqlite" else "назовите базу в DATABASE_URL."),
            f"The backup is of {was}, and here is {now}. Restore it on {was}: "
            + ("remove DATABASE_URL." if manifest.engine == "sqlite" else "name a database in DATABASE_URL."),
        )
    newer = sorted(set(manifest.migrations) - _known())
    if newer:
        raise BackupError(
            f"Копия снята с другой версии программы ({manifest.version}): здесь не знают {newer[0]}. Поставьте ту версию.",
            f"The backup is of another version of the program ({manifest.version}): {newer[0]} is not known here. Install that version.",
        )


class _Sink:
    """Writes members below a folder of our own; `read_archive` lets no name lead out of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, parts: Iterator[bytes]) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.writelines(parts)
            target.flush()
            os.fsync(target.fileno())


def _put_files(source: Path, folder: Path) -> None:
    if folder.is_dir():
        folder.rmdir()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.move(source, folder)  # one renaming, where they are on one disk
    else:
        folder.mkdir()


def _put_keys(beside: Path, data: Path) -> str:
    """What became of the first of them, the secret key."""
    for name in KEYS[1:]:
        if (beside / name).is_file():
            (beside / name).replace(data / name)
    if not (beside / KEYS[0]).is_file():
        return "not-in-archive"
    if os.environ.get("SECRET_KEY"):
        return "in-environment"
    (beside / KEYS[0]).replace(data / KEYS[0])
    return "restored"
