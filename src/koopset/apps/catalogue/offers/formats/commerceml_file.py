"""The reader of CommerceML for `koopset inspect`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from koopset.apps.catalogue.offers.formats.commerceml import (
    Good,
    Group,
    Order,
    PriceType,
    Proposal,
    read_commerceml,
)
from koopset.apps.catalogue.offers.formats.price_list import Problem
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.money import format_rub
from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation

SHOWN = 1_000
TEXTS = {
    "offers.broken_xml": "Файл XML испорчен: его не удалось разобрать",
    "offers.not_commerceml": "Это не CommerceML: корень файла другой",
    "offers.xml_with_doctype": "В файле есть объявление DOCTYPE: такие файлы не принимаются",
    "offers.too_many_records": "В файле слишком много записей: разделите его на части",
    "offers.nothing_inside": "В файле нет ни товаров, ни предложений, ни заказов",
}
_ROOT = re.compile(r"<(?:[\w-]+:)?(КоммерческаяИнформация|Классификатор|Каталог|ПакетПредложений)[\s>/]")


class CommerceMl:
    """Goods, offers and orders as 1С exchanges them."""

    format = "commerceml"
    title = "CommerceML: товары, предложения, заказы (1С)"

    def claims(self, head: bytes, name: str) -> bool:
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00").startswith(b"<"):
            return False
        declared = re.search(rb"encoding=[\"']([\w-]{1,20})", head[:200])
        codec = decode_sniff(head)
        if declared and declared[1].lower() in (b"windows-1251", b"cp1251"):
            codec = "cp1251"
        return _ROOT.search(head[:16384].decode(codec, errors="replace")) is not None

    def inspect(self, path: Path) -> Inspection:
        """Records are goods, offers and orders; a list of contractors alone holds none of them and is refused."""
        counts: Counter[str] = Counter()
        total = 0
        warnings: list[Finding] = []
        try:
            for one in read_commerceml(path):
                match one:
                    case Problem():
                        counts["left_out"] += 1
                        if len(warnings) < SHOWN:
                            warnings.append(Finding(one.line, one.code, one.text()))
                    case Good():
                        counts["products"] += 1
                        counts["deleted"] += one.is_deleted
                    case Proposal():
                        counts["offers"] += 1
                        counts["priced"] += bool(one.prices)
                    case Order():
                        counts["orders"] += 1
                        total += one.sum_kop or 0
                    case Group():
                        counts["groups"] += 1
                    case PriceType():
                        counts["price_types"] += 1
        except RuleViolation as refusal:
            text = TEXTS.get(refusal.code, "Файл не удалось прочитать")
            return Inspection(self.format, None, 0, errors=[Finding(refusal.line, refusal.code, text)])
        records = counts["products"] + counts["offers"] + counts["orders"]
        errors = []
        if not records and not counts["groups"]:
            errors.append(Finding(None, "offers.nothing_inside", TEXTS["offers.nothing_inside"]))
        totals: dict[str, str | int | None] = {
            name: counts[name]
            for name in (
                "products",
                "deleted",
                "offers",
                "priced",
                "orders",
                "groups",
                "price_types",
                "left_out",
            )
        }
        totals["orders_sum"] = format_rub(total)
        with path.open("rb") as file:
            codec = decode_sniff(file.read(64 * 1024))
        # A file of groups alone is a true answer: the goods come in another part.
        return Inspection(
            self.format, codec, records, totals, warnings, errors, may_be_empty=counts["groups"] > 0
        )


READER = CommerceMl()
