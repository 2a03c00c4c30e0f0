"""The header Idempotency-Key: a request that is repeated is answered as before, and its work is done once.

The record is written in the transaction of the work. Two equal requests at once: on PostgreSQL the second is told at once that the
first is under way (409); on SQLite it waits for the first, as every writer does, and gets the stored answer.
"""

import hashlib
from collections.abc import Callable

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from koopset.foundation.access.models import IdempotencyRecord
from koopset.kernel.violations import RuleViolation

LONGEST_KEY = 120


class InProgress(Exception):
    """The same key is being worked under just now."""


def key_of(request: HttpRequest) -> str | None:
    """The key of a request, if it has one. Raises RuleViolation access.bad_key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise RuleViolation("access.bad_key", field="Idempotency-Key")
    return key


def fingerprint(request: HttpRequest) -> str:
    """sha256 of method, address and body; of a form, its fields and the bytes of its files, whatever the boundary."""
    found = hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(request.POST.lists()):
            found.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                found.update(repr((name, file.name)).encode())
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()


def run_once(
    request: HttpRequest,
    login_id: int,
    key: str,
    work: Callable[[], HttpResponseBase],
    *,
    asked: str | None = None,
) -> HttpResponseBase:
    """The stored answer of the key, or that of `work` done and stored in one transaction. A refusal stores nothing.

    `asked` is what makes two requests equal, where it is not the whole body.

    Raises RuleViolation access.key_reused for another request under the key, InProgress.
    """
    asked = asked or fingerprint(request)
    try:
        with transaction.atomic():
            _hold(login_id, key)
            known = IdempotencyRecord.objects.filter(login_id=login_id, key=key).first()
            if known is not None:
                if known.request_sha256 != asked:
                    raise RuleViolation("access.key_reused", field="Idempotency-Key")
                response = HttpResponse(known.answer, status=known.status, content_type="application/json")
                response["Idempotent-Replay"] = "true"
                return response
            record = IdempotencyRecord.objects.create(
                login_id=login_id, key=key, request_sha256=asked, created_at=timezone.now()
            )
            done = work()
            if done.status_code >= 400 or not isinstance(done, HttpResponse):
                transaction.set_rollback(True)
                return done
            record.status, record.answer = done.status_code, done.content.decode()
            record.save(update_fields=["status", "answer"])
            return done
    except OperationalError as error:
        if "lock" in str(error):
            raise InProgress from error
        raise


def _hold(login_id: int, key: str) -> None:
    """Until the end of the transaction nobody else works under the key."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(login_id, key)])
        if not cursor.fetchone()[0]:
            raise InProgress


def lock_number(login_id: int, key: str) -> int:
    """The 64-bit number by which PostgreSQL knows the key while it is worked under."""
    return int.from_bytes(hashlib.sha256(f"{login_id}:{key}".encode()).digest()[:8], "big", signed=True)
