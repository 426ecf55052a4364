"""How long the era model takes: six series of seventy years, whole process, on as many cores as BLAS is given.

    OPENBLAS_NUM_THREADS=2 python benchmarks/era_speed.py

Nothing is compiled at run time. Rows: 1,000 draws with everything; the study's default; the real-time path of every end
year from the thirtieth on.
"""

from __future__ import annotations

from measured import HEADER, measure

SETTING = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from era_simulation import sample
from longwave.measure.era.model import DRAWS, era_model
from longwave.measure.era.vintages import real_time
series = sample("era", 70, 35, 6, 0.5, 0.0, np.random.default_rng(3))
"""
ROWS = {
    "era model, 6 series x 70 years, 1,000 draws": "era_model(series, draws=1000, breaks=False)",
    "era model, the study's default draws": "era_model(series, draws=DRAWS, breaks=False)",
    "real-time path, 41 end years": "real_time(series)",
}


def main() -> None:
    from pathlib import Path

    here = str(Path(__file__).parent)
    print(HEADER)
    for name, call in ROWS.items():
        print(measure(SETTING + call, here, runs=3).row(name), flush=True)


if __name__ == "__main__":
    main()
