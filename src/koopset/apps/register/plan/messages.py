"""What each refusal of the plan says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "plan.bad_point": _("A corner could not be read. Press the corners on the plan again."),
            "plan.too_few_corners": _(
                "A plot has at least three corners that do not lie on one line. Add the missing ones."
            ),
            "plan.too_many_corners": _("More than %(most)s corners. Press the bends only."),
            "plan.crosses_itself": _("The outline crosses itself. Go round the plot in one direction."),
            "plan.row_of_four": _("A row has four corners: two along the road, then two at the back."),
            "plan.row_count": _("A row holds from one to %(most)s plots. Draw a long street as two rows."),
            "plan.too_large": _(
                "The plan is larger than %(kilometres)s km. Check the coordinates: one of the plots may lie far away."
            ),
            "plan.file_too_large": _(
                "The file is larger than %(limit_mb)s MB. Save only the layer with the plots of this settlement."
            ),
            "plan.not_geojson": _(
                "This is not GeoJSON. In QGIS: the layer of plots, Export, Save features as, format GeoJSON."
            ),
            "plan.too_many_features": _(
                "There is more in the file than a settlement has (%(most)s objects). Save only its own plots."
            ),
            "plan.nothing_in_file": _("There is nothing in the file. Save the layer with the plots again."),
            "plan.file_unknown": _("This file is not here any more. Choose it again."),
            "plan.nothing_matches": _(
                "No shape of the file finds its plot. Check the numbers in the file against the register."
            ),
            "plan.not_picture": _("This is not a picture that can be read. Take a JPEG, PNG or WEBP."),
            "plan.picture_too_large": _(
                "The picture has more than %(most)s million points. Make it smaller, or photograph the plan."
            ),
            "plan.no_plan": _("There is no plan yet. Load a file or choose a picture first."),
            "plan.unit_unknown": _("There is no such plot in the register today. Choose the plot again."),
            "plan.outside": _("A corner lies outside the picture. Press inside it."),
        }
    )
