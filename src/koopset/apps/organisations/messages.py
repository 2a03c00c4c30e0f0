"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications import Channel, register_topic
from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "organisations.unknown_form": _("Choose the legal form from the list."),
            "organisations.no_name": _("Give the short name, as in the charter."),
            "organisations.inn_taken": _(
                "Another organisation of the platform has this ИНН. Check the number, or ask the operator."
            ),
            "organisations.inn_of_body": _("An entrepreneur has the ИНН of a person: 12 digits."),
            "organisations.ogrn_of_body": _("An entrepreneur has an ОГРНИП: 15 digits."),
            "organisations.inn_of_person": _("12 digits are the ИНН of a person. An organisation's has 10."),
            "organisations.ogrn_of_person": _(
                "15 digits are the ОГРНИП of an entrepreneur. An organisation's ОГРН has 13."
            ),
            "organisations.not_verified": _(
                "The authority of the chair of %(name)s has not been checked yet, so nothing is charged, issued or collected in its "
                "name. The operator of the platform or the coordinator of the district checks it."
            ),
            "organisations.no_legal_person": _(
                "%(name)s is no legal person (%(article)s): it has no account in a bank, so nothing is charged, issued for payment or "
                "collected in its name. Register, people and decisions work. When it becomes a legal person, enter its ИНН."
            ),
            "organisations.no_act": _(
                "A body without an ИНН is known by an act of local self-government (who registered its charter, number and date), a "
                "group of buyers by its agreement."
            ),
            "organisations.no_state_register": _(
                "A body without an ИНН is not in the state register (ЕГРЮЛ). Compare its papers with the act of local "
                "self-government, of a group of buyers with its agreement."
            ),
            "organisations.role_not_of_form": _(
                "There is no such office in this legal form: %(role)s (%(form)s)."
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
                "You asked for the account %(number)s yourself. Another person — the chair, the accountant or the "
                "treasurer — has to confirm it."
            ),
            "organisations.change_pending": _(
                "A change of bank details is under way already (account %(number)s). Wait for its end, or stop it first: "
                "one change at a time."
            ),
            "organisations.change_stopped": _(
                "The change to the account %(number)s was stopped by an objection. Find out what happened; then the account can be "
                "entered anew."
            ),
            "organisations.change_done": _(
                "The change to the account %(number)s is in effect already. Enter the right account as a new change, and write to "
                "the operator at once."
            ),
            "organisations.unknown_change": _(
                "There is no such change in the list any more. Open the page again."
            ),
            "organisations.main_already": _("Fees are collected on the account %(number)s already."),
            "organisations.verification_lapsed": _(
                "The term of the chair of %(name)s who was checked ended on %(until)s, so nothing is charged, issued or "
                "collected in its name. The operator of the platform checks the new chair by the minutes of the election."
            ),
            "organisations.no_minutes": _(
                "Give the number of the minutes by which the chair was elected; «б/н» if it has none."
            ),
            "organisations.unknown_how": _("Choose how the papers were checked."),
            "organisations.paper_of_future": _("This day has not come yet. Check the date."),
            "organisations.extract_undated": _(
                "Give both the number and the date of the extract, or neither."
            ),
            "organisations.own_authority": _("Nobody confirms their own authority. Ask another operator."),
            "organisations.term_over": _(
                "The term of the chair ended on %(until)s. The minutes of the latest election are needed."
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
                "An auditor cannot be the chair or in the board (%(article)s). End the other office first."
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
    register_topic(
        "organisations.bank-change",
        _("changes of bank details"),
        kept=(Channel.APP, Channel.MAIL),
        reason=_("So that money never goes elsewhere unseen by you."),
        urgent=True,
    )
