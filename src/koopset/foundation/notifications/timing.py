"""When a notice may go out: quiet hours and letters of a day or a week. Pure functions of moments and zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from koopset.foundation.notifications.models import Rhythm


@dataclass(frozen=True, slots=True)
class Timing:
    """Hours of the clock in `zone`; `quiet` from 22 till 8 spans midnight, from 13 till 15 does not. `digest_weekday` 0 is Monday."""

    zone: ZoneInfo
    quiet: bool = True
    quiet_from: int = 22
    quiet_till: int = 8
    digest_hour: int = 9
    digest_weekday: int = 0


def quiet_until(moment: datetime, timing: Timing) -> datetime | None:
    """When the quiet that `moment` falls into ends; None where it falls into none."""
    if not timing.quiet or timing.quiet_from == timing.quiet_till:
        return None
    local = moment.astimezone(timing.zone)
    begins, ends = timing.quiet_from, timing.quiet_till
    if begins < ends:
        inside, days = begins <= local.hour < ends, 0
    else:
        inside, days = local.hour >= begins or local.hour < ends, int(local.hour >= begins)
    if not inside:
        return None
    return datetime.combine(local.date() + timedelta(days=days), time(ends), timing.zone).astimezone(
        moment.tzinfo
    )


def digest_at(moment: datetime, rhythm: Rhythm, timing: Timing) -> datetime:
    """The first hour of letters of this rhythm after `moment`."""
    local = moment.astimezone(timing.zone)
    ahead = 0 if rhythm == Rhythm.DAY else (timing.digest_weekday - local.weekday()) % 7
    found = datetime.combine(local.date() + timedelta(days=ahead), time(timing.digest_hour), timing.zone)
    if found <= local:
        found = datetime.combine(
            found.date() + timedelta(days=1 if rhythm == Rhythm.DAY else 7),
            time(timing.digest_hour),
            timing.zone,
        )
    return found.astimezone(moment.tzinfo)
