"""How each of many recipients wants to be told, asked in five queries for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q

from koopset.foundation.notifications.addresses import Address, addresses_of
from koopset.foundation.notifications.models import Hours, MailRefusal, Notification, Rhythm, TopicChoice
from koopset.foundation.notifications.timing import Timing, digest_at, quiet_until
from koopset.foundation.notifications.topics import Channel, Topic, topic_of

Who = tuple[int | None, int | None]


def zone_of(name: str) -> ZoneInfo:
    """The zone by its name, else the platform's."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def timing_of(row: Hours | None) -> Timing:
    """The hours of a login; the usual ones where it chose none."""
    if row is None:
        return Timing(zone_of(""), quiet=settings.QUIET_HOURS)
    return Timing(
        zone_of(row.zone), row.quiet, row.quiet_from, row.quiet_till, row.digest_hour, row.digest_weekday
    )


class Wishes:
    """The wishes behind `rows`. What a login chose goes before what a card of it chose by a link in a letter."""

    def __init__(self, rows: Sequence[Notification]) -> None:
        persons = {row.person_id for row in rows if row.person_id is not None}
        logins = {row.login_id for row in rows if row.login_id is not None}
        topics = {row.topic for row in rows}
        # A person's address comes with the login that unites the cards, so a notice is matched by what it names.
        self._book: dict[Who, Address] = {
            (one.person_id, None if one.person_id is not None else one.login_id): one
            for one in addresses_of(person_ids=persons, login_ids=logins)
        }
        logins |= {one.login_id for one in self._book.values() if one.login_id is not None}
        of_these = Q(topic__in=topics) & (Q(person_id__in=persons) | Q(login_id__in=logins))
        self._refused = set(
            MailRefusal.objects.filter(of_these).values_list("person_id", "login_id", "topic")
        )
        self._chosen = {
            (one.person_id, one.login_id, one.topic): one for one in TopicChoice.objects.filter(of_these)
        }
        self._hours = {one.login_id: one for one in Hours.objects.filter(login_id__in=logins)}

    def address(self, row: Notification) -> Address | None:
        return self._book.get((row.person_id, row.login_id))

    def login_id(self, row: Notification) -> int | None:
        """The login that unites the card, or the one that the notice names."""
        found = self.address(row)
        return found.login_id if found is not None else row.login_id

    def who(self, row: Notification) -> Who:
        """One human being: notices of several cards of a login are theirs together."""
        login = self.login_id(row)
        return (None, login) if login is not None else (row.person_id, None)

    def takes(self, row: Notification, channel: Channel) -> bool:
        """Whether the recipient takes the topic by this channel, or must."""
        if channel in topic_of(row.topic).kept:
            return True
        if channel is Channel.MAIL:
            keys = {(row.person_id, row.login_id, row.topic), (None, self.login_id(row), row.topic)}
            return not keys & self._refused
        choice = self._choice(row)
        return choice is None or bool(getattr(choice, channel))

    def rhythm(self, row: Notification) -> Rhythm:
        """When its letters go; what must be told by letter or at once is never gathered."""
        topic, choice = topic_of(row.topic), self._choice(row)
        return Rhythm.NOW if choice is None or not may_be_gathered(topic) else Rhythm(choice.rhythm)

    def held_until(self, row: Notification, channel: Channel, now: datetime) -> datetime | None:
        """The hour for which the notice must wait; None: it may go out now."""
        due = row.mail_due_at if channel is Channel.MAIL else row.push_due_at
        if due is not None or topic_of(row.topic).urgent:
            return None  # it has waited already, or must not
        timing = timing_of(self._hours.get(self.login_id(row) or 0))
        if channel is Channel.MAIL and (rhythm := self.rhythm(row)) != Rhythm.NOW:
            return digest_at(now, rhythm, timing)
        return quiet_until(now, timing)

    def _choice(self, row: Notification) -> TopicChoice | None:
        login = self.login_id(row)
        return self._chosen.get((None, login, row.topic)) or self._chosen.get(
            (row.person_id, row.login_id, row.topic)
        )


def may_be_gathered(topic: Topic) -> bool:
    """Whether letters of the topic may wait for a letter of a day or a week."""
    return not topic.urgent and Channel.MAIL not in topic.kept
