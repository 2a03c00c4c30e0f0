from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login, Person
from koopset.apps.register import selectors, services
from koopset.apps.register.models import Ownership, Unit
from koopset.foundation.files.spreadsheets import read_rows
from koopset.foundation.rights.actors import actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 1, 1)
FILE = """№ участка;ФИО собственника;Площадь, сот.;Доля;Телефон;Член СНТ;Кадастровый номер
1;Иванов Иван Иванович;6,5;1/2;89111234567;да;47:07:0123456:78
1;Иванова Мария;6,5;1/2;;нет;
3;Иванов Иван Иванович;8;;;12.05.2010;
11;Смирнов Олег;семь;;;;
"""


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def actor(home):
    login = make_login(password=None)
    make_role(home.pk, Role.TREASURER, login=login)
    return actor_for_login(login.pk, on=timezone.localdate())


def check(actor, home, content, as_of=AS_OF):
    row = services.import_start(
        actor=actor,
        organisation_id=home.pk,
        name="реестр.csv",
        content=content.encode(),
        as_of=as_of,
        now=timezone.now(),
    )
    return services.import_check(actor=actor, organisation_id=home.pk, import_id=row.pk, now=timezone.now())


def load(actor, home, content, as_of=AS_OF):
    row = check(actor, home, content, as_of)
    services.import_run(actor=actor, organisation_id=home.pk, import_id=row.pk, now=timezone.now())
    run_pending_jobs()
    row.refresh_from_db()
    return row


def test_a_file_is_loaded_and_its_failed_lines_come_back(home, actor, tmp_path):
    row = load(actor, home, FILE)
    assert (row.state, row.report["done"]) == ("done", {"new": 2, "people": 2, "failed": 1})
    assert Unit.objects.filter(organisation_id=home.pk).count() == 2
    assert Person.objects.filter(keeper_id=home.pk, last_name="Иванов").count() == 1  # one person, two plots
    path = tmp_path / "failed.xlsx"
    with row.failed_file.open() as file:
        path.write_bytes(file.read())
    lines = list(read_rows(Path(path), "failed.xlsx"))
    assert lines[0].cells[-1] == "Что исправить"
    assert lines[1].cells[:3] == ["11", "Смирнов Олег", "семь"]


def test_the_same_file_again_changes_nothing(home, actor):
    load(actor, home, FILE)
    before = list(Ownership.objects.filter(organisation_id=home.pk).order_by("pk").values())
    row = load(actor, home, FILE)
    assert row.report["done"] == {"same": 2, "people": 0, "failed": 1}
    assert list(Ownership.objects.filter(organisation_id=home.pk).order_by("pk").values()) == before


def test_mended_lines_are_entered_alone(home, actor):
    load(actor, home, FILE)
    row = load(
        actor, home, "№ участка;ФИО собственника;Площадь, сот.;Что исправить\n11;Смирнов Олег;7;площадь\n"
    )
    assert row.report["done"] == {"new": 1, "people": 1}


def test_a_new_owner_is_shown_first_and_is_a_transfer(home, actor):
    load(actor, home, FILE)
    changed = FILE.replace("Иванова Мария", "Новикова Анна")
    row = check(actor, home, changed, date(2026, 6, 1))
    assert [(change["number"], change["on"]) for change in row.report["changes"]] == [("1", "2026-06-01")]
    unit = Unit.objects.get(organisation_id=home.pk, number="1")
    assert len(selectors.owners_at(home.pk, [unit.pk], date(2026, 6, 1))[unit.pk]) == 2
    assert not Person.objects.filter(
        keeper_id=home.pk, last_name="Новикова"
    ).exists()  # nothing is written before
    load(actor, home, changed, date(2026, 6, 1))
    names = {
        key: person.last_name for key, person in Person.objects.filter(keeper_id=home.pk).in_bulk().items()
    }

    def owners(day):
        return sorted(
            names[owner.person_id] for owner in selectors.owners_at(home.pk, [unit.pk], day)[unit.pk]
        )

    assert owners(date(2026, 5, 31)) == ["Иванов", "Иванова"]
    assert owners(date(2026, 6, 1)) == ["Иванов", "Новикова"]


def test_a_plot_is_loaded_whole_or_not_at_all(home, actor):
    row = load(
        actor, home, "Участок;Собственник;Доля\n1;Иванов Иван;1/2\n1;Петров Пётр;треть\n2;Сидоров Яков;\n"
    )
    assert row.report["done"] == {"new": 1, "people": 1, "failed": 1}
    assert list(Unit.objects.filter(organisation_id=home.pk).values_list("number", flat=True)) == ["2"]


def test_namesakes_with_other_contacts_are_two_people(home, actor):
    load(
        actor,
        home,
        "Участок;Собственник;Телефон\n1;Иванов Иван;89110000001\n2;Иванов Иван;89110000002\n3;Иванов Иван;89110000001\n",
    )
    assert Person.objects.filter(keeper_id=home.pk, last_name="Иванов").count() == 2


def test_pressed_twice_it_begins_once(home, actor):
    row = check(actor, home, FILE)
    services.import_run(actor=actor, organisation_id=home.pk, import_id=row.pk, now=timezone.now())
    with pytest.raises(RuleViolation) as refusal:
        services.import_run(actor=actor, organisation_id=home.pk, import_id=row.pk, now=timezone.now())
    assert refusal.value.code == "register.import_started"


def test_one_column_for_two_fields_is_refused(home, actor):
    row = check(actor, home, FILE)
    with pytest.raises(RuleViolation) as refusal:
        services.import_check(
            actor=actor,
            organisation_id=home.pk,
            import_id=row.pk,
            columns={"number": 0, "owner": 0},
            now=timezone.now(),
        )
    assert refusal.value.code == "register.column_twice"


def test_what_was_taken_out_as_a_table_is_known_when_it_comes_back(client, home, actor):
    load(actor, home, FILE)
    client.force_login(Login.objects.get(pk=actor.login_id))
    answer = client.get(reverse("register:units_xlsx", kwargs={"organisation_id": home.pk}))
    content = b"".join(answer.streaming_content)
    row = services.import_start(
        actor=actor,
        organisation_id=home.pk,
        name="реестр.xlsx",
        content=content,
        as_of=timezone.localdate(),
        now=timezone.now(),
    )
    row = services.import_check(actor=actor, organisation_id=home.pk, import_id=row.pk, now=timezone.now())
    assert row.report["counts"] == {"new": 0, "same": 2, "changed": 0, "failed": 0}
    assert row.report["ignored"] == []


def test_a_column_named_by_hand_is_known_the_next_time(home, actor):
    table = "№ участка;ФИО собственника;Чем подтверждено\n1;Смирнов Олег;договор № 7\n"
    row = check(actor, home, table)
    assert "deed" not in row.mapping["columns"]
    columns = {"number": 0, "owner": 1, "deed": 2}
    services.import_check(
        actor=actor, organisation_id=home.pk, import_id=row.pk, columns=columns, now=timezone.now()
    )
    again = check(actor, home, table.replace("Чем подтверждено", "Что-то;Чем подтверждено"))
    assert again.mapping["columns"] == {"number": 0, "owner": 1, "deed": 3}


def test_debts_may_be_loaded_where_the_register_says_the_same_already(client, home, actor):
    table = "№ участка;ФИО собственника;Долг\n1;Смирнов Олег;700\n"
    chair = make_login(password=None)
    make_role(home.pk, Role.CHAIR, login=chair)
    by_chair = actor_for_login(chair.pk, on=timezone.localdate())
    row = check(by_chair, home, table)
    page = {"organisation_id": home.pk, "import_id": row.pk}
    client.force_login(chair)
    assert (
        "Эти столбцы загружает казначей"
        in client.get(reverse("register:import", kwargs=page)).content.decode()
    )
    load(by_chair, home, table)

    row = check(actor, home, table)
    assert row.report["counts"]["same"] == 1
    client.force_login(Login.objects.get(pk=actor.login_id))
    answer = client.get(reverse("register:import", kwargs=page | {"import_id": row.pk}))
    shown = answer.content.decode().replace("\u00a0", " ")
    assert "Эти столбцы загружает казначей" not in shown
    assert "Загрузить 1 участок" in shown
    assert "внесутся лицевые счета и долги" in shown
