"""Ten-year mean growth: what share of outcomes the bands held, on real productivity and on series of known making.

python benchmarks/forecast/long_run.py real PLUS WORLD [n] [arima]   folders of the two packs; each n-th origin (3)
python benchmarks/forecast/long_run.py made [samples a row]          (300 a row: about five minutes)
python benchmarks/forecast/long_run.py prior PLUS                    what other priors would have covered

With `arima`, statsforecast's AutoARIMA is fitted at every origin too, which takes most of an hour.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.forecast.long_run_methods import METHODS
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction
from longwave.forecast.methods.slow_growth import SlowGrowth

AHEAD = np.array([10])
FIRST = 20
BANDS = {80: (0.1, 0.9), 95: (0.025, 0.975)}
Predictor = Callable[[np.ndarray, np.ndarray], Prediction]


def long_productivity(folder: Path) -> dict[str, dict[str, pd.Series]]:
    """Bergeaud, Cette and Lecat: labour productivity and total factor productivity of 23 countries."""
    table = pd.read_parquet(folder / "panel_plus.parquet", filters=[("source", "==", "bcl")])
    return {
        name: {
            str(area): np.log(rows.set_index("year")["value"].sort_index())
            for area, rows in table[table["variable"] == variable].groupby("iso3", observed=True)
        }
        for name, variable in (
            ("labour productivity", "bcl_labour_productivity"),
            ("total factor productivity", "bcl_tfp"),
        )
    }


def penn_world(folder: Path, but: set[str]) -> dict[str, dict[str, pd.Series]]:
    """Penn World Table 10.01, countries with forty years that are not among the 23: real GDP an hour and a worker, TFP."""
    table = pd.read_parquet(
        folder / "panel.parquet",
        filters=[("source", "==", "pwt1001"), ("variable", "in", ["rgdpna", "emp", "avh", "rtfpna"])],
    )
    wide = table.astype({"variable": str, "iso3": str}).pivot_table(
        index=["iso3", "year"], columns="variable", values="value", observed=True
    )
    wide = wide[~wide.index.get_level_values("iso3").isin(but)]
    amounts = {
        "real GDP an hour": wide["rgdpna"] / (wide["emp"] * wide["avh"]),
        "real GDP a worker": wide["rgdpna"] / wide["emp"],
        "TFP": wide["rtfpna"],
    }
    return {
        name: {
            str(area): np.log(rows.droplevel(0))
            for area, rows in amount.dropna().groupby(level=0)
            if len(rows) >= 40
        }
        for name, amount in amounts.items()
    }


def unbroken(level: pd.Series, since: int) -> pd.Series:
    """Growth over the last run of years without a gap."""
    level = level[level.index >= since].dropna()
    gaps = np.flatnonzero(np.diff(level.index) != 1)
    return level.iloc[int(gaps[-1]) + 1 if len(gaps) else 0 :].diff().iloc[1:]


def arima(growth: np.ndarray, years: np.ndarray, method: str = "auto_arima") -> Prediction:
    """AutoARIMA of statsforecast on the level, the estimated drift's own doubt included."""
    said = FORECAST_METHODS.get(method).fit(np.append(0.0, np.cumsum(growth)), 1, 0).ahead(int(years.max()))
    return Prediction((said.mean[years - 1] - growth.sum()) / years, said.sd[years - 1] / years)


def trials(
    panel: dict[str, pd.Series], since: int, every: int, methods: dict[str, Predictor]
) -> pd.DataFrame:
    """One row a method, area and origin: whether each band held, its width, and the error."""
    rows = []
    for area, level in panel.items():
        growth = unbroken(level, since)
        for count in range(FIRST, len(growth) - AHEAD[0] + 1):
            origin = int(growth.index[count - 1])
            if origin % every:
                continue
            known = growth.to_numpy()[:count]
            outcome = growth.to_numpy()[count : count + AHEAD[0]].mean()
            for name, predict in methods.items():
                try:
                    said = predict(known, AHEAD)
                except FitError:
                    continue
                rows.append({"method": name, "area": area, "origin": origin} | judged(said, outcome))
    return pd.DataFrame(rows)


def judged(said: Prediction, outcome: float) -> dict[str, float]:
    row = {"error": float(said.mean[0] - outcome)}
    for level, (below, above) in BANDS.items():
        low, high = float(said.quantile(below)[0]), float(said.quantile(above)[0])
        row |= {f"in {level}": low <= outcome <= high, f"width {level}": high - low}
    return row


def table(found: pd.DataFrame) -> Iterator[str]:
    """Pooled over areas and origins. The standard error is that of coverage over blocks of ten origins years, because
    the outcomes of neighbouring origins, and of countries in one decade, have most of their luck in common."""
    yield "| method | 80 % | s.e. | 95 % | s.e. | width 80 | width 95 | RMSE | origins | separate |"
    yield "|" + "---|" * 10
    for name, rows in found.groupby("method", sort=False):
        decade = (rows["origin"] - rows["origin"].min()) // 10
        blocks = rows.groupby(decade)[["in 80", "in 95"]].mean()
        error = blocks.std(ddof=1) / np.sqrt(len(blocks))
        separate = (
            rows.groupby("area")["origin"].agg(lambda years: (years.max() - years.min()) // 10 + 1).sum()
        )
        yield (
            f"| {name} | {rows['in 80'].mean():.1%} | {error['in 80']:.1%} "
            f"| {rows['in 95'].mean():.1%} | {error['in 95']:.1%} "
            f"| {100 * rows['width 80'].mean():.1f} | {100 * rows['width 95'].mean():.1f} "
            f"| {100 * np.sqrt((rows['error'] ** 2).mean()):.2f} | {len(rows)} | {separate} |"
        )


def real(plus: Path, world: Path, every: int, with_arima: bool) -> None:
    methods: dict[str, Predictor] = {**METHODS, **({"auto_arima": arima} if with_arima else {})}
    long = long_productivity(plus)
    panels = [
        (f"{name}, 23 countries, since {since}", panel, since)
        for name, panel in long.items()
        for since in (1890, 1950)
    ]
    known = {area for panel in long.values() for area in panel}
    panels += [
        (f"{name}, {len(panel)} other countries, since 1950", panel, 1950)
        for name, panel in penn_world(world, known).items()
    ]
    for name, panel, since in panels:
        found = trials(panel, since, every, methods)
        print(f"\n{name}; origins {found['origin'].min()} to {found['origin'].max()}\n")
        print("\n".join(table(found)), flush=True)
        own = found[found["method"] == "slow_growth"].groupby("area")[["in 80", "in 95"]].mean()
        if len(own) <= 30:
            shares = (f"{area} {row.iloc[0]:.0%}/{row.iloc[1]:.0%}" for area, row in own.iterrows())
            print("\nslow_growth by area: " + ", ".join(shares))


def prior(plus: Path) -> None:
    """Greatest drift and memory of the variance, one at a time."""
    kinds: dict[str, SlowGrowth] = {
        f"drift up to {most}": SlowGrowth(most_drift=most) for most in (0.3, 0.45, 0.6, 0.75, 1.0)
    }
    kinds |= {
        "variance constant": SlowGrowth(discounts=(1.0,)),
        "keeps 0.75 to 1": SlowGrowth(discounts=(0.75, 0.8, 0.85, 0.9, 0.95, 1.0)),
        "keeps 0.9 to 1": SlowGrowth(discounts=(0.9, 0.95, 1.0)),
        "keeps 0.95 to 1": SlowGrowth(discounts=(0.95, 0.975, 1.0)),
    }
    for name, panel in long_productivity(plus).items():
        for since in (1890, 1950):
            found = trials(panel, since, 3, {kind: predictor(method) for kind, method in kinds.items()})
            print(f"\n{name}, since {since}\n")
            print("\n".join(table(found)), flush=True)


def predictor(method: SlowGrowth) -> Predictor:
    def predict(growth: np.ndarray, years: np.ndarray) -> Prediction:
        said = method.fit(np.append(0.0, np.cumsum(growth)), 1, 0).ahead(int(years.max()))
        place, start = years - 1, growth.sum()
        return type(said).of(
            said.weights,
            said.freedom,
            (said.centres[:, place] - start) / years,
            said.spreads[:, place] / years,
        )

    return predict


def made(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Growth of noise one, `count` years long."""
    noise = rng.normal(0, 1, count)
    if kind.startswith("drift"):
        return noise + np.cumsum(rng.normal(0, float(kind.split()[1]), count))
    if kind == "one break":
        return noise + np.where(np.arange(count) >= rng.integers(10, count), -1.0, 0.0)
    if kind.startswith("AR"):
        rho = float(kind.split()[1])
        for place in range(1, count):
            noise[place] += rho * noise[place - 1]
        return noise
    if kind == "calmer by half":
        return noise * np.where(np.arange(count) >= rng.integers(10, count - 10), 0.5, 1.0)
    if kind == "fat tails":
        return rng.standard_t(3, count)
    if kind == "stationary level":
        return np.diff(rng.normal(0, 1, count + 1))
    return noise


KINDS = (
    "even",
    "drift 0.05",
    "drift 0.1",
    "drift 0.2",
    "drift 0.5",
    "drift 1",
    "one break",
    "AR 0.3",
    "AR 0.6",
    "AR -0.3",
    "calmer by half",
    "fat tails",
    "stationary level",
)


def made_table(samples: int) -> Iterator[str]:
    """Coverage of 80 and 95 % bands of the next ten years' mean."""
    names = ("slow_growth", "drift", "ar1")
    yield "| growth | years | " + " | ".join(f"{name} 80 | 95 | width 80" for name in names) + " |"
    yield "|" + "---|" * (2 + 3 * len(names))
    for kind in KINDS:
        for count in (40, 100):
            rows = {name: [] for name in names}
            for seed in range(samples):
                growth = made(kind, count + AHEAD[0], np.random.default_rng(seed))
                for name in names:
                    rows[name].append(judged(METHODS[name](growth[:count], AHEAD), growth[count:].mean()))
            cells = []
            for name in names:
                mean = pd.DataFrame(rows[name]).mean()
                cells.append(f"{mean['in 80']:.0%} | {mean['in 95']:.0%} | {mean['width 80']:.2f}")
            yield f"| {kind} | {count} | {' | '.join(cells)} |"


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["made"]
    if what == "real":
        real(Path(rest[0]), Path(rest[1]), int(rest[2]) if len(rest) > 2 else 3, "arima" in rest)
    elif what == "prior":
        prior(Path(rest[0]))
    else:
        for line in made_table(int(rest[0]) if rest else 300):
            print(line, flush=True)
