"""Names that nothing needs any more."""

from __future__ import annotations

from koopset.apps.joining.models import Application, Coordinator
from koopset.foundation.tenants.guard import across_tenants


def names_forget_for_room(*, login_id: int) -> None:
    """Take names and phone out of the applications and appointments of a login, and of their history.

    Asks no right: whoever erases has.
    """
    nameless = {"last_name": "", "first_name": "", "middle_name": "", "phone": ""}
    with across_tenants("one's own applications"):
        for applications in (Application.objects, Application.history):
            applications.filter(login_id=login_id).update(**nameless)
    for appointments in (Coordinator.objects, Coordinator.history):
        appointments.filter(login_id=login_id).update(name="")
