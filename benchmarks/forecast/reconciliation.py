"""Does making sectors and totals add up cost accuracy? Ten-sector accounts of forty countries, on their own past.

python benchmarks/forecast/reconciliation.py PLUS [method]     folder of the pack with the sectors; drift by default

Employment and value added at current prices (GGDC 10-Sector Database), five years ahead from twelve origins; the joint
errors behind an origin are those that were known then. Errors are divided by the mean absolute yearly step of the series
before the origin; the table shows the root mean square after over that before (below 1: better) and the coverage of 80
per cent bands.
"""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.reconcile import joint_errors, reconcile

TOTAL = "SUM"
AHEAD, SCORED, WARM = 5, 12, 10
WAYS = ("mint_shrink", "ols", "wls", "bottom_up")


def accounts(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables (years down, sectors across) without a gap, at least forty years long."""
    table = pd.read_parquet(folder / "sector_plus.parquet", filters=[("source", "==", "ggdc_10s")])
    for (variable, _), rows in table.groupby(["variable", "iso3"], observed=True):
        wide = rows.pivot(index="year", columns="industry", values="value").dropna(axis=1, how="all").dropna()
        wide = wide[(wide > 0).all(axis=1)]
        gaps = np.flatnonzero(np.diff(wide.index) != 1)
        wide = wide.iloc[int(gaps[-1]) + 1 if len(gaps) else 0 :]
        if TOTAL in wide and len(wide) >= 40:
            yield str(variable), wide.rename(columns=str)


def separate(wide: pd.DataFrame, known: int, method: str) -> dict[str, pd.DataFrame]:
    """Each series for itself, on the logarithm. Raises FitError."""
    index = [
        str(year) for year in range(int(wide.index[known - 1]) + 1, int(wide.index[known - 1]) + 1 + AHEAD)
    ]
    frames = {}
    for name in wide.columns:
        said = FORECAST_METHODS.get(method).fit(np.log(wide[name].to_numpy()[:known]), 1, 0).ahead(AHEAD)
        quantiles = {f"{one:g}": np.exp(said.quantile(one)) for one in (0.1, 0.5, 0.9)}
        frames[name] = pd.DataFrame({"mean": quantiles["0.5"]} | quantiles, index=index)
    return frames


def outcomes(frames: dict[str, pd.DataFrame], wide: pd.DataFrame, known: int) -> pd.DataFrame:
    """What came, one row a series and step."""
    rows = []
    for name, frame in frames.items():
        came = wide[name].to_numpy()[known : known + AHEAD]
        size = float(np.abs(np.diff(wide[name].to_numpy()[:known])).mean())
        for step, value in enumerate(came, start=1):
            at = frame.iloc[step - 1]
            rows.append(
                {
                    "unique_id": name,
                    "method": "base",
                    "origin": known,
                    "step": step,
                    "outcome": value,
                    "mean": at["0.5"],
                    "error": (value - at["0.5"]) / size,
                    "inside": at["0.1"] <= value <= at["0.9"],
                }
            )
    return pd.DataFrame(rows)


def tried(wide: pd.DataFrame, method: str) -> pd.DataFrame:
    """Errors before and after at the scored origins: columns way, level, error, inside."""
    last = len(wide) - AHEAD
    origins = range(last - SCORED - WARM + 1, last + 1)
    base = {known: separate(wide, known, method) for known in origins}
    trials = pd.concat([outcomes(base[known], wide, known) for known in origins], ignore_index=True)
    found = []
    for known in origins[WARM:]:
        seen = trials[trials["origin"] + trials["step"] <= known]
        history = {name: wide[name].iloc[:known] for name in wide}
        structure = {TOTAL: tuple(name for name in wide if name != TOTAL)}
        found.append(trials[trials["origin"] == known].assign(way="separate"))
        for way in WAYS:
            made = reconcile(base[known], structure, history, joint_errors(seen, "base"), method=way)
            if isinstance(made, Refusal):
                raise SystemExit(made.reason.text("en"))
            found.append(outcomes(dict(made.frames), wide, known).assign(way=way))
    table = pd.concat(found, ignore_index=True)
    return table.assign(level=np.where(table["unique_id"] == TOTAL, "total", "sectors"))


def main(folder: str, method: str = "drift") -> None:
    results: dict[str, list[pd.DataFrame]] = {}
    for variable, wide in accounts(Path(folder)):
        try:
            results.setdefault(variable, []).append(tried(wide, method))
        except FitError:
            continue
    for variable, tables in results.items():
        rows = pd.concat([one.assign(country=place) for place, one in enumerate(tables)], ignore_index=True)
        size = rows.groupby(["country", "level", "way"])["error"].agg(lambda one: np.sqrt((one**2).mean()))
        ratio = size.unstack("way").pipe(lambda one: one.div(one["separate"], axis=0))
        inside = rows.groupby(["level", "way"])["inside"].mean().unstack("way")
        print(f"\n{variable}: {len(tables)} countries, {method}")
        print("root mean square after over before, median of countries")
        print(ratio.groupby("level").median().round(3).to_string())
        print("80 per cent bands held")
        print(inside.round(2).to_string())


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main(*sys.argv[1:])
