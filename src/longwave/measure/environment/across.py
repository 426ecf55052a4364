"""A panel of countries as tables of year by country, and its regressions with errors clustered by country.

    two-way       z_it = a_i + f_t + b y_it + e_it
    differences   dz_it = f_t + b dy_it + e_it

Both by linearmodels' PanelOLS. Clusters are countries: neighbouring years of one are no new evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.core.panel import Panel, Status

FEWEST_COUNTRIES = 20
FEWEST_YEARS = 10


@dataclass(frozen=True, eq=False)
class PanelSlopes:
    """Coefficients by regressor with clustered errors, and what they rest on."""

    values: pd.Series
    covariance: pd.DataFrame
    observations: int
    countries: int
    first: int
    last: int

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float, float]:
        """Value, low and high by Student's t over countries less one."""
        return self.combination({name: 1.0}, level)

    def combination(self, weights: dict[str, float], level: float = 0.95) -> tuple[float, float, float]:
        """Value, low and high of a weighted sum of coefficients."""
        from scipy.stats import t as student

        w = np.array([weights.get(str(each), 0.0) for each in self.values.index])
        value = float(w @ self.values.to_numpy(float))
        error = float(np.sqrt(max(float(w @ self.covariance.to_numpy(float) @ w), 0.0)))
        half = float(student.ppf(0.5 + level / 2, self.countries - 1)) * error
        return value, value - half, value + half


def log(table: pd.DataFrame) -> pd.DataFrame:
    """Natural logarithms, as the table that they are."""
    return pd.DataFrame(np.log(table.to_numpy(float)), index=table.index, columns=table.columns)


def by_country(panel: Panel, variable: str) -> pd.DataFrame:
    """Year by country of the whole countries' yearly figures above zero; publishers' forecasts and aggregates left out.

    Sources may differ from country to country, since country effects and growth rates hold no level.
    """
    frame = panel.select(variable=variable, item="").frame
    known = areas()
    keep = (
        (frame["value"] > 0)
        & frame["period"].str.fullmatch(r"\d{4}")
        & (frame["status"] != str(Status.FORECAST))
        & ~frame["area"].map(lambda code: code in known and known[code].aggregate).astype(bool)
    )
    frame = frame[keep]
    wide = frame.assign(year=frame["period"].astype(int)).pivot_table(
        index="year", columns="area", values="value", aggfunc="first"
    )
    return wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1)) if len(wide) else wide


def panel_slopes(
    z: pd.DataFrame, regressors: dict[str, pd.DataFrame], *, countries: bool
) -> PanelSlopes | None:
    """z on the regressors with year effects, and country effects where asked; None below 20 countries or 10 years, or
    where nothing is left to estimate from. Tables of year by country."""
    from linearmodels.panel import PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectError

    stacked = pd.DataFrame(
        {"z": z.stack(), **{name: one.stack() for name, one in regressors.items()}}
    ).dropna()
    stacked = stacked.rename_axis(index=["year", "country"]).swaplevel()
    rows = stacked.groupby(level="country")["z"].transform("size")
    stacked = stacked[rows > 1].sort_index()
    places, years = stacked.index.get_level_values(0), stacked.index.get_level_values(1)
    if places.nunique() < FEWEST_COUNTRIES or years.nunique() < FEWEST_YEARS:
        return None
    x = stacked[list(regressors)].assign(constant=1.0)
    model = PanelOLS(stacked["z"], x, entity_effects=countries, time_effects=True)
    try:
        fitted = model.fit(cov_type="clustered", cluster_entity=True)
    except (AbsorbingEffectError, ValueError):
        return None
    return PanelSlopes(
        fitted.params, fitted.cov, int(fitted.nobs), int(places.nunique()), int(years.min()), int(years.max())
    )
