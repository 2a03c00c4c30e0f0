"""A test database in memory starts from a kept copy of a migrated one: migrating anew takes longer than most runs of tests.

The copy lies in `.cache/` of the checkout under a digest of whatever makes an empty database what it is: migrations, profiles, versions of
libraries. Migrations are still asked for on top of it, so that what follows them (guards of facts) is made by today's code.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]


def digest() -> str:
    """Of all that an empty database is made from."""
    found = hashlib.sha256()
    for path in [
        ROOT / "requirements-dev.lock",
        ROOT / "src/koopset/config/settings.py",
        *sorted((ROOT / "src").glob("**/migrations/*.py")),
        *sorted((ROOT / "src").glob("**/profiles/*.toml")),
    ]:
        if path.exists():
            found.update(str(path.relative_to(ROOT)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:24]


def install() -> None:
    """Called once by the pytest plugin; does nothing for a database on a server or without the checkout's `.cache`."""
    from django.db.backends.sqlite3.creation import DatabaseCreation

    creation: Any = DatabaseCreation
    plain = creation.create_test_db
    if getattr(plain, "koopset_template", False):
        return
    bare = creation._create_test_db

    def kept() -> Path:
        return ROOT / ".cache" / "test-databases" / f"{digest()}.sqlite3"

    def made(self: Any, *arguments: Any, **named: Any) -> Any:
        name = bare(self, *arguments, **named)
        template = kept()
        # The connection is opened by the caller under the new name: the copy is poured in when it first connects.
        self.connection._koopset_template = template if template.exists() else None
        return name

    def create(self: Any, *arguments: Any, **named: Any) -> Any:
        memory = self.is_in_memory_db(self._get_test_db_name())
        if not memory:
            return plain(self, *arguments, **named)
        pour = self.connection.get_new_connection

        def connect(parameters: Any) -> Any:
            opened = pour(parameters)
            template = getattr(self.connection, "_koopset_template", None)
            if template is not None:
                self.connection._koopset_template = None
                with sqlite3.connect(f"file:{template}?mode=ro", uri=True) as source:
                    source.backup(opened)
                source.close()
            return opened

        self.connection.get_new_connection = connect
        try:
            name = plain(self, *arguments, **named)
        finally:
            del self.connection.get_new_connection
        keep(self.connection, kept())
        return name

    create.koopset_template = True  # type: ignore[attr-defined]
    creation._create_test_db = made
    creation.create_test_db = create


def keep(connection: Any, path: Path) -> None:
    """Put a copy of the database aside, whole or not at all; older copies go."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    target = sqlite3.connect(unfinished)
    connection.ensure_connection()
    connection.connection.backup(target)
    target.close()
    unfinished.replace(path)
    for other in sorted(path.parent.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-16]:
        other.unlink(missing_ok=True)
