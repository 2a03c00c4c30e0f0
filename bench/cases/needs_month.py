"""What each household bought of each kind in each month, over N lines copied to Parquet, against the same query written by hand.

Where Spark is asked for (ANALYTICS_ENGINE=spark, in .venv-spark), its answer must be that of DuckDB.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench.measure import Result, interleaved
from django.conf import settings

from koopset.apps.needs.demand.selectors import frames
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.foundation.analytics import Partition, Proof, question, store

MONTHS = [202500 + number for number in range(1, 13)]
HOUSEHOLDS, KINDS, BODIES = 5_000, 24, 10
SQL = """
    SELECT territory_id, district_id, household_id, category, kind, unit, month,
           sum(micro) AS micro, sum(sum_kop) AS sum_kop, count(*) AS lines
    FROM read_parquet(?, hive_partitioning = false)
    GROUP BY ALL
"""


def prepare(n: int) -> None:
    """Files as the copier leaves them, written straight away: the copier itself has tests of its own."""
    rng = np.random.default_rng(20261129)
    each = n // (len(MONTHS) * BODIES)
    pieces: dict[Partition, tuple[store.Piece, ...]] = {}
    line = 0
    for month in MONTHS:
        first = date(month // 100, month % 100, 1)
        for body in range(1, BODIES + 1):
            table = _month_of(rng, month, first, body, each, line)
            line += each
            partition = Partition(body, month)
            path = f"{partition.folder}/part-0.parquet"
            target = store.folder_of(PURCHASES) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, target, compression="zstd")
            pieces[partition] = (store.Piece(path, store.sha256_of(target), Proof(each, {}, line)),)
    store.write_manifest(PURCHASES, store.Manifest(pieces, "2026-01-01T00:00:00+00:00"))


def _month_of(
    rng: np.random.Generator, month: int, first: date, body: int, count: int, line: int
) -> pa.Table:
    household = rng.integers(1, HOUSEHOLDS // BODIES, count) + body * 100_000
    kind = rng.integers(0, KINDS, count)
    days = np.array([first + timedelta(days=number) for number in range(28)])
    columns = {
        "line_id": np.arange(line, line + count),
        "organisation_id": np.full(count, body),
        "month": np.full(count, month),
        "day": days[rng.integers(0, 28, count)],
        "household_id": household,
        "territory_id": np.full(count, body),
        "district_id": np.full(count, 1),
        "category": np.char.add("категория ", (kind % 6).astype(str)),
        "kind": np.char.add("вид ", kind.astype(str)),
        "unit": np.full(count, "kg"),
        "micro": rng.integers(1, 5_000_000, count),
        "sum_kop": rng.integers(100, 100_000, count),
        "shop_inn": np.full(count, "7700000001"),
        "recorded": np.full(count, 1_767_225_600),
        "mark": np.full(count, 1),
    }
    return pa.table(
        {name: pa.array(values, type=PURCHASES.columns[name].arrow) for name, values in columns.items()}
    )


def measure(n: int) -> list[Result]:
    paths = [str(store.folder_of(PURCHASES) / path) for path in store.read_manifest(PURCHASES).paths]

    def ours() -> pa.Table:
        return question(PURCHASES, frames.needs_month)

    def bare() -> pa.Table:
        with duckdb.connect() as connection:
            return connection.execute(SQL, [paths]).to_arrow_table()

    assert _sorted(ours()) == _sorted(bare()), "the two answers differ"
    seconds, floor, peak = interleaved(ours, bare, 3)
    result = Result(
        f"needs_month{'_spark' if settings.ANALYTICS_ENGINE == 'spark' else ''}", n, seconds, floor, peak
    )
    return (
        [result]
        if settings.ANALYTICS_ENGINE == "spark"
        else [result.at_most("times the bare query", result.ratio, 2)]
    )


def _sorted(table: pa.Table) -> list[int]:
    """Enough to tell answers apart: rows, and the sums of what is summed."""
    import pyarrow.compute as pc

    return [
        table.num_rows,
        *(int(pc.sum(table.column(name)).as_py()) for name in ("micro", "sum_kop", "lines")),
    ]
