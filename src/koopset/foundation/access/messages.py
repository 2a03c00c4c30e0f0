from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

register_messages(
    {
        "access.no_name": _("Name the key, for example by the program that will use it."),
        "access.no_scopes": _("Choose what the program may do: a key without a right opens nothing."),
        "access.unknown_scope": _("There is no right “%(scope)s”. Choose from the list."),
        "access.too_many_tokens": _("You have %(most)s keys in force. Revoke those that nobody uses."),
        "access.bad_expiry": _("The last day of the key must be after today."),
        "access.too_many_requests": _(
            "No more than %(most)s requests (rows of batches count singly) are answered in a minute. Go on in %(seconds)s s."
        ),
        "access.expiry_too_far": _("A key of an organisation works for a year at most."),
        "access.too_many_keys": _(
            "The organisation has %(most)s keys in force. Revoke those that nobody uses."
        ),
        "access.scope_not_yours": _("You may not give the right “%(scope)s”: you do not hold it yourself."),
        "access.scope_for_people": _(
            "The right “%(scope)s” stays with people: no key of an organisation has it."
        ),
        "access.key_required": _(
            "This request needs the header Idempotency-Key: any text of your own, new for each new work."
        ),
        "access.bad_key": _("Idempotency-Key is 1 to 120 printable Latin characters."),
        "access.key_reused": _(
            "This Idempotency-Key was used for another request. Take a new key for new work."
        ),
        "access.in_progress": _("The same request is being done just now. Ask again in a second."),
        "access.unauthorised": _(
            "The key is missing, expired or revoked. Send the header “Authorization: Bearer ks_…”."
        ),
        "access.not_found": _("There is no such thing here, or it is not open to you."),
        "access.bad_request": _("The request could not be read: %(problem)s."),
        "access.invalid": _("The field “%(field)s” is not as expected: %(problem)s."),
        "access.too_large": _("The request is too large. Send files by multipart/form-data, rows in parts."),
        "access.fault": _("A fault of ours. Nothing was done halfway; ask again or write to the operator."),
        "access.no_file": _("Attach the file."),
    }
)
