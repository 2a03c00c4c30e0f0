"""The paper of an order is made once, when the round is sent, and frozen with its digest."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import OrderPaper, Round
from koopset.apps.purchases.selectors.papers import TEMPLATE_VERSION, order_lines, pdf_of_data
from koopset.apps.purchases.selectors.wording import amount_text, holder_text, price_text
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.ui.templatetags import ks


def paper_make(row: Round, *, by: int | None, now: datetime) -> OrderPaper:
    """Freeze the order of a locked, stopped round. Its number follows the body's last one."""
    Tenant.objects.select_for_update(no_key=True).get(pk=row.organisation_id)
    papers = OrderPaper.objects.filter(organisation_id=row.organisation_id)
    number = (papers.aggregate(last=Max("number"))["last"] or 0) + 1
    with translation.override("ru"):
        data = paper_data(row, number, now)
    issued = now.replace(microsecond=0)
    made = pdf_of_data(data, TEMPLATE_VERSION, issued)
    return OrderPaper.objects.create(
        organisation_id=row.organisation_id,
        round=row,
        number=number,
        data=json.dumps(data, ensure_ascii=False),
        template_version=TEMPLATE_VERSION,
        sha256=hashlib.sha256(made).hexdigest(),
        issued_at=issued,
        issued_by=by,
    )


def paper_data(row: Round, number: int, now: datetime) -> dict[str, Any]:
    """What the paper says, in words: no reader of it computes anything."""
    card = organisations.organisation_card(row.organisation_id)
    lines = order_lines(row.organisation_id, row.pk)
    total = ks.rub(sum(line.sum_kop for line in lines))
    facts = [
        (_("Supplier"), ", ".join(part for part in (row.supplier_name, _inn(row.supplier_inn)) if part)),
        (_("Customer"), ", ".join(part for part in (row.operator_name, _inn(card.inn)) if part)),
        (_("How the money is taken"), holder_text(row.holder)),
        (_("Contacts"), ", ".join(part for part in (card.phone, card.email, card.address) if part)),
        (_("Hand-out"), row.handed_out),
    ]
    return {
        "title": _("Order № %(number)s") % {"number": number},
        "subtitle": f"{date_format(timezone.localtime(now), 'j E Y')} · {row.title}",
        "made": _("Order № %(number)s, round %(round)s") % {"number": number, "round": row.pk},
        "facts": [[str(name), text] for name, text in facts if text],
        "heads": [
            "№",
            _("Article"),
            _("Name"),
            _("Packs"),
            _("In all"),
            _("Price"),
            _("Sum, ₽"),
        ],
        "rows": [
            [
                str(at),
                line.article,
                line.name,
                "" if line.by_weight or line.pack == 1 else f"{line.packs} × {line.pack}",
                amount_text(line.units, line.by_weight, line.unit),
                price_text(line.price_kop, line.by_weight, line.unit),
                ks.money(line.sum_kop),
            ]
            for at, line in enumerate(lines, start=1)
        ],
        "total_label": _("Total"),
        "total": total,
        "words": _(
            "Please confirm the order and the day of delivery. Prices are those of the reached quantity."
        ),
        "signature": _("Organiser"),
    }


def _inn(number: str) -> str:
    return _("ИНН %(number)s") % {"number": number} if number else ""
