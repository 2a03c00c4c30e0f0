"""The archive itself: written and read as a stream, without Django and without trust in what it says of itself."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import zstandard

FORMAT = 1
MANIFEST, DIGESTS, FILES = "manifest.json", "files.sha256", "files"
#: Secret keys of an installation, as they lie in its data folder. The first signs sessions.
KEYS = ("secret-key", "vapid-key")
#: The database inside, by engine.
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
CHUNK = 1024 * 1024
#: What stands in memory whole: the manifest, a key.
LARGEST_SMALL = 16 * 1024 * 1024
_DAMAGED = (tarfile.TarError, zstandard.ZstdError, zlib.error, gzip.BadGzipFile, EOFError, UnicodeError)


class BackupError(Exception):
    """Why a backup or a restore was refused, in both languages. Nothing was changed."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru, self.en = ru, en


def damaged(ru: str, en: str) -> BackupError:
    return BackupError(f"Копия повреждена: {ru}.", f"The backup is damaged: {en}.")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    `counts` are rows by table, `keys` digests by name, `absent` the files that rows name and the storage did not have.
    """

    made_at: str
    version: str
    engine: str
    engine_version: str
    migrations: list[str]
    counts: dict[str, int]
    database_size: int
    database_sha256: str
    files_count: int
    files_size: int
    digests_sha256: str
    keys: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        values = {"format": FORMAT, **asdict(self)}
        return json.dumps({**values, "sha256": _digest_of(values)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Manifest:
        """Raises BackupError for what is not a manifest of ours, or of a newer format, or does not agree with its own digest."""
        try:
            values = dict(json.loads(text))
            told = values.pop("sha256")
            kind = values.get("format")
        except (ValueError, TypeError, KeyError) as error:
            raise damaged("опись не читается", "the manifest is not readable") from error
        if told != _digest_of(values):
            raise damaged("опись изменена", "the manifest was changed")
        if kind != FORMAT:
            raise BackupError(
                f"Копия вида {kind}, эта программа читает вид {FORMAT}: возьмите версию программы поновее.",
                f"The backup is of format {kind}, this program reads format {FORMAT}: take a newer version of the program.",
            )
        del values["format"]
        try:
            return cls(**values)
        except TypeError as error:
            raise damaged("опись неполна", "the manifest is not whole") from error


def _digest_of(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# Writing


@contextmanager
def compressed(target: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """A stream that packs as the name of `target` says: .zst, .gz or not at all."""
    if target.suffix == ".zst":
        with zstandard.ZstdCompressor(level=6, write_checksum=True).stream_writer(raw, closefd=False) as out:
            yield cast("IO[bytes]", out)
    elif target.suffix in (".gz", ".tgz"):
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, filename="") as out:
            yield cast("IO[bytes]", out)
    else:
        yield raw


class ArchiveWriter:
    """Adds members and keeps their digests; `finish` writes the list of them and the manifest."""

    def __init__(self, stream: IO[bytes], scratch: Path) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `finish`
        self._digests = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed by `finish`
        self.files_count = self.files_size = 0

    def add(self, name: str, source: IO[bytes], size: int) -> str:
        """Write a member of exactly `size` bytes; its sha256."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reader = _Digesting(source)
        self._tar.addfile(info, cast("IO[bytes]", reader))
        return reader.sha256.hexdigest()

    def add_bytes(self, name: str, content: bytes) -> str:
        with tempfile.SpooledTemporaryFile(max_size=LARGEST_SMALL) as copy:
            copy.write(content)
            copy.seek(0)
            return self.add(name, cast("IO[bytes]", copy), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Write a stored file and a line of the list."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            digest = self.add(f"{FILES}/{name}", source, size)
        self._digests.write(_line(digest, f"{FILES}/{name}"))
        self.files_count += 1
        self.files_size += size

    def add_digests(self) -> str:
        size = self._digests.tell()
        self._digests.seek(0)
        return self.add(DIGESTS, self._digests, size)

    def finish(self, manifest: Manifest) -> None:
        self.add_bytes(MANIFEST, manifest.to_bytes())
        self._tar.close()
        self._digests.close()


class _Digesting:
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._source.read(size)
        self.sha256.update(part)
        return part


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()


# Reading


@contextmanager
def _uncompressed(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        head = raw.read(4)
        raw.seek(0)
        if head == b"\x28\xb5\x2f\xfd":
            yield cast("IO[bytes]", zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True))
        elif head[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=raw, mode="rb") as out:
                yield cast("IO[bytes]", out)
        else:
            yield raw


#: Told of each member but the lists: its name and its bytes in pieces; must take all of them.
Sink = Callable[[str, Iterator[bytes]], None]


def read_archive(path: Path, sink: Sink | None = None) -> Manifest:
    """Read a whole archive once and prove it: names, order, sizes and digests. Raises BackupError.

    `sink` is given the content before it is proven: it must write where nothing is lost by throwing it away.
    """
    try:
        with _uncompressed(path) as stream, tempfile.TemporaryFile() as lines:
            manifest = _read(stream, lines, sink or _nowhere)
            while rest := stream.read(CHUNK):  # a tar is filled up with zeros
                if rest.strip(b"\0"):
                    raise damaged("после описи есть что-то ещё", "something follows the manifest")
            return manifest
    except _DAMAGED as error:
        raise damaged("архив не читается до конца", "the archive cannot be read to its end") from error


def _read(stream: IO[bytes], lines: IO[bytes], sink: Sink) -> Manifest:
    digests: dict[str, tuple[str, int]] = {}
    last: tuple[str, ...] = ()
    count = size = 0
    manifest: Manifest | None = None
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for info in tar:
            if manifest is not None:
                raise damaged("после описи есть что-то ещё", "something follows the manifest")
            source = tar.extractfile(info) if info.isreg() else None
            if source is None:
                raise damaged("внутри не только файлы", "it holds things that are no files")
            sha256 = hashlib.sha256()
            name = info.name
            if name == MANIFEST:
                manifest = Manifest.from_bytes(_small(source, info.size))
            elif name in (DIGESTS, *KEYS, *DATABASES.values()) and name not in digests:
                parts = _pieces(source, sha256)
                if name == DIGESTS:
                    for _part in parts:
                        pass
                else:
                    sink(name, parts)
                digests[name] = sha256.hexdigest(), info.size
            else:
                place = _stored_name(name)
                if place <= last:
                    raise damaged("файл повторяется", "a file is there twice")
                last = place
                sink(name, _pieces(source, sha256))
                lines.write(_line(sha256.hexdigest(), name))
                count, size = count + 1, size + info.size
    if manifest is None:
        raise damaged("архив обрывается, описи нет", "it is cut short, there is no manifest")
    lines.seek(0)
    _agree(manifest, digests, hashlib.file_digest(lines, "sha256").hexdigest(), count, size)  # type: ignore[arg-type]
    return manifest


def _agree(
    manifest: Manifest, digests: dict[str, tuple[str, int]], lines: str, count: int, size: int
) -> None:
    database = DATABASES.get(manifest.engine, "")
    expected = {
        database: (manifest.database_sha256, manifest.database_size),
        DIGESTS: (manifest.digests_sha256, digests.get(DIGESTS, ("", 0))[1]),
    }
    for name, sha256 in manifest.keys.items():
        expected[name] = sha256, digests.get(name, ("", 0))[1]
    if digests != expected:
        wrong = next(name for name in (*expected, *digests) if digests.get(name) != expected.get(name))
        raise damaged(f"{wrong} не такой, как в описи", f"{wrong} does not agree with the manifest")
    if lines != manifest.digests_sha256 or (count, size) != (manifest.files_count, manifest.files_size):
        raise damaged(
            "файлы не такие, как в описи", "the stored files do not agree with the list of their digests"
        )


def _nowhere(_name: str, parts: Iterator[bytes]) -> None:
    for _part in parts:
        pass


def _pieces(source: IO[bytes], sha256: Any) -> Iterator[bytes]:
    while part := source.read(CHUNK):
        sha256.update(part)
        yield part


def _small(source: IO[bytes], size: int) -> bytes:
    if size > LARGEST_SMALL:
        raise damaged("опись слишком велика", "the manifest is too large")
    return source.read()


def _stored_name(name: str) -> tuple[str, ...]:
    """The parts of a stored file's name. Raises BackupError for one that would lead out of its folder."""
    parts = PurePosixPath(name).parts
    plain = "/".join(parts) == name and "\\" not in name and "\0" not in name
    if not plain or len(parts) < 2 or parts[0] != FILES or any(part in ("..", ".") for part in parts):
        raise damaged(f"чужое имя внутри: {name[:100]!r}", f"a foreign name inside: {name[:100]!r}")
    return parts
