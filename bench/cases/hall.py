"""A vote in the hall on one process: N telephones ask every six seconds what is new and vote within half a minute, beside the screen.

Each has its page open, as after coming in. Seconds are the 95th percentile of a vote, from the press to the part of the page that says it
is accepted; the floor is a bare commit of one row.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from bench.cases.pages import _peak_mib, _server
from bench.measure import Result
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings.models import AgendaItem, BallotFact, CurrentVote, Meeting
from koopset.apps.meetings.voting.factories import hall_meeting
from koopset.apps.meetings.voting.selectors.voter import crowd_of
from koopset.apps.people.models import Login, Person
from koopset.foundation.tenants.guard import across_tenants

ASK_SECONDS, WALL_SECONDS, WINDOW_SECONDS = 6.0, 3.0, 30.0
#: Seconds that a vote, and a question what is new, may take at the 95th percentile.
VOTE_LIMIT, PULSE_LIMIT = 1.0, 1.0
_CSRF = "hall" * 8


def prepare(n: int) -> None:
    """A body of N members, all in the hall, an item put to the vote."""
    call_command("migrate", verbosity=0, interactive=False)
    row, persons = hall_meeting(n)
    now = timezone.now()
    meetings.come(row, persons, now=now)
    meetings.put(row, now=now)


@dataclass
class Seen:
    """What the telephones lived through, seconds each."""

    votes: list[float] = field(default_factory=list)
    pulses: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: list[float], seconds: float) -> None:
        with self.lock:
            kind.append(seconds)

    def fault(self, text: str) -> None:
        with self.lock:
            self.faults.append(text)


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)] if values else float("inf")


def _wait(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


class Telephone(threading.Thread):
    """One voter: asks what is new, votes once at a moment of the window, goes on asking."""

    def __init__(
        self,
        port: int,
        row: Meeting,
        item_id: int,
        person_id: int,
        session: str,
        mark: str,
        seen: Seen,
        begin: float,
    ) -> None:
        super().__init__(daemon=True)
        self.item_id, self.mark = item_id, mark
        self.port, self.row, self.person_id, self.seen, self.begin = port, row, person_id, seen, begin
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={_CSRF}",
            "HX-Request": "true",
        }
        draw = random.Random(person_id)
        self.vote_at = begin + draw.uniform(1, WINDOW_SECONDS)
        self.ask_at = begin + draw.uniform(0, ASK_SECONDS)

    def run(self) -> None:
        try:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            here, mark = [self.row.organisation_id, self.row.pk], self.mark
            end = self.begin + WINDOW_SECONDS + ASK_SECONDS
            voted = False
            while time.monotonic() < end:
                if not voted and self.vote_at <= self.ask_at:
                    _wait(self.vote_at)
                    self._vote(here)
                    voted = True
                else:
                    _wait(self.ask_at)
                    self.ask_at = max(self.ask_at, time.monotonic()) + ASK_SECONDS
                    mark = self._pulse(here, mark)
            self.line.close()
        except Exception as error:  # a telephone that breaks is a fault of the measurement, told at its end
            self.seen.fault(f"{type(error).__name__}: {error}")

    def _vote(self, here: list[int]) -> None:
        body = urlencode(
            {
                "csrfmiddlewaretoken": _CSRF,
                "once": f"bench-{self.person_id}",
                "item": self.item_id,
                "voice": f"{self.person_id}-{self.person_id}",
                "mark:fees": "for",
            }
        )
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        status, _text, location = self._ask("POST", reverse("voting:cast", args=here), body, headers)
        if status == 302:
            status, _text, _nowhere = self._ask("GET", location.partition("#")[0], None, self.headers)
        self.seen.note(self.seen.votes, time.perf_counter() - start)
        if status != 200:
            self.seen.fault(f"a vote was answered {status}")

    def _ask(
        self, method: str, address: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        """Status, text and where to go on. A line that the server has closed while it was idle is opened anew, as browsers do."""
        for attempt in (1, 2):
            try:
                self.line.request(method, address, body, headers)
                answer = self.line.getresponse()
                return answer.status, answer.read().decode(), answer.headers.get("Location", "")
            except (http.client.RemoteDisconnected, ConnectionError):
                self.line.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _pulse(self, here: list[int], mark: str) -> str:
        start = time.perf_counter()
        status, text, _nowhere = self._ask(
            "GET", f"{reverse('voting:pulse', args=here)}?v={mark}", None, self.headers
        )
        self.seen.note(self.seen.pulses, time.perf_counter() - start)
        if status not in (200, 204):
            self.seen.fault(f"a pulse was answered {status}")
        _before, found, after = text.partition("/pulse/?v=")
        return after.partition('"')[0] if found else mark


def _wall(port: int, row: Meeting, session: str, seen: Seen, until: float) -> threading.Thread:
    def run() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < until:
            address = reverse("voting:hall-pulse", args=[row.organisation_id, row.pk])
            line.request("GET", address, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                seen.fault(f"the screen was answered {answer.status}")
            time.sleep(WALL_SECONDS)
        line.close()

    return threading.Thread(target=run, daemon=True)


def measure(n: int) -> list[Result]:
    with across_tenants("a bench looks at its own meeting"):
        row = Meeting.objects.get()
        persons = list(
            Person.objects.filter(keeper_id=row.organisation_id, login__isnull=False).order_by("pk")[:n]
        )
    sessions = []
    for person in persons:
        client = Client()
        assert person.login_id is not None
        client.force_login(Login.objects.get(pk=person.login_id))
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    floor = _bare(row, persons[0].pk)
    item_id = AgendaItem.objects.get(organisation_id=row.organisation_id, meeting_id=row.pk).pk
    crowd = crowd_of(row)
    connection.close()
    seen = Seen()
    with _server() as (port, pid):
        _warm(port, row, sessions[0])
        begin = time.monotonic() + 2
        phones = [
            Telephone(port, row, item_id, person.pk, session, crowd.mark(row.state, [person.pk]), seen, begin)
            for person, session in zip(persons, sessions, strict=True)
        ]
        wall = _wall(port, row, sessions[0], seen, begin + WINDOW_SECONDS)
        for thread in (*phones, wall):
            thread.start()
        for thread in (*phones, wall):
            thread.join(WINDOW_SECONDS + 120)
        peak = _peak_mib(pid)
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    counted = CurrentVote.objects.filter(**key, item="fees", voters="members", choice="for").count()
    facts = BallotFact.objects.filter(**key).count()
    result = Result("hall", n, _p95(seen.votes), floor, peak)
    for text in sorted(set(seen.faults))[:3]:
        result.at_most(text, 1, 0)
    result.at_most("votes not counted", n - counted, 0)
    result.at_most("votes written more than once", facts - n, 0)
    result.at_most("a vote, 95th percentile", _p95(seen.votes), VOTE_LIMIT, "s")
    return [
        result.at_most(
            f"what is new, 95th percentile of {len(seen.pulses)}", _p95(seen.pulses), PULSE_LIMIT, "s"
        )
    ]


def _warm(port: int, row: Meeting, session: str) -> None:
    """The first pages of a process read templates and law: nobody votes into a server that has just started."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for name in ("vote", "pulse", "hall"):
        address = reverse(f"voting:{name}", args=[row.organisation_id, row.pk])
        line.request("GET", address, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
        line.getresponse().read()
    line.close()


def _bare(row: Meeting, person_id: int) -> float:
    """The least that keeps a vote: one row in a transaction of its own, the 95th percentile of fifty."""
    table, taken = BallotFact._meta.db_table, []
    now = timezone.now() - timedelta(seconds=1)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_bare AS SELECT * FROM {table} WHERE 1 = 0")
        for _again in range(50):
            start = time.perf_counter()
            with transaction.atomic():
                cursor.execute(
                    "INSERT INTO bench_bare (organisation_id, meeting_id, elector_id, item, marks, channel, received_at)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    [row.organisation_id, row.pk, person_id, "fees", "for", "phone", now],
                )
            taken.append(time.perf_counter() - start)
        cursor.execute("DROP TABLE bench_bare")
    return _p95(taken)
