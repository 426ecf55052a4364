"""Incremental capital-output ratio: how much investment went with a unit of growth, and when that cannot be
said.

ICOR = (I / Y) / g over windows of five years. It is no rate of return: high is bad, and it counts gross
investment, that which replaces worn capital included. Near zero growth it jumps to infinity and changes sign, so
the interval is Fieller's and a window whose growth could be zero is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, not_positive, outside, take, yearly_changes
from longwave.measure.intervals import Interval, Stretch
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.returns.ratio import RatioInterval, fieller
from longwave.measure.returns.short_windows import persistence_of, window_means
from longwave.measure.spans import sample_of

NAME = "incremental_capital_output_ratio"
WINDOW = 5
"""Years a window: Gillis et al. and most users average over five, because yearly ratios are noise."""
_FEWEST_WINDOWS = 3
"""With fewer, the noise of growth within windows is not known well enough for any interval."""
_WIDEST = 10.0
"""A ratio between 5 and 130 is not known in any sense that a user could act on."""
_NEEDS = ("real_gdp", "investment_share")


@dataclass(frozen=True, eq=False)
class Window:
    """Five neighbouring years: investment share and growth by year, mean growth with its interval, and the ratio of
    the means."""

    table: pd.DataFrame
    growth: Interval
    ratio: RatioInterval

    @property
    def span(self) -> tuple[str, str]:
        return str(self.table.index[0]), str(self.table.index[-1])


def icor_windows(share: pd.Series, growth: pd.Series, level: float = 0.95) -> tuple[Window, ...]:
    """Ratios of mean investment share to mean growth over unbroken windows of five years, counted back from the
    last year.

    share: investment over GDP, fraction, index = year; growth: yearly log change of real GDP. The interval of a window's
    mean growth learns persistence and size of its noise from the other windows (`short_windows`). Share and growth
    enter Fieller's set with their covariance in the window, scaled so that growth has its interval. Raises ValueError
    with fewer than three windows or where growth does not vary. Reference: Fieller (1954); Harrod-Domar as in Easterly
    (1999).
    """
    table = pd.concat([share, growth], axis=1, keys=["share", "growth"]).dropna()
    parts = _cut(table)
    if len(parts) < _FEWEST_WINDOWS:
        raise ValueError("fewer than three unbroken windows of five years")
    paces = window_means(
        [part["growth"].to_numpy(float) for part in parts], persistence_of(growth.dropna()), level
    )
    found = []
    for part, pace in zip(parts, paces, strict=True):
        spread = np.cov(part.to_numpy(float), rowvar=False)
        quantile = (pace.high - pace.low) / 2 / float(np.sqrt(spread[1, 1]))
        variance = (float(spread[0, 0]), float(spread[1, 1]), float(spread[0, 1]))
        ratio = fieller(float(part["share"].mean()), pace.value, variance, quantile)
        found.append(Window(part, pace, ratio))
    return tuple(found)


def _stretch(part: pd.DataFrame) -> Stretch:
    return Stretch(part.index.to_numpy(np.int64), part["growth"].to_numpy(float))


def _cut(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Windows of five neighbouring years, counted back from the last year; windows with a gap are left out."""
    last = int(table.index.max()) if len(table) else 0
    found = []
    for end in range(last, int(table.index.min()) - 1 if len(table) else 0, -WINDOW):
        years = range(end - WINDOW + 1, end + 1)
        if all(year in table.index for year in years):
            found.append(table.loc[list(years)])
    return [part for part in reversed(found) if not _stretch(part).constant]


def measure_icor(panel: Panel, area: str) -> Measurement:
    """Incremental capital-output ratio of an area.

    Table, one row a window, headed by its last year: investment_share and growth (means, fractions), icor with
    icor_low and icor_high (ratio); ratio and bounds are missing where the growth could be zero. Estimates:
    incremental_capital_output_ratio_<first>_<last>. A refused window is a Refusal.
    """
    output, share = (take(panel, area, name) for name in _NEEDS)
    if isinstance(output, Refusal) or isinstance(share, Refusal):
        return _refused(area, *(one for one in (output, share) if isinstance(one, Refusal)))
    if bad := (not_positive(output) or outside(share) or not_positive(share)):
        return _refused(area, bad)
    growth = yearly_changes(output.values, log=True)
    try:
        windows = icor_windows(share.values, growth)
    except ValueError:
        return _refused(area, Refusal(NAME, say("returns.icor_short", area=area_names(area))))
    observed = min(output.observed, share.observed)
    sources = tuple(dict.fromkeys((output.source, share.source)))
    return Measurement(
        NAME,
        "returns",
        area,
        by_period(pd.DataFrame([_row(one) for one in windows], index=[int(one.span[1]) for one in windows])),
        units={"investment_share": "share of GDP", "growth": "share a year", "icor": "ratio"},
        estimates=tuple(_estimate(one, observed, sources) for one in windows if told(one)),
        findings=tuple(_findings(area, windows)),
        refusals=tuple(_too_near_zero(one) for one in windows if not told(one)),
        sources=sources,
    )


def told(window: Window) -> bool:
    """Whether the ratio of a window says anything: growth is clear of zero and not negative, and the upper bound is
    at most ten times the lower one."""
    return _fault(window) == ""


def _fault(window: Window) -> str:
    """Why a window's ratio is not told; empty where it is. A ratio over a fall would read as a gain."""
    ratio = window.ratio
    if not ratio.bounded:
        return "zero"
    if ratio.value <= 0 or ratio.low <= 0:
        return "falls"
    return "wide" if ratio.high > _WIDEST * ratio.low else ""


def _row(window: Window) -> dict[str, float]:
    means = window.table.mean()
    row = {"investment_share": float(means["share"]), "growth": float(means["growth"])}
    if told(window):
        row |= {"icor": window.ratio.value, "icor_low": window.ratio.low, "icor_high": window.ratio.high}
    else:
        row |= {"icor": np.nan, "icor_low": np.nan, "icor_high": np.nan}
    return row


def _estimate(window: Window, observed: float, sources: tuple[str, ...]) -> Estimate:
    first, last = window.span
    return Estimate(
        f"{NAME}_{first}_{last}",
        window.ratio.value,
        window.ratio.low,
        window.ratio.high,
        "ratio",
        say("returns.icor_method", first=first, last=last),
        sample_of(window.table["growth"]),
        grade_of(len(window.table), observed),
        sources=sources,
    )


def _too_near_zero(window: Window) -> Refusal:
    first, last = window.span
    reason = say(f"returns.icor_growth_{_fault(window)}", first=first, last=last, **_growth_words(window))
    return Refusal(f"{NAME}_{first}_{last}", reason)


def _refused(area: str, *refusals: Refusal) -> Measurement:
    return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=refusals)


def _findings(area: str, windows: tuple[Window, ...]) -> Iterator[Message]:
    name = area_names(area)
    known = [one for one in windows if told(one)]
    if not known:
        yield say("returns.icor_never", area=name, count=len(windows))
        return
    first, last = known[0], known[-1]
    if last is not windows[-1]:
        newest = windows[-1]
        key = f"returns.icor_newest_{_fault(newest)}"
        yield say(key, area=name, span=_span(newest), **_growth_words(newest))
    yield say("returns.icor_level", area=name, **_words(last))
    if last is not first:
        apart = first.ratio.high < last.ratio.low or last.ratio.high < first.ratio.low
        key = "returns.icor_moved" if apart else "returns.icor_not_told_apart"
        yield say(key, area=name, now=_span(last), then=_span(first), before=first.ratio.value)
    if len(known) < len(windows):
        yield say("returns.icor_refused", area=name, refused=len(windows) - len(known), count=len(windows))


def _growth_words(window: Window) -> dict[str, float]:
    growth = window.growth
    words = {"growth": growth.value, "pace_low": growth.low, "pace_high": growth.high}
    return words | ({"low": window.ratio.low, "high": window.ratio.high} if _fault(window) == "wide" else {})


def _words(window: Window) -> dict[str, float | Message]:
    return {
        "span": _span(window),
        "ratio": window.ratio.value,
        "low": window.ratio.low,
        "high": window.ratio.high,
        "share": float(window.table["share"].mean()),
        "growth": window.growth.value,
    }


def _span(window: Window) -> Message:
    first, last = window.span
    return say("measure.years", first=first, last=last)


MEASURES.register(NAME)(Measure(NAME, "returns", _NEEDS, measure_icor))
