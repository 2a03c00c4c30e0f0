"""Names of the portal's places, said once."""

from django.utils.translation import pgettext_lazy

START = pgettext_lazy("place", "Start page")
START_SHORT = pgettext_lazy("place", "Start")
INBOX = pgettext_lazy("place", "File inbox")
