"""What a card must hold to be a card, in pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from ipaddress import ip_address
from typing import Any

from koopset.kernel.names import split_full_name
from koopset.kernel.requisites import inn_check
from koopset.kernel.violations import RuleViolation

NATURAL, LEGAL = "natural", "legal"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class CardData:
    """What is written on a card. `kind` is "natural" (names) or "legal" (body_name)."""

    kind: str = NATURAL
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    body_name: str = ""
    inn: str = ""
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    birth_date: date | None = None
    paper_only: bool = False


_FIELDS = tuple(field.name for field in fields(CardData))


def fields_of(data: CardData) -> dict[str, Any]:
    """What is written on a card, by the name of its field."""
    return {name: getattr(data, name) for name in _FIELDS}


def _line(text: str, limit: int) -> str:
    return _SPACES.sub(" ", text).strip()[:limit]


def phone_normal(text: str) -> str:
    """A Russian number as «+7 911 123-45-67», whatever its writing; other numbers as they came. "" stays "".

    Raises people.bad_phone where there are fewer than 5 digits or letters among them.
    """
    clean = _line(text, 64)
    if not clean:
        return ""
    digits = re.sub(r"\D", "", clean)
    if re.search(r"[^\W\d_]{4,}", clean) or len(digits) < 5 or len(clean) > 32:
        raise RuleViolation("people.bad_phone", field="phone", value=clean[:32])
    if len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    if len(digits) == 11 and digits[0] in "78":
        return f"+7 {digits[1:4]} {digits[4:7]}-{digits[7:9]}-{digits[9:]}"
    return clean


def phone_mobile(text: str) -> str:
    """A Russian mobile number as «+7 911 123-45-67»: the one kind that codes are sent to. Raises people.bad_mobile."""
    try:
        clean = phone_normal(text)
    except RuleViolation:
        clean = ""
    if not re.fullmatch(r"\+7 9\d\d \d{3}-\d\d-\d\d", clean):
        raise RuleViolation("people.bad_mobile", field="phone")
    return clean


def email_normal(text: str) -> str:
    """The address in small letters; "" stays "". Raises people.bad_email."""
    clean = text.strip().lower()
    if clean and (not _EMAIL.fullmatch(clean) or len(clean) > 254):
        raise RuleViolation("people.bad_email", field="email", value=clean[:64])
    return clean


def card_checked(data: CardData, *, today: date) -> CardData:
    """The card in the form in which it is stored.

    Raises people.no_last_name, people.no_body_name, people.bad_email, people.bad_phone, people.born_in_future, requisites.inn,
    people.inn_of_other_kind (a person's number has 12 digits, a body's 10).
    """
    if data.kind not in (NATURAL, LEGAL):
        raise RuleViolation("people.unknown_kind", field="kind")
    last_name, body_name = _line(data.last_name, 100), _line(data.body_name, 300)
    if data.kind == NATURAL and not last_name:
        raise RuleViolation("people.no_last_name", field="last_name")
    if data.kind == LEGAL and not body_name:
        raise RuleViolation("people.no_body_name", field="body_name")
    inn = data.inn.strip()
    if inn:
        try:
            inn = inn_check(inn)
        except RuleViolation as refusal:
            raise RuleViolation(refusal.code, field="inn", **refusal.params) from refusal  # type: ignore[arg-type]
        if (len(inn) == 12) != (data.kind == NATURAL):
            raise RuleViolation("people.inn_of_other_kind", field="inn", value=inn)
    if data.birth_date is not None and not date(1880, 1, 1) <= data.birth_date <= today:
        raise RuleViolation("people.bad_birth_date", field="birth_date")
    natural = data.kind == NATURAL
    return replace(
        data,
        last_name=last_name if natural else "",
        first_name=_line(data.first_name, 100) if natural else "",
        middle_name=_line(data.middle_name, 100) if natural else "",
        body_name="" if natural else body_name,
        inn=inn,
        email=email_normal(data.email),
        phone=phone_normal(data.phone),
        postal_address=_line(data.postal_address, 300),
        birth_date=data.birth_date if natural else None,
    )


_BODY = re.compile(
    r"(?:^|[\s«\"])(?:ООО|ОАО|ЗАО|ПАО|НАО|АО|СНТ|ТСН|ТСЖ|ОНТ|ДНП|ГУП|МУП|МБУ|ГБУ|ФГУП|ФГБУ|КФХ|АНО|НКО|ПК|СПК|СХПК|"
    r"Администрация|Комитет|Общество|Товарищество|Кооператив|Муниципальн\w+|Российская Федерация)(?=$|[\s»\"])",
    re.IGNORECASE,
)


def card_from_name(text: str) -> CardData:
    """A card from one cell of a register: «Иванов Иван Иванович» or «ООО «Ромашка»». A name that is one word is a surname."""
    clean = _line(text, 300)
    if _BODY.search(clean):
        return CardData(kind=LEGAL, body_name=clean)
    name = split_full_name(clean)
    return CardData(
        last_name=name.last or clean,
        first_name=name.first if name.last else "",
        middle_name=name.middle if name.last else "",
    )


def contacts_to_erase(needs: frozenset[str], *, has_postal_address: bool) -> list[str]:
    """Fields of a card that nothing needs: the register asks for one address, postal or electronic (217-ФЗ art. 12 part 5 item 2).

    The postal one stays where it is known, else the e-mail; phone, date of birth and taxpayer number never stay.
    """
    free = ["phone", "birth_date", "inn", "email", "postal_address"]
    if "address" in needs:
        free.remove("postal_address" if has_postal_address else "email")
    return free


def erased_login_email(login_id: int) -> str:
    """The address of a closed login: nobody's, yet unique."""
    return f"erased-{login_id}@erased.invalid"


# Devices and addresses, in words

_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("YaApp", "Яндекс"),
    ("MiuiBrowser", "Mi Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR", "Opera"),
    ("Edg", "Microsoft Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_POCKET = frozenset({"iPhone", "iPad", "Android", "HarmonyOS"})


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """A device as its owner would know it: names of the browser and of the system, "" where they are not known."""

    browser: str
    system: str
    is_pocket: bool


def device_words(agent: str) -> DeviceWords:
    """What a browser says of itself, in words. Never a proof of anything: anybody may say anything."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return DeviceWords(browser, system, system in _POCKET)


def address_masked(address: str) -> str:
    """The first half of a network address: enough to know one's own provider by, too little to find a house. "" for no address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if found.version == 4:
        return ".".join([*str(found).split(".")[:2], "*", "*"])
    return ":".join([*found.exploded.split(":")[:2], "*"])
