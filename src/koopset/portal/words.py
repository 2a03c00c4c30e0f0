"""Names of the portal's places, said once."""

from django.utils.translation import pgettext_lazy

START = pgettext_lazy("place", "Start page")
START_SHORT = pgettext_lazy("place", "Start")
DISTRICT = pgettext_lazy("place", "My districts")
DISTRICT_SHORT = pgettext_lazy("place", "Districts")
INBOX = pgettext_lazy("place", "File inbox")

#: What readers call their totals (kernel.inspection), for a person.
TOTALS = {
    "sum": pgettext_lazy("total of a file", "Sum, ₽"),
    "debit": pgettext_lazy("total of a file", "Went out, ₽"),
    "credit": pgettext_lazy("total of a file", "Came in, ₽"),
    "opening": pgettext_lazy("total of a file", "Balance at the beginning, ₽"),
    "closing": pgettext_lazy("total of a file", "Balance at the end, ₽"),
    "declared_debit": pgettext_lazy("total of a file", "Went out by the word of the bank, ₽"),
    "declared_credit": pgettext_lazy("total of a file", "Came in by the word of the bank, ₽"),
    "people": pgettext_lazy("total of a file", "People"),
    "plots": pgettext_lazy("total of a file", "Plots and flats"),
    "landmarks": pgettext_lazy("total of a file", "Roads, water, wood"),
    "units": pgettext_lazy("total of a file", "Plots and flats"),
}
