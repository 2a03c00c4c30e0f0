"""Background work of billing. Each may be run again after a crash and does its work once."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice

from django.utils import timezone

from koopset.apps.billing import services
from koopset.apps.billing.models import DocumentIssue, PaymentDocument
from koopset.apps.billing.selectors.documents import print_parts
from koopset.foundation.files import file_store
from koopset.foundation.jobs import JobRun, job
from koopset.foundation.pdf import join
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@job("billing.charge_post", retries=3)
def charge_post(run: JobRun, *, charge_run_id: int) -> dict[str, object]:
    """Post a confirmed preview. A refusal is kept on the run, so that its page says what to do."""
    assert run.organisation_id is not None
    try:
        posted = services.charge_run_post(
            actor=run.actor, organisation_id=run.organisation_id, run_id=charge_run_id, now=timezone.now()
        )
    except RuleViolation as violation:
        services.charge_run_fail(
            actor=run.actor,
            organisation_id=run.organisation_id,
            run_id=charge_run_id,
            code=violation.code,
            now=timezone.now(),
        )
        raise
    return {"lines": posted.lines_count, "total_kop": posted.total_kop}


#: Documents rendered in one transaction.
CHUNK = 200
#: Documents in one PDF for printing: a paper a document, so four packs of paper.
VOLUME = 2_000


@job("billing.documents_issue", retries=3)
def documents_issue(run: JobRun, *, issue_id: int) -> dict[str, object]:
    """Write the documents of an issue, some hundreds at a step; after a crash it goes on where it stopped."""
    assert run.organisation_id is not None
    organisation_id = run.organisation_id
    issue = DocumentIssue.objects.get(organisation_id=organisation_id, pk=issue_id)
    accounts = services.accounts_to_bill(organisation_id, Month.from_number(issue.month))
    try:
        for at in range(0, len(accounts), CHUNK):
            with run.step(min(at + CHUNK, len(accounts)), len(accounts)):
                services.documents_render(
                    actor=run.actor,
                    organisation_id=organisation_id,
                    issue_id=issue_id,
                    account_ids=accounts[at : at + CHUNK],
                    now=timezone.now(),
                )
    except RuleViolation:
        services.documents_issue_end(
            actor=run.actor,
            organisation_id=organisation_id,
            issue_id=issue_id,
            done=False,
            now=timezone.now(),
        )
        raise
    ended = services.documents_issue_end(
        actor=run.actor, organisation_id=organisation_id, issue_id=issue_id, done=True, now=timezone.now()
    )
    return {"documents": ended.documents_count, "total_kop": ended.total_kop}


@job("billing.documents_print", retries=2)
def documents_print(run: JobRun, *, issue_id: int, variant: str) -> dict[str, object]:
    """Make one file with all documents: a PDF, or a ZIP of PDF files of 2,000 documents when there are more."""
    assert run.organisation_id is not None
    organisation_id = run.organisation_id
    issue = DocumentIssue.objects.get(organisation_id=organisation_id, pk=issue_id)
    volumes = -(-issue.documents_count // VOLUME)
    name = f"kvitancii-{issue.month}-{issue.ordinal}{'' if variant == 'full' else '-bez-imen'}"
    with tempfile.TemporaryFile(prefix="koopset-print-") as whole:
        parts = print_parts(organisation_id, issue, variant=variant, chunk=CHUNK)
        counted = _progress(run, parts, -(-issue.documents_count // CHUNK))
        if volumes <= 1:
            join(counted, whole)
            name += ".pdf"
        else:
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
                for number in range(1, volumes + 1):
                    with archive.open(f"{name}-{number:02d}.pdf", "w", force_zip64=True) as volume:
                        join(islice(counted, VOLUME // CHUNK), volume)
            name += ".zip"
        whole.seek(0)
        file = file_store(
            organisation_id=organisation_id,
            name=name,
            content=whole,
            kind="billing.documents",
            actor=run.actor,
            max_bytes=4 * 1024**3,
        )
    services.documents_print_file(
        actor=run.actor,
        organisation_id=organisation_id,
        issue_id=issue_id,
        variant=variant,
        file_id=file.pk,
        now=timezone.now(),
    )
    return {"file": file.pk, "size": file.size}


def _progress(run: JobRun, parts: Iterator[bytes], total: int) -> Iterator[bytes]:
    for number, part in enumerate(parts, start=1):
        yield part
        run.progress(number, total)


@job("billing.documents_send", retries=3)
def documents_send(run: JobRun, *, issue_id: int, asked: str = "") -> dict[str, object]:
    """Send the documents of an issue, some hundreds at a step, each once."""
    assert run.organisation_id is not None
    organisation_id = run.organisation_id
    documents = list(
        PaymentDocument.objects.filter(organisation_id=organisation_id, issue_id=issue_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    sent = 0
    for at in range(0, len(documents), CHUNK):
        with run.step(min(at + CHUNK, len(documents)), len(documents)):
            sent += services.documents_send_some(
                actor=run.actor,
                organisation_id=organisation_id,
                issue_id=issue_id,
                document_ids=documents[at : at + CHUNK],
                now=timezone.now(),
            )
    return {"sent": sent, "documents": len(documents)}
