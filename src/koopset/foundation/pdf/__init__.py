"""Papers as PDF. `from koopset.foundation.pdf import join, render, render_many`."""

from __future__ import annotations

from koopset.foundation.pdf.compile import PdfFault, render, render_many
from koopset.foundation.pdf.volume import join

__all__ = ["PdfFault", "join", "render", "render_many"]
