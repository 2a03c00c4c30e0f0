from __future__ import annotations

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE


class JobRight(StrEnum):
    VIEW = "jobs:job:view"  # the work of all; one's own is always seen
    CANCEL = "jobs:job:cancel"


def declare_rights() -> None:
    declare(JobRight, {JobRight.VIEW: OFFICE, JobRight.CANCEL: OFFICE}, machines={JobRight.VIEW})
