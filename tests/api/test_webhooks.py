"""From an event of a room to a signed request: once for each subscriber, again after failures, given up after a day."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.billing import factories as billing
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_actor
from koopset.foundation.events import publish
from koopset.foundation.jobs.models import Job
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.webhooks import deliveries, sending, services, targets
from koopset.foundation.webhooks.catalogue import event_names, outside_events
from koopset.foundation.webhooks.jobs import KEEP
from koopset.foundation.webhooks.models import Attempt, Delivery, Message, SigningSecret, Subscription
from koopset.foundation.webhooks.sending import Answer
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://receiver.example.org/hook"
GOOD, BAD = Answer(200, "", 12, "ok"), Answer(500, "", 8, "oops")


class Outside:
    """The internet of a test: what came, and what is answered."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes, dict[str, str]]] = []
        self.answers: list[Answer] = []
        self.otherwise = GOOD

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.came.append((url, body, dict(headers)))
        return self.answers.pop(0) if self.answers else self.otherwise

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _url, body, _headers in self.came]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    found = Outside()
    monkeypatch.setattr(sending, "send", found.send)
    monkeypatch.setattr(targets, "lookup", lambda host, port: ["93.184.215.14"])
    return found


@pytest.fixture
def home() -> int:
    return int(billing.make_billing_organisation().pk)


@pytest.fixture
def chair(home: int) -> Actor:
    return make_actor(Role.CHAIR, home)


def subscribed(chair: Actor, home: int, *events: str, **options: Any) -> tuple[Subscription, str]:
    return services.webhook_add(
        actor=chair,
        organisation_id=home,
        name="1С",
        url=options.pop("url", URL),
        events=events or list(event_names()),
        now=NOW,
        **options,
    )


def charged(home: int) -> None:
    billing.make_account(home)
    billing.make_fee(home)
    billing.post_month(home)


def run(now: datetime = NOW) -> list[Job]:
    return run_pending_jobs(now=max(now, timezone.now()))


def only(model: Any, home: int, **asked: Any) -> Any:
    return model.objects.get(organisation_id=home, **asked)


def bytes_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def is_signed(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    """As a receiver checks it, by the published rule alone."""
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(bytes_of(secret), text, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


def test_an_event_comes_signed_with_ids_and_links_only(outside: Outside, home: int, chair: Actor) -> None:
    row, secret = subscribed(chair, home, "charges.posted")
    charged(home)
    run()
    ((url, body, headers),) = outside.came
    told = json.loads(body)
    assert url == URL
    assert set(told) == {"id", "type", "created_at", "organisation_id", "data", "links"}
    assert (told["type"], told["organisation_id"]) == ("charges.posted", home)
    assert told["data"]["month"] == "2026-11"
    assert told["links"]["charge_run"].endswith(f"/api/v1/o/{home}/charge-runs/{told['data']['run_id']}")
    assert is_signed(secret, body, headers)
    assert not is_signed(secret, body + b" ", headers)
    assert headers["webhook-id"] == told["id"]
    assert headers["webhook-key-id"] == f"{row.pk}-1"
    attempt = only(Attempt, home)
    assert (attempt.status, attempt.milliseconds, attempt.answer, attempt.is_good) == (200, 12, "ok", True)
    assert only(Delivery, home).state == "done"


def test_no_secret_is_kept(outside: Outside, home: int, chair: Actor) -> None:
    _row, secret = subscribed(chair, home)
    kept = repr(SigningSecret.objects.filter(organisation_id=home).values())
    assert secret not in kept
    assert bytes_of(secret).hex() not in kept


def test_what_nobody_asked_for_is_not_told(outside: Outside, home: int, chair: Actor) -> None:
    charged(home)  # nobody listens: one question, no job
    assert not Job.objects.filter(organisation_id=home, kind="webhooks.take").exists()
    subscribed(chair, home, "months.closed")
    subscribed(make_actor(Role.CHAIR, other := make_organisation().pk), other)
    billing.make_account(home)
    run()
    assert outside.types == []


def test_rolled_back_is_not_told(outside: Outside, home: int, chair: Actor) -> None:
    from koopset.apps.ledger.events import MonthReopened

    subscribed(chair, home)
    with transaction.atomic():
        publish(MonthReopened(home, 202610))
        transaction.set_rollback(True)
    run()
    assert outside.came == []
    with transaction.atomic():
        publish(MonthReopened(home, 202610))
    run()
    assert outside.types == ["month.reopened"]


def test_every_event_of_the_catalogue_can_be_told(outside: Outside, home: int, chair: Actor) -> None:
    """Each event's data fits its own schema, its links are paths of this API, and nothing in it is a name."""
    from django.urls import resolve

    from koopset.apps.billing import events as billing_events
    from koopset.apps.billing.payments import events as payment_events
    from koopset.apps.ledger import events as ledger_events
    from koopset.apps.meetings import events as meeting_events
    from koopset.apps.purchases import events as purchase_events
    from koopset.apps.purchases.settlement import events as settlement_events
    from koopset.apps.register import events as register_events

    day = NOW.date()
    examples = [
        billing_events.ChargesPosted(home, 1, 202611),
        billing_events.ChargeCorrected(home, 1, None, 2, -100),
        billing_events.DocumentsIssued(home, 1, 202611),
        billing_events.PersonalAccountOpened(home, 1),
        billing_events.PersonalAccountClosed(home, 1),
        payment_events.StatementPosted(home, 1),
        payment_events.PaymentsMatched(home, 1, (2, 3)),
        payment_events.PaymentMoved(home, 1, (2,)),
        payment_events.PaymentTakenBack(home, 1),
        payment_events.PaymentEntered(home, 1),
        ledger_events.MonthsClosed(home, (202609, 202610)),
        ledger_events.MonthReopened(home, 202610),
        register_events.UnitTransferred(home, 1, day, (5,), (6,)),
        register_events.RegisterLoaded(home, (1, 2, 3), day),
        register_events.MembershipChanged(home, 1, day, True),
        purchase_events.RoundOpened(home, 1),
        purchase_events.RoundStopped(home, 1),
        purchase_events.RoundSent(home, 1),
        purchase_events.RoundCancelled(home, 1),
        settlement_events.RoundReceived(home, 1),
        settlement_events.RoundSettled(home, 1),
        settlement_events.ClaimAnswered(home, 2),
        meeting_events.MeetingNoticed(home, 1),
        meeting_events.MeetingOpened(home, 1),
        meeting_events.MeetingClosed(home, 1, True),
        meeting_events.DecisionAdopted(home, 1, 2, 3, "fee"),
    ]
    subscribed(chair, home)
    for event in examples:
        deliveries.hear(event)
    run()
    run(timezone.now() + timedelta(minutes=10))  # a round of sending takes twenty
    assert set(outside.types) == set(event_names()) == {one.name for one in outside_events()}
    for _url, body, _headers in outside.came:
        told = json.loads(body)
        for link in told["links"].values():
            assert resolve("/" + link.split("/", 3)[3].partition("?")[0]).url_name != "api-unknown", link
        assert set(told["data"]) <= {
            "run_id", "month", "months", "charge_id", "corrects_id", "account_id", "issue_id", "statement_id", "line_id",
            "payment_id", "payment_ids", "unit_id", "on", "count", "person_id",
            "round_id", "claim_id", "meeting_id", "item_id", "decision_id",
        }  # fmt: skip


def test_the_rooms_do_tell(outside: Outside, home: int, chair: Actor) -> None:
    """Real work of the rooms, not events made by a test."""
    from datetime import date

    from koopset.apps.billing.payments.services import payment_enter_by_hand, payment_take_back
    from koopset.apps.organisations.models import BankAccount

    subscribed(chair, home)
    charged(home)
    account = billing.make_account(home)
    payment = payment_enter_by_hand(
        actor=SYSTEM,
        organisation_id=home,
        account_id=account.pk,
        amount_kop=100_00,
        received_on=date(2026, 11, 20),
        way="bank",
        key="a",
        bank_account_id=BankAccount.objects.get(organisation_id=home).pk,
        now=NOW,
    )
    payment_take_back(
        actor=SYSTEM, organisation_id=home, payment_id=payment.pk, reason="не тот участок", now=NOW
    )
    run()
    assert {"account.opened", "charges.posted", "payment.entered", "payment.taken_back"} <= set(outside.types)


def test_a_failure_is_tried_again_with_the_same_bytes(outside: Outside, home: int, chair: Actor) -> None:
    subscribed(chair, home, "charges.posted")
    outside.answers = [BAD, Answer(None, "time", 10_000)]
    charged(home)
    run()
    delivery = only(Delivery, home)
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    first = only(Attempt, home).at
    assert delivery.next_at == first + timedelta(seconds=10)
    run(first + timedelta(seconds=9))
    assert len(outside.came) == 1
    run(first + timedelta(seconds=11))
    assert len(outside.came) == 2
    delivery.refresh_from_db()
    assert delivery.next_at == first + timedelta(seconds=71)
    run(first + timedelta(minutes=2))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("done", 3)
    assert len({body for _url, body, _headers in outside.came}) == 1
    assert len({headers["webhook-id"] for _url, _body, headers in outside.came}) == 1
    # The clock of a signature is that of the attempt: an old request caught on the way is known by it.
    assert len({headers["webhook-timestamp"] for _url, _body, headers in outside.came}) == 3


def until_given_up(home: int, outside: Outside) -> datetime:
    moment = timezone.now()
    for _time in range(60):
        run(moment)
        if only(Subscription, home).state == "failing":
            return moment
        moment += timedelta(minutes=30)
    raise AssertionError("never given up")


def test_after_a_day_it_is_given_up_and_its_keeper_is_told(outside: Outside, home: int, chair: Actor) -> None:
    keeper = make_role(home, Role.CHAIR).person
    row, _secret = subscribed(chair, home, "charges.posted", "account.opened")
    outside.otherwise = BAD
    began = timezone.now()
    charged(home)
    ended = until_given_up(home, outside)
    assert timedelta(hours=20) < ended - began < timedelta(hours=30)
    told = Notification.objects.get(topic="webhooks.failing", person_id=keeper.pk)
    assert told.link == f"/o/{home}/webhooks/{row.pk}/"
    states = sorted(Delivery.objects.filter(organisation_id=home).values_list("state", flat=True))
    assert states == ["given-up", "held"]
    # A dead address is not knocked at for every message: a round ends with its first failure.
    assert len(outside.came) < 60
    # News are kept meanwhile and go out when it is on again.
    asked = len(outside.came)
    billing.make_account(home)
    run(ended + timedelta(hours=1))
    assert len(outside.came) == asked
    outside.otherwise = GOOD
    now = ended + timedelta(hours=2)
    services.webhook_resume(actor=chair, organisation_id=home, subscription_id=row.pk, now=now)
    run(now)
    assert outside.types[asked:] == ["charges.posted", "account.opened"]
    row.refresh_from_db()
    assert (row.state, row.failures, row.failing_since) == ("active", 0, None)


def test_one_message_that_cannot_be_borne_does_not_stop_the_others(
    outside: Outside, home: int, chair: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _secret = subscribed(chair, home, "charges.posted", "account.opened")

    def send(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        outside.came.append((url, body, headers))
        return BAD if b"charges.posted" in body else GOOD

    monkeypatch.setattr(sending, "send", send)
    charged(home)
    moment = timezone.now()
    for hour in range(30):
        run(moment + timedelta(hours=hour))
        billing.make_account(home)
        run(moment + timedelta(hours=hour, minutes=30))
    row.refresh_from_db()
    assert row.state == "active"
    states = Delivery.objects.filter(organisation_id=home).values_list("message__event", "state")
    assert set(states) == {("charges.posted", "given-up"), ("account.opened", "done")}


def test_switched_off_hears_nothing(outside: Outside, home: int, chair: Actor) -> None:
    row, _secret = subscribed(chair, home)
    services.webhook_pause(actor=chair, organisation_id=home, subscription_id=row.pk, now=NOW)
    charged(home)
    run()
    assert outside.came == []
    assert not Message.objects.filter(organisation_id=home).exists()
    services.webhook_test(actor=chair, organisation_id=home, subscription_id=row.pk, now=NOW)
    with pytest.raises(RuleViolation) as refused:
        services.webhook_test(actor=chair, organisation_id=home, subscription_id=row.pk, now=NOW)
    assert refused.value.code == "webhooks.test_under_way"
    run()
    assert outside.types == ["webhook.test"]


def test_a_test_that_fails_is_not_tried_again(outside: Outside, home: int, chair: Actor) -> None:
    row, _secret = subscribed(chair, home)
    outside.otherwise = BAD
    services.webhook_test(actor=chair, organisation_id=home, subscription_id=row.pk, now=NOW)
    run()
    run(timezone.now() + timedelta(days=2))
    assert len(outside.came) == 1
    row.refresh_from_db()
    assert (row.state, only(Delivery, home).state) == ("active", "given-up")


def test_send_again(outside: Outside, home: int, chair: Actor) -> None:
    row, _secret = subscribed(chair, home, "charges.posted")
    charged(home)
    run()
    delivery = only(Delivery, home)
    services.delivery_replay(actor=chair, organisation_id=home, delivery_id=delivery.pk, now=timezone.now())
    with pytest.raises(RuleViolation) as refused:
        services.delivery_replay(
            actor=chair, organisation_id=home, delivery_id=delivery.pk, now=timezone.now()
        )
    assert refused.value.code == "webhooks.still_waiting"
    run()
    assert outside.came[0][1] == outside.came[1][1]
    assert Attempt.objects.filter(organisation_id=home).count() == 2
    services.webhook_pause(actor=chair, organisation_id=home, subscription_id=row.pk, now=NOW)
    with pytest.raises(RuleViolation) as refused:
        services.delivery_replay(
            actor=chair, organisation_id=home, delivery_id=delivery.pk, now=timezone.now()
        )
    assert refused.value.code == "webhooks.not_on"


def test_a_change_of_the_secret_overlaps_for_a_day(outside: Outside, home: int, chair: Actor) -> None:
    row, old = subscribed(chair, home)
    now = timezone.now()
    _made, new = services.webhook_secret_change(
        actor=chair, organisation_id=home, subscription_id=row.pk, now=now
    )
    assert old != new
    services.webhook_test(actor=chair, organisation_id=home, subscription_id=row.pk, now=now)
    run()
    _url, body, headers = outside.came[-1]
    assert is_signed(old, body, headers)
    assert is_signed(new, body, headers)
    assert headers["webhook-key-id"] == f"{row.pk}-2 {row.pk}-1"
    later = now + timedelta(hours=25)
    services.webhook_test(actor=chair, organisation_id=home, subscription_id=row.pk, now=later)
    run(later)
    _url, body, headers = outside.came[-1]
    assert not is_signed(old, body, headers)
    assert is_signed(new, body, headers)


def test_a_round_whose_worker_died_is_planned_anew(outside: Outside, home: int, chair: Actor) -> None:
    from koopset.foundation.jobs import enqueue

    row, _secret = subscribed(chair, home, "charges.posted")
    charged(home)
    # As a worker leaves it that died after taking the address: the round is gone, the address is held.
    deliveries.take(
        home, event="charges.posted", data={"run_id": 1, "month": "2026-11"}, links={}, at=NOW, now=NOW
    )
    now = timezone.now()
    Subscription.objects.filter(organisation_id=home).update(
        held_until=now - timedelta(minutes=1), round_at=now - timedelta(hours=1)
    )
    Job.objects.filter(organisation_id=home).delete()
    enqueue("webhooks.wake_late", actor=SYSTEM, now=now)
    run(now)
    assert len(outside.came) == 1
    row.refresh_from_db()
    assert (row.held_until, row.round_at) == (None, None)


def test_two_rounds_never_share_an_address(outside: Outside, home: int, chair: Actor) -> None:
    row, _secret = subscribed(chair, home, "charges.posted")
    charged(home)
    now = timezone.now()
    Subscription.objects.filter(organisation_id=home).update(held_until=now + timedelta(minutes=1))
    run(now)
    assert outside.came == []
    assert deliveries.run_round(home, row.pk, now + timedelta(minutes=2))["sent"] == 1


def test_old_messages_are_forgotten(outside: Outside, home: int, chair: Actor) -> None:
    from koopset.foundation.jobs import enqueue

    subscribed(chair, home, "charges.posted")
    charged(home)
    run()
    later = timezone.now() + KEEP + timedelta(days=1)
    enqueue("webhooks.forget_old", actor=SYSTEM, now=later)
    run(later)
    assert not Message.objects.filter(organisation_id=home).exists()
    assert not Delivery.objects.filter(organisation_id=home).exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "webhooks.no_name"),
        ({"url": "http://example.org/"}, "webhooks.bad_address"),
        ({"url": "https://example.org:25/"}, "webhooks.bad_port"),
        ({"url": "https://inner.example.org/"}, "webhooks.inner_address"),
        ({"url": "https://nowhere.example.org/"}, "webhooks.not_found"),
        ({"events": []}, "webhooks.no_events"),
        ({"events": ["no.such"]}, "webhooks.unknown_event"),
    ],
)
def test_what_is_refused_makes_nothing(
    home: int, chair: Actor, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], code: str
) -> None:
    names = {"inner.example.org": ["93.184.215.14", "10.0.0.1"], "nowhere.example.org": []}
    monkeypatch.setattr(targets, "lookup", lambda host, port: names.get(host, ["93.184.215.14"]))
    asked: dict[str, Any] = {"name": "1С", "url": URL, "events": ["charges.posted"]} | changed
    with pytest.raises(RuleViolation) as refused:
        services.webhook_add(actor=chair, organisation_id=home, now=NOW, **asked)
    assert refused.value.code == code
    assert not Subscription.objects.filter(organisation_id=home).exists()


def test_programs_and_others_do_not_choose_where_news_go(outside: Outside, home: int, chair: Actor) -> None:
    asked: dict[str, Any] = {"name": "1С", "url": URL, "events": ["charges.posted"], "now": NOW}
    token = Actor(kind=ActorKind.TOKEN, login_id=chair.login_id, grants=chair.grants, token_id=1)
    for actor in (token, make_actor(Role.TREASURER, home), make_actor(Role.CHAIR, make_organisation().pk)):
        with pytest.raises(Forbidden):
            services.webhook_add(actor=actor, organisation_id=home, **asked)
    assert not Subscription.objects.filter(organisation_id=home).exists()


def test_at_most_twenty(outside: Outside, home: int, chair: Actor) -> None:
    for _number in range(services.MOST):
        subscribed(chair, home)
    with pytest.raises(RuleViolation) as refused:
        subscribed(chair, home)
    assert refused.value.code == "webhooks.too_many"


# Pages and calls


@pytest.fixture
def page(home: int) -> Client:
    login = make_role(home, Role.CHAIR).person.login
    assert login is not None
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(login)
    return client


def test_the_pages_from_empty_to_removed(outside: Outside, home: int, page: Client) -> None:
    import re

    root = f"/o/{home}/webhooks/"
    assert "ks-empty" in page.get(root).content.decode()
    bad = page.post(f"{root}new/", {"name": "1С", "url": "http://example.org", "events": ["charges.posted"]})
    assert (bad.status_code, "https://" in bad.content.decode()) == (200, True)
    made = page.post(f"{root}new/", {"name": "1С", "url": URL, "events": ["charges.posted"]})
    secret = re.search(r'data-copy="(whsec_[^"]+)"', made.content.decode())
    assert secret
    assert "no-store" in made["Cache-Control"]
    row = only(Subscription, home)
    one = f"{root}{row.pk}/"
    assert secret[1] not in page.get(one).content.decode()
    assert page.post(f"{one}test/").status_code == 302
    outside.otherwise = Answer(None, "tls", 5)
    run()
    shown = page.get(one).content.decode()
    assert "certificate" in shown
    delivery = only(Delivery, home)
    outside.otherwise = GOOD
    assert page.post(f"{root}deliveries/{delivery.pk}/replay/").status_code == 302
    run()
    assert ">200<" in page.get(one).content.decode()
    changed = page.post(
        f"{one}edit/", {"name": "Бот", "url": URL + "2", "events": ["months.closed", "charges.posted"]}
    )
    assert changed.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.url, row.events) == ("Бот", URL + "2", ["charges.posted", "months.closed"])
    assert "whsec_" in page.post(f"{one}secret/").content.decode()
    for action, state in (("pause", "paused"), ("resume", "active")):
        assert page.post(f"{one}{action}/").status_code == 302
        row.refresh_from_db()
        assert row.state == state
    assert page.post(f"{one}remove/").status_code == 302
    assert not Subscription.objects.filter(organisation_id=home).exists()
    assert not SigningSecret.objects.filter(organisation_id=home).exists()


def test_one_who_only_looks(outside: Outside, home: int, chair: Actor) -> None:
    row, _secret = subscribed(chair, home)
    login = make_role(home, Role.AUDITOR).person.login
    assert login is not None
    client = Client()
    client.force_login(login)
    one = f"/o/{home}/webhooks/{row.pk}/"
    shown = client.get(one).content.decode()
    assert "/test/" not in shown
    assert "/remove/" not in shown
    for action in ("test", "pause", "resume", "secret", "remove"):
        assert client.post(f"{one}{action}/").status_code == 404
    assert client.get(f"/o/{home}/webhooks/new/").status_code == 404


def test_the_calls(outside: Outside, home: int, chair: Actor, program: Any) -> None:
    row, _secret = subscribed(chair, home, "charges.posted")
    caller = program(make_role(home, Role.CHAIR).person.login)
    names = {one["name"]: one for one in caller.get("/webhook-events")["items"]}
    assert names["charges.posted"]["data_schema"]["properties"].keys() == {"run_id", "month"}
    assert [one["id"] for one in caller.get(f"/o/{home}/webhooks")["items"]] == [row.pk]
    caller.post(f"/o/{home}/webhooks/{row.pk}/test")
    outside.otherwise = BAD
    run()
    (told,) = caller.get(f"/o/{home}/webhooks/{row.pk}/deliveries")["items"]
    assert (told["state"], told["attempts"][0]["status"]) == ("given-up", 500)
    outside.otherwise = GOOD
    caller.post(f"/o/{home}/webhook-deliveries/{told['id']}/replay")
    run()
    (told,) = caller.get(f"/o/{home}/webhooks/{row.pk}/deliveries")["items"]
    assert (told["state"], len(told["attempts"])) == ("done", 2)
    assert caller.post(f"/o/{home}/webhooks/{row.pk}/pause")["state"] == "paused"
    assert caller.post(f"/o/{home}/webhooks/{row.pk}/resume")["state"] == "active"
    other = make_organisation().pk
    caller.get(f"/o/{other}/webhooks/{row.pk}/deliveries", 404)


def test_programs_is_where_we_are_on_both_its_tabs(page: Client, home: int) -> None:
    for name in ("access:keys", "webhooks:list", "webhooks:new"):
        text = page.get(reverse(name, args=[home])).content.decode()
        assert f'href="{reverse("access:keys", args=[home])}" aria-current="page"' in text, name
