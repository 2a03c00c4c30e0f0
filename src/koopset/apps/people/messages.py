"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "people.unknown": _("There is no such person in your register. Choose one from the list."),
            "people.name_unknown": _(
                "“%(name)s” is not among the people. Check the spelling, or add the person first."
            ),
            "people.namesakes": _(
                "There are several people named %(name)s. Choose the right one from the list that opens while you type."
            ),
            "people.unknown_kind": _("Choose: a person or a body."),
            "people.no_last_name": _("Give the last name."),
            "people.no_body_name": _("Give the name of the body."),
            "people.bad_email": _("“%(value)s” is not an e-mail address. It looks like name@mail.ru."),
            "people.bad_phone": _("“%(value)s” is not a phone number. It looks like +7 911 123-45-67."),
            "people.bad_birth_date": _("Check the date of birth."),
            "people.inn_of_other_kind": _("A person's taxpayer number (ИНН) has 12 digits, a body's has 10."),
            "people.name_by_keeper": _(
                "The name on this card is kept by the board. Tell the board what has changed; contacts you can change yourself."
            ),
            "people.unknown_language": _("Choose a language from the list."),
            "people.unknown_theme": _("Choose a theme from the list."),
            "people.has_login": _("%(name)s signs in already: no invitation is needed."),
            "people.no_email": _("%(name)s has no e-mail. Write it on the card first, then invite."),
            "people.nobody_to_invite": _(
                "Everybody who has an e-mail has been invited already. Write e-mails on the cards of the others first."
            ),
            "people.no_login": _("%(name)s has neither a login nor an invitation."),
            "people.invited_just_now": _(
                "The letter to %(name)s has just been sent. Wait a minute before sending it again."
            ),
            "people.link_is_old": _(
                "This link has been used or is too old. If you have a password, sign in; if not, ask for a new one "
                "by “Forgot the password?”."
            ),
            "people.email_not_proved": _(
                "The address %(email)s has not been confirmed yet. Open the letter we sent to it."
            ),
            "people.operator_stays": _(
                "This login runs the platform. Give the platform to another operator first, then ask again."
            ),
            "people.no_such_session": _("This session has ended already."),
            "people.visit_to_nobody": _(
                "Nobody signs in with %(email)s. Ask the person which e-mail they use."
            ),
            "people.visit_to_oneself": _("This is your own e-mail: you see your pages anyway."),
            "people.visit_to_operator": _("This is an operator of the platform: their pages are not shown."),
            "people.visit_without_reason": _(
                "Write why, so that the person understands what you will look at."
            ),
            "people.visit_is_asked": _("You have asked this person already. Wait for the answer."),
            "people.visit_is_answered": _("This request has been answered or is over."),
            "people.visit_not_allowed": _("The person has not let you in, or the time is over. Ask again."),
            "people.no_such_visit": _("There is no such request."),
            "people.bad_mobile": _(
                "Give a mobile number, as +7 911 123-45-67: a message cannot be sent to another."
            ),
            "people.too_many_codes": _(
                "Too many codes were asked for this number. Try again in an hour, or sign in by e-mail."
            ),
            "people.code_sent_just_now": _(
                "A code was asked for this number just now. Wait a minute before asking again."
            ),
            "people.no_text_messages": _("Text messages are not sent here. Sign in by e-mail."),
            "people.code_wrong": _("The code does not fit. Look at the newest message and enter it again."),
            "people.code_old": _("This code is no longer good. Ask for a new one."),
            "people.household_name": _("The name of a family has at most 80 characters."),
            "people.invited_oneself": _("This is your own e-mail. Write that of the person you invite."),
            "people.invitations_many": _(
                "%(count)s invitations wait already. Call off those nobody needs, then invite again."
            ),
            "people.household_full": _("A family here has at most %(count)s people."),
            "people.no_such_invitation": _("This invitation has been used, called off or is too old."),
            "people.code_unknown": _(
                "There is no invitation with this code, or it has been used or is too old. Check the letters, or ask for a new one."
            ),
            "people.in_it_already": _("You are in this family already."),
            "people.alone_in_household": _("There is nobody else in your family: there is nothing to leave."),
            "people.no_such_member": _("This person is not in your family any more."),
            "people.not_the_head": _(
                "Only who has been in the family the longest may ask another to go. Anybody may leave."
            ),
            "people.has_own_card": _("You have told your name already. It can be changed in your profile."),
        }
    )
