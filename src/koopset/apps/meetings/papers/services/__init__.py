"""All writing of this room."""

from koopset.apps.meetings.papers.services.folders import BUNDLE_JOB, FOLDER_FILE, folder_ask, folder_end
from koopset.apps.meetings.papers.services.minutes_text import minutes_text_save

__all__ = ["BUNDLE_JOB", "FOLDER_FILE", "folder_ask", "folder_end", "minutes_text_save"]
