"""Decay of returns: whether the published internal rate of return falls, and whether toward a floor.

A constant, a straight line and a decay toward a floor are set against each other. Most countries' rates wander
too much for any of it to be said, and then that is what is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, TestResult, grade_of
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, take
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.returns.decay_to_floor import FEWEST, Bounded, DecayFit, ShapeTest, decay_to_floor
from longwave.measure.spans import sample_of

NAME = "decay_of_returns"
VARIABLE = "return_on_capital"
_UNIT = "share a year"


def measure_decay(panel: Panel, area: str) -> Measurement:
    """Decay of the real internal rate of return of an area.

    Table: return_on_capital and, where a decay toward a floor is identified, fitted (both fractions a year).
    Tests: decay_no_change, decay_straight_line. Estimates, where identified: decay_floor (share a year),
    decay_rate (share of the gap a year), decay_half_life (years).
    """
    given = take(panel, area, VARIABLE)
    if isinstance(given, Refusal):
        kept = Refusal(given.subject, given.reason, say("measure.return_mend"))
        return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=(kept,))
    values = _last_run(given.values)
    if len(values) < FEWEST:
        reason = say("returns.decay_short", area=area_names(area), count=len(values), fewest=FEWEST)
        return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=(Refusal(NAME, reason),))
    try:
        fit = decay_to_floor(values)
    except ValueError:
        constant = Refusal(NAME, say("returns.decay_constant"), say("measure.check_figures"))
        return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=(constant,))
    table = values.to_frame(VARIABLE)
    if fit.identified:
        table["fitted"] = fit.fitted
    return Measurement(
        NAME,
        "returns",
        area,
        by_period(table),
        units={str(name): _UNIT for name in table},
        estimates=tuple(_estimates(fit, values, given.observed, given.source)),
        findings=tuple(_findings(area, fit, values)),
        refusals=tuple(_refusals(fit)),
        sources=(given.source,),
        tests=tuple(_tests(fit, values, given.source)),
    )


def _last_run(values: pd.Series) -> pd.Series:
    """The unbroken years at the end."""
    breaks = np.flatnonzero(np.diff(values.index.to_numpy()) != 1)
    return values.iloc[int(breaks[-1]) + 1 :] if len(breaks) else values


def _tests(fit: DecayFit, values: pd.Series, source: str) -> Iterator[TestResult]:
    nulls: tuple[tuple[str, ShapeTest | None, Message], ...] = (
        ("decay_no_change", fit.constant, say("returns.null_constant")),
        ("decay_straight_line", fit.line, say("returns.null_line")),
    )
    for name, test, null in nulls:
        if test is not None:
            yield TestResult(
                name,
                null,
                test.statistic,
                test.rejected,
                say("returns.decay_test_method", persistence=fit.persistence),
                sample_of(values),
                p_value=test.p_value,
                sources=(source,),
            )


def _estimates(fit: DecayFit, values: pd.Series, observed: float, source: str) -> Iterator[Estimate]:
    given: tuple[tuple[str, Bounded | None, str], ...] = (
        ("decay_floor", fit.floor, _UNIT),
        ("decay_rate", fit.rate, "share of the gap a year"),
        ("decay_half_life", fit.half_life, "years"),
    )
    for name, one, unit in given:
        if one is not None:
            yield Estimate(
                name,
                one.value,
                one.low,
                one.high,
                unit,
                say("returns.decay_method"),
                sample_of(values),
                grade_of(len(values), observed),
                sources=(source,),
            )


def _refusals(fit: DecayFit) -> Iterator[Refusal]:
    if not fit.constant.rejected:
        yield Refusal("decay_floor", say("returns.no_floor_constant"))
    elif not fit.identified:
        yield Refusal("decay_floor", say("returns.no_floor_line"))


def _findings(area: str, fit: DecayFit, values: pd.Series) -> Iterator[Message]:
    name = area_names(area)
    words: dict[str, Message | Names | str] = {
        "area": name,
        "first": str(values.index[0]),
        "last": str(values.index[-1]),
    }
    if not fit.constant.rejected:
        yield say("returns.decay_none", p=fit.constant.p_value, persistence=fit.persistence, **words)
        return
    falls = fit.fitted.iloc[-1] < fit.fitted.iloc[0]
    if fit.identified and fit.floor is not None and fit.half_life is not None:
        key = "returns.decay_floor_found" if falls else "returns.decay_ceiling_found"
        yield say(
            key,
            floor=fit.floor.value,
            low=fit.floor.low,
            high=fit.floor.high,
            years=fit.half_life.value,
            shortest=fit.half_life.low,
            longest=fit.half_life.high,
            **words,
        )
    else:
        key = "returns.decay_shape_open" if falls else "returns.rise_shape_open"
        yield say(key, p=fit.constant.p_value, **words)
    if falls and fit.line_zero is not None:
        yield say("returns.line_turns_negative", area=name, year=round(fit.line_zero))


MEASURES.register(NAME)(Measure(NAME, "returns", (VARIABLE,), measure_decay))
