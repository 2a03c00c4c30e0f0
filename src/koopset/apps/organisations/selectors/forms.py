"""Legal forms in the language of the page: what each calls its bodies, offices, payments and papers."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from koopset.apps.organisations.formats.legal_form import FormRule, Words, legal_form, legal_forms
from koopset.apps.organisations.selectors.bodies import organisation_card_or_none
from koopset.foundation.rights.roles import ROLE_NAMES, Role


def said(words: Words) -> str:
    """In the language that is on."""
    return words.in_language(get_language() or "ru")


def form_name(form: str) -> str:
    """The legal form in words; the code itself where it is not known."""
    found = legal_form(form)
    return said(found.name) if found.key == form else form


def form_choices() -> list[tuple[str, str]]:
    """Legal forms for a form."""
    return [(one.key, said(one.name)) for one in legal_forms()]


def form_of(organisation_id: int) -> str:
    """The code of the body's legal form; "" where there is no such body."""
    card = organisation_card_or_none(organisation_id)
    return card.form if card else ""


def head_of(organisation_id: int) -> str:
    """What the side bar calls the affairs of a body of its form («Группа», «Хозяйство»); "" where they are those of a settlement."""
    head = legal_form(form_of(organisation_id)).head
    return said(head) if head else ""


def keeps_units(organisation_id: int) -> bool:
    """Whether the body has a register of plots or flats. Asks no right."""
    return legal_form(form_of(organisation_id)).has_units


def collects_fees(organisation_id: int) -> bool:
    """Whether the body's form has any payment that members owe. Asks no right."""
    return bool(legal_form(form_of(organisation_id)).fees)


def office_name(form: str, role: str) -> str:
    """What the holder of a role is called in a body of the form: «председатель правления»."""
    office = legal_form(form).office(role)
    return said(office.name) if office else str(ROLE_NAMES[Role(role)])


def body_name(form: str, key: str) -> str:
    """What a body (meeting, board, auditors) is called; the key itself where the form has no such body."""
    body = legal_form(form).body(key)
    return said(body.name) if body else key


def fee_choices(form: str) -> list[tuple[str, str]]:
    """Kinds of payments that the form has, with their names."""
    return [(one.kind, said(one.name)) for one in legal_form(form).fees]


def fee_name(form: str, kind: str) -> str:
    """What a kind of payment is called; the kind itself where the form has it no more."""
    fee = legal_form(form).fee(kind)
    return said(fee.name) if fee else kind


def document_title(form: str, kind: str) -> str:
    """What the form calls a paper: bill, statement, register."""
    return said(legal_form(form).document(kind).title)


def form_rule(form: str, key: str, on: date) -> FormRule | None:
    """A rule of the form on a day."""
    return legal_form(form).rule(key, on)


def cash_refused(form: str, on: date) -> str:
    """The article by which a body of the form takes no fees in cash on the day; "" where it may."""
    rule = legal_form(form).rule("cash", on)
    return rule.source.article if rule is not None and not rule.value else ""
