"""Written decisions and votes signed by a code: two people at a paper, moments that count, a code for one text only."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    PREPARED,
    close,
    come,
    counter,
    make_meeting,
    make_members,
    opened,
    put,
    show_hands,
    tell,
    voter,
    with_login,
)
from koopset.apps.meetings.models import BallotFact, CurrentVote, Meeting, PaperDecision, SignatureAsk
from koopset.apps.meetings.ports import code_ways
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.charter import CharterFacts
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
OPENED = NOW - timedelta(days=2)
EVE = NOW - timedelta(days=1)
REPORTS = {"type": "reports", "title": "Отчёт правления", "wording": "Утвердить отчёт."}


def step(name, row, **more):
    return getattr(services, name)(
        actor=more.pop("actor", SYSTEM),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        now=more.pop("now", EVE),
        **more,
    )


def allow_electronic(pk, **more):
    facts = {"electronic_clause": "устав, п. 7.2", "absentia_clause": "устав, п. 7.1"} | more
    services.charter_save(
        actor=SYSTEM,
        organisation_id=pk,
        key="snt",
        clauses=(),
        facts=CharterFacts(**facts),
        since=date(2026, 1, 1),
        document="Устав от 16.05.2024",
        now=PREPARED,
    )


def mixed(count=5, **fields):
    pk, persons = make_members(count)
    if fields.get("electronic"):
        allow_electronic(pk)
    row = make_meeting(pk, items=(REPORTS,), form="mixed", opens_on=OPENED.date(), **fields)
    tell(row)
    return opened(row, now=OPENED), persons


def enter(row, person, *marks, at=EVE, **more):
    return step(
        "paper_enter",
        row,
        actor=more.pop("actor", counter(row.organisation_id, 1)),
        elector_id=person.pk,
        marks={"reports": marks},
        received_at=at,
        now=more.pop("now", max(at, EVE)),
        **more,
    )


def confirm(row, paper, number=2, now=EVE):
    return step("paper_confirm", row, actor=counter(row.organisation_id, number), paper_id=paper.pk, now=now)


def tally_now(row):
    (item,) = selectors.live(SYSTEM, row.organisation_id, row.pk, now=NOW).items
    return item.tallies["reports members"]


def test_a_paper_counts_once_another_has_read_it():
    row, persons = mixed()
    paper = enter(row, persons[0], "for")
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()
    refused("meetings.paper_same_person", lambda: confirm(row, paper, number=1))
    confirm(row, paper)
    ballot = BallotFact.objects.get(organisation_id=row.organisation_id)
    assert (ballot.channel, ballot.received_at, ballot.marks) == ("paper", EVE, "for")
    assert tally_now(row).of(Choice.FOR).people == 1
    refused("meetings.paper_checked", lambda: confirm(row, paper, number=3))


def test_two_marks_are_invalid_and_kept():
    row, persons = mixed()
    confirm(row, enter(row, persons[0], "for", "against"))
    assert tally_now(row).of(Choice.INVALID).people == 1


def test_what_came_after_the_meeting_began_is_kept_and_not_counted():
    row, persons = mixed()
    late = NOW + timedelta(minutes=5)
    confirm(row, enter(row, persons[0], "for", at=late, now=late), now=late)
    confirm(row, enter(row, persons[1], "for", at=EVE, now=late), now=late)  # in time, entered later
    assert BallotFact.objects.filter(organisation_id=row.organisation_id).count() == 2
    assert tally_now(row).of(Choice.FOR).people == 1
    come(row, persons[2:4], now=late)
    put(row, now=late)
    show_hands(row, "reports", {persons[2]: "for", persons[3]: "for"}, now=late)
    close(row)
    (result,) = selectors.results(SYSTEM, row.organisation_id, row.pk)
    assert (result.outcome, result.data["measure"]["part"]) == ("adopted", "3/1")


def test_a_vote_in_the_hall_goes_before_the_paper():
    row, persons = mixed()
    confirm(row, enter(row, persons[0], "for"))
    come(row, persons[:1], now=NOW)
    put(row)
    show_hands(row, "reports", {persons[0]: "against"})
    assert CurrentVote.objects.get(organisation_id=row.organisation_id).choice == "against"
    pk = row.organisation_id
    assert [(one.channel, one.standing) for one in selectors.ballot_rows(SYSTEM, pk, row.pk)] == [
        ("paper", "outranked"),
        ("hall", "counted"),
    ]
    assert len(selectors.ballot_rows(SYSTEM, pk, row.pk, only_duplicates=True)) == 2


def test_papers_wait_for_nobody_at_the_closing():
    row, persons = mixed()
    paper = enter(row, persons[0], "for")
    refusal = refused("meetings.papers_wait", lambda: close(row))
    assert refusal.params["count"] == 1
    refused(
        "meetings.no_reason",
        lambda: step(
            "paper_reject", row, actor=counter(row.organisation_id, 2), paper_id=paper.pk, reason=""
        ),
    )
    step(
        "paper_reject", row, actor=counter(row.organisation_id, 2), paper_id=paper.pk, reason="не та фамилия"
    )
    close(row)
    after = NOW + timedelta(days=1)
    late = enter(row, persons[1], "for", at=after, now=after)
    assert late.state == PaperDecision.State.LATE
    refused("meetings.state", lambda: confirm(row, late, now=after))
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()


def test_rules_do_not_change_after_the_first_ballot():
    row, persons = mixed()
    confirm(row, enter(row, persons[0], "for"))
    Meeting.objects.filter(organisation_id=row.organisation_id, pk=row.pk).update(
        starts_at=NOW + timedelta(minutes=30)
    )
    assert refused("meetings.rules_changed", lambda: close(row)).params["ballots"] == 1


def test_a_paper_of_the_principal_ends_the_power():
    row, persons = mixed()
    pk = row.organisation_id
    step("power_enter", row, principal_id=persons[0].pk, agent_id=persons[1].pk, issued_on=date(2026, 11, 1))
    by_power = enter(row, persons[0], "for", agent_id=persons[1].pk)
    confirm(row, by_power)
    assert CurrentVote.objects.get(organisation_id=pk).choice == "for"
    confirm(row, enter(row, persons[0], "against"))
    assert CurrentVote.objects.get(organisation_id=pk).choice == "against"
    close(row)
    assert archive_check(selectors.archive_files(SYSTEM, pk, row.pk)).holds


def test_refusals_of_a_paper():
    row, persons = mixed()
    refused(
        "meetings.received_day", lambda: enter(row, persons[0], "for", at=EVE + timedelta(hours=1), now=EVE)
    )
    refused("meetings.received_day", lambda: enter(row, persons[0], "for", at=OPENED - timedelta(days=1)))
    refused("meetings.bad_mark", lambda: enter(row, persons[0], "да"))
    refused("meetings.unknown_file", lambda: enter(row, persons[0], "for", file_id=10**9))
    with pytest.raises(Forbidden):
        enter(row, persons[0], "for", actor=voter(row.organisation_id, persons[0]))
    pk, others = make_members(3)
    hall = make_meeting(pk, items=(REPORTS,))
    tell(hall)
    opened(hall)
    refused("meetings.no_papers", lambda: enter(hall, others[0], "for", at=NOW, now=NOW))


def ask(row, person, mark="for", **more):
    return step(
        "signature_ask",
        row,
        actor=more.pop("actor", voter(row.organisation_id, person)),
        person_id=person.pk,
        marks={"reports": mark},
        **more,
    )


def sign(row, person, asked, code, now=EVE):
    return step(
        "signature_sign", row, actor=voter(row.organisation_id, person), ask_id=asked.pk, code=code, now=now
    )


def code_of_letter(callbacks):
    (code,) = re.findall(r"\b[0-9]{6}\b", str(mail.outbox[-1].body))
    return code


def test_a_code_signs_its_text_and_the_text_is_kept(django_capture_on_commit_callbacks):
    row, persons = mixed(electronic=True)
    with_login(persons[0])
    with django_capture_on_commit_callbacks(execute=True) as done:
        asked = ask(row, persons[0])
    code = code_of_letter(done)
    assert mail.outbox[-1].to == [persons[0].login.email]
    assert asked.text_hash in mail.outbox[-1].body
    assert code not in asked.text + asked.tag + str(asked.marks)
    assert "Утвердить отчёт." in asked.text
    assert "устав, п. 7.2" in asked.text
    first, *_between, last = asked.text.splitlines()
    assert row.title in first  # a person reads what is decided; the digests stand below it
    assert re.findall(r"[0-9a-f]{64}", last) == re.findall(r"[0-9a-f]{64}", asked.text)
    assert len(re.findall(r"[0-9a-f]{64}", last)) == 2
    signed = sign(row, persons[0], asked, code)
    assert signed.refusal is None
    (ballot,) = signed.ballots
    assert (ballot.channel, ballot.signature_id) == ("electronic", asked.pk)
    refused("meetings.code_used", lambda: sign(row, persons[0], asked, code))
    assert tally_now(row).of(Choice.FOR).people == 1


def test_a_forged_code_is_counted_and_then_no_more_tried(django_capture_on_commit_callbacks):
    row, persons = mixed(electronic=True)
    with_login(persons[0])
    with django_capture_on_commit_callbacks(execute=True) as done:
        asked = ask(row, persons[0])
    code = code_of_letter(done)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    found = [sign(row, persons[0], asked, wrong).refusal.code for _ in range(6)]
    assert found == ["meetings.code_wrong"] * 5 + ["meetings.code_exhausted"]
    assert sign(row, persons[0], asked, code).refusal.code == "meetings.code_exhausted"
    assert SignatureAsk.objects.get(organisation_id=row.organisation_id).attempts == 5
    assert not BallotFact.objects.filter(organisation_id=row.organisation_id).exists()


def test_a_code_holds_for_its_time_its_voter_and_its_text(django_capture_on_commit_callbacks):
    row, persons = mixed(electronic=True)
    for person in persons[:2]:
        with_login(person)
    with django_capture_on_commit_callbacks(execute=True) as done:
        asked = ask(row, persons[0])
    code = code_of_letter(done)
    assert (
        sign(row, persons[0], asked, code, EVE + timedelta(minutes=16)).refusal.code
        == "meetings.code_expired"
    )
    with pytest.raises(Forbidden):
        sign(row, persons[1], asked, code)
    other = ask(row, persons[1], "against")
    assert sign(row, persons[1], other, code).refusal.code == "meetings.code_wrong"
    SignatureAsk.objects.filter(organisation_id=row.organisation_id, pk=asked.pk).update(
        text=asked.text + "!"
    )
    assert sign(row, persons[0], asked, code).refusal.code == "meetings.code_other_text"


def test_refusals_before_a_code_goes_out():
    row, persons = mixed(electronic=True)
    refused("meetings.no_address", lambda: ask(row, persons[0]))
    with_login(persons[0])
    refused("meetings.bad_mark", lambda: ask(row, persons[0], "yes"))
    for _ in range(5):
        ask(row, persons[0])
    refused("meetings.code_asked_often", lambda: ask(row, persons[0]))
    plain, others = mixed()
    refused("meetings.no_electronic", lambda: ask(plain, others[0]))


def test_electronic_means_need_a_clause_of_the_charter():
    pk, _persons = make_members(5)
    row = make_meeting(pk, items=(REPORTS,), form="mixed", electronic=True, opens_on=OPENED.date())
    refused("meetings.electronic_without_charter", lambda: step("meeting_notice", row, now=PREPARED))
    allow_electronic(pk, electronic_items=frozenset({"fees"}))
    refused("meetings.electronic_not_listed", lambda: step("meeting_notice", row, now=PREPARED))


def test_in_absentia_nobody_closes_before_the_last_moment_and_a_late_vote_is_refused(
    django_capture_on_commit_callbacks,
):
    pk, persons = make_members(3)
    allow_electronic(pk)
    row = make_meeting(
        pk,
        items=(REPORTS,),
        form="absentia",
        starts_at=None,
        opens_on=OPENED.date(),
        ends_at=NOW,
        electronic=True,
    )
    tell(row)
    row = opened(row, now=OPENED)
    refused("meetings.no_hall", lambda: step("person_check_in", row, person_id=persons[0].pk))
    for person in persons:
        with_login(person)
    for person in persons[:2]:
        with django_capture_on_commit_callbacks(execute=True) as done:
            asked = ask(row, person)
        sign(row, person, asked, code_of_letter(done))
    refused("meetings.voting_not_over", lambda: close(row, now=NOW))
    after = NOW + timedelta(seconds=1)
    refused("meetings.ballot_late", lambda: ask(row, persons[2], now=after))
    close(row, now=after)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert (result.outcome, result.data["quorum"][0]["part"]) == ("adopted", "2/1")


# Where a code goes

MESSAGES: list[tuple[str, str]] = []


class Box:
    """A sender of messages that keeps what it was given."""

    def send(self, *, phone: str, text: str) -> None:
        MESSAGES.append((phone, text))


@pytest.fixture
def messages_sent(settings):
    settings.SMS_GATEWAY = f"{__name__}.Box"
    MESSAGES.clear()
    return MESSAGES


def to_the_phone(person, *, verified=False, **fields):
    """The card united with a login that has proved its phone; its address is confirmed only where it is said."""
    person.login = make_login(password=None, verified=verified, phone="+7 911 123-45-67", **fields)
    person.save()


def asked_code(row, person, **more):
    who = voter(row.organisation_id, person)
    return step("signature_ask", row, actor=who, person_id=person.pk, marks={"reports": "for"}, **more)


def test_a_code_goes_to_a_proven_phone_where_no_address_is_confirmed(
    messages_sent, django_capture_on_commit_callbacks
):
    row, persons = mixed(electronic=True)
    to_the_phone(persons[0], phone_proved_at=PREPARED)
    with django_capture_on_commit_callbacks(execute=True):
        ask = asked_code(row, persons[0])
    assert mail.outbox == []
    [(phone, text)] = messages_sent
    assert phone == "+7 911 123-45-67"
    assert ask.text_hash in text
    [code] = re.findall(r"\b\d{6}\b", text)
    done = step(
        "signature_sign", row, actor=voter(row.organisation_id, persons[0]), ask_id=ask.pk, code=code, now=EVE
    )
    assert len(done.ballots) == 1


def test_a_confirmed_address_goes_before_the_phone(messages_sent, django_capture_on_commit_callbacks):
    row, persons = mixed(electronic=True)
    to_the_phone(persons[0], verified=True, phone_proved_at=PREPARED)
    with django_capture_on_commit_callbacks(execute=True):
        asked_code(row, persons[0])
    assert (len(mail.outbox), messages_sent) == (1, [])


@pytest.mark.parametrize(
    ("verified", "proven", "wanted", "went"),
    [
        (True, True, "phone", "phone"),
        (True, True, "mail", "mail"),
        (True, False, "phone", "mail"),
        (False, True, "mail", "phone"),
    ],
)
def test_a_code_goes_where_it_is_wanted_if_that_is_proven(
    messages_sent, django_capture_on_commit_callbacks, verified, proven, wanted, went
):
    row, persons = mixed(electronic=True)
    to_the_phone(persons[0], verified=verified, phone_proved_at=PREPARED if proven else None)
    with django_capture_on_commit_callbacks(execute=True):
        made = asked_code(row, persons[0], way=wanted)
    assert made.way == went
    assert (len(mail.outbox), len(messages_sent)) == ((1, 0) if went == "mail" else (0, 1))
    known = {"organisation_id": row.organisation_id, "person_id": persons[0].pk}
    assert code_ways(**known) == (("mail",) if verified else ()) + (("phone",) if proven else ())


def test_a_code_goes_to_nothing_that_nobody_proved(messages_sent, settings):
    row, persons = mixed(electronic=True)
    to_the_phone(persons[0])
    refused("meetings.no_address", lambda: asked_code(row, persons[0]))
    persons[1].login = make_login(
        password=None, verified=False, phone="+7 921 765-43-21", phone_proved_at=PREPARED
    )
    persons[1].save()
    settings.SMS_GATEWAY = ""  # nobody here sends messages
    refused("meetings.no_address", lambda: asked_code(row, persons[1]))
    assert not SignatureAsk.objects.filter(organisation_id=row.organisation_id).exists()
