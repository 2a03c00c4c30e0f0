from django.urls import path

from koopset.apps.meetings.views import agenda, law, notice, office, results

app_name = "meetings"
_BODY = "o/<int:organisation_id>/meetings/"
_MEETING = f"{_BODY}<int:meeting_id>/"
urlpatterns = [
    path(_BODY, office.meetings, name="list"),
    path(f"{_BODY}new/", office.meeting_new, name="new"),
    path(f"{_BODY}decisions/", results.decided, name="decisions"),
    path(f"{_BODY}effects/<int:effect_id>/", results.effect, name="effect"),
    path(f"{_BODY}law/", law.law, name="law"),
    path(f"{_BODY}law/editions/<int:edition_id>/", law.edition, name="law-edition"),
    path(f"{_BODY}law/<str:key>/text/", law.law_edit, name="law-text"),
    path(f"{_BODY}law/<str:key>/charter/", law.charter, name="charter"),
    path(_MEETING, office.meeting, name="meeting"),
    path(f"{_MEETING}do/", office.meeting_do, name="do"),
    path(f"{_MEETING}settings/", office.meeting_settings, name="settings"),
    path(f"{_MEETING}official/", office.official, name="official"),
    path(f"{_MEETING}official/<int:official_id>/remove/", office.official_remove, name="official-remove"),
    path(f"{_MEETING}record/", office.record, name="record"),
    path(f"{_MEETING}repeat/", office.repeat, name="repeat"),
    path(f"{_MEETING}items/new/", agenda.item_new, name="item-new"),
    path(f"{_MEETING}items/<int:item_id>/", agenda.item_edit, name="item"),
    path(f"{_MEETING}items/<int:item_id>/remove/", agenda.item_remove, name="item-remove"),
    path(f"{_MEETING}items/<int:item_id>/candidates/", agenda.candidate_add, name="candidate-add"),
    path(
        f"{_MEETING}candidates/<int:candidate_id>/remove/", agenda.candidate_remove, name="candidate-remove"
    ),
    path(f"{_MEETING}items/<int:item_id>/materials/", agenda.paper_add, name="material-add"),
    path(f"{_MEETING}materials/<int:material_id>/withdraw/", agenda.paper_withdraw, name="material-withdraw"),
    path(f"{_MEETING}notice/", notice.notice, name="notice"),
    path(f"{_MEETING}notice/do/", notice.notice_do, name="notice-do"),
    path(f"{_MEETING}notice/proof/", notice.proof, name="notice-proof"),
    path(f"{_MEETING}notice/post/", notice.post, name="notice-post"),
    path(f"{_MEETING}results/", results.results, name="results"),
    path(f"{_MEETING}archive.zip", results.archive, name="archive"),
]
