"""Meetings for programs: prepared, held, counted, and the votes of a person. A key of an organisation only looks."""

from koopset.apps.meetings.api import counting as counting
from koopset.apps.meetings.api import holding as holding
from koopset.apps.meetings.api import law as law
from koopset.apps.meetings.api import own as own
from koopset.apps.meetings.api import preparing as preparing
from koopset.apps.meetings.api import seen as seen
from koopset.apps.meetings.api.frame import room as room
