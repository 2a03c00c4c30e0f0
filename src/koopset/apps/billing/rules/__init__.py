"""The domain of charging in pure functions: no Django, no clock, no settings.

- `charging`: lines of a month from fees and holdings, in integers, rounded once.
- `settlement`: which open charge a payment settles, exact to the kopeck.
- `overdue`: how much of a debt is late and since when.
- `arithmetic`: what a resident multiplies to check a line.
"""
