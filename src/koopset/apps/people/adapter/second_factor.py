"""How allauth's second factor becomes ours: its words, its square, secrets that are not kept in the clear, letters to the owner."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import Any

import zxingcpp
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from koopset.apps.people.models import Login
from koopset.apps.people.rules import device_words
from koopset.apps.people.services.second_factor import key_change_tell

NAME = "КООПСЕТЬ"
_SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"')


def _cipher() -> MultiFernet:
    """By the secret key of the installation; former ones (SECRET_KEY_FALLBACKS) still open what they closed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"koopset.people.second-factor:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class KeysAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator applications, passkeys and recovery codes as this house has them."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code does not fit. Codes change every half a minute: enter the newest one."
        ),
        "cannot_generate_recovery_codes": _("First set up the second step of signing in, then the codes."),
        "unverified_email": _("First confirm your e-mail: open the letter we sent to it."),
        "add_email_blocked": _(
            "While the second step of signing in is on, another e-mail cannot be added. Turn it off first."
        ),
    }

    def get_totp_issuer(self) -> str:
        return NAME

    def build_totp_svg(self, url: str) -> str:
        """The square as a picture that scales: the library gives it a fixed size."""
        symbol = zxingcpp.create_barcode(url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        svg: str = zxingcpp.write_barcode_to_svg(symbol)
        return _SIZE.sub(r'<svg viewBox="0 0 \1 \2" shape-rendering="crispEdges"', svg[svg.index("<svg") :])

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What cannot be opened (the secret key was lost) fits no code, and asks for no page of error."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Login, type: Authenticator.Type) -> str:
        """Named after the device it is made on; its owner may change it."""
        words = device_words(context.request.META.get("HTTP_USER_AGENT", ""))
        return words.system or pgettext("passkey", "My key")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": NAME}


_TOLD = {
    Authenticator.Type.TOTP: (
        _("The second step of signing in by an application is on"),
        _("The second step of signing in by an application is off"),
    ),
    Authenticator.Type.WEBAUTHN: (_("A passkey was added"), _("A passkey was removed")),
}
_IF_NOT_YOU = _(
    "If it was you, do nothing. If not, change the password at once and end the sessions you do not know."
)


def _tell(user: Login, authenticator: Authenticator, place: int) -> None:
    titles = _TOLD.get(authenticator.type)
    if titles is not None:
        key_change_tell(login=user, title=titles[place], text=_IF_NOT_YOU, now=timezone.now())


def on_added(sender: Any, user: Login, authenticator: Authenticator, **rest: Any) -> None:
    _tell(user, authenticator, 0)


def on_removed(sender: Any, user: Login, authenticator: Authenticator, **rest: Any) -> None:
    _tell(user, authenticator, 1)


def on_codes_renewed(sender: Any, user: Login, **rest: Any) -> None:
    key_change_tell(login=user, title=_("New recovery codes were made"), text=_IF_NOT_YOU, now=timezone.now())


def connect() -> None:
    authenticator_added.connect(on_added, dispatch_uid="people.key-added")
    authenticator_removed.connect(on_removed, dispatch_uid="people.key-removed")
    authenticator_reset.connect(on_codes_renewed, dispatch_uid="people.codes-renewed")
