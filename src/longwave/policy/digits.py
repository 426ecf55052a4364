"""A figure as a reader wants it: three digits that count."""

from __future__ import annotations

import numpy as np


def short(value: float) -> str:
    """Three digits that count, no more than four behind the point; a dash for what is no number."""
    if value == 0.0 or not np.isfinite(value):
        return "0" if value == 0.0 else "–"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{min(digits, 4)}f}".replace("-", "−")
