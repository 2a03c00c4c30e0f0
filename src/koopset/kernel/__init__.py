"""Pure rules that every room shares: money, periods, requisites, names, files. No Django, no clock, no
settings.
"""
