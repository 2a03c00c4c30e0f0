"""Files of a dataset: immutable Parquet, and the one manifest that says which of them count.

A file is written aside and renamed, then the manifest is written aside and renamed: a reader sees the copy before or the copy after. Files
that no manifest names are of a copier that was killed, and the next one clears them away.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from koopset.foundation.analytics.catalogue import Dataset, Partition, Proof

MANIFEST = "manifest.json"
LOCK = ".copying"
VERSION = 1
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its path inside the dataset, its digest, what proves its rows."""

    path: str
    sha256: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files are the copy. `copied_at` is when the source was last asked, as ISO text; empty before the first copy."""

    pieces: Mapping[Partition, tuple[Piece, ...]] = field(default_factory=dict)
    copied_at: str = ""

    def proof_of(self, partition: Partition) -> Proof:
        """What is copied of the partition."""
        total = Proof(0)
        for piece in self.pieces.get(partition, ()):
            total = total.plus(piece.proof)
        return total

    @property
    def proof(self) -> Proof:
        """What is copied in all; its stamp is the watermark."""
        total = Proof(0)
        for partition in self.pieces:
            total = total.plus(self.proof_of(partition))
        return total

    @property
    def paths(self) -> list[str]:
        return [piece.path for partition in sorted(self.pieces) for piece in self.pieces[partition]]


def folder_of(dataset: Dataset) -> Path:
    """Where the files of the dataset are."""
    return Path(settings.DATA_DIR) / "analytics" / dataset.name


@contextmanager
def copying(dataset: Dataset) -> Iterator[Path]:
    """The folder of the dataset, for one copier at a time: another waits here."""
    folder = folder_of(dataset)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)


def read_manifest(dataset: Dataset) -> Manifest:
    """The manifest as it stands; an empty one before the first copy, or where another version of the columns was copied."""
    try:
        data = json.loads((folder_of(dataset) / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return Manifest()
    if data["version"] != VERSION or data["columns"] != _columns(dataset):
        return Manifest()
    pieces = {
        Partition(one["organisation"], one["month"]): tuple(
            Piece(piece["path"], piece["sha256"], _proof(piece)) for piece in one["files"]
        )
        for one in data["partitions"]
    }
    return Manifest(pieces, data["copied_at"])


def write_manifest(dataset: Dataset, manifest: Manifest) -> None:
    """Put the manifest in the place of the former, whole or not at all."""
    whole = manifest.proof
    data = {
        "version": VERSION,
        "dataset": dataset.name,
        "columns": _columns(dataset),
        "copied_at": manifest.copied_at,
        "watermark": whole.stamp,
        **_as_data(whole),
        "partitions": [
            {
                "organisation": partition.organisation_id,
                "month": partition.month,
                "files": [
                    {"path": piece.path, "sha256": piece.sha256, **_as_data(piece.proof)} for piece in pieces
                ],
            }
            for partition, pieces in sorted(manifest.pieces.items())
        ],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    target = folder_of(dataset) / MANIFEST
    aside = target.with_name(f"{MANIFEST}.{uuid.uuid4().hex}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)


def _columns(dataset: Dataset) -> dict[str, str]:
    return {name: str(kind) for name, kind in dataset.columns.items()}


def _as_data(proof: Proof) -> dict[str, Any]:
    sums = {name: f"{value:f}" for name, value in sorted(proof.sums.items())}
    return {"count": proof.count, "sums": sums, "stamp": proof.stamp}


def _proof(data: Mapping[str, Any]) -> Proof:
    return Proof(data["count"], {name: Decimal(value) for name, value in data["sums"].items()}, data["stamp"])


def write_piece(dataset: Dataset, partition: Partition, rows: Iterable[Sequence[Any]]) -> Piece | None:
    """Write rows as one new file; None where there are none. Its proof is counted from what was written, not from what was promised."""
    root = folder_of(dataset)
    folder = root / partition.folder
    path = f"{partition.folder}/part-{uuid.uuid4().hex}.parquet"
    aside = root / f"{path}.new"
    writer: pq.ParquetWriter | None = None
    total = Proof(0)
    try:
        for batch in _batches(dataset, rows):
            if writer is None:
                folder.mkdir(parents=True, exist_ok=True)
                writer = pq.ParquetWriter(aside, dataset.schema, compression="zstd")
            writer.write_batch(batch)
            total = total.plus(_proof_of(dataset, batch))
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        return None
    digest = sha256_of(aside)
    aside.replace(root / path)
    return Piece(path, digest, total)


def _batches(dataset: Dataset, rows: Iterable[Sequence[Any]]) -> Iterator[pa.RecordBatch]:
    part: list[Sequence[Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            yield _batch(dataset, part)
            part = []
    if part:
        yield _batch(dataset, part)


def _batch(dataset: Dataset, part: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    columns = list(zip(*part, strict=True))
    arrays = [
        pa.array(values, type=kind.arrow)
        for values, kind in zip(columns, dataset.columns.values(), strict=True)
    ]
    return pa.record_batch(arrays, schema=dataset.schema)


def _proof_of(dataset: Dataset, rows: pa.RecordBatch | pa.Table) -> Proof:
    import pyarrow.compute as pc

    wide = pa.decimal128(38, 6)
    sums = {
        name: Decimal(str(pc.sum(rows.column(name).cast(wide)).as_py() or 0)) for name in dataset.measures
    }
    stamp = pc.max(rows.column(dataset.stamp)).as_py() or 0
    return Proof(rows.num_rows, sums, int(stamp))


def proof_of_file(dataset: Dataset, path: str) -> Proof:
    """What the file really holds."""
    total = Proof(0)
    wanted = [*dict.fromkeys((*dataset.measures, dataset.stamp))]
    with pq.ParquetFile(folder_of(dataset) / path) as file:
        for batch in file.iter_batches(columns=wanted):
            total = total.plus(_proof_of(dataset, batch))
    return total


def sha256_of(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(dataset: Dataset, manifest: Manifest) -> int:
    """Remove files that the manifest does not name, and folders left empty. Only under `copying`."""
    root, kept, removed = folder_of(dataset), set(manifest.paths), 0
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(root).as_posix() not in kept and path.name not in (MANIFEST, LOCK):
            path.unlink()
            removed += 1
    return removed
