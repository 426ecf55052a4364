"""Openness: exports and imports over GDP, where it turned, and whether it is what a country of this size and income has.

    o = X + M (shares of GDP);   ln o_i = a + b ln people_i + c ln income_i + e_i   over all countries of one year

Large countries trade less because they hold more of their markets within; so a share says little until size and
income are taken out. The band is the 90 % prediction interval of that line for one country: a country outside it is
not like its likes. That is a place among countries, not a cause. Breaks are looked for in the line of ln o over time,
level and slope together (`longwave.measure.breaks`), with "no break" as an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.age import told_as_old
from longwave.measure.breaks.dates import break_datings
from longwave.measure.environment.across import by_country, log
from longwave.measure.environment.factors import OUTPUT, PER_PERSON
from longwave.measure.environment.trends import decade_to_end, trend
from longwave.measure.inputs import Input, by_period, name_of, not_positive, take
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.wording import clear

NAME = "openness"
EXPORTS, IMPORTS = "exports_share", "imports_share"
NEEDS = (EXPORTS, IMPORTS)
USES = (OUTPUT, PER_PERSON)
FEWEST = 50
"""Countries of one year without which no line of size and income is drawn."""
LEVEL = 0.90
JUMP = 0.10
"""Log points between the ends of two lines above which the level jumped rather than the line turned."""


@dataclass(frozen=True, slots=True)
class Band:
    """What size and income predict for one country: expected ln openness, half-width of the prediction interval,
    actual."""

    year: int
    expected: float
    half: float
    actual: float
    countries: int


def predict(others: pd.DataFrame, own: pd.Series, level: float = LEVEL) -> tuple[float, float]:
    """Expected value and half-width of the prediction interval for a new country. others: columns y and regressors;
    own: the same regressors. Raises ValueError for fewer rows than coefficients and two more, or collinear
    regressors."""
    from scipy.stats import t as student

    names = [str(name) for name in others if name != "y"]
    x = np.column_stack([np.ones(len(others)), others[names].to_numpy(float)])
    y = others["y"].to_numpy(float)
    n, k = x.shape
    if n < k + 2 or np.linalg.matrix_rank(x) < k:
        raise ValueError("too few countries, or regressors that do not vary independently")
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    variance = float(((y - x @ b) ** 2).sum() / (n - k))
    at = np.concatenate([[1.0], own[names].to_numpy(float)])
    spread = variance * (1 + float(at @ np.linalg.solve(x.T @ x, at)))
    return float(at @ b), float(student.ppf(0.5 + level / 2, n - k) * np.sqrt(spread))


def measure_openness(panel: Panel, area: str) -> Measurement:
    """Table by year: openness, exports_share, imports_share (shares of GDP). Estimates: openness_trend (last ten years),
    openness_gap (log points above what size and income predict, 90 % prediction interval), slopes between breaks
    (openness_slope_<k>). Datings: openness_break_<k>."""
    taken = {name: take(panel, area, name) for name in NEEDS}
    given = {name: one for name, one in taken.items() if isinstance(one, Input)}
    absent = [one for one in taken.values() if isinstance(one, Refusal)]
    absent += [bad for one in given.values() if (bad := not_positive(one))]
    if absent:
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=tuple(absent))
    table = pd.DataFrame({name: one.values for name, one in given.items()}).dropna()
    if table.empty:
        names = tuple(name_of(name) for name in NEEDS)
        reason = say("measure.no_common_years", names=names)
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=(Refusal(NAME, reason),))
    table.insert(0, NAME, table.sum(axis=1))
    sources = tuple(dict.fromkeys(one.source for one in given.values()))
    observed = min(one.observed for one in given.values())
    found = list(_estimates(panel, area, table[NAME], sources, observed))
    datings, tests, regimes = break_datings(
        np.log(table[NAME]), NAME, sources, observed, kind="trend", unit="log points"
    )
    estimates = (*(one for one in found if isinstance(one, Estimate)), *regimes)
    done = Measurement(
        NAME,
        "trade",
        area,
        by_period(table),
        units=dict.fromkeys(map(str, table.columns), "share of GDP"),
        estimates=estimates,
        findings=tuple(_findings(area, table[NAME], {one.name: one for one in estimates}, datings)),
        refusals=tuple(one for one in found if isinstance(one, Refusal)),
        sources=sources,
        tests=tests,
        datings=datings,
    )
    return told_as_old(done, panel)


def _estimates(
    panel: Panel, area: str, values: pd.Series, sources: tuple[str, ...], observed: float
) -> Iterator[Estimate | Refusal]:
    window = decade_to_end(values)
    if window is not None:
        yield trend(values, window, "openness_trend", sources, observed)
    band = _band(panel, area)
    if isinstance(band, Refusal):
        yield band
        return
    gap = band.actual - band.expected
    yield Estimate(
        "openness_gap",
        gap,
        gap - band.half,
        gap + band.half,
        "log points",
        say("trade.method_gap", count=band.countries, year=str(band.year)),
        Sample(band.countries, str(band.year), str(band.year)),
        grade_of(band.countries, observed),
        LEVEL,
        sources,
    )


def _band(panel: Panel, area: str) -> Band | Refusal:
    """The band of the last year in which the area and enough others have all figures; the area is not in its own line."""
    y, people, heads = _logs(panel)
    if heads.empty:
        return Refusal("openness_gap", say("trade.no_size"), say("measure.missing_mend", variable=PER_PERSON))
    whole = y.notna() & people.reindex_like(y).notna() & heads.reindex_like(y).notna()
    enough = whole.sum(axis=1) > FEWEST
    years = [int(each) for each in whole.index[whole[area] & enough]] if area in whole else []
    if not years:
        reason = say("trade.no_band", fewest=FEWEST)
        return Refusal("openness_gap", reason, say("measure.missing_mend", variable=PER_PERSON))
    year = years[-1]
    rows = pd.DataFrame({"y": y.loc[year], "people": people.loc[year], "income": heads.loc[year]}).dropna()
    own, others = rows.loc[[area]].iloc[0], rows.drop(index=area)
    try:
        expected, half = predict(others, own)
    except ValueError:
        return Refusal("openness_gap", say("trade.no_band", fewest=FEWEST), say("measure.check_figures"))
    return Band(year, expected, half, float(own["y"]), len(others))


@lru_cache(maxsize=1)
def _logs(panel: Panel) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Log openness, people and income by year and country, the last two empty without them: the same for every area
    that is measured on one panel."""
    y = log(by_country(panel, EXPORTS) + by_country(panel, IMPORTS))
    output, income = by_country(panel, OUTPUT), by_country(panel, PER_PERSON)
    if output.empty or income.empty:
        return y, pd.DataFrame(), pd.DataFrame()
    return y, log(output / income), log(income)


def _findings(
    area: str, values: pd.Series, by_name: dict[str, Estimate], datings: tuple[Dating, ...]
) -> Iterator[Message]:
    name = area_names(area)
    yield say("trade.openness_level", area=name, period=str(values.index[-1]), share=float(values.iloc[-1]))
    slope = by_name.get("openness_trend")
    if slope is not None:
        yield say(
            "trade.openness_trend" if clear(slope) else "trade.openness_no_trend",
            first=slope.sample.first,
            last=slope.sample.last,
            pace=100 * slope.value,
            low=100 * slope.low,
            high=100 * slope.high,
        )
    yield from _turns(values, by_name, datings)
    gap = by_name.get("openness_gap")
    if gap is not None:
        key = "above_band" if gap.low > 0 else "below_band" if gap.high < 0 else "within_band"
        yield say(
            f"trade.{key}",
            area=name,
            period=gap.sample.last,
            times=float(np.exp(gap.value)),
            low=float(np.exp(gap.value - gap.high)),
            high=float(np.exp(gap.value - gap.low)),
            count=gap.sample.observations,
        )


def _turns(values: pd.Series, by_name: dict[str, Estimate], datings: tuple[Dating, ...]) -> Iterator[Message]:
    """The last dated break of the line, and the slopes before and after it: a turn where the line is unbroken, a jump
    where its level moved. A devaluation that doubles the share of trade in a year is no turn, whatever the slopes."""
    passed = [one for one in datings if one.state is DatingState.PASSED]
    if not passed:
        return
    number = int(passed[-1].name.rpartition("_")[2])
    before, after = (by_name.get(f"openness_slope_{number + step}") for step in (0, 1))
    if before is None or after is None:
        return
    moved = _jump(values, before, after)
    key = "jumped" if abs(moved) > JUMP else "turned_down" if after.value < before.value else "turned_up"
    jump: dict[str, Value] = {"jump": 100 * float(np.expm1(moved))} if key == "jumped" else {}
    yield say(
        f"trade.{key}",
        **jump,
        period=passed[-1].period or "",
        low=passed[-1].low or "",
        high=passed[-1].high or "",
        before=100 * before.value,
        after=100 * after.value,
    )


def _jump(values: pd.Series, before: Estimate, after: Estimate) -> float:
    """How far the later line stands above the earlier one where they meet, in log points."""
    meet = (int(before.sample.last) + int(after.sample.first)) / 2
    ends = []
    for slope in (before, after):
        part = np.log(values.loc[int(slope.sample.first) : int(slope.sample.last)])
        ends.append(float(part.mean() + slope.value * (meet - part.index.to_numpy(float).mean())))
    return ends[1] - ends[0]


MEASURES.register(NAME)(Measure(NAME, "trade", NEEDS, measure_openness, USES, across=True))
