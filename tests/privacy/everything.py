"""A person of whom the platform holds everything it can hold, under a surname that occurs nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.apps import apps
from django.db import models

from koopset.apps.billing import factories as billing
from koopset.apps.billing import services as billing_services
from koopset.apps.billing.models import PersonalAccount
from koopset.apps.billing.payments.factories import Doc, post, statement_text
from koopset.apps.organisations.factories import make_role
from koopset.apps.organisations.models import BankAccount
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, Person
from koopset.apps.people.services import person_update
from koopset.apps.register.factories import make_membership, make_unit
from koopset.apps.register.models import Unit
from koopset.foundation.access.models import ApiToken
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import SYSTEM, Actor, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SURNAME, PHONE, EMAIL = "Зябликов", "+7 921 555-01-77", "zyablikov@example.org"


@dataclass
class Everything:
    organisation_id: int
    login: Login
    card: Person
    own: Person
    unit: Unit
    account: PersonalAccount
    chair: Actor

    @property
    def actor(self) -> Actor:
        return actor_for_login(self.login.pk, on=date(2026, 11, 25))


def make_everything() -> Everything:
    """A СНТ with two households: the person's, with a year's worth of all, and a neighbour's."""
    organisation = billing.make_billing_organisation("snt", name_short="СНТ «Полное»")
    pk = organisation.pk
    login = make_login(EMAIL)
    card = make_person(
        pk,
        name=f"{SURNAME} Захар Захарович",
        login=login,
        email=EMAIL,
        phone=PHONE,
        postal_address="188760, Приозерск, Тихая улица, 7",
        birth_date=date(1961, 5, 4),
        inn="500100732259",
    )
    person_update(
        actor=SYSTEM, organisation_id=pk, person_id=card.pk, phone="+7 921 555-01-78", now=NOW
    )  # the former phone stands in the history
    person_update(actor=SYSTEM, organisation_id=pk, person_id=card.pk, phone=PHONE, now=NOW)
    own = make_person(None, name=f"{SURNAME} Захар Захарович", login=login, email=EMAIL)
    unit = make_unit(pk, "77", owners=[card])
    make_membership(pk, card)
    make_unit(pk, "78", owners=[make_person(pk, name="Соседова Мария Ивановна")])
    chair = make_role(pk, Role.CHAIR)
    assert chair.person.login_id is not None
    account = billing_services.personal_account_open(
        actor=SYSTEM,
        organisation_id=pk,
        number="77",
        payer_id=card.pk,
        unit_ids=[unit.pk],
        opened_on=date(2026, 1, 1),
        now=NOW,
    )
    billing.make_fee(pk)
    month = Month(2026, 11)
    billing.post_month(pk, month=month)
    billing_services.documents_issue(actor=SYSTEM, organisation_id=pk, month=month, now=NOW)
    run_pending_jobs(now=NOW)
    number = BankAccount.objects.get(organisation_id=pk, main_from__isnull=False).number
    purpose = f"Взнос, {SURNAME} З. З., лицевой счёт {account.payment_code}"
    post(pk, statement_text(number, [Doc(300_00, purpose, f"{SURNAME} Захар Захарович", date(2026, 11, 20))]))
    ApiToken.objects.create(
        login=login, name="1С", sha256="5ec2e7" + "0" * 58, prefix="ks_abc", created_at=NOW
    )
    notify(
        organisation_id=pk,
        person_ids=[card.pk],
        topic="billing.document",
        title=f"Квитанция, {SURNAME} З. З.",
        text="Готова",
        now=NOW,
    )
    return Everything(
        pk,
        login,
        card,
        own,
        unit,
        PersonalAccount.objects.get(organisation_id=pk, pk=account.pk),
        actor_for_login(chair.person.login_id, on=date(2026, 11, 25)),
    )


def places_of(*words: str) -> set[str]:
    """Model and field of every row of the whole database in which a word stands."""
    found = set()
    with across_tenants("a test looks for a name everywhere"):
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField):
                    values = model._default_manager.values_list(field.attname, flat=True)
                    texts = (
                        json.dumps(value, ensure_ascii=False)
                        if isinstance(field, models.JSONField)
                        else str(value)
                        for value in values
                    )
                    if any(word.lower() in text.lower() for text in texts for word in words):
                        found.add(f"{model._meta.label}.{field.name}")
    return found
