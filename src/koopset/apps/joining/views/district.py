"""The coordinator's pages below the start page: settlements, one settlement, pilot groups."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.joining import selectors, services
from koopset.apps.joining.forms import GroupForm, HelpForm, MemberForm
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.views.applications import steps_shown
from koopset.apps.places.selectors import districts
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


@page(JoiningRight.DISTRICT_VIEW)
def bodies(request: PageRequest) -> HttpResponse:
    """Settlements of my districts and where each is stuck."""
    names = selectors.step_names()
    mine = selectors.districts_of(request.actor)
    asked = request.GET.get("district", "")
    district_id = int(asked) if asked.isdigit() and len(asked) < 10 and int(asked) in mine else None
    step, text = request.GET.get("step", ""), " ".join(request.GET.get("q", "").split()).lower()[:80]
    rows = [
        row
        for row in selectors.bodies_of(request.actor, district_id=district_id, now=timezone.now())
        if (step not in names or row.step == step)
        and (not text or text in f"{row.name} {row.settlement}".lower())
    ]
    known = {row.pk: row.name for row in districts() if row.pk in set(mine)}
    page_of = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "page": page_of,
        "lines": [
            {"row": row, "step_name": names.get(row.step, ""), "district": known.get(row.district_id, "")}
            for row in page_of
        ],
        "steps": list(names.items()),
        "step": step if step in names else "",
        "districts": sorted(known.items(), key=lambda item: item[1]),
        "district_id": district_id,
        "active": bool(step in names) + bool(district_id),
        "sought": bool(text or step in names or district_id),
    }
    return render(request, "joining/bodies.html", context)


@page(JoiningRight.DISTRICT_VIEW)
def body(request: PageRequest, body_id: int) -> HttpResponse:
    """One settlement: its steps, the chair's contact as far as the chair shows it, and a word of help."""
    row = selectors.body_page(request.actor, body_id, now=timezone.now())
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.help_write(actor=request.actor, body_id=body_id, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Sent to the chair."))
            return redirect("joining:body", body_id=body_id)
    names = selectors.step_names()
    context = {
        "page": row,
        "body": row.body,
        "steps": steps_shown(row.body.steps),
        "step_name": names.get(row.body.step, ""),
        "form": form,
    }
    return render(request, "joining/body.html", context)


@page(JoiningRight.DISTRICT_VIEW)
def groups(request: PageRequest) -> HttpResponse:
    """Pilot groups of my districts."""
    context = {
        "groups": selectors.groups_of(request.actor),
        "may_edit": request.actor.can(JoiningRight.GROUP_EDIT, None),
    }
    return render(request, "joining/groups.html", context)


@page(JoiningRight.GROUP_EDIT)
def group_new(request: PageRequest) -> HttpResponse:
    """A new group."""
    mine = set(selectors.districts_of(request.actor))
    form = GroupForm(
        request.POST or None, places=[(row.pk, row.name) for row in districts() if row.pk in mine]
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.group_create(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The group is made. Add settlements to it."))
            return redirect("joining:group", group_id=row.pk)
    return render(request, "joining/group_form.html", {"form": form})


@page(JoiningRight.GROUP_EDIT)
def group(request: PageRequest, group_id: int) -> HttpResponse:
    """A group: its members, and one more."""
    row = selectors.group_row(request.actor, group_id)
    now = timezone.now()
    choices = selectors.group_choices(request.actor, row, now=now)
    form = MemberForm(request.POST or None, bodies=choices)
    if request.method == "POST" and form.is_valid():
        try:
            services.group_member_add(
                actor=request.actor, group_id=row.id, body_id=form.cleaned_data["body_id"], now=now
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Added."))
            return redirect("joining:group", group_id=row.id)
    return render(request, "joining/group.html", {"group": row, "form": form, "choices": choices})


@page(JoiningRight.GROUP_EDIT)
@require_POST
def group_member_remove(request: PageRequest, group_id: int, body_id: int) -> HttpResponse:
    """Take a settlement out of a group."""
    row = selectors.group_row(request.actor, group_id)
    if body_id not in {pk for pk, _name in row.members}:
        raise Http404
    try:
        services.group_member_remove(
            actor=request.actor, group_id=group_id, body_id=body_id, now=timezone.now()
        )
        tell(request, _("Removed from the group."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("joining:group", group_id=group_id)
