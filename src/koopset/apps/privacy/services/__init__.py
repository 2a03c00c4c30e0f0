"""All writing of this room, a file for each use case."""

from koopset.apps.privacy.services.consents import consent_give, consent_withdraw
from koopset.apps.privacy.services.erasure import (
    erasure_ask,
    erasure_carry_out,
    erasure_refuse,
    erasure_take_back,
    rests_erase,
)
from koopset.apps.privacy.services.exports import export_build, export_start, exports_forget
from koopset.apps.privacy.services.paper import paper_consent_record, scans_forget

__all__ = [
    "consent_give",
    "consent_withdraw",
    "erasure_ask",
    "erasure_carry_out",
    "erasure_refuse",
    "erasure_take_back",
    "export_build",
    "export_start",
    "exports_forget",
    "paper_consent_record",
    "rests_erase",
    "scans_forget",
]
