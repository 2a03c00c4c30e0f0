"""One consistent picture of a database while others write to it, for each engine; and the way back into an empty one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from koopset.config.backup.archive import BackupError
from koopset.foundation.database import compare
from koopset.foundation.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class Picture:
    """A copy of the database on disk, and what stood in it at the same moment."""

    path: Path
    engine_version: str
    migrations: list[str]
    counts: dict[str, int]


#: Asks one statement and gives its rows.
Ask = Any


@contextmanager
def picture(folder: Path, *, packed: bool) -> Iterator[tuple[Picture, Iterable[str]]]:
    """Write the database into `folder`; yields the picture and the paths of the files that its rows name, of the same moment.

    `packed`: whether a dump that PostgreSQL can pack should be. Raises BackupError.
    """
    if connection.vendor == "postgresql":
        with _of_postgresql(folder / "database", packed=packed) as found:
            yield found
    else:
        with _of_sqlite(folder / "database") as found:
            yield found


@contextmanager
def _of_sqlite(path: Path) -> Iterator[tuple[Picture, Iterable[str]]]:
    """By SQLite's own backup in one step: in WAL mode writers go on, and what they write meanwhile is not in the copy."""
    source = sqlite_path()
    if not source.is_file():
        raise BackupError(f"Базы нет: {source}.", f"There is no database: {source}.")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=60)) as live,
        closing(sqlite3.connect(path)) as copy,
    ):
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        _sound(copy)

        def ask(sql: str) -> Iterator[Any]:
            return iter(copy.execute(sql))

        tables = [row[0] for row in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = _look(ask, path, [name for name in tables if not name.startswith("sqlite_")])
        yield found, _paths(ask, found)


@contextmanager
def _of_postgresql(path: Path, *, packed: bool) -> Iterator[tuple[Picture, Iterable[str]]]:
    """By pg_dump in the snapshot of a transaction of ours, in which the rows are counted too."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # This transaction does nothing while pg_dump works, for as long as that takes.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        _run(
            "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--no-password",
            *(() if packed else ("--compress=0",)), f"--file={path}",
        )  # fmt: skip

        def ask(sql: str) -> Iterator[Any]:
            cursor.execute(sql)
            while rows := cursor.fetchmany(2000):
                yield from rows

        found = _look(ask, path, _postgresql_tables(cursor))
        yield found, _paths(ask, found)


def _look(ask: Ask, path: Path, tables: Iterable[str]) -> Picture:
    quote = connection.ops.quote_name
    counts = {name: next(ask(f"SELECT count(*) FROM {quote(name)}"))[0] for name in sorted(tables)}
    recorded = MigrationRecorder.Migration._meta.db_table
    if recorded not in counts:
        raise BackupError(
            "В базе ещё ничего нет: сначала koopset migrate.",
            "There is nothing in the database yet: koopset migrate first.",
        )
    migrations = [f"{app}.{name}" for app, name in ask(f"SELECT app, name FROM {quote(recorded)}")]
    return Picture(path, engine_version(), sorted(migrations), counts)


def _paths(ask: Ask, found: Picture) -> Iterator[str]:
    table, column = StoredFile._meta.db_table, connection.ops.quote_name("path")
    if table in found.counts:
        for (path,) in ask(
            f"SELECT DISTINCT {column} FROM {connection.ops.quote_name(table)} ORDER BY {column}"
        ):
            yield str(path)


# What is there


def sqlite_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def engine_version() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0])
    return sqlite3.sqlite_version


def _postgresql_tables(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) "
        "AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))"
    )
    return [row[0] for row in cursor.fetchall()]


def is_empty() -> bool:
    """Whether the database has no table at all. An SQLite file that is not there is empty, and is not made."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            return not _postgresql_tables(cursor)
    path = sqlite_path()
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as live:
            return bool(live.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)
    except sqlite3.DatabaseError:
        return False


# The way back


def check_dump(path: Path, counts: dict[str, int]) -> None:
    """Prove a dump before it is put anywhere: whole, and with the rows that were counted. Raises BackupError."""
    if connection.vendor == "postgresql":
        _run("pg_restore", "--list", str(path), database=False)
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        _sound(copy)
        for table, count in counts.items():
            if copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] != count:
                raise _counts_differ(table)


def put_back(path: Path, counts: dict[str, int]) -> None:
    """Make the empty database what the dump holds: all of it or nothing. Raises BackupError."""
    if connection.vendor == "postgresql":
        connection.close()
        _run(
            "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password", str(path),
        )  # fmt: skip
        for table, count in counts.items():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                if cursor.fetchone()[0] != count:
                    raise _counts_differ(table)
        return
    connection.close()
    target = sqlite_path()
    for beside in ("-wal", "-shm"):
        Path(f"{target}{beside}").unlink(missing_ok=True)
    path.chmod(0o600)
    _to_disk(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.parent.stat().st_dev == path.stat().st_dev:
        path.replace(target)
        return
    beside_target = target.with_name(f"{target.name}.restored")
    shutil.copyfile(path, beside_target)
    _to_disk(beside_target)
    beside_target.replace(target)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _counts_differ(table: str) -> BackupError:
    return BackupError(
        f"Строк в таблице {table} не столько, сколько в описи.",
        f"The rows of {table} are not as many as in the manifest.",
    )


def _sound(copy: sqlite3.Connection) -> None:
    copy.create_collation("russian", compare)
    try:
        answer = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise BackupError("База повреждена: SQLite не сходится сама с собой.", "The database is damaged.")


# PostgreSQL's own programs


def _run(program: str, *arguments: str, database: bool = True) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"Не найдена программа {program}: sudo apt install postgresql-client.",
            f"The program {program} is missing: sudo apt install postgresql-client.",
        )
    command, environment = [found, *arguments], dict(os.environ)
    if database:
        told, password = _libpq()
        command.insert(1, f"--dbname={told}")
        environment |= {"PGPASSWORD": password} if password else {}
    ran = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        lines = ran.stderr.strip().splitlines() or [""]
        raise BackupError(f"{program} не справился: {lines[0]}", f"{program} failed: {lines[0]}")


def _libpq() -> tuple[str, str]:
    """How to reach the database, in libpq's words; the password apart, for a command line is seen by everybody on the machine."""
    from psycopg import conninfo, pq

    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    asked = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in known and isinstance(value, str | int)
    }
    password = str(asked.pop("password", ""))
    return conninfo.make_conninfo("", **asked), password
