"""Loading a register from a table: the file, its columns, what it would change, the loading itself (a job)."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.register.formats.register_columns import (
    FIELDS,
    Layout,
    guess_layout,
    heading_key,
    text_of_cell,
)
from koopset.apps.register.formats.register_table import PlotGroup, Problem, iter_problems, read_groups
from koopset.apps.register.models import RegisterImport
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import extra_columns
from koopset.apps.register.services.import_plan import Action, Plan, Snapshot
from koopset.apps.register.services.import_write import load_groups
from koopset.foundation.files import StoredFile, file_delete, file_store
from koopset.foundation.files.spreadsheets import Column, Sheet, read_rows, write_xlsx
from koopset.foundation.jobs import Job, JobRun, enqueue
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.memory import cycles_left_alone
from koopset.kernel.violations import RuleViolation

FILE_KIND, FAILED_KIND = "register-import", "register-import-failed"
MAX_BYTES = 64 * 1024 * 1024
CHUNK = 1_000
#: Findings and changes kept for the page; all of them are counted.
SHOWN = 200
State = RegisterImport.State


@contextmanager
def _local(file: StoredFile) -> Iterator[Path]:
    """The bytes as a file on this machine, wherever they are stored."""
    with tempfile.NamedTemporaryFile(prefix="koopset-register-") as copy:
        with file.open() as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        yield Path(copy.name)


def allowed_extras(actor: Actor, organisation_id: int) -> dict[str, Any]:
    """Extra columns that the actor may load."""
    return {
        key: column
        for key, column in extra_columns().items()
        if column.required_right is None or actor.can(column.required_right, organisation_id)
    }


def headings_of_others(actor: Actor, row: RegisterImport) -> list[str]:
    """Headings of columns that somebody else may load and the actor may not: «Долг» is the treasurer's."""
    mine = allowed_extras(actor, row.organisation_id)
    words = tuple(
        heading_key(text)
        for key, column in extra_columns().items()
        if key not in mine
        for text in column.synonyms
    )
    return [
        text
        for text in row.mapping.get("heading", [])
        if (heading_key(text) + " ").startswith(tuple(f"{word} " for word in words))
    ]


def _named_before(organisation_id: int, layout: Layout, allowed: Container[str]) -> dict[str, int]:
    """Columns with what a person named them in the latest file that was checked: what was told once is not asked again."""
    columns = dict(layout.columns)
    before = (
        RegisterImport.objects.filter(organisation_id=organisation_id)
        .exclude(state=State.MAPPING)
        .order_by("-pk")
        .values_list("mapping", flat=True)
        .first()
    ) or {}
    heads = before.get("heading", [])
    told = {
        heads[index]: field
        for field, index in before.get("columns", {}).items()
        if index < len(heads) and heads[index]
    }
    for index, text in enumerate(layout.heading):
        field = told.get(text, "")
        if field in allowed and field not in columns and index not in columns.values():
            columns[field] = index
    return columns


def _import(organisation_id: int, import_id: int) -> RegisterImport:
    row = (
        RegisterImport.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=import_id)
        .first()
    )
    if row is None:
        raise RuleViolation("register.unknown_import")
    return row


@service(RegisterRight.REGISTER_IMPORT)
def import_start(
    *, actor: Actor, organisation_id: int, name: str, content: BinaryIO | bytes, as_of: date, now: datetime
) -> RegisterImport:
    """Take a file and guess its columns; nothing of the register changes. `as_of`: where the file names no date, what it says holds since.

    Raises files.*, register.future_date, register.bad_date, register.empty_table.
    """
    if as_of > timezone.localdate(now):
        raise RuleViolation("register.future_date", field="as_of")
    if as_of < date(1990, 1, 1):
        raise RuleViolation("register.bad_date", field="as_of")
    file = file_store(
        organisation_id=organisation_id,
        name=name,
        content=content,
        kind=FILE_KIND,
        actor=actor,
        now=now,
        max_bytes=MAX_BYTES,
    )
    with _local(file) as path:
        head = [(row.line, row.cells) for row in islice(read_rows(path, file.name), 100)]
    if not head:
        raise RuleViolation("register.empty_table", field="file")
    extras = {key: column.synonyms for key, column in allowed_extras(actor, organisation_id).items()}
    layout = guess_layout(head, extras)
    return RegisterImport.objects.create(
        organisation_id=organisation_id,
        file=file,
        as_of=as_of,
        mapping={
            "columns": _named_before(organisation_id, layout, {*FIELDS, *extras}),
            "heading_line": layout.heading_line,
            "heading": list(layout.heading),
            "area_unit": layout.area_unit,
            "width": max(len(cells) for _line, cells in head),
            "sample": [
                [text_of_cell(cell)[:60] for cell in cells]
                for line, cells in head
                if line > (layout.heading_line or 0)
            ][:5],
        },
        created_at=now,
    )


def layout_of(row: RegisterImport) -> Layout:
    """The columns as they were named."""
    mapping = row.mapping
    return Layout(
        mapping["columns"], mapping["heading_line"], tuple(mapping["heading"]), mapping["area_unit"]
    )


def _groups(row: RegisterImport, path: Path, today: date) -> tuple[list[PlotGroup], list[Problem]]:
    layout = layout_of(row)
    default_kind = "flat" if organisation_card(row.organisation_id).has_flats else "plot"
    extras = [key for key in extra_columns() if key in layout.columns]
    rows = ((item.line, item.cells) for item in read_rows(path, row.file.name))
    groups, findings = read_groups(
        rows, layout, default_kind=default_kind, today=today, extras=extras, area_unit=layout.area_unit
    )
    _check_extras(groups)
    return groups, findings


def _check_extras(groups: Sequence[PlotGroup]) -> None:
    columns = extra_columns()
    for group in groups:
        for key, (line, text) in group.extras.items():
            try:
                columns[key].parse(text)
            except RuleViolation as refusal:
                group.problems.append(
                    Problem(line, refusal.code, {name: str(value) for name, value in refusal.params.items()})
                )


@service(RegisterRight.REGISTER_IMPORT)
@cycles_left_alone()
def import_check(
    *,
    actor: Actor,
    organisation_id: int,
    import_id: int,
    columns: Mapping[str, int] | None = None,
    area_unit: str | None = None,
    now: datetime,
) -> RegisterImport:
    """Name the columns and compare the file with the register: what is new, changed, the same, wrong. The register does not change.

    Raises register.unknown_import, register.import_started, register.no_number_column, register.column_twice, register.unknown_column.
    """
    row = _import(organisation_id, import_id)
    if row.state not in (State.MAPPING, State.PREVIEW):
        raise RuleViolation("register.import_started")
    mapping = dict(row.mapping)
    if columns is not None:
        known = {*FIELDS, *allowed_extras(actor, organisation_id)}
        if set(columns) - known or any(not 0 <= index < mapping["width"] for index in columns.values()):
            raise RuleViolation("register.unknown_column")
        if len(set(columns.values())) != len(columns):
            raise RuleViolation("register.column_twice")
        mapping["columns"] = dict(columns)
    if area_unit is not None:
        mapping["area_unit"] = area_unit if area_unit in ("m2", "sotka", "ha") else ""
    if "number" not in mapping["columns"]:
        raise RuleViolation("register.no_number_column")
    row.mapping = mapping
    with _local(row.file) as path:
        groups, findings = _groups(row, path, timezone.localdate(now))
    if not groups:
        raise RuleViolation("register.empty_table")
    row.report = _preview(row, groups, findings)
    row.state = State.PREVIEW
    row.save()
    return row


def _preview(row: RegisterImport, groups: Sequence[PlotGroup], findings: Sequence[Problem]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    changes: list[dict[str, Any]] = []
    problems: list[Problem] = list(findings)
    new_people: set[int] = set()
    snapshot = Snapshot(row.organisation_id, row.as_of)
    for start in range(0, len(groups), 2000):
        part = groups[start : start + 2000]
        snapshot.read(part)
        for group in part:
            plan = snapshot.plan(group)
            counts[plan.action.value] += 1
            if plan.action is Action.CHANGED and len(changes) < SHOWN:
                changes.append(_change(group, plan))
            new_people |= {id(person) for person in plan.persons if person.id is None}
    all_problems = [*problems, *iter_problems(groups)]
    errors = [problem for problem in all_problems if problem.is_error]
    return {
        "counts": {action.value: counts[action.value] for action in Action},
        "lines": sum(len(group.lines) for group in groups),
        "new_people": len(new_people),
        "errors": len(errors),
        "warnings": len(all_problems) - len(errors),
        "findings": [
            _stored(problem)
            for problem in sorted(all_problems, key=lambda problem: (not problem.is_error, problem.line))[
                :SHOWN
            ]
        ],
        "changes": changes,
        "ignored": layout_of(row).ignored(),
    }


def _change(group: PlotGroup, plan: Plan) -> dict[str, Any]:
    return {
        "line": group.lines[0],
        "number": group.number,
        "before": plan.owners_before,
        "after": plan.owners_after,
        "on": plan.on.isoformat() if plan.owners_change else "",
        "area_before": str(plan.area_before or "") if plan.area_changes else "",
        "area_after": str(group.area_m2 or "") if plan.area_changes else "",
        "unit_id": plan.unit_id,
    }


def _stored(problem: Problem) -> dict[str, Any]:
    params = {name: str(value) for name, value in problem.params.items()}
    return {"line": problem.line, "code": problem.code, "params": params, "error": problem.is_error}


@service(RegisterRight.REGISTER_IMPORT)
def import_run(*, actor: Actor, organisation_id: int, import_id: int, now: datetime) -> RegisterImport:
    """Begin the loading of a checked file, in a job. Pressed twice it begins once.

    Raises register.unknown_import, register.import_not_checked, register.import_started, register.another_import.
    """
    row = _import(organisation_id, import_id)
    if row.state == State.MAPPING:
        raise RuleViolation("register.import_not_checked")
    if row.state != State.PREVIEW:
        raise RuleViolation("register.import_started")
    for other in RegisterImport.objects.filter(organisation_id=organisation_id, state=State.RUNNING).exclude(
        pk=row.pk
    ):
        work = Job.objects.filter(organisation_id=organisation_id, pk=other.job_id).first()  # type: ignore[misc]
        if work is not None and not work.is_finished:
            raise RuleViolation("register.another_import")
        other.state = State.CANCELLED  # its work failed or was called off; what had been loaded stays
        other.save(update_fields=["state"])
    job = enqueue(
        "register.load",
        actor=actor,
        organisation_id=organisation_id,
        title=_("Loading the register from %(name)s") % {"name": row.file.name},
        args={"import_id": row.pk},
        key=f"register-import-{row.pk}",
        link=reverse("register:import", kwargs={"organisation_id": organisation_id, "import_id": row.pk}),
        now=now,
    )
    row.state, row.job_id = State.RUNNING, job.pk
    row.report = {**row.report, "done": {}, "failed": []}
    row.save()
    return row


@service(RegisterRight.REGISTER_IMPORT)
def import_cancel(*, actor: Actor, organisation_id: int, import_id: int, now: datetime) -> RegisterImport:
    """Put a file aside that has not been loaded. Raises register.unknown_import, register.import_started."""
    row = _import(organisation_id, import_id)
    if row.state not in (State.MAPPING, State.PREVIEW):
        raise RuleViolation("register.import_started")
    row.state = State.CANCELLED
    row.save()
    return row


# The loading


@cycles_left_alone()
def import_load(run: JobRun, *, import_id: int) -> dict[str, object]:
    """Load the groups of a checked file, part by part; each part is one transaction with its position, so a crash loses or doubles none.

    Called by the job; the right is asked of the actor as it is now. What cannot be loaded is kept and given back as a table.
    """
    assert run.organisation_id is not None
    run.actor.require(RegisterRight.REGISTER_IMPORT, run.organisation_id)
    organisation_id = run.organisation_id
    row = RegisterImport.objects.select_related("file").get(organisation_id=organisation_id, pk=import_id)
    if row.state == State.DONE:
        return dict(row.report.get("done", {}))
    today = timezone.localdate(run.now)
    with _local(row.file) as path:
        groups, _findings = _groups(row, path, today)
        total = (len(groups) + CHUNK - 1) // CHUNK
        for number in range(total):
            if number < run.position:
                continue
            with run.step(
                number + 1,
                total + 1,
                _("%(done)s of %(total)s plots") % {"done": number * CHUNK, "total": len(groups)},
            ):
                _load_part(run, row, groups[number * CHUNK : (number + 1) * CHUNK])
        with transaction.atomic():
            row.refresh_from_db(fields=["report"])
            failed = row.report.get("failed", [])
            if failed:
                row.failed_file = _failed_file(run, row, path, failed)
            row.state = State.DONE
            row.save(update_fields=["failed_file", "state"])
    run.progress(total + 1, total + 1)
    return dict(row.report.get("done", {}))


def _load_part(run: JobRun, row: RegisterImport, part: Sequence[PlotGroup]) -> None:
    row.refresh_from_db(fields=["report"])
    done: Counter[str] = Counter(row.report.get("done", {}))
    failed: list[dict[str, Any]] = list(row.report.get("failed", []))
    good = [group for group in part if not group.errors]
    for group in part:
        if group.errors:
            failed.append({"lines": group.lines, "problems": [_stored(problem) for problem in group.errors]})
            done[Action.FAILED.value] += 1

    def load(groups: Sequence[PlotGroup]) -> None:
        with transaction.atomic():
            counts = load_groups(
                actor=run.actor,
                organisation_id=row.organisation_id,
                as_of=row.as_of,
                groups=groups,
                now=run.now,
            )
        done.update(counts)

    try:
        load(good)
    except (RuleViolation, IntegrityError):
        # One plot spoils the part: each by itself then, and only the spoiled go back.
        for group in good:
            try:
                load([group])
            except RuleViolation as refusal:
                params = {name: str(value) for name, value in refusal.params.items()}
                problem = {
                    "line": refusal.line or group.lines[0],
                    "code": refusal.code,
                    "params": params,
                    "error": True,
                }
                failed.append({"lines": group.lines, "problems": [problem]})
                done[Action.FAILED.value] += 1
            except IntegrityError:
                problem = {
                    "line": group.lines[0],
                    "code": "register.row_not_loaded",
                    "params": {},
                    "error": True,
                }
                failed.append({"lines": group.lines, "problems": [problem]})
                done[Action.FAILED.value] += 1
    row.report = {**row.report, "done": dict(done), "failed": failed}
    row.save(update_fields=["report"])


def _failed_file(
    run: JobRun, row: RegisterImport, path: Path, failed: Sequence[Mapping[str, Any]]
) -> StoredFile:
    """The lines that were not loaded, in the columns of the file, with what to mend; it can be loaded again."""
    words: dict[int, str] = {}
    for entry in failed:
        by_line: dict[int, list[str]] = {}
        for problem in entry["problems"]:
            by_line.setdefault(problem["line"], []).append(text_of_code(problem["code"], problem["params"]))
        for line in entry["lines"]:
            words[line] = " ".join(
                by_line.get(line, [_("The whole plot is returned: another of its lines is to be mended.")])
            )
    layout = layout_of(row)
    mark = heading_key(_("What to mend"))
    heads = [
        text or _("Column %(number)s") % {"number": index + 1} for index, text in enumerate(layout.heading)
    ]
    heads += [
        _("Column %(number)s") % {"number": index + 1} for index in range(len(heads), row.mapping["width"])
    ]
    kept = [index for index, text in enumerate(heads) if heading_key(text) != mark]

    def rows() -> Iterator[list[str]]:
        for item in read_rows(path, row.file.name):
            if item.line in words:
                cells = [text_of_cell(cell) for cell in item.cells] + [""] * (len(heads) - len(item.cells))
                yield [*(cells[index] for index in kept), words[item.line]]

    titles = [Column(heads[index], width=20) for index in kept]
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


def imports_forget(*, before: datetime, loaded: bool) -> Counter[int | None]:
    """Delete files of registers brought before a moment, with what is known of them; how many of each organisation.

    A term of keeping, no use case of a person: it asks no right.
    """
    gone: Counter[int | None] = Counter()
    rows = RegisterImport.objects.filter(created_at__lt=before).exclude(state=State.RUNNING)
    rows = rows.filter(state=State.DONE) if loaded else rows.exclude(state=State.DONE)
    with across_tenants("a term of keeping deletes by age, and shows nothing to anybody"):
        for row in rows.select_related("file", "failed_file").iterator(chunk_size=200):
            files = [file for file in (row.file, row.failed_file) if file is not None]
            row.delete()
            for file in files:
                file_delete(file=file)
            gone[row.organisation_id] += 1
    return gone
