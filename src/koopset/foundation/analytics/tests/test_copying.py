"""The copy equals the facts, whatever happened to them and to the copier."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.foundation.analytics import Dataset, Kind, Partition, Proof, question, store
from koopset.foundation.analytics.copying import copy_dataset, verify_dataset

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
COLUMNS = {
    "id": Kind.WHOLE,
    "organisation_id": Kind.WHOLE,
    "month": Kind.WHOLE,
    "day": Kind.DAY,
    "kind": Kind.TEXT,
    "amount": Kind.AMOUNT,
    "sum_kop": Kind.WHOLE,
    "stamp": Kind.WHOLE,
}


@dataclass
class Facts:
    """A source in memory: id → (organisation, month, kind, amount, kopecks, stamp)."""

    rows_by_id: dict[int, tuple[int, int, str, Decimal, int, int]] = field(default_factory=dict)

    def proofs(self) -> list[tuple[Partition, Proof]]:
        found: dict[Partition, Proof] = {}
        for organisation, month, _kind, amount, kop, stamp in self.rows_by_id.values():
            one = Proof(1, {"amount": amount, "sum_kop": Decimal(kop)}, stamp)
            place = Partition(organisation, month)
            found[place] = found.get(place, Proof(0)).plus(one)
        return list(found.items())

    def rows(self, partition: Partition, since: int) -> Iterator[Sequence[Any]]:
        for key, (organisation, month, kind, amount, kop, stamp) in self.rows_by_id.items():
            if Partition(organisation, month) == partition and stamp > since:
                day = date(month // 100, month % 100, 1)
                yield key, organisation, month, day, kind, amount, kop, stamp


def made(facts: Facts, name: str = "trial") -> Dataset:
    return Dataset(name, COLUMNS, ("amount", "sum_kop"), "stamp", facts)


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def row(month=202610, kind="молоко", amount="0.95", kop=5990, stamp=1, organisation=7):
    return organisation, month, kind, Decimal(amount), kop, stamp


def copied(dataset: Dataset) -> dict[int, tuple[str, Decimal, int]]:
    table = question(dataset, lambda facts: facts.select("id", "kind", "amount", "sum_kop"))
    return {one["id"]: (one["kind"], one["amount"], one["sum_kop"]) for one in table.to_pylist()}


def test_what_is_new_comes_as_one_more_file(folder):
    facts = Facts({1: row(stamp=1), 2: row(month=202611, stamp=2)})
    dataset = made(facts)
    copy_dataset(dataset, now=NOW)
    first = set(store.read_manifest(dataset).paths)
    facts.rows_by_id[3] = row(month=202611, stamp=3)
    done = copy_dataset(dataset, now=NOW)
    assert (done.added, done.rewritten, done.rows) == (1, 0, 3)
    assert first < set(store.read_manifest(dataset).paths)
    assert verify_dataset(dataset).holds
    assert copy_dataset(dataset, now=NOW).added == 0


def test_a_late_row_and_a_correction_write_the_month_anew(folder):
    facts = Facts({1: row(stamp=5), 2: row(stamp=9), 3: row(month=202609, stamp=9)})
    dataset = made(facts)
    copy_dataset(dataset, now=NOW)
    facts.rows_by_id[4] = row(stamp=7)  # was committed after rows with newer stamps
    assert copy_dataset(dataset, now=NOW).rewritten == 1
    facts.rows_by_id[1] = row(amount="1.000001", stamp=10)
    done = copy_dataset(dataset, now=NOW)
    assert (done.added, done.rewritten) == (0, 1)
    assert copied(dataset)[1][1] == Decimal("1.000001")
    assert verify_dataset(dataset).holds


def test_what_was_erased_is_in_no_file(folder):
    facts = Facts({1: row(kind="мёд"), 2: row(stamp=2), 3: row(month=202609, kind="мёд")})
    dataset = made(facts)
    copy_dataset(dataset, now=NOW)
    del facts.rows_by_id[1], facts.rows_by_id[3]
    done = copy_dataset(dataset, now=NOW)
    assert done.gone == 1
    assert verify_dataset(dataset).holds
    files = list(store.folder_of(dataset).rglob("*.parquet"))
    assert len(files) == 1
    assert "мёд".encode() not in files[0].read_bytes()
    assert not (store.folder_of(dataset) / "organisation=7" / "month=202609").exists()


def test_verify_tells_an_altered_an_absent_and_an_outrun_copy(folder):
    facts = Facts({1: row(), 2: row(month=202609)})
    dataset = made(facts)
    copy_dataset(dataset, now=NOW)
    one, two = (store.folder_of(dataset) / path for path in store.read_manifest(dataset).paths)
    one.write_bytes(one.read_bytes() + b"0")
    two.unlink()
    facts.rows_by_id[3] = row(month=202611, stamp=4)
    found = verify_dataset(dataset)
    assert [text.rpartition(": ")[2] for text in found.differences] == [
        "the file was altered",
        "the file is absent",
        "0 rows copied, 1 facts; amount 0 and 0.95, sum_kop 0 and 5990",
    ]


def test_a_copier_that_dies_leaves_the_copy_as_it_was(folder, monkeypatch):
    facts = Facts({1: row()})
    dataset = made(facts)
    copy_dataset(dataset, now=NOW)
    facts.rows_by_id[2] = row(month=202611, stamp=2)

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_manifest", die)
    with pytest.raises(KeyboardInterrupt):
        copy_dataset(dataset, now=NOW)
    monkeypatch.undo()
    assert set(copied(dataset)) == {1}
    copy_dataset(dataset, now=NOW)
    assert set(copied(dataset)) == {1, 2}
    assert len(list(store.folder_of(dataset).rglob("*.parquet"))) == 2


def test_many_small_files_become_one(folder):
    facts = Facts()
    dataset = made(facts)
    for number in range(1, 15):
        facts.rows_by_id[number] = row(stamp=number)
        copy_dataset(dataset, now=NOW)
    assert len(store.read_manifest(dataset).paths) < 4
    assert len(copied(dataset)) == 14


def _copy_in_another_process(folder: str, count: int) -> None:
    from django.conf import settings

    settings.DATA_DIR = Path(folder)
    facts = Facts({number: row(stamp=number) for number in range(1, count + 1)})
    copy_dataset(made(facts, "raced"), now=NOW)


def test_two_copiers_at_once_take_turns(folder):
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_copy_in_another_process, args=(str(folder), 4000)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [one.exitcode for one in both] == [0, 0]
    dataset = made(Facts({number: row(stamp=number) for number in range(1, 4001)}), "raced")
    assert verify_dataset(dataset).holds
    assert len(list(store.folder_of(dataset).rglob("*.parquet"))) == 1


def test_an_empty_dataset_is_asked_all_the_same(folder):
    assert copied(made(Facts())) == {}
    assert copy_dataset(made(Facts()), now=NOW).rows == 0


def test_other_columns_begin_the_copy_anew(folder):
    facts = Facts({1: row()})
    copy_dataset(made(facts), now=NOW)
    wider = Dataset("trial", {**COLUMNS, "shop": Kind.TEXT}, ("amount",), "stamp", facts)
    assert store.read_manifest(wider).paths == []


def test_a_dataset_says_what_it_lacks():
    with pytest.raises(ValueError, match="month"):
        Dataset("x", {"organisation_id": Kind.WHOLE}, (), "organisation_id", Facts())


CHANGES = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.sampled_from([202609, 202610, 202611]),
        st.integers(-1, 5_000_000),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(rounds=st.lists(CHANGES, min_size=1, max_size=4))
def test_after_any_story_the_copy_equals_the_facts(rounds, tmp_path_factory):
    from django.test import override_settings

    with override_settings(DATA_DIR=tmp_path_factory.mktemp("analytics")):
        facts = Facts()
        dataset, stamp = made(facts), 0
        for changes in rounds:
            for key, month, amount, leaves in changes:
                stamp += 1
                if leaves:
                    facts.rows_by_id.pop(key, None)
                else:
                    facts.rows_by_id[key] = row(month=month, amount=f"{amount}e-6", kop=amount, stamp=stamp)
            copy_dataset(dataset, now=NOW)
            assert verify_dataset(dataset).holds
            assert copied(dataset) == {
                key: (kind, amount, kop) for key, (_o, _m, kind, amount, kop, _s) in facts.rows_by_id.items()
            }
