"""The office brings in what a person signed on paper: a consent, its withdrawal (152-ФЗ art. 9 parts 1, 2, 4)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.people.selectors import login_ids_of_persons, persons_by_ids
from koopset.apps.privacy.events import ConsentGiven, ConsentWithdrawn
from koopset.apps.privacy.models import ConsentAct, PaperConsent
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.selectors import (
    addressee_of,
    is_for_organisation,
    standing_of_person,
    text_of_version,
)
from koopset.apps.privacy.selectors.paper import PAPER_FILE
from koopset.foundation.events import publish
from koopset.foundation.files import StoredFile, file_delete
from koopset.foundation.notifications.services import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation

TOPIC = "privacy.consent"
Deed = ConsentAct.Deed


@service(PrivacyRight.CONSENT_RECORD)
def paper_consent_record(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    purpose: str,
    version: int,
    deed: str,
    signed_on: date,
    file_id: int | None,
    now: datetime,
) -> PaperConsent:
    """Keep that a person signed a consent to one purpose, or its withdrawal, on paper: by which version of the text, on which day, with the
    scan. It counts like one given on the site, and the person is told. A withdrawal takes back what was given in either way.

    Raises people.unknown, privacy.unknown_purpose, privacy.paper_future, privacy.paper_before_text, privacy.paper_no_scan,
    privacy.not_given, privacy.paper_withdrawn_before, privacy.paper_known.
    """
    if person_id not in persons_by_ids([person_id], organisation_id=organisation_id):
        raise RuleViolation("people.unknown", field="person")
    text = text_of_version(purpose, version)
    if text is None or not is_for_organisation(text) or deed not in Deed.values:
        raise RuleViolation("privacy.unknown_purpose", field="text")
    today = timezone.localdate(now)
    if signed_on > today:
        raise RuleViolation("privacy.paper_future", field="signed_on")
    if signed_on < text.since:
        raise RuleViolation("privacy.paper_before_text", field="signed_on", since=text.since)
    file = StoredFile.objects.filter(
        organisation_id=organisation_id, pk=file_id or 0, kind=PAPER_FILE
    ).first()
    if file is None:
        raise RuleViolation("privacy.paper_no_scan", field="file")
    addressee = addressee_of(text, organisation_id)
    digest = text.digest(addressee)
    if deed == Deed.WITHDRAWN:
        said = standing_of_person(organisation_id, person_id, purpose)
        if said is None or said.deed != Deed.GIVEN:
            raise RuleViolation("privacy.not_given", field="deed")
        given_on = said.signed_on if isinstance(said, PaperConsent) else timezone.localdate(said.at)
        if signed_on < given_on:
            raise RuleViolation("privacy.paper_withdrawn_before", field="signed_on", on=given_on)
        version, addressee = said.version, said.addressee
        digest = said.text_sha256 if isinstance(said, PaperConsent) else said.sha256
    try:
        with transaction.atomic():
            row = PaperConsent.objects.create(
                organisation_id=organisation_id,
                person_id=person_id,
                purpose=purpose,
                version=version,
                deed=deed,
                signed_on=signed_on,
                effective_at=_effective(deed, signed_on, now),
                addressee=addressee,
                text_sha256=digest,
                file=file,
                scan_sha256=file.sha256,
                login_id=actor.login_id,
                at=now,
            )
    except IntegrityError as error:
        raise RuleViolation("privacy.paper_known", field="signed_on") from error
    login_id = login_ids_of_persons([person_id]).get(person_id)
    if deed == Deed.GIVEN:
        publish(ConsentGiven(organisation_id, login_id, (person_id,), purpose, version))
    else:
        publish(ConsentWithdrawn(organisation_id, login_id, (person_id,), purpose))
    with override("ru"):
        words = (
            _("Your consent on paper was entered: %(title)s")
            if deed == Deed.GIVEN
            else _("Your withdrawal on paper was entered: %(title)s")
        )
        title = words % {"title": text.title}
        note = _("It is seen under «My data and consents», with the scan.")
    notify(
        organisation_id=organisation_id,
        topic=TOPIC,
        title=title,
        text=note,
        link="/me/data/",
        person_ids=[person_id],
        now=now,
    )
    return row


def _effective(deed: str, signed_on: date, now: datetime) -> datetime:
    if signed_on == timezone.localdate(now):
        return now
    return timezone.make_aware(
        datetime.combine(signed_on, time.min if deed == Deed.GIVEN else time(23, 59, 59))
    )


def scans_forget(*, before: datetime) -> Counter[int | None]:
    """Delete the scans of consents that were withdrawn before a moment, and of those withdrawals; digests and dates stay.

    A term of keeping, no use case of a person: it asks no right.
    """
    gone: Counter[int | None] = Counter()
    with across_tenants("a term of keeping deletes by age, and shows nothing to anybody"):
        ended = PaperConsent.objects.filter(deed=Deed.WITHDRAWN, at__lt=before, file__isnull=False)
        for last in list(ended.order_by("pk")[:1000]):
            rows = PaperConsent.objects.filter(
                organisation_id=last.organisation_id,
                person_id=last.person_id,
                purpose=last.purpose,
                effective_at__lte=last.effective_at,
                file__isnull=False,
            )
            for row in rows.select_related("file"):
                file = row.file
                row.file = None
                row.save(update_fields=["file"])
                if file is not None and not PaperConsent.objects.filter(file_id=file.pk).exists():
                    file_delete(file=file)
                    gone[last.organisation_id] += 1
    return gone
