"""Rights of this room and the roles that have them by default (K2). Officials of a meeting have them there without a role."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class PaperRight(StrEnum):
    PAPER_READ = "meeting_papers:paper:read"  # every paper of every meeting; one's own needs no right
    PAPER_PREPARE = "meeting_papers:paper:prepare"  # files with the ballots of all


def declare_rights() -> None:
    leaders = frozenset({Role.CHAIR, Role.BOARD})
    declare(
        PaperRight,
        {PaperRight.PAPER_READ: leaders | {Role.AUDITOR}, PaperRight.PAPER_PREPARE: leaders},
    )
