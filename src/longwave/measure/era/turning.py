"""Has the turning point passed? The rule that turns a confidence set of dates into one of three answers.

The articles' critical point is the first year t with P(lambda_s < 1 for all s in [t, t + k]) > .9, which in the
logistic is m = 1/2. Here: *passed* only where

1. an era is there at all: the best curve beats trend, persistent noise and a wandering level by more than 95 in a
   hundred artificial series without any era do, adjusted for the number of dimensions looked at (`family`);
2. no one-off shift within four years describes the figures about as well;
3. the whole 95 % set of dates lies at least `CONFIRMED` years before the last figure (the k years in which lambda
   has to stay below one), and the best date lies within the figures;
4. the set is no wider than half of the figures;
5. the wave is longer than the shortest that the grid holds: a bend at that edge is a burst or a shift.

Else *not before* the set's first date where an era is there, or *not datable* with the reason. `docs/concepts/era.md`
prints how often series without an era, with a shock or with the date still ahead get a date by this rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.breaks.chances import chance
from longwave.measure.era.dates import DateSet
from longwave.measure.era.family import Chance

CONFIRMED = 3
SIZE = 0.05
MARGIN = 0.5
"""By how much log-likelihood the era must beat the best one-off shift."""

SHORTEST = 13.0
"""Years from one tenth to nine tenths, averaged over families, below which the best curve lies at the grid's edge."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands beside the set: the chance that there is no era, margin over the best one-off shift and its first and
    last year, first and last year of the figures, duration of the wave in years."""

    chance: Chance
    margin: float
    shift: tuple[int, int]
    first: int
    last: int
    duration: float


def decide(
    found: DateSet, date: int, evidence: Evidence
) -> tuple[DatingState, Message | None, int | None, int | None]:
    """State, reason, low and high. date: the estimate, averaged over families."""
    low = None if found.first < evidence.first else found.first
    high = None if found.last > evidence.last - CONFIRMED else found.last
    if evidence.chance.adjusted > SIZE:
        alone = chance(evidence.chance.alone)
        reason = say("era.no_era", p=alone)
        if evidence.chance.alone <= SIZE:
            adjusted = chance(evidence.chance.adjusted)
            reason = say("era.one_of_many", p=alone, count=evidence.chance.among, adjusted=adjusted)
        elif low is not None and high is None and low > evidence.first:
            reason = say("era.no_era_but", p=alone, low=str(low))
        return DatingState.NOT_DATABLE, reason, None, None
    if evidence.margin < MARGIN:
        return DatingState.NOT_DATABLE, say("era.rather_shift", span=span_of(*evidence.shift)), None, None
    if evidence.duration < SHORTEST:
        return DatingState.NOT_DATABLE, say("era.too_short_wave", duration=evidence.duration), None, None
    if high is None:
        if low is None or low == evidence.first:
            return DatingState.NOT_DATABLE, say("era.anywhere"), None, None
        return DatingState.NOT_BEFORE, say("era.not_seen_to_pass", last=str(evidence.last)), low, None
    if date < evidence.first:
        return DatingState.NOT_DATABLE, say("era.before_figures", first=str(evidence.first)), None, high
    if high - (low or evidence.first) > (evidence.last - evidence.first) / 2:
        return (
            DatingState.NOT_DATABLE,
            say("era.too_wide", low=str(low or evidence.first), high=str(high)),
            low,
            high,
        )
    return DatingState.PASSED, None, low, high


def span_of(first: int, last: int) -> str:
    """A year, or a first and a last one."""
    return str(first) if first == last else f"{first}–{last}"


def dating(
    name: str,
    found: DateSet,
    date: int,
    evidence: Evidence,
    sample: Sample,
    method: Message,
    observed: float,
    sources: tuple[str, ...],
) -> Dating:
    """The answer as a house `Dating`."""
    state, reason, low, high = decide(found, date, evidence)
    if state is DatingState.PASSED and low is None:
        reason = say("era.open_before", first=str(evidence.first))
    return Dating(
        name,
        state,
        method,
        sample,
        grade_of(sample.observations, observed),
        period=f"{date:04d}" if state is DatingState.PASSED else None,
        low=None if low is None else f"{low:04d}",
        high=None if high is None else f"{high:04d}",
        reason=reason,
        sources=sources,
    )


def weights_of_families(
    found: DateSet, observations: int, parameters: int
) -> dict[str, tuple[float, int, float]]:
    """Akaike weight (AICc), date and duration of each family's best curve. The points' likelihoods already pay one
    unit for an extra parameter; the correction for short samples is added here."""
    shapes = found.grid.shapes
    cube = found.points.reshape(len(shapes), -1)
    size = cube.shape[1]
    rows: dict[str, tuple[float, int, float]] = {}
    for which, shape in enumerate(shapes):
        best = int(np.argmax(cube[which]))
        k = parameters + shape.parameters
        value = float(cube[which, best]) - k * (k + 1) / max(observations - k - 1, 1)
        _, duration, date = found.grid.parts(which * size + best)
        if shape.family not in rows or rows[shape.family][0] < value:
            rows[shape.family] = (value, date, duration)
    top = max(row[0] for row in rows.values())
    total = sum(np.exp(row[0] - top) for row in rows.values())
    return {
        family: (float(np.exp(value - top) / total), date, duration)
        for family, (value, date, duration) in rows.items()
    }


def averaged_date(found: DateSet, weights: dict[str, tuple[float, int, float]]) -> int:
    """The families' dates averaged by their weights, kept within the set."""
    mean = round(sum(weight * date for weight, date, _ in weights.values()))
    return min(max(mean, found.first), found.last)
