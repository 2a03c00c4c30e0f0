"""All writing of receipts, homes and choices of sharing."""

from koopset.apps.needs.services.answers import name_tell as name_tell
from koopset.apps.needs.services.answers import question_leave as question_leave
from koopset.apps.needs.services.answers import unknown_again_for_room as unknown_again_for_room
from koopset.apps.needs.services.erasing import household_rows_erase_for_room as household_rows_erase_for_room
from koopset.apps.needs.services.erasing import household_rows_move_for_room as household_rows_move_for_room
from koopset.apps.needs.services.filling import answer_take as answer_take
from koopset.apps.needs.services.filling import provider_ask as provider_ask
from koopset.apps.needs.services.homes import home_forget as home_forget
from koopset.apps.needs.services.homes import home_set as home_set
from koopset.apps.needs.services.homes import on_consent_withdrawn as on_consent_withdrawn
from koopset.apps.needs.services.homes import sharing_choose as sharing_choose
from koopset.apps.needs.services.imports import import_run as import_run
from koopset.apps.needs.services.imports import import_start as import_start
from koopset.apps.needs.services.imports import imports_forget as imports_forget
from koopset.apps.needs.services.receipts import Added as Added
from koopset.apps.needs.services.receipts import HandLine as HandLine
from koopset.apps.needs.services.receipts import code_add as code_add
from koopset.apps.needs.services.receipts import hand_add as hand_add
from koopset.apps.needs.services.receipts import hand_repeat as hand_repeat
from koopset.apps.needs.services.receipts import receipt_ask_again as receipt_ask_again
from koopset.apps.needs.services.receipts import receipt_delete as receipt_delete
from koopset.apps.needs.services.receipts import receipt_fill_by_hand as receipt_fill_by_hand
