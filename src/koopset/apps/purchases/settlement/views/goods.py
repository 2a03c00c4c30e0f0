"""Goods of a round for the office: counted as they come, handed out by code; made for a phone, working without a script."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.purchases.models import Participant, Round, RoundGood
from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.forms import IntakeForm, PointForm, QuantityField, SlotForm
from koopset.apps.purchases.settlement.models import HandoutRow
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.intake import units_of
from koopset.apps.purchases.settlement.views.frame import attempt, frame, office
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(SettlementRight.INTAKE_WRITE)
def intake(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """What came of each good, as it is counted and weighed."""
    row = office(request, organisation_id, round_id)
    form = IntakeForm(request.POST or None, request.FILES or None, initial={"outcome": "good"})
    wrong = 0
    if request.method == "POST":
        good = RoundGood.objects.filter(
            organisation_id=organisation_id, round_id=row.pk, pk=_number(request.POST.get("good", ""))
        ).first()
        if good is None:
            raise Http404
        wrong = good.pk
        if form.is_valid() and (violation := _take_in(request, row, good, form.cleaned_data)) is None:
            tell(request, _("Written."))
            return redirect(
                f"{reverse('settlement:intake', args=[organisation_id, round_id])}#good-{good.pk}"
            )
        if form.is_valid():
            assert violation is not None
            form.refuse(violation)
    context = {
        **frame(request, row, "intake"),
        "goods": selectors.intake_of(row),
        "form": form,
        "fresh": IntakeForm(initial={"outcome": "good"}),
        "wrong": wrong,
        "is_open": row.state in {Round.State.SENT, Round.State.PARTLY},
    }
    return render(request, "settlement/intake.html", context, status=422 if form.errors else 200)


def _take_in(request: PageRequest, row: Round, good: RoundGood, data: dict[str, Any]) -> RuleViolation | None:
    try:
        units = units_of(data["quantity"], by_weight=good.by_weight)
    except RuleViolation as violation:
        return violation
    return attempt(
        services.intake_add,
        actor=request.actor,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        good_id=good.pk,
        outcome=data["outcome"],
        quantity=units,
        key=data["key"],
        instead=data["instead"],
        note=data["note"],
        photo=(data["photo"].name, data["photo"].file) if data["photo"] is not None else None,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@page(SettlementRight.INTAKE_WRITE)
def intake_finish(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Nothing more will come."""
    row = office(request, organisation_id, round_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    violation = attempt(
        services.intake_finish, actor=request.actor, organisation_id=organisation_id, round_id=round_id
    )
    if violation is not None:
        tell(request, text_of(violation))
        return redirect("settlement:intake", organisation_id=organisation_id, round_id=row.pk)
    tell(request, _("What came is shared out by the rule of the purchase. Everybody is told, with the code."))
    return redirect("settlement:handout", organisation_id=organisation_id, round_id=row.pk)


@page(SettlementRight.HANDOUT_GIVE)
def handout(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The list of whom to give what; a code typed or scanned opens its participant."""
    row = office(request, organisation_id, round_id)
    refusal, typed = "", request.GET.get("code", "")[:200]
    if typed:
        try:
            participant_id = selectors.participant_by_code(request.actor, row, typed)
        except RuleViolation as violation:
            refusal = text_of(violation)
        else:
            return redirect(
                "settlement:give",
                organisation_id=organisation_id,
                round_id=round_id,
                participant_id=participant_id,
            )
    members = selectors.handout_of(request.actor, row)
    looked(request.actor, organisation_id, "settlement.handout", count=len(members))
    context = {
        **frame(request, row, "handout"),
        "members": members,
        "done": sum(one.is_done for one in members),
        "slots": selectors.slots_of(row),
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "settlement/handout.html", context, status=422 if refusal else 200)


@page(SettlementRight.HANDOUT_GIVE)
def give(request: PageRequest, organisation_id: int, round_id: int, participant_id: int) -> HttpResponse:
    """One participant: what to give, weigh, give, or mark not taken."""
    row = office(request, organisation_id, round_id)
    participant = get_object_or_404(Participant, organisation_id=organisation_id, pk=participant_id)
    found = selectors.handout_of(request.actor, row, participant_id=participant_id)
    if not found:
        raise Http404
    refusal, typed = "", {}
    if request.method == "POST":
        typed = {line.line_id: request.POST.get(f"line-{line.line_id}", "")[:20] for line in found[0].lines}
        refusal = _give(request, row, found[0], typed)
        if not refusal:
            tell(request, _("Written: who gave, when and how much."))
            return redirect("settlement:handout", organisation_id=organisation_id, round_id=round_id)
    context = {
        **frame(request, row, "handout"),
        "participant": participant,
        "member": found[0],
        "rows": selectors.given_rows(row, participant_id),
        "refusal": refusal,
        "typed": typed,
        "key": request.POST.get("key") or timezone.now().strftime("%H%M%S%f"),
        "claims": [
            one for one in selectors.claims_of(request.actor, row) if one.participant_id == participant_id
        ],
    }
    return render(request, "settlement/give.html", context, status=422 if refusal else 200)


def _give(request: PageRequest, row: Round, member: selectors.HandoutMember, typed: dict[int, str]) -> str:
    outcome = (
        HandoutRow.Outcome.NOT_TAKEN if request.POST.get("deed") == "not-taken" else HandoutRow.Outcome.GIVEN
    )
    field, quantities = QuantityField(required=False), {}
    for line in member.lines:
        try:
            number = field.clean(typed[line.line_id])
            if number is not None:
                quantities[line.line_id] = units_of(number, by_weight=line.by_weight)
        except RuleViolation as refused:
            return text_of(refused)
        except ValidationError as error:
            return " ".join(error.messages)
    violation = attempt(
        services.goods_give,
        actor=request.actor,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        participant_id=member.participant_id,
        quantities=quantities,
        outcome=outcome,
        key=request.POST.get("key", "")[:30],
    )
    return text_of(violation) if violation else ""


@page(SettlementRight.HANDOUT_GIVE)
def handout_print(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The list on paper: A4, with a line for a signature. No codes: who holds the paper must not have them."""
    row = office(request, organisation_id, round_id)
    members = selectors.handout_of(request.actor, row)
    looked(request.actor, organisation_id, "settlement.handout", count=len(members))
    context = {**frame(request, row, "handout"), "members": members}
    return render(request, "settlement/handout_print.html", context)


@page(SettlementRight.HANDOUT_GIVE)
def handout_xlsx(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponseBase:
    """The same list as XLSX."""
    row = office(request, organisation_id, round_id)
    members = selectors.handout_of(request.actor, row)
    looked(request.actor, organisation_id, "settlement.handout", count=len(members))

    def rows() -> Iterator[tuple[object, ...]]:
        for member in members:
            for line in member.lines:
                yield (
                    member.slot.point if member.slot else "",
                    f"{timezone.localtime(member.slot.starts_at):%d.%m.%Y %H:%M}" if member.slot else "",
                    member.name,
                    line.name,
                    line.gets_text,
                    line.given_text,
                    line.left_text,
                )

    columns = [
        Column(_("Place"), width=24),
        Column(_("Time"), width=18),
        Column(_("Participant"), width=28),
        Column(_("Good"), width=36),
        Column(_("Gets"), width=14),
        Column(_("Given"), width=14),
        Column(_("Left"), width=14),
    ]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(target, [Sheet(_("Handing out"), columns, rows())], created_at=timezone.now())
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_('Handing out')} {round_id}.xlsx")


@page(SettlementRight.TERMS_EDIT)
def slots(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Where and when goods of the round are handed out."""
    row = office(request, organisation_id, round_id)
    points = selectors.points_of(organisation_id, only_open=True)
    begin = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    form = SlotForm(
        request.POST or None,
        points=[(one.pk, one.name) for one in points],
        initial={"starts_at": begin, "ends_at": begin + timedelta(hours=2)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        violation = attempt(
            services.slot_add,
            actor=request.actor,
            organisation_id=organisation_id,
            round_id=round_id,
            point_id=int(data["point"]),
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            capacity=data["capacity"] or 0,
        )
        if violation is None:
            tell(request, _("The time is added. Participants may choose it."))
            return redirect("settlement:slots", organisation_id=organisation_id, round_id=round_id)
        form.refuse(violation)
    context = {
        **frame(request, row, "handout"),
        "form": form,
        "slots": selectors.slots_of(row),
        "points": points,
        "back": reverse("settlement:handout", args=[organisation_id, round_id]),
    }
    return render(request, "settlement/slots.html", context, status=422 if form.errors else 200)


@page(SettlementRight.TERMS_EDIT)
def points(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Places of handing out."""
    chosen = _number(request.GET.get("point", ""))
    found = selectors.points_of(organisation_id)
    point = next((one for one in found if one.pk == chosen), None)
    initial = (
        {name: getattr(point, name) for name in ("name", "address", "note", "is_closed")} if point else {}
    )
    form = PointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        violation = attempt(
            services.point_save,
            actor=request.actor,
            organisation_id=organisation_id,
            point_id=point.pk if point else None,
            **form.cleaned_data,
        )
        if violation is None:
            tell(request, _("The place is kept."))
            return redirect("settlement:points", organisation_id=organisation_id)
        form.refuse(violation)
    context = {"organisation_id": organisation_id, "points": found, "point": point, "form": form}
    return render(request, "settlement/points.html", context, status=422 if form.errors else 200)
