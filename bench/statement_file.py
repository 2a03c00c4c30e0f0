"""A made-up bank statement 1CClientBankExchange as a bank writes it: CP1251, CRLF, one section, N payments that came in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Paid(NamedTuple):
    payer: str
    kop: int
    purpose: str


def write_statement(path: Path, payments: Iterable[Paid], *, account: str = "40703810900000000001") -> int:
    """Write the file; the sum of its payments in kopecks."""
    rows = list(payments)
    total = sum(row.kop for row in rows)
    with path.open("w", encoding="cp1251", newline="") as out:
        out.write(
            _text(
                "1CClientBankExchange",
                "ВерсияФормата=1.03",
                "Кодировка=Windows",
                "Получатель=",
                "ДатаСоздания=20.11.2026",
                "ВремяСоздания=09:00:00",
                "ДатаНачала=01.11.2026",
                "ДатаКонца=20.11.2026",
                f"РасчСчет={account}",
                "СекцияРасчСчет",
                "ДатаНачала=01.11.2026",
                "ДатаКонца=20.11.2026",
                f"РасчСчет={account}",
                "НачальныйОстаток=0.00",
                f"ВсегоПоступило={_rub(total)}",
                "ВсегоСписано=0.00",
                f"КонечныйОстаток={_rub(total)}",
                "КонецРасчСчет",
            )
        )
        for number, row in enumerate(rows, start=1):
            day = f"{number % 20 + 1:02d}.11.2026"
            out.write(
                _text(
                    "СекцияДокумент=Платежное поручение",
                    f"Номер={number}",
                    f"Дата={day}",
                    f"Сумма={_rub(row.kop)}",
                    f"ПлательщикСчет=408178102000{number:08d}",
                    f"Плательщик={row.payer}",
                    "ПлательщикИНН=0",
                    f"Плательщик1={row.payer}",
                    "ПлательщикБанк1=ПАО СБЕРБАНК",
                    "ПлательщикБИК=044525225",
                    "ПлательщикКорсчет=30101810400000000225",
                    f"ПолучательСчет={account}",
                    f"ДатаПоступило={day}",
                    "Получатель=СНТ «Тихая заводь»",
                    "ПолучательИНН=7707083893",
                    "ПолучательБанк1=ПАО СБЕРБАНК",
                    "ПолучательБИК=044525225",
                    "ПолучательКорсчет=30101810400000000225",
                    "ВидПлатежа=Электронно",
                    "ВидОплаты=01",
                    "Очередность=5",
                    f"НазначениеПлатежа={row.purpose}",
                    "КонецДокумента",
                )
            )
        out.write(_text("КонецФайла"))
    return total


def _rub(kop: int) -> str:
    return f"{kop // 100}.{kop % 100:02d}"


def _text(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"
