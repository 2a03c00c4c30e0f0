"""A tree of hashes over leaves in their order, as RFC 6962 builds it: one root for all, and a short proof that a leaf is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_SIZE = 32


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf stands at `index` (from 0) of a tree of `size` leaves: hashes of the neighbours on the way up, hexadecimal."""

    index: int
    size: int
    path: tuple[str, ...]


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root over the leaves, hexadecimal. No leaves have a root too: the hash of nothing."""
    level = [leaf_hash(data) for data in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = _up(level)
    return level[0].hex()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> InclusionProof:
    """The proof for one leaf. Raises IndexError for a leaf that is not there."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level = [leaf_hash(data) for data in leaves]
    path, at = [], index
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level, at = _up(level), at // 2
    return InclusionProof(index, len(leaves), tuple(path))


def inclusion_holds(leaf: bytes, proof: InclusionProof, root: str) -> bool:
    """Whether the proof leads from the leaf to the root. Never raises: a broken proof proves nothing."""
    if not 0 <= proof.index < proof.size:
        return False
    found, at, size = leaf_hash(leaf), proof.index, proof.size
    steps = list(proof.path)
    while size > 1:
        if at ^ 1 < size:
            if not steps:
                return False
            try:
                beside = bytes.fromhex(steps.pop(0))
            except ValueError:
                return False
            if len(beside) != _SIZE:
                return False
            found = _node(beside, found) if at & 1 else _node(found, beside)
        at, size = at // 2, (size + 1) // 2
    return not steps and found.hex() == root


def _up(level: list[bytes]) -> list[bytes]:
    """The level above; a last one without a neighbour goes up as it is."""
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]
