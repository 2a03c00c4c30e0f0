"""An installation of its own for a test: a folder, a database of the engine that the suite runs on, the command `koopset`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Installation:
    """`url` is DATABASE_URL; on SQLite the file lies in the folder."""

    folder: Path
    url: str

    def environment(self, **settings: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "LANG": "ru_RU.UTF-8",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src"), *sys.path]),
            "DJANGO_SETTINGS_MODULE": "koopset.config.settings",
            "KOOPSET_DATA": str(self.folder),
            "DATABASE_URL": self.url,
        } | settings

    def start(self, module: str, *words: str, quiet: bool = False, **settings: str) -> subprocess.Popen[str]:
        """`quiet`: its log is thrown away, for one that nobody reads while it runs."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env=self.environment(**settings), cwd=self.folder.parent, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL if quiet else subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def run(self, module: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        process = self.start(module, *words, quiet=False, **settings)
        output, complaint = process.communicate(timeout=600)
        return subprocess.CompletedProcess(words, process.returncode, output, complaint)

    def koopset(self, *words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run("koopset.config.cli", *map(str, words), **settings)

    def ask(self, module: str, *words: str) -> Any:
        """The last line that a script of the tests prints, as JSON."""
        ran = self.run(module, *words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def _postgresql(sql: str) -> None:
    """A statement by the maintenance database of the suite's own cluster."""
    import psycopg
    from django.db import connection

    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"], user=given["USER"], password=given["PASSWORD"] or None, dbname="postgres",
        port=given["PORT"] or None, autocommit=True,
    ) as maintenance:  # fmt: skip
        maintenance.execute(sql)  # names of our own making


@contextmanager
def installation(folder: Path, *, like: Installation | None = None) -> Iterator[Installation]:
    """An empty one, or one with the database and the files of another; its database goes with it."""
    from django.db import connection

    folder.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        made = Installation(folder, f"sqlite:///{folder / 'koopset.sqlite3'}")
        if like is not None:
            shutil.copytree(like.folder, folder, dirs_exist_ok=True)
        yield made
        return
    name = f"koopset_running_{os.getpid()}_{next(_numbers)}"
    template = "" if like is None else f' TEMPLATE "{urlsplit(like.url).path.rpartition("/")[2]}"'
    _postgresql(f'CREATE DATABASE "{name}"{template}')
    url = urlsplit(os.environ["DATABASE_URL"])
    path = f"{url.path.rpartition('/')[0]}/{name}"
    if like is not None and (like.folder / "files").exists():
        shutil.copytree(like.folder / "files", folder / "files")
    try:
        yield Installation(folder, urlunsplit(url._replace(path=path)))
    finally:
        _postgresql(f'DROP DATABASE "{name}" WITH (FORCE)')
