"""How estimates are put into words: paces, intervals, verdicts. Words never say more than the interval
does."""

from __future__ import annotations

from collections.abc import Iterable

from longwave.core.estimate import Estimate, Grade
from longwave.core.message import Message, say
from longwave.measure.spans import fills_convention, spell

_FLAT = 0.0005
"""A pace that rounds to 0.0 per cent is called flat."""


def pace(estimate: Estimate) -> Message:
    """A mean yearly growth rate as a verb: grew 1.4% a year, fell 0.3% a year; where its interval holds zero,
    had a mean growth of +0.4% a year, not distinguishable from zero."""
    if abs(estimate.value) < _FLAT:
        return say("measure.flat")
    if not clear(estimate):
        return say("measure.unclear_growth", pace=estimate.value)
    return say("measure.grew" if estimate.value > 0 else "measure.fell", pace=abs(estimate.value))


def points_pace(estimate: Estimate, digits: int) -> Message:
    """A mean yearly change of a share as a verb: rose by 0.077 percentage points a year."""
    if not clear(estimate):
        return say("measure.unclear_points", points=f"{100 * estimate.value:+.{digits}f}")
    key = "measure.rose_by" if estimate.value > 0 else "measure.sank_by"
    return say(key, points=f"{100 * abs(estimate.value):.{digits}f}")


def level_change(value: float) -> Message:
    """A change of a share in percentage points: 0.7 percentage points more than."""
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
        key,
        difference=_difference(100 * change.value),
        low=100 * change.low,
        high=100 * change.high,
        level=change.level,
    )


def _difference(points: float) -> Message:
    if abs(points) < 0.005:
        return say("measure.same_points")
    return say("measure.points_higher" if points > 0 else "measure.points_lower", points=abs(points))


def clear(change: Estimate) -> bool:
    """Whether the interval leaves zero out."""
    return change.low > 0 or change.high < 0


def doubts(*estimates: Estimate) -> Message:
    """The warnings that go with a sentence which rests on these estimates; nothing where none is due.

    Thin evidence: one is of grade D, unless its sample is a whole conventional span: that nine years are few is
    then a property of the convention, not of the data. Persistence: an interval may cover less than it says.
    """
    weak = [one for one in estimates if one.grade is Grade.D and not fills_convention(one.sample)]
    return say("measure.doubts", thin=_thin(weak), persistent=_persistent(estimates))


def _thin(weak: list[Estimate]) -> Message:
    if not weak:
        return say("measure.nothing")
    fewest = min(weak, key=lambda one: one.sample.observations)
    if fewest.sample.observations >= 10:
        # By their number alone ten observations make a C: the last step was lost to modelled figures.
        return say("measure.thin_modelled", span=years(fewest))
    return say("measure.thin", count=fewest.sample.observations, span=years(fewest))


def _persistent(estimates: Iterable[Estimate]) -> Message:
    cautions = [one.method.values.get("caution") for one in estimates]
    if any(isinstance(one, Message) and one.key == "measure.persistent" for one in cautions):
        return say("measure.persistent_short")
    return say("measure.nothing")


def years(estimate: Estimate) -> Message:
    """The span of an estimate's sample."""
    return spell(estimate.sample.first, estimate.sample.last)
