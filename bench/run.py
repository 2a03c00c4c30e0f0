"""Measures against the least any program could do: `make bench`, or `bench/run.py [--only NAME] [--engine sqlite] [--large]`.

Each case prepares its data in one process and is measured in another, so its peak of memory is its own; the floor is taken in the same
run, in turns. A table is printed and bench/results.json written. A goal that is missed is said plainly; the exit code is 0.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
ENGINES = ("sqlite", "postgres")


@dataclass(frozen=True)
class Case:
    """`module` of bench/cases; `n` plots, lines or requests; `engines` it depends on; seconds after which it is given up."""

    module: str
    n: int
    names: tuple[str, ...]
    engines: tuple[str, ...] = ENGINES
    limit: int = 240
    large: bool = False


DISTRICT = tuple(
    f"district_{name}"
    for name in "resident chair accounts register search debtors payments coordinator operator bodies".split()
)
CASES = (
    Case("charging", 34_000, ("charge_month",)),
    Case("charging", 340_000, ("charge_month",), ("sqlite",), limit=1500, large=True),
    Case("balances", 34_000, ("balances", "debtors"), limit=400),
    Case("statement_read", 34_000, ("statement_read",), ("sqlite",)),
    Case("names", 20_000, ("names_new", "names_known"), ("sqlite",)),
    Case("statement_import", 34_000, ("statement_import",)),
    Case("receipts_import", 100_000, ("receipts_import",), limit=900),
    Case("documents", 1_000, ("documents_pdf",), ("sqlite",)),
    Case("ballots", 1_000, ("ballots_pdf",), ("sqlite",)),
    Case("documents", 34_000, ("documents_print",), ("sqlite",), limit=1800, large=True),
    Case("register_import", 34_000, ("register_import",), limit=600),
    Case("api_batch", 5_000, ("api_batch_persons", "api_batch_units", "api_batch_accounts"), limit=400),
    Case("push_queue", 34_000, ("push_queue",)),
    Case("needs_month", 10_000_000, ("needs_month",), ("sqlite",), limit=600),
    Case("pages", 34_000, ("page_resident", "page_chair", "page_accounts")),
    Case("district", 34_000, DISTRICT, limit=1500),
    Case("settle", 10_000, ("settle",), ("sqlite",), limit=900),
    Case("notice", 34_000, ("notice",), limit=400),
    Case("tally", 1_000_000, ("tally",), ("sqlite",), limit=1500),
    Case("hall", 200, ("hall",), limit=600),
    Case("allocate", 100_000, ("allocate_by_time", "allocate_pro_rata"), ("sqlite",)),
)
PER_PLOT_GROWTH = 1.3


def main(words: Sequence[str] | None = None) -> int:
    options = _options(words)
    print(f"{'':38}{'n':>8} {'engine':9}{'seconds':>9}{'floor':>9}{'ratio':>7}{'peak MiB':>10}", flush=True)
    rows: list[dict[str, Any]] = []
    missed: list[str] = []
    for case in CASES:
        if (options.only and options.only not in case.names) or (case.large and not options.large):
            continue
        for engine in case.engines:
            if options.engine in (None, engine):
                for result in _measured(case, engine, missed, options.only):
                    _show(result, missed)
                    rows.append(result)
    _growth(rows, missed)
    if not options.only and options.engine is None:
        _write(rows)
    print()
    for text in missed:
        print(f"MISSED  {text}")
    print("Every goal is met." if not missed else f"{len(missed)} missed.")
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=sorted({name for case in CASES for name in case.names}))
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument(
        "--large", action="store_true", help="340,000 plots and 34,000 documents: half an hour"
    )
    return parser.parse_args(words)


def _measured(case: Case, engine: str, missed: list[str], only: str | None) -> Iterator[dict[str, Any]]:
    label = f"{only or ', '.join(case.names)} ({engine}, {case.n})"
    with tempfile.TemporaryDirectory(prefix="koopset-bench-") as folder:
        child = f"{sys.executable} -m bench.child"
        steps = f"{child} prepare {case.module} {case.n} && exec {child} measure {case.module} {case.n}"
        command = ["/bin/sh", "-c", steps]
        if engine == "postgres":
            command = [sys.executable, str(ROOT / "scripts" / "with_postgres.py"), *command]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=_environment(folder, case),
                capture_output=True,
                text=True,
                timeout=case.limit,
            )
        except subprocess.TimeoutExpired:
            missed.append(f"{label}: not done within {case.limit} s")
            return
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        missed.append(f"{label}: could not be measured: {last}")
        return
    for result in json.loads(done.stdout.strip().splitlines()[-1]):
        if only in (None, result["name"]):
            yield {**result, "engine": engine}


def _environment(folder: str, case: Case) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = "bench.page_settings" if case.module in ("pages", "district") else "koopset.config.settings"
    return clean | {
        "KOOPSET_DATA": folder,
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": "bench" * 10,
        "LOG_LEVEL": "ERROR",
        "EMAIL_URL": "dummymail://",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def _show(result: dict[str, Any], missed: list[str]) -> None:
    result["ratio"] = result["seconds"] / result["floor_seconds"]
    print(
        f"{result['name']:38}{result['n']:>8} {result['engine']:9}{result['seconds']:9.3f}"
        f"{result['floor_seconds']:9.3f}{result['ratio']:7.2f}{result['peak_mib']:10.0f}",
        flush=True,
    )
    for goal in result["goals"]:
        met = goal["value"] <= goal["limit"]
        text = f"{goal['text']}: {goal['value']:.3g} {goal['unit']}".rstrip() + f", at most {goal['limit']:g}"
        print(f"    {'met   ' if met else 'MISSED'}  {text}", flush=True)
        if not met:
            missed.append(f"{result['name']} ({result['engine']}, {result['n']}): {text}")


def _growth(rows: Sequence[dict[str, Any]], missed: list[str]) -> None:
    """Ten times the plots may cost a plot no more than a third more time."""
    found = {
        row["n"]: row["seconds"] / row["n"]
        for row in rows
        if (row["name"], row["engine"]) == ("charge_month", "sqlite")
    }
    if len(found) == 2:
        growth = found[max(found)] / found[min(found)]
        text = f"charge_month: time of a plot at {max(found)} is {growth:.2f} times that at {min(found)}, at most {PER_PLOT_GROWTH}"
        print(f"    {'met   ' if growth <= PER_PLOT_GROWTH else 'MISSED'}  {text}")
        if growth > PER_PLOT_GROWTH:
            missed.append(text)


def _write(rows: Sequence[dict[str, Any]]) -> None:
    names = ("name", "n", "engine", "seconds", "floor_seconds", "ratio", "peak_mib")
    kept = [
        {name: round(row[name], 4) if isinstance(row[name], float) else row[name] for name in names}
        for row in rows
    ]
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
