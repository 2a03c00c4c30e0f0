from django.urls import path

from koopset.apps.needs.demand.views import area, own, together

app_name = "demand"
urlpatterns = [
    path("my/needs/use/", own.uses, name="uses"),
    path("my/needs/use/<str:kind>/", own.kind, name="kind"),
    path("my/needs/wishes/", own.wishes, name="wishes"),
    path("my/needs/wishes/new/", own.wish_new, name="wish_new"),
    path("my/needs/wishes/<int:wish_id>/end/", own.wish_end, name="wish_end"),
    path("my/needs/together/", together.proposals, name="proposals"),
    path("my/needs/together/mute/", together.mute, name="mute"),
    path("my/needs/together/<int:proposal_id>/", together.proposal, name="proposal"),
    path("my/needs/together/<int:proposal_id>/refuse/", together.refuse, name="refuse"),
    path("my/needs/neighbours/", area.neighbours, name="neighbours"),
    path("o/<int:organisation_id>/needs/", area.office, name="area"),
    path("operator/together/", area.thresholds, name="thresholds"),
]
