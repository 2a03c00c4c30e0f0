from datetime import UTC, date, datetime
from typing import Any

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.register import selectors, services
from koopset.apps.register.factories import make_decision, make_membership, make_unit
from koopset.apps.register.models import ApplicationMove, Membership, MembershipApplication
from koopset.apps.register.rules import MOVES
from koopset.apps.register.selectors import APPLICATION_FILE
from koopset.foundation.files import file_store
from koopset.foundation.files.access import may_download
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WRITTEN: dict[str, Any] = {
    "residence": "Приозерск, Лесная, 1",
    "postal_address": "188750, Приозерск",
    "consents": True,
}


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


@pytest.fixture
def owner(home):
    person = make_person(home.pk, name="Ягодин Иван Петрович", login=make_login(password=None))
    make_unit(home.pk, "12", owners=[person])
    return person


@pytest.fixture
def applicant(home, owner):
    return make_actor(Role.RESIDENT, home.pk, login=owner.login, person_ids=frozenset({owner.pk}))


def paper(home, actor=SYSTEM):
    return file_store(
        organisation_id=home.pk,
        name="ЕГРН.txt",
        content=b"extract",
        kind=APPLICATION_FILE,
        actor=actor,
        now=NOW,
    )


def submit(home, actor, person, **changes):
    values = WRITTEN | {"file_ids": [paper(home).pk], "now": NOW} | changes
    return services.application_submit(actor=actor, organisation_id=home.pk, person_id=person.pk, **values)


def at_board(home, chair, applicant, owner):
    row = submit(home, applicant, owner)
    services.application_pass(actor=chair, organisation_id=home.pk, application_id=row.pk, now=NOW)
    return row


def board_decision(home, on=TODAY):
    return make_decision(home.pk, body="board", decided_on=on, title="О приёме", article="217-ФЗ, ст. 12")


def test_from_application_to_membership(home, chair, applicant, owner):
    row = at_board(home, chair, applicant, owner)
    assert (row.due_on, row.state) == (date(2026, 12, 24), "submitted")
    decision = board_decision(home)
    done = services.application_admit(
        actor=chair, organisation_id=home.pk, application_id=row.pk, decision_id=decision.pk, card_number="77", now=NOW
    )  # fmt: skip
    member = Membership.objects.get(organisation_id=home.pk, person=owner)
    assert (done.state, done.membership_id, done.closed_on) == ("admitted", member.pk, TODAY)
    assert (member.valid_from, member.admitted_by_id, member.card_number) == (TODAY, decision.pk, "77")
    moves = ApplicationMove.objects.filter(organisation_id=home.pk).order_by("pk")
    assert [(move.before, move.after) for move in moves] == [
        ("", "submitted"),
        ("submitted", "board"),
        ("board", "admitted"),
    ]
    told = Notification.objects.get(organisation_id=home.pk, person_id=owner.pk)
    assert told.link == f"/o/{home.pk}/my/membership/{row.pk}/"


def test_the_office_asks_to_mend_and_the_applicant_answers(home, chair, applicant, owner):
    row = submit(home, applicant, owner)
    common = {"organisation_id": home.pk, "application_id": row.pk, "now": NOW}
    refused("register.no_word", services.application_ask, actor=chair, word=" ", **common)
    services.application_ask(actor=chair, word="Нет второй страницы выписки", **common)
    card = selectors.application(applicant, home.pk, row.pk, TODAY, own=True)
    assert (card.row.state, card.word) == ("mending", "Нет второй страницы выписки")
    more = paper(home)
    services.application_mend(actor=applicant, file_ids=[more.pk], **WRITTEN, **common)
    card = selectors.application(chair, home.pk, row.pk, TODAY)
    assert (card.row.state, len(card.files)) == ("submitted", 2)


def test_a_refusal_needs_a_ground_of_the_law_and_words(home, chair, applicant, owner):
    row = at_board(home, chair, applicant, owner)
    common = {
        "actor": chair, "organisation_id": home.pk, "application_id": row.pk, "decision_id": board_decision(home).pk, "now": NOW,
    }  # fmt: skip
    refused(
        "register.unknown_refusal_ground",
        services.application_refuse,
        ground="dislike",
        word="Не нравится",
        **common,
    )
    refused("register.no_word", services.application_refuse, ground="no-papers", word="", **common)
    services.application_refuse(ground="no-papers", word="Нет выписки", **common)
    card = selectors.application(applicant, home.pk, row.pk, TODAY, own=True)
    assert (card.row.state, card.word) == ("refused", "Нет выписки")
    assert "ст. 12 ч. 9" in card.ground_text
    assert "проверьте" in card.ground_text or "check against" in card.ground_text
    assert not Membership.objects.filter(organisation_id=home.pk).exists()
    submit(home, applicant, owner)  # one may apply again


@pytest.mark.parametrize(
    ("body", "on", "code"),
    [
        ("meeting", TODAY, "register.decision_wrong_body"),
        ("board", date(2026, 11, 23), "register.decision_before_application"),
    ],
)
def test_the_decision_is_of_the_body_that_admits_and_later_than_the_application(
    home, chair, applicant, owner, body, on, code
):
    row = at_board(home, chair, applicant, owner)
    decision = make_decision(home.pk, body=body, decided_on=on)
    refused(
        code, services.application_admit, actor=chair, organisation_id=home.pk, application_id=row.pk, decision_id=decision.pk, now=NOW,
    )  # fmt: skip
    assert MembershipApplication.objects.get(organisation_id=home.pk).state == "board"


def test_before_2022_the_meeting_admitted(home):
    law = selectors.law_here(home.pk)
    assert law.value("admission.by", date(2021, 6, 1)) == "meeting"
    assert law.value("admission.by", date(2022, 7, 14)) == "board"
    assert not law.rule("admission.days", TODAY).is_checked


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"residence": " "}, "register.application_no_residence"),
        ({"consents": False}, "register.application_no_consent"),
        ({"email": "не почта"}, "register.application_bad_email"),
        ({"file_ids": []}, "register.application_needs_papers"),
        ({"file_ids": [987654]}, "register.unknown_file"),
    ],
)
def test_an_application_that_is_not_whole_is_not_taken(home, applicant, owner, changes, code):
    refused(code, submit, home=home, actor=applicant, person=owner, **changes)
    assert not MembershipApplication.objects.filter(organisation_id=home.pk).exists()


def test_who_may_not_apply(home, chair, applicant, owner):
    body = make_person(home.pk, kind="legal", name="ООО «Ромашка»")
    make_unit(home.pk, owners=[body])
    refused("register.member_natural_only", submit, home=home, actor=chair, person=body)
    refused("register.member_without_unit", submit, home=home, actor=chair, person=make_person(home.pk))
    submit(home, applicant, owner)
    refused("register.application_open", submit, home=home, actor=applicant, person=owner)
    member = make_person(home.pk)
    make_unit(home.pk, owners=[member], member=True)
    refused("register.member_already", submit, home=home, actor=chair, person=member)
    with pytest.raises(Forbidden):
        submit(home, applicant, member)


def test_paper_is_entered_by_its_day_and_the_clock_runs_from_it(home, chair, owner):
    row = submit(home, chair, owner, file_ids=[], submitted_on=date(2026, 10, 1))
    found = selectors.application_rows(home.pk, selectors.applications_query(chair, home.pk), TODAY)
    assert [(one.id, one.on_paper, one.days_left, one.is_overdue) for one in found] == [
        (row.pk, True, -24, True)
    ]
    assert selectors.applications_overdue(home.pk, TODAY) == 1
    refused(
        "register.future_date", submit, home=home, actor=chair, person=owner, submitted_on=date(2026, 12, 1)
    )


def test_moves_are_declared(home, chair, applicant, owner):
    assert {state for state, _verb in MOVES} == {"submitted", "mending", "board"}
    row = submit(home, applicant, owner)
    common = {"actor": chair, "organisation_id": home.pk, "application_id": row.pk, "now": NOW}
    refused(
        "register.application_cannot",
        services.application_admit,
        decision_id=board_decision(home).pk,
        **common,
    )
    services.application_withdraw(**(common | {"actor": applicant}))
    refused("register.application_cannot", services.application_pass, **common)


def test_files_are_seen_by_the_applicant_and_those_who_handle(home, chair, applicant, owner):
    file = paper(home)
    submit(home, applicant, owner, file_ids=[file.pk])
    neighbour = make_person(home.pk)
    stranger = make_actor(Role.RESIDENT, home.pk, person_ids=frozenset({neighbour.pk}))
    seen = [
        may_download(actor, file)
        for actor in (
            applicant,
            chair,
            stranger,
            make_actor(Role.AUDITOR, home.pk),
            make_actor(Role.STAFF, home.pk),
        )
    ]
    assert seen == [True, True, False, False, False]


def test_in_a_house_the_application_itself_makes_a_member():
    house = make_organisation("tsj")
    person = make_person(house.pk)
    make_unit(house.pk, kind="flat", owners=[person])
    chair = make_actor(Role.CHAIR, house.pk)
    row = submit(house, chair, person, file_ids=[], submitted_on=date(2026, 11, 20))
    done = services.application_pass(actor=chair, organisation_id=house.pk, application_id=row.pk, now=NOW)
    member = Membership.objects.get(organisation_id=house.pk)
    assert (done.state, member.valid_from, member.admitted_by_id) == ("admitted", date(2026, 11, 20), None)


def test_one_leaves_on_the_day_of_the_application_without_a_decision(home, applicant, owner):
    make_membership(home.pk, owner)
    row = services.membership_leave(actor=applicant, organisation_id=home.pk, person_id=owner.pk, now=NOW)
    assert (row.valid_to, row.ground, row.ended_by_id) == (TODAY, "left", None)
    assert "24.11.2026" in row.end_document
    refused(
        "register.not_a_member", services.membership_leave, actor=applicant, organisation_id=home.pk, person_id=owner.pk, now=NOW
    )  # fmt: skip


def test_owners_without_membership_are_invited_once_they_have_no_application(home, chair, applicant, owner):
    member = make_person(home.pk)
    make_unit(home.pk, owners=[member], member=True)
    assert [row.card.id for row in selectors.outsiders(chair, home.pk, TODAY)] == [owner.pk]
    assert services.outsiders_invite(actor=chair, organisation_id=home.pk, now=NOW) == 1
    submit(home, applicant, owner)
    assert services.outsiders_invite(actor=chair, organisation_id=home.pk, now=NOW) == 0
