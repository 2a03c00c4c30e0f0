"""`koopset catalogue recognise FILE` as a person runs it: no settings, no database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NAMES = "Кефир 1% 0,9л\nЗюзюка хрумкая\n\nХлеб Дарницкий\n"
SAID = "Кефир 1% 0,9л\tмолоко_молочное\nЗюзюка хрумкая\t\n\t\nХлеб Дарницкий\tхлеб\n"


def run(path: Path | str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "koopset.config.cli", "catalogue", "recognise", str(path)],
        input=given,
        capture_output=True,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "DATABASE_URL": "nonsense", "LANG": "C"},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_names_are_told_line_by_line_in_any_encoding(tmp_path: Path, codec: str):
    file = tmp_path / "names.txt"
    file.write_bytes(NAMES.replace("\n", "\r\n").encode(codec))
    done = run(file)
    assert (done.returncode, done.stdout.decode()) == (0, SAID), done.stderr


def test_the_input_is_read_too():
    assert run("-", NAMES.encode()).stdout.decode() == SAID


def test_an_empty_file_tells_nothing(tmp_path: Path):
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    done = run(file)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    done = run(tmp_path / "absent.txt")
    assert done.returncode == 2
    assert done.stderr
