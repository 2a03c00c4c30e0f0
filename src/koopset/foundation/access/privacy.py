"""What this room holds of a person: keys of programs (never their secrets) and answers that programs were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.foundation.access.models import ApiToken, IdempotencyRecord
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


class AccessData(PersonalData):
    room = "access"
    title = gettext_lazy("Keys of programs")
    models: ClassVar[dict[str, Any]] = {
        "access.ApiToken": gettext_lazy("a key of a program"),
        "access.IdempotencyRecord": gettext_lazy("an answer to a program"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        yield table(
            "program-keys",
            gettext_lazy("Keys of programs, without the secrets"),
            [
                Column("name", _("Program")),
                Column("prefix", _("Begins with")),
                Column("scopes", _("Allowed to"), lambda scopes: ", ".join(scopes)),
                Column("created_at", _("Made")),
                Column("expires_at", _("Until")),
                Column("last_used_at", _("Last used")),
                Column("revoked_at", _("Revoked")),
            ],
            ApiToken.objects.filter(login_id=subject.login_id).order_by("pk"),
        )
        yield table(
            "program-requests",
            gettext_lazy("Requests of your programs"),
            [
                Column("created_at", _("When")),
                Column("key", _("Key of the request")),
                Column("status", _("Answer")),
            ],
            IdempotencyRecord.objects.filter(login_id=subject.login_id).order_by("pk"),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        if subject.login_id is None:
            return
        tokens = ApiToken.objects.filter(login_id=subject.login_id).count()
        if tokens:
            yield Line(_("keys of programs: revoked and deleted"), Fate.ERASE, tokens)
        answers = IdempotencyRecord.objects.filter(login_id=subject.login_id).count()
        if answers:
            yield Line(_("answers given to programs"), Fate.ERASE, answers)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if subject.login_id is not None:
            ApiToken.objects.filter(login_id=subject.login_id).delete()
            IdempotencyRecord.objects.filter(login_id=subject.login_id).delete()
        return lines


def _forget_tokens(before: datetime, now: datetime) -> Counter[int | None]:
    old = ApiToken.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))
    return Counter({None: old.delete()[0]})


def register() -> None:
    register_personal_data(AccessData())
    register_told("access.OrganisationKey", gettext_lazy("a key of an organisation for a program"))
    register_told("webhooks.Subscription", gettext_lazy("a subscription of a webhook"))
    register_term(
        Term(
            "access.tokens",
            gettext_lazy("Keys of programs that are revoked or over"),
            gettext_lazy("a year: to find out what a program did"),
            days(365),
            _forget_tokens,
            order=60,
        )
    )
