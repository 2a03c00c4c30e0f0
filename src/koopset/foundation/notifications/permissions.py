from __future__ import annotations

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE


class NoticeRight(StrEnum):
    COUNTS_VIEW = "notifications:counts:view"  # how the telling went, as numbers


def declare_rights() -> None:
    declare(NoticeRight, {NoticeRight.COUNTS_VIEW: OFFICE})
