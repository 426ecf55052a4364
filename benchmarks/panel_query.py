"""One area's figures from a store holding a large panel: longwave's store beside pandas over the same Parquet file.

The panel is made here (200 areas x 100 variables x 40 years = 800,000 observations), so the benchmark runs anywhere.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.core.origin import Licence, Origin
from longwave.core.panel import Panel
from longwave.store import Batch, Store

AREAS, VARIABLES, YEARS = 200, 100, 40


def large_panel() -> Panel:
    index = pd.MultiIndex.from_product(
        [
            [f"A{i:03d}" for i in range(AREAS)],
            [f"v{i:03d}" for i in range(VARIABLES)],
            [str(1980 + i) for i in range(YEARS)],
        ],
        names=["area", "variable", "period"],
    )
    frame = index.to_frame(index=False)
    frame["value"] = np.random.default_rng(0).normal(size=len(frame))
    return Panel.of(frame.assign(source="made", vintage="2020-01-01"))


def median_of(call: Callable[[], object], runs: int = 7) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def read_from_store(root: Path) -> pd.DataFrame:
    with Store.open(root) as store:
        return store.read(areas=["A123"]).frame


def read_with_pandas(file: Path) -> pd.DataFrame:
    frame = pd.read_parquet(file)
    return frame[frame["area"] == "A123"]


if __name__ == "__main__":
    panel = large_panel()
    origin = Origin("made", "Made figures", "nobody", "1", "2020-01-01", Licence("CC0-1.0"), sha256="0" * 64)
    with tempfile.TemporaryDirectory() as folder:
        root, file = Path(folder) / "store", Path(folder) / "made.parquet"
        panel.frame.to_parquet(file, index=False)
        start = time.perf_counter()
        with Store.open(root, write=True) as store:
            store.commit([Batch(origin, panel, ())])
        committed = time.perf_counter() - start
        ours, peer = median_of(lambda: read_from_store(root)), median_of(lambda: read_with_pandas(file))
        assert len(read_from_store(root)) == len(read_with_pandas(file)) == VARIABLES * YEARS
    print(f"commit {len(panel):,} observations: {committed:.2f} s")
    print(
        f"one area: store {ours * 1000:.1f} ms, pandas over the same file {peer * 1000:.1f} ms, ratio {ours / peer:.2f}"
    )
