"""Port: who may download a file of a kind. The room that stores it says so; until then only whoever brought it may."""

from __future__ import annotations

from collections.abc import Callable

from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor

Check = Callable[[Actor, StoredFile], bool]

_checks: dict[str, Check] = {}


def register_file_access(kind: str, check: Check) -> None:
    """`check(actor, file)` decides for files of `kind`; the organisation has been compared before. Called once from AppConfig.ready."""
    if kind in _checks and _checks[kind] is not check:
        raise ValueError(f"access to files of {kind} is declared already")
    _checks[kind] = check


def may_download(actor: Actor, file: StoredFile) -> bool:
    check = _checks.get(file.kind)
    if check is not None:
        return check(actor, file)
    return file.login_id is not None and actor.login_id == file.login_id
