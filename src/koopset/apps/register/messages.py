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
