"""The yearly regression by linearmodels: fixed effects with errors clustered by country, by country and year, and
Driscoll and Kraay's.

The arrows' own numbers come from five-year windows; these stand beside them, by another's program on yearly figures:

    g_it = a_i + f_t + b x_{i,t-1} + c ln y_{i,t-1} + e_it

Two-way clusters (Cameron, Gelbach and Miller 2011) need many of both kinds and are given from 30 countries and 30 years.
Driscoll and Kraay's (1998) errors allow countries to move together and rest on many years: from 20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.measure.effects.arrow import Check
from longwave.measure.effects.within import Codes, Matrix, Vector

MANY, LONG = 30, 20


@dataclass(frozen=True, eq=False)
class PanelFit:
    """Coefficients by name with their errors under each covariance; r_squared within."""

    b: pd.Series
    errors: pd.DataFrame
    r_squared: float
    observations: int
    clusters: int
    periods: int


def panel_regression(
    y: Vector,
    x: Matrix,
    units: Codes,
    times: Codes,
    names: list[str],
    *,
    years: bool = True,
    covariances: tuple[str, ...] = ("unadjusted", "clustered"),
) -> PanelFit:
    """Fixed effects by linearmodels' PanelOLS. x: n by k; years: whether year effects are taken out too.

    covariances: `unadjusted`, `clustered`, `two_way`, `driscoll_kraay`. Raises ValueError where nothing is left to
    estimate from.
    """
    from linearmodels.panel import PanelOLS

    index = pd.MultiIndex.from_arrays([units, times], names=["country", "year"])
    data = pd.DataFrame(x, index=index, columns=names)
    outcome = pd.Series(y, index=index, name="outcome")
    model = PanelOLS(outcome, data, entity_effects=True, time_effects=years, drop_absorbed=True)
    settings: dict[str, dict[str, Any]] = {
        "unadjusted": {"cov_type": "unadjusted"},
        "clustered": {"cov_type": "clustered", "cluster_entity": True},
        "two_way": {"cov_type": "clustered", "cluster_entity": True, "cluster_time": True},
        "driscoll_kraay": {"cov_type": "kernel", "kernel": "bartlett"},
    }
    results = {name: model.fit(**settings[name]) for name in covariances}
    first = next(iter(results.values()))
    return PanelFit(
        first.params,
        pd.DataFrame({name: result.std_errors for name, result in results.items()}),
        float(first.rsquared_within),
        int(first.nobs),
        len(np.unique(units)),
        len(np.unique(times)),
    )


def yearly_checks(
    y: Vector, x: Matrix, units: Codes, times: Codes, deviation: float, level: float = 0.95
) -> tuple[Check, ...]:
    """The yearly regression's coefficient of the first regressor, for `deviation` of it, under each covariance that the
    sample can carry."""
    from scipy.stats import t as student

    clusters, periods = len(np.unique(units)), len(np.unique(times))
    kinds = ["clustered"]
    kinds += ["two_way"] if min(clusters, periods) >= MANY else []
    kinds += ["driscoll_kraay"] if periods >= LONG else []
    names = [f"x{which}" for which in range(x.shape[1])]
    found = panel_regression(y, x, units, times, names, covariances=tuple(kinds))
    if "x0" not in found.b.index:
        return ()
    freedom = {
        "clustered": clusters - 1,
        "two_way": min(clusters, periods) - 1,
        "driscoll_kraay": periods - 1,
    }
    b = float(found.b["x0"]) * deviation
    checks = []
    for kind in kinds:
        error = float(found.errors[kind]["x0"]) * deviation
        half = float(student.ppf(0.5 + level / 2, freedom[kind])) * error
        p = float(2 * student.sf(abs(b) / error, freedom[kind])) if error > 0 else 1.0
        checks.append(Check(f"yearly_{kind}", b, b - half, b + half, p))
    return tuple(checks)
