"""Meetings by programs alone: from a draft to the register of decisions, and what a program is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings.formats.archive_file import archive_unpack
from koopset.apps.meetings.models import AgendaItem, BallotFact, SecretBallot
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.merkle import InclusionProof, inclusion_holds
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.organisations.models import RoleAssignment
from koopset.apps.register.models import Decision
from koopset.foundation.access.keys import key_make, offered_scopes
from koopset.foundation.access.models import IdempotencyRecord
from koopset.foundation.rights.actors import actor_for_login
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
DRAFTED = datetime(2027, 3, 1, 9, tzinfo=UTC)
HELD = datetime(2027, 3, 20, 9, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hand of the clock: `clock(moment)` sets it."""

    def put(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(DRAFTED)
    return put


class Town:
    """A body with members who have logins, a chair and one of the board who counts."""

    def __init__(self, program: Any, count: int) -> None:
        self.pk, self.persons = meetings.make_members(count)
        self.chair = program(make_role(self.pk, Role.CHAIR).person.login)
        self.counter = program(make_role(self.pk, Role.BOARD).person.login)
        self.voters = [program(meetings.with_login(person).login) for person in self.persons]

    def at(self, path: str = "") -> str:
        return f"/o/{self.pk}/meetings{path}"

    def material(self, meeting_id: int, item_id: int) -> None:
        file = SimpleUploadedFile("смета.txt", "Смета".encode())
        kept = self.chair.post(f"/o/{self.pk}/meeting-files", {"file": file}, 201, files=True)
        body = {"item_id": item_id, "file_id": kept["id"], "title": "Смета"}
        self.chair.post(self.at(f"/{meeting_id}/materials"), body, 201)

    def told(self, meeting_id: int) -> None:
        at = self.at(f"/{meeting_id}/notice")
        assert self.chair.post(at, status=201)["number"] == 1
        rows = self.chair.get(f"{at}/rows")["items"]
        assert len(rows) == len(self.persons)
        proof = {
            "person_ids": [row["person_id"] for row in rows],
            "channel": "signature",
            "on": str(DRAFTED.date()),
        }
        assert self.chair.post(f"{at}/proofs", proof, 201) == {"count": len(rows)}

    def officials(self, meeting_id: int) -> None:
        for role, person in zip(("chair", "secretary"), self.persons, strict=False):
            body = {"person_id": person.pk, "role": role}
            self.chair.post(self.at(f"/{meeting_id}/officials"), body, 200)


@pytest.fixture
def town(program: Any, clock: Any) -> Town:
    return Town(program, 5)


def meeting_body(**more: Any) -> dict[str, Any]:
    return {
        "title": "Собрание",
        "law": "snt",
        "place": "Дом правления",
        "starts_at": HELD.isoformat(),
    } | more


FEES = {
    "type": "fees",
    "title": "О взносах",
    "wording": "Установить взнос.",
}


def holds(receipt: dict[str, Any]) -> bool:
    proof = InclusionProof(receipt["index"], receipt["size"], tuple(receipt["path"]))
    return inclusion_holds(bytes.fromhex(receipt["leaf"]), proof, receipt["root"])


def test_a_meeting_from_a_draft_to_the_register_of_decisions(town: Town, clock: Any) -> None:
    chair, counter, persons = town.chair, town.counter, town.persons
    pk = chair.post(town.at(), meeting_body(), 201)["id"]
    at = town.at(f"/{pk}")
    assert chair.post(f"{at}/settings", meeting_body(title="Общее собрание"))["state"] == "draft"
    fees = chair.post(f"{at}/items", FEES, 201)["id"]
    assert chair.post(f"{at}/items/{fees}", FEES | {"title": "О размере взносов"})["id"] == fees
    extra = chair.post(f"{at}/items", {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}, 201)[
        "id"
    ]
    chair.post(f"{at}/items/{extra}/remove", status=200)
    election = {
        "type": "election",
        "title": "Выборы правления",
        "wording": "Избрать:",
        "is_secret": True,
        "seats": 1,
        "effect_data": {"role": "board"},
    }
    box = chair.post(f"{at}/items", election, 201)["id"]
    for person in persons[:3]:
        standing = chair.post(f"{at}/items/{box}/candidates", {"person_id": person.pk}, 201)["id"]
    chair.post(f"{at}/candidates/{standing}/remove", status=200)
    town.voters[0].get(at, 404)  # a draft is seen by those who prepare it
    for item in (fees, box):
        town.material(pk, item)
    assert chair.get(f"{at}/clock") == {"is_lawful": True, "first_lawful_on": None, "findings": []}
    town.told(pk)
    late = chair.post(f"{at}/items", FEES, 422)
    assert late["code"] == "meetings.agenda_frozen"
    card = town.voters[0].get(at)
    assert [(one["key"], len(one["materials"])) for one in card["agenda"]] == [("fees", 1), ("election", 1)]
    assert card["agenda"][1]["candidates"] == [persons[0].pk, persons[1].pk]
    paper = card["agenda"][0]["materials"][0]["file_id"]
    brought = town.voters[0].ask("get", f"{at}/materials/{paper}/file")
    assert (brought.status_code, b"".join(brought.streaming_content)) == (200, "Смета".encode())
    chair.get(f"{at}/materials/{paper + 1000}/file", 404)

    early = chair.post(f"{at}/open", status=422)
    assert (early["code"], early["params"]["on"]) == ("meetings.opening_early", "2027-03-20")
    clock(HELD)
    town.officials(pk)
    assert chair.post(f"{at}/open")["state"] == "open"
    assert counter.post(f"{at}/check-in", {"person_id": persons[0].pk}) == {"is_changed": True}
    assert counter.post(f"{at}/check-in", {"person_id": persons[0].pk}) == {"is_changed": False}
    shown = counter.get(f"{at}/hall-code")["code"]
    bad = town.voters[1].post(f"{at}/my/check-in", {"person_id": persons[1].pk, "code": "x"})
    assert (bad["is_done"], bad["refusal"]["code"], bad["refusal"]["params"]) == (
        False,
        "meetings.hall_code",
        {"left": 9},
    )
    for voter, person in zip(town.voters[1:4], persons[1:4], strict=True):
        assert voter.post(f"{at}/my/check-in", {"person_id": person.pk, "code": shown})["is_done"]
    for item in (fees, box):
        chair.post(f"{at}/items/{item}/put")
    votes = [{"person_id": persons[0].pk, "mark": "for"}, {"person_id": persons[1].pk, "mark": "for"}]
    assert len(counter.post(f"{at}/hall-votes", {"item": "fees", "votes": votes}, 201)["ballots"]) == 2
    again = counter.post(f"{at}/hall-votes", {"item": "fees", "votes": votes[:1]}, 422)
    assert again["code"] == "meetings.ballot_second"
    mark = {"person_id": persons[2].pk, "marks": {"fees": "for"}}
    town.voters[2].post(f"{at}/my/votes", mark, 201)
    town.voters[3].post(f"{at}/my/votes", mark, 404)  # of another's card nothing is learnt

    receipts = []
    for at_, (voter, person) in enumerate(zip(town.voters[:4], persons[:4], strict=True)):
        body = {"person_id": person.pk, "item": "election", "marked": [persons[at_ // 3].pk]}
        receipts.append(voter.post(f"{at}/my/secret-votes", body, 201, key=f"vote {at_}")["receipt"])
        second = voter.post(f"{at}/my/secret-votes", body, 422, key=f"vote {at_}")
        assert second["code"] == "meetings.ballot_second"
    kept = "\n".join(
        str(one) for one in IdempotencyRecord.objects.values_list("key", "answer", "request_sha256")
    )
    assert "vote" not in kept
    assert not any(receipt in kept for receipt in receipts)
    now = town.voters[0].get(f"{at}/live")
    assert (now["here"], now["electors"], now["quorum"]["is_reached"]) == (4, 5, True)
    open_item, secret_item = now["items"]
    assert open_item["tallies"][0]["choices"] == [
        {"choice": "for", "people": 3, "weight": "3/1"},
        {"choice": "not_voted", "people": 1, "weight": "1/1"},
    ]
    assert (secret_item["tallies"], secret_item["voted"]) == ([], 4)
    assert town.voters[0].get(f"{at}/my/receipts", 422)["code"] == "meetings.not_closed"

    clock(HELD + timedelta(hours=2))
    assert chair.post(f"{at}/close")["state"] == "closed"
    found = {one["key"]: one for one in town.voters[4].get(f"{at}/results")["results"]}
    assert [(one["outcome"], one["article"][:6]) for one in found.values()] == [("adopted", "217-ФЗ")] * 2
    assert found["fees"]["data"]["measure"]["part"] == "3/1"
    assert found["election"]["data"]["elected"] == [persons[0].pk]
    [mine] = town.voters[2].get(f"{at}/my/receipts")["items"]
    assert holds(mine)
    secret = {"item": "election", "receipt": receipts[2].upper()}
    assert holds(town.voters[2].post(f"{at}/my/secret-receipts", secret)["receipt"])
    unknown = town.voters[2].post(f"{at}/my/secret-receipts", secret | {"receipt": "00"})
    assert unknown == {"receipt": None}
    answer = chair.get(f"{at}/archive")
    assert answer["Content-Type"] == "application/zip"
    assert archive_check(archive_unpack(answer.content)).holds
    town.voters[0].get(f"{at}/archive", 404)

    assert chair.post(f"{at}/minutes", {"number": "1"})["state"] == "recorded"
    assert Decision.objects.filter(organisation_id=town.pk).count() == 2
    waiting = chair.get(f"/o/{town.pk}/meeting-effects")["items"]
    assert [one["effect"] for one in waiting] == ["fee", "election"]
    done = chair.post(f"/o/{town.pk}/meeting-effects/{waiting[1]['id']}/carry-out", {})
    assert done["state"] == "done"
    given = RoleAssignment.objects.filter(organisation_id=town.pk, person_id=persons[0].pk, role="board")
    assert given.exists()
    chair.post(f"/o/{town.pk}/meeting-effects/{waiting[1]['id']}/carry-out", {}, 422)
    assert [one["id"] for one in chair.get(town.at())["items"]] == [pk]


def test_written_and_electronic_votes_of_a_mixed_meeting(
    town: Town, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    law = f"/o/{town.pk}/meeting-law"
    charter = {
        "since": "2027-01-01",
        "document": "Устав от 16.05.2024",
        "electronic_clause": "устав, п. 7.2",
        "absentia_clause": "устав, п. 7.1",
        "clauses": [{"target": "notice.days", "value": 15, "clause": "устав, п. 5.1"}],
    }
    town.chair.post(f"{law}/snt/charter", charter, 201)
    opens = HELD - timedelta(days=2)
    body = meeting_body(form="mixed", opens_on=str(opens.date()), electronic=True)
    pk = town.chair.post(town.at(), body, 201)["id"]
    at = town.at(f"/{pk}")
    reports = {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}
    item = town.chair.post(f"{at}/items", reports, 201)["id"]
    town.material(pk, item)
    town.told(pk)
    clock(opens)
    town.officials(pk)
    town.chair.post(f"{at}/open", status=200)
    persons = town.persons
    scan = SimpleUploadedFile("b.txt", b"ballot")
    file = town.counter.post(f"/o/{town.pk}/meeting-count-files", {"file": scan}, 201, files=True)["id"]
    paper = {
        "elector_id": persons[0].pk,
        "marks": {"reports": ["for"]},
        "received_at": opens.isoformat(),
        "file_id": file,
    }
    first = town.counter.post(f"{at}/papers", paper, 201)
    assert first["state"] == "entered"
    assert [one["id"] for one in town.chair.get(f"{at}/papers")["items"]] == [first["id"]]
    own = town.counter.post(f"{at}/papers/{first['id']}/confirm", status=422)
    assert own["code"] == "meetings.paper_same_person"
    assert town.chair.post(f"{at}/papers/{first['id']}/confirm")["state"] == "confirmed"
    other = town.counter.post(f"{at}/papers", paper | {"elector_id": persons[1].pk}, 201)
    assert town.chair.post(f"{at}/papers/{other['id']}/reject", {"reason": "не та"})["state"] == "rejected"

    votes = {"person_id": persons[2].pk, "marks": {"reports": "against"}}
    with django_capture_on_commit_callbacks(execute=True):
        asked = town.voters[2].post(f"{at}/my/signatures", votes, 201)
    assert "устав, п. 7.2" in asked["text"]
    [code] = re.findall(r"\b\d{6}\b", str(mail.outbox[-1].body))
    wrong = "000000" if code != "000000" else "111111"
    told = town.voters[2].post(f"{at}/my/signatures/{asked['id']}", {"code": wrong}, key="a")
    assert (told["ballots"], told["refusal"]["code"]) == ([], "meetings.code_wrong")
    town.voters[3].post(f"{at}/my/signatures/{asked['id']}", {"code": code}, 404)
    assert (
        len(town.voters[2].post(f"{at}/my/signatures/{asked['id']}", {"code": code}, key="b")["ballots"]) == 1
    )
    power = {"principal_id": persons[3].pk, "agent_id": persons[2].pk, "issued_on": "2027-03-01"}
    held = town.counter.post(f"{at}/powers", power, 201)["id"]
    voted = town.voters[2].post(f"{at}/my/signatures", votes | {"for_person_id": persons[3].pk}, 201)
    assert voted["text"].count(persons[3].last_name)
    town.counter.post(f"{at}/powers/{held}/withdraw", {"on": str(opens.date())})
    assert [one["revoked_on"] for one in town.counter.get(f"{at}/powers")["items"]] == [str(opens.date())]
    assert town.counter.post(f"{at}/powers/take") == {"count": 0}
    rows = town.counter.get(f"{at}/ballots")["items"]
    assert [(one["channel"], one["marks"], one["standing"]) for one in rows] == [
        ("paper", ["for"], "counted"),
        ("electronic", ["against"], "counted"),
    ]
    clock(HELD + timedelta(hours=1))
    assert town.chair.post(f"{at}/close")["state"] == "failed"  # two of five
    steps = town.chair.get(f"{at}/next-steps")["steps"]
    assert steps
    assert all(one["items"] == ["reports"] for one in steps)
    first_on = datetime.fromisoformat(f"{steps[0]['first_on']}T12:00:00+00:00")
    again = {
        "form": steps[0]["form"],
        "starts_at": (first_on + timedelta(days=2)).isoformat(),
        "opens_on": str(first_on.date()),
    }
    made = town.chair.post(f"{at}/repeat", again, 201)["id"]
    assert town.chair.get(town.at(f"/{made}"))["repeats_id"] == pk
    assert town.chair.post(town.at(f"/{made}/cancel"), {})["state"] == "cancelled"


def test_the_law_is_told_and_changed_with_its_clauses(town: Town, program: Any) -> None:
    law = f"/o/{town.pk}/meeting-law"
    rows = town.voters[0].get(law)["items"]
    assert [one["key"] for one in rows] == ["snt", "snt-board", "snt-founding"]
    text = town.voters[0].get(f"{law}/snt", on="2027-03-01")
    assert (text["is_own"], text["charter"]) == (False, {"clauses": [], "items": []})
    town.voters[0].get(f"{law}/mkd", 404)
    forbidden = town.chair.post(
        f"{law}/snt/charter",
        {
            "since": "2027-01-01",
            "document": "Устав",
            "clauses": [{"target": "notice.days", "value": 3, "clause": "п. 1"}],
        },
        422,
    )
    assert forbidden["code"].startswith("meetings.charter")
    town.voters[0].post(f"{law}/snt/charter", {"since": "2027-01-01", "document": "Устав"}, 404)
    saved = {"text": text["text"] + "\n# as our lawyer has it\n", "reason": "так в новой редакции"}
    edition = town.chair.post(f"/o/{town.pk}/meeting-law-editions", saved, 201)["id"]
    assert town.voters[0].get(f"{law}/snt")["is_own"]
    broken = town.chair.post(f"/o/{town.pk}/meeting-law-editions", saved | {"text": "key = "}, 422)
    assert broken["code"].startswith("meetings.")
    town.chair.post(f"/o/{town.pk}/meeting-law-editions/{edition}/end", {"reason": "ошибка"})
    assert [one["is_ended"] for one in town.voters[0].get(f"{law}/snt/editions")["items"]] == [True, False]
    assert town.voters[0].get(f"{law}/snt/charter")["count"] == 0


def test_a_charter_adds_an_item_where_the_law_lets_it(program: Any) -> None:
    pk = make_organisation("tsn").pk
    chair = program(make_role(pk, Role.CHAIR).person.login)
    item = {
        "key": "gate",
        "title_ru": "О режиме ворот",
        "title_en": "Hours of the gate",
        "forms": ["in_person"],
        "clause": "устав, п. 6.4",
    }
    body = {"since": "2026-01-01", "document": "Устав", "items": [item]}
    refusal = chair.post(
        f"/o/{pk}/meeting-law/tsn/charter", body | {"items": [item | {"needs": "half"}]}, 422
    )
    assert refusal["code"] == "meetings.threshold"
    chair.post(f"/o/{pk}/meeting-law/tsn/charter", body, 201)
    held = {"title": "Собрание", "law": "tsn", "place": "Клуб", "starts_at": "2027-12-01T12:00:00Z"}
    meeting = chair.post(f"/o/{pk}/meetings", held, 201)["id"]
    gate = {"type": "gate", "title": "О воротах", "wording": "Закрывать ворота в 23:00."}
    chair.post(f"/o/{pk}/meetings/{meeting}/items", gate, 201)


def test_a_foreign_body_and_a_narrow_key_learn_nothing(town: Town, program: Any, clock: Any) -> None:
    pk = town.chair.post(town.at(), meeting_body(), 201)["id"]
    foreign = make_organisation().pk
    stranger = program(make_role(foreign, Role.CHAIR).person.login)
    for path in (
        "",
        "/clock",
        "/live",
        "/results",
        "/next-steps",
        "/notice/rows",
        "/archive",
        "/papers",
        "/powers",
    ):
        assert stranger.get(town.at(f"/{pk}{path}"), 404)["code"] == "access.not_found"
        stranger.get(f"/o/{foreign}/meetings/{pk}{path}", 404)
    for path in ("/open", "/close", "/notice", "/powers/take"):
        stranger.post(f"/o/{foreign}/meetings/{pk}{path}", {}, 404)
        stranger.post(town.at(f"/{pk}{path}"), {}, 404)
    # a key that only looks does not count, also where its owner is an official of the meeting
    row = meetings.open_meeting(town.pk)
    person = town.persons[0]
    town.chair.post(town.at(f"/{row.pk}/officials"), {"person_id": person.pk, "role": "counter"})
    narrow = program(person.login, [str(MeetingRight.MEETING_VIEW)])
    narrow.get(town.at(f"/{row.pk}/live"))
    narrow.post(town.at(f"/{row.pk}/check-in"), {"person_id": person.pk}, 404)
    narrow.post(town.at(f"/{row.pk}/my/votes"), {"person_id": person.pk, "marks": {"fees": "for"}}, 404)


def test_a_paper_of_a_draft_or_of_another_meeting_is_not_there(town: Town, clock: Any) -> None:
    at, other = (town.at(f"/{town.chair.post(town.at(), meeting_body(), 201)['id']}") for _number in (1, 2))
    item = town.chair.post(f"{at}/items", FEES, 201)["id"]
    town.material(int(at.rpartition("/")[2]), item)
    paper = town.chair.get(at)["agenda"][0]["materials"][0]["file_id"]
    assert town.chair.ask("get", f"{at}/materials/{paper}/file").status_code == 200
    town.chair.get(f"{other}/materials/{paper}/file", 404)
    town.voters[0].get(f"{at}/materials/{paper}/file", 404)  # nobody was told of it yet


def test_a_key_of_the_body_only_looks(town: Town) -> None:
    login = make_role(town.pk, Role.CHAIR).person.login
    assert login is not None
    actor = actor_for_login(login.pk, on=timezone.localdate())
    offered = set(offered_scopes(actor, town.pk))
    rights = {str(right) for right in MeetingRight}
    assert offered & rights == {"meetings:meeting:view", "meetings:law:view"}
    _key, secret = key_make(
        actor=actor,
        organisation_id=town.pk,
        name="1С",
        scopes=sorted(offered),
        expires_at=timezone.now() + timedelta(days=1),
        now=timezone.now(),
    )
    town.chair.headers["Authorization"] = f"Bearer {secret}"
    assert town.chair.get(town.at())["items"] == []
    town.chair.post(town.at(), meeting_body(), 404)


def test_words_that_no_database_keeps_are_refused(town: Town) -> None:
    pk = town.chair.post(town.at(), meeting_body(), 201)["id"]
    bad: Any
    for bad in ({"x": "\x00"}, {"\x00": 1}, {"x": [["y"]]}, {"x": 1.5}, {"x": {"y": 1}}):
        told = town.chair.post(town.at(f"/{pk}/items"), FEES | {"effect_data": bad}, 422)
        assert told["code"] == "access.invalid", bad
    assert not AgendaItem.objects.filter(organisation_id=town.pk).exists()
    told = town.chair.post(town.at(f"/{pk}/items"), FEES | {"effect_data": {"unknown": 1}}, None)
    assert told["id"]


def test_a_secret_vote_leaves_no_word_in_the_log(town: Town, caplog: Any, clock: Any) -> None:
    clock(meetings.NOW)
    persons = town.persons
    reports = {"type": "reports", "title": "Отчёт", "wording": "Утвердить.", "is_secret": True}
    row = meetings.open_meeting(town.pk, items=(reports,))
    meetings.come(row, persons)
    meetings.put(row)
    with caplog.at_level("DEBUG"):
        body = {"person_id": persons[0].pk, "item": "reports", "mark": "against"}
        receipt = town.voters[0].post(town.at(f"/{row.pk}/my/secret-votes"), body, 201)["receipt"]
    log = json.dumps(
        [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    )
    assert "against" not in log
    assert receipt not in log
    assert "secret" not in log
    assert SecretBallot.objects.filter(organisation_id=town.pk).count() == 1
    assert not BallotFact.objects.filter(organisation_id=town.pk).exists()


def test_the_queue_of_speakers(town: Town, clock: Any) -> None:
    clock(meetings.NOW)
    row = meetings.open_meeting(town.pk)
    at, persons = town.at(f"/{row.pk}"), town.persons
    meetings.come(row, persons[:2])
    [mine] = town.voters[0].get(f"/o/{town.pk}/my/meetings")["items"]
    assert (mine["id"], mine["items"], mine["voted"], mine["waits"]) == (row.pk, 1, 0, True)
    absent = town.voters[2].post(f"{at}/my/speech", {"person_id": persons[2].pk}, 422)
    assert absent["code"] == "voting.not_here"
    town.voters[0].post(f"{at}/my/speech", {"person_id": persons[1].pk}, 404)
    for voter, person in zip(town.voters[:2], persons[:2], strict=True):
        voter.post(f"{at}/my/speech", {"person_id": person.pk}, 201)
    town.voters[0].post(f"{at}/speakers/call", {}, 404)
    assert town.chair.post(f"{at}/speakers/minutes", {"minutes": 5})["minutes"] == 5
    assert town.chair.post(f"{at}/speakers/minutes", {"minutes": 500}, 422)["code"] == "voting.minutes"
    called = town.chair.post(f"{at}/speakers/call", {})
    assert called["state"] == "called"
    queue = town.voters[3].get(f"{at}/speakers")
    assert queue["speaks"]["person_id"] == persons[0].pk
    assert [one["person_id"] for one in queue["waiting"]] == [persons[1].pk]
    assert town.chair.post(f"{at}/speakers/{called['id']}/end")["state"] == "spoken"
    gone = town.voters[1].post(f"{at}/my/speech/withdraw", {"person_id": persons[1].pk})
    assert gone["state"] == "withdrawn"
    assert town.voters[3].get(f"{at}/speakers") == {"speaks": None, "waiting": [], "spoken": 1, "minutes": 5}
