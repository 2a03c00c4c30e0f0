from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from koopset.foundation.history import facts
from koopset.foundation.jobs.models import Worker
from koopset.foundation.tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    """Two tables of the machinery play facts: nothing refers to them."""
    monkeypatch.setattr(facts, "_declared", {"tenants.Tenant": (), "jobs.Worker": ("seen_at",)})
    facts.raise_guard(connection)
    yield
    facts.lower_guard(connection)
    monkeypatch.undo()
    facts.raise_guard(connection)


def refused(change) -> bool:
    """Whether the database refuses `change` as a change of facts; any other error is raised."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        if not facts.is_refusal(error):
            raise
        return True
    return False


def test_facts_cannot_be_changed_or_deleted_by_any_way() -> None:
    row = Tenant.objects.create(kind="snt")
    assert refused(lambda: Tenant.objects.filter(pk=row.pk).update(kind="tszh"))
    assert refused(lambda: Tenant.objects.filter(pk=row.pk).delete())
    assert refused(lambda: Tenant.objects.bulk_update([Tenant(pk=row.pk, kind="x")], ["kind"]))

    def raw(sql: str):
        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql)

        return run

    assert refused(raw(f"UPDATE tenants_tenant SET kind = 'x' WHERE id = {row.pk}"))
    assert refused(raw("DELETE FROM tenants_tenant"))
    if connection.vendor == "postgresql":
        assert refused(raw("TRUNCATE tenants_tenant CASCADE"))
    else:
        assert refused(raw(f"REPLACE INTO tenants_tenant (id, kind) VALUES ({row.pk}, 'x')"))
    assert list(Tenant.objects.values_list("kind", flat=True)) == ["snt"]


def test_facts_that_may_go_are_deleted_and_never_altered(monkeypatch) -> None:
    monkeypatch.setattr(facts, "_may_go", {"tenants.Tenant"})
    facts.raise_guard(connection)
    row = Tenant.objects.create(kind="snt")
    assert refused(lambda: Tenant.objects.filter(pk=row.pk).update(kind="tszh"))
    Tenant.objects.filter(pk=row.pk).delete()
    assert not Tenant.objects.exists()


def test_a_column_that_may_change_changes_alone() -> None:
    now = timezone.now()
    row = Worker.objects.create(name="w", started_at=now, seen_at=now)
    Worker.objects.filter(pk=row.pk).update(seen_at=timezone.now())
    assert refused(lambda: Worker.objects.filter(pk=row.pk).update(name="v"))
    assert refused(lambda: Worker.objects.filter(pk=row.pk).update(name="v", seen_at=now))
    assert Worker.objects.get().name == "w"


def test_lifted_lets_change_and_restores_the_guard_also_after_an_error() -> None:
    row = Tenant.objects.create(kind="snt")
    with pytest.raises(ZeroDivisionError), facts.lifted():  # noqa: PT012
        Tenant.objects.filter(pk=row.pk).update(kind="tszh")
        raise ZeroDivisionError
    assert Tenant.objects.get().kind == "tszh"
    assert refused(lambda: Tenant.objects.filter(pk=row.pk).delete())


def test_the_check_misses_what_is_missing_and_migrate_mends_it() -> None:
    assert facts.check_facts(databases=["default"]) == []
    facts.lower_guard(connection)
    assert [message.id for message in facts.check_facts(databases=["default"])] == ["history.E001"] * 2
    assert facts.missing(connection) == ["jobs_worker", "tenants_tenant"]
    call_command("migrate", verbosity=0)
    assert facts.missing(connection) == []


def test_a_changed_declaration_changes_the_guard(monkeypatch) -> None:
    monkeypatch.setitem(facts._declared, "jobs.Worker", ("seen_at", "name"))
    assert facts.missing(connection) == ["jobs_worker"]
    facts.raise_guard(connection)
    assert facts.missing(connection) == []
    now = timezone.now()
    row = Worker.objects.create(name="w", started_at=now, seen_at=now)
    Worker.objects.filter(pk=row.pk).update(name="v")


def test_a_table_rebuilt_by_a_migration_is_guarded_again() -> None:
    row = Tenant.objects.create(kind="snt")
    facts._before_migrate(using="default", plan=[("a migration", False)])
    with connection.schema_editor() as editor:
        field = models.CharField(max_length=40)
        field.set_attributes_from_name("kind")
        editor.alter_field(Tenant, Tenant._meta.get_field("kind"), field)
        editor.alter_field(Tenant, field, Tenant._meta.get_field("kind"))
    facts._after_migrate(using="default")
    assert refused(lambda: Tenant.objects.filter(pk=row.pk).delete())


def test_a_wrong_name_is_told() -> None:
    with pytest.raises(ValueError):
        facts.append_only("jobs.Worker", allow_update=["name"])
