from django.urls import path

from koopset.apps.billing.views import accounts, charging, debtors, documents, fees, my

app_name = "billing"

_OFFICE = "o/<int:organisation_id>/billing/"
_MY = "o/<int:organisation_id>/my/"

urlpatterns = [
    path(f"{_OFFICE}accounts/", accounts.accounts, name="accounts"),
    path(f"{_OFFICE}accounts/new/", accounts.account_new, name="account-new"),
    path(f"{_OFFICE}accounts/uncovered/", accounts.accounts_uncovered, name="accounts-uncovered"),
    path(f"{_OFFICE}accounts/open-all/", accounts.accounts_open_all, name="accounts-open-all"),
    path(f"{_OFFICE}accounts/<int:account_id>/", accounts.account, name="account"),
    path(f"{_OFFICE}accounts/<int:account_id>/edit/", accounts.account_edit, name="account-edit"),
    path(f"{_OFFICE}accounts/<int:account_id>/close/", accounts.account_close, name="account-close"),
    path(f"{_OFFICE}accounts/<int:account_id>/correct/", accounts.account_correct, name="account-correct"),
    path(
        f"{_OFFICE}accounts/<int:account_id>/statement/", accounts.account_statement, name="account-statement"
    ),
    path(f"{_OFFICE}fees/", fees.fees, name="fees"),
    path(f"{_OFFICE}fees/new/", fees.fee_new, name="fee-new"),
    path(f"{_OFFICE}fees/<int:fee_id>/", fees.fee, name="fee"),
    path(f"{_OFFICE}fees/<int:fee_id>/edit/", fees.fee_edit, name="fee-edit"),
    path(f"{_OFFICE}fees/<int:fee_id>/end/", fees.fee_end, name="fee-end"),
    path(f"{_OFFICE}fees/<int:fee_id>/delete/", fees.fee_delete, name="fee-delete"),
    path(f"{_OFFICE}charge/", charging.charge_month, name="charge-month"),
    path(f"{_OFFICE}charge/start/", charging.charge_start, name="charge-start"),
    path(f"{_OFFICE}charge/<int:run_id>/", charging.charge_run, name="charge-run"),
    path(f"{_OFFICE}documents/", documents.issues, name="document-issues"),
    path(f"{_OFFICE}documents/issue/", documents.issue_start, name="document-issue-start"),
    path(f"{_OFFICE}documents/issues/<int:issue_id>/", documents.issue, name="document-issue"),
    path(
        f"{_OFFICE}documents/issues/<int:issue_id>/print/", documents.issue_print, name="document-issue-print"
    ),
    path(f"{_OFFICE}documents/issues/<int:issue_id>/send/", documents.issue_send, name="document-issue-send"),
    path(f"{_OFFICE}documents/<int:document_id>/", documents.document, name="document"),
    path(f"{_OFFICE}documents/<int:document_id>/pdf/", documents.document_pdf, name="document-pdf"),
    path(f"{_OFFICE}debtors/", debtors.debtors, name="debtors"),
    path(f"{_OFFICE}debtors/xlsx/", debtors.debtors_xlsx, name="debtors-xlsx"),
    path(f"{_MY}bills/", my.documents, name="my-documents"),
    path(f"{_MY}bills/<int:document_id>/", my.document, name="my-document"),
    path(f"{_MY}bills/<int:document_id>/pdf/", my.document_pdf, name="my-document-pdf"),
    path(f"{_MY}accounts/<int:account_id>/statement/", my.statement, name="my-statement"),
]
