"""The register of a date as a page, a table and a paper."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import document_title, organisation_card
from koopset.apps.register import selectors
from koopset.apps.register.models import Unit
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import RegisterFilters, RegisterRow
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import kept_offline
from koopset.kernel.fractions import share_text

PAGE_SIZE = 50


def asked_day(request: PageRequest) -> date:
    """The date of the address, today where there is none or it cannot be read."""
    try:
        return parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _filters(request: PageRequest) -> RegisterFilters:
    get = request.GET.get
    return RegisterFilters(
        q=get("q", "")[:100],
        street=get("street", ""),
        kind=get("kind", ""),
        show=get("show", ""),
        sort=get("sort", "number"),
    )


def _noting(rows: Iterable[RegisterRow], seen: set[int]) -> Iterator[RegisterRow]:
    """The rows as they come; who is named in them is noted on the way."""
    for row in rows:
        seen.update(owner.card.id for owner in row.owners)
        yield row


def _owners(rows: Iterable[RegisterRow]) -> int:
    """How many people are named in these rows."""
    return len({owner.card.id for row in rows for owner in row.owners})


@page(RegisterRight.REGISTER_VIEW)
def units(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list of units on a date."""
    on, filters = asked_day(request), _filters(request)
    found = selectors.register_at(request.actor, organisation_id, on, filters)
    counts = selectors.register_counts(request.actor, organisation_id, on)
    body = organisation_card(organisation_id)
    today = timezone.localdate()
    pages: Paginator[RegisterRow] = Paginator(found, PAGE_SIZE)  # type: ignore[arg-type]
    shown = pages.get_page(request.GET.get("page"))
    looked(request.actor, organisation_id, "register.units", count=_owners(shown))
    context = {
        "organisation_id": organisation_id,
        "on": on,
        "is_today": on == today,
        "filters": filters,
        "active": filters.active + (on != today),
        "page": shown,
        "counts": counts,
        "streets": selectors.streets_of(organisation_id),
        "kinds": Unit.Kind.choices,
        "has_flats": body.has_flats,
        "outside": selectors.law_here(organisation_id).rule("outside", on),
        "may_edit": request.actor.can(RegisterRight.REGISTER_EDIT, organisation_id),
        "may_import": request.actor.can(RegisterRight.REGISTER_IMPORT, organisation_id),
        "sought": bool(filters.q or filters.active),
        "shows": [
            ("", _("all")),
            ("gap", _("shares do not make the whole")),
            ("ownerless", _("without an owner")),
            ("member", _("with a member")),
            ("no-member", _("without a member")),
        ],
    }
    return render(request, "register/units.html", context)


def _standing(owner: selectors.Owner, has_outside: bool) -> str:
    """What an owner is to the body, in a word: a member, an owner by article 5, an estate."""
    if owner.is_estate:
        return _("estate is open")
    if owner.is_member:
        return _("member")
    return _("without membership") if has_outside else _("not a member")


def _table(rows: Iterator[RegisterRow], has_outside: bool) -> Iterator[tuple[object, ...]]:
    for row in rows:
        first = (str(Unit.Kind(row.kind).label), row.number, row.street, row.cadastral_number, row.area_m2)
        if not row.owners:
            yield (*first, "", "", "", None, "", "", "", "")
        for owner in row.owners:
            yield (
                *first,
                owner.card.full_name,
                share_text(owner.share),
                str(dict(_rights())[owner.right]),
                owner.since,
                owner.deed,
                owner.card.phone,
                owner.card.email,
                _standing(owner, has_outside),
            )


def _rights() -> list[tuple[str, Any]]:
    from koopset.apps.register.models import Ownership

    return list(Ownership.Right.choices)


@page(RegisterRight.REGISTER_VIEW)
def units_xlsx(request: PageRequest, organisation_id: int) -> FileResponse:
    """The register of a date as XLSX; it can be loaded back."""
    on = asked_day(request)
    found = selectors.register_at(request.actor, organisation_id, on, _filters(request))
    columns = [
        Column(_("Kind"), width=14),
        Column(_("Number")),
        Column(_("Street")),
        Column(_("Cadastral number"), width=24),
        Column(_("Area, m²"), "number", 12),
        Column(_("Owner"), width=36),
        Column(_("Share"), width=10),
        Column(_("Right"), width=18),
        Column(_("Owner since"), "date", 14),
        Column(_("Deed"), width=30),
        Column(_("Phone"), width=20),
        Column(_("E-mail"), width=26),
        Column(_("Member"), width=20),
    ]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    title = _("Register on %(date)s") % {"date": on.strftime("%d.%m.%Y")}
    seen: set[int] = set()
    rows = _table(_noting(found.rows(), seen), _has_outside(organisation_id, on))
    write_xlsx(target, [Sheet(title, columns, rows)], created_at=timezone.now())
    looked(request.actor, organisation_id, "register.file", count=len(seen))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")


PAPER = Path(__file__).resolve().parent.parent / "templates" / "register" / "register.typ"


@page(RegisterRight.REGISTER_VIEW)
def units_pdf(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The register of a date on paper (217-ФЗ art. 15): A4, one colour."""
    from koopset.foundation.pdf import render as render_pdf

    on, now = asked_day(request), timezone.now()
    found = selectors.register_at(request.actor, organisation_id, on, _filters(request))
    body = organisation_card(organisation_id)
    seen: set[int] = set()
    has_outside = _has_outside(organisation_id, on)
    data = {
        "title": _("%(title)s on %(date)s")
        % {"title": document_title(body.form, "register"), "date": on.strftime("%d.%m.%Y")},
        "organisation": body.name_full,
        "requisites": _("ИНН %(inn)s, ОГРН %(ogrn)s") % {"inn": body.inn or "—", "ogrn": body.ogrn or "—"},
        "heads": [
            _("No."),
            _("Street"),
            _("Area, m²"),
            _("Cadastral number"),
            _("Owner, share, since"),
            _("Member"),
        ],
        "rows": [_paper_row(row, has_outside) for row in _noting(found.rows(), seen)],
        "made": _("Printed %(date)s") % {"date": timezone.localtime(now).strftime("%d.%m.%Y %H:%M")},
        "chair": _("Keeper of the register"),
    }
    looked(request.actor, organisation_id, "register.file", count=len(seen))
    response = HttpResponse(render_pdf(PAPER, data, created_at=now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="register-{on.isoformat()}.pdf"'
    return response


def _has_outside(organisation_id: int, on: date) -> bool:
    return selectors.law_here(organisation_id).rule("outside", on) is not None


def _paper_row(row: RegisterRow, has_outside: bool) -> list[str]:
    owners = [
        f"{owner.card.full_name}, {share_text(owner.share)}, {owner.since.strftime('%d.%m.%Y')}"
        + ("" if owner.is_member else f" ({_standing(owner, has_outside)})")
        for owner in row.owners
    ]
    if row.gap is not None and row.gap > 0:
        owners.append(_("%(part)s not accounted for") % {"part": share_text(row.gap)})
    area = "" if row.area_m2 is None else format(row.area_m2.normalize(), "f").replace(".", ",")
    member = _("yes") if row.member_count else ""
    return [row.number, row.street, area, row.cadastral_number, "\n".join(owners), member]


@kept_offline
@page(Gate.HOUSEHOLD)
def my_units(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What the register says of me: my plots, shares, membership."""
    today = timezone.localdate()
    persons = request.actor.acts_for(organisation_id)
    owned = selectors.units_of_persons(organisation_id, persons, today)
    shares = selectors.owners_at(organisation_id, [unit.unit_id for unit in owned], today)
    context = {
        "organisation_id": organisation_id,
        "units": [(unit, len(shares.get(unit.unit_id, ()))) for unit in owned],
        "memberships": selectors.memberships_of(organisation_id, persons),
        "body": organisation_card(organisation_id),
    }
    return render(request, "register/my_units.html", context)
