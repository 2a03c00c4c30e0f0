"""Reading of purchases. A household's own are seen by who is in it; rooms above read facts, without names, under their own rules."""

from koopset.apps.needs.selectors.facts import PurchaseFact as PurchaseFact
from koopset.apps.needs.selectors.facts import purchase_facts as purchase_facts
from koopset.apps.needs.selectors.homes import HomeInfo as HomeInfo
from koopset.apps.needs.selectors.homes import home_of as home_of
from koopset.apps.needs.selectors.homes import homes_of as homes_of
from koopset.apps.needs.selectors.homes import households_at as households_at
from koopset.apps.needs.selectors.homes import shared_categories as shared_categories
