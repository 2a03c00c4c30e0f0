"""What a person chose: topics by channels, quiet hours, letters of a day or a week; the pages of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from koopset.foundation.notifications import Address, Channel, addresses, notify, topics, unread_count
from koopset.foundation.notifications.forms import device_name
from koopset.foundation.notifications.links import Ticket, letters_url
from koopset.foundation.notifications.models import (
    Delivery,
    Hours,
    MailRefusal,
    MailState,
    Notification,
    Rhythm,
    TopicChoice,
)
from koopset.foundation.notifications.selectors import sent_counts, topic_lines
from koopset.foundation.notifications.services import Choice, choices_save, hours_save
from koopset.foundation.notifications.timing import Timing, digest_at, quiet_until
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Forbidden
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

MOSCOW = ZoneInfo("Europe/Moscow")
#: Tuesday noon and Tuesday night in Moscow.
NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
ME = Actor(ActorKind.PERSON, login_id=7, person_ids=frozenset({1, 2}))


def at(hour: int, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=MOSCOW)


# Hours --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (at(21), None),
        (at(22), at(8, 25)),
        (at(0), at(8)),
        (at(7), at(8)),
        (at(8), None),
        (at(12), None),
    ],
)
def test_quiet_hours_span_midnight(moment, ends) -> None:
    assert quiet_until(moment, Timing(MOSCOW)) == ends


def test_quiet_hours_within_a_day_and_none() -> None:
    noon = Timing(MOSCOW, quiet_from=13, quiet_till=15)
    assert quiet_until(at(14), noon) == at(15)
    assert quiet_until(at(15), noon) is None
    assert quiet_until(at(23), Timing(MOSCOW, quiet=False)) is None


def test_quiet_hours_are_of_the_persons_own_clock() -> None:
    kamchatka = Timing(ZoneInfo("Asia/Kamchatka"))
    assert quiet_until(at(14), kamchatka) == datetime(2026, 11, 25, 8, tzinfo=ZoneInfo("Asia/Kamchatka"))


@pytest.mark.parametrize(
    ("moment", "rhythm", "goes"),
    [
        (at(8), Rhythm.DAY, at(9)),
        (at(9), Rhythm.DAY, at(9, 25)),
        (at(12), Rhythm.WEEK, at(9, 30)),
        (at(8, 23), Rhythm.WEEK, at(9, 23)),
        (at(9, 23), Rhythm.WEEK, at(9, 30)),
    ],
)
def test_gathered_letters_go_at_the_next_hour_of_theirs(moment, rhythm, goes) -> None:
    assert digest_at(moment, rhythm, Timing(MOSCOW)) == goes


# Letters ------------------------------------------------------------------------------------------------------------------


def book(*, person_ids: Collection[int], login_ids: Collection[int]) -> list[Address]:
    known = [Address(number, 7, "seven@example.org") for number in (1, 2)]
    known += [Address(3, None, "three@example.org"), Address(None, 7, "seven@example.org")]
    return [one for one in known if one.person_id in person_ids or (one.person_id is None and 7 in login_ids)]


@pytest.fixture
def _letters(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(addresses, "_books", [book])
    monkeypatch.setattr(topics, "_topics", {})
    topics.register_topic("test.news", "новости")
    topics.register_topic("test.other", "прочее")
    topics.register_topic("test.alarm", "тревога", urgent=True)
    topics.register_topic(
        "test.meeting", "собрания", kept=(Channel.APP, Channel.MAIL), reason="Так велит закон."
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def tell(topic: str = "test.news", now: datetime = NOON, **more: Any) -> Notification:
    values: dict[str, Any] = {
        "organisation_id": None,
        "title": f"О {topic}",
        "email": True,
        "person_ids": [1],
    }
    return notify(**(values | {"topic": topic, "now": now} | more))[0]


def choose(**choices: Choice) -> None:
    choices_save(actor=ME, choices={f"test.{code}": choice for code, choice in choices.items()}, now=NOON)


@pytest.mark.usefixtures("_letters")
def test_what_comes_in_quiet_hours_goes_out_at_their_end_and_alarms_at_once() -> None:
    tell(now=NIGHT)
    tell("test.alarm", now=NIGHT)
    run_pending_jobs(now=NIGHT)
    assert [letter.subject for letter in mail.outbox] == ["О test.alarm"]
    held = Notification.objects.get(topic="test.news")
    assert (held.mail, held.mail_due_at) == (MailState.HELD, at(8, 25))
    _let_go(at(7, 25))
    assert len(mail.outbox) == 1
    _let_go(at(8, 25))
    assert [letter.subject for letter in mail.outbox] == ["О test.alarm", "О test.news"]
    _let_go(at(9, 25))
    assert len(mail.outbox) == 2


def _let_go(now: datetime) -> None:
    from koopset.foundation.jobs.services import enqueue
    from koopset.foundation.notifications.jobs import DUE_JOB

    enqueue(DUE_JOB, actor=SYSTEM, now=now)
    run_pending_jobs(now=now)


@pytest.mark.usefixtures("_letters")
def test_letters_of_a_day_are_one_letter_with_all_cards_of_a_login() -> None:
    choose(news=Choice(rhythm=Rhythm.DAY), other=Choice(rhythm=Rhythm.DAY))
    for person in (1, 2):
        tell(person_ids=[person])
    tell("test.other", login_ids=[7], person_ids=[])
    tell(person_ids=[3])
    run_pending_jobs(now=NOON)
    assert [letter.to for letter in mail.outbox] == [["three@example.org"]]
    _let_go(at(9, 25))
    [_first, letter] = mail.outbox
    assert letter.subject == "3 уведомления"
    assert letter.body.count("О test.") == 3
    assert "List-Unsubscribe" in letter.extra_headers
    assert set(Notification.objects.values_list("mail", flat=True)) == {MailState.SENT}
    assert Delivery.objects.filter(outcome="sent").count() == 4


@pytest.mark.usefixtures("_letters")
def test_a_refusal_of_a_login_holds_for_all_its_cards_and_a_refusal_of_a_card_for_that_card() -> None:
    MailRefusal.objects.create(person_id=1, topic="test.news", at=NOON)
    tell(person_ids=[1, 2])
    run_pending_jobs(now=NOON)
    assert len(mail.outbox) == 1
    choose(news=Choice(mail=False))
    tell(person_ids=[1, 2, 3], login_ids=[7])
    run_pending_jobs(now=NOON)
    assert [letter.to for letter in mail.outbox] == [["seven@example.org"], ["three@example.org"]]
    assert list(MailRefusal.objects.values_list("person_id", "login_id")) == [(None, 7)]
    choose(news=Choice())
    assert not MailRefusal.objects.exists()
    assert not TopicChoice.objects.exists()


@pytest.mark.usefixtures("_letters")
def test_what_the_law_has_told_by_letter_cannot_be_refused_or_gathered(client: Client) -> None:
    choose(meeting=Choice(app=False, mail=False, push=True, rhythm=Rhythm.WEEK))
    url = letters_url(Ticket(1, None, "test.meeting")).partition("8000")[2]
    page = client.get(url).content.decode()
    assert "Так велит закон." in page
    assert "<form class" not in page
    client.post(url, {"List-Unsubscribe": "One-Click"})
    assert not MailRefusal.objects.exists()
    tell("test.meeting")
    run_pending_jobs(now=NOON)
    [letter] = mail.outbox
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "Так велит закон." in letter.body
    assert unread_count(ME) == 1
    [line] = [line for line in topic_lines(ME) if line.code == "test.meeting"]
    assert (line.app, line.mail, line.rhythm, line.may_be_gathered) == (True, True, Rhythm.NOW, False)


@pytest.mark.usefixtures("_letters")
def test_a_topic_without_the_bell_is_in_the_list_and_not_counted() -> None:
    tell()
    tell("test.other")
    choose(news=Choice(app=False))
    assert unread_count(ME) == 1


@pytest.mark.usefixtures("_letters")
def test_the_link_of_a_letter_chooses_for_its_topic_only(client: Client) -> None:
    url = letters_url(Ticket(3, None, "test.news")).partition("8000")[2]
    client.post(url, {"rhythm": "day"})
    assert TopicChoice.objects.get().rhythm == Rhythm.DAY
    tell(person_ids=[3])
    tell("test.other", person_ids=[3])
    run_pending_jobs(now=NOON)
    assert [letter.subject for letter in mail.outbox] == ["О test.other"]
    client.post(url, {"rhythm": "none"})
    assert MailRefusal.objects.get().topic == "test.news"
    assert 'value="none" checked' in client.get(url).content.decode()
    client.post(url, {"rhythm": "now"})
    assert not MailRefusal.objects.exists()
    assert TopicChoice.objects.get().rhythm == Rhythm.NOW


@pytest.mark.usefixtures("_letters")
def test_hours_of_an_own_clock_are_kept_and_quiet_all_day_is_refused() -> None:
    values: dict[str, Any] = {"quiet": True, "digest_hour": 7, "digest_weekday": 4, "zone": "Asia/Omsk"}
    hours_save(actor=ME, quiet_from=23, quiet_till=6, now=NOON, **values)
    hours_save(actor=ME, quiet_from=21, quiet_till=6, now=NOON, **values)
    assert Hours.objects.get().quiet_from == 21
    with pytest.raises(RuleViolation, match=r"notifications\.quiet_all_day"):
        hours_save(actor=ME, quiet_from=6, quiet_till=6, now=NOON, **values)
    tell(now=datetime(2026, 11, 24, 16, 0, tzinfo=UTC))  # 22:00 in Omsk, 19:00 in Moscow
    run_pending_jobs(now=datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    assert Notification.objects.get().mail == MailState.HELD


def test_a_channel_is_kept_with_a_reason_only() -> None:
    with pytest.raises(ValueError, match="why"):
        topics.register_topic("test.silent", "x", kept=(Channel.MAIL,))


# Pages --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def login(db: None, client: Client) -> Any:
    user = get_user_model()
    login = user._default_manager.create(**{user.USERNAME_FIELD: "reader@example.org"})
    client.force_login(login)
    return login


def test_the_page_of_choices_keeps_what_is_marked(client: Client, login: Any, monkeypatch) -> None:
    monkeypatch.setattr(topics, "_topics", {})
    topics.register_topic("test.news", "новости")
    topics.register_topic("test.other", "прочее")
    url = reverse("notifications:settings")
    assert "Новости".lower() in client.get(url).content.decode()
    has = {"has:test.news": "1", "has:test.other": "1"}
    sent = {"form": "topics", "app:test.news": "on", "rhythm:test.news": "week", "rhythm:test.other": "wrong"}
    everything = {f"{channel}:test.other": "on" for channel in ("app", "mail", "push")}
    assert client.post(url, has | sent | everything).status_code == 302
    row = TopicChoice.objects.get(login_id=login.pk)
    assert (row.topic, row.app, row.push, row.rhythm) == ("test.news", True, False, Rhythm.WEEK)
    assert MailRefusal.objects.get(login_id=login.pk).topic == "test.news"


def test_the_page_of_choices_says_what_is_wrong_with_hours(client: Client, login: Any) -> None:
    url = reverse("notifications:settings")
    sent = {
        "form": "hours",
        "quiet": "on",
        "quiet_from": 6,
        "quiet_till": 6,
        "digest_hour": 9,
        "digest_weekday": 0,
        "zone": "Asia/Omsk",
    }
    page = client.post(url, sent).content.decode()
    assert "Тихие часы начинаются и кончаются в один час" in page.replace("\u00a0", " ")
    assert not Hours.objects.exists()
    assert client.post(url, sent | {"quiet_till": 7}).status_code == 302
    assert Hours.objects.get(login_id=login.pk).quiet_till == 7


def test_the_log_has_ones_own_sendings_only(client: Client, login: Any) -> None:
    assert "Пока ничего" in client.get(reverse("notifications:sent")).content.decode().replace("\u00a0", " ")
    mine = notify(organisation_id=None, topic="x.y", title="Моё", login_ids=[login.pk], now=NOON)[0]
    other = notify(organisation_id=None, topic="x.y", title="Чужое", login_ids=[login.pk + 1], now=NOON)[0]
    Delivery.objects.create(notification=mine, at=NOON, place="r…@example.org", outcome="sent")
    Delivery.objects.create(notification=other, at=NOON, place="o…@example.org", outcome="sent")
    page = client.get(reverse("notifications:sent")).content.decode()
    assert "Моё" in page
    assert "r…@example.org" in page
    assert "Чужое" not in page


def test_the_office_sees_numbers_and_nobody_else(db: None) -> None:
    tenant = Tenant.objects.create(kind="snt")
    for person in range(3):
        notify(
            organisation_id=tenant.pk,
            topic="x.y",
            title="Иванову",
            person_ids=[person],
            email=person > 0,
            now=NOON,
        )
    Notification.objects.filter(person_id=2).update(mail=MailState.SENT, read_at=NOON)
    [row] = sent_counts(SYSTEM, tenant.pk, NOON - timedelta(days=1))
    assert (row.notices, row.read, row.mail) == (3, 1, {"none": 1, "waiting": 1, "sent": 1})
    assert sent_counts(SYSTEM, tenant.pk, NOON + timedelta(days=1)) == []
    with pytest.raises(Forbidden):
        sent_counts(ME, tenant.pk, NOON)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 YaBrowser/25.1 Mobile Safari/537.36", "Яндекс Браузер, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8", "браузер"),
    ],
)  # fmt: skip
def test_a_device_is_called_as_its_owner_would(agent: str, name: str) -> None:
    assert device_name(agent) == name
