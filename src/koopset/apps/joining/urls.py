from django.urls import path

from koopset.apps.joining.views import applications, buyer_groups, coordinators, district, review, steps

app_name = "joining"
_a = "joining/<int:application_id>/"
urlpatterns = [
    path("joining/", applications.applications, name="applications"),
    path("joining/new/", applications.application_new, name="application_new"),
    path("my/groups/new/", buyer_groups.buyer_group_new, name="buyer_group_new"),
    path("joining/queue/", review.queue, name="queue"),
    path(_a, applications.application, name="application"),
    path(f"{_a}edit/", applications.application_edit, name="application_edit"),
    path(f"{_a}submit/", applications.application_submit, name="application_submit"),
    path(f"{_a}withdraw/", applications.application_withdraw, name="application_withdraw"),
    path(f"{_a}documents/new/", applications.document_add, name="document_add"),
    path(f"{_a}documents/<int:document_id>/", applications.document, name="document"),
    path(f"{_a}documents/<int:document_id>/remove/", applications.document_remove, name="document_remove"),
    path(f"{_a}mend/", review.application_mend, name="application_mend"),
    path(f"{_a}refuse/", review.application_refuse, name="application_refuse"),
    path(f"{_a}verify/", review.application_verify, name="application_verify"),
    path("coordinator/settlements/", district.bodies, name="bodies"),
    path("coordinator/settlements/<int:body_id>/", district.body, name="body"),
    path("coordinator/groups/", district.groups, name="groups"),
    path("coordinator/groups/new/", district.group_new, name="group_new"),
    path("coordinator/groups/<int:group_id>/", district.group, name="group"),
    path(
        "coordinator/groups/<int:group_id>/members/<int:body_id>/remove/",
        district.group_member_remove,
        name="group_member_remove",
    ),
    path("operator/coordinators/", coordinators.coordinators, name="coordinators"),
    path("operator/coordinators/new/", coordinators.coordinator_new, name="coordinator_new"),
    path(
        "operator/coordinators/<int:coordinator_id>/end/",
        coordinators.coordinator_end,
        name="coordinator_end",
    ),
    path("o/<int:organisation_id>/joining/", steps.steps, name="steps"),
]
