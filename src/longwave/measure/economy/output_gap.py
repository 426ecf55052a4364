"""The output gap of an area, yearly and by quarter, with the doubt that real time puts on its last value.

Two opinions: the one-sided Hodrick-Prescott gap (`real_time_gap`) with the interval that its own past revisions give, and
Hamilton's gap (`hamilton_gap`). Slack or heat is told only where the interval of the first is off zero; where the two differ
in sign, by more than the first one's doubt, or where only the second is off zero, that is told as well. A gap that had the
wrong sign in a quarter of the years is thin evidence whatever its years, and the second opinion is never more. The
pandemic years bend any trend, so the last gap is also given with 2020 and 2021 left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, Period, frequency_of
from longwave.measure.age import told_as_old
from longwave.measure.economy.hamilton_gap import HamiltonGap, hamilton_gap
from longwave.measure.economy.real_time_gap import ANNUAL, QUARTERLY, Pace, RealTime, real_time_gaps
from longwave.measure.inputs import OBSERVED, take
from longwave.measure.measurement import MEASURES, Measure, Measurement

NAME, BY_QUARTER = "output_gap", "output_gap_quarterly"
PANDEMIC = (2020, 2021)
_OUTPUT = ("real_gdp_usd", "real_gdp")
"""Growth alone is used, so prices of any base and exchange rates serve alike."""
_LEVEL = 0.95
HAMILTON = "_hamilton"
MISLED = 0.25
"""Part of the periods with a wrong sign in real time beyond which the gap is thin evidence."""


@dataclass(frozen=True, eq=False)
class Output:
    """Real output: values by period as a whole number, how periods are written, and what the figures rest on."""

    values: pd.Series
    frequency: Frequency
    source: str
    observed: float

    def written(self, ordinal: int) -> str:
        return str(Period(self.frequency, int(ordinal)))

    @property
    def pace(self) -> Pace:
        return ANNUAL if self.frequency is Frequency.ANNUAL else QUARTERLY

    def without(self, years: tuple[int, ...]) -> pd.Series:
        """The values of all other years."""
        return self.values[~np.isin(self.values.index // self.frequency.value, years)]


def measure_output_gap(panel: Panel, area: str) -> Measurement:
    """The yearly output gap. See `_measured`."""
    offers = [take(panel, area, name) for name in _OUTPUT]
    known = [one for one in offers if not isinstance(one, Refusal)]
    if not known:
        return _refused(NAME, area, *(one for one in offers[:1] if isinstance(one, Refusal)))
    best = max(known, key=lambda one: (int(one.values.index[-1]), len(one.values)))
    return _measured(NAME, area, Output(best.values, Frequency.ANNUAL, best.source, best.observed), panel)


def measure_quarterly_gap(panel: Panel, area: str) -> Measurement:
    """The output gap by quarter. See `_measured`."""
    frame = panel.select(area=area, variable="real_gdp_quarterly", item="").frame
    frame = frame[frame["value"].notna() & (frame["status"] != str(Status.FORECAST))]
    if frame.empty or frequency_of(str(frame["period"].iloc[0])) is not Frequency.QUARTERLY:
        reason = say("economy.no_quarters", area=area_names(area))
        return _refused(BY_QUARTER, area, Refusal(BY_QUARTER, reason, say("economy.no_quarters_mend")))
    series = Panel(frame).series("real_gdp_quarterly", area=area)
    values = pd.Series(series.to_numpy(float), index=[Period.parse(text).ordinal for text in series.index])
    observed = float(frame["status"].isin(OBSERVED).mean())
    output = Output(values, Frequency.QUARTERLY, str(frame["source"].iloc[0]), observed)
    return _measured(BY_QUARTER, area, output, panel)


def _measured(name: str, area: str, output: Output, panel: Panel) -> Measurement:
    """Table: index = period; gap (one-sided), gap_low, gap_high, gap_final (two-sided, known only with hindsight),
    gap_hamilton and, by year where the store has it, gap_published; all shares of the trend. Estimates: <name> (the last
    gap), <name>_hamilton, <name>_without_2020_2021."""
    below = output.values[output.values <= 0]
    if len(below):
        reason = say("economy.gap_not_positive", area=area_names(area), period=output.written(below.index[0]))
        return _refused(name, area, Refusal(name, reason, say("measure.check_figures")))
    try:
        found = real_time_gaps(output.values, output.pace)
    except ValueError:
        reason = say(
            "economy.gap_cannot", area=area_names(area), count=len(output.values), fewest=output.pace.fewest
        )
        return _refused(name, area, Refusal(name, reason, say("economy.gap_mend")))
    second = _second(output)
    published = _published(panel, area) if output.frequency is Frequency.ANNUAL else None
    estimates = tuple(_estimates(name, output, found, second))
    table = _table(output, found, second, published)
    sources = (output.source,) if published is None else (output.source, published[1])
    done = Measurement(
        name,
        "economy",
        area,
        table,
        units=dict.fromkeys(map(str, table.columns), "share of trend output"),
        estimates=estimates,
        findings=tuple(_findings(area, output, found, estimates)),
        refusals=() if second else (Refusal(f"{name}_hamilton", say("economy.no_hamilton", area=area_names(area))),),
        sources=tuple(dict.fromkeys(sources)),
    )  # fmt: skip
    return told_as_old(done, panel)


def _second(output: Output) -> HamiltonGap | None:
    year = output.frequency.value
    every = range(int(output.values.index.min()), int(output.values.index.max()) + 1)
    logs = np.log(output.values).reindex(every)
    try:
        # Two lags of yearly figures: one alone would leave the momentum of growth in the gap.
        found = hamilton_gap(logs - logs.iloc[0], 2 * year, max(year, 2))
    except ValueError:
        return None
    return found if int(found.gaps.index[-1]) == every[-1] else None


def _published(panel: Panel, area: str) -> tuple[pd.Series, str] | None:
    given = take(panel, area, "output_gap_published")
    return None if isinstance(given, Refusal) else (given.values, given.source)


def _estimates(name: str, output: Output, found: RealTime, second: HamiltonGap | None) -> Iterator[Estimate]:
    settled = found.settled.index
    words: dict[str, Value] = {
        "first": output.written(settled[0]),
        "last": output.written(settled[-1]),
        "count": len(settled),
        "independent": found.independent,
        "smoothness": output.pace.smoothness,
    }
    whole = Sample(
        len(output.values), output.written(output.values.index[0]), output.written(output.values.index[-1])
    )
    grade = grade_of(int(found.independent), output.observed)
    if found.wrong_sign > MISLED:
        grade = max(grade, Grade.C)

    def told(suffix: str, bounds: tuple[float, float, float], method: Message) -> Estimate:
        value, low, high = bounds
        unit = "share of trend output"
        return Estimate(
            f"{name}{suffix}", value, low, high, unit, method, whole,
            max(grade, Grade.C) if suffix == HAMILTON else grade, _LEVEL, (output.source,),
        )  # fmt: skip

    yield told("", found.interval(_LEVEL), say("economy.gap_method", **words))
    if second is not None:
        yield told(HAMILTON, second.interval(_LEVEL), say("economy.hamilton_method"))
    if (without := _without_pandemic(output)) is not None:
        yield told("_without_2020_2021", without.interval(_LEVEL), say("economy.without_method", **words))


def _without_pandemic(output: Output) -> RealTime | None:
    kept = output.without(PANDEMIC)
    if len(kept) == len(output.values) or kept.index[-1] != output.values.index[-1]:
        return None
    try:
        return real_time_gaps(kept, output.pace)
    except ValueError:
        return None


def _table(
    output: Output, found: RealTime, second: HamiltonGap | None, published: tuple[pd.Series, str] | None
) -> pd.DataFrame:
    one_sided = found.gaps["one_sided"].copy()
    one_sided.iloc[: output.pace.start] = np.nan
    half = found.half_width(_LEVEL)
    columns = {
        "gap": one_sided,
        "gap_low": one_sided - half,
        "gap_high": one_sided + half,
        "gap_final": found.gaps["final"],
    }
    if second is not None:
        columns["gap_hamilton"] = second.gaps
    if published is not None:
        columns["gap_published"] = published[0]
    table = pd.DataFrame(columns, index=found.gaps.index)
    table.index = pd.Index([output.written(at) for at in table.index], name="period", dtype=object)
    return table


def _findings(
    area: str, output: Output, found: RealTime, estimates: tuple[Estimate, ...]
) -> Iterator[Message]:
    gap, others = estimates[0], {one.name.removeprefix(estimates[0].name): one for one in estimates[1:]}
    words: dict[str, Value] = {
        "area": area_names(area),
        "period": gap.sample.last,
        "low": _points(gap.low),
        "high": _points(gap.high),
    }
    if gap.low <= 0 <= gap.high:
        yield say("economy.gap_open", gap=_points(gap.value), level=gap.level, **words)
    else:
        key = "economy.gap_heat" if gap.value > 0 else "economy.gap_slack"
        yield say(key, gap=_points(abs(gap.value)), level=gap.level, **words)
    yield say(
        "economy.gap_reliability",
        area=area_names(area),
        correlation=found.correlation,
        wrong=found.wrong_sign,
        first=output.written(found.settled.index[0]),
        last=output.written(found.settled.index[-1]),
    )
    second = others.get(HAMILTON)
    if second is not None and _apart(gap, second):
        yield say(
            "economy.gap_disagree", area=area_names(area), other=_points(second.value),
            other_low=_points(second.low), other_high=_points(second.high), level=second.level,
        )  # fmt: skip
    without = others.get("_without_2020_2021")
    if without is not None:
        alike = abs(_points(without.value) - _points(gap.value)) < 0.1
        key = "gap_pandemic_alike" if alike else "gap_pandemic"
        yield say(f"economy.{key}", area=area_names(area), gap=_points(without.value))


def _apart(gap: Estimate, second: Estimate) -> bool:
    """Whether the second opinion is another one: of another sign, off zero where the first is not, or further from the
    first than the first one's own doubt."""
    if (second.value > 0) != (gap.value > 0) or abs(second.value - gap.value) > gap.high - gap.value:
        return True
    return gap.low <= 0 <= gap.high and not second.low <= 0 <= second.high


def _points(share: float) -> float:
    """Percentage points to one digit, without a minus before zero."""
    return round(100 * share, 1) + 0.0


def _refused(name: str, area: str, *refusals: Refusal) -> Measurement:
    return Measurement(name, "economy", area, pd.DataFrame(), refusals=refusals)


MEASURES.register(NAME)(
    Measure(NAME, "economy", (), measure_output_gap, uses=(*_OUTPUT, "output_gap_published"))
)
MEASURES.register(BY_QUARTER)(Measure(BY_QUARTER, "economy", ("real_gdp_quarterly",), measure_quarterly_gap))
