"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "organisations.unknown_form": _("Choose the legal form from the list."),
            "organisations.no_name": _("Give the short name, as in the charter."),
            "organisations.inn_taken": _(
                "Another organisation of the platform has this ИНН. Check the number, or ask the operator."
            ),
            "organisations.inn_of_person": _("12 digits are the ИНН of a person. An organisation's has 10."),
            "organisations.ogrn_of_person": _(
                "15 digits are the ОГРНИП of an entrepreneur. An organisation's ОГРН has 13."
            ),
            "organisations.not_verified": _(
                "The authority of the chair of %(name)s has not been checked yet, so nothing is issued in its name. "
                "The operator of the platform does this."
            ),
            "organisations.no_confirmed_account": _(
                "%(name)s has no confirmed bank account. Enter it in the requisites; another person of the board then confirms it."
            ),
            "organisations.verified_already": _("%(name)s has been checked already."),
            "organisations.no_inn": _("Enter the ИНН of %(name)s first: the authority is checked by it."),
            "organisations.no_chair": _("%(name)s has no chair today. Appoint the chair first."),
            "organisations.no_bank_name": _("Give the name of the bank."),
            "organisations.account_known": _("The account %(number)s is in the list already."),
            "organisations.unknown_account": _(
                "There is no such bank account in the list any more. Open the page again."
            ),
            "organisations.confirmed_already": _("The account %(number)s has been confirmed already."),
            "organisations.account_closed": _("The account %(number)s is closed."),
            "organisations.own_confirmation": _(
                "You entered the account %(number)s yourself. Another person — the chair, the accountant or the "
                "treasurer — has to confirm it."
            ),
            "organisations.confirm_later": _(
                "A change of bank details waits 24 hours, so that a change nobody asked for is noticed. It can be "
                "confirmed from %(ready_at)s."
            ),
            "organisations.not_confirmed": _(
                "The account %(number)s has not been confirmed yet. Another person confirms it first."
            ),
            "organisations.main_stays": _(
                "Fees are paid to the account %(number)s. Choose another account for fees first, then close this one."
            ),
            "organisations.unknown_role": _("Choose a role from the list."),
            "organisations.chair_by_operator": _(
                "Who is the chair is entered by the operator of the platform, by the minutes of the meeting. Write to the operator."
            ),
            "organisations.no_basis": _("Name the decision or the power of attorney: kind, date, number."),
            "organisations.dates_out_of_order": _("The end is earlier than the beginning. Check the dates."),
            "organisations.role_held": _("This person holds this role already, since %(since)s."),
            "organisations.chair_taken": _("There is a chair already, since %(since)s. End that term first."),
            "organisations.auditor_in_board": _(
                "An auditor cannot be the chair or in the board (217-ФЗ art. 20, ЖК art. 150). End the other office first."
            ),
            "organisations.represents_nobody": _("Say whom the representative stands for."),
            "organisations.represents_oneself": _(
                "Nobody represents himself. Choose whom the person stands for."
            ),
            "organisations.unknown_assignment": _(
                "There is no such line in the list any more. Open the page again."
            ),
            "organisations.role_ended": _("This term ended on %(until)s."),
        }
    )
