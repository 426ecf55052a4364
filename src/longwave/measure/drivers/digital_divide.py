"""The digital divide: how unequally countries use the internet, whether the gap closes, and how many years
an area is behind.

Inequality of use across countries by year (Gini, Theil between and within thirds of countries by output per
head, coefficient of
variation), sigma and beta convergence, time distance. A share cannot pass 1: once the leaders are near it,
the Gini falls whatever the others
do. So convergence is judged on the logit ln(s/(1-s)), which has no ceiling, and both are told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names, areas
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel, Status
from longwave.core.unit import Unit
from longwave.measure.drivers.convergence import (
    Beta,
    Sigma,
    beta_convergence,
    sigma_convergence,
    time_distance,
)
from longwave.measure.drivers.inequality import (
    coefficient_of_variation,
    decompose,
    gini,
    jackknife_interval,
    logit_dispersion,
    theil_t,
)
from longwave.measure.inputs import by_period, missing
from longwave.measure.measurement import MEASURES, Measure, Measurement

NAME = "digital_divide"
VARIABLE = "internet_users"
OTHERS = ("broadband_subscribers", "mobile_subscribers")
FEWEST = 8
"""Fewest countries in a year for an inequality between them."""
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
_NEAR, _BEGUN = 0.6, 0.25
_KEPT = 0.005


def measure_digital_divide(panel: Panel, area: str) -> Measurement:
    """The divide between countries and the place of one area in it; the panel holds all countries.

    Table: mean_use, gini, gini_by_people (weighted by population), theil, theil_between (part between thirds by output per
    head), variation, logit_dispersion, countries; gini_broadband, gini_mobile. Estimates: gini_<first>, gini_<last>,
    share_dispersion_change, logit_dispersion_change (ratio less one, same countries), logit_beta (a year),
    half_life (years).
    Test: logit_dispersion. Refused below eight countries.
    """
    use, sources = _countries(panel, VARIABLE)
    bad = _bad(use)
    if use.empty or bad is not None:
        return Measurement(NAME, "digital", area, pd.DataFrame(), refusals=(bad or missing(VARIABLE, area),))
    there = use.notna().sum(axis=1)
    kept = there.index[(there >= FEWEST) & (there >= there.max() / 2) & (use.sum(axis=1) > 0)]
    if len(kept) < 2:
        reason = say("drivers.divide_few", countries=int(there.max()), fewest=FEWEST)
        return Measurement(
            NAME,
            "digital",
            area,
            pd.DataFrame(),
            refusals=(Refusal(NAME, reason, say("drivers.divide_few_mend")),),
        )
    use = use.loc[kept]
    people, _ = _countries(panel, "population")
    groups = _thirds(panel)
    table = _table(use, people, groups)
    for name in OTHERS:
        other, more = _countries(panel, name)
        enough = other.index[(other.notna().sum(axis=1) >= FEWEST) & (other.sum(axis=1) > 0)]
        if len(enough):
            table[f"gini_{name.partition('_')[0]}"] = pd.Series(
                {year: gini(other.loc[year].dropna()) for year in enough}
            ).reindex(table.index)
            sources |= more
    first, last = _began(use), int(kept[-1])
    both = use.loc[[first, last]].dropna(axis=1)
    found = _convergence(both, first, last)
    refusals = list(found[2])
    if groups.empty:
        refusals.append(Refusal("theil_between", say("drivers.no_thirds"), say("drivers.no_thirds_mend")))
    distances, lags = _distances(use, area)
    names = tuple(sorted(sources))
    estimates = (*_ginis(use, first, last), *found[0])
    return Measurement(
        NAME,
        "digital",
        area,
        by_period(table),
        {column: _UNITS.get(column, "") for column in table.columns},
        tuple(_sourced(one, names) for one in estimates),
        (*_findings(area, table, use, found, first, last), *lags),
        (*refusals, *distances),
        names,
        found[1],
    )


_UNITS = {"mean_use": "share of population", "countries": "countries"}
_Found = tuple[tuple[Estimate, ...], tuple[TestResult, ...], tuple[Refusal, ...], Sigma | None, Beta | None]


def _countries(panel: Panel, variable: str) -> tuple[pd.DataFrame, set[str]]:
    """Year by country of a variable, without aggregates, parts and forecasts."""
    frame = panel.frame[(panel.frame["variable"] == variable).to_numpy(bool)]
    together = {code for code, one in areas().items() if one.aggregate}
    keep = (
        frame["value"].notna()
        & (frame["item"] == "")
        & (frame["status"] != str(Status.FORECAST))
        & ~frame["area"].isin(together)
        & frame["period"].str.fullmatch(r"\d{4}")
    )
    frame = frame[keep.to_numpy(bool)]
    if frame.empty:
        return pd.DataFrame(), set()
    scale = frame["unit"].map({unit: _scale(unit) for unit in frame["unit"].unique()})
    wide = frame.assign(value=frame["value"] * scale, year=frame["period"].astype(int)).pivot_table(
        index="year", columns="area", values="value", aggfunc="first"
    )
    return wide, set(frame["source"])


def _scale(unit: str) -> float:
    known = Unit.parse(unit)
    return known.scale if known.quantity == "share" else 1.0


def _bad(use: pd.DataFrame) -> Refusal | None:
    if use.empty:
        return None
    wrong = use[((use < 0) | (use > 1)).any(axis=1)]
    if wrong.empty:
        return None
    values = wrong.iloc[0].dropna().to_numpy(float)
    value = float(values[(values < 0) | (values > 1)][0])
    return Refusal(
        NAME,
        say("measure.share_outside", period=str(wrong.index[0]), value=value),
        say("measure.check_figures"),
    )


def _thirds(panel: Panel) -> pd.Series:
    """Third of each country by output per head in the last year that most have; empty where levels cannot be compared."""
    output, _ = _countries(panel, "real_gdp")
    people, _ = _countries(panel, "population")
    if people.empty:
        people, _ = _countries(panel, "employment")
    units = panel.frame.loc[panel.frame["variable"] == "real_gdp", "unit"].unique()
    if output.empty or people.empty or len(units) != 1 or Unit.parse(units[0]).currency in {"", "LCU"}:
        return pd.Series(dtype=object)
    per_head = (output / people).dropna(how="all")
    there = per_head.notna().sum(axis=1)
    if there.empty or there.max() < 3 * 3:
        return pd.Series(dtype=object)
    last = per_head.loc[there.index[there >= there.max() / 2].max()].dropna()
    cut = np.searchsorted(last.quantile([1 / 3, 2 / 3]).to_numpy(float), last.to_numpy(float), side="right")
    return pd.Series([("poorest", "middle", "richest")[third] for third in cut], index=last.index)


def _table(use: pd.DataFrame, people: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    rows = {}
    for year in use.index:
        shares = use.loc[year].dropna()
        row = {
            "mean_use": float(shares.mean()),
            "gini": gini(shares),
            "theil": theil_t(shares),
            "variation": coefficient_of_variation(shares),
            "logit_dispersion": logit_dispersion(shares),
            "countries": float(len(shares)),
        }
        if year in people.index:
            weights = people.loc[year].reindex(shares.index)
            known = shares[weights.notna() & (weights > 0)]
            if len(known) >= FEWEST and known.sum() > 0:
                row["gini_by_people"] = gini(known, weights[known.index])
        grouped = shares[shares.index.isin(groups.index)]
        if len(grouped) >= FEWEST and grouped.sum() > 0:
            parts = decompose(grouped, [str(groups[code]) for code in grouped.index])
            row["theil_between"] = parts.share_between
        rows[year] = row
    order = [
        "mean_use",
        "gini",
        "gini_by_people",
        "theil",
        "theil_between",
        "variation",
        "logit_dispersion",
        "countries",
    ]
    table = pd.DataFrame(rows).T
    return table[[name for name in order if name in table.columns]]


def _logit(shares: pd.Series | pd.DataFrame) -> np.ndarray:
    s = shares.clip(_KEPT, 1 - _KEPT).to_numpy(float)
    return np.asarray(np.log(s / (1 - s)))


def _convergence(both: pd.DataFrame, first: int, last: int) -> _Found:
    """Sigma and beta on the countries whose log odds are known at both dates: a share that rounds to nothing or to everyone
    has none, and to put it at the bound would make leaders stand still and the others catch up by arithmetic."""
    both = both.loc[:, ((both > _KEPT) & (both < 1 - _KEPT)).all()]
    n = both.shape[1]
    if n < FEWEST:
        reason = say("drivers.divide_pairs", countries=n, fewest=FEWEST, first=str(first), last=str(last))
        return (), (), (Refusal("logit_dispersion_change", reason),), None, None
    start, end = both.loc[first].astype(float), both.loc[last].astype(float)
    a, b = _logit(start), _logit(end)
    if min(a.std(), b.std(), start.std(), end.std()) <= 1e-12:
        return (), (), (Refusal("logit_dispersion_change", say("drivers.divide_alike")),), None, None
    shares, logits = sigma_convergence(start, end), sigma_convergence(a, b)
    beta = beta_convergence(a, b, last - first)
    sample, grade = Sample(n, str(first), str(last)), grade_of(n)
    words: dict[str, int | str] = {"countries": n, "first": str(first), "last": str(last)}
    estimates = [
        Estimate(
            name,
            one.change,
            one.low,
            one.high,
            "share of the start",
            say("drivers.method_sigma", **words),
            sample,
            grade,
        )
        for name, one in (("share_dispersion_change", shares), ("logit_dispersion_change", logits))
    ]
    estimates.append(
        Estimate(
            "logit_beta",
            beta.slope,
            beta.slope_low,
            beta.slope_high,
            "a year",
            say("drivers.method_beta", **words),
            sample,
            grade,
        )
    )
    if beta.half_life is not None and beta.half_life_low is not None and beta.half_life_high is not None:
        estimates.append(
            Estimate(
                "half_life",
                beta.half_life,
                beta.half_life_low,
                beta.half_life_high,
                "years",
                say("drivers.method_beta", **words),
                sample,
                grade,
            )
        )
    test = TestResult(
        "logit_dispersion",
        say("drivers.null_sigma", **words),
        logits.end / logits.start,
        logits.p_value <= 0.05,
        say("drivers.method_pitman"),
        sample,
        logits.p_value,
    )
    return tuple(estimates), (test,), (), logits, beta


def _began(use: pd.DataFrame) -> int:
    """The first year in which average use was a quarter: before, many countries stand at nothing, log odds of which are
    noise of rounding. The first year at all where use never came so far, or begins beyond."""
    mean = use.mean(axis=1)
    spread = mean.index[mean >= _BEGUN]
    return int(spread[0]) if len(spread) and spread[0] < mean.index[-1] else int(mean.index[0])


def _ginis(use: pd.DataFrame, first: int, last: int) -> Iterator[Estimate]:
    for year in (first, last):
        shares = use.loc[year].dropna().to_numpy(float)
        if (shares > 0).sum() < FEWEST or np.ptp(shares) <= 0:
            continue
        value, low, high = jackknife_interval(gini, shares)
        yield Estimate(
            f"gini_{year}",
            value,
            low,
            high,
            "",
            say("drivers.method_gini", countries=len(shares), period=str(year)),
            Sample(len(shares), str(year), str(year)),
            grade_of(len(shares)),
        )


def _sourced(one: Estimate, sources: tuple[str, ...]) -> Estimate:
    return Estimate(
        one.name,
        one.value,
        one.low,
        one.high,
        one.unit,
        one.method,
        one.sample,
        one.grade,
        one.level,
        sources,
    )


def _distances(use: pd.DataFrame, area: str) -> tuple[list[Refusal], list[Message]]:
    """How many years after the first country and after the middle one the area came to each level."""
    if area not in use.columns:
        return [missing(VARIABLE, area)], []
    own = use[area].dropna()
    if own.empty:
        return [missing(VARIABLE, area)], []
    middle = use.median(axis=1)
    lags, refusals = [], []
    for level in LEVELS:
        reached = {
            str(code): found.leader_year
            for code in use.columns
            if code != area and (found := time_distance(use[code], own, level)) is not None
        }
        against = time_distance(middle, own, level)
        if own.max() < level:
            refusals.append(
                Refusal(
                    f"time_distance_{100 * level:.0f}",
                    say("drivers.not_reached", area=area_names(area), level=level, now=float(own.iloc[-1])),
                )
            )
            break
        if not reached or against is None:
            continue
        leader = min(reached, key=lambda code: (reached[code], code))
        lags.append(
            (level, leader, against.follower_year - reached[leader], against.years, against.follower_year)
        )
    told = [
        say(
            "drivers.time_distance",
            area=area_names(area),
            level=level,
            year=str(year),
            leader=say(
                "drivers.after_first" if behind > 0 else "drivers.before_first",
                name=area_names(leader),
                years=_years(abs(behind)),
            )
            if behind
            else say("drivers.with_first", name=area_names(leader)),
            middle=say(
                "drivers.after_middle" if late > 0 else "drivers.before_middle", years=_years(abs(late))
            )
            if late
            else say("drivers.with_middle"),
        )
        for level, leader, behind, late, year in lags[-2:]
    ]
    return refusals, told


def _years(count: int) -> Message:
    return say("drivers.one_year") if count == 1 else say("drivers.some_years", count=count)


def _findings(
    area: str, table: pd.DataFrame, use: pd.DataFrame, found: _Found, first: int, last: int
) -> Iterator[Message]:
    start, end = ({str(name): float(table[name][year]) for name in table.columns} for year in (first, last))
    yield say(
        "drivers.divide",
        countries=int(end["countries"]),
        then=start["gini"],
        first=str(first),
        now=end["gini"],
        last=str(last),
        mean=end["mean_use"],
    )
    if end["mean_use"] > _NEAR:
        yield say("drivers.ceiling", mean=end["mean_use"])
    sigma, beta = found[3], found[4]
    if sigma is not None:
        key = "closer" if sigma.high < 0 else "apart" if sigma.low > 0 else "unclear"
        yield say(
            f"drivers.sigma_{key}",
            change=abs(100 * sigma.change) if key != "unclear" else 100 * sigma.change,
            low=100 * sigma.low,
            high=100 * sigma.high,
            countries=sigma.observations,
            left=int(use.loc[[first, last]].notna().all().sum()) - sigma.observations,
            first=str(first),
            last=str(last),
        )
    lives = [] if beta is None else [beta.half_life, beta.half_life_low, beta.half_life_high]
    known = [life for life in lives if life is not None]
    if len(known) == 3:
        yield say("drivers.beta", half_life=known[0], low=known[1], high=known[2])
    if np.isfinite(end.get("theil_between", np.nan)):
        yield say("drivers.between", share=end["theil_between"], last=str(last))
    shares = {str(code): float(use[code][last]) for code in use.columns if np.isfinite(use[code][last])}
    if area in shares:
        yield say(
            "drivers.rank",
            area=area_names(area),
            share=shares[area],
            rank=sum(share > shares[area] for share in shares.values()) + 1,
            countries=len(shares),
            last=str(last),
        )


MEASURES.register(NAME)(
    Measure(
        NAME,
        "digital",
        (VARIABLE,),
        measure_digital_divide,
        (*OTHERS, "population", "real_gdp", "employment"),
        across=True,
    )
)
