"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications import register_topic
from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "joining.unknown": _("There is no such application any more. Open the page again."),
            "joining.not_now": _(
                "This cannot be done with the application as it stands now. Open the page again."
            ),
            "joining.too_many": _(
                "You have %(count)s applications under way already. Finish or withdraw one of them first."
            ),
            "joining.too_many_groups": _(
                "You lead %(most)s groups of buyers already. Buy through one of them."
            ),
            "joining.not_a_person": _("A group is opened by a person, not by a program."),
            "joining.incomplete": _(
                "Something is still to be filled in: %(what)s. Press “Edit” and complete it."
            ),
            "joining.no_document": _("A paper is still to be brought: %(what)s."),
            "joining.too_many_documents": _(
                "%(count)s papers are brought already. Remove what is not needed."
            ),
            "joining.unknown_document": _("There is no such paper in the application any more."),
            "joining.unknown_kind": _("Choose what paper it is."),
            "joining.own_application": _(
                "Nobody checks their own application. Another coordinator or the operator does."
            ),
            "joining.no_word": _("Say in a few words what is wrong and what to do: the applicant reads it."),
            "joining.not_a_district": _("Choose a district or a region."),
            "joining.unknown_login": _("There is no login with this e-mail. The person signs up first."),
            "joining.appointed_already": _(
                "This person is appointed to this territory already, since %(since)s."
            ),
            "joining.unknown_coordinator": _("There is no such appointment any more. Open the page again."),
            "joining.dates_out_of_order": _("The end is earlier than the beginning. Check the dates."),
            "joining.appointment_ended": _("This appointment ended on %(until)s."),
            "joining.no_basis": _(
                "Name the decision or the agreement of the appointment: kind, date, number."
            ),
            "joining.no_name": _("Give a name."),
            "joining.group_known": _("There is a group with this name in the district already."),
            "joining.unknown_group": _("There is no such group any more. Open the page again."),
            "joining.unknown_body": _("There is no such settlement in your districts. Open the page again."),
            "joining.in_group": _("This settlement is in the group already."),
        }
    )
    register_topic("joining.application", _("applications of organisations"))
    register_topic("joining.help", _("words of the coordinator"))
    register_topic("joining.coordinator", _("the work of a coordinator"))
