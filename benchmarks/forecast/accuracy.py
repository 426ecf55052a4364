"""How good the forecasts are, beside the libraries' own, on competition series that the project does not carry.

    python benchmarks/forecast/accuracy.py FOLDER [METHOD ...]

FOLDER holds `series.csv` (unique_id, period, h) and `values.parquet` (unique_id, t, y, test: 1 = held out), as in the M
competitions. METHOD: words of `longwave forecast methods`, or `lib:AutoARIMA`, `lib:AutoETS`, ... for a model of
statsforecast with its own bands. Default: the house's profiles and the libraries' best. Prints, by frequency, OWA against
Naive2, coverage of the 80 and 95 per cent bands, MSIS, and CPU seconds a series, calibration included. --most N takes the
first N series of each frequency.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from longwave.forecast.frames import LongSeries, read_many
from longwave.forecast.many import Task, forecast_many
from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.scores.intervals import msis
from longwave.forecast.scores.point import mase, naive_scale, owa, smape

FREQUENCIES = {"YEARLY": ("YE", 1), "QUARTERLY": ("QE", 4), "MONTHLY": ("ME", 12)}
METHODS = ("ensemble", "fast", "theta", "auto_arima", "ets", "ces", "dynamic_theta", "arima")
LIBRARY = ("AutoARIMA", "AutoETS", "AutoTheta", "DynamicOptimizedTheta", "AutoCES")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("methods", nargs="*")
    arguments.add_argument("--most", type=int, default=10**9)
    given = arguments.parse_args()
    methods = given.methods or [*METHODS, *(f"lib:{name}" for name in LIBRARY)]
    series = pd.read_csv(given.folder / "series.csv")
    values = pd.read_parquet(given.folder / "values.parquet").merge(
        series[["unique_id", "period", "h"]], on="unique_id"
    )
    print(f"{'method':28s}{'':10s}{'OWA':>7s}{'80%':>7s}{'95%':>7s}{'MSIS':>8s}{'CPU s':>8s}")
    for method in methods:
        rows = [judged(method, part, *FREQUENCIES[name], given.most) for name, part in groups(values)]
        for (name, _), row in zip(groups(values), rows, strict=True):
            tell(method, name.lower(), row)
        tell(method, "mean", np.mean(rows, axis=0))


def groups(values: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in FREQUENCIES:
        part = values[values["period"] == name]
        if len(part):
            yield name, part


def tell(method: str, name: str, row: np.ndarray) -> None:
    owa_, low, high, msis_, cpu = row
    print(f"{method:28s}{name:10s}{owa_:7.3f}{low:7.1%}{high:7.1%}{msis_:8.2f}{cpu:8.3f}", flush=True)


def judged(method: str, part: pd.DataFrame, freq: str, season: int, most: int) -> np.ndarray:
    """OWA, both coverages, MSIS, CPU seconds a series."""
    ids = part["unique_id"].unique()[:most]
    part = part[part["unique_id"].isin(ids)].sort_values(["unique_id", "t"])
    horizon = int(part["h"].iloc[0])
    known = part[part["test"] == 0].rename(columns={"t": "ds"})[["unique_id", "ds", "y"]]
    read = read_many(known, freq=freq)
    came = {name: each["y"].to_numpy(float) for name, each in part[part["test"] == 1].groupby("unique_id")}
    started = time.process_time()
    said = library(method[4:], read, horizon) if method.startswith("lib:") else house(method, read, horizon)
    cpu = (time.process_time() - started) / len(read)
    return np.array([*scored(said, read, came, season), cpu])


def house(method: str, read: LongSeries, horizon: int) -> dict[str, np.ndarray]:
    """Median, then lower and upper bounds of 80 and 95 per cent: shape (5, horizon) a series."""
    frame = forecast_many(read, Task(horizon, method, levels=(0.8, 0.95))).frame
    columns = ["longwave", "longwave-lo-80", "longwave-hi-80", "longwave-lo-95", "longwave-hi-95"]
    return {str(name): each[columns].to_numpy().T for name, each in frame.groupby("unique_id")}


def library(name: str, read: LongSeries, horizon: int) -> dict[str, np.ndarray]:
    import statsforecast.models as models

    said = {}
    for place, each in enumerate(read.ids):
        model = getattr(models, name)(season_length=int(read.frequency[place]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = model.forecast(y=read.of(place), h=horizon, level=[80, 95])
        said[str(each)] = np.vstack([found[one] for one in ("mean", "lo-80", "hi-80", "lo-95", "hi-95")])
    return said


def scored(
    said: dict[str, np.ndarray], read: LongSeries, came: dict[str, np.ndarray], season: int
) -> tuple[float, float, float, float]:
    """Series that were refused count against nobody; there are none among competition series."""
    naive2 = FORECAST_METHODS.get("naive2")
    parts = []
    for place, each in enumerate(read.ids):
        past, outcome, fan = read.of(place), came[str(each)], said[str(each)]
        scale = naive_scale(past, season)
        rival = naive2.fit(past, season, 0).ahead(len(outcome)).mean
        inside = [np.mean((outcome >= fan[low]) & (outcome <= fan[low + 1])) for low in (1, 3)]
        parts.append(
            [
                smape(outcome, fan[0]),
                mase(outcome, fan[0], scale),
                smape(outcome, rival),
                mase(outcome, rival, scale),
                *inside,
                msis(outcome, fan[3], fan[4], scale),
            ]
        )
    table = np.array(parts, dtype=float)
    return (
        float(owa(table[:, 0], table[:, 1], table[:, 2], table[:, 3])),
        float(table[:, 4].mean()),
        float(table[:, 5].mean()),
        float(np.nanmean(table[:, 6])),
    )


if __name__ == "__main__":
    main()
