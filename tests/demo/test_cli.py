"""The command `koopset` as a shell calls it: without settings, without a database, without a home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STATEMENT = "\r\n".join(
    [
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", "Отправитель=Банк", "ДатаНачала=01.11.2026",
        "ДатаКонца=30.11.2026", "РасчСчет=40703810400000000123", "СекцияРасчСчет", "ДатаНачала=01.11.2026",
        "ДатаКонца=30.11.2026", "РасчСчет=40703810400000000123", "НачальныйОстаток=100.00", "ВсегоПоступило=50.00",
        "ВсегоСписано=0.00", "КонечныйОстаток=150.00", "КонецРасчСчет", "СекцияДокумент=Платёжное поручение", "Номер=1",
        "Дата=02.11.2026", "Сумма=50.00", "ДатаПоступило=02.11.2026", "ПлательщикСчет=40817810900000000001",
        "Плательщик=Пример Пётр Петрович", "ПолучательСчет=40703810400000000123", "Получатель=СНТ", "НазначениеПлатежа=взнос",
        "КонецДокумента", "КонецФайла", "",
    ]
)  # fmt: skip


def koopset(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/proc/nowhere",
        "LANG": "ru_RU.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-B", "-m", "koopset.config.cli", *words],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_help_names_every_verb(tmp_path: Path) -> None:
    ran = koopset(tmp_path, "--help")
    assert ran.returncode == 0, ran.stderr
    for verb in (
        "serve",
        "worker",
        "migrate",
        "demo",
        "operator",
        "inspect",
        "ledger",
        "backup",
        "restore",
        "check",
        "manage",
    ):
        assert f"    {verb} " in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_inspect_of_a_good_statement_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kl_to_1c.txt"
    file.write_bytes(STATEMENT.encode("cp1251"))
    ran = koopset(tmp_path, "inspect", str(file))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kl_to_1c.txt"]


def test_inspect_json_has_the_promised_keys(tmp_path: Path) -> None:
    file = tmp_path / "kl_to_1c.txt"
    file.write_bytes(STATEMENT.encode("cp1251"))
    told = json.loads(koopset(tmp_path, "inspect", str(file), "--json").stdout)
    assert set(told) == {"format", "encoding", "records", "totals", "warnings", "errors"}
    assert (told["records"], told["errors"]) == (1, [])


def test_inspect_of_a_damaged_statement_is_one(tmp_path: Path) -> None:
    file = tmp_path / "kl_to_1c.txt"
    file.write_bytes(STATEMENT.replace("Сумма=50.00", "Сумма=пятьдесят").encode("cp1251"))
    ran = koopset(tmp_path, "inspect", str(file), "--json")
    assert ran.returncode == 1
    told = json.loads(ran.stdout)
    assert set(told["errors"][0]) == {"line", "code", "text"}


@pytest.mark.parametrize("words", [("--json",), ()])
def test_inspect_of_an_unknown_file_is_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "holiday.bin"
    file.write_bytes(b"\x00\x01\x02 nothing known")
    ran = koopset(tmp_path, "inspect", str(file), *words)
    assert ran.returncode == 2
    if words:
        assert json.loads(ran.stdout)["format"] is None
    else:
        assert "не узнан" in ran.stdout


def test_inspect_of_an_absent_file_is_two(tmp_path: Path) -> None:
    ran = koopset(tmp_path, "inspect", str(tmp_path / "absent.txt"))
    assert ran.returncode == 2
    assert "Нет такого файла" in ran.stderr
