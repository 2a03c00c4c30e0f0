from django.urls import path

from koopset.apps.purchases.settlement.views import closing, goods, money, my

app_name = "settlement"

_MY = "my/rounds/<int:round_id>/"
_ROUND = "o/<int:organisation_id>/rounds/<int:round_id>/"
_BODY = "o/<int:organisation_id>/purchases/"

urlpatterns = [
    path("my/savings/", my.savings, name="my-savings"),
    path(f"{_MY}pay/", my.pay, name="my-pay"),
    path(f"{_MY}code/", my.code, name="my-code"),
    path(f"{_MY}statement/", my.statement, name="my-statement"),
    path(f"{_MY}claim/<int:line_id>/", my.claim, name="my-claim"),
    path(f"{_MY}intake/<int:row_id>/photo/", my.intake_photo, name="my-intake-photo"),
    path(f"{_MY}saving/", my.saving, name="my-saving"),
    path(f"{_ROUND}money/", money.money, name="money"),
    path(f"{_ROUND}money/terms/", money.terms, name="terms"),
    path(f"{_ROUND}money/fee/", money.fee, name="fee"),
    path(f"{_ROUND}money/fee/<int:fee_id>/end/", money.fee_end, name="fee-end"),
    path(f"{_ROUND}money/cost/", money.cost, name="cost"),
    path(f"{_ROUND}money/in/", money.pay_in, name="pay-in"),
    path(f"{_ROUND}money/supplier/", money.pay_supplier, name="pay-supplier"),
    path(f"{_ROUND}intake/", goods.intake, name="intake"),
    path(f"{_ROUND}intake/finish/", goods.intake_finish, name="intake-finish"),
    path(f"{_ROUND}handout/", goods.handout, name="handout"),
    path(f"{_ROUND}handout/<int:participant_id>/", goods.give, name="give"),
    path(f"{_ROUND}handout/print/", goods.handout_print, name="handout-print"),
    path(f"{_ROUND}handout.xlsx", goods.handout_xlsx, name="handout-xlsx"),
    path(f"{_ROUND}handout/slots/", goods.slots, name="slots"),
    path(f"{_ROUND}claims/", closing.claims, name="claims"),
    path(f"{_ROUND}settle/", closing.settle, name="settle"),
    path(f"{_BODY}accounts/", money.accounts, name="accounts"),
    path(f"{_BODY}accounts/<int:participant_id>/", money.account, name="account"),
    path(f"{_BODY}accounts/<int:participant_id>/out/", money.pay_out, name="pay-out"),
    path(f"{_BODY}cash/<int:cash_id>/back/", money.cash_back, name="cash-back"),
    path(f"{_BODY}claims/<int:claim_id>/", closing.claim, name="claim"),
    path(f"{_BODY}points/", goods.points, name="points"),
    path(f"{_BODY}ratings/<int:rating_id>/hide/", closing.rating_hide, name="rating-hide"),
]
