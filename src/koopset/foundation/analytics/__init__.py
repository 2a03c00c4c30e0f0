"""Facts of the rooms as columns, for questions that read millions of rows. `from koopset.foundation.analytics import Dataset, question`.

The database stays the truth. A room registers a dataset; its facts are copied to Parquet by organisation and month, and a manifest proves
by counts and sums that the copy is whole. Questions are Ibis expressions: on DuckDB inside the process, or on Spark when outgrown.
"""

from __future__ import annotations

from koopset.foundation.analytics.catalogue import Dataset as Dataset
from koopset.foundation.analytics.catalogue import Kind as Kind
from koopset.foundation.analytics.catalogue import Partition as Partition
from koopset.foundation.analytics.catalogue import Proof as Proof
from koopset.foundation.analytics.catalogue import dataset as dataset
from koopset.foundation.analytics.catalogue import register_dataset as register_dataset
from koopset.foundation.analytics.engine import copied_at as copied_at
from koopset.foundation.analytics.engine import question as question
