"""What each refusal and finding of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            # Lists
            "offers.unknown_list": _("There is no such price list. Open the lists again."),
            "offers.too_many_lists": _(
                "There are %(most)s price lists already. Renew one of them with a file."
            ),
            "offers.no_supplier_name": _("Say whose prices these are."),
            "offers.bad_email": _("The e-mail address is not written in full."),
            "offers.dates_in_order": _("The last day of the prices is before the first one."),
            "offers.unknown_place": _("Choose districts and settlements from the list."),
            "offers.too_many_places": _(
                "Choose at most %(most)s places; a district takes all of its settlements."
            ),
            "offers.nothing_to_publish": _(
                "The list is empty. Bring a file or enter an offer, then publish it."
            ),
            # Offers
            "offers.unknown_offer": _("There is no such offer. Open the list again."),
            "offers.no_name": _("Give the name: a price alone does not say what it is."),
            "offers.bad_price": _("The price of one item is roubles above zero: 450 or 450,50."),
            "offers.bad_unit": _("Choose the unit from the list."),
            "offers.bad_numbers": _("This is a number above zero."),
            "offers.bad_gtin_typed": _(
                "The barcode has 8, 12, 13 or 14 digits, and its last one does not fit. Copy it again."
            ),
            "offers.bad_vat": _("Choose the rate of VAT from the list."),
            "offers.bad_season": _("Choose both months of the season, or none."),
            "offers.unknown_kind": _("Choose from the list what it is."),
            "offers.taken_twice": _(
                "This list has such an offer already: the same article, barcode or name. Open that one."
            ),
            "offers.not_a_photo": _("The photo is JPG, PNG or WEBP."),
            "offers.too_many_at_once": _("At most %(most)s offers at once. Split them."),
            "offers.too_many_breaks": _("At most %(most)s prices by quantity."),
            "offers.break_twice": _("The quantity %(items)s has two prices. Leave one."),
            # Files
            "offers.unknown_import": _("There is no such file. Bring it again."),
            "offers.import_started": _(
                "This file is being loaded already, or has been loaded. Open its page again."
            ),
            "offers.import_not_checked": _("Check the columns first, then load."),
            "offers.another_import": _("Another file of this list is being loaded. Wait until it ends."),
            "offers.empty_table": _("The table has no lines with goods."),
            "offers.nothing_inside": _("The file has neither goods nor prices."),
            "offers.unknown_column": _("The file has no such column. Open the page again."),
            "offers.column_twice": _("Two columns are named the same. Leave one of them."),
            "offers.no_name_column": _("Say which column has the name of goods."),
            "offers.no_price_column": _("Say which column has the price."),
            "offers.unknown_price_type": _("The file has no such type of price."),
            "offers.broken_xml": _("The file is damaged: it breaks off or is no XML. Unload it anew."),
            "offers.not_commerceml": _("This is not CommerceML. Unload goods and prices from 1С for a site."),
            "offers.xml_with_doctype": _(
                "The file declares a document type, and such files are not taken. Unload it anew."
            ),
            "offers.too_many_records": _("The file holds too much. Split it into parts."),
            # Lines of a file
            "offers.no_price": _("There is no price above zero: “%(value)s”. Write roubles."),
            "offers.foreign_currency": _("The price is not in roubles: “%(text)s”."),
            "offers.other_price_type": _("There is no price of the chosen type."),
            "offers.bad_pack": _("“%(value)s” does not say how many items a pack has. Write a whole number."),
            "offers.bad_minimum": _("“%(value)s” does not say the least order. Write a number."),
            "offers.bad_amount": _("“%(value)s” does not say how much one item has. Write it like “0,5 кг”."),
            "offers.bad_break": _("The price from %(items)s items is not a price above zero."),
            "offers.break_dearer": _(
                "From %(items)s items it would be dearer than by one. Are the columns of prices mixed up?"
            ),
            "offers.bad_gtin": _("The barcode “%(value)s” has a wrong last digit and was left out."),
            "offers.item_twice": _("The same good stands in line %(other)s already."),
            "offers.net_without_vat": _(
                "The price is without VAT and no rate is told: it is taken as it is."
            ),
            "offers.price_unit_differs": _("The price is for %(unit)s, but the item is measured otherwise."),
            "offers.no_id": _("“%(name)s” has no id (Ид), so it could not be found the next time."),
            "offers.unknown_good": _(
                "The good %(id)s has a price and no name. Bring the file of goods first."
            ),
            "offers.no_price_yet": _("“%(name)s” has no price. Bring the file of prices too."),
            # Orders
            "offers.empty_order": _("The order has no lines."),
            "offers.bad_order_line": _("Line %(line)s of the order has a quantity or a sum that cannot be."),
        }
    )
