"""What nothing needs any more in applications for membership."""

from __future__ import annotations

from collections.abc import Collection

from koopset.apps.register.models import MembershipApplication
from koopset.foundation.tenants.guard import across_tenants


def addresses_forget_for_room(*, application_ids: Collection[int]) -> int:
    """Take addresses and words out of applications, and of their history; how many. Asks no right: whoever erases has."""
    empty = {"residence": "", "postal_address": "", "email": "", "word": ""}
    with across_tenants("the person's own applications, wherever they were handed in"):
        count = MembershipApplication.objects.filter(pk__in=application_ids).update(**empty)
        MembershipApplication.history.filter(id__in=application_ids).update(**empty)
    return int(count)
