from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.foundation.personal import terms as all_terms
from koopset.foundation.personal.looks import look_kinds, looked
from koopset.foundation.personal.models import Look, TermRun
from koopset.foundation.personal.terms import Setting, Settings, Term, days, run_terms
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
KIND = "people.card"


@pytest.fixture
def home():
    return Tenant.objects.create(kind="snt").pk


def looks(home):
    return list(Look.objects.filter(organisation_id=home).values_list("kind", "person_id", "count", "roles"))


def test_a_look_is_one_insert_without_a_name(home, django_assert_num_queries):
    chair, person = make_actor(Role.CHAIR, home), make_person(home)
    with django_assert_num_queries(1):
        looked(chair, home, KIND, person_id=person.pk, now=NOW)
    assert looks(home) == [(KIND, person.pk, 1, "chair")]


def test_ones_own_card_an_empty_list_and_the_platform_are_not_noted(home):
    person = make_person(home)
    looked(make_actor(Role.CHAIR, home, person_ids=frozenset({person.pk})), home, KIND, person_id=person.pk)
    looked(make_actor(Role.CHAIR, home), home, "people.persons", count=0)
    looked(SYSTEM, home, KIND, person_id=person.pk)
    assert looks(home) == []


def test_a_kind_that_nobody_named_is_a_mistake(home):
    assert KIND in look_kinds()
    with pytest.raises(LookupError):
        looked(make_actor(Role.CHAIR, home), home, "nowhere.page")


def test_the_operator_is_named_as_such(home):
    looked(make_actor(Role.OPERATOR, None), home, "people.persons", count=3, now=NOW)
    assert looks(home) == [("people.persons", None, 3, "operator")]


def test_a_look_cannot_be_changed_nor_deleted_before_its_term(home):
    looked(make_actor(Role.CHAIR, home), home, "people.persons", count=3)
    rows = Look.objects.filter(organisation_id=home)
    for deed in (lambda: rows.update(count=1), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert rows.count() == 1


def test_an_old_look_goes_by_itself_and_a_young_one_stays(home):
    chair = make_actor(Role.CHAIR, home)
    looked(chair, home, "people.persons", count=3, now=datetime(2020, 1, 1, tzinfo=UTC))
    looked(chair, home, "people.persons", count=4)
    run_terms(datetime.now(UTC))
    assert [row[2] for row in looks(home)] == [4]
    assert TermRun.objects.get(code="personal.looks", organisation_id=home).count == 1
    assert TermRun.objects.filter(code="personal.looks", organisation_id=None).count() == 1


def test_a_dated_term():
    settings = Settings(Setting(date(2027, 1, 1), 180), Setting(date(2026, 1, 1), 365))
    assert [settings.days_on(date(year, 6, 1)) for year in (2025, 2026, 2027)] == [365, 365, 180]
    assert settings.least_days == 180
    with pytest.raises(ValueError, match="needs a setting"):
        Settings()


def test_a_term_that_fails_keeps_none_of_the_others(monkeypatch):
    asked = []

    def broken(before, now):
        raise ZeroDivisionError

    def works(before, now):
        asked.append(before)
        return Counter({None: 2})

    two = {
        "t.broken": Term("t.broken", "x", "y", days(1), broken, order=1),
        "t.works": Term("t.works", "x", "y", days(2), works, order=2),
    }
    monkeypatch.setattr(all_terms, "_terms", two)
    with pytest.raises(ZeroDivisionError):
        run_terms(NOW)
    assert asked == [NOW - timedelta(days=2)]
    assert list(TermRun.objects.values_list("code", "count")) == [("t.works", 2)]


def test_run_twice_it_finds_nothing_more(home):
    looked(
        make_actor(Role.CHAIR, home), home, "people.persons", count=3, now=datetime(2020, 1, 1, tzinfo=UTC)
    )
    now = datetime.now(UTC)
    assert run_terms(now)["personal.looks"] == 1
    assert run_terms(now)["personal.looks"] == 0


def test_an_invitation_that_nobody_took_up_is_forgotten(home):
    from koopset.apps.people.models import Login, Person

    old = NOW - timedelta(days=200)
    invited = make_person(home, email="old@example.org", invited_at=old)
    stale = make_login("old@example.org", password=None, verified=False, created_at=old)
    taken = make_login("taken@example.org", password=None, created_at=old)
    kept = make_person(home, email="new@example.org", invited_at=NOW - timedelta(days=5))
    fresh = make_login("new@example.org", password=None, verified=False, created_at=old)
    assert run_terms(NOW)["people.invitations"] == 1
    assert Person.objects.get(pk=invited.pk).invited_at is None
    assert Person.objects.get(pk=kept.pk).invited_at is not None
    assert set(Login.objects.filter(pk__in=[stale.pk, taken.pk, fresh.pk])) == {taken, fresh}


def test_files_of_registers_and_of_the_inbox_go_by_their_terms(home):
    from koopset.apps.register.models import RegisterImport
    from koopset.foundation.files import StoredFile, file_store

    def brought(kind, when):
        return file_store(
            organisation_id=home,
            name="a.txt",
            content=f"{kind} {when}".encode(),
            kind=kind,
            actor=SYSTEM,
            now=when,
        )

    def loaded(state, when):
        file = brought("register-import", when)
        return RegisterImport.objects.create(
            organisation_id=home, file=file, state=state, as_of=date(2026, 1, 1), created_at=when
        )

    month, year = NOW - timedelta(days=40), NOW - timedelta(days=400)
    loaded("preview", month)
    kept = [loaded("done", month), loaded("running", year)]
    loaded("done", year)
    brought("inbox", year)
    young = brought("inbox", month)
    done = run_terms(NOW)
    assert (done["register.unloaded"], done["register.loaded"], done["portal.inbox"]) == (1, 1, 1)
    assert set(RegisterImport.objects.filter(organisation_id=home)) == set(kept)
    files = set(StoredFile.objects.filter(organisation_id=home).values_list("pk", flat=True))
    assert files == {young.pk, *(row.file_id for row in kept)}


def test_letters_notices_and_keys_go_by_their_terms():
    from koopset.foundation.access.models import ApiToken
    from koopset.foundation.notifications import notify
    from koopset.foundation.notifications.models import Delivery, Notification

    login = make_login(password=None)
    (old,) = notify(
        organisation_id=None, login_ids=[login.pk], topic="t", title="a", now=NOW - timedelta(days=1200)
    )
    (new,) = notify(
        organisation_id=None, login_ids=[login.pk], topic="t", title="b", now=NOW - timedelta(days=500)
    )
    Delivery.objects.create(notification=new, at=NOW - timedelta(days=500), outcome="sent")
    for digest, revoked in (("1", NOW - timedelta(days=400)), ("2", NOW - timedelta(days=4)), ("3", None)):
        ApiToken.objects.create(
            login=login, name="x", sha256=digest, prefix="ks", created_at=NOW, revoked_at=revoked
        )
    done = run_terms(NOW)
    assert (done["notifications.notices"], done["notifications.letters"], done["access.tokens"]) == (1, 1, 1)
    assert list(Notification.objects.all()) == [new]
    assert not Delivery.objects.exists()
    assert old.pk != new.pk
