"""Picking out some of many: one-sided p-values of means, and the share of false ones among those picked kept
down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FALSE_RATE = 0.10
"""Share of false ones expected at most among those picked."""


def false_discovery(p_values: Sequence[float], rate: float = FALSE_RATE) -> list[bool]:
    """Which hypotheses the step-up procedure of Benjamini and Hochberg (1995) rejects at a false discovery
    rate.

    The procedure keeps its rate for independent and for positively dependent tests (Benjamini and Yekutieli
    2001); shares that add up to one are negatively dependent, for which `docs/concepts/language-models.md`
    prints a simulation.
    """
    p = np.asarray(p_values, dtype=float)
    if len(p) == 0:
        return []
    order = np.argsort(p, kind="stable")
    passing = np.flatnonzero(p[order] <= rate * np.arange(1, len(p) + 1) / len(p))
    keep = np.zeros(len(p), dtype=bool)
    if len(passing):
        keep[order[: passing[-1] + 1]] = True
    return [bool(each) for each in keep]
