"""Small tables of one's own, and a home without a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.harvest import RawFile
from longwave.core.message import Names
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings
from longwave.core.unit import Unit
from longwave.store import Batch, Store


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The built-in factbook alone."""
    home = tmp_path_factory.mktemp("forecast")
    return Settings(store=home / "store", cache=home / "cache")


def walk(rows: int, seed: int = 0) -> list[float]:
    """A random walk with drift."""
    return list(np.round(100 + np.cumsum(np.random.default_rng(seed).normal(0.5, 1, rows)), 4))


def written(path: Path, rows: int = 30, **columns: object) -> Path:
    """A table of years and figures in a file; columns take their place."""
    frame = pd.DataFrame({"ds": [str(1990 + row) for row in range(rows)], "y": walk(rows)} | columns)
    frame.to_csv(path, index=False)
    return path


def many(path: Path, series: int = 40, rows: int = 36) -> Path:
    """Monthly series below each other, one of them constant."""
    dates = pd.date_range("2015-01-01", periods=rows, freq="MS").strftime("%Y-%m-%d")
    parts = [pd.DataFrame({"unique_id": f"s{n:02d}", "ds": dates, "y": walk(rows, n)}) for n in range(series)]
    parts.append(pd.DataFrame({"unique_id": "same", "ds": dates, "y": 7.0}))
    frame = pd.concat(parts, ignore_index=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path


def release(settings: Settings, day: str, rows: int, unit: str = "index", freq: str = "A") -> None:
    """A whole release of one series of Japan into the store: figures from 1980 on (1980-Q1 where quarterly), each release
    a little higher than the one before."""
    raw = RawFile("figures.csv", day.encode())
    origin = Origin(
        f"office_{freq.lower()}",
        "Figures of the office",
        "The office",
        day[:7],
        day,
        Licence("CC0-1.0"),
        url="https://example.org/figures.csv",
        retrieved=day,
        sha256=checksum(raw.data),
    )
    periods = [str(1980 + n) if freq == "A" else f"{1980 + n // 4}-Q{n % 4 + 1}" for n in range(rows)]
    values = [value + int(day[:4]) - 2000 for value in walk(rows)]
    frame = pd.DataFrame({"period": periods, "value": values, "unit": unit, "vintage": day})
    panel = Panel.of(frame.assign(source=origin.dataset, area="JPN", variable="activity"))
    meta = SeriesMeta(
        origin.dataset,
        "activity",
        Names("Activity", "活动"),
        Unit.parse(unit),
        "activity",
        (),
        ("macro",),
        "as published",
    )
    with Store.open(settings.store, write=True) as store:
        store.commit([Batch(origin, panel, (meta,), (raw,))])


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store with a release a year from 2008 to 2014, each to the year before."""
    home = tmp_path_factory.mktemp("released")
    own = Settings(store=home / "store", cache=home / "cache")
    for year in range(2008, 2015):
        release(own, f"{year}-06-30", year - 1980)
    return own
