"""A simple signature (63-ФЗ art. 5, 6, 9): a code that the voter received, bound to the hash of the very text that is signed.

The code alone signs nothing: its tag is made of text, voter, term and code under a secret of the server, so the same code for another text,
another voter or after its term is a wrong code. Codes are drawn by the caller; only the tag is kept.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.rules.canonical import canonical
from koopset.kernel.violations import RuleViolation

_TEXT = b"koopset.meetings.ballot-text.v1\n"
_CODE = b"koopset.meetings.code.v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A code that was sent. `tag` stands for the code and tells nothing of it; `attempts` so far, `most` allowed.

    `clause`: the clause of the charter, or the agreement, by which such a signature is as good as one by hand.
    """

    text_hash: str
    voter: int
    clause: str
    expires_at: datetime
    tag: str
    attempts: int = 0
    most: int = 5


def text_hash(text: str) -> str:
    """The hash of a ballot's text that is shown to the voter, kept, and signed; hexadecimal."""
    return hashlib.sha256(_TEXT + text.encode("utf-8")).hexdigest()


def challenge_made(
    *,
    text: str,
    voter: int,
    clause: str,
    code: str,
    expires_at: datetime,
    secret: bytes,
    most: int = 5,
) -> Challenge:
    """A code bound to a text.

    Raises meetings.signature_no_clause: without a clause such a signature is none (63-ФЗ art. 6 part 2); meetings.signature_weak_secret.
    """
    if not clause.strip():
        raise RuleViolation("meetings.signature_no_clause", field="clause")
    if len(secret) < 32 or not code:
        raise RuleViolation("meetings.signature_weak_secret", field="secret")
    hashed = text_hash(text)
    tag = _tag(hashed, voter, clause, expires_at, code, secret)
    return Challenge(text_hash=hashed, voter=voter, clause=clause, expires_at=expires_at, tag=tag, most=most)


def code_checked(
    challenge: Challenge, *, text: str, voter: int, code: str, at: datetime, secret: bytes
) -> None:
    """Refuse a code that does not sign this text; the caller counts an attempt for every call.

    Raises meetings.code_exhausted, meetings.code_expired, meetings.code_other_text (the text changed after the code was sent),
    meetings.code_wrong (also another voter's, and a forged tag).
    """
    if challenge.attempts >= challenge.most:
        raise RuleViolation("meetings.code_exhausted", field="code")
    if at > challenge.expires_at:
        raise RuleViolation("meetings.code_expired", field="code")
    hashed = text_hash(text)
    if not hmac.compare_digest(hashed, challenge.text_hash):
        raise RuleViolation("meetings.code_other_text", field="code")
    tag = _tag(hashed, voter, challenge.clause, challenge.expires_at, code.strip(), secret)
    if voter != challenge.voter or not hmac.compare_digest(tag, challenge.tag):
        raise RuleViolation("meetings.code_wrong", field="code", left=challenge.most - challenge.attempts - 1)


def _tag(hashed: str, voter: int, clause: str, expires_at: datetime, code: str, secret: bytes) -> str:
    body = canonical([hashed, voter, clause, expires_at, code])
    return hmac.new(secret, _CODE + body, hashlib.sha256).hexdigest()
