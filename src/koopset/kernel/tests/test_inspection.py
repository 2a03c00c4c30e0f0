import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from koopset.kernel.inspection import (
    HEAD_SIZE,
    FileReader,
    Finding,
    Inspection,
    exit_code,
    inspect_file,
    readers,
)
from koopset.kernel.violations import RuleViolation


class Reader:
    title = "Пробный файл"

    def __init__(
        self,
        format: str = "test",
        claims: Callable[[bytes, str], bool] = lambda head, name: True,
        answer: Exception | None = None,
        priority: int | None = None,
    ) -> None:
        self.format = format
        self.claim = claims
        self.answer = answer
        if priority is not None:
            self.priority = priority

    def claims(self, head: bytes, name: str) -> bool:
        return self.claim(head, name)

    def inspect(self, path: Path) -> Inspection:
        if self.answer:
            raise self.answer
        return Inspection(self.format, "utf-8", 3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kl_to_1c.txt"
    path.write_bytes(b"1CClientBankExchange\r\n" * 5000)
    return path


def _fails(head: bytes, name: str) -> bool:
    raise ValueError("head")


def _format(inspection: Inspection | None) -> str | None:
    return inspection.format if inspection else None


def test_json_has_exactly_the_promised_keys() -> None:
    inspection = Inspection(
        "1c",
        "cp1251",
        2,
        {"in_rub": "12.50", "rows": 2},
        [Finding(7, "a.b", "Строка")],
        [Finding(None, "c.d", "Файл")],
        True,
    )
    assert inspection.to_json() == {
        "format": "1c",
        "encoding": "cp1251",
        "records": 2,
        "totals": {"in_rub": "12.50", "rows": 2},
        "warnings": [{"line": 7, "code": "a.b", "text": "Строка"}],
        "errors": [{"line": None, "code": "c.d", "text": "Файл"}],
    }


def test_usable_and_exit_codes() -> None:
    wrong = [Finding(1, "a.b", "Нет")]
    assert exit_code(Inspection("f", None, 1)) == 0
    assert exit_code(Inspection("f", None, 1, warnings=wrong)) == 0
    assert exit_code(Inspection("f", None, 0, may_be_empty=True)) == 0
    assert exit_code(Inspection("f", None, 0)) == 1
    assert exit_code(Inspection("f", None, 1, errors=wrong)) == 1
    assert exit_code(None) == 2


def test_a_reader_sees_a_head_and_a_bare_name(file: Path) -> None:
    seen: list[tuple[int, str]] = []

    def claims(head: bytes, name: str) -> bool:
        seen.append((len(head), name))
        return False

    assert inspect_file(file, [Reader(claims=claims)]) is None
    assert seen == [(HEAD_SIZE, "kl_to_1c.txt")]


def test_lower_priority_is_asked_first_and_names_settle_ties(file: Path) -> None:
    late, early = Reader("late", priority=90), Reader("early", priority=1)
    plain, other = Reader("plain"), Reader("a")
    assert _format(inspect_file(file, [late, plain, early])) == "early"
    assert _format(inspect_file(file, [late, plain, other])) == "a"
    assert _format(inspect_file(file, [late, plain])) == "plain"


def test_the_first_that_claims_answers(file: Path) -> None:
    deaf = Reader("deaf", claims=lambda head, name: False, priority=1)
    assert _format(inspect_file(file, [deaf, Reader("test")])) == "test"
    assert inspect_file(file, []) is None


def test_a_reader_that_breaks_becomes_an_error(file: Path) -> None:
    inspection = inspect_file(file, [Reader(answer=KeyError("x"))])
    assert inspection is not None
    assert [(e.line, e.code) for e in inspection.errors] == [(None, "file.unreadable")]
    assert inspection.format == "test"
    assert exit_code(inspection) == 1


def test_a_refusal_of_a_rule_keeps_its_code_and_line(file: Path) -> None:
    inspection = inspect_file(file, [Reader(answer=RuleViolation("money.bad_amount", line=9))])
    assert inspection is not None
    assert [(e.line, e.code) for e in inspection.errors] == [(9, "money.bad_amount")]


def test_a_reader_that_breaks_when_asked_does_not_stop_the_others(file: Path) -> None:
    broken = Reader("broken", claims=_fails, priority=1)
    assert _format(inspect_file(file, [broken, Reader("test")])) == "test"
    alone = inspect_file(file, [broken])
    assert alone is not None
    assert [e.code for e in alone.errors] == ["file.unreadable"]


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        inspect_file(tmp_path / "no.txt", [])


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


READER = """
class R:
    format = {0!r}
    title = {0!r}
    priority = {1}
    def claims(self, head, name): return False
    def inspect(self, path): raise NotImplementedError
READER = R()
"""


def test_rooms_are_searched_without_being_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbidden = "raise RuntimeError('imported')"
    _write(
        tmp_path,
        {
            "town/__init__.py": "",
            "town/bank/__init__.py": "",
            "town/bank/models.py": forbidden,
            "town/bank/services/__init__.py": forbidden,
            "town/bank/formats/__init__.py": "",
            "town/bank/formats/one.py": READER.format("one", 60),
            "town/bank/formats/words.py": "WORDS = 1",
            "town/bank/formats/xml/__init__.py": "",
            "town/bank/formats/xml/three.py": READER.format("three", 10),
            "town/bank/formats/tests/__init__.py": forbidden,
            "town/bank/payments/__init__.py": "",
            "town/bank/payments/formats/__init__.py": READER.format("two", 50),
        },
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    try:
        assert [reader.format for reader in readers("town")] == ["three", "two", "one"]
        assert readers("town") == readers("town")
        assert "town.bank.models" not in sys.modules
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "town":
                del sys.modules[name]


def test_a_house_without_rooms_has_no_readers() -> None:
    assert readers("koopset.no_such_floor") == []


def test_a_defect_in_a_format_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, {"hamlet/__init__.py": "", "hamlet/formats/__init__.py": "import no_such_library"})
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError):
        readers("hamlet")


def test_the_test_reader_keeps_the_contract() -> None:
    reader: FileReader = Reader()
    assert reader.title == "Пробный файл"
