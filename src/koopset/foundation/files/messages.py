from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

register_messages(
    {
        "files.empty": _("The file is empty. Choose another one, or save it once more and bring it again."),
        "files.too_large": _(
            "The file is larger than %(limit_mb)s MB. Split it into parts, or make the pictures in it smaller."
        ),
        "files.not_allowed": _(
            "Files “.%(extension)s” are not taken. Bring PDF, JPG, PNG, HEIC, XLSX, DOCX, ODS, CSV, TXT, XML or ZIP."
        ),
        "files.lying_extension": _(
            "The file says “.%(extension)s”, but something else is inside. Open it in the program that made it and save it anew."
        ),
        "files.old_excel": _(
            "This is a table of the old Excel (.xls). Open it and save it as “Excel workbook (.xlsx)” or CSV."
        ),
        "files.old_word": _(
            "This is a document of the old Word (.doc). Open it and save it as .docx or PDF."
        ),
        "files.not_a_table": _("This file is not a table. Bring XLSX or CSV."),
        "files.broken_table": _(
            "The table cannot be opened: the file is damaged. Save it anew and bring it again."
        ),
        "files.locked_table": _("The table is under a password. Take the password off and bring it again."),
        "files.table_too_large": _(
            "The table is too large: at most %(rows)s rows and %(columns)s columns are read. Split it into parts."
        ),
        "files.unpacks_too_large": _(
            "When unpacked, this file is larger than %(limit_mb)s MB, and so it is not opened. Split the table into parts."
        ),
        "files.unknown_encoding": _(
            "The text of the file cannot be read. Save it as CSV UTF-8 and bring it again."
        ),
    }
)
