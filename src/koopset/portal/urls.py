from django.urls import path

from koopset.portal.demo.files import demo_file_view
from koopset.portal.views import buyer, coordinator, doors, guides, inbox, installed, start

app_name = "portal"
_o = "o/<int:organisation_id>/"
urlpatterns = [
    path("", doors.home, name="home"),
    path("demo/", doors.demo, name="demo"),
    path("demo/files/<str:name>", demo_file_view, name="demo_file"),
    path("operator/", doors.operator, name="operator"),
    path("my/", buyer.buyer, name="buyer"),
    path("my/together/", buyer.together, name="together"),
    path("coordinator/", coordinator.coordinator, name="coordinator"),
    path("favicon.ico", doors.favicon, name="favicon"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline/", installed.offline, name="offline"),
    path("page-token/", installed.page_token, name="page_token"),
    path("sign-out-kept/", installed.sign_out_kept, name="sign_out_kept"),
    path("guides/<slug:key>/seen/", guides.guide_seen, name="guide_seen"),
    path(f"{_o}start/", doors.start_now, name="start_now"),
    path(f"{_o}start/<slug:cabinet>/", start.start, name="start"),
    path(f"{_o}inbox/", inbox.inbox, name="inbox"),
    path(f"{_o}inbox/<int:file_id>/", inbox.inbox_file, name="inbox_file"),
]
