"""The gates over docs and catalogues see what they are for, and let pass what is right."""

import subprocess
import sys
from pathlib import Path

import polib
import pytest

import check_docs
import check_po

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
HERE = check_docs.ROOT / "README.md"


@pytest.mark.parametrize(
    "word", ["Makefile", "scripts/gates.py", "gates.py", "kernel/money.py", "tests/harness/", "apps/billing/"]
)
def test_existing_path_passes(word):
    assert not check_docs.is_wrong_path(word, HERE)


@pytest.mark.parametrize(
    "word",
    [
        "scripts/nothing.py",
        "nothing_like_it.py",
        "docs/no-such-page.md",
        "apps/bakery/",
        "src/koopset/none.css",
    ],
)
def test_missing_path_is_found(word):
    assert check_docs.is_wrong_path(word, HERE)


@pytest.mark.parametrize(
    "word",
    [
        "/accounts/login/",
        "text/html",
        "kl_to_1c.txt",
        "и/или",
        "var/koopset.sqlite3",
        "--reuse-db",
        "<room>/api.py",
        "a b.py",
        "*.mo",
    ],
)
def test_what_is_no_path_of_ours_passes(word):
    assert not check_docs.is_wrong_path(word, HERE)


def test_document_is_read_with_line_numbers(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text(
        "# П\n\nСм. [гид](guide.md) и [сайт](https://example.org).\n```\n`nothing_here.py`\n```\n`make nonsense` `none.py`\n",
        "utf-8",
    )
    monkeypatch.setattr(check_docs, "ROOT", tmp_path)
    monkeypatch.setattr(check_docs, "make_targets", lambda: frozenset({"run"}))
    monkeypatch.setattr(check_docs, "file_names", lambda: frozenset({"page.md"}))
    assert list(check_docs.complaints_of(page)) == [
        "page.md:3: no such file: guide.md",
        "page.md:7: no such file: none.py",
        "page.md:7: no such command: make nonsense",
    ]


def entry(
    msgid: str,
    msgstr: str = "",
    *,
    plural: str = "",
    forms: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
) -> polib.POEntry:
    return polib.POEntry(
        msgid=msgid,
        msgstr=msgstr,
        msgid_plural=plural,
        msgstr_plural=dict(enumerate(forms)),
        flags=list(flags),
    )


DAYS = ("%(n)s день", "%(n)s дня", "%(n)s дней", "%(n)s дня")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (entry("Pay", "Оплатить"), []),
        (entry("Pay"), ["not translated"]),
        (entry("Pay", "Оплатить", flags=("fuzzy",)), ["fuzzy"]),
        (entry("Sum %(sum)s", "Сумма %(sum)s"), []),
        (entry("Sum %(sum)s", "Сумма %(summa)s"), ["other placeholders"]),
        (entry("Sum {sum}", "Сумма", flags=("python-brace-format",)), ["other placeholders"]),
        (entry("100 % of owners", "100 % собственников"), []),
        (entry("%(n)s day", plural="%(n)s days", forms=DAYS), []),
        (entry("One day", plural="%(n)s days", forms=("Один день", *DAYS[1:])), []),
        (entry("%(n)s day", plural="%(n)s days", forms=DAYS[:3]), ["3 plural forms instead of 4"]),
        (
            entry("%(n)s day", plural="%(n)s days", forms=("день", *DAYS[1:])),
            ["other placeholders in plural form 0"],
        ),
    ],
)
def test_complaints_of_a_message(message, expected):
    assert list(check_po.complaints_of_entry(message)) == expected


def test_compiled_catalogue_is_fresh_until_its_source_changes(tmp_path):
    folder = tmp_path / "src" / "room" / "locale" / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "compile_messages.py"
    script.write_text((SCRIPTS / "compile_messages.py").read_text("utf-8"), "utf-8")
    source, compiled = folder / "django.po", folder / "django.mo"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Pay"\nmsgstr "Оплатить"\n',
        "utf-8",
    )

    def compile_all() -> int:
        return subprocess.run([sys.executable, script], capture_output=True, timeout=60).returncode

    assert compile_all() == 0
    assert [(item.msgid, item.msgstr) for item in polib.mofile(str(compiled))] == [("Pay", "Оплатить")]
    before = compiled.stat().st_mtime_ns
    assert compile_all() == 0
    assert compiled.stat().st_mtime_ns == before
    source.write_text('msgid "Pay"\nmsgstr "Оплатить"\n<<<<<<<\n', "utf-8")
    assert compile_all() == 1
