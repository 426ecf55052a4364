"""Efficiency of a user's units when output also moves by chance: a Cobb-Douglas production frontier with noise.

    ln output = b0 + sum b_k ln input_k + v - u

Model, likelihood and tests in frontier/stochastic.py. A table with one row a unit is fitted with half-normal,
truncated-normal and exponential inefficiency, of which the half-normal is told and the others stand beside it; a table
with periods with inefficiency that stays, and with the decay of Battese and Coelli (1992).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.period import Frequency, frequency_of
from longwave.measure.frontier.stochastic import (
    Frontier,
    NoMaximum,
    WrongSkewness,
    fit_frontier,
    mixed_critical,
)
from longwave.measure.measurement import MEASURES, Measurement, TableMeasure
from longwave.measure.productivity.own_units import Units, columns, left_out, read_units

NAME = "stochastic_frontier"
COVERAGE = {"slopes": "94%", "gamma": "94%", "mean": "96%", "rows": "91%", "size": "4%"}
"""What simulations with 100 rows found (benchmarks/frontier_coverage.py): coverage of 95 % intervals, size of the test."""
ALIKE = 2.0
"""Log likelihoods that lie no further apart than this do not tell two shapes of inefficiency apart."""
FEWEST = 20
"""Rows, below which skewness says next to nothing about inefficiency."""


def measure_frontier(table: pd.DataFrame) -> Measurement:
    """Stochastic frontier of a user's units.

    table: unit, period (for a panel; years without order matter only by their distance), output, input (to input_5),
    all above zero. Result: index = unit (and period), efficiency with efficiency_low and efficiency_high. Estimates:
    elasticity_<input>, returns_to_scale, gamma, mean_efficiency, and decay for a panel. Tests: no_inefficiency, and
    constant_efficiency for a panel.
    """
    units = read_units(table, NAME, positive=True)
    if isinstance(units, Refusal):
        return _nothing(units)
    fewest = max(FEWEST, 5 * (len(units.inputs) + 3))
    if len(units.rows) < fewest:
        return _nothing(Refusal(NAME, say("productivity.few_rows", count=len(units.rows), fewest=fewest)))
    panel = bool(units.rows["unit"].duplicated().any())
    found = _fits(units, panel)
    main = found[next(iter(found))]
    if isinstance(main, Refusal):
        return _nothing(main)
    labels = units.rows["unit"] + (" " + units.rows["period"] if panel else "")
    result = pd.DataFrame(
        {"efficiency": main.efficiency, "efficiency_low": main.low, "efficiency_high": main.high},
        index=pd.Index(labels, name="unit", dtype=object),
    )
    if main.at_edge:
        result = result[["efficiency"]]
    refusals = [other for other in found.values() if isinstance(other, Refusal)]
    if main.at_edge:
        refusals.append(Refusal("mean_efficiency", say("productivity.no_noise")))
    fits = {name: each for name, each in found.items() if isinstance(each, Frontier)}
    return Measurement(
        NAME,
        "productivity",
        "",
        result,
        units=dict.fromkeys(result.columns, "score, 1 = best practice"),
        estimates=tuple(_estimates(units, main, next(iter(found)))),
        findings=(*_findings(units, fits), *left_out(units)),
        refusals=tuple(refusals),
        tests=tuple(_tests(units, fits)),
    )


def _fits(units: Units, panel: bool) -> Mapping[str, Frontier | Refusal]:
    """The fits by name, the one that is told first."""
    x, y = units.pair()
    logs = np.log(y[:, 0]), np.log(x)
    if not panel:
        return {
            "half_normal": _fit(lambda: fit_frontier(*logs), "half_normal"),
            "truncated_normal": _fit(
                lambda: fit_frontier(*logs, inefficiency="truncated_normal"), "truncated_normal"
            ),
            "exponential": _fit(lambda: fit_frontier(*logs, inefficiency="exponential"), "exponential"),
        }
    codes = np.unique(units.rows["unit"].to_numpy(str), return_inverse=True)[1]
    times = _times(units.rows["period"])
    return {
        "panel": _fit(lambda: fit_frontier(*logs, unit=codes, period=times), "panel"),
        "decay": _fit(lambda: fit_frontier(*logs, unit=codes, period=times, decay=True), "decay"),
    }


def _fit(run: Callable[[], Frontier], name: str) -> Frontier | Refusal:
    try:
        return run()
    except WrongSkewness:
        return Refusal(name, say("productivity.wrong_skewness"), say("productivity.wrong_skewness_mend"))
    except NoMaximum:
        return Refusal(name, say("productivity.no_maximum"))
    except ValueError:
        # The table was looked at before: what remains is inputs that move as one.
        return Refusal(name, say("productivity.no_fit"))


def _times(periods: pd.Series) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Periods as numbers, one a step of their frequency."""
    written = sorted(periods.unique())
    if frequency_of(written[0]) is Frequency.ANNUAL:
        return np.asarray(periods.astype(int), dtype=np.float64)
    steps = {period: at for at, period in enumerate(written)}
    return np.asarray(periods.map(steps), dtype=np.float64)


def _estimates(units: Units, fit: Frontier, name: str) -> Iterator[Estimate]:
    if fit.at_edge:
        return
    count = len(units.rows)
    grade = grade_of(count)
    sample = Sample(count, *_span(units))
    half = 1.959964
    k = len(units.inputs)
    method = say(
        "productivity.method_frontier", count=count, slopes=COVERAGE["slopes"], gamma=COVERAGE["gamma"]
    )

    def elasticity(subject: str, value: float, error: float) -> Estimate:
        low, high = value - half * error, value + half * error
        return Estimate(subject, value, low, high, "elasticity", method, sample, grade)

    for at, each in enumerate(units.inputs, start=1):
        yield elasticity(f"elasticity_{each}", float(fit.coefficients[at]), float(fit.errors[at]))
    error = float(np.sqrt(fit.covariance[1 : k + 1, 1 : k + 1].sum()))
    yield elasticity("returns_to_scale", float(fit.coefficients[1:].sum()), error)
    low, high = fit.gamma_bounds
    yield Estimate("gamma", fit.gamma, low, high, "share of variance", method, sample, grade)
    yield Estimate(
        "mean_efficiency",
        fit.mean_efficiency,
        min(fit.mean_low, fit.mean_efficiency),
        max(fit.mean_high, fit.mean_efficiency),
        "score, 1 = best practice",
        say(
            "productivity.method_mean_efficiency",
            count=count,
            kind=say(f"productivity.kind_{name}"),
            share=COVERAGE["mean"],
            rows=COVERAGE["rows"],
        ),
        sample,
        max(grade, Grade.B),
    )


def _span(units: Units) -> tuple[str, str]:
    if "period" not in units.rows:
        return "", ""
    return str(units.rows["period"].min()), str(units.rows["period"].max())


def _tests(units: Units, fits: Mapping[str, Frontier]) -> Iterator[TestResult]:
    name, fit = next(iter(fits.items()))
    sample = Sample(len(units.rows), *_span(units))
    yield TestResult(
        "no_inefficiency",
        say("productivity.null_inefficiency"),
        fit.ratio,
        fit.p_value < 0.05,
        say("productivity.method_ratio", restrictions=fit.restrictions, share=COVERAGE["size"]),
        sample,
        p_value=fit.p_value,
        critical=mixed_critical(0.05, fit.restrictions),
    )
    decay = fits.get("decay")
    if name == "panel" and decay is not None:
        from scipy.stats import chi2

        ratio = max(2 * (decay.loglikelihood - fit.loglikelihood), 0.0)
        p = float(chi2.sf(ratio, 1))
        yield TestResult(
            "constant_efficiency",
            say("productivity.null_decay"),
            ratio,
            p < 0.05,
            say("productivity.method_decay"),
            sample,
            p_value=p,
            critical=float(chi2.isf(0.05, 1)),
        )


def _findings(units: Units, fits: Mapping[str, Frontier]) -> Iterator[Message]:
    main, fit = next(iter(fits.items()))
    if fit.at_edge:
        yield say("productivity.frontier_edge", mean=fit.mean_efficiency, count=len(units.rows))
    else:
        yield say(
            "productivity.frontier_mean",
            kind=say(f"productivity.kind_{main}"),
            others=_others(fits),
            mean=fit.mean_efficiency,
            low=fit.mean_low,
            high=fit.mean_high,
            count=len(units.rows),
            gamma=fit.gamma,
        )
    rejected = fit.p_value < 0.05
    yield say(
        "productivity.inefficiency_found" if rejected else "productivity.inefficiency_unclear", p=fit.p_value
    )
    others = tuple(
        say(f"productivity.fit_{name}", mean=other.mean_efficiency, likelihood=other.loglikelihood)
        for name, other in fits.items()
    )
    if len(others) > 1:
        yield say("productivity.frontier_beside", fits=others)


def _others(fits: Mapping[str, Frontier]) -> Message:
    """Mean efficiency under the other assumptions that the likelihood cannot tell from the first one."""
    main, fit = next(iter(fits.items()))
    near = tuple(
        say("productivity.other_mean", mean=other.mean_efficiency, kind=say(f"productivity.kind_{name}"))
        for name, other in fits.items()
        if name != main and other.loglikelihood > fit.loglikelihood - ALIKE
    )
    return say("productivity.frontier_others", fits=near) if near else say("measure.nothing")


def _nothing(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "productivity", "", pd.DataFrame(), refusals=(refusal,))


MEASURES.register(NAME)(
    TableMeasure(NAME, "productivity", columns(("output",), period="optional"), measure_frontier)
)
