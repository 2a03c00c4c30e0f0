"""What goes with a person whose books have had their years (402-ФЗ art. 29): papers with the name, remarks."""

from __future__ import annotations

from collections.abc import Collection

from koopset.apps.billing.models import DocumentDelivery, PaymentDocument, PersonalAccount


def papers_forget_for_room(*, organisation_id: int, person_ids: Collection[int]) -> int:
    """Delete the payment documents of the persons' accounts and empty the accounts' remarks, also in history; how many documents.

    Called by an erasure, in its transaction and under its right, when nothing keeps the name any more. Charges stay: they hold numbers.
    """
    accounts = list(
        PersonalAccount.objects.filter(
            organisation_id=organisation_id, payer_id__in=list(person_ids)
        ).values_list("pk", flat=True)
    )
    documents = PaymentDocument.objects.filter(organisation_id=organisation_id, account_id__in=accounts)
    DocumentDelivery.objects.filter(
        organisation_id=organisation_id, document_id__in=documents.values("pk")
    ).delete()
    count = documents.delete()[0]
    DocumentDelivery.objects.filter(organisation_id=organisation_id, person_id__in=list(person_ids)).update(
        person_id=None
    )
    PersonalAccount.objects.filter(organisation_id=organisation_id, pk__in=accounts).update(note="")
    PersonalAccount.history.filter(organisation_id=organisation_id, id__in=accounts).update(note="")
    return count
