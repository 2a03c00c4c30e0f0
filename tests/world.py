"""The world of the tests that go over all pages: two organisations with everything in them, and a person in every role.

It is made once for a test file, by the rooms' own services and factories, in a transaction that is rolled back when the file
ends; each test runs in a savepoint inside it. Names of the foreign side never occur in the own one, so that a leak is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from openpyxl import Workbook
from tests.world_buying import add_families, add_needs, add_prices, add_purchases, add_settlement
from tests.world_meetings import add_meetings
from tests.world_side import ABSENT as ABSENT
from tests.world_side import MONTH, NEIGHBOURS, NOW, Side
from tests.world_voting import add_voting

from koopset.apps.billing import factories as billing
from koopset.apps.billing import services as billing_services
from koopset.apps.billing.models import DocumentIssue, PaymentDocument, PersonalAccount
from koopset.apps.billing.payments.factories import Doc, post, statement_text
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.catalogue.factories import make_learnt_name
from koopset.apps.joining.factories import make_application, make_coordinator
from koopset.apps.joining.models import PilotGroup, PilotMember
from koopset.apps.ledger.models import Operation
from koopset.apps.organisations.factories import make_bank_account, make_role
from koopset.apps.organisations.models import BankAccount, BankChange
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, SignIn, SupportVisit
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import location_set_for_room, tree_load
from koopset.apps.privacy.factories import make_export, make_request
from koopset.apps.register import services as register_services
from koopset.apps.register.factories import make_decision, make_membership, make_unit
from koopset.apps.register.models import Exclusion, MembershipApplication
from koopset.apps.register.plan import services as plan_services
from koopset.apps.register.plan.factories import bring as bring_plan
from koopset.apps.register.plan.factories import make_picture_plan, square
from koopset.foundation.access.models import ApiToken, OrganisationKey
from koopset.foundation.files import file_store
from koopset.foundation.files.models import StoredFile
from koopset.foundation.jobs.models import Job
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.models import Device, Notification
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.database import clean_tables
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.webhooks.deliveries import message_make
from koopset.foundation.webhooks.models import Attempt, Subscription
from koopset.foundation.webhooks.models import Delivery as WebhookDelivery
from koopset.portal.cabinets import CABINETS
from koopset.portal.guides import GUIDES
from koopset.portal.inbox import KIND as INBOX

ROLES_OF_OFFICES = (Role.CHAIR, Role.BOARD, Role.ACCOUNTANT, Role.TREASURER, Role.AUDITOR, Role.STAFF)


@dataclass
class World:
    """`own` is where the visitor belongs, `foreign` is another organisation; `stranger` has a login and no role anywhere."""

    own: Side
    foreign: Side
    operator: Login
    coordinator: Login
    stranger: Login
    _clients: dict[int | None, Client] = field(default_factory=dict)

    def login(self, who: Role | None) -> Login | None:
        """The login of a role in the own organisation; None for nobody."""
        if who is Role.OPERATOR:
            return self.operator
        if who is Role.COORDINATOR:
            return self.coordinator
        return self.own.logins[who] if who is not None else None

    def client(self, login: Login | None, language: str = "ru") -> Client:
        """A signed-in browser, kept for the whole file."""
        client = self._clients[login.pk if login is not None else None]
        client.cookies["koopset_language"] = language
        return client

    def sign_in(self) -> None:
        """Everybody of the own side at once: a session made inside a test would be rolled back with it."""
        self._clients[None] = Client()
        for login in (*self.own.logins.values(), self.operator, self.coordinator, self.stranger):
            self._clients[login.pk] = Client()
            self._clients[login.pk].force_login(login)


def register_table(rows: list[list[Any]]) -> bytes:
    """A register as an organisation would bring it: XLSX with a heading line."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Номер участка", "Площадь, м²", "Собственник", "Доля", "Кадастровый номер"])
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _side(mark: str, number_from: int) -> Side:
    """An organisation whose people are all called by `mark`."""
    organisation = billing.make_billing_organisation(
        name_short=f"СНТ «{mark}а»", name_full=f"Садоводческое некоммерческое товарищество «{mark}а»"
    )
    pk = organisation.pk
    side = Side(pk, marks=(mark,))
    people = (f"{mark} Имя{number} Отчество" for number in range(1, 100))

    for role in ROLES_OF_OFFICES:
        person = make_person(pk, name=next(people), login=make_login(password=None))
        assignment = make_role(pk, role, person=person)
        assert person.login is not None
        side.logins[role] = person.login
        side.ids["organisations:assignment_id"] = assignment.pk

    resident, member, other = (
        make_person(pk, name=next(people), login=make_login(password=None)) for _ in range(3)
    )
    representative = make_person(pk, name=next(people), login=make_login(password=None))
    make_role(pk, Role.REPRESENTATIVE, person=representative, for_person=resident)
    for role, person in (
        (Role.RESIDENT, resident),
        (Role.MEMBER, member),
        (Role.REPRESENTATIVE, representative),
    ):
        assert person.login is not None
        side.logins[role] = person.login
    make_membership(pk, member)

    accounts: dict[int, PersonalAccount] = {}
    for index, owner in enumerate(
        (resident, member, other, *(make_person(pk, name=next(people)) for _ in range(NEIGHBOURS)))
    ):
        unit = make_unit(
            pk,
            str(number_from + index),
            area_m2=600 + index * 50,
            owners=[(owner, Fraction(1))],
            street=f"{mark}ая улица",
        )
        if index == 0:
            side.ids["register:unit_id"] = unit.pk
        accounts[owner.pk] = billing_services.personal_account_open(
            actor=SYSTEM,
            organisation_id=pk,
            number=None,
            payer_id=owner.pk,
            unit_ids=[unit.pk],
            opened_on=date(2026, 1, 1),
            now=NOW,
        )
    # One more account without a charge of its own name, so that «to open accounts» has work.
    make_unit(
        pk, str(number_from + 99), area_m2=700, owners=[(make_person(pk, name=next(people)), Fraction(1))]
    )

    decision = make_decision(pk, title=f"О взносах, {mark}")
    fee = billing.make_fee(pk, title=f"Членский взнос {mark}", decision_id=decision.pk)
    billing.make_fee(
        pk,
        title=f"Целевой взнос {mark}",
        kind="target",
        base="account",
        rate=Decimal("1234.56"),
        decision_id=decision.pk,
    )
    runs = [billing.post_month(pk, month=month, now=NOW) for month in (MONTH.previous(), MONTH)]
    issue = billing_services.documents_issue(actor=SYSTEM, organisation_id=pk, month=MONTH, now=NOW)
    run_pending_jobs(now=NOW)
    issue = DocumentIssue.objects.get(organisation_id=pk, pk=issue.pk)
    documents = dict(PaymentDocument.objects.filter(organisation_id=pk).values_list("account_id", "pk"))

    paying = [
        Doc(
            100_00 + index,
            f"Взнос, лицевой счёт {accounts[person.pk].payment_code}",
            person.full_name,
            MONTH.first,
        )
        for index, person in enumerate((resident, member, other))
    ]
    unknown = Doc(777_00, "за что-то", f"{mark} Неизвестный", MONTH.first, number="99")
    number = BankAccount.objects.get(organisation_id=pk, main_from__isnull=False).number
    statement = post(pk, statement_text(number, [*paying, unknown]), now=NOW)
    paid = dict(Payment.objects.filter(organisation_id=pk).values_list("account_id", "pk"))

    table = register_table([[str(number_from + 500), 600, f"{mark} Новый Собственник", "1", ""]])
    with_import = register_services.import_start(
        actor=SYSTEM, organisation_id=pk, name=f"{mark}.xlsx", content=table, as_of=date(2026, 1, 1), now=NOW
    )
    dropped = file_store(
        organisation_id=pk, name=f"{mark}.txt", content=mark.encode(), kind=INBOX, actor=SYSTEM, now=NOW
    )
    file = StoredFile.objects.filter(organisation_id=pk, kind=register_services.imports.FILE_KIND).latest(
        "pk"
    )
    # A plan on a picture: its page of drawing is open too. Loading its file would draw it anew.
    make_picture_plan(pk)
    plan_services.shape_draw(
        actor=SYSTEM,
        organisation_id=pk,
        unit_id=side.ids["register:unit_id"],
        points=[[10, 10], [60, 10], [60, 50]],
        now=NOW,
    )
    plan_file = bring_plan(pk, square(0, number=str(number_from)), square(1, number="0"))
    job = Job.objects.filter(organisation_id=pk).exclude(title="").latest("pk")
    second_account = make_bank_account(pk, confirmed=False)
    notify(
        organisation_id=pk,
        person_ids=[resident.pk, member.pk],
        login_ids=[login.pk for login in side.logins.values()],
        topic="billing.document",
        title=f"Новый документ, {mark}",
        text=f"Документ готов, {mark}",
        link="",
        email=False,
        now=NOW,
    )

    living(side, resident.pk, member.pk, other.pk, representative.pk)
    side.ids |= {
        "register:number": number_from,
        "people:person_id": resident.pk,
        "register:person_id": resident.pk,
        "privacy:person_id": resident.pk,
        "register:decision_id": decision.pk,
        "register:import_id": with_import.pk,
        "organisations:account_id": second_account.pk,
        "organisations:change_id": BankChange.objects.get(organisation_id=pk).pk,
        "billing:account_id": accounts[resident.pk].pk,
        "billing:fee_id": fee.pk,
        "billing:run_id": runs[-1].pk,
        "billing:issue_id": issue.pk,
        "billing:document_id": documents[accounts[resident.pk].pk],
        "ledger:operation_id": Operation.objects.filter(organisation_id=pk).latest("pk").pk,
        "ledger:month": MONTH.previous().number,
        "ledger:code": "76.01",
        "files:file_id": file.pk,
        "portal:file_id": dropped.pk,
        "plan:file_id": plan_file.pk,
        "payments:statement_id": statement.pk,
        "payments:line_id": BankLine.objects.filter(organisation_id=pk, state="waiting").latest("pk").pk,
        "payments:payment_id": paid[accounts[resident.pk].pk],
        "privacy:request_id": make_request(
            side.logins[Role.RESIDENT].pk, organisation_id=pk, person_id=resident.pk, now=NOW
        ).pk,
        "jobs:job_id": job.pk,
        "api:job_id": job.pk,
    }
    for role, person in ((Role.RESIDENT, resident), (Role.REPRESENTATIVE, resident), (Role.MEMBER, member)):
        account = accounts[person.pk].pk
        side.own_ids[role] = {
            "billing:my:account_id": account,
            "billing:my:document_id": documents[account],
            "payments:my:payment_id": paid[account],
            "register:my:application_id": side.ids[f"register:application_of:{person.pk}"],
        }
    side.ids["billing:neighbour:account_id"] = accounts[other.pk].pk
    side.ids["payments:neighbour:payment_id"] = paid[accounts[other.pk].pk]
    side.ids["billing:neighbour:document_id"] = documents[accounts[other.pk].pk]
    return side


def _doors(side: Side) -> None:
    """A key of the organisation, and a webhook with a message that was not taken."""
    pk, mark = side.organisation_id, side.marks[0]
    key = OrganisationKey.objects.create(
        organisation_id=pk,
        name=f"Программа, {mark}",
        sha256=f"{pk:064}",
        prefix=f"ko_{pk}_",
        scopes=["register:register:view"],
        created_at=NOW,
        expires_at=NOW + timedelta(days=200),
    )
    # A number, not a name: nothing is looked up on the internet.
    subscription = Subscription.objects.create(
        organisation_id=pk,
        name=f"Приёмник, {mark}",
        url="https://93.184.215.14/hook",
        events=["charges.posted"],
        created_at=NOW,
    )
    message = message_make(pk, "charges.posted", {"run_id": 1, "month": "2026-11"}, {}, NOW)
    delivery = WebhookDelivery.objects.create(
        organisation_id=pk,
        subscription=subscription,
        message=message,
        state=WebhookDelivery.State.GIVEN_UP,
        next_at=NOW,
        created_at=NOW,
    )
    Attempt.objects.create(
        organisation_id=pk, delivery=delivery, at=NOW, status=500, milliseconds=12, answer="oops"
    )
    side.ids |= {
        "access:key_id": key.pk,
        "webhooks:subscription_id": subscription.pk,
        "webhooks:delivery_id": delivery.pk,
    }


def living(side: Side, resident_id: int, member_id: int, other_id: int, agent_id: int) -> None:
    """The living register: applications of three, an exclusion under warning, a power of attorney."""
    pk, today = side.organisation_id, timezone.localdate(NOW)
    for person_id in (resident_id, member_id, other_id):
        row = MembershipApplication.objects.create(
            organisation_id=pk,
            person_id=person_id,
            submitted_on=today,
            due_on=today,
            residence=f"{side.marks[0]}, 1",
            postal_address=f"{side.marks[0]}, 1",
            consents=True,
        )
        side.ids[f"register:application_of:{person_id}"] = row.pk
    side.ids["register:application_id"] = side.ids[f"register:application_of:{resident_id}"]
    side.ids["register:neighbour:application_id"] = side.ids[f"register:application_of:{other_id}"]
    exclusion = Exclusion.objects.create(
        organisation_id=pk,
        person_id=member_id,
        state=Exclusion.State.WARNED,
        started_on=today,
        debt_kop=123_45,
        debt_since=today,
        term_months=2,
        lawful_from=today,
    )
    power = register_services.power_record(
        actor=SYSTEM,
        organisation_id=pk,
        principal_id=resident_id,
        agent_id=agent_id,
        kind="simple",
        issued_on=today,
        scope=frozenset({"vote"}),
        now=NOW,
    )
    side.ids |= {"register:exclusion_id": exclusion.pk, "register:power_id": power.pk}


def _personal(side: Side) -> None:
    """Everybody's own notice and own key of a program."""
    for role, login in side.logins.items():
        key = ApiToken.objects.create(
            login=login, name=f"Ключ, {side.marks[0]}", sha256=f"{login.pk:064}", prefix="ks", created_at=NOW
        )
        device = Device.objects.create(
            login_id=login.pk,
            endpoint=f"https://localhost/{login.pk}",  # nothing is ever sent there
            endpoint_sha256=f"{login.pk:064}",
            name=f"Телефон, {side.marks[0]}",
            created_at=NOW,
        )
        own: dict[str, Any] = {
            "notifications:device_id": device.pk,
            "notifications:notification_id": Notification.objects.get(login_id=login.pk).pk,
            "access:token_id": key.pk,
            "privacy:export_id": make_export(login.pk, now=NOW).pk,
            "privacy:take_back:request_id": make_request(login.pk, now=NOW).pk,
            "people:sign_in_id": SignIn.objects.create(
                login=login, session_key=f"{login.pk:032}", started_at=NOW, seen_at=NOW
            ).pk,
            "people:visit_id": SupportVisit.objects.create(
                login=login, operator=login, reason=f"Посмотреть, {side.marks[0]}", asked_at=NOW
            ).pk,
        }
        for cabinet, holders in CABINETS.items():
            if role in holders:
                own["portal:cabinet"] = cabinet
        side.own_ids.setdefault(role, {}).update(own)
        side.ids.update(own)


def _district(side: Side, name: str) -> None:
    """The body lies in a district of its side; a resident applies for another body there; a group and a coordinator are of it."""
    mark, district = side.marks[0], territory_named(name)
    location_set_for_room(organisation_id=side.organisation_id, territory_id=district.pk)
    own = make_application(
        district.pk,
        login=side.logins[Role.RESIDENT],
        now=NOW,
        name_short=f"СНТ «{mark}-два»",
        elected_on=date(2026, 1, 1),
    )
    group = PilotGroup.objects.create(territory=district, name=f"Пилот, {mark}", created_at=NOW)
    PilotMember.objects.create(organisation_id=side.organisation_id, group=group, added_at=NOW)
    side.ids |= {
        "joining:application_id": own.pk,
        "joining:document_id": own.documents.order_by("pk").values_list("pk", flat=True)[0],
        "joining:body_id": side.organisation_id,
        "joining:group_id": group.pk,
        "joining:coordinator_id": make_coordinator(district.pk).pk,
    }


def build() -> World:
    """Make it all. Takes a few seconds."""
    tree_load(actor=SYSTEM, now=NOW)
    world = World(
        coordinator=make_login(password=None),
        own=_side("Родников", 100),
        foreign=_side("Чужеземцев", 7_100),
        operator=make_login(password=None, is_operator=True),
        stranger=make_login(password=None),
    )
    from koopset.apps.places.models import Territory

    territory = Territory.objects.order_by("pk").first()
    assert territory is not None
    learnt = make_learnt_name("Зюзюка хрумкая")
    make_coordinator(territory_named("Приозерский район").pk, login=world.coordinator)
    for side, district in ((world.own, "Приозерский район"), (world.foreign, "Волосовский район")):
        _personal(side)
        _doors(side)
        add_settlement(side)
        _district(side, district)
        add_needs(side, district)
        add_purchases(side)
        add_prices(side, district, is_public=side is world.own)
        add_families(side)
        add_meetings(side)
        add_voting(side)
        side.ids |= {
            "places:territory_id": territory.pk,
            "catalogue:name_id": learnt.pk,
            "people:key": urlsafe_base64_encode(force_bytes(world.stranger.pk)),
            "people:token": "not-a-token",
            "notifications:token": "not-a-token",
            "portal:cabinet": "treasurer",
            "portal:name": "register.xlsx",
            "portal:key": next(iter(GUIDES)),
            # Of the foreign side it is a request that the platform does not answer.
            "privacy:platform_request:request_id": make_request(world.stranger.pk, now=NOW).pk
            if side is world.own
            else side.ids["privacy:request_id"],
        }
    world.sign_in()
    return world


@contextmanager
def standing() -> Iterator[World]:
    """The world in a transaction that leaves nothing behind."""
    clean_tables()
    with transaction.atomic():
        yield build()
        transaction.set_rollback(True)
