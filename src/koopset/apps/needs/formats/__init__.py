"""Readers of receipts: codes on paper, files of applications. Pure; nothing personal passes them (see `persons`)."""
