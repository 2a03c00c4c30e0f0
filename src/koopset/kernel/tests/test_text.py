import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.text import decode_sniff, look_alike_fold

STATEMENT = "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка={}\r\nПолучатель=\r\n"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("Windows", "cp1251"),
        ("DOS", "cp866"),
        ("UTF-8", "utf-8"),
        ("Windows", "utf-8"),
        ("DOS", "utf-8"),
        ("UTF-8", "cp1251"),
        ("Windows", "utf-8-sig"),
        ("Windows", "utf-16"),
    ],
)
def test_the_bytes_are_believed_not_the_header(declared: str, written: str) -> None:
    assert decode_sniff(STATEMENT.format(declared).encode(written)) == written


def test_dos_is_declared_by_a_whole_value() -> None:
    assert decode_sniff("Назначение=DOSTAVKA\r\n".encode("cp1251")) == "cp1251"
    assert decode_sniff("Кодировка=DOS".encode("cp866")) == "cp866"
    assert decode_sniff("Кодировка=DOS\rОтправитель=я".encode("cp866")) == "cp866"


def test_ascii_and_nothing_are_windows() -> None:
    assert decode_sniff(b"") == decode_sniff(b"1CClientBankExchange\r\n") == "cp1251"


def test_print_signs_alone_are_enough() -> None:
    assert decode_sniff("№ 5".encode()) == "utf-8"


def test_a_windows_file_with_its_last_line_in_utf8_stays_windows() -> None:
    assert decode_sniff("Плательщик=Иванов\r\n".encode("cp1251") + "КонецФайла".encode()) == "cp1251"


@pytest.mark.parametrize("cut", range(40, 60))
def test_a_head_cut_inside_a_letter_is_still_utf8(cut: int) -> None:
    assert decode_sniff(("a" * 31 + "Назначение платежа").encode()[:cut]) == "utf-8"


@given(st.binary(max_size=300))
def test_every_head_gets_a_codec_that_python_knows(head: bytes) -> None:
    head.decode(decode_sniff(head), errors="replace")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("80PC558347", "80РС558347"),
        ("Ивaнoв", "Иванов"),
        ("POCA", "РОСА"),
        ("Smith", "Smith"),
        ("Smith Ивaнoв", "Smith Иванов"),
        ("A4", "А4"),
        ("и\u0306од", "йод"),
        ("", ""),
    ],
)
def test_look_alike_fold(text: str, folded: str) -> None:
    assert look_alike_fold(text) == folded


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = look_alike_fold(text)
    assert look_alike_fold(once) == once
