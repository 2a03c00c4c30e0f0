from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from koopset.foundation.files import StoredFile, access, file_delete, file_store
from koopset.foundation.files.names import safe_name
from koopset.foundation.rights import actors
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Grant
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(kind="snt")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def store(tenant: Tenant, content: Any = PDF, name: str = "акт.pdf", **more) -> StoredFile:
    return file_store(
        organisation_id=tenant.pk, name=name, content=content, kind="test", actor=SYSTEM, **more
    )


def test_a_file_is_kept_by_its_digest_once_in_an_organisation(tenant: Tenant, tmp_path) -> None:
    first, second = store(tenant), store(tenant, name="копия.pdf")
    assert first.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first.size, first.media_type, first.path) == (len(PDF), "application/pdf", second.path)
    with first.open() as stream:
        assert stream.read() == PDF
    assert store(Tenant.objects.create(kind="snt")).path != first.path


class Endless(io.RawIOBase):
    """A stream that tells how much was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 1024 * 1024
        self.given += size
        return b"a" * size


def test_a_file_is_read_in_parts_and_no_further_than_the_limit(tenant: Tenant, tmp_path) -> None:
    stream = Endless()
    with pytest.raises(RuleViolation) as refusal:
        store(tenant, stream, "a.txt", max_bytes=3 * 1024 * 1024)
    assert (refusal.value.code, refusal.value.params) == ("files.too_large", {"limit_mb": 3})
    assert stream.given <= 4 * 1024 * 1024
    assert not StoredFile.objects.filter(organisation=tenant).exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "files.empty"),
        (PDF, "a.png", "files.lying_extension"),
        (b"MZ" + b"\0" * 200, "a.pdf", "files.lying_extension"),
        (b"MZ" + b"\0" * 200, "a.csv", "files.lying_extension"),
        (b"<html><script>", "a.html", "files.not_allowed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "files.not_allowed"),
        (b"MZ", "a.exe", "files.not_allowed"),
        (PDF, "a", "files.not_allowed"),
        (zipped("word/document.xml"), "a.xlsx", "files.lying_extension"),
        (zipped("a.exe"), "a.docx", "files.lying_extension"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "files.old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "files.old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", "files.locked_table"),
    ],
)
def test_what_is_not_what_it_says_is_refused(tenant: Tenant, content: bytes, name: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        store(tenant, content, name)
    assert refusal.value.code == code
    assert not StoredFile.objects.filter(organisation=tenant).exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG, "ф.png"),
        (zipped("xl/workbook.xml"), "a.xlsx"),
        (zipped("word/document.xml"), "a.DOCX"),
        (zipped("anything"), "a.zip"),
        ("Имя;Сумма\n".encode("cp1251"), "a.csv"),
        ("Имя".encode("utf-16"), "a.txt"),
        (b"<?xml version='1.0'?><a/>", "a.xml"),
    ],
)
def test_what_is_honest_is_taken(tenant: Tenant, content: bytes, name: str) -> None:
    assert store(tenant, content, name).size == len(content)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Иван\\реестр.xlsx", "реестр.xlsx"),
        ("a\x00b\u202etxt.exe", "abtxt.exe"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        (" ... ", "file"),
        ("", "file"),
        ("я" * 300 + ".pdf", "я" * 116 + ".pdf"),
    ],
)
def test_names_carry_no_tricks(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def test_bytes_go_with_the_last_row_that_has_them(tenant: Tenant, django_capture_on_commit_callbacks) -> None:
    first, second = store(tenant), store(tenant)
    with django_capture_on_commit_callbacks(execute=True):
        file_delete(file=first)
    second.open().close()
    with django_capture_on_commit_callbacks(execute=True):
        file_delete(file=second)
    with pytest.raises(FileNotFoundError):
        second.open()


@pytest.fixture
def chair(client: Client, tenant: Tenant, monkeypatch) -> Actor:
    user = get_user_model()
    login = user._default_manager.create(**{user.USERNAME_FIELD: "chair@example.org"})
    client.force_login(login)

    class Source:
        def grants_of(self, *, login_id, person_ids, on):
            return [Grant(tenant.pk, Role.CHAIR)] if login_id == login.pk else []

        def persons_with(self, *, role, organisation_id, on):
            return []

    monkeypatch.setattr(actors, "_role_sources", [Source()])
    return Actor(ActorKind.PERSON, login_id=login.pk)


def test_downloads_are_attachments_for_those_who_may(
    client: Client, tenant: Tenant, chair: Actor, monkeypatch
) -> None:
    file = store(tenant, name="Акт «приёма».pdf")
    url = reverse("files:download", args=[tenant.pk, file.pk])
    assert client.get(url).status_code == 404  # nobody has said who may
    monkeypatch.setattr(access, "_checks", {"test": lambda actor, found: actor.login_id == chair.login_id})
    answer = client.get(url)
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert client.get(url + "?view").headers["Content-Disposition"].startswith("inline")
    text = store(tenant, b"<script>alert(1)</script>", "a.txt")
    shown = client.get(reverse("files:download", args=[tenant.pk, text.pk]) + "?view")
    assert shown["Content-Disposition"].startswith("attachment")
    monkeypatch.setattr(access, "_checks", {"test": lambda actor, found: False})
    assert client.get(url).status_code == 404


def test_files_of_another_organisation_are_absent(
    client: Client, tenant: Tenant, chair: Actor, monkeypatch
) -> None:
    monkeypatch.setattr(access, "_checks", {"test": lambda actor, found: True})
    foreign = store(Tenant.objects.create(kind="snt"))
    assert client.get(reverse("files:download", args=[tenant.pk, foreign.pk])).status_code == 404
    assert client.get(foreign.url).status_code == 404


def test_whoever_brought_a_file_may_take_it(client: Client, tenant: Tenant, chair: Actor) -> None:
    file = file_store(organisation_id=tenant.pk, name="a.pdf", content=PDF, kind="test.other", actor=chair)
    assert client.get(file.url).status_code == 200
