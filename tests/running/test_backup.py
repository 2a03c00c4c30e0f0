"""The drill: a backup is taken, restored where nothing was, and proven; on the engine that the suite runs on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.running.conftest import Make
from tests.running.installation import Installation

from koopset.config.backup.archive import Manifest, read_archive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a busy machine builds its installation for long


def look(place: Installation) -> dict[str, object]:
    found: dict[str, object] = place.ask("tests.running.small_world", "look")
    return found


def taken(place: Installation, target: Path, *words: str) -> Manifest:
    ran = place.koopset("backup", target, *words)
    assert ran.returncode == 0, ran.stderr
    return read_archive(target)


def test_all_that_was_there_is_there_again(filled: Installation, make: Make, tmp_path: Path) -> None:
    archive = tmp_path / "copy.tar.zst"
    manifest = taken(filled, archive)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [archive.name]
    proven = filled.koopset("backup", "--verify", archive)
    assert (proven.returncode, "Копия цела" in proven.stdout) == (0, True)

    place = make("new")
    ran = place.koopset("restore", archive)
    assert ran.returncode == 0, ran.stderr
    was, now = look(filled), look(place)
    assert now == was
    assert now["wrong_files"] == []
    assert now["files"] != 0
    assert manifest.counts == was["counts"]
    books = place.koopset("ledger", "verify")
    assert (books.returncode, "Книги сходятся" in books.stdout) == (0, True)
    # The guard of facts came along, and there is nothing to migrate.
    told = place.koopset("check").stdout
    assert "защита записей: в порядке" in told
    assert "обновления базы: в порядке" in told
    assert not list(place.folder.glob(".koopset-*"))


def test_the_secret_key_comes_only_when_asked_for(filled: Installation, make: Make, tmp_path: Path) -> None:
    source = make("source", like=filled)
    (source.folder / "vapid-key").write_text("key of pushes")
    without, within = tmp_path / "without.tar.gz", tmp_path / "within.tar.gz"
    said = source.koopset("backup", without).stdout
    assert "Секретного ключа внутри нет" in said
    said = source.koopset("backup", within, "--with-secret-key").stdout
    assert "Секретный ключ внутри" in said
    key = (source.folder / "secret-key").read_text()

    place = make("keyless")
    assert "все войдут заново" in place.koopset("restore", without).stdout
    assert (place.folder / "secret-key").read_text() != key
    own = place.folder / "vapid-key"  # the site makes one of its own as it starts
    assert not own.exists() or own.read_text() != "key of pushes"
    place = make("keyed")
    assert "Секретный ключ взят из копии" in place.koopset("restore", within).stdout
    assert (place.folder / "secret-key").read_text() == key
    assert (place.folder / "vapid-key").read_text() == "key of pushes"
    place = make("told")
    other = "another-key-of-the-environment-0123456789"
    assert "ключ из копии не взят" in place.koopset("restore", within, SECRET_KEY=other).stdout


def test_people_who_work_during_a_backup_neither_wait_nor_spoil_it(
    filled: Installation, make: Make, tmp_path: Path
) -> None:
    busy, archive = make("busy", like=filled), tmp_path / "busy.tar.zst"
    writer = busy.start("tests.running.small_world", "write", "0", quiet=True)
    assert writer.stdout is not None
    try:
        before = int(writer.stdout.readline())
        taken(busy, archive)
    finally:
        writer.send_signal(signal.SIGKILL)
        written_at_all = [before, *(int(line) for line in writer.stdout if line.endswith("\n"))]
        writer.communicate(timeout=30)
    after = written_at_all[-1]
    assert after > before + 1  # they went on

    place = make("restored")
    ran = place.koopset("restore", archive)
    assert ran.returncode == 0, ran.stderr
    now = look(place)
    assert now["wrong_files"] == []
    counts, base = now["counts"], look(filled)["counts"]
    assert isinstance(counts, dict)
    assert isinstance(base, dict)
    written = counts["payments_bankstatement"] - base["payments_bankstatement"]
    assert before <= written <= after + 1
    # A file is brought in one transaction and posted in the next: the last one may be between. Its line and payment come together.
    posted = counts["payments_payment"] - base["payments_payment"]
    assert counts["payments_bankline"] - base["payments_bankline"] == posted
    assert written - 1 <= posted <= written
    assert place.koopset("ledger", "verify").returncode == 0


def test_only_an_empty_installation_is_restored_into(
    filled: Installation, migrated: Installation, make: Make, tmp_path: Path
) -> None:
    archive = tmp_path / "copy.tar"
    taken(filled, archive)
    before = look(filled)
    ran = filled.koopset("restore", archive)
    assert ran.returncode == 1
    assert "не пуста" in ran.stderr
    assert "Ничего не изменено" in ran.stderr
    assert look(filled) == before
    # Tables without rows are something, too: their migrations may be of another version.
    bare = make("bare", like=migrated)
    assert "не пуста" in bare.koopset("restore", archive).stderr
    stray = make("stray")
    (stray.folder / "files").mkdir()
    (stray.folder / "files" / "letter.txt").write_text("mine")
    assert "не пуста" in stray.koopset("restore", archive).stderr
    assert (stray.folder / "files" / "letter.txt").read_text() == "mine"


def test_a_damaged_archive_leaves_the_installation_empty(
    filled: Installation, make: Make, tmp_path: Path
) -> None:
    archive = tmp_path / "copy.tar"
    taken(filled, archive)
    place = make("new")
    whole = archive.read_bytes()
    middle = bytearray(whole)
    middle[len(whole) // 3] ^= 0x10
    for name, content in (("flipped", bytes(middle)), ("short", whole[: len(whole) // 2]), ("nothing", b"")):
        wrong = tmp_path / f"{name}.tar"
        wrong.write_bytes(content)
        for words in (("backup", "--verify", wrong), ("restore", wrong)):
            ran = place.koopset(*words)
            assert ran.returncode == 1, name
            assert "Копия повреждена" in ran.stderr
    assert not (place.folder / "files").exists()
    assert not list(place.folder.glob(".koopset-*"))
    # So the right one still goes in.
    assert place.koopset("restore", archive).returncode == 0
    assert look(place) == look(filled)


def test_what_was_cut_short_is_told_and_put_right(filled: Installation, make: Make, tmp_path: Path) -> None:
    archive = tmp_path / "copy.tar"
    taken(filled, archive)
    place = make("cut")
    # As after a power cut: the mark stands, some files are in, the database is not.
    (place.folder / "restore-under-way").touch()
    (place.folder / "files" / "1").mkdir(parents=True)
    (place.folder / "files" / "1" / "half").write_text("half")
    ran = place.koopset("migrate")
    assert ran.returncode == 2
    assert "было прервано" in ran.stderr
    # `restore` itself must not be stopped by that.
    ran = place.koopset("restore", archive)
    assert ran.returncode == 0, ran.stderr
    assert look(place) == look(filled)
    assert not (place.folder / "restore-under-way").exists()


def test_another_engine_is_told_in_words(filled: Installation, make: Make, tmp_path: Path) -> None:
    from dataclasses import replace

    from koopset.config.backup.archive import DATABASES, ArchiveWriter

    other = "postgresql" if filled.is_sqlite else "sqlite"
    archive = tmp_path / "other.tar"
    manifest = replace(taken(filled, tmp_path / "copy.tar"), engine=other, files_count=0, files_size=0)
    with archive.open("wb") as stream:
        writer = ArchiveWriter(stream, tmp_path)
        digest = writer.add_bytes(DATABASES[other], b"anything")
        writer.finish(
            replace(
                manifest, database_size=8, database_sha256=digest, digests_sha256=writer.add_digests()
            )
        )  # fmt: skip
    ran = make("new").koopset("restore", archive)
    assert ran.returncode == 1
    assert "Копия снята с" in ran.stderr
    assert "Ничего не изменено" in ran.stderr


def test_a_backup_of_a_newer_program_is_told_in_words(
    filled: Installation, make: Make, tmp_path: Path
) -> None:
    newer = make("newer", like=filled)
    newer.ask("tests.running.small_world", "later")
    taken(newer, tmp_path / "copy.tar")
    place = make("new")
    ran = place.koopset("restore", tmp_path / "copy.tar")
    assert ran.returncode == 1
    assert "здесь не знают people.9999_later" in ran.stderr
    assert not (place.folder / "files").exists()


def test_a_file_that_is_lost_is_told(filled: Installation, make: Make, tmp_path: Path) -> None:
    place = make("lossy", like=filled)
    gone = next(path for path in sorted((place.folder / "files").rglob("*")) if path.is_file())
    gone.unlink()
    ran = place.koopset("backup", tmp_path / "copy.tar.gz")
    assert ran.returncode == 3
    assert gone.name in ran.stderr
    assert read_archive(tmp_path / "copy.tar.gz").absent == [str(gone.relative_to(place.folder / "files"))]


def test_a_backup_overwrites_nothing(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "copy.tar"
    archive.write_text("mine")
    ran = filled.koopset("backup", archive)
    assert (ran.returncode, archive.read_text()) == (1, "mine")
    ran = filled.koopset("backup", tmp_path / "copy.zip")
    assert ran.returncode == 1
    assert "не понять, как сжимать" in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar"]
