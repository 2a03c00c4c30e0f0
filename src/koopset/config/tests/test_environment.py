"""Each setting that is wrong is told by its number; what is right is silent."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.checks import Error, Warning

from koopset.config import checks, cli, environment
from koopset.config.environment import examine

CONFIG = Path(__file__).resolve().parents[1]
OPERATIONS = Path(__file__).resolve().parents[4] / "docs" / "operations.md"
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
#: A site that others reach, set up as docs/operations.md says.
PUBLIC = {
    "SECRET_KEY": KEY,
    "SITE_URL": "https://koopset.example.org",
    "ALLOWED_HOSTS": "koopset.example.org,127.0.0.1",
    "BEHIND_PROXY": "on",
    "DATABASE_URL": "postgres://koopset:secret@127.0.0.1/koopset",
    "CACHE_URL": "db",
    "WEB_PROCESSES": "2",
    "EMAIL_URL": "smtp+tls://user:pass%40word@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "КООПСЕТЬ <noreply@koopset.example.org>",
    "METRICS_TOKEN": "0123456789abcdef",
}


@pytest.fixture
def codes(tmp_path: Path):
    def of(values: Mapping[str, str], **changed: str) -> list[str]:
        return [finding.code for finding in examine({"KOOPSET_DATA": str(tmp_path)} | dict(values) | changed)]

    return of


def test_nothing_set_and_all_set_well_are_silent(codes) -> None:
    assert codes({}) == []
    assert codes(PUBLIC) == []


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("E001", {"DEBUG": "ture"}),
        ("E001", {"STATIC_MANIFEST": "вкл"}),
        ("E002", {"PORT": "eighty"}),
        ("E002", {"PORT": "70000"}),
        ("E002", {"UPLOAD_MAX_BYTES": "256M"}),
        ("E002", {"WEB_PROCESSES": "0"}),
        ("E003", {"JOB_HEARTBEAT_SECONDS": "30"}),
        ("E004", {"SECRET_KEY": "secret"}),
        ("E004", {"SECRET_KEY": "ab" * 40}),
        ("E005", {"SITE_URL": ""}),
        ("E006", {"SITE_URL": "koopset.example.org"}),
        ("E006", {"SITE_URL": "https://koopset.example.org/"}),
        ("E006", {"SITE_URL": "https://koopset.example.org:port"}),
        ("E007", {"SITE_URL": "http://koopset.example.org"}),
        ("E008", {"ALLOWED_HOSTS": ""}),
        ("E008", {"ALLOWED_HOSTS": "other.example.org,127.0.0.1"}),
        ("E009", {"CSRF_TRUSTED_ORIGINS": "koopset.example.org"}),
        ("E010", {"DEBUG": "on"}),
        ("E011", {"DATABASE_URL": "postgres://koopset:secret@127.0.0.1/"}),
        ("E011", {"DATABASE_URL": "mysql://koopset@127.0.0.1/koopset"}),
        ("E012", {"REDIS_URL": "redis://127.0.0.1:6379/0"}),
        ("E013", {"CACHE_URL": "memcached://127.0.0.1"}),
        ("E014", {"CACHE_URL": ""}),
        ("E014", {"CACHE_URL": "memory"}),
        ("E015", {"EMAIL_URL": "mail.example.org:587"}),
        ("E015", {"EMAIL_URL": "smtp+tls://user:pass/word@mail.example.org:587"}),
        ("E015", {"EMAIL_URL": "smtp+tls://"}),
        ("E016", {"LOG_FORMAT": "xml"}),
        ("E016", {"LOG_LEVEL": "info"}),
        ("E017", {"METRICS_TOKEN": "short"}),
        ("W001", {"KOOPSET_DATABASE": "x"}),
        ("W001", {"ALLOWED_HOST": "koopset.example.org"}),
        ("W003", {"BEHIND_PROXY": "off"}),
        ("W004", {"ALLOWED_HOSTS": "*"}),
        ("W006", {"DATABASE_URL": ""}),
        ("W007", {"EMAIL_URL": ""}),
        ("W007", {"EMAIL_URL": "consolemail://"}),
        ("W008", {"DEFAULT_FROM_EMAIL": ""}),
    ],
)
def test_each_mistake_of_a_public_site_is_told(codes, code: str, changed: dict[str, str]) -> None:
    assert codes(PUBLIC, **changed) == [code]


@pytest.mark.parametrize(
    ("told", "values"),
    [
        (["E010", "W005"], {"DEBUG": "on", "HOST": "0.0.0.0"}),
        (["W005"], {"HOST": "192.168.1.7"}),
        (["W002"], {"SITE_URL": "http://village.lan", "ALLOWED_HOSTS": ".lan", "EMAIL_URL": "smtp://mail.lan",
                    "DEFAULT_FROM_EMAIL": "a@village.lan"}),
        ([], {"DEBUG": "1"}),
        ([], {"CACHE_URL": "redis://127.0.0.1:6379/0"}),
        ([], {"REDIS_URL": "redis://127.0.0.1:6379/0", "WEB_PROCESSES": "2", "DATABASE_URL": "postgres://a@/b"}),
        ([], {"SITE_URL": "http://localhost:8000", "HOST": "::1"}),
        ([], {"EMAIL_URL": "", "DATABASE_URL": "", "SITE_URL": "", "STATIC_ROOT": "", "SECRET_KEY": ""}),
    ],
)  # fmt: skip
def test_a_site_on_ones_own_machine(codes, told: list[str], values: dict[str, str]) -> None:
    assert codes(values) == told


def test_proxy_by_trusted_origin_is_enough(codes) -> None:
    assert codes(PUBLIC, BEHIND_PROXY="off", CSRF_TRUSTED_ORIGINS="https://koopset.example.org") == []


def test_a_kept_key_that_is_too_simple_is_told(codes, tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("12345")
    assert codes({}) == ["E004"]


def test_a_folder_that_cannot_be_written_is_told(codes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert codes({"KOOPSET_DATA": str(tmp_path / "file" / "var")}) == ["E018"]
    assert codes({"STATIC_ROOT": str(tmp_path / "file")}) == ["E018"]
    assert codes({"KOOPSET_DATA": str(tmp_path / "new" / "var")}) == []
    assert not (tmp_path / "new").exists()


def test_a_restore_that_was_cut_short_is_told(codes, tmp_path: Path) -> None:
    (tmp_path / environment.RESTORING).touch()
    assert codes({}) == ["E019"]


def test_without_the_library_redis_is_told(codes, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert codes({"REDIS_URL": "redis://127.0.0.1"}) == ["E013"]


def test_no_finding_tells_a_secret(tmp_path: Path) -> None:
    values = {"KOOPSET_DATA": str(tmp_path), "SECRET_KEY": "hush1", "METRICS_TOKEN": "hush2",
              "EMAIL_URL": "smtpp://me:hush3@mail", "DATABASE_URL": "mysql://me:hush4@x/y", "CACHE_URL": "rediss:hush5"}  # fmt: skip
    found = examine(values)
    assert len(found) >= 4
    assert not re.search("hush[1234]", " ".join(finding.ru + finding.en for finding in found))


def test_the_findings_are_checks_of_django(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        os, "environ", {"KOOPSET_DATA": str(tmp_path), "LOG_FORMAT": "xml", "HOST": "0.0.0.0"}
    )
    found = checks.check_environment()
    assert [(type(one), one.id) for one in found] == [(Error, "config.E016"), (Warning, "config.W005")]
    assert "xml" in found[0].msg


@pytest.mark.parametrize("verb", ["serve", "worker", "migrate", "demo", "check"])
def test_the_command_refuses_to_start(monkeypatch, capsys, verb: str) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(SystemExit) as ended:
        cli.main([verb])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "LOG_FORMAT" in told
    assert "Поправьте настройки" in told


def test_every_variable_has_its_row_in_the_manual_and_no_other_has() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert named == environment.VARIABLES


def test_every_variable_that_is_read_is_known() -> None:
    """A setting that is added without a row in the manual is found here."""
    text = "".join((CONFIG / name).read_text("utf-8") for name in ("settings.py", "cli.py", "environment.py"))
    read = set(re.findall(r"(?:env\.\w+|environ|environ\.get|values\.get)[(\[]\"([A-Z][A-Z_]+)", text))
    assert read - {"DJANGO_SETTINGS_MODULE"} <= environment.VARIABLES | environment.OF_TESTS
    assert len(read) > 20
