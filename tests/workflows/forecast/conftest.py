"""Small tables of one's own, and a home without a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.settings import Settings


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
