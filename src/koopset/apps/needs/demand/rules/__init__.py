"""Needs, prices, wishes, cells and proposals as pure rules: exact numbers, no clock, no database."""
