"""Papers as PDF. `from koopset.foundation.pdf import render, render_many`."""

from __future__ import annotations

from koopset.foundation.pdf.compile import PdfFault, render, render_many

__all__ = ["PdfFault", "render", "render_many"]
