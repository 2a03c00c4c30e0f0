"""A second try of a few tests that failed: it mends a chance, hides nothing, and is not given to many."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "gates.py"


@pytest.fixture(scope="module")
def gates() -> Any:
    spec = importlib.util.spec_from_file_location("koopset_gates", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("first", "failed", "second", "expected"),
    [
        (0, 0, None, (0, 0, 0)),
        (1, 2, 0, (0, 0, 2)),
        (1, 2, 1, (1, 2, 0)),
        (1, 2, 5, (1, 2, 0)),  # nothing was collected the second time: nothing is proved
        (1, 6, None, (1, 6, 0)),
        (1, 0, None, (1, 0, 0)),  # cut before it told what failed
        (124, 2, None, (124, 2, 0)),
    ],
)
def test_the_few_that_failed_are_tried_once_more(
    gates: Any, first: int, failed: int, second: int | None, expected: tuple[int, int, int]
) -> None:
    gate = gates.pytest("tests", "not slow")
    asked = []

    def again(other: Any) -> Any:
        asked.append(other)
        return gates.Result(other, second, 2.0)

    names = tuple(f"test_{number}" for number in range(failed))
    found = gates.settled(gates.Result(gate, first, 1.0, names), again)
    assert (found.code, len(found.failed), len(found.unsteady)) == expected
    assert len(asked) == (second is not None)
    assert found.seconds == (3.0 if asked else 1.0)


@pytest.mark.slow
def test_alone_means_only_those_that_failed_and_one_by_one(gates: Any, tmp_path: Path) -> None:
    """By pytest itself: of two tests the one that failed is run again, and a run without any is no success."""
    (tmp_path / "test_two.py").write_text(
        "from pathlib import Path\ndef test_good(): pass\ndef test_late(): assert Path('there').exists()\n",
        encoding="utf-8",
    )
    gate = gates.pytest("tests", "not slow")
    plain = (
        "-p",
        "no:randomly",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        "-o",
        f"cache_dir={tmp_path / 'cache'}",
    )

    def run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (*command, *plain, str(tmp_path)), cwd=tmp_path, capture_output=True, text=True, check=False
        )

    first = run(gate.command)
    assert first.returncode == 1, first.stdout
    (tmp_path / "there").touch()
    second = run(gates.alone(gate).command)
    assert (second.returncode, "1 passed" in second.stdout) == (0, True), second.stdout
