"""Money and goods after «stop» in pure functions: no Django, no clock, no translation. Money is kopecks, quantities are Decimal."""
