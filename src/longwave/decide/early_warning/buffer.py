"""The guide for the counter-cyclical capital buffer: nothing at a gap of 2, the most at 10, a straight line between.

    guide = most * min(1, max(0, (gap - low) / (high - low))),   low 2, high 10, most 2.5 % of risk-weighted assets

Basel Committee (2010), "Guidance for national authorities operating the countercyclical capital buffer". A guide, not
a rule: authorities are to look at more than the gap, and to release at once when a crisis comes.
"""

from __future__ import annotations

from longwave.core.estimate import Estimate
from longwave.core.message import say

LOW, HIGH, MOST = 2.0, 10.0, 2.5


def buffer_guide(gap: float, low: float = LOW, high: float = HIGH, most: float = MOST) -> float:
    """Per cent of risk-weighted assets for a gap in percentage points. Raises ValueError unless low < high."""
    if not low < high:
        raise ValueError("the lower threshold has to be below the upper one")
    return most * min(1.0, max(0.0, (gap - low) / (high - low)))


def buffer_of(gap: Estimate) -> Estimate:
    """The guide at a gap, and at the ends of its interval: the line only rises, so those are the guide's own ends."""
    return Estimate(
        "buffer_guide",
        buffer_guide(gap.value),
        buffer_guide(gap.low),
        buffer_guide(gap.high),
        "percent of risk-weighted assets",
        say("early_warning.buffer_method", low=LOW, high=HIGH, most=MOST),
        gap.sample,
        gap.grade,
        gap.level,
        gap.sources,
    )
