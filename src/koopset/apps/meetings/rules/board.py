"""Size of a board. The chair's casting vote is counted in `verdict`."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.meetings.rules.law import Source
from koopset.apps.meetings.rules.profile import Profile


@dataclass(frozen=True, slots=True)
class BoardSize:
    """Between `least` and `most` people. `is_small_body`: the law's share is below its least number, so the least number goes before."""

    size: int
    least: int
    most: int | None
    is_small_body: bool
    source: Source

    @property
    def code(self) -> str | None:
        """What is to be said: meetings.board_too_small, meetings.board_too_large, meetings.board_small_body (an explanation), None."""
        if self.size < self.least:
            return "meetings.board_too_small"
        if self.most is not None and self.size > self.most:
            return "meetings.board_too_large"
        return "meetings.board_small_body" if self.is_small_body else None

    @property
    def is_error(self) -> bool:
        """Whether it is more than an explanation."""
        return self.code in {"meetings.board_too_small", "meetings.board_too_large"}


def board_size(profile: Profile, *, members: int, size: int) -> BoardSize | None:
    """217-ФЗ art. 18: at least three and at most 5 % of the members. Below 60 members 5 % are fewer than three: three go before.

    None where the law says nothing of the size.
    """
    least = profile.number("board.least")
    if least is None:
        return None
    percent = profile.number("board.most_percent")
    if percent is None:
        return BoardSize(size, least, None, False, profile.source("board.least"))
    share = members * percent // 100
    source = profile.source("board.most_percent")
    return BoardSize(size, least, max(least, share), share < least, source)
