"""From the draft to the notice: what is refused, by which article, from which day it would be lawful."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    FEES,
    NOW,
    PREPARED,
    TOLD,
    add_paper,
    make_item,
    make_meeting,
    make_members,
    opened,
    tell,
    voter,
    with_login,
)
from koopset.apps.meetings.models import AgendaItem, Meeting, Notice, NoticeRow
from koopset.apps.meetings.rules.clock import Severity
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.notifications.models import Hours, Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return make_members(5)


def step(name, row, **more):
    return getattr(services, name)(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        now=more.pop("now", TOLD),
        **more,
    )


def item_of(row, key="fees"):
    return AgendaItem.objects.get(organisation_id=row.organisation_id, meeting=row, key=key)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "meetings.no_title"),
        ({"law": "tsj"}, "meetings.law_not_of_form"),
        ({"form": "online"}, "meetings.bad_form"),
        ({"initiator": "god"}, "meetings.bad_initiator"),
        ({"place": ""}, "meetings.no_place"),
        ({"starts_at": None}, "meetings.no_start"),
        ({"form": "absentia"}, "meetings.no_end"),
        ({"starts_at": PREPARED}, "meetings.past_day"),
        ({"form": "mixed", "opens_on": date(2026, 12, 1)}, "meetings.dates_out_of_order"),
        ({"supporters": 3, "demand_members": 2}, "meetings.bad_demand"),
    ],
)
def test_settings_are_checked(body, fields, code):
    refused(code, make_meeting, body[0], **fields)
    assert not Meeting.objects.filter(organisation_id=body[0]).exists()


def test_a_member_prepares_nothing(body):
    pk, persons = body
    with pytest.raises(Forbidden):
        services.meeting_draft(
            actor=voter(pk, persons[0]),
            organisation_id=pk,
            settings=services.Settings(title="Собрание", law="snt", starts_at=NOW, place="Дом"),
            now=PREPARED,
        )
    row = make_meeting(pk)
    with pytest.raises(Forbidden):
        selectors.meeting_card(voter(pk, persons[0]), pk, row.pk)  # a draft is not shown


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "tariff"}, "meetings.item_unknown"),
        ({"title": ""}, "meetings.no_title"),
        ({"wording": " "}, "meetings.no_wording"),
        ({"seats": 101}, "meetings.bad_seats"),
        ({"effect_data": {"rate": 1.5}}, "meetings.effect_data"),
        ({"type": "exclusion", "effect_data": {"person": 1}}, "meetings.effect_lacks"),
        ({"type": "election", "effect_data": {"role": "tsar"}}, "meetings.effect_lacks"),
    ],
)
def test_items_are_checked(body, fields, code):
    row = make_meeting(body[0], items=())
    refused(code, make_item, row, **fields)


def test_a_second_item_of_a_type_has_a_key_of_its_own(body):
    row = make_meeting(body[0])
    make_item(row, title="О целевом взносе", wording="Установить.")
    keys = AgendaItem.objects.filter(organisation_id=body[0], meeting=row).order_by("position")
    assert list(keys.values_list("key", flat=True)) == ["fees", "fees#2"]


def test_a_notice_too_late_names_article_and_first_lawful_day(body):
    row = make_meeting(body[0], starts_at=TOLD + timedelta(days=10))
    refusal = refused("meetings.notice_late", lambda: step("meeting_notice", row))
    assert refusal.params["article"] == "217-ФЗ, ст. 17 ч. 13"
    assert refusal.params["lawful_on"] == date(2026, 11, 17)
    assert Meeting.objects.get(organisation_id=body[0], pk=row.pk).state == "draft"
    assert not Notification.objects.filter(organisation_id=body[0]).exists()


def test_at_the_border_of_the_term(body):
    first = make_meeting(body[0], starts_at=TOLD + timedelta(days=14))  # 16 November
    refused("meetings.notice_late", lambda: step("meeting_notice", first))
    second = make_meeting(body[0], starts_at=TOLD + timedelta(days=15))
    assert step("meeting_notice", second).number == 1


def test_what_may_not_go_to_a_mixed_meeting_at_once_is_refused(body):
    row = make_meeting(body[0], form="mixed")
    refused("meetings.mixed_needs_failed", lambda: step("meeting_notice", row))


def test_a_demand_of_too_few_members(body):
    row = make_meeting(
        body[0],
        initiator="members",
        demanded_on=date(2026, 9, 1),
        supporters=1,
        demand_members=5,
    )
    refused("meetings.demand_small", lambda: step("meeting_notice", row))


def test_an_empty_agenda_and_an_election_without_candidates(body):
    row = make_meeting(body[0], items=())
    refused("meetings.agenda_empty", lambda: step("meeting_notice", row))
    make_item(row, type="election", seats=2)
    refused("meetings.election_seats", lambda: step("meeting_notice", row))


def test_candidates_stand_once_and_for_seats(body):
    pk, persons = body
    row = make_meeting(pk)
    refused(
        "meetings.no_election",
        lambda: step("candidate_add", row, item_id=item_of(row).pk, person_id=persons[0].pk),
    )
    seats = make_item(row, type="election", seats=1, candidates=persons[:1])
    refused(
        "meetings.candidate_known",
        lambda: step("candidate_add", row, item_id=seats.pk, person_id=persons[0].pk),
    )
    refused("people.unknown", lambda: step("candidate_add", row, item_id=seats.pk, person_id=10**9))


def test_the_agenda_is_frozen_by_the_notice(body):
    row = make_meeting(body[0])
    item = item_of(row)
    notice = step("meeting_notice", row)
    typed = services.ItemTyped(**(FEES | {"wording": "Установить 3 000 рублей."}))
    refused("meetings.agenda_frozen", lambda: step("item_add", row, item=typed))
    refused("meetings.agenda_frozen", lambda: step("item_change", row, item_id=item.pk, item=typed))
    refused("meetings.agenda_frozen", lambda: step("item_remove", row, item_id=item.pk))
    row.refresh_from_db()
    refused(
        "meetings.agenda_frozen",
        lambda: step("meeting_settings_save", row, settings=services.settings_of(row)),
    )
    assert [one["wording"] for one in notice.agenda] == [FEES["wording"]]
    assert FEES["wording"] in notice.text
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(organisation_id=body[0], pk=notice.pk).update(text="иное")


def test_each_elector_has_a_row_and_a_letter(body):
    pk, persons = body
    owner = make_person(pk)
    make_unit(pk, owners=[owner])  # without membership: votes on fees, so is told
    make_person(pk)
    row = make_meeting(pk)
    notice = step("meeting_notice", row)
    rows = NoticeRow.objects.filter(organisation_id=pk, notice=notice)
    assert {one.person_id for one in rows} == {person.pk for person in [*persons, owner]}
    assert all(one.notification_id for one in rows)


def test_a_letter_that_went_out_is_a_proof(body):
    pk, persons = body
    for person in persons[:2]:
        with_login(person)
        awake = {"quiet": False, "quiet_from": 22, "quiet_till": 8, "digest_hour": 9, "digest_weekday": 0}
        Hours.objects.create(login_id=person.login_id, **awake)
    row = make_meeting(pk)
    step("meeting_notice", row)
    run_pending_jobs()
    told = {one.person_id: one.channel for one in selectors.told_rows(SYSTEM, pk, row.pk)}
    assert [told[person.pk] for person in persons] == ["email", "email", "", "", ""]


def test_the_last_who_was_told_counts(body):
    pk, persons = body
    row = make_meeting(pk)
    step("meeting_notice", row)
    notice = Notice.objects.get(organisation_id=pk, meeting=row)
    ids = [person.pk for person in persons]
    assert selectors.noticed_on(notice) is None

    def prove(persons, day):
        step("notice_prove", row, person_ids=persons, channel="letter", on=day, number="80", now=NOW)

    prove(ids[:4], date(2026, 11, 3))
    assert selectors.noticed_on(notice) is None
    prove(ids[4:], date(2026, 11, 5))
    prove(ids[4:], date(2026, 11, 6))  # a second letter makes nobody later
    assert selectors.noticed_on(notice) == date(2026, 11, 5)


def test_a_posting_tells_everybody_only_by_a_clause(body):
    pk, _persons = body
    row = make_meeting(pk)
    step("meeting_notice", row)
    more = {"channel": "board", "on": date(2026, 11, 4), "now": NOW}
    refused("meetings.no_basis", lambda: step("notice_post", row, basis=" ", **more))
    step("notice_post", row, basis="217-ФЗ, ст. 17 ч. 13; устав, п. 5.2", **more)
    assert selectors.noticed_on(Notice.objects.get(organisation_id=pk, meeting=row)) == date(2026, 11, 4)


def test_proofs_are_checked(body):
    pk, persons = body
    row = make_meeting(pk)
    refused(
        "meetings.state",
        lambda: step("notice_prove", row, person_ids=[persons[0].pk], channel="letter", on=TOLD.date()),
    )
    step("meeting_notice", row)
    good = {"person_ids": [persons[0].pk], "channel": "letter", "on": TOLD.date()}
    for change, code in (
        ({"on": date(2026, 11, 1)}, "meetings.proof_day"),
        ({"on": date(2026, 11, 3)}, "meetings.proof_day"),
        ({"channel": "board"}, "meetings.bad_channel"),
        ({"person_ids": [make_person(pk).pk]}, "meetings.not_to_be_told"),
        ({"file_id": 10**9}, "meetings.unknown_file"),
    ):
        refused(code, lambda change=change: step("notice_prove", row, **(good | change)))


def test_a_changed_agenda_is_a_new_notice_with_a_term_of_its_own(body):
    pk, _persons = body
    row = make_meeting(pk)
    tell(row)
    refused("meetings.no_reason", lambda: step("notice_withdraw", row, reason=""))
    later = TOLD + timedelta(days=6)
    step("notice_withdraw", row, reason="дополняем повестку", now=later)
    make_item(row, type="reports", title="Отчёт правления", wording="Утвердить отчёт.")
    refused(
        "meetings.notice_late", lambda: step("meeting_notice", row, now=later)
    )  # 8 November: not before the 23rd
    settings = services.settings_of(Meeting.objects.get(organisation_id=pk, pk=row.pk))
    moved = services.Settings(
        **{name: getattr(settings, name) for name in settings.__slots__}
        | {"starts_at": later + timedelta(days=15)}
    )
    step("meeting_settings_save", row, settings=moved, now=later)
    assert step("meeting_notice", row, now=later).number == 2
    assert Notice.objects.filter(organisation_id=pk, meeting=row, withdrawn_at__isnull=True).count() == 1


def test_late_papers_bar_their_item_and_not_the_meeting(body):
    pk, _persons = body
    row = make_meeting(pk)
    late = make_item(row, papers=False, type="reports", title="Отчёт", wording="Утвердить.")
    tell(row)
    add_paper(row, late, now=NOW - timedelta(days=6))
    findings = selectors.clock_of(SYSTEM, pk, row.pk, today=NOW.date()).findings
    assert [(one.code, one.item) for one in findings if one.severity is Severity.BARRED] == [
        ("meetings.materials_late", "reports")
    ]
    row = opened(row)
    refused("meetings.item_barred", lambda: step("item_put", row, item_id=late.pk, now=NOW))


def test_whoever_was_told_hears_that_it_is_called_off(body):
    pk, persons = body
    row = make_meeting(pk)
    tell(row)
    refused("meetings.no_reason", lambda: step("meeting_cancel", row, reason=" "))
    step("meeting_cancel", row, reason="нет света в доме правления")
    told = Notification.objects.filter(organisation_id=pk, topic="meetings.cancelled")
    assert told.count() == len(persons)
    refused("meetings.state", lambda: step("meeting_notice", row))
