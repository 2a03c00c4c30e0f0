from django.urls import path

from koopset.apps.register.plan import views

app_name = "plan"
_o = "o/<int:organisation_id>/plan/"
urlpatterns = [
    path(_o, views.plan, name="plan"),
    path(f"{_o}load/", views.bring, name="bring"),
    path(f"{_o}load/<int:file_id>/", views.load, name="load"),
    path(f"{_o}load/<int:file_id>/left-out.geojson", views.left_out, name="left_out"),
    path(f"{_o}picture/", views.picture, name="picture"),
    path(f"{_o}draw/", views.draw, name="draw"),
]
