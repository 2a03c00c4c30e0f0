"""Where questions are answered: DuckDB inside the process, or Spark. The expressions are the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
from django.conf import settings

from koopset.foundation.analytics import store
from koopset.foundation.analytics.catalogue import Dataset

R = TypeVar("R")
#: A copier may remove a file between the reading of the manifest and of the file: then the manifest is read anew.
ATTEMPTS = 4
_spark = threading.Lock()
_session: Any = None


def question(dataset: Dataset, ask: Callable[[Any], Any]) -> pa.Table:
    """The rows of `ask(table)`, an Ibis expression over the dataset's copy, as an Arrow table.

    The copy is taken as its manifest stands now. Raises OSError where a file of the manifest is absent for good.
    """
    paths = [str(store.folder_of(dataset) / path) for path in store.read_manifest(dataset).paths]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _answer(dataset, paths, ask)
        except Exception:
            again = [str(store.folder_of(dataset) / path) for path in store.read_manifest(dataset).paths]
            if attempt == ATTEMPTS or again == paths:
                raise
            paths = again
    raise AssertionError("unreachable")


def copied_at(dataset: Dataset) -> datetime | None:
    """When the facts were last copied; None where they never were."""
    text = store.read_manifest(dataset).copied_at
    return datetime.fromisoformat(text) if text else None


def _answer(dataset: Dataset, paths: list[str], ask: Callable[[Any], Any]) -> pa.Table:
    if settings.ANALYTICS_ENGINE == "spark":
        return _on_spark(dataset, paths, ask)
    import ibis

    connection = ibis.duckdb.connect()
    try:
        if paths:
            table = connection.read_parquet(paths, table_name=dataset.name, hive_partitioning=False)
        else:
            table = connection.create_table(dataset.name, dataset.schema.empty_table())
        return connection.to_pyarrow(ask(table))
    finally:
        connection.disconnect()


def _on_spark(dataset: Dataset, paths: list[str], ask: Callable[[Any], Any]) -> pa.Table:
    import ibis

    with _spark:
        session = spark_session()
        connection = ibis.pyspark.connect(session)
        if paths:
            frame = session.read.parquet(*paths)
        else:
            frame = session.createDataFrame([], _spark_schema(dataset))
        frame.createOrReplaceTempView(dataset.name)
        return connection.to_pyarrow(ask(connection.table(dataset.name)))


def spark_session() -> Any:
    """The one session of this process, on the master of the settings. It is made at the first question."""
    global _session
    if _session is None:
        from pyspark.sql import SparkSession

        _session = (
            SparkSession.builder.master(settings.ANALYTICS_SPARK_MASTER)
            .appName("koopset")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.driver.memory", "1g")
            .config("spark.executor.memory", "512m")
            .getOrCreate()
        )
    return _session


def _spark_schema(dataset: Dataset) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(dataset.schema)
