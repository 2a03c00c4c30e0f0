"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "register.unknown_kind": _("Choose what it is: a plot, a flat, premises or a parking place."),
            "register.no_number": _("Give the number."),
            "register.unit_known": _(
                "Number %(number)s is in the register already. If it is on another street, name the street."
            ),
            "register.cadastral_known": _(
                "This cadastral number belongs to No. %(number)s already. Check both against the extracts."
            ),
            "register.unknown_import": _("There is no such file in the list. Open the page again."),
            "register.import_started": _("This file is being loaded or has been loaded already."),
            "register.import_not_checked": _("Check first what the columns are and what will change."),
            "register.another_import": _(
                "Another file is being loaded now. Wait until it is done: two files at once would not see each other."
            ),
            "register.unknown_column": _("Choose a field from the list for each column."),
            "register.column_twice": _("One column is chosen for two fields. Leave one."),
            "register.field_twice": _("One field is chosen for two columns. Leave one of them."),
            "register.no_number_column": _("Say which column holds the number of the plot or flat."),
            "register.empty_table": _("There are no lines with plots in the table."),
            "register.row_no_number": _("There is no number of a plot or flat."),
            "register.row_bad_cadastral": _(
                "The cadastral number “%(value)s” is not written as 47:07:0123456:78."
            ),
            "register.row_bad_area": _("The area “%(value)s” is not a number above zero."),
            "register.row_area_sotka": _(
                "The areas look like sotkas and are taken as such: 1 sotka = 100 m². If they are square metres, choose so above."
            ),
            "register.row_bad_share": _("The share “%(value)s” cannot be read: write 1/2, 1/3, 50%%."),
            "register.row_bad_date": _("The date “%(value)s” cannot be read: write 15.06.2020."),
            "register.row_future_date": _("The date “%(value)s” has not come yet."),
            "register.row_bad_email": _("The e-mail “%(value)s” cannot be read and will not be entered."),
            "register.row_bad_phone": _("The phone “%(value)s” cannot be read and will not be entered."),
            "register.row_bad_inn": _("The ИНН “%(value)s” is wrong and will not be entered."),
            "register.row_bad_member": _("“%(value)s” in the column of membership: yes or no was expected."),
            "register.row_unknown_kind": _(
                "The kind “%(value)s” is unknown: plot, flat, premises or parking place."
            ),
            "register.row_number_above": _(
                "The number is not repeated: taken for plot %(number)s of the line above."
            ),
            "register.row_owner_twice": _(
                "%(name)s is named twice with different shares; write one line with the sum."
            ),
            "register.row_areas_differ": _("The lines of plot %(number)s have different areas."),
            "register.row_cadastrals_differ": _(
                "The lines of plot %(number)s have different cadastral numbers."
            ),
            "register.row_cadastral_twice": _(
                "The cadastral number %(value)s belongs to plot %(number)s already."
            ),
            "register.row_shares_exceed": _(
                "The shares of plot %(number)s are %(over)s more than the whole."
            ),
            "register.row_shares_gap": _("Plot %(number)s: %(gap)s not accounted for."),
            "register.row_too_many_lines": _("Plot %(number)s has more than 200 lines."),
            "register.row_which_street": _(
                "There are several plots with number %(number)s: name the street."
            ),
            "register.row_member_before": _(
                "The register has a membership of this person until %(until)s. Name a later date of admission."
            ),
            "register.row_not_loaded": _(
                "This plot could not be loaded: the register was changed at the same time. Load it again."
            ),
            "register.unknown_unit": _("There is no such plot or flat in the register. Open the list again."),
            "register.unit_closed": _("No. %(number)s has left the register."),
            "register.bad_area": _("The area is a number above zero, in square metres."),
            "register.future_date": _("This day has not come yet. The register tells what is so already."),
            "register.bad_date": _("Check the date: it is too long ago."),
            "register.no_owner": _("Name at least one owner."),
            "register.owner_twice": _("One owner is named twice. Add up the shares in one line."),
            "register.share_out_of_range": _(
                "A share is more than zero and not more than the whole: 1/3, 1/2, 1."
            ),
            "register.shares_exceed": _(
                "The shares are %(over)s more than the whole. Check them against the deeds."
            ),
            "register.share_missing": _(
                "Give the share of %(name)s too; or leave all shares empty for equal ones."
            ),
            "register.unknown_right": _("Choose the right from the list."),
            "register.later_change": _(
                "The register knows of a later change, on %(date)s. Owners are changed from the last date on; take that day or a later one."
            ),
            "register.nothing_changes": _(
                "These owners with these shares are in the register already: nothing has been changed."
            ),
            "register.member_natural_only": _(
                "%(name)s is a body. Members of a partnership are natural persons (217-ФЗ art. 12)."
            ),
            "register.member_without_unit": _(
                "%(name)s owns nothing here on this day. Only an owner may be a member: check the date or the owners."
            ),
            "register.member_already": _("This person is a member already, since %(since)s."),
            "register.not_a_member": _("This person is not a member now."),
            "register.unknown_ground": _("Choose why the membership ends."),
            "register.exclusion_needs_decision": _(
                "A member is excluded by a decision of the meeting (217-ФЗ art. 13 part 4). Enter it in the register "
                "of decisions and choose it here."
            ),
            "register.ends_before_start": _("The membership began on %(since)s; it cannot end earlier."),
            "register.person_died": _(
                "This person died on %(on)s. Nothing new begins in this name: enter the heirs."
            ),
            "register.estate_by_death": _(
                "An estate opens by recording the death on the page of the person."
            ),
            "register.exclusion_by_steps": _(
                "An exclusion goes by its own steps: warning, meeting, notice. Begin it on the page of the person."
            ),
            "register.application_cannot": _(
                "The application has moved on meanwhile: this cannot be done with it now. Open the page again."
            ),
            "register.unknown_application": _("There is no such application. Open the list again."),
            "register.application_open": _(
                "There is an application of this person already. Open it in the list."
            ),
            "register.application_needs_papers": _(
                "Attach the documents of title to the plot: without them the application may be refused (217-ФЗ art. 12)."
            ),
            "register.application_no_residence": _("Give the place of residence."),
            "register.application_no_postal_address": _("Give the postal address; it may be the same."),
            "register.application_bad_email": _("The e-mail cannot be read. Correct it or leave it empty."),
            "register.application_no_consent": _(
                "Mark that the charter will be kept to: the law asks for it (217-ФЗ art. 12)."
            ),
            "register.decision_before_application": _(
                "The decision is older than the application, which was handed in on %(on)s. Check the date of the minutes."
            ),
            "register.decision_wrong_body": _(
                "By the law of that day this is decided by: %(body)s. Choose its decision."
            ),
            "register.unknown_refusal_ground": _(
                "Choose a ground of the law: a refusal without one does not hold."
            ),
            "register.no_word": _("Write a few words: the other side must understand why."),
            "register.death_known": _("The death is recorded already: %(on)s."),
            "register.death_natural_only": _(
                "%(name)s is a body: it cannot die. Enter who took its plots over."
            ),
            "register.death_no_paper": _("Give the certificate: its number and date."),
            "register.no_estate": _("There is no open estate of this person here. Record the death first."),
            "register.heir_is_deceased": _("The heir is the deceased. Name the heirs."),
            "register.heirs_exceed": _(
                "The heirs take %(over)s more than the estate. Shares are parts of the whole plot: check the certificate."
            ),
            "register.split_parts": _("Name at least two new plots, at most 20, each with its area."),
            "register.part_twice": _("Two new plots have the same number."),
            "register.areas_differ": _(
                "The areas do not add up: it was %(before)s m², now %(after)s m². If that is right, confirm the difference."
            ),
            "register.merge_units": _("Name at least two plots to join, at most 20."),
            "register.merge_owners_differ": _(
                "The owners or their shares differ. Change them first by their agreement, then join the plots."
            ),
            "register.number_unknown": _("There is no plot %(number)s in the register today."),
            "register.number_on_streets": _(
                "There are several plots with number %(number)s. Add the street to the number of one in its card first."
            ),
            "register.exclusion_not_here": _("The law of this body knows no exclusion for unpaid fees."),
            "register.exclusion_term": _(
                "The law asks for at least %(months)s months without payment; the charter may ask for more, not for less."
            ),
            "register.exclusion_no_debt": _(
                "Nothing is late on the accounts of this person: there is no ground."
            ),
            "register.exclusion_other_debt": _(
                "No contribution is late. What is late (%(sum)s ₽) are penalties, utilities or other payments: "
                "they are claimed in court, but nobody is excluded for them (217-ФЗ art. 13 part 4)."
            ),
            "register.exclusion_debt_young": _(
                "The oldest unpaid contribution was due on %(since)s: it is not %(months)s months late yet. "
                "The exclusion may be begun from %(lawful)s on."
            ),
            "register.exclusion_paid": _(
                "The contributions are paid: there is no ground any more. Drop the exclusion; or, if they were paid after "
                "the meeting, mark that below."
            ),
            "register.exclusion_told_before_decision": _(
                "The meeting decided on %(on)s: a notice sent before cannot tell of it. Check the date."
            ),
            "register.death_unknown": _(
                "No death of this person is recorded: there is nothing to take back."
            ),
            "register.death_inherited": _(
                "Heirs have taken No. %(units)s. A certificate is not taken back by the office: mark that these stay with them "
                "until a court decides, then change the owners on the page of the plot by its decision (ГК РФ art. 46)."
            ),
            "register.exclusion_open": _(
                "An exclusion of this person is under way already. Open it in the list."
            ),
            "register.unknown_exclusion": _("There is no such exclusion. Open the list again."),
            "register.exclusion_closed": _("This exclusion is over: nothing more is done with it."),
            "register.exclusion_not_decided": _("The notice is served after the decision of the meeting."),
            "register.exclusion_not_warned": _(
                "There is no warning. Serve it today, and the meeting may decide from %(lawful)s on (217-ФЗ art. 13 part 5)."
            ),
            "register.exclusion_too_early": _(
                "The meeting of %(held)s was too early after the warning. It may decide from %(lawful)s on (217-ФЗ art. 13 part 5)."
            ),
            "register.exclusion_warned_before_debt": _(
                "The debt is of %(since)s: a warning before it warns of nothing. Check the date."
            ),
            "register.exclusion_board_only": _(
                "An exclusion is told to the person: by e-mail, by registered letter or by hand, not on the notice board."
            ),
            "register.unknown_channel": _("Choose how the notice was served."),
            "register.notice_no_text": _("Write what the notice says."),
            "register.notice_today_only": _(
                "By e-mail the notice goes out today: choose today's date or another way."
            ),
            "register.notice_no_email": _(
                "%(name)s has no e-mail, or takes papers on paper only. Choose a registered letter or by hand."
            ),
            "register.notice_needs_number": _(
                "Give the number of the registered letter: it is on the receipt of the post."
            ),
            "register.notice_needs_picture": _("Attach a picture of the notice on the board."),
            "register.received_before_sent": _(
                "The notice cannot be received before it was sent. Check the dates."
            ),
            "register.received_already": _("The day of receipt is entered already: %(on)s."),
            "register.unknown_notice": _("There is no such notice. Open the page again."),
            "register.power_self": _(
                "Nobody acts for himself by a power of attorney. Choose another person."
            ),
            "register.power_kind": _("Choose the kind of the power of attorney."),
            "register.power_scope": _("Mark at least one thing that the agent may do."),
            "register.power_no_number": _("Give the number in the notary's register."),
            "register.power_principal_no_owner": _(
                "Who gives the power owns nothing here. A power given by an agent is not entered: only the owner gives it."
            ),
            "register.power_dates": _("The dates are out of order. Check them."),
            "register.power_known": _("This power of attorney is entered already."),
            "register.power_revoked": _("This power of attorney has ended already, on %(on)s."),
            "register.unknown_power": _("There is no such power of attorney. Open the page again."),
            "register.unknown_decision": _("Choose a decision from the register of decisions."),
            "register.unknown_body": _("Choose who decided."),
            "register.no_minutes_number": _("Give the number of the minutes; if there is none, write “б/н”."),
            "register.no_title": _("Say in a few words what was decided about."),
            "register.no_wording": _("Copy the wording of the decision from the minutes."),
            "register.unknown_file": _("The file was not found. Attach it again."),
            "register.decision_known": _(
                "This item of the minutes No. %(number)s of that day is in the register already."
            ),
        }
    )
