"""How estimates are put into words: paces, intervals, verdicts. Words never say more than the interval
does."""

from __future__ import annotations

from longwave.core.estimate import Estimate, Grade
from longwave.core.message import Message, say

_FLAT = 0.0005
"""A pace that rounds to 0.0 per cent is called flat."""


def pace(value: float) -> Message:
    """A yearly growth rate as a verb: grew 1.4% a year, fell 0.3% a year, hardly moved."""
    if abs(value) < _FLAT:
        return say("measure.flat")
    return say("measure.grew" if value > 0 else "measure.fell", pace=abs(value))


def level_change(value: float) -> Message:
    """A change of a share in percentage points as a verb: rose by 0.7 percentage points."""
    if abs(value) < _FLAT:
        return say("measure.unmoved")
    return say("measure.rose_points" if value > 0 else "measure.sank_points", points=100 * abs(value))


def percents(estimate: Estimate) -> Message:
    """The interval of a rate or share, in per cent."""
    return say("measure.interval_percent", level=estimate.level, low=estimate.low, high=estimate.high)


def verdict(change: Estimate) -> Message:
    """Whether a difference of rates or shares can be told from zero, with its interval in percentage
    points."""
    key = "measure.differs" if clear(change) else "measure.not_distinguishable"
    return say(
        key, points=100 * change.value, low=100 * change.low, high=100 * change.high, level=change.level
    )


def clear(change: Estimate) -> bool:
    """Whether the interval leaves zero out."""
    return change.low > 0 or change.high < 0


def thin(*estimates: Estimate) -> Message:
    """The warning that goes with a sentence which rests on a grade D estimate; else nothing."""
    weak = [one for one in estimates if one.grade is Grade.D]
    if not weak:
        return say("measure.nothing")
    fewest = min(weak, key=lambda one: one.sample.observations).sample
    return say("measure.thin", count=fewest.observations, first=fewest.first, last=fewest.last)


def years(estimate: Estimate) -> Message:
    """The span of an estimate's sample."""
    return say("measure.years", first=estimate.sample.first, last=estimate.sample.last)
