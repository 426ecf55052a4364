"""Vector autoregressions on quarterly US data beside an autoregression and a random walk; and under known truth.

    python benchmarks/forecast/bayesian_var.py us_quarterly.parquet [every]
    python benchmarks/forecast/bayesian_var.py simulate [draws]

First form: a file with columns variable, period, value that holds FRED-QD (McCracken and Ng 2020). Seven series in
levels (logarithms but for rates), and again the growth of the same; rolling origins from 1985 on, one each `every` (2)
quarters, all past data at each origin as they are known today (no vintages: figures flatter whoever
gains from later revisions). Printed for each series and horizon: RMSE over that of the random walk with drift, and 80 %
coverage, for origins whose outcome came by 2019, and with the years since. Second form: coverage of the 80 and 95 %
intervals of `var` (with and without the doubt in its coefficients) and `bayesian_var` where the truth is a VAR.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction
from longwave.forecast.methods.bayesian_var import BayesianVar
from longwave.forecast.methods.var import Var, VarFit

LEVELS = ("GDPC1", "PCECC96", "GPDIC1", "GDPCTPI", "HOANBS", "UNRATE", "FEDFUNDS")
RATES = ("UNRATE", "FEDFUNDS")
HORIZONS = (1, 4, 8)
FIRST = "1985Q1"
CALM = "2019Q4"


def quarterly(path: str) -> pd.DataFrame:
    table = pd.read_parquet(path).astype({"variable": str})
    wide = table.pivot(index="period", columns="variable", values="value")[list(LEVELS)].dropna()
    wide.index = pd.PeriodIndex(wide.index, freq="Q")
    return wide.apply(lambda column: column if column.name in RATES else 100 * np.log(column))


def growth(wide: pd.DataFrame) -> pd.DataFrame:
    """Logarithms become growth, rates stay."""
    moved = wide.diff()
    moved[list(RATES)] = wide[list(RATES)]
    return moved.dropna()


Said = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Means and the ends of the 80 % interval, each (steps, columns)."""


def at_origin(past: np.ndarray, constant_mean: bool) -> dict[str, Said]:
    """What each method says of all columns. One fit serves all columns where the method takes several."""
    steps = max(HORIZONS)
    said = {"bayesian_var": together(BayesianVar().fit(past, 4, 0).paths(steps).column, past.shape[1])}
    try:
        fit = Var().fit(past, 4, 0)
        means, spreads = fit.system(steps)
        each = [Prediction(means[:, j], np.sqrt(spreads[:, j, j]), fit.degrees) for j in range(past.shape[1])]
        said["var"] = together(each.__getitem__, past.shape[1])
    except FitError:
        print("var found no fit with", len(past), "quarters; left out at this origin")
    for name in ("drift", "autoregression"):
        fits = [FORECAST_METHODS.get(name).fit(column, 4, 0) for column in past.T]
        said[name] = together(lambda j, fits=fits: fits[j].ahead(steps), past.shape[1])
    alone = [BayesianVar().fit(column, 4, 0) for column in past.T]
    said["bayesian_var alone"] = together(lambda j: alone[j].ahead(steps), past.shape[1])
    if constant_mean:
        middle, half = past.mean(axis=0), 1.2816 * past.std(axis=0, ddof=1)
        said["mean"] = tuple(np.tile(middle + sign * half, (steps, 1)) for sign in (0, -1, 1))
    return said


def together(column: Callable[[int], Prediction], count: int) -> Said:
    each = [column(place) for place in range(count)]
    columns = [[one.mean for one in each], *([one.quantile(level) for one in each] for level in (0.1, 0.9))]
    return tuple(np.column_stack(part) for part in columns)


def trials(wide: pd.DataFrame, every: int, constant_mean: bool) -> pd.DataFrame:
    rows = []
    start = wide.index.get_loc(pd.Period(FIRST, "Q"))
    for origin in range(start, len(wide) - 1, every):
        for method, (mean, low, high) in at_origin(wide.to_numpy()[:origin], constant_mean).items():
            for step in (step for step in HORIZONS if origin + step <= len(wide)):
                came, row = wide.to_numpy()[origin + step - 1], step - 1
                inside = (low[row] <= came) & (came <= high[row])
                period = wide.index[origin + step - 1]
                rows += [
                    (name, method, step, period, came[j] - mean[row, j], inside[j])
                    for j, name in enumerate(wide.columns)
                ]
    return pd.DataFrame(rows, columns=["series", "method", "step", "period", "error", "inside"])


def told(found: pd.DataFrame, yardstick: str) -> None:
    for title, part in (("outcomes to 2019", found[found["period"] <= CALM]), ("all outcomes", found)):
        rmse = (
            part.groupby(["step", "method", "series"])["error"]
            .apply(lambda e: np.sqrt((e**2).mean()))
            .unstack()
        )
        ratio = rmse / rmse.xs(yardstick, level="method").reindex(rmse.index, level="step")
        ratio["geometric mean"] = np.exp(np.log(ratio).mean(axis=1))
        ratio["80 % covers"] = part.groupby(["step", "method"])["inside"].mean()
        print(f"\n{title}: RMSE over that of {yardstick}")
        print(ratio.round(2).to_string())


def real(path: str, every: int) -> None:
    levels = quarterly(path)
    began = time.process_time()
    for title, wide, yardstick in (("LEVELS", levels, "drift"), ("GROWTH", growth(levels), "mean")):
        print(f"\n{title}: {len(wide)} quarters, {wide.index[0]} to {wide.index[-1]}")
        told(trials(wide, every, constant_mean=yardstick == "mean"), yardstick)
    print(f"\n{time.process_time() - began:.0f} CPU seconds")


def simulated(draws: int) -> None:
    """Coverage in a stable VAR(1) of four columns, near a unit root and far from it."""
    from scipy.special import ndtri

    print("n  root  method            80 %: h=1  h=8   95 %: h=1  h=8")
    for n in (40, 80, 160):
        for root in (0.5, 0.95):
            inside: dict[str, list[np.ndarray]] = {}
            for draw in range(draws):
                rng = np.random.default_rng(draw)
                matrix = root * np.eye(4) + np.triu(rng.normal(0, 0.15, (4, 4)), 1)
                path = np.zeros((n + 108, 4))
                for t in range(1, len(path)):
                    path[t] = path[t - 1] @ matrix + rng.normal(size=4)
                values, came = path[100 : 100 + n], path[100 + n :, 0]
                try:
                    fits = {"var": Var().fit(values, 4, 0), "bayesian_var": BayesianVar().fit(values, 4, 0)}
                except FitError:
                    continue
                for name, fit in fits.items():
                    said = fit.ahead(8)
                    ends = [(said.quantile(a), said.quantile(1 - a)) for a in (0.1, 0.025)]
                    inside.setdefault(name, []).append(
                        np.array([(lo <= came) & (came <= hi) for lo, hi in ends])
                    )
                bare = np.sqrt(shocks_only(fits["var"]))
                ends = [
                    fits["var"].ahead(8).mean + sign * -ndtri(a) * bare
                    for a in (0.1, 0.025)
                    for sign in (-1, 1)
                ]
                plain = np.array(
                    [(ends[0] <= came) & (came <= ends[1]), (ends[2] <= came) & (came <= ends[3])]
                )
                inside.setdefault("var, shocks only", []).append(plain)
            for name, hits in inside.items():
                share = np.mean(hits, axis=0)
                print(
                    f"{n:4d} {root:.2f}  {name:18s}     {share[0, 0]:.3f} {share[0, 7]:.3f}"
                    f"       {share[1, 0]:.3f} {share[1, 7]:.3f}"
                )


def shocks_only(fit: VarFit) -> np.ndarray:
    """Variance of the first column as if its coefficients were known."""
    return replace(fit, inverse=np.zeros_like(fit.inverse)).system(8)[1][:, 0, 0]


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "simulate"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if what == "simulate":
        simulated(count or 200)
    else:
        real(what, count or 2)
