"""The archive of a meeting as it leaves the database, and the verb that checks it without one."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    close,
    come,
    make_members,
    open_meeting,
    put,
    show_hands,
    voter,
)
from koopset.apps.meetings.formats.archive_file import NotAnArchive, archive_pack, archive_unpack
from koopset.apps.meetings.models import ChainEvent, Meeting
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.merkle import inclusion_holds
from koopset.foundation.history import facts
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> tuple[int, Meeting, list]:
    pk, persons = make_members(5)
    row = open_meeting(pk)
    come(row, persons[:4])
    put(row)
    show_hands(row, "fees", {persons[0]: "for", persons[1]: "for", persons[2]: "for", persons[3]: "against"})
    return pk, close(row), persons


def verify(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "koopset.config.cli", "meetings", "verify", str(path), *words],
        capture_output=True,
        text=True,
        env={
            "PYTHONPATH": str(Path(__file__).resolve().parents[4]),
            "DATABASE_URL": "nonsense",
            "LANG": "ru_RU.UTF-8",
            "PYTHONIOENCODING": "utf-8",
        },
        check=False,
        timeout=60,
    )


def test_the_verb_proves_an_archive_with_no_database_and_no_settings(held, tmp_path):
    pk, row, _persons = held
    file = tmp_path / "meeting.zip"
    file.write_bytes(selectors.meeting_archive(SYSTEM, pk, row.pk))
    head = ChainEvent.objects.filter(organisation_id=pk, meeting=row).order_by("-number")[0].hash
    done = verify(file, "--head", head)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(verify(file, "--json").stdout)
    assert told["holds"] is True
    assert {one["code"] for one in told["checks"]} >= {"meetings.archive_chain", "meetings.archive_result"}
    assert verify(file, "--head", "0" * 64).returncode == 1


def test_a_changed_vote_is_found(held, tmp_path):
    pk, row, _persons = held
    files = archive_unpack(selectors.meeting_archive(SYSTEM, pk, row.pk))
    files["ballots.jsonl"] = files["ballots.jsonl"].replace(b'"against"', b'"for"')
    file = tmp_path / "meeting.zip"
    file.write_bytes(archive_pack(files))
    assert verify(file).returncode == 1
    broken = {one.code for one in archive_check(files).broken}
    assert broken >= {"meetings.archive_file", "meetings.archive_ballots"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", b"not a zip at all"])
def test_no_archive_is_said_so(tmp_path, data):
    file = tmp_path / "meeting.zip"
    file.write_bytes(data)
    assert verify(file).returncode == 2
    with pytest.raises(NotAnArchive):
        archive_unpack(data)


def test_a_file_that_is_not_there(tmp_path):
    assert verify(tmp_path / "none.zip").returncode == 2


def test_the_same_meeting_gives_the_same_bytes(held):
    pk, row, _persons = held
    first = selectors.meeting_archive(SYSTEM, pk, row.pk)
    assert selectors.meeting_archive(SYSTEM, pk, row.pk) == first
    assert archive_unpack(first).keys() == archive_unpack(archive_pack(archive_unpack(first))).keys()


def test_minutes_are_an_event_too(held):
    pk, row, _persons = held
    services.meeting_record(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="7", now=NOW + timedelta(hours=3)
    )
    files = selectors.archive_files(SYSTEM, pk, row.pk)
    assert archive_check(files).holds
    assert b'"kind":"recorded"' in files["events.jsonl"]


def test_names_stay_out_of_the_archive(held):
    pk, row, persons = held
    data = b"".join(selectors.archive_files(SYSTEM, pk, row.pk).values())
    assert persons[0].last_name.encode() not in data


def test_an_archive_is_of_a_closed_meeting_and_for_whoever_holds_it():
    pk, persons = make_members(3)
    row = open_meeting(pk)
    refused("meetings.not_closed", selectors.meeting_archive, SYSTEM, pk, row.pk)
    with pytest.raises(Forbidden):
        selectors.meeting_archive(voter(pk, persons[0]), pk, row.pk)
    other, _more = make_members(1)
    with pytest.raises(Forbidden):
        selectors.meeting_archive(SYSTEM, other, row.pk)


def test_a_voter_checks_the_own_vote(held):
    pk, row, persons = held
    (receipt,) = selectors.ballot_receipts(voter(pk, persons[3]), pk, row.pk)
    assert b'"marks":["against"]' in receipt.leaf
    assert inclusion_holds(receipt.leaf, receipt.proof, receipt.root)
    assert selectors.ballot_receipts(voter(pk, persons[4]), pk, row.pk) == []


def test_the_database_keeps_events_and_a_broken_chain_is_added_to_by_nobody(held):
    pk, row, _persons = held
    events = ChainEvent.objects.filter(organisation_id=pk, meeting=row)
    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(kind="left")
    first = events.get(number=1)
    with facts.lifted():
        ChainEvent.objects.filter(organisation_id=pk, pk=first.pk).update(
            line=bytes(first.line).replace(b'"revote":false', b'"revote":true')
        )
    refusal = refused("meetings.chain_broken", selectors.meeting_archive, SYSTEM, pk, row.pk)
    assert refusal.params["number"] == 1
