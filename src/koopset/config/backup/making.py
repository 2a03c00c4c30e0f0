"""`koopset backup`: the whole installation into one file, while people work."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from koopset.config.backup.archive import (
    DATABASES,
    KEYS,
    ArchiveWriter,
    BackupError,
    Manifest,
    compressed,
)
from koopset.config.backup.databases import picture
from koopset.foundation.files.models import StoredFile
from koopset.foundation.tenants.guard import across_tenants

SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.zst")


@dataclass(frozen=True, slots=True)
class Made:
    """`lost` are files that rows still name and the storage does not have: not of the backup's making, but to be looked into."""

    manifest: Manifest
    size: int
    lost: tuple[str, ...]


def backup(target: Path, *, with_secret_key: bool, now: datetime) -> Made:
    """Write an archive at `target`, readable by its owner only. It stands under its name when it is whole, or not at all.

    Raises BackupError: the name says no kind of archive, something stands there, the database is damaged, a program is missing.
    """
    if not target.name.endswith(SUFFIXES):
        raise BackupError(
            f"По имени {target.name} не понять, как сжимать: нужно …{', …'.join(SUFFIXES)}.",
            f"The name {target.name} does not say how to pack: it must end in {', '.join(SUFFIXES)}.",
        )
    if target.exists():
        raise BackupError(
            f"{target} уже есть. Копия не пишется поверх: дайте другое имя.",
            f"{target} is there already. A backup overwrites nothing: give another name.",
        )
    if not target.parent.is_dir():
        raise BackupError(f"Нет папки {target.parent}.", f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(prefix=".koopset-backup-", dir=target.parent) as scratch:
        part = Path(scratch) / "archive"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with compressed(target, raw) as stream:
                writer = ArchiveWriter(stream, Path(scratch))
                manifest = _write(
                    writer, Path(scratch), target.suffix == ".tar", with_secret_key=with_secret_key, now=now
                )
                writer.finish(manifest)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(part, target)  # refuses, where somebody made such a file meanwhile
    return Made(manifest, target.stat().st_size, tuple(_still_named(manifest.absent)))


def _write(
    writer: ArchiveWriter, scratch: Path, pack_dump: bool, *, with_secret_key: bool, now: datetime
) -> Manifest:
    with picture(scratch, packed=pack_dump) as (found, paths):
        size = found.path.stat().st_size
        with found.path.open("rb") as source:
            database_sha256 = writer.add(DATABASES[connection.vendor], source, size)
        absent = [path for path in paths if not default_storage.exists(path)]
    found.path.unlink()
    # The picture came first and stored bytes never change, so everything that its rows name is among these files.
    folder = files_folder()
    for name in walk(folder):
        try:
            writer.add_file(name, folder / name)
        except FileNotFoundError:
            absent.append(name)  # deleted between the look and the reading
    keys = {}
    if with_secret_key:
        keys[KEYS[0]] = writer.add_bytes(KEYS[0], settings.SECRET_KEY.encode())
        for name in KEYS[1:]:
            kept = Path(settings.DATA_DIR) / name
            if kept.is_file():
                keys[name] = writer.add_bytes(name, kept.read_bytes())
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version("koopset"),
        engine=connection.vendor,
        engine_version=found.engine_version,
        migrations=found.migrations,
        counts=found.counts,
        database_size=size,
        database_sha256=database_sha256,
        files_count=writer.files_count,
        files_size=writer.files_size,
        digests_sha256=writer.add_digests(),
        keys=keys,
        absent=absent,
    )


def files_folder() -> Path:
    """Where the stored files lie. Raises BackupError where they are kept outside this machine."""
    location = getattr(default_storage, "location", None)
    if location is None:
        raise BackupError(
            "Файлы хранятся не на этой машине: копируйте их средствами того хранилища.",
            "Stored files are kept outside this machine: copy them by the means of that storage.",
        )
    return Path(location)


def walk(folder: Path, inside: str = "") -> Iterator[str]:
    """Names of the files below, in the order in which an archive holds them; what is no plain file is passed over."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), f"{inside}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield f"{inside}{entry.name}"


def _still_named(absent: Iterable[str]) -> Iterator[str]:
    """Those of them that rows name now too: a file that was deleted during the backup is no loss."""
    names = sorted(set(absent))
    for at in range(0, len(names), 500):
        with across_tenants("a backup is of everybody, and shows nothing to anybody"):
            known = set(
                StoredFile.objects.filter(path__in=names[at : at + 500]).values_list("path", flat=True)
            )
        yield from (name for name in names[at : at + 500] if name in known)
