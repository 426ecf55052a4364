"""The tests that a rule may ask for, each with three answers: yes, no, not decidable.

A figure with a band passes only where its whole band does. A trend passes where the interval of its slope does. A
change between two published figures is a fact and passes as it stands. What lacks its figures is not decidable, and
says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.intervals import Interval
from longwave.policy.digits import short
from longwave.policy.domain import Condition, Domain
from longwave.policy.evidence import Evidence, State, mean_of, series_of, slope_of
from longwave.policy.parameter_evidence import ParameterEvidence
from longwave.policy.wording import known_names

KINDS = (
    "above", "below",                      # each of the last `years` figures (1) beyond `value`
    "rising", "falling",                   # slope of the last `years` (10) beyond `value` a year
    "mean_above", "mean_below",            # mean of the last `years` (5) beyond `value`
    "change_above", "change_below",        # change over `years` beyond `value`
    "high_for_itself", "low_for_itself",   # each of the last `years` (1) beyond the own percentile `value`
    "more_than_income", "less_than_income",  # beyond the band that income a head predicts across countries
    "more_than_other", "less_than_other",  # against the indicator `other`, plus `value`, in each of the last `years` (1)
    "significant",                         # the parameter `other` was found in the area's own figures
    "known",                               # there are figures at all
)  # fmt: skip


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    OPEN = "not_decidable"


@dataclass(frozen=True, eq=False)
class Checked:
    """A condition with its answer and the sentence that says on what figures it rests."""

    condition: Condition
    answer: Answer
    words: Message


@dataclass(frozen=True, eq=False)
class Ground:
    """What conditions are tested on."""

    domain: Domain
    state: State
    world: Panel
    parameters: Mapping[str, ParameterEvidence]


def check(condition: Condition, ground: Ground) -> Checked:
    """One condition. Raises nothing: what is missing is an answer."""
    if condition.kind == "significant":
        return _significant(condition, ground)
    evidence = ground.state.evidence.get(condition.indicator)
    if evidence is None:
        refusal = ground.state.refusals.get(condition.indicator)
        return Checked(condition, Answer.OPEN, _missing(ground.domain, condition, refusal))
    behind = ground.state.newest - evidence.year
    if condition.fresh and behind > condition.fresh:
        return Checked(condition, Answer.OPEN, _old(evidence, behind))
    return _TESTS[condition.kind](condition, evidence, ground)


def _missing(domain: Domain, condition: Condition, refusal: Refusal | None) -> Message:
    name = domain.indicator(condition.indicator).names
    if refusal is None:
        return say("policy.condition_absent", name=name)
    return say("policy.condition_missing", name=name, reason=refusal.reason)


def _sides(condition: Condition) -> int:
    """1 where the condition asks for much, -1 where for little."""
    return 1 if condition.kind.partition("_")[0] in ("above", "rising", "mean", "change", "high", "more") and not (
        condition.kind.endswith("below")
    ) else -1  # fmt: skip


def _beyond(low: float, high: float, value: float, side: int) -> Answer:
    """Whether an interval lies wholly beyond a value (yes), wholly on the other side (no), or across it."""
    near, far = (low, high) if side > 0 else (-high, -low)
    bound = side * value
    if near > bound:
        return Answer.YES
    return Answer.NO if far <= bound else Answer.OPEN


def _all(answers: list[Answer]) -> Answer:
    if not answers:
        return Answer.OPEN
    if all(each is Answer.YES for each in answers):
        return Answer.YES
    return Answer.NO if any(each is Answer.NO for each in answers) else Answer.OPEN


def _level(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    """The last years, each with its band where there is one."""
    years = max(1, condition.years)
    last = evidence.values[evidence.values.index > evidence.year - years]
    if len(last) < years:
        return Checked(condition, Answer.OPEN, _too_few(evidence, years))
    answers = [
        _beyond(*_band(evidence, int(year)), condition.value, _sides(condition)) for year in last.index
    ]
    low, high = _band(evidence, evidence.year)
    return Checked(
        condition,
        _all(answers),
        say(
            f"policy.condition_{'above' if _sides(condition) > 0 else 'below'}",
            name=evidence.indicator.names, value=short(float(last.iloc[-1])), year=str(evidence.year),
            band=_band_words(low, high), limit=short(condition.value), unit=evidence.indicator.unit, years=years,
        ),
    )  # fmt: skip


def _band(evidence: Evidence, year: int) -> tuple[float, float]:
    value = float(evidence.values[year])
    if evidence.low is None or evidence.high is None:
        return value, value
    low, high = float(evidence.low.get(year, np.nan)), float(evidence.high.get(year, np.nan))
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (value, value)


def _trend(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    years = condition.years or 10
    found = slope_of(evidence.values, years, condition.level)
    return _by_interval(condition, evidence, found, years, "trend")


def _mean(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    years = condition.years or 5
    found = mean_of(evidence.values, max(years, 5), condition.level)
    return _by_interval(condition, evidence, found, max(years, 5), "mean")


def _by_interval(
    condition: Condition, evidence: Evidence, found: Interval | None, years: int, what: str
) -> Checked:
    if found is None:
        return Checked(condition, Answer.OPEN, _too_few(evidence, years))
    answer = _beyond(found.low, found.high, condition.value, _sides(condition))
    words = say(
        f"policy.condition_{what}", name=evidence.indicator.names, years=years, value=short(found.value),
        low=short(found.low), high=short(found.high), limit=short(condition.value), unit=evidence.indicator.unit,
        last=str(evidence.year),
    )  # fmt: skip
    return Checked(condition, answer, words)


def _change(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    years = condition.years or 1
    before = evidence.values.get(evidence.year - years)
    if before is None:
        return Checked(condition, Answer.OPEN, _too_few(evidence, years))
    change = float(evidence.values.iloc[-1]) - float(before)
    answer = _beyond(change, change, condition.value, _sides(condition))
    words = say(
        "policy.condition_change", name=evidence.indicator.names, change=short(change), years=years,
        last=str(evidence.year), limit=short(condition.value), unit=evidence.indicator.unit,
    )  # fmt: skip
    return Checked(condition, answer, words)


def _own_history(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    """Against the area's own past, the last years apart."""
    years = max(1, condition.years)
    past = evidence.values[evidence.values.index <= evidence.year - years]
    last = evidence.values[evidence.values.index > evidence.year - years]
    if len(past) < 15 or len(last) < years:
        return Checked(condition, Answer.OPEN, _too_few(evidence, 15 + years))
    limit = float(np.percentile(past.to_numpy(), condition.value))
    answers = [_beyond(float(v), float(v), limit, _sides(condition)) for v in last]
    words = say(
        "policy.condition_own", name=evidence.indicator.names, value=short(float(last.iloc[-1])),
        limit=short(limit), percentile=condition.value, last=str(evidence.year), years=years,
        unit=evidence.indicator.unit,
    )  # fmt: skip
    return Checked(condition, _all(answers), words)


def _income(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    """Against the band that income a head predicts: least squares on its logarithm across countries, in the last
    common year."""
    found = predicted_by_income(evidence, ground)
    if found is None:
        return Checked(
            condition, Answer.OPEN, say("policy.condition_no_income", name=evidence.indicator.names)
        )
    value, low, high, countries, year = found
    side = _sides(condition)
    answer = Answer.YES if (value > high if side > 0 else value < low) else Answer.NO
    words = say(
        "policy.condition_income", name=evidence.indicator.names, value=short(value), low=short(low),
        high=short(high), countries=countries, year=str(year), unit=evidence.indicator.unit,
    )  # fmt: skip
    return Checked(condition, answer, words)


FEWEST_COUNTRIES = 20
_BACK = 5
"""Years by which incomes may end before the indicator does."""


def predicted_by_income(
    evidence: Evidence, ground: Ground, coverage: float = 0.8
) -> tuple[float, float, float, int, int] | None:
    """The area's figure, the prediction band of other countries at its income, their number, and the year; None where
    too few countries have both."""
    from scipy.stats import t as student

    incomes = _incomes(ground.world)
    others = {
        area: series
        for area in incomes
        if area != ground.state.area
        and (series := series_of(evidence.indicator, ground.world, area)) is not None
    }
    own = incomes.get(ground.state.area)
    if own is None:
        return None
    for year in range(evidence.year, evidence.year - _BACK - 1, -1):
        if year not in evidence.values.index or year not in own.index:
            continue
        rows = [
            (float(incomes[a][year]), float(s[year]))
            for a, s in others.items()
            if year in s.index and year in incomes[a].index
        ]  # fmt: skip
        if len(rows) < FEWEST_COUNTRIES:
            continue
        x, y = np.log(np.array([row[0] for row in rows])), np.array([row[1] for row in rows])
        design = np.column_stack([np.ones(len(x)), x])
        slope, *_ = np.linalg.lstsq(design, y, rcond=None)
        residual = y - design @ slope
        spread = float(np.sqrt(residual @ residual / (len(y) - 2)))
        at = np.array([1.0, np.log(float(own[year]))])
        half = spread * float(np.sqrt(1.0 + at @ np.linalg.inv(design.T @ design) @ at))
        half *= float(student.ppf(0.5 + coverage / 2, len(y) - 2))
        middle = float(at @ slope)
        return float(evidence.values[year]), middle - half, middle + half, len(rows), year
    return None


@lru_cache(maxsize=2)
def _incomes(world: Panel) -> dict[str, pd.Series]:
    """Output a head at purchasing power by country, positive figures only."""
    frame = world.select(variable=["gdp_ppp", "population"], item="").frame
    wide = frame.pivot_table(index=["area", "period"], columns="variable", values="value", aggfunc="first")
    if "gdp_ppp" not in wide.columns or "population" not in wide.columns:
        return {}
    ratio = (wide["gdp_ppp"] / wide["population"]).dropna()
    ratio = ratio[ratio > 0]
    found = {}
    for area, part in ratio.groupby(level="area"):
        series = part.droplevel("area")
        found[str(area)] = pd.Series(series.to_numpy(), index=[int(str(p)[:4]) for p in series.index])
    return found


def _other(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    other = ground.state.evidence.get(condition.other)
    if other is None:
        refusal = ground.state.refusals.get(condition.other)
        missing = Condition(condition.other, condition.kind)
        return Checked(condition, Answer.OPEN, _missing(ground.domain, missing, refusal))
    years = max(1, condition.years)
    gap = (evidence.values - other.values).dropna()
    last = gap[gap.index > gap.index[-1] - years] if len(gap) else gap
    if len(last) < years:
        return Checked(condition, Answer.OPEN, _too_few(evidence, years))
    answers = [_beyond(float(v), float(v), condition.value, _sides(condition)) for v in last]
    words = say(
        "policy.condition_other", name=evidence.indicator.names, other=other.indicator.names,
        gap=short(float(last.iloc[-1])), limit=short(condition.value), last=str(int(gap.index[-1])),
        unit=evidence.indicator.unit, years=years,
    )  # fmt: skip
    return Checked(condition, _all(answers), words)


def _significant(condition: Condition, ground: Ground) -> Checked:
    found = ground.parameters.get(condition.other)
    if found is None or found.own is None:
        name = known_names(ground.domain.model).get(condition.other, condition.other)
        return Checked(condition, Answer.OPEN, say("policy.condition_no_estimate", name=name))
    passes = found.own.low > 0.0 or found.own.high < 0.0
    right = found.uncertain.sign * found.own.value >= 0.0
    words = say(
        "policy.condition_significant", name=found.names, value=short(found.own.value),
        low=short(found.own.low), high=short(found.own.high),
    )  # fmt: skip
    return Checked(condition, Answer.YES if passes and right else Answer.NO, words)


def _known(condition: Condition, evidence: Evidence, ground: Ground) -> Checked:
    words = say("policy.condition_known", name=evidence.indicator.names, last=str(evidence.year))
    return Checked(condition, Answer.YES, words)


def _old(evidence: Evidence, behind: int) -> Message:
    return say("policy.condition_old", name=evidence.indicator.names, last=str(evidence.year), years=behind)


def _too_few(evidence: Evidence, years: int) -> Message:
    return say("policy.condition_few", name=evidence.indicator.names, years=years)


def _band_words(low: float, high: float) -> str | Message:
    return "" if low == high else say("policy.band", low=short(low), high=short(high))


_TESTS: Mapping[str, Callable[[Condition, Evidence, Ground], Checked]] = {
    "above": _level, "below": _level, "rising": _trend, "falling": _trend, "mean_above": _mean, "mean_below": _mean,
    "change_above": _change, "change_below": _change, "high_for_itself": _own_history, "low_for_itself": _own_history,
    "more_than_income": _income, "less_than_income": _income, "more_than_other": _other, "less_than_other": _other,
    "known": _known,
}  # fmt: skip
