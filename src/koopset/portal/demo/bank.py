"""Statements of the invented bank: text files 1CClientBankExchange 1.03, as an internet bank gives them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from koopset.kernel.money import format_rub
from koopset.portal.demo import requisites


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account the statement is of."""

    name: str
    inn: str
    account: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the account: money in when `incoming`, else out. `party_account` may be empty."""

    day: date
    amount_kop: int
    incoming: bool
    party: str
    purpose: str
    party_inn: str = ""
    party_account: str = ""
    kind: str = "Платёжное поручение"


def _party_account(name: str) -> str:
    """An account of a person in the invented bank, the same for the same name."""
    tail = sum(ord(letter) * place for place, letter in enumerate(name, start=1)) % 10**7
    return requisites.account("40817810", f"0000{tail:07d}")


def statement_text(
    owner: Owner,
    movements: Iterable[Movement],
    *,
    date_from: date,
    date_to: date,
    opening_kop: int,
    first_number: int,
) -> tuple[bytes, int, int]:
    """The file in windows-1251, the balance at its end and the number after its last document."""
    rows = sorted(movements, key=lambda row: (row.day, row.party, row.amount_kop, row.purpose))
    came = sum(row.amount_kop for row in rows if row.incoming)
    went = sum(row.amount_kop for row in rows if not row.incoming)
    closing = opening_kop + came - went
    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "Отправитель=Приладожский банк, интернет-банк",
        "Получатель=",
        f"ДатаСоздания={_day(date_to)}",
        "ВремяСоздания=08:15:00",
        f"ДатаНачала={_day(date_from)}",
        f"ДатаКонца={_day(date_to)}",
        f"РасчСчет={owner.account}",
        "СекцияРасчСчет",
        f"ДатаНачала={_day(date_from)}",
        f"ДатаКонца={_day(date_to)}",
        f"РасчСчет={owner.account}",
        f"НачальныйОстаток={format_rub(opening_kop)}",
        f"ВсегоПоступило={format_rub(came)}",
        f"ВсегоСписано={format_rub(went)}",
        f"КонечныйОстаток={format_rub(closing)}",
        "КонецРасчСчет",
    ]
    for offset, row in enumerate(rows):
        lines += _document(owner, row, first_number + offset)
    lines.append("КонецФайла")
    return "\r\n".join([*lines, ""]).encode("cp1251"), closing, first_number + len(rows)


def _document(owner: Owner, row: Movement, number: int) -> list[str]:
    other = row.party_account or _party_account(row.party)
    we = ("Получатель", owner.account, owner.name, owner.inn)
    they = ("Плательщик", other, row.party, row.party_inn)
    if not row.incoming:
        we, they = ("Плательщик", *we[1:]), ("Получатель", *they[1:])
    lines = [
        f"СекцияДокумент={row.kind}",
        f"Номер={number}",
        f"Дата={_day(row.day)}",
        f"Сумма={format_rub(row.amount_kop)}",
        f"{'ДатаПоступило' if row.incoming else 'ДатаСписано'}={_day(row.day)}",
    ]
    for side, account, name, inn in sorted((we, they)):
        lines += [
            f"{side}Счет={account}",
            f"{side}={name}",
            f"{side}ИНН={inn}",
            f"{side}1={name}",
            f"{side}РасчСчет={account}",
            f"{side}Банк1={requisites.BANK_NAME}",
            f"{side}БИК={requisites.BIC}",
            f"{side}Корсчет={requisites.correspondent()}",
        ]
    return [*lines, "ВидОплаты=01", "Очередность=5", f"НазначениеПлатежа={row.purpose}", "КонецДокумента"]


def _day(day: date) -> str:
    return day.strftime("%d.%m.%Y")
