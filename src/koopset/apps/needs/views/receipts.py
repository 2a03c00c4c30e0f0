"""A receipt, its lines, and «what is it?»."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from koopset.apps.catalogue.selectors import categories, categories_found, kinds
from koopset.apps.needs import services
from koopset.apps.needs.forms import MARK, LineForm, TellForm, is_english
from koopset.apps.needs.messages import FLAG_WORDS
from koopset.apps.needs.ports import receipt_provider
from koopset.apps.needs.rules.receipts import has_code
from koopset.apps.needs.selectors import own
from koopset.apps.needs.views.frame import own_page
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40
BLANK_LINES = 6
SUGGESTED = 5


@own_page
def receipt(request: PageRequest, receipt_id: int) -> HttpResponse:
    """A receipt: lines with what they are, what is unusual, who brought it."""
    info = own.receipt_info(request.actor, receipt_id, english=is_english())
    flags = [FLAG_WORDS[code] for code in info.row.flag_codes if code in FLAG_WORDS]
    context = {
        "info": info,
        "row": info.row,
        "warnings": [words for words, needs_look in flags if needs_look],
        "notes": [words for words, needs_look in flags if not needs_look],
        "has_code": has_code(info.row.fn),
        "has_provider": receipt_provider() is not None,
    }
    return render(request, "needs/receipt.html", context)


@own_page
def receipt_lines(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Lines of a receipt that waits for them, typed from its paper."""
    info = own.receipt_info(request.actor, receipt_id)
    if info.row.state == info.row.State.FILLED:
        return redirect("needs:receipt", receipt_id=receipt_id)
    sent = request.POST if request.method == "POST" else None
    forms = [LineForm(sent, prefix=f"line-{number}") for number in range(BLANK_LINES)]
    error = ""
    status = 200
    unfit = [form for form in forms if not form.is_valid()]  # each is asked, so that each shows its errors
    if sent is not None and not unfit:
        lines = [
            services.HandLine(
                form.cleaned_data["name"],
                form.cleaned_data["sum"] or 0,
                form.cleaned_data["quantity"] or Decimal(1),
                form.cleaned_data["unit"] or "pcs",
            )
            for form in forms
            if not form.is_blank()
        ]
        filled = [form for form in forms if not form.is_blank()]
        try:
            services.receipt_fill_by_hand(
                actor=request.actor, receipt_id=receipt_id, lines=lines, now=timezone.now()
            )
            tell(request, _("The lines are saved."))
            return redirect("needs:receipt", receipt_id=receipt_id)
        except RuleViolation as violation:
            if violation.line is not None:
                filled[violation.line - 1].refuse(violation)
            else:
                error = text_of(violation)
    if sent is not None:
        status = 422
    context = {"row": info.row, "forms": forms, "error": error}
    return render(request, "needs/receipt_lines.html", context, status=status)


@own_page
@require_POST
def receipt_ask(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Ask the provider once more."""
    try:
        services.receipt_ask_again(actor=request.actor, receipt_id=receipt_id, now=timezone.now())
        tell(request, _("The lines have been asked for. This takes a minute, sometimes a day."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("needs:receipt", receipt_id=receipt_id)


@own_page
@require_POST
def receipt_repeat(request: PageRequest, receipt_id: int) -> HttpResponse:
    """The same purchase once more, today."""
    try:
        receipt_id = services.hand_repeat(actor=request.actor, receipt_id=receipt_id, now=timezone.now())
        tell(
            request,
            _("Added once more, today."),
            url=reverse("needs:receipt", args=[receipt_id]),
            action=_("Look"),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("needs:home")


@own_page
@require_POST
def receipt_delete(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Take a receipt back."""
    services.receipt_delete(actor=request.actor, receipt_id=receipt_id, now=timezone.now())
    tell(request, _("The receipt is deleted with its lines."))
    return redirect("needs:receipts")


def _suggested(name: str, household_id: int, login_id: int) -> list[tuple[str, str]]:
    """Choices offered for a name: what its words find, then what the household buys most."""
    english = is_english()
    found: list[str] = []
    for text in (name, *sorted(name.split(), key=len, reverse=True)[:2]):
        if len(text) > 2:
            found += [
                f"{one.category.key}{MARK}{one.kinds[0].key}" if len(one.kinds) == 1 else one.category.key
                for one in categories_found(text, english=english)[:SUGGESTED]
            ]
    found += own.frequent_categories(household_id, login_id)
    titled = []
    for value in dict.fromkeys(found):
        category, _mark, kind = value.partition(MARK)
        info, finer = categories().get(category), kinds().get(kind)
        if info is None:
            continue
        shown = finer or info
        titled.append((value, shown.title_en if english else shown.title))
    return titled[:SUGGESTED]


@own_page
def what(request: PageRequest) -> HttpResponse:
    """«What is it?»: names nobody knows, or the one in the address, answered once."""
    form = None
    status = 200
    if request.method == "POST":
        form = TellForm(request.POST)
        if form.is_valid():
            category, kind = form.told()
            try:
                count = services.name_tell(
                    actor=request.actor,
                    name=form.cleaned_data["name"],
                    category=category,
                    kind=kind,
                    now=timezone.now(),
                )
                tell(
                    request,
                    ngettext(
                        "Thank you: %(count)s purchase is counted there now.",
                        "Thank you: %(count)s purchases are counted there now.",
                        count,
                    )
                    % {"count": count},
                )
                return redirect("needs:what")
            except RuleViolation as violation:
                form.refuse(violation)
        status = 422
    household_id, login_id = own.own_household_id(request.actor), request.actor.login_id or 0
    name = request.GET.get("name", "")[:250]
    found = own.name_question(household_id, login_id, name) if name else None
    asked = [found] if found is not None else own.questions(request.actor)
    context = {
        "rows": [
            (one, _suggested(one.name, household_id, login_id), _form_of(one.name, form)) for one in asked
        ],
        "one": found is not None,
    }
    return render(request, "needs/what.html", context, status=status)


def _form_of(name: str, sent: TellForm | None) -> TellForm:
    if sent is not None and sent.data.get("name") == name:
        return sent
    return TellForm(initial={"name": name}, auto_id=f"what-{abs(hash(name)) % 10**8}-%s")


@own_page
@require_POST
def what_leave(request: PageRequest) -> HttpResponse:
    """Do not ask of this name again."""
    try:
        services.question_leave(
            actor=request.actor, name=request.POST.get("name", "")[:250], now=timezone.now()
        )
        tell(request, _("We will not ask about it again."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("needs:what")
