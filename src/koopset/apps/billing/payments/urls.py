from django.urls import path

from koopset.apps.billing.payments.views import lines, my, payments, statements

app_name = "payments"

_OFFICE = "o/<int:organisation_id>/payments/"
_MY = "o/<int:organisation_id>/my/payments/"

urlpatterns = [
    path(_OFFICE, payments.payments, name="payments"),
    path(f"{_OFFICE}xlsx/", payments.payments_xlsx, name="payments-xlsx"),
    path(f"{_OFFICE}new/", payments.payment_new, name="payment-new"),
    path(f"{_OFFICE}<int:payment_id>/", payments.payment, name="payment"),
    path(f"{_OFFICE}<int:payment_id>/back/", payments.payment_back, name="payment-back"),
    path(f"{_OFFICE}<int:payment_id>/move/", payments.payment_move, name="payment-move"),
    path(f"{_OFFICE}queue/", lines.queue, name="queue"),
    path(f"{_OFFICE}queue/sure/", lines.post_sure, name="queue-sure"),
    path(f"{_OFFICE}lines/<int:line_id>/", lines.line, name="line"),
    path(f"{_OFFICE}lines/<int:line_id>/post/", lines.line_post, name="line-post"),
    path(f"{_OFFICE}lines/<int:line_id>/aside/", lines.line_aside, name="line-aside"),
    path(f"{_OFFICE}lines/<int:line_id>/return/", lines.line_return, name="line-return"),
    path(f"{_OFFICE}lines/<int:line_id>/repeat/", lines.line_repeat, name="line-repeat"),
    path(f"{_OFFICE}lines/<int:line_id>/reopen/", lines.line_reopen, name="line-reopen"),
    path(f"{_OFFICE}statements/", statements.statements, name="statements"),
    path(f"{_OFFICE}statements/new/", statements.statement_bring, name="statement-bring"),
    path(f"{_OFFICE}statements/<int:statement_id>/", statements.statement, name="statement"),
    path(f"{_OFFICE}statements/<int:statement_id>/post/", statements.statement_start, name="statement-start"),
    path(_MY, my.payments, name="my-payments"),
    path(f"{_MY}<int:payment_id>/", my.payment, name="my-payment"),
]
