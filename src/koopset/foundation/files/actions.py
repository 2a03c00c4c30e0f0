"""What can be done with a file once its format is known. Whoever knows the rooms registers their actions; the inbox offers them.

A registry as the others: filled in AppConfig.ready, asked by pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor

#: `start(actor, organisation_id, file, now)` does the deed by the room's own service and gives the address to go on at.
Start = Callable[[Actor, int, StoredFile, datetime], str]


@dataclass(frozen=True)
class FileAction:
    """`format` as in a reader's Inspection; `label` is the verb on the button; `right` hides it from those who may not."""

    format: str
    label: str | Promise
    right: str
    start: Start


_actions: dict[str, FileAction] = {}


def register_file_action(format: str, label: str | Promise, right: str, start: Start) -> None:
    """One action a format; the later wins."""
    _actions[format] = FileAction(format, label, right, start)


def file_action(format: str) -> FileAction | None:
    """The action of a format, or None."""
    return _actions.get(format)
