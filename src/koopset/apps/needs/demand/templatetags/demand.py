"""How amounts and goods are written on this room's pages."""

from __future__ import annotations

from django import template

from koopset.apps.needs.demand.selectors import wording

register = template.Library()
register.filter("unit", wording.unit)
register.filter("amount", wording.amount)
register.filter("goods", wording.goods)
