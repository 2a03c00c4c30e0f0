"""Writing of codes by telephone: proving a phone, signing in by a proven one.

A code is made and sent by a job (`phone_code_send`), so that an answer takes as long for an unknown number as for a known one, and only
its hash is ever kept.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from koopset.apps.people.models import Login, PhoneCode
from koopset.apps.people.ports import sms_gateway, sms_is_on
from koopset.apps.people.rules import phone_mobile
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

JOB = "people.phone-code"
CODE_DIGITS = 6
CODE_MINUTES = 5
CODE_TRIES = 5
#: How often a code may be asked for one number, whoever asks.
PAUSE_SECONDS = 60
CODES_AN_HOUR = 5


def _hash(row: PhoneCode, code: str) -> str:
    return salted_hmac("koopset.people.phone-code", f"{row.pk}:{code}", algorithm="sha256").hexdigest()


def _ask(phone: str, login: Login | None, purpose: PhoneCode.Purpose, now: datetime) -> PhoneCode:
    if not sms_is_on():
        raise RuleViolation("people.no_text_messages")
    # Two at once for one number: the rows of the hour are locked where there are any, and one more code does no harm.
    recent = list(
        PhoneCode.objects.select_for_update()
        .filter(phone=phone, created_at__gt=now - timedelta(hours=1))
        .order_by("-created_at")
    )
    if len(recent) >= CODES_AN_HOUR:
        raise RuleViolation("people.too_many_codes", field="phone")
    if recent and (now - recent[0].created_at).total_seconds() < PAUSE_SECONDS:
        raise RuleViolation("people.code_sent_just_now", field="phone")
    row = PhoneCode.objects.create(login=login, phone=phone, purpose=purpose, created_at=now)
    enqueue(JOB, actor=SYSTEM, args={"phone_code_id": row.pk}, now=now)
    return row


@service(None)
def phone_prove_ask(*, actor: Actor, phone: str, now: datetime) -> PhoneCode:
    """Send a code to a phone, to prove that it is in the hands of this login. Right: the own login.

    Raises people.bad_mobile, people.too_many_codes, people.code_sent_just_now, people.no_text_messages.
    """
    login = Login.objects.get(pk=actor.login_id)  # type: ignore[misc]
    return _ask(phone_mobile(phone), login, PhoneCode.Purpose.PROVE, now)


def phone_prove(*, login_id: int, phone_code_id: int, code: str, now: datetime) -> Login:
    """The code is right: one may sign in by this phone. A phone proven by another login before is taken over: whoever reads its messages
    owns it. The page gives its own login; no service's frame around it, for a refusal would take back the count of tries.

    Raises what `phone_code_check` raises.
    """
    row = phone_code_check(phone_code_id, PhoneCode.Purpose.PROVE, code, login_id=login_id, now=now)
    with transaction.atomic():
        for former in Login.objects.select_for_update().filter(phone=row.phone).exclude(pk=login_id):
            former.phone, former.phone_proved_at = "", None
            former.save(update_fields=["phone", "phone_proved_at"])
        login = Login.objects.select_for_update().get(pk=login_id)
        login.phone, login.phone_proved_at = row.phone, now
        login.save(update_fields=["phone", "phone_proved_at"])
    return login


@service(None)
def phone_forget(*, actor: Actor, now: datetime) -> Login:
    """One signs in by the phone no more. Right: the own login."""
    login = Login.objects.select_for_update().get(pk=actor.login_id)  # type: ignore[misc]
    login.phone, login.phone_proved_at = "", None
    login.save(update_fields=["phone", "phone_proved_at"])
    return login


@service(None)
def phone_sign_in_ask(*, actor: Actor, phone: str, now: datetime) -> PhoneCode:
    """Send a code to sign in by. A number that nobody has proven gets the same answer and no message. Right: anybody.

    Raises people.bad_mobile, people.too_many_codes, people.code_sent_just_now, people.no_text_messages.
    """
    number = phone_mobile(phone)
    login = Login.objects.filter(phone=number, is_active=True).first()
    return _ask(number, login, PhoneCode.Purpose.SIGN_IN, now)


def phone_code_check(
    phone_code_id: int, purpose: PhoneCode.Purpose, code: str, *, login_id: int | None = None, now: datetime
) -> PhoneCode:
    """The row of a right code, used up by this. A wrong try is counted and stays counted.

    Raises people.code_wrong, people.code_old (too late, used, too many tries).
    """
    digits = "".join(char for char in code if char.isdigit())
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(pk=phone_code_id, purpose=purpose).first()
        if (
            row is None
            or (login_id is not None and row.login_id != login_id)
            or row.used_at is not None
            or row.tries >= CODE_TRIES
            or now - row.created_at > timedelta(minutes=CODE_MINUTES)
        ):
            raise RuleViolation("people.code_old", field="code")
        row.tries += 1
        fits = (
            row.login_id is not None
            and row.code_hash != ""
            and constant_time_compare(row.code_hash, _hash(row, digits))
        )
        if fits:
            row.used_at = now
        row.save(update_fields=["tries", "used_at"])
    if not fits:
        raise RuleViolation("people.code_wrong", field="code")
    return row


def phone_code_send(phone_code_id: int, *, now: datetime) -> bool:
    """Make the code and send it; only for a login, only once, only while it would still be good. Run by the job. Whether it was sent."""
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update(of=("self",)).select_related("login").get(pk=phone_code_id)
        if row.login is None or row.code_hash or now - row.created_at > timedelta(minutes=CODE_MINUTES):
            return False
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        row.code_hash = _hash(row, code)
        row.save(update_fields=["code_hash"])
        language = row.login.language
    with translation.override(language):
        text = _("KOOPSET: code %(code)s. Tell it to nobody, not even to us.") % {"code": code}
    sms_gateway().send(phone=row.phone, text=text)
    return True


def phone_codes_forget(*, now: datetime) -> int:
    """Forget codes of more than a day ago; their number. For the nightly job."""
    return int(PhoneCode.objects.filter(created_at__lt=now - timedelta(days=1)).delete()[0])
