from django.urls import path

from koopset.apps.meetings.voting.views import afar, desk, hall, my, papers

app_name = "voting"

_MY = "o/<int:organisation_id>/my/meetings/"
_VOTE = f"{_MY}<int:meeting_id>/"
_HALL = "o/<int:organisation_id>/meetings/<int:meeting_id>/hall/"
_DESK = "o/<int:organisation_id>/meetings/<int:meeting_id>/count/"

urlpatterns = [
    path(_MY, my.mine, name="mine"),
    path(_VOTE, my.vote, name="vote"),
    path(f"{_VOTE}pulse/", my.pulse, name="pulse"),
    path(f"{_VOTE}cast/", my.cast, name="cast"),
    path(f"{_VOTE}entry/", my.entry, name="entry"),
    path(f"{_VOTE}leave/", my.leave, name="leave"),
    path(f"{_VOTE}floor/", my.floor, name="floor"),
    path(f"{_VOTE}sign/", afar.sign, name="sign"),
    path(f"{_VOTE}sign/<int:ask_id>/", afar.sign_code, name="sign-code"),
    path(f"{_VOTE}secret/<int:item_id>/", afar.secret, name="secret"),
    path(f"{_VOTE}receipts/", afar.receipts, name="receipts"),
    path(_HALL, hall.hall, name="hall"),
    path(f"{_HALL}pulse/", hall.hall_pulse, name="hall-pulse"),
    path(f"{_HALL}floor/", hall.hall_floor, name="hall-floor"),
    path(_DESK, desk.desk, name="desk"),
    path(f"{_DESK}people/", desk.people, name="desk-people"),
    path(f"{_DESK}put/<int:item_id>/", desk.put, name="desk-put"),
    path(f"{_DESK}hands/<int:item_id>/", desk.hands, name="desk-hands"),
    path(f"{_DESK}powers/", desk.powers, name="desk-powers"),
    path(f"{_DESK}powers/<int:power_id>/end/", desk.power_end, name="desk-power-end"),
    path(f"{_DESK}papers/", papers.papers, name="desk-papers"),
    path(f"{_DESK}papers/new/", papers.paper_new, name="desk-paper-new"),
    path(f"{_DESK}papers/<int:paper_id>/", papers.paper, name="desk-paper"),
    path(f"{_DESK}ballots/", papers.ballots, name="desk-ballots"),
]
