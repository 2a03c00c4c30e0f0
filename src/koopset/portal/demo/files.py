"""Files for the visitor to try: a register to load and the current month's bank statement of the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.portal.demo.mark import demo_mark
from koopset.portal.demo.names import invent_people
from koopset.portal.demo.settlement import PLOTS, Settlement

STATEMENT, REGISTER = "vypiska.txt", "reestr.xlsx"
_TYPES = {
    STATEMENT: "text/plain; charset=windows-1251",
    REGISTER: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file to download from the page of the demo."""

    name: str
    about: str | Promise


_ABOUT = {
    STATEMENT: pgettext_lazy(
        "demo", "bank statement of the current month: load it as the treasurer of the СНТ"
    ),
    REGISTER: pgettext_lazy(
        "demo",
        "register of the second stage of the settlement, 40 plots: load it as the treasurer of the СНТ",
    ),
}


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "demo"


def demo_files() -> list[DemoFile]:
    """Files that are there; none where the database is not a demo."""
    if demo_mark() is None:
        return []
    return [DemoFile(name, about) for name, about in _ABOUT.items() if (_folder() / name).is_file()]


@require_safe
@page(Gate.PUBLIC)
def demo_file_view(request: PageRequest | HttpRequest, name: str) -> FileResponse:
    """Download a file of the demo. Absent where the database is not marked; only the two names are known."""
    if demo_mark() is None or name not in _TYPES:
        raise Http404
    path = _folder() / name
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=_TYPES[name])


def write_demo_files(town: Settlement, statement: bytes) -> None:
    """Put the files into the folder of data, over those of an earlier town."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATEMENT).write_bytes(statement)
    columns = [
        Column("Участок", width=10),
        Column("Линия", width=20),
        Column("Площадь, м²", "number", 12),
        Column("Кадастровый номер", width=24),
        Column("ФИО собственника", width=36),
        Column("Доля", width=8),
        Column("Телефон", width=20),
        Column("Эл. почта", width=30),
        Column("Член СНТ", width=10),
        Column("Лицевой счёт", width=14),
    ]
    write_xlsx(
        folder / REGISTER, [Sheet("Реестр", columns, _register_rows())], created_at=town.office.calendar.now
    )


def _register_rows() -> Iterator[list[object]]:
    people = iter(invent_people(60, seed=4070))
    for number in range(PLOTS + 1, PLOTS + 41):
        owners = [next(people)] if number % 4 else [next(people), next(people)]
        for owner in owners:
            yield [
                str(number),
                "Заозёрная" if number <= PLOTS + 20 else "Родниковая",
                Decimal(600 + number * 37 % 600),
                f"47:03:1234009:{number}",
                owner.full,
                f"1/{len(owners)}" if len(owners) > 1 else "1",
                owner.phone,
                "",
                "да" if number % 5 else "нет",
                f"СБ-{number:04d}",
            ]
