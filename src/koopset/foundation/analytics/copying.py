"""Bringing the copies up to the facts, and proving that they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from koopset.foundation.analytics import store
from koopset.foundation.analytics.catalogue import Dataset, Partition, Proof
from koopset.foundation.analytics.store import Manifest, Piece

#: A partition of more files than this is written anew as one.
MOST_PIECES = 12


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did: partitions that got new rows, that were written anew, that are no more; rows in all afterwards."""

    dataset: str
    added: int
    rewritten: int
    gone: int
    rows: int


def copy_dataset(
    dataset: Dataset, *, now: datetime, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Copied:
    """Copy what is new, late, corrected or deleted since the last time. Whole or not at all; two at once take turns.

    A partition whose facts have only grown gets one more file. Any other difference in count or sums (a late row under the watermark, a
    correction, an erasure) writes the partition anew, and its former files are removed once the manifest forgets them.
    """
    with store.copying(dataset):
        before = store.read_manifest(dataset)
        store.sweep(dataset, before)
        truth = {partition: proof for partition, proof in dataset.source.proofs() if proof.count}
        pieces = {partition: found for partition, found in before.pieces.items() if partition in truth}
        changed = [
            partition
            for partition, proof in sorted(truth.items())
            if not before.proof_of(partition).same(proof)
        ]
        added = rewritten = 0
        for done, partition in enumerate(changed):
            progress(done, len(changed))
            known = pieces.get(partition, ())
            fresh, grown = _copied(dataset, partition, known, truth[partition])
            added, rewritten = added + grown, rewritten + (not grown)
            if fresh:
                pieces[partition] = fresh
            else:
                pieces.pop(partition, None)
        after = Manifest(pieces, now.isoformat())
        store.write_manifest(dataset, after)
        store.sweep(dataset, after)
        gone = len(set(before.pieces) - set(pieces))
        return Copied(dataset.name, added, rewritten, gone, after.proof.count)


def _copied(
    dataset: Dataset, partition: Partition, known: tuple[Piece, ...], truth: Proof
) -> tuple[tuple[Piece, ...], bool]:
    """Files of the partition now, and whether it only grew."""
    have = Proof(0)
    for piece in known:
        have = have.plus(piece.proof)
    if have.count < truth.count and len(known) < MOST_PIECES:
        more = store.write_piece(dataset, partition, dataset.source.rows(partition, have.stamp))
        if more is not None and have.plus(more.proof).same(truth):
            return (*known, more), True
        # What was written is named by no manifest: the sweep at the end removes it.
    whole = store.write_piece(dataset, partition, dataset.source.rows(partition, 0))
    return ((whole,) if whole is not None else ()), False


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found: rows that are copied, and each difference in words for an engineer."""

    dataset: str
    rows: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def verify_dataset(dataset: Dataset) -> Verified:
    """Count the files anew and compare them with the manifest, and the manifest with the facts in the database. Changes nothing."""
    with store.copying(dataset) as root:
        manifest = store.read_manifest(dataset)
        found: list[str] = []
        for _partition, pieces in sorted(manifest.pieces.items()):
            for piece in pieces:
                path = root / piece.path
                if not path.is_file():
                    found.append(f"{piece.path}: the file is absent")
                elif store.sha256_of(path) != piece.sha256:
                    found.append(f"{piece.path}: the file was altered")
                elif not store.proof_of_file(dataset, piece.path).same(piece.proof):
                    found.append(f"{piece.path}: its rows are not those of the manifest")
        truth = dict(dataset.source.proofs())
        for partition in sorted({*truth, *manifest.pieces}):
            copied, real = manifest.proof_of(partition), truth.get(partition, Proof(0))
            if not copied.same(real):
                found.append(
                    f"{partition.folder}: {copied.count} rows copied, {real.count} facts{_sums(copied, real)}"
                )
        return Verified(dataset.name, manifest.proof.count, tuple(found))


def _sums(copied: Proof, real: Proof) -> str:
    differing = [
        f"{name} {copied.sums.get(name, 0)} and {real.sums.get(name, 0)}"
        for name in sorted({*copied.sums, *real.sums})
        if copied.sums.get(name, 0) != real.sums.get(name, 0)
    ]
    return f"; {', '.join(differing)}" if differing else ""
