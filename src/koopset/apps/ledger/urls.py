from django.urls import path

from koopset.apps.ledger.views import chart, months, opening, operations, statements

app_name = "ledger"
_books = "o/<int:organisation_id>/books/"
urlpatterns = [
    path(f"{_books}", statements.trial_balance, name="trial_balance"),
    path(f"{_books}open/", statements.book_open, name="book_open"),
    path(f"{_books}trial-balance.xlsx", statements.trial_balance_xlsx, name="trial_balance_xlsx"),
    path(f"{_books}accounts/<str:code>/", statements.account_card, name="account_card"),
    path(f"{_books}accounts/<str:code>/card.xlsx", statements.account_card_xlsx, name="account_card_xlsx"),
    path(f"{_books}accounts/<str:code>/lines/", statements.trial_subjects, name="trial_subjects"),
    path(
        f"{_books}accounts/<str:code>/lines.xlsx", statements.trial_subjects_xlsx, name="trial_subjects_xlsx"
    ),
    path(f"{_books}journal/", operations.journal, name="journal"),
    path(f"{_books}journal.xlsx", operations.journal_xlsx, name="journal_xlsx"),
    path(f"{_books}operations/new/", operations.operation_new, name="operation_new"),
    path(f"{_books}operations/<int:operation_id>/", operations.operation, name="operation"),
    path(
        f"{_books}operations/<int:operation_id>/reverse/",
        operations.operation_reverse,
        name="operation_reverse",
    ),
    path(f"{_books}months/", months.months, name="months"),
    path(f"{_books}months/<int:month>/close/", months.month_close, name="month_close"),
    path(f"{_books}months/<int:month>/reopen/", months.month_reopen, name="month_reopen"),
    path(f"{_books}opening/", opening.opening_balances, name="opening_balances"),
    path(f"{_books}opening/template.xlsx", opening.opening_template, name="opening_template"),
    path(f"{_books}chart/", chart.chart, name="chart"),
    path(f"{_books}chart/new/", chart.chart_account_new, name="chart_account_new"),
    path(f"{_books}chart/<str:code>/", chart.chart_account, name="chart_account"),
    path(f"{_books}history/", chart.history, name="history"),
]
