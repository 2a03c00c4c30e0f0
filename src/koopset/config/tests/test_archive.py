"""The archive by itself: what is read back is what was written, and nothing else is believed."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from koopset.config.backup.archive import (
    MANIFEST,
    ArchiveWriter,
    BackupError,
    Manifest,
    compressed,
    read_archive,
)
from koopset.config.backup.making import walk

FILES = {"1/aa/one": b"one", "1/ab/two": b"two" * 1000, "2/aa/three": b""}


def write(target: Path, scratch: Path, *, files: dict[str, bytes] = FILES, **changed: Any) -> Manifest:
    folder = scratch / "stored"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    with target.open("wb") as raw, compressed(target, raw) as stream:
        writer = ArchiveWriter(stream, scratch)
        database = writer.add_bytes("database.sqlite3", b"rows")
        for name in walk(folder):
            writer.add_file(name, folder / name)
        secret = writer.add_bytes("secret-key", b"key")
        values: dict[str, Any] = {
            "made_at": "2026-11-24T09:00:00+00:00", "version": "0.1.0", "engine": "sqlite", "engine_version": "3.40",
            "migrations": ["people.0001_initial"], "counts": {"people_login": 3}, "database_size": 4,
            "database_sha256": database, "files_count": writer.files_count, "files_size": writer.files_size,
            "digests_sha256": writer.add_digests(), "keys": {"secret-key": secret},
        }  # fmt: skip
        manifest = Manifest(**(values | changed))
        writer.finish(manifest)
    return manifest


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.zst"])
def test_what_was_written_is_read(tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"copy{suffix}"
    manifest = write(archive, tmp_path)
    found: dict[str, bytes] = {}
    assert read_archive(archive, lambda name, parts: found.update({name: b"".join(parts)})) == manifest
    assert found == {"database.sqlite3": b"rows", "secret-key": b"key"} | {
        f"files/{name}": content for name, content in FILES.items()
    }
    assert (manifest.files_count, manifest.files_size) == (3, 3003)


def test_an_archive_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    write(tmp_path / "copy.tar.zst", tmp_path)
    (tmp_path / "copy.tar.zst").rename(tmp_path / "renamed")
    assert read_archive(tmp_path / "renamed").files_count == 3


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.zst"])
def test_no_archive_that_was_cut_short_is_believed(tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"copy{suffix}"
    write(archive, tmp_path)
    whole = archive.read_bytes()
    # What follows the manifest is filling up, and a checksum of what has been proven already.
    last = whole.rindex(b"}") if suffix == ".tar" else len(whole) - 5
    for length in (*range(0, last, last // 40), last):
        archive.write_bytes(whole[:length])
        with pytest.raises(BackupError, match="damaged"):
            read_archive(archive)


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.zst"])
def test_a_changed_bit_is_seen_or_changes_nothing(tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"copy{suffix}"
    manifest = write(archive, tmp_path)
    whole = archive.read_bytes()
    right = contents(archive)
    choice, refused = random.Random(7), 0
    for _time in range(300):
        wrong = bytearray(whole)
        wrong[choice.randrange(len(wrong))] ^= 1 << choice.randrange(8)
        archive.write_bytes(bytes(wrong))
        try:
            found = contents(archive)
        except BackupError:
            refused += 1
            continue
        # A bit of the padding, of a time or of a name of an owner: all that counts is as it was.
        assert found == right
        assert read_archive(archive) == manifest
    assert refused > 20


def contents(archive: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    read_archive(archive, lambda name, parts: found.update({name: b"".join(parts)}))
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {"database_sha256": "0" * 64},
        {"database_size": 5},
        {"engine": "postgresql"},
        {"engine": "oracle"},
        {"files_count": 2},
        {"files_size": 3004},
        {"digests_sha256": "0" * 64},
        {"keys": {}},
        {"keys": {"secret-key": "0" * 64}},
        {"keys": {"other-key": "0" * 64}},
    ],
)
def test_a_manifest_that_does_not_agree_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    write(tmp_path / "copy.tar", tmp_path, **changed)
    with pytest.raises(BackupError, match="damaged"):
        read_archive(tmp_path / "copy.tar")


def test_a_format_of_the_future_is_told_apart(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("koopset.config.backup.archive.FORMAT", 2)
    write(tmp_path / "copy.tar", tmp_path)
    monkeypatch.undo()
    with pytest.raises(BackupError, match="newer version"):
        read_archive(tmp_path / "copy.tar")


# Archives that somebody made to do harm


Change = Callable[[tarfile.TarInfo, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]


def rewritten(source: Path, target: Path, change: Change) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            file = old.extractfile(info)
            content = file.read() if file else b""
            for one, data in change(info, content):
                new.addfile(one, io.BytesIO(data))


def renamed(info: tarfile.TarInfo, name: str) -> tarfile.TarInfo:
    info.name = name
    return info


def special(kind: bytes, name: str, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "files/../../outside", "files/1/./one", "files//1", "files", "files/1\\..\\x", "other/1",
     "manifest.json/../x", "database.pgdump", "./files/1/aa/one", "koopset.sqlite3"],
)  # fmt: skip
def test_no_name_leads_out(tmp_path: Path, name: str) -> None:
    write(tmp_path / "copy.tar", tmp_path)
    rewritten(
        tmp_path / "copy.tar",
        tmp_path / "bad.tar",
        lambda info, data: iter([(renamed(info, name) if info.name == "files/1/aa/one" else info, data)]),
    )
    given: list[str] = []

    def sink(name: str, parts: Iterator[bytes]) -> None:
        given.append(name)
        b"".join(parts)

    with pytest.raises(BackupError, match="damaged"):
        read_archive(tmp_path / "bad.tar", sink)
    assert not [one for one in given if ".." in one or one.startswith("/") or "\\" in one]


@pytest.mark.parametrize(
    "info",
    [
        special(tarfile.SYMTYPE, "files/1/aa/link", "/etc"),
        special(tarfile.LNKTYPE, "files/1/aa/link", "files/1/aa/one"),
        special(tarfile.FIFOTYPE, "files/1/aa/pipe"),
        special(tarfile.CHRTYPE, "files/1/aa/device"),
        special(tarfile.DIRTYPE, "files/1/aa/folder"),
    ],
    ids=lambda info: info.name,
)
def test_only_files_are_inside(tmp_path: Path, info: tarfile.TarInfo) -> None:
    write(tmp_path / "copy.tar", tmp_path)

    def change(one: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        yield one, data
        if one.name == "files/1/aa/one":
            yield info, b""

    rewritten(tmp_path / "copy.tar", tmp_path / "bad.tar", change)
    with pytest.raises(BackupError, match="damaged"):
        read_archive(tmp_path / "bad.tar")


@pytest.mark.parametrize("name", ["files/1/aa/one", "database.sqlite3", MANIFEST])
def test_nothing_is_inside_twice(tmp_path: Path, name: str) -> None:
    write(tmp_path / "copy.tar", tmp_path)

    def change(one: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        yield one, data
        if one.name == name:
            yield one, data

    rewritten(tmp_path / "copy.tar", tmp_path / "bad.tar", change)
    with pytest.raises(BackupError, match="damaged"):
        read_archive(tmp_path / "bad.tar")


def test_nothing_follows_the_end(tmp_path: Path) -> None:
    write(tmp_path / "copy.tar", tmp_path)
    with (tmp_path / "copy.tar").open("ab") as file:
        file.write(b"more")
    with pytest.raises(BackupError, match="follows"):
        read_archive(tmp_path / "copy.tar")


def test_a_list_that_was_changed_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "copy.tar", tmp_path)
    rewritten(
        tmp_path / "copy.tar",
        tmp_path / "bad.tar",
        lambda info, data: iter([(info, data.replace(b'"people_login": 3', b'"people_login": 4'))]),
    )
    with pytest.raises(BackupError, match="changed"):
        read_archive(tmp_path / "bad.tar")


def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    write(tmp_path / "copy.tar.gz", tmp_path, files={"1/aa/large": bytes(64 * 1024 * 1024)})
    tracemalloc.start()
    try:
        read_archive(tmp_path / "copy.tar.gz")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_gzip_holds_no_name_and_no_time_of_the_machine(tmp_path: Path) -> None:
    write(tmp_path / "secret-village.tar.gz", tmp_path)
    raw = (tmp_path / "secret-village.tar.gz").read_bytes()
    assert b"secret-village" not in raw[:100]
    assert gzip.decompress(raw)[:16] == b"database.sqlite3"
