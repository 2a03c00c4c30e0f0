"""What this room holds of a person: notices, how letters went, which letters are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.foundation.notifications.models import (
    Delivery,
    Device,
    Hours,
    MailRefusal,
    MailState,
    Notification,
    TopicChoice,
)
from koopset.foundation.notifications.topics import topic_name
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.rights.actors import Actor


def _mine(subject: Subject) -> Q:
    found = Q(person_id__in=subject.person_ids)
    return found | Q(login_id=subject.login_id) if subject.login_id is not None else found


def _state(value: str) -> str:
    return str(MailState(value).label)


class NotificationsData(PersonalData):
    room = "notifications"
    title = gettext_lazy("Notices and letters")
    models: ClassVar[dict[str, Any]] = {
        "notifications.Notification": gettext_lazy("a notice"),
        "notifications.MailRefusal": gettext_lazy("a refusal of letters"),
        "notifications.TopicChoice": gettext_lazy("a choice how to be told"),
        "notifications.Hours": gettext_lazy("hours of quiet"),
        "notifications.Device": gettext_lazy("a device that gets notices"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "notices",
            gettext_lazy("Notices"),
            [
                Column("created_at", _("When")),
                Column("title", _("Title")),
                Column("text", _("Text")),
                Column("read_at", _("Read")),
                Column("mail", _("Letter"), _state),
            ],
            Notification.objects.filter(_mine(subject)).order_by("pk"),
        )
        yield table(
            "letters",
            gettext_lazy("Letters sent to you"),
            [
                Column("at", _("When")),
                Column("notification__title", _("Title")),
                Column("outcome", _("Letter"), _state),
            ],
            Delivery.objects.filter(notification__in=Notification.objects.filter(_mine(subject))).order_by(
                "pk"
            ),
        )
        yield table(
            "letters-refused",
            gettext_lazy("Letters you refused"),
            [Column("topic", _("What about"), topic_name), Column("at", _("When"))],
            self._refusals(subject),
        )

        yield table(
            "choices",
            gettext_lazy("How you chose to be told"),
            [
                Column("topic", _("What about"), topic_name),
                Column("app", _("At the bell")),
                Column("push", _("On the phone")),
                Column("rhythm", _("How often")),
            ],
            TopicChoice.objects.filter(_mine(subject)).order_by("pk"),
        )
        if subject.login_id is not None:
            yield table(
                "quiet-hours",
                gettext_lazy("Hours of quiet"),
                [
                    Column("quiet", _("On")),
                    Column("quiet_from", _("From")),
                    Column("quiet_till", _("Until")),
                    Column("zone", _("Time zone")),
                ],
                Hours.objects.filter(login_id=subject.login_id),
            )
            yield table(
                "devices",
                gettext_lazy("Devices that get notices"),
                [
                    Column("name", _("Device")),
                    Column("created_at", _("Added")),
                    Column("sent_at", _("Sent last")),
                ],
                Device.objects.filter(login_id=subject.login_id).order_by("pk"),
            )

    @staticmethod
    def _refusals(subject: Subject) -> QuerySet[MailRefusal]:
        return MailRefusal.objects.filter(_mine(subject)).order_by("pk")

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        # Who stays in the register goes on being told of meetings and debts: those notices are theirs.
        if "name" in needs:
            return
        count = Notification.objects.filter(_mine(subject)).count()
        if count:
            yield Line(_("notices and the log of letters"), Fate.ERASE, count)
        refused = self._refusals(subject).count()
        if refused:
            yield Line(_("refusals of letters"), Fate.ERASE, refused)
        chosen = sum(rows.count() for rows in self._choices(subject))
        if chosen:
            yield Line(_("choices how to be told, devices"), Fate.ERASE, chosen)

    @staticmethod
    def _choices(subject: Subject) -> list[QuerySet[Any]]:
        own = [TopicChoice.objects.filter(_mine(subject))]
        if subject.login_id is None:
            return list(own)
        return [
            *own,
            Hours.objects.filter(login_id=subject.login_id),
            Device.objects.filter(login_id=subject.login_id),
        ]

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if lines:
            Notification.objects.filter(_mine(subject)).delete()
            self._refusals(subject).delete()
            for rows in self._choices(subject):
                rows.delete()
        return lines


def _forget_deliveries(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: Delivery.objects.filter(at__lt=before).delete()[0]})


def _forget_notices(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: Notification.objects.filter(created_at__lt=before).delete()[0]})


def register() -> None:
    register_personal_data(NotificationsData())
    register_told("notifications.Delivery", gettext_lazy("a letter that was sent"))
    register_term(
        Term(
            "notifications.letters",
            gettext_lazy("Log of letters that were sent"),
            gettext_lazy(
                "a year: to answer whether a notice of a meeting went out; addresses are not kept at all"
            ),
            days(365),
            _forget_deliveries,
            order=50,
        )
    )
    register_term(
        Term(
            "notifications.notices",
            gettext_lazy("Notices"),
            gettext_lazy(
                "three years: while a decision or a debt may be disputed (ГК РФ art. 181.4 and 196)"
            ),
            days(3 * 365),
            _forget_notices,
            order=50,
        )
    )
