"""How nowcasts of United States output do beside AR(2) and the mean: error and coverage, calm years and after 2020.

Two real data sets. Quarterly: FRED-QD of the world pack (20 indicators known for the quarter, output not yet; one
vintage, so revised figures). Monthly: the New York Fed's nowcasting data that statsmodels carries for its own tests (24
to 26 monthly series to July 2016), with 1, 2 and 3 months of the quarter known. Parameters are estimated once a year on
what was known then.
Errors are in percentage points of growth at an annual rate. Run: python benchmarks/forecast/nowcast.py [world pack]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.forecast.nowcast.bridge import Bridge
from longwave.forecast.nowcast.dynamic_factor import DynamicFactor, FactorOptions
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.intervals import coverage, standard
from longwave.forecast.nowcast.ragged import Ragged
from longwave.forecast.nowcast.rivals import RIVALS
from longwave.forecast.nowcast.trials import AbstractNowcaster, errors, past_origins, shared, tried

QUARTERLY = (
    "INDPRO",
    "PAYEMS",
    "UNRATE",
    "HOUST",
    "PERMIT",
    "CLAIMSx",
    "CE16OV",
    "RSAFSx",
    "DPIC96",
    "TCU",
    "AWHMAN",
    "CMRMTSPLx",
    "ACOGNOx",
    "CPIAUCSL",
    "PPIACO",
    "FEDFUNDS",
    "GS10",
    "OILPRICEx",
    "BUSLOANSx",
    "M2REAL",
)
ANNUAL_RATE = 400
SPANS = (
    ("2005-2019", 2005, 2019),
    ("2020", 2020, 2020),
    ("2021-2024", 2021, 2024),
    ("2022-2023", 2022, 2023),
)


class Named:
    """A method under another name, so that two settings stand side by side."""

    def __init__(self, name: str, method: AbstractNowcaster) -> None:
        self.name = name
        self.method = method

    def fit(self, data: Ragged, earlier: object = None) -> object:
        return self.method.fit(data, earlier)


METHODS = (
    DynamicFactor(),
    Named("factor, no outliers set aside", DynamicFactor(FactorOptions(outliers=False))),
    Named("one factor", DynamicFactor(FactorOptions(factors=1))),
    Bridge(),
    *RIVALS,
)


def fred_qd(folder: Path) -> Ragged:
    """Output unknown in the last quarter, indicators known."""
    table = pd.read_parquet(folder / "us_quarterly.parquet").pivot(
        index="period", columns="variable", values="value"
    )
    indicators = {name: table[name].dropna() for name in QUARTERLY}
    data = read_inputs(table["GDPC1"].dropna(), indicators, {}, {}).data
    return data.at(data.target.last - 1, dict.fromkeys(QUARTERLY, 0))


def new_york(months: int) -> Ragged:
    """The New York Fed's series with `months` of the quarter known."""
    import statsmodels

    root = Path(statsmodels.__file__).parent / "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/data/US"
    table = pd.read_csv(root / "2016-07-29.csv")
    index = pd.PeriodIndex(table.pop("Date").tolist(), freq="M")
    table.index = index.astype(str)
    output = table["GDPC1"].dropna()
    output.index = [f"{text[:4]}-Q{int(text[5:]) // 3}" for text in output.index]
    slow = ("GDPC1", "ULCNFB", "A261RX1Q020SBEA")
    indicators = {name: table[name].dropna() for name in table.columns if name not in slow}
    data = read_inputs(output, indicators, {}, {}).data
    return data.at(data.target.last - 1, dict.fromkeys(indicators, months - 3))


def table(data: Ragged, origins: int) -> None:
    clock = time.process_time()
    names = [method.name for method in METHODS]
    trials = shared(tried(data, METHODS, past_origins(data, origins), 1), names)
    years = trials["period"].str[:4].astype(int)
    for label, first, last in SPANS:
        chosen = trials[years.between(first, last)]
        if chosen.empty:
            continue
        print(f"{label} ({chosen['origin'].nunique()} quarters)")
        for name in names:
            rows = errors(chosen, name)
            missed = ANNUAL_RATE * (rows["outcome"] - rows["mean"])
            held = ""
            if len(rows) > 3:
                held = " ".join(f"{coverage(rows, level):4.0%}" for level in (0.5, 0.8, 0.95))
            own = float(np.mean(np.abs(standard(rows)) < 1.2816))
            worst = float(missed.abs().max())
            print(f"  {name:30s} rmse {np.sqrt(np.mean(missed**2)):6.2f}  worst {worst:5.1f}  "
                  f"own 80% {own:4.0%}  calibrated 50/80/95 {held}")  # fmt: skip
    print(f"  {time.process_time() - clock:.0f} CPU seconds")


def main() -> None:
    pack = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3] / "shared" / "data" / "world"
    if (pack / "us_quarterly.parquet").exists():
        print("FRED-QD, indicators of the quarter known")
        table(fred_qd(pack), 80)
    for months in (1, 2, 3):
        print(f"New York Fed, months known: {months}")
        table(new_york(months), 44)


if __name__ == "__main__":
    main()
