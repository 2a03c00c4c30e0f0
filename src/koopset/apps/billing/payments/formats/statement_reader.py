"""The streaming reader of 1CClientBankExchange: bytes to lines, lines to sections and documents, totals at the end."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from koopset.apps.billing.payments.formats.statement_facts import (
    Direction,
    Document,
    Party,
    Section,
    way,
)
from koopset.apps.billing.payments.formats.statement_keys import (
    BALANCE_KEYS,
    BEGIN_DOCUMENT,
    FIELDS,
    KINDS,
    MAX_EXTRA_KEYS,
    NO_EXTRA,
    WIDTH,
)
from koopset.apps.billing.payments.formats.statement_layout import Layout
from koopset.apps.billing.payments.formats.statement_lines import LineByLine
from koopset.apps.billing.payments.formats.statement_summary import Findings, Header, Summary
from koopset.apps.billing.payments.formats.statement_text import StatementText
from koopset.apps.billing.payments.formats.statement_values import (
    amount_kop,
    day,
    fold_key,
    name_and_inn,
    whole_purpose,
)
from koopset.kernel.inspection import Finding
from koopset.kernel.money import format_rub

_MAX_ACCOUNTS = 10_000
_CACHE = 1 << 16
_BANKS = 1024


class StatementReader:
    """Iterates the sections and documents of one statement in the order of the file.

    ``header`` is there at once; ``warnings`` and ``errors`` grow while reading; ``summary`` and the verdict
    ``is_orders_to_bank`` are final when the iteration has ended. A reader is read once. A document whose amount or
    whose own lines cannot be understood is not yielded: an error names its line. With ``totals_only`` everything is
    checked and counted alike, but no document is made or yielded.
    """

    def __init__(
        self, source: Path | BinaryIO, own_accounts: Collection[str] = (), *, totals_only: bool = False
    ) -> None:
        self._totals_only = totals_only
        self._source = source
        self._start = source.tell() if not isinstance(source, Path) and source.seekable() else None
        self._findings_warn = Findings()
        self._findings_err = Findings()
        self.text = StatementText(self)
        self.line = 0
        self._header: dict[str, str] = {}
        self._accounts: dict[str, None] = dict.fromkeys(filter(None, own_accounts))
        self._header_accounts: dict[str, None] = {}
        self._late_accounts = False
        self._unknown_keys: set[str] = set()
        self._layouts: list[Layout] = []
        self._spellings: dict[str, str] = {}
        self._amounts: dict[str, int | None] = {}
        self._days: dict[str | None, date | None] = {"": None, None: None}
        self._payer: tuple[tuple[str | None, ...], Party] = ((), Party())
        self._payee: tuple[tuple[str | None, ...], Party] = ((), Party())
        self._banks: dict[str, str] = {}
        self._kinds: dict[str, str] = {"": ""}
        self._documents = self._sections = self._unknown = 0
        self._debit = self._credit = 0
        self._undated = 0
        self._undated_line = 0
        self._declared: list[int | None] = [None, None]
        self._all_declared = True
        self._first: dict[str, tuple[date, int | None]] = {}
        self._last: dict[str, tuple[date, int | None]] = {}
        self.summary = Summary()
        self._events = self._read()
        self._pending: list[Section | Document] = []
        # Reading on to the first event fills the header.
        for event in self._events:
            self._pending.append(event)
            break

    # What the reader tells

    @property
    def header(self) -> Header:
        """The head of the file as far as it has been read."""
        head = self._header
        return Header(
            version=head.get("ВерсияФормата", ""),
            encoding=self.text.encoding,
            declared_encoding=head.get("Кодировка", ""),
            sender=head.get("Отправитель", ""),
            receiver=head.get("Получатель", ""),
            accounts=tuple(self._header_accounts),
            created=day(head.get("ДатаСоздания", "")),
            date_from=day(head.get("ДатаНачала", "")),
            date_to=day(head.get("ДатаКонца", "")),
        )

    @property
    def own_accounts(self) -> frozenset[str]:
        """Accounts whose statement this is: of the head and of the sections read so far."""
        return frozenset(self._accounts)

    @property
    def warnings(self) -> list[Finding]:
        """What a person should know, the file being usable."""
        return self._findings_warn.items

    @property
    def errors(self) -> list[Finding]:
        """What makes the file unusable."""
        return self._findings_err.items

    @property
    def is_orders_to_bank(self) -> bool:
        """True for orders meant for a bank (1c_to_kl.txt): a sender and no section. Wishes, never facts."""
        return self._sections == 0 and self._header.get("Отправитель", "") != ""

    def __iter__(self) -> Iterator[Section | Document]:
        pending, self._pending = self._pending, []
        return chain(pending, self._events)

    def documents(self) -> Iterator[Document]:
        """The documents alone."""
        return (event for event in self if event.__class__ is Document)

    # Text to facts

    def warn(self, line: int | None, code: str, text: str) -> None:
        self._findings_warn.add(line, code, text)

    def error(self, line: int | None, code: str, text: str) -> None:
        self._findings_err.add(line, code, text)

    def _read(self) -> Iterator[Section | Document]:
        with ExitStack() as stack:
            source = self._source
            stream = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
            yield from self._cut(stream)
        self._finish()

    def _cut(self, stream: BinaryIO) -> Iterator[Section | Document]:
        """The whole file as events: documents in one step where a learnt layout fits, else line by line."""
        state = LineByLine(self)
        begins, layouts = BEGIN_DOCUMENT, self._layouts
        for text in self.text.blocks(stream):
            place, size = 0, len(text)
            while place < size:
                if layouts and not state.inside and text.startswith(begins, place):
                    for layout in layouts:
                        if layout.pattern is None:
                            continue
                        found = layout.pattern.match(text, place)
                        if found is None:
                            continue
                        end = found.end()
                        line = self.line + 1
                        self.line += text.count("\n", place, end)
                        place = end
                        extra = (
                            {
                                key: value.strip()
                                for key, group in layout.extra
                                if (value := found[group]) is not None
                            }
                            if layout.extra
                            else NO_EXTRA
                        )
                        state.quiet()
                        document = self.document(found.group(*layout.groups), line, extra)
                        if document is not None:
                            yield document
                        break
                    else:
                        found = None
                    if found is not None:
                        continue
                end = text.index("\n", place)
                self.line += 1
                line_text = text[place:end]
                place = end + 1
                yield from state.take(line_text)
        yield from state.end()

    def learn(self, keys: list[str]) -> None:
        """Remember the order of keys of a document read line by line."""
        for layout in self._layouts:
            if layout.absorb(keys):
                break
        else:
            if len(self._layouts) >= 4:
                return
            layout = Layout(keys)
            self._layouts.append(layout)
        layout.compile_when_due(FIELDS, WIDTH, self._spellings)

    def spell(self, key: str, spelling: str) -> None:
        """Remember how this file writes a key of the standard."""
        if len(self._spellings) < MAX_EXTRA_KEYS:
            self._spellings[key] = spelling

    def _date(self, text: str | None, line: int, key: str) -> date | None:
        days = self._days
        if not text or text in days:
            return days.get(text)
        value = day(text)
        if value is None and text.strip():
            self.warn(
                line, "bad-date", f"Дата в поле «{key}» непонятна: «{text.strip()[:40]}». Она пропущена."
            )
            return None
        if len(days) >= _CACHE:
            days.clear()
            days.update({"": None, None: None})
        days[text] = value
        return value

    def document(
        self, row: tuple[str | None, ...], line: int, extra: MappingProxyType[str, str] | dict[str, str]
    ) -> Document | None:
        """Make a document of a row and count it in; None, and an error, when its amount is not an amount."""
        (
            kind, number, on, amount, debited, credited,
            _, _, _, _, _, _, _, _, _,
            _, _, _, _, _, _, _, _, _,
            code, purpose, part1, part2, part3, part4, part5, part6,
        ) = row  # fmt: skip
        amounts = self._amounts
        try:
            kop = amounts[amount or ""]
        except KeyError:
            kop = amount_kop(amount or "")
            if len(amounts) >= _CACHE:
                amounts.clear()
            amounts[amount or ""] = kop
        if kop is None or kop < 0:
            said = (amount or "").strip()[:40]
            text = f"Сумма непонятна: «{said}»." if said else "У документа нет суммы."
            self.error(
                line,
                "bad-amount",
                f"{text} Документ не прочитан. Исправьте сумму или выгрузите выписку заново.",
            )
            return None
        days = self._days
        on_date = days[on] if on in days else self._date(on, line, "Дата")
        debit_date = days[debited] if debited in days else self._date(debited, line, "ДатаСписано")
        credit_date = days[credited] if credited in days else self._date(credited, line, "ДатаПоступило")
        if debit_date is None and credit_date is None:
            self._undated += 1
            self._undated_line = self._undated_line or line
        self._documents += 1
        # One side of nearly every document is the same association: the same words as in the document before are the same party.
        payer_row, payee_row = row[6:15], row[15:24]
        if payer_row == self._payer[0]:
            payer = self._payer[1]
        else:
            payer = _party(payer_row, self._banks)
            self._payer = payer_row, payer
        if payee_row == self._payee[0]:
            payee = self._payee[1]
        else:
            payee = _party(payee_row, self._banks)
            self._payee = payee_row, payee
        own = self._accounts
        payer_is_own = payer.account in own or payer.settlement_account in own
        payee_is_own = payee.account in own or payee.settlement_account in own
        if payee_is_own and not payer_is_own:
            self._credit += kop
        else:
            self._count(kop, way(payer_is_own, payee_is_own, debit_date is not None, credit_date is not None))
        if self._totals_only:
            return None
        purpose = (purpose or "").strip()
        if part1 or part2 or part3 or part4 or part5 or part6:
            purpose = whole_purpose(
                purpose, [(p or "").strip() for p in (part1, part2, part3, part4, part5, part6)]
            )
        code = (code or "").strip()
        return Document(
            self._kinds.get(kind or "") or self._kind(kind or ""),
            (number or "").strip(),
            on_date,
            kop,
            debit_date,
            credit_date,
            payer,
            payee,
            purpose,
            code if code.strip("0") else "",
            line,
            extra,
        )

    def _count(self, kop: int, where: Direction) -> None:
        if where == "in":
            self._credit += kop
        elif where == "out":
            self._debit += kop
        elif where == "own":
            self._credit += kop
            self._debit += kop
        else:
            self._unknown += 1

    def _kind(self, text: str) -> str:
        kind = KINDS.get(fold_key(text), text.strip())
        if len(self._kinds) < _CACHE:
            self._kinds[text] = kind
        return kind

    def _account(self, account: str) -> None:
        if not account or account in self._accounts:
            return
        if len(self._accounts) >= _MAX_ACCOUNTS:
            self.error(
                self.line, "too-many-accounts", "В файле слишком много расчётных счетов: файл повреждён."
            )
            return
        self._accounts[account] = None
        if self._documents:
            self._late_accounts = True

    def head(self, key: str, value: str) -> None:
        """A line of the head."""
        if key == "РасчСчет":
            if value and len(self._header_accounts) < _MAX_ACCOUNTS:
                self._header_accounts[value] = None
            self._account(value)
        elif key in ("ДатаНачала", "ДатаКонца", "ДатаСоздания"):
            if value and (day(value) is None or len(value) > 10):
                self.warn(
                    self.line,
                    "bad-date",
                    f"Дата в поле «{key}» записана с ошибкой: «{value[:40]}». "
                    "Период выписки взят по документам.",
                )
            self._header.setdefault(key, value)
        elif key != "Документ":
            self._header.setdefault(key, value)

    def section(self, values: dict[str, str], line: int) -> Section:
        """Make a section of its lines and check its arithmetic."""
        account = values.get("РасчСчет", "")
        if not account and len(self._header_accounts) == 1:
            account = next(iter(self._header_accounts))
        if not account:
            self.warn(
                line, "no-account", "В секции остатков не указан расчётный счёт: остатки не к чему отнести."
            )
        self._account(account)
        money: list[int | None] = []
        for key in BALANCE_KEYS:
            text = values.get(key, "")
            kop = amount_kop(text) if text else None
            if text and kop is None:
                self.error(
                    line, "bad-amount", f"Поле «{key}» непонятно: «{text[:40]}». Выгрузите выписку заново."
                )
            elif not text:
                self.warn(
                    line,
                    "missing-balance",
                    f"В секции счёта {account} нет поля «{key}»: остатки по ней не проверены.",
                )
            money.append(kop)
        opening, received, written_off, closing = money
        since = self._date(values.get("ДатаНачала"), line, "ДатаНачала")
        until = self._date(values.get("ДатаКонца"), line, "ДатаКонца") or since
        balanced = True
        if opening is not None and received is not None and written_off is not None and closing is not None:
            gap = opening + received - written_off - closing
            balanced = gap == 0
            if not balanced:
                self.error(
                    line,
                    "section-does-not-balance",
                    f"Секция счёта {account} не сходится: {format_rub(opening)} + {format_rub(received)} − "
                    f"{format_rub(written_off)} не равно {format_rub(closing)}, разница {format_rub(gap)}. "
                    "Документы прочитаны, остаткам этой секции верить нельзя: выгрузите выписку заново.",
                )
        section = Section(account, since, until, opening, received, written_off, closing, line, balanced)
        self._sections += 1
        if balanced:
            self._count_section(section)
        return section

    def _count_section(self, section: Section) -> None:
        for place, kop in enumerate((section.written_off_kop, section.received_kop)):
            if kop is None:
                self._all_declared = False
            else:
                self._declared[place] = (self._declared[place] or 0) + kop
        if section.account not in self._first and len(self._first) >= _MAX_ACCOUNTS:
            return
        since, until = section.date_from or date.min, section.date_to or date.min
        first, last = self._first.get(section.account), self._last.get(section.account)
        if first is None or since < first[0]:
            self._first[section.account] = (since, section.opening_kop)
        if last is None or until >= last[0]:
            self._last[section.account] = (until, section.closing_kop)

    def unknown_key(self, key: str, value: str) -> None:
        """Say once of each key the standard does not know."""
        if key not in self._unknown_keys and len(self._unknown_keys) < MAX_EXTRA_KEYS:
            self._unknown_keys.add(key)
            self.warn(
                self.line,
                "unknown-key",
                f"Поле «{key[:40]}» не входит в стандарт обмена. Оно сохранено как есть.",
            )

    # The end

    def _finish(self) -> None:
        debit, credit, unknown = self._debit, self._credit, self._unknown
        if self._late_accounts and (isinstance(self._source, Path) or self._start is not None):
            # An own account was met after documents had been counted without it: count once more, knowing all.
            if not isinstance(self._source, Path) and self._start is not None:
                self._source.seek(self._start)
            again = StatementReader(self._source, self._accounts, totals_only=True)
            for _ in again:
                pass
            debit, credit, unknown = again._debit, again._credit, again._unknown
        first = [kop for _, kop in self._first.values() if kop is not None]
        last = [kop for _, kop in self._last.values() if kop is not None]
        self.summary = Summary(
            documents=self._documents,
            sections=self._sections,
            lines=self.line,
            debit_kop=debit,
            credit_kop=credit,
            unknown_direction=unknown,
            opening_kop=sum(first) if first else None,
            closing_kop=sum(last) if last else None,
            declared_debit_kop=self._declared[0],
            declared_credit_kop=self._declared[1],
            own_accounts=self.own_accounts,
        )
        if self._documents == 0 and self._sections == 0 and not self.errors:
            self.error(
                None, "empty", "В файле нет ни документов, ни остатков. Выгрузите выписку из банка заново."
            )
        if not self.is_orders_to_bank:
            self._compare()
        self._findings_warn.close()
        self._findings_err.close()

    def _compare(self) -> None:
        summary = self.summary
        if self._undated:
            self.warn(
                self._undated_line,
                "no-posting-date",
                f"Документов без даты списания и поступления: {self._undated}. Возьмётся дата документа; проверьте её.",
            )
        if summary.unknown_direction:
            self.warn(
                None,
                "unknown-direction",
                f"Документов, по которым непонятно, приход это или расход: {summary.unknown_direction}. "
                "Проверьте, что выписка по вашему счёту.",
            )
        if not self._all_declared:
            return
        for word, declared, counted in (
            ("списания", summary.declared_debit_kop, summary.debit_kop),
            ("поступления", summary.declared_credit_kop, summary.credit_kop),
        ):
            if declared is not None and declared != counted:
                self.warn(
                    None,
                    "turnover-differs",
                    f"Банк указал {word} на {format_rub(declared)}, по документам файла {format_rub(counted)}, разница "
                    f"{format_rub(declared - counted)}. Возможно, выписка выгружена не полностью: сверьте её с банком.",
                )


def _party(row: tuple[str | None, ...], banks: dict[str, str]) -> Party:
    name, name1, inn, kpp, account, settlement, bic, bank, bank3 = [
        value.strip() if value else "" for value in row
    ]
    name, inn = name_and_inn(name or name1, inn)
    # Thousands of payers have few banks: what they are called is kept once.
    if len(banks) >= _BANKS:
        banks.clear()
    bank = bank or bank3
    bank, bic = banks.setdefault(bank, bank), banks.setdefault(bic, bic)
    return Party(
        name, inn, kpp if kpp.strip("0") else "", account or settlement, bic, bank, settlement
    )  # fmt: skip
