"""Statement files and their documents for tests of this room and of the rooms above. All made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from koopset.apps.billing.factories import make_billing_organisation
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.models import BankStatement
from koopset.apps.organisations.selectors import own_accounts
from koopset.foundation.rights.actors import SYSTEM, Actor

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STRANGER = "40817810000000000111"


@dataclass(frozen=True, slots=True)
class Doc:
    """A document of a made-up statement."""

    kop: int
    purpose: str = "Взнос"
    payer: str = "Посторонний Пётр Петрович"
    day: date = date(2026, 11, 20)
    number: str = "1"
    out: bool = False
    other: str = STRANGER
    inn: str = ""
    both_dates: bool = False


def statement_text(
    account: str,
    documents: Iterable[Doc],
    *,
    opening_kop: int = 0,
    closing_gap: int = 0,
    since: date = date(2026, 11, 1),
    until: date = date(2026, 11, 30),
) -> str:
    """A statement of one account, for November 2026 where not told else, whose balances add up (but for `closing_gap`)."""
    listed = list(documents)
    days = [f"ДатаНачала={since:%d.%m.%Y}", f"ДатаКонца={until:%d.%m.%Y}"]
    came = sum(one.kop for one in listed if not one.out)
    went = sum(one.kop for one in listed if one.out)

    def rub(kop: int) -> str:
        return f"{kop // 100}.{kop % 100:02d}"

    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=UTF-8",
        "Получатель=КООПСЕТЬ",
        *days,
        f"РасчСчет={account}",
        "СекцияРасчСчет",
        *days,
        f"РасчСчет={account}",
        f"НачальныйОстаток={rub(opening_kop)}",
        f"ВсегоПоступило={rub(came)}",
        f"ВсегоСписано={rub(went)}",
        f"КонечныйОстаток={rub(opening_kop + came - went + closing_gap)}",
        "КонецРасчСчет",
    ]
    for one in listed:
        day = one.day.strftime("%d.%m.%Y")
        payer, payee = (account, one.other) if one.out else (one.other, account)
        lines += [
            "СекцияДокумент=Платежное поручение",
            f"Номер={one.number}",
            f"Дата={day}",
            f"Сумма={rub(one.kop)}",
            f"ДатаСписано={day if one.out or one.both_dates else ''}",
            f"ДатаПоступило={'' if one.out and not one.both_dates else day}",
            f"ПлательщикСчет={payer}",
            f"Плательщик1={'СНТ' if one.out else one.payer}",
            f"ПлательщикИНН={one.inn}",
            f"ПолучательСчет={payee}",
            f"Получатель1={one.payer if one.out else 'СНТ'}",
            f"НазначениеПлатежа={one.purpose}",
            "КонецДокумента",
        ]
    return "\r\n".join([*lines, "КонецФайла", ""])


def bring(
    organisation_id: int, content: str | bytes | Path, *, actor: Actor = SYSTEM, now: datetime = NOW
) -> BankStatement:
    """Bring a file, as a person does."""
    data = content.read_bytes() if isinstance(content, Path) else content
    return services.statement_bring(
        actor=actor,
        organisation_id=organisation_id,
        name="kl_to_1c.txt",
        content=data.encode() if isinstance(data, str) else data,
        now=now,
    )


def post(organisation_id: int, content: str | bytes | Path, *, now: datetime = NOW) -> BankStatement:
    """Bring and post a file."""
    statement = bring(organisation_id, content, now=now)
    if statement.state == BankStatement.State.REFUSED:
        return statement
    return services.statement_post(
        actor=SYSTEM, organisation_id=organisation_id, statement_id=statement.pk, now=now
    )


def make_paying_organisation(form: str = "snt") -> tuple[int, str]:
    """(organisation, number of its bank account) with books open."""
    pk = make_billing_organisation(form).pk
    return pk, next(iter(own_accounts(pk)))
