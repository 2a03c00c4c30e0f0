"""Bringing a file into a price list: the file, its columns, what it would change, the loading itself (a job)."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from koopset.apps.catalogue.offers.formats.commerceml_file import READER as COMMERCEML
from koopset.apps.catalogue.offers.formats.price_cells import clean_text, inert, key_of
from koopset.apps.catalogue.offers.formats.price_columns import guess_layout, is_field
from koopset.apps.catalogue.offers.formats.price_list import Item, Problem
from koopset.apps.catalogue.offers.models import ListImport, PriceList
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.catalogue.offers.services.lists import list_locked
from koopset.apps.catalogue.offers.services.sources import exchange_facts, items_of, layout_of, local
from koopset.apps.catalogue.offers.services.writing import Action, archive_unseen, plan, unseen, write
from koopset.foundation.files import StoredFile, file_delete, file_store
from koopset.foundation.files.spreadsheets import Column, Sheet, read_rows, write_xlsx
from koopset.foundation.jobs import Job, JobRun, enqueue
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.inspection import HEAD_SIZE
from koopset.kernel.violations import RuleViolation

FILE_KIND, FAILED_KIND = "offers.list-import", "offers.list-import-failed"
MAX_BYTES = 64 * 1024 * 1024
#: A list up to so many items is written whole or not at all; a longer one part by part, and goes on after a crash.
PART = 20_000
LOOK_AHEAD = 1_000
#: Findings and changes kept for the page; all of them are counted.
SHOWN = 200
MOST_FAILED = 100_000
State = ListImport.State


@service(OffersRight.LIST_EDIT)
def import_start(
    *,
    actor: Actor,
    organisation_id: int,
    price_list_id: int,
    name: str,
    content: BinaryIO | bytes,
    now: datetime,
) -> ListImport:
    """Take a file and guess its columns, as they were named before for this supplier; nothing of the list changes.

    Raises offers.unknown_list, offers.empty_table, offers.nothing_inside, offers.not_commerceml and others of readers, files.*.
    """
    price_list = list_locked(organisation_id, price_list_id)
    file = file_store(
        organisation_id=organisation_id,
        name=name,
        content=content,
        kind=FILE_KIND,
        actor=actor,
        now=now,
        max_bytes=MAX_BYTES,
    )
    row = ListImport(organisation_id=organisation_id, price_list=price_list, file=file, created_at=now)
    with local(file) as path:
        with path.open("rb") as head:
            is_exchange = file.name.lower().endswith(".xml") or COMMERCEML.claims(
                head.read(HEAD_SIZE), file.name
            )
        if is_exchange:
            row.format, row.mapping = "commerceml", exchange_facts(path)
            row.mapping["price_type"] = _told_type(price_list, row.mapping)
        else:
            row.mapping = _table_mapping(path, file.name, price_list)
    row.save()
    return row


def _told_type(price_list: PriceList, facts: Mapping[str, Any]) -> str:
    told = price_list.mapping.get("price_type", "")
    return str(told if told in [one["id"] for one in facts["types"]] else facts["chosen"])


def _table_mapping(path: Path, name: str, price_list: PriceList) -> dict[str, Any]:
    head = [(one.line, one.cells) for one in islice(read_rows(path, name), 200)]
    if not head:
        raise RuleViolation("offers.empty_table", field="file")
    layout = guess_layout(head, price_list.mapping.get("headings"))
    return {
        "columns": dict(layout.columns),
        "heading_line": layout.heading_line,
        "heading": list(layout.heading),
        "price_net": layout.price_net,
        "price_unit": layout.price_unit,
        "width": max(len(cells) for _line, cells in head),
        "sample": [
            [clean_text(cell, 60) for cell in cells]
            for line, cells in head
            if line > (layout.heading_line or 0)
        ][:5],
    }


@service(OffersRight.LIST_EDIT)
def import_check(
    *,
    actor: Actor,
    organisation_id: int,
    import_id: int,
    columns: Mapping[str, int] | None = None,
    price_net: bool | None = None,
    price_type: str | None = None,
    is_whole: bool | None = None,
    now: datetime,
) -> ListImport:
    """Name the columns and compare the file with the list: what is new, changed, the same, gone, wrong. Offers do not change.

    `is_whole`: what the file does not have is archived. The names of columns are remembered for this supplier.
    Raises offers.unknown_import, offers.import_started, offers.unknown_column, offers.column_twice, offers.no_name_column,
    offers.no_price_column, offers.unknown_price_type, offers.empty_table.
    """
    row = _import(organisation_id, import_id)
    if row.state not in (State.MAPPING, State.PREVIEW):
        raise RuleViolation("offers.import_started")
    mapping = dict(row.mapping)
    if row.format == "commerceml":
        if price_type is not None:
            if price_type and price_type not in [one["id"] for one in mapping["types"]]:
                raise RuleViolation("offers.unknown_price_type", field="price_type")
            mapping["price_type"] = price_type
    else:
        if columns is not None:
            if not all(is_field(name) and 0 <= index < mapping["width"] for name, index in columns.items()):
                raise RuleViolation("offers.unknown_column")
            if len(set(columns.values())) != len(columns):
                raise RuleViolation("offers.column_twice")
            mapping["columns"] = dict(columns)
        if price_net is not None:
            mapping["price_net"] = price_net
        for name, code in (("name", "offers.no_name_column"), ("price", "offers.no_price_column")):
            if name not in mapping["columns"]:
                raise RuleViolation(code)
    if is_whole is not None:
        row.is_whole = is_whole
    row.mapping = mapping
    with local(row.file) as path:
        row.report = _preview(row, path)
    row.state = State.PREVIEW
    row.save()
    _remember(row)
    return row


def _remember(row: ListImport) -> None:
    price_list, mapping = row.price_list, row.mapping
    if row.format == "commerceml":
        told: dict[str, Any] = {"price_type": mapping["price_type"]}
    else:
        named = {index: name for name, index in mapping["columns"].items()}
        told = {
            "headings": {
                key: named.get(index, "")
                for index, text in enumerate(mapping["heading"])
                if text and (key := key_of(text))
            }
        }
    if {**price_list.mapping, **told} != price_list.mapping:
        PriceList.objects.filter(organisation_id=row.organisation_id, pk=price_list.pk).update(
            mapping={**price_list.mapping, **told}
        )


def _preview(row: ListImport, path: Path) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    findings: list[Problem] = []
    changes: list[dict[str, Any]] = []
    samples: list[dict[str, Any]] = []
    renewed: set[int] = set()
    errors = warnings = 0

    def tell(problem: Problem) -> None:
        nonlocal errors, warnings
        errors, warnings = errors + problem.is_error, warnings + (not problem.is_error)
        if len(findings) < SHOWN:
            findings.append(problem)

    for part in _parts(items_of(row, path), LOOK_AHEAD, tell):
        for one in plan(row.price_list, part):
            counts[one.action.value] += 1
            if one.problem is not None:
                tell(one.problem)
            if one.offer is not None and one.offer.seen_in is not None and one.offer.archived_at is None:
                renewed.add(one.offer.pk)
            if one.action is Action.CHANGED and one.price_moves and one.offer and len(changes) < SHOWN:
                changes.append(
                    {"name": one.item.name, "before": one.offer.price_kop, "after": one.item.price_kop}
                )
            if len(samples) < 5 and not one.item.is_archived:
                samples.append(_shown(one.item))
    if not counts and not errors:
        raise RuleViolation("offers.empty_table")
    standing = unseen(row.price_list, 0).count()
    gone = max(standing - len(renewed), 0) if row.is_whole and counts else 0
    ignored = [] if row.format == "commerceml" else layout_of(row).ignored()
    return {
        "counts": {action.value: counts[action.value] for action in Action} | {"gone": gone},
        "errors": errors,
        "warnings": warnings,
        "findings": [_stored(one) for one in sorted(findings, key=lambda one: (not one.is_error, one.line))],
        "changes": changes,
        "sample": samples,
        "ignored": ignored[:50],
    }


def _shown(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "article": item.article,
        "price_kop": item.price_kop,
        "unit": item.unit.value,
        "amount": f"{item.amount:f}",
        "pack": item.pack,
        "breaks": [list(pair) for pair in item.breaks],
    }


def _stored(problem: Problem) -> dict[str, Any]:
    params = {name: str(value) for name, value in problem.params.items()}
    return {"line": problem.line, "code": problem.code, "params": params, "error": problem.is_error}


def _parts(source: Iterator[Item | Problem], size: int, tell: Any) -> Iterator[list[Item]]:
    """Items in parts of a size; problems are told as they come."""
    part: list[Item] = []
    for one in source:
        if isinstance(one, Problem):
            tell(one)
            continue
        part.append(one)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


@service(OffersRight.LIST_EDIT)
def import_run(*, actor: Actor, organisation_id: int, import_id: int, now: datetime) -> ListImport:
    """Begin the loading of a checked file, in a job. Pressed twice, or by two people at once, it begins once.

    Raises offers.unknown_import, offers.import_not_checked, offers.import_started, offers.another_import.
    """
    row = _import(organisation_id, import_id)
    if row.state == State.MAPPING:
        raise RuleViolation("offers.import_not_checked")
    if row.state != State.PREVIEW:
        raise RuleViolation("offers.import_started")
    list_locked(organisation_id, row.price_list_id)
    for other in ListImport.objects.filter(
        organisation_id=organisation_id, price_list_id=row.price_list_id, state=State.RUNNING
    ).exclude(pk=row.pk):
        work = Job.objects.filter(organisation_id=organisation_id, pk=other.job_id).first()  # type: ignore[misc]
        if work is not None and not work.is_finished:
            raise RuleViolation("offers.another_import")
        other.state = State.CANCELLED  # its work failed or was called off; what had been written stays
        other.save(update_fields=["state"])
    job = enqueue(
        "offers.load",
        actor=actor,
        organisation_id=organisation_id,
        title=_("Loading prices from %(name)s") % {"name": row.file.name},
        args={"import_id": row.pk},
        key=f"offers-import-{row.pk}",
        link=reverse("offers:import", kwargs={"organisation_id": organisation_id, "import_id": row.pk}),
        now=now,
    )
    row.state, row.job_id = State.RUNNING, job.pk
    row.report = {**row.report, "done": {}}
    row.save()
    return row


@service(OffersRight.LIST_EDIT)
def import_cancel(*, actor: Actor, organisation_id: int, import_id: int, now: datetime) -> ListImport:
    """Put a file aside that has not been loaded. Raises offers.unknown_import, offers.import_started."""
    row = _import(organisation_id, import_id)
    if row.state not in (State.MAPPING, State.PREVIEW):
        raise RuleViolation("offers.import_started")
    row.state = State.CANCELLED
    row.save(update_fields=["state"])
    return row


def import_load(run: JobRun, *, import_id: int) -> dict[str, object]:
    """Write a checked file into its list. Up to PART items it is one transaction; a longer file goes part by part with its position, so a
    crash loses or doubles none. What the list no longer has is archived at the end.

    Called by the job; the right is asked of the actor as it is now. Lines that cannot be loaded are given back as a table.
    """
    assert run.organisation_id is not None
    run.actor.require(OffersRight.LIST_EDIT, run.organisation_id)
    row = ListImport.objects.select_related("file", "price_list").get(
        organisation_id=run.organisation_id, pk=import_id
    )
    if row.state == State.DONE:
        return dict(row.report.get("done", {}))
    failed: dict[int, Problem] = {}
    told: set[int] = set()

    def tell(problem: Problem) -> None:
        if problem.is_error and len(failed) < MOST_FAILED:
            failed.setdefault(problem.line, problem)
        if problem.is_error:
            told.add(problem.line)

    counts = row.report.get("counts", {})
    total = sum(counts.get(name, 0) for name in ("new", "changed", "same", "archived", "failed"))
    steps = -(-total // PART) + 1
    number = 0
    with local(row.file) as path:
        for number, part in enumerate(_parts(items_of(row, path), PART, tell), start=1):
            if number <= run.position:
                continue
            text = _("%(done)s of %(total)s offers") % {"done": (number - 1) * PART, "total": total}
            with run.step(number, max(steps, number + 1), text):
                _write_part(run, row, part, tell)
                if len(part) < PART:
                    _finish(run, row, path, failed, len(told))
        if ListImport.objects.get(organisation_id=run.organisation_id, pk=row.pk).state != State.DONE:
            with transaction.atomic():
                _finish(run, row, path, failed, len(told))
    run.progress(steps, steps)
    return dict(row.report.get("done", {}))


def _write_part(run: JobRun, row: ListImport, part: Sequence[Item], tell: Any) -> None:
    price_list = list_locked(row.organisation_id, row.price_list_id)
    counted, problems = write(price_list, part, import_id=row.pk, login_id=run.actor.login_id, now=run.now)
    for problem in problems:
        tell(problem)
    row.refresh_from_db(fields=["report"])
    done = Counter(row.report.get("done", {}))
    done.update(counted)
    row.report = {**row.report, "done": dict(done)}
    row.save(update_fields=["report"])


def _finish(run: JobRun, row: ListImport, path: Path, failed: Mapping[int, Problem], count: int) -> None:
    price_list = list_locked(row.organisation_id, row.price_list_id)
    row.refresh_from_db(fields=["report"])
    done = dict(row.report.get("done", {}))
    whole = row.is_whole and any(done.get(name) for name in ("new", "changed", "same"))
    done["gone"] = archive_unseen(price_list, row.pk, run.now) if whole else 0
    done["failed"] = count
    if failed:
        row.failed_file = _failed_file(run, row, path, failed)
    row.report = {
        **row.report,
        "done": done,
        "failed": [_stored(failed[line]) for line in sorted(failed)[:SHOWN]],
    }
    row.state = State.DONE
    row.save(update_fields=["failed_file", "report", "state"])


def _failed_file(run: JobRun, row: ListImport, path: Path, failed: Mapping[int, Problem]) -> StoredFile:
    """The lines that were not loaded, as they stood, with what to mend; it can be brought again."""
    titles: list[Column]
    if row.format == "commerceml":
        titles = [Column(_("Line"), kind="number", width=8)]

        def rows() -> Iterator[list[object]]:
            for line in sorted(failed):
                yield [line, text_of_code(failed[line].code, failed[line].params)]

    else:
        layout, width = layout_of(row), int(row.mapping["width"])
        heads = [
            text or _("Column %(number)s") % {"number": index + 1}
            for index, text in enumerate(layout.heading)
        ]
        heads += [_("Column %(number)s") % {"number": index + 1} for index in range(len(heads), width)]
        mark = key_of(_("What to mend"))
        kept = [index for index, text in enumerate(heads) if key_of(text) != mark]
        titles = [Column(inert(heads[index]), width=20) for index in kept]

        def rows() -> Iterator[list[object]]:
            for one in read_rows(path, row.file.name):
                if one.line in failed:
                    cells = [clean_text(cell, 1000) for cell in one.cells] + [""] * (
                        len(heads) - len(one.cells)
                    )
                    words = text_of_code(failed[one.line].code, failed[one.line].params)
                    yield [*(inert(cells[index]) for index in kept), words]

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as target:
        sheet = Sheet(_("To mend"), [*titles, Column(_("What to mend"), width=60)], rows())
        write_xlsx(Path(target.name), [sheet], created_at=run.now)
        with Path(target.name).open("rb") as content:
            return file_store(
                organisation_id=row.organisation_id,
                name=_("To mend %(name)s") % {"name": Path(row.file.name).stem} + ".xlsx",
                content=content,
                kind=FAILED_KIND,
                actor=run.actor,
                now=run.now,
            )


def _import(organisation_id: int, import_id: int) -> ListImport:
    row = (
        ListImport.objects.select_for_update(of=("self",))
        .select_related("file", "price_list")
        .filter(organisation_id=organisation_id, pk=import_id)
        .first()
    )
    if row is None:
        raise RuleViolation("offers.unknown_import")
    return row


def imports_forget(*, before: datetime) -> Counter[int | None]:
    """Delete files that were brought and not loaded before a moment; how many of each organisation.

    A term of keeping, no use case of a person: it asks no right. Files that were loaded stay as the source of prices.
    """
    gone: Counter[int | None] = Counter()
    with across_tenants("a term of keeping deletes by age, and shows nothing to anybody"):
        rows = ListImport.objects.filter(
            created_at__lt=before, state__in=(State.MAPPING, State.PREVIEW, State.CANCELLED)
        )
        for row in rows.select_related("file").iterator(chunk_size=200):
            file = row.file
            row.delete()
            file_delete(file=file)
            gone[row.organisation_id] += 1
    return gone
