"""Four ways of adding a receipt: a photo, the text of its code, a file, by hand."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koopset.apps.needs import services
from koopset.apps.needs.formats.picture import MOST_BYTES, code_in_picture
from koopset.apps.needs.forms import CodeForm, HandForm
from koopset.apps.needs.ports import receipt_provider
from koopset.apps.needs.selectors import own
from koopset.apps.needs.views.frame import own_page
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

#: The camera and nothing else, on the page that asks for it.
POLICY = "camera=(self), microphone=(), geolocation=(), display-capture=()"


def _page(
    request: PageRequest,
    *,
    code_form: CodeForm | None = None,
    hand_form: HandForm | None = None,
    picture_error: str = "",
    status: int = 200,
) -> HttpResponse:
    household_id, login_id = own.own_household_id(request.actor), request.actor.login_id or 0
    context = {
        "code_form": code_form or CodeForm(),
        "hand_form": hand_form or HandForm(initial={"day": timezone.localdate(), "unit": "pcs"}),
        "picture_error": picture_error,
        "has_provider": receipt_provider() is not None,
        "often": own.frequent_hand(household_id, login_id) if household_id else [],
        "last_hand": own.last_hand(household_id, login_id) if household_id else None,
    }
    response = render(request, "needs/add.html", context, status=status)
    response["Permissions-Policy"] = POLICY
    return response


@own_page
@require_safe
def add(request: PageRequest) -> HttpResponse:
    """Add a receipt: four clear ways."""
    return _page(request)


def _told(request: PageRequest, added: services.Added) -> HttpResponse:
    """To the receipt, with a word of what became of the code."""
    if added.is_new:
        tell(request, _("The receipt is added."))
    elif added.is_mine:
        tell(request, _("You have added this receipt before: it counts once."))
    elif added.by:
        tell(request, _("%(name)s has added this receipt already: it counts once.") % {"name": added.by})
    else:
        tell(request, _("The family has this receipt already: it counts once."))
    return redirect("needs:receipt", receipt_id=added.receipt_id)


@own_page
@require_POST
def code(request: PageRequest) -> HttpResponse:
    """Add by the text of the code."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            return _told(
                request,
                services.code_add(actor=request.actor, code=form.cleaned_data["code"], now=timezone.now()),
            )
        except RuleViolation as violation:
            form.refuse(violation)
    return _page(request, code_form=form, status=422)


@own_page
@require_POST
def picture(request: PageRequest) -> HttpResponse:
    """Add by a photograph: its code is read here, the picture is not kept."""
    try:
        # A phone may send the button of the camera and the field of files: whichever holds something.
        files = [one for one in request.FILES.getlist("picture") if one.size]
        if not files:
            raise RuleViolation("needs.picture_empty", field="picture")
        data = files[0].read(MOST_BYTES + 1)
        return _told(
            request,
            services.code_add(actor=request.actor, code=code_in_picture(data), now=timezone.now()),
        )
    except RuleViolation as violation:
        return _page(request, picture_error=text_of(violation), status=422)


@own_page
@require_POST
def camera(request: PageRequest) -> HttpResponse:
    """What the live camera of the page has read: answers where to go, or why not, so that the camera goes on looking."""
    try:
        added = services.code_add(
            actor=request.actor, code=request.POST.get("code", "")[:2000], now=timezone.now()
        )
    except RuleViolation as violation:
        return JsonResponse({"error": str(text_of(violation)), "code": violation.code}, status=422)
    _told(request, added)
    return JsonResponse({"url": reverse("needs:receipt", kwargs={"receipt_id": added.receipt_id})})


@own_page
@require_POST
def hand(request: PageRequest) -> HttpResponse:
    """Add by hand: what and for how much."""
    form = HandForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            receipt_id = services.hand_add(
                actor=request.actor,
                lines=[
                    services.HandLine(
                        data["name"], data["sum"], data["quantity"] or Decimal(1), data["unit"] or "pcs"
                    )
                ],
                day=data["day"],
                shop_name=data["shop_name"],
                now=timezone.now(),
            )
            tell(
                request,
                _("The purchase is added."),
                url=reverse("needs:receipt", kwargs={"receipt_id": receipt_id}),
                action=_("Look"),
            )
            return redirect("needs:home")
        except RuleViolation as violation:
            form.refuse(violation)
    return _page(request, hand_form=form, status=422)
