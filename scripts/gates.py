"""The gates of the house: `gates.py check` (quick) and `gates.py test` (everything).

Static gates run two at a time with their output kept together; test runs have both cores and print as they go. All gates run
even when one fails, so that one run shows all there is to mend. Each mode has a limit of time; what passes it is stopped.

A few tests that failed are tried once more, alone: on a machine whose cores are taken by others a browser or a server may come too
late. One that passes then does not stop the house, and is named at the end as unsteady: it is to be mended, not to be lived with.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
LIMITS = {"check": 5 * 60, "test": 80 * 60}
WORKERS = "2"
#: More failures than this are no chance.
MOST_TRIED_AGAIN = 5
# Whatever the caller's shell holds, gates see the defaults.
FOREIGN = (
    "DATABASE_URL",
    "DEBUG",
    "PORT",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "REDIS_URL",
    "BEHIND_PROXY",
    "LOG_FORMAT",
    "CACHE_URL",
    "QUIET_HOURS",
    "WEB_PROCESSES",
    "METRICS_TOKEN",
)


running: set[subprocess.Popen[str]] = set()


@dataclass(frozen=True)
class Gate:
    """One command; `environment` is added to that of all gates."""

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    reports: bool = False


@dataclass(frozen=True)
class Result:
    """How a gate ended; `failed`: the tests that did not pass, with the first line of why; `unsteady`: those that did when alone."""

    gate: Gate
    code: int
    seconds: float
    failed: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()


def python(name: str, *arguments: str, **environment: str) -> Gate:
    return Gate(name, (PYTHON, *arguments), tuple(environment.items()))


def pytest(name: str, marks: str, *prefix: str) -> Gate:
    """A run of tests. It reports its failures, so that they stand together at the end of a long output."""
    command = (
        PYTHON,
        *prefix,
        *([PYTHON] if prefix else ()),
        "-m",
        "pytest",
        "-q",
        "-n",
        WORKERS,
        "-m",
        marks,
    )
    return Gate(name, command, reports=True)


def typed_folders() -> list[str]:
    return [name for name in ("src", "scripts", "tests", "bench", "conftest.py") if (ROOT / name).exists()]


def static_gates(scratch: Path) -> list[Gate]:
    beside = Path(PYTHON).parent
    return [
        python("types", "-m", "mypy", *typed_folders()),
        python("format", "-m", "ruff", "format", "--check", "--quiet", "."),
        python("lint", "-m", "ruff", "check", "--quiet", "."),
        Gate("imports", (str(beside / "lint-imports"),)),
        python("layout", "scripts/check_layout.py"),
        python("templates", "-m", "djlint", "src", "--lint", "--quiet"),
        python("system check", "-m", "django", "check"),
        python("migrations", "-m", "django", "makemigrations", "--check", "--dry-run"),
        python("translations", "scripts/check_po.py"),
        python("docs", "scripts/check_docs.py"),
        python("vendored files", "scripts/vendor.py", "--check"),
        python(
            "static files",
            *("-m", "django", "collectstatic", "--noinput", "--verbosity", "0"),
            STATIC_MANIFEST="1",
            STATIC_ROOT=str(scratch / "static"),
        ),
    ]


def test_gates(mode: str) -> list[Gate]:
    if mode == "check":
        return [pytest("quick tests", "not slow and not browser and not bench and not postgres")]
    return [
        pytest("tests on SQLite", "not browser and not bench"),
        pytest("tests on PostgreSQL", "not browser and not bench", "scripts/with_postgres.py"),
        pytest("browser tests", "browser"),
    ]


def base_environment(scratch: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    data = scratch / "data"
    data.mkdir()
    return environment | {
        "DJANGO_SETTINGS_MODULE": "koopset.config.settings",
        "KOOPSET_TESTING": "1",
        "KOOPSET_DATA": str(data),
        "SECRET_KEY": "for-gates-only-" + "k" * 40,
        "PYTHONWARNINGS": "default",
    }


def stop(process: subprocess.Popen[str]) -> None:
    """End a gate with all that it started; a cluster of its own is stopped by its keeper on SIGTERM."""
    for number, patience in ((signal.SIGTERM, 30), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def failures(report: Path) -> tuple[str, ...]:
    """Tests of a report in the form of JUnit that failed or broke; none where a run was cut before it wrote one."""
    if not report.exists():
        return ()
    return tuple(
        f"{case.get('classname')}::{case.get('name')}: {(found.get('message') or '?').strip().splitlines()[0]}"
        for case in ElementTree.parse(report).iter("testcase")
        for found in case
        if found.tag in ("failure", "error")
    )


def run(gate: Gate, environment: dict[str, str], deadline: float, *, live: bool) -> Result:
    began = time.monotonic()
    report = Path(environment["KOOPSET_DATA"]).parent / f"{gate.name.replace(' ', '-')}.xml"
    process = subprocess.Popen(
        (*gate.command, f"--junitxml={report}") if gate.reports else gate.command,
        cwd=ROOT,
        env=environment | dict(gate.environment),
        stdin=subprocess.DEVNULL,
        stdout=None if live else subprocess.PIPE,
        stderr=None if live else subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    running.add(process)
    output = ""
    try:
        output = process.communicate(timeout=max(1.0, deadline - time.monotonic()))[0] or ""
        code = process.returncode
    except subprocess.TimeoutExpired:
        stop(process)
        code = 124
        output = "stopped: the time for all gates is over\n"
    finally:
        running.discard(process)
    if code != 0 and not live:
        print(f"\n--- {gate.name}\n{output.rstrip()}", flush=True)
    elif code == 124:
        print(f"\n--- {gate.name}: {output.rstrip()}", flush=True)
    return Result(gate, code, time.monotonic() - began, failures(report))


def alone(gate: Gate) -> Gate:
    """The tests of a gate that have just failed, one by one."""
    command = list(gate.command)
    command[command.index("-n") + 1] = "0"
    return replace(gate, name=f"{gate.name}, tried again", command=(*command, "--last-failed"))


def settled(result: Result, again: Callable[[Gate], Result]) -> Result:
    """The result of a gate of tests after a second try of the few that failed."""
    if result.code != 1 or not 0 < len(result.failed) <= MOST_TRIED_AGAIN:
        return result
    second = again(alone(result.gate))
    seconds = result.seconds + second.seconds
    if second.code == 0:
        return replace(result, code=0, seconds=seconds, failed=(), unsteady=result.failed)
    return replace(result, seconds=seconds)


def run_all(mode: str, scratch: Path) -> list[Result]:
    deadline = time.monotonic() + LIMITS[mode]
    environment = base_environment(scratch)
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(
            pool.map(lambda gate: run(gate, environment, deadline, live=False), static_gates(scratch))
        )

    def run_live(gate: Gate) -> Result:
        print(f"\n--- {gate.name}", flush=True)
        return run(gate, environment, deadline, live=True)

    return [*results, *(settled(run_live(gate), run_live) for gate in test_gates(mode))]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in LIMITS:
        print("usage: gates.py check | test", file=sys.stderr)
        return 2
    scratch = Path(tempfile.mkdtemp(prefix="koopset-gates-"))
    try:
        results = run_all(arguments[0], scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print()
    for result in results:
        print(f"{'ok  ' if result.code == 0 else 'FAIL'} {result.seconds:6.1f} s  {result.gate.name}")
        for test in result.failed:
            print(f"       {test}")
        for test in result.unsteady:
            print(f"       unsteady, passed alone: {test}")
    return 1 if any(result.code for result in results) else 0


def raise_exit(number: int, _frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, raise_exit)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
