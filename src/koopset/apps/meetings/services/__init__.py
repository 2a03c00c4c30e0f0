"""All writing of meetings."""

from koopset.apps.meetings.services.agenda import (
    MATERIAL_FILE,
    ItemTyped,
    candidate_add,
    candidate_remove,
    item_add,
    item_change,
    item_remove,
    material_add,
    material_withdraw,
)
from koopset.apps.meetings.services.ballots import hall_votes_enter, phone_vote
from koopset.apps.meetings.services.closing import meeting_close
from koopset.apps.meetings.services.drafts import (
    Settings,
    meeting_cancel,
    meeting_draft,
    meeting_settings_save,
    official_remove,
    official_set,
    settings_of,
)
from koopset.apps.meetings.services.law import charter_save, law_edition_end, law_edition_save
from koopset.apps.meetings.services.notices import (
    PROOF_FILE,
    meeting_notice,
    notice_post,
    notice_prove,
    notice_withdraw,
)
from koopset.apps.meetings.services.opening import meeting_open
from koopset.apps.meetings.services.papers import PAPER_FILE, paper_confirm, paper_enter, paper_reject
from koopset.apps.meetings.services.presence import (
    POWER_FILE,
    Tried,
    check_in_by_code,
    item_put,
    person_check_in,
    person_leave,
    power_enter,
    power_withdraw,
    powers_take,
)
from koopset.apps.meetings.services.records import effect_by_hand, effect_carry_out, meeting_record
from koopset.apps.meetings.services.reminders import reminders_send
from koopset.apps.meetings.services.repeats import meeting_repeat
from koopset.apps.meetings.services.secret_votes import SecretReceipt, secret_vote
from koopset.apps.meetings.services.signatures import Signed, signature_ask, signature_sign

__all__ = [
    "MATERIAL_FILE",
    "PAPER_FILE",
    "POWER_FILE",
    "PROOF_FILE",
    "ItemTyped",
    "SecretReceipt",
    "Settings",
    "Signed",
    "Tried",
    "candidate_add",
    "candidate_remove",
    "charter_save",
    "check_in_by_code",
    "effect_by_hand",
    "effect_carry_out",
    "hall_votes_enter",
    "item_add",
    "item_change",
    "item_put",
    "item_remove",
    "law_edition_end",
    "law_edition_save",
    "material_add",
    "material_withdraw",
    "meeting_cancel",
    "meeting_close",
    "meeting_draft",
    "meeting_notice",
    "meeting_open",
    "meeting_record",
    "meeting_repeat",
    "meeting_settings_save",
    "notice_post",
    "notice_prove",
    "notice_withdraw",
    "official_remove",
    "official_set",
    "paper_confirm",
    "paper_enter",
    "paper_reject",
    "person_check_in",
    "person_leave",
    "phone_vote",
    "power_enter",
    "power_withdraw",
    "powers_take",
    "reminders_send",
    "secret_vote",
    "settings_of",
    "signature_ask",
    "signature_sign",
]
