"""A hundred thousand monthly series: memory and throughput of the Theta method on two processes.

    python benchmarks/forecast/many.py [SERIES] [PROCESSES] [METHOD]

Makes a Parquet file of simulated seasonal series (60 to 180 months), forecasts it batch by batch, and prints series a
second and the peak memory of the main process after each quarter of the work: flat means that the last is the first.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from longwave.forecast.many import Task
from longwave.workflows.forecast.pooled import forecast_stream


def main() -> None:
    series, processes = (int(sys.argv[i]) if len(sys.argv) > i else n for i, n in ((1, 100_000), (2, 2)))
    method = sys.argv[3] if len(sys.argv) > 3 else "theta"
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "series.parquet", Path(folder) / "forecasts.parquet"
        make(path, series)
        print(f"{series} series, {path.stat().st_size / 1e6:.0f} MB")
        seen: list[tuple[float, float]] = []
        started = time.monotonic()

        def watch(_: object, done: int, total: int) -> None:
            seen.append((time.monotonic() - started, resident()))

        made = forecast_stream(path, out, Task(12, method), processes=processes, progress=watch)
        took = time.monotonic() - started
        print(
            f"{made.series} forecast, {made.refused} refused, {took:.0f} s, {made.series / took:.0f} series a second"
        )
        for part in (1, 2, 3, 4):
            memory = [size for when, size in seen if (part - 1) / 4 <= when / took <= part / 4]
            print(f"  quarter {part} of the time: at most {max(memory, default=0):.0f} MiB")


def resident() -> float:
    """MiB of this process, as Linux tells them."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def make(path: Path, series: int) -> None:
    generator = np.random.default_rng(1)
    writer: pq.ParquetWriter | None = None
    for start in range(0, series, 2000):
        parts = []
        for one in range(start, min(start + 2000, series)):
            n = int(generator.integers(60, 181))
            season = 1 + 0.1 * np.sin(2 * np.pi * np.arange(n) / 12)
            y = season * (100 + np.cumsum(generator.normal(0.2, 1.0, n)))
            parts.append(
                pd.DataFrame(
                    {
                        "unique_id": f"s{one:06d}",
                        "ds": pd.date_range("2010-01-01", periods=n, freq="MS"),
                        "y": y,
                    }
                )
            )
        table = pa.Table.from_pandas(pd.concat(parts), preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


if __name__ == "__main__":
    main()
