import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from tests.privacy.everything import EMAIL, NOW, PHONE, SURNAME, make_everything

from koopset.apps.people.factories import make_login
from koopset.apps.privacy import services
from koopset.apps.privacy.formats.archive import RoomPaper, RoomPart, RoomTable, Words, write_archive
from koopset.apps.privacy.models import DataExport
from koopset.apps.privacy.services.exports import export_state
from koopset.foundation.notifications.models import Notification
from koopset.foundation.personal.looks import looked
from koopset.foundation.personal.ports import rooms
from koopset.foundation.personal.terms import run_terms
from koopset.foundation.testing.jobs import run_pending_jobs

pytestmark = pytest.mark.django_db
WORDS = Words(
    "ru", "Мои данные", ["Вводная"], "Здесь ничего нет.", "Ещё {count} строк.", "Файлы", "да", "нет"
)


@pytest.fixture
def all_of():
    return make_everything()


def gathered(everything, now=NOW):
    row = services.export_start(actor=everything.actor, now=now)
    run_pending_jobs(now=now)
    row.refresh_from_db()
    assert export_state(row) == "ready"
    return row


def opened(row):
    with default_storage.open(row.path, "rb") as file:
        return ZipFile(BytesIO(file.read()))


def test_the_archive_opens_and_holds_everything(all_of):
    looked(all_of.chair, all_of.organisation_id, "people.card", person_id=all_of.card.pk, now=NOW)
    row = gathered(all_of)
    archive = opened(row)
    assert archive.testzip() is None
    page = archive.read("index.html").decode()
    for mark in (
        SURNAME,
        PHONE,
        EMAIL,
        "+7 921 555-01-78",
        "СНТ «Полное»",
        "Приозерск",
        all_of.account.payment_code,
    ):
        assert mark in page, mark
    assert "Соседова" not in page

    def rows(name):
        return json.loads(archive.read(f"{name}.json"))

    expected = {
        "people/login": 1,
        "people/cards": 2,
        "register/ownership": 1,
        "register/membership": 1,
        "billing/accounts": 1,
        "billing/charges": 1,
        "billing/payment-documents": 1,
        "payments/payments": 1,
        "access/program-keys": 1,
        "personal/looks": 1,
    }
    assert {name: len(rows(name)) for name in expected} == expected
    assert len(rows("people/cards-history")) >= 2
    assert len(rows("notifications/notices")) >= 1
    assert len(rows("personal/changes-about-me")) >= 4
    papers = [name for name in archive.namelist() if name.startswith("billing/files/")]
    assert len(papers) == 1
    assert archive.read(papers[0]).startswith(b"%PDF")
    for name in archive.namelist():
        assert "5ec2e7" not in archive.read(name).decode("utf-8", "ignore"), "the digest of a secret"
    assert Notification.objects.filter(topic="privacy.export", login_id=all_of.login.pk).count() == 1


def test_every_room_has_its_folder_or_says_that_nothing_is_kept(all_of):
    names = opened(gathered(all_of)).namelist()
    silent = {room.room for room in rooms()} - {name.partition("/")[0] for name in names}
    assert silent == set()


def test_it_is_given_to_its_owner_only_and_for_a_week(all_of, client):
    row = gathered(all_of, now=datetime.now(UTC))
    address = f"/me/data/export/{row.pk}/download/"
    client.force_login(make_login(password=None))
    assert client.get(address).status_code == 404
    client.force_login(all_of.login)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert len(answer.getvalue()) == row.size
    run_terms(datetime.now(UTC) + timedelta(days=8))
    row.refresh_from_db()
    assert (row.path, export_state(row)) == ("", "expired")
    assert client.get(address).status_code == 302
    assert "хранится неделю" in client.get("/me/data/export/").content.decode()


def test_asked_twice_it_is_gathered_once_and_a_new_one_replaces_the_old(all_of):
    first = services.export_start(actor=all_of.actor, now=NOW)
    assert services.export_start(actor=all_of.actor, now=NOW) == first
    run_pending_jobs(now=NOW)
    first.refresh_from_db()
    path = first.path
    second = gathered(all_of, now=NOW + timedelta(hours=1))
    first.refresh_from_db()
    assert (first.path, second.path != path) == ("", True)
    assert services.export_build(actor=all_of.actor, export_id=second.pk, now=NOW) == {}


def test_a_gathering_that_failed_may_be_asked_anew(all_of, monkeypatch):
    from koopset.apps.privacy.services import exports
    from koopset.foundation.jobs.models import Job

    row = services.export_start(actor=all_of.actor, now=NOW)
    Job.objects.filter(organisation_id=None, pk=row.job_id or 0).update(state="failed")
    assert exports.export_state(row) == "failed"
    again = services.export_start(actor=all_of.actor, now=NOW)
    assert again.pk != row.pk
    assert DataExport.objects.count() == 1


def test_the_archive_is_written_row_by_row_and_harms_no_table_program():
    given: Iterator[list[object]] = iter(
        [["=1+1", None, True], ["-5", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), False]]
    )
    part = RoomPart(
        "a",
        "Раздел <b>",
        [RoomTable("t", "Таблица", ["один", "два", "три"], given), RoomTable("e", "Пусто", ["x"], [])],
        [
            RoomPaper("../../x y.txt", lambda: BytesIO(b"1")),
            RoomPaper("../../x y.txt", lambda: BytesIO(b"2")),
        ],
    )
    target = BytesIO()
    empty = RoomPart("b", "Пустой", [], [])
    counts = write_archive(target, [part, empty], WORDS, now=NOW)
    assert counts == {"tables": 2, "rows": 2, "files": 2}
    archive = ZipFile(target)
    assert {"a/files/x_y.txt", "a/files/2-x_y.txt", "a/e.csv"} <= set(archive.namelist())
    assert archive.read("a/t.csv").decode("utf-8-sig").split() == [
        "один;два;три",
        "'=1+1;;да",
        "-5;02.01.2026",
        "03:04;нет",
    ]
    assert json.loads(archive.read("a/t.json"))[1]["два"] == "2026-01-02T03:04:00+00:00"
    page = archive.read("index.html").decode()
    assert "Раздел &lt;b&gt;" in page
    assert "Здесь ничего нет." in page
