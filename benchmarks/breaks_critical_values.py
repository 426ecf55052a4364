"""Makes the table of critical values of the break tests: src/longwave/measure/breaks/critical_values.csv.

    python benchmarks/breaks_critical_values.py draw --seed 1 --batches 40 --to draws_1.npz     # minutes to hours
    python benchmarks/breaks_critical_values.py table draws_*.npz                               # seconds

The limit laws are those of Bai and Perron (1998, 2003) and Andrews (1993), Andrews and Ploberger (1994). A
Wiener process of q dimensions is drawn as scaled sums of 1,000 standard normal steps. With S the sums and
h = trimming x 1,000,

    sup-F(k) = (1/k) max over partitions into k + 1 segments of at least h steps of
               [ sum over segments |S_j - S_i|^2 / (j - i)  -  |S_n|^2 / n ],

which is the known quadratic form in the bridge (the reduction of the residual sum of squares when the mean of q
independent unit normal series is let break k times) and is found exactly by dynamic programming, in every draw.
As in the published tables the statistic is q times an F, that is, a Wald statistic divided by k. UDmax(M) is
the largest of the first M; WDmax(M) weighs sup-F(k) by c(1)/c(k), c being the critical values just found.

For one break, where no programming is needed, many more draws give sup, exp and average statistics.
Monte-Carlo error of the 5 % values: about 0.05 (several breaks, 10,000 draws), 0.015 (one break, 200,000).
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np

STEPS = 1000
DIMENSIONS = 10
TRIMMINGS = {0.05: 9, 0.10: 8, 0.15: 5, 0.20: 3, 0.25: 2}
"""Trimming: most breaks that it leaves room for (and that are tabled)."""

TAILS = (
    0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.075, 0.05, 0.04, 0.03, 0.025, 0.02,
    0.015, 0.01, 0.0075, 0.005, 0.0025, 0.001, 0.0005, 0.0001,
)  # fmt: skip
WEIGHTED = (0.10, 0.05, 0.025, 0.01)
TABLE = Path(__file__).resolve().parents[1] / "src/longwave/measure/breaks/critical_values.csv"


def several(rng: np.random.Generator, width: int = 16) -> dict[str, np.ndarray]:
    """sup-F(1), ..., sup-F(m) of `width` draws for every trimming: trimming -> (dimension, breaks, draw)."""
    sums = np.zeros((DIMENSIONS, STEPS + 1, width), dtype=np.float32)
    np.cumsum(rng.standard_normal((DIMENSIONS, STEPS, width), dtype=np.float32), axis=1, out=sums[:, 1:])
    found = {f"{trim}": np.empty((DIMENSIONS, most, width)) for trim, most in TRIMMINGS.items()}
    whole = np.cumsum(sums[:, -1] ** 2, axis=0) / STEPS
    for q in range(1, DIMENSIONS + 1):
        for trim, gains in _partitions(sums[:q]).items():
            breaks = np.arange(1, len(gains) + 1)[:, None]
            found[f"{trim}"][q - 1] = (gains - whole[q - 1]) / breaks
    return found


def _partitions(sums: np.ndarray) -> dict[float, np.ndarray]:
    """The largest sum of |S_j - S_i|^2/(j - i) over partitions with 1, 2, ... breaks, for each trimming."""
    _, length, width = sums.shape
    n = length - 1
    least = {trim: round(trim * n) for trim in TRIMMINGS}
    best = {
        trim: np.full((most + 1, length, width), -np.inf, dtype=np.float32)
        for trim, most in TRIMMINGS.items()
    }
    shortest = min(least.values())
    inverse = (1.0 / np.arange(1, length, dtype=np.float32))[:, None]
    for start in (0, *range(shortest, n - shortest + 1)):
        gain = np.zeros((length - start - shortest, width), dtype=np.float32)
        for one in sums:
            step = one[start + shortest :] - one[start]
            step *= step
            gain += step
        gain *= inverse[shortest - 1 : n - start]
        for trim, most in TRIMMINGS.items():
            h = least[trim]
            row, levels = gain[h - shortest :], best[trim]
            if start == 0:
                levels[0, h:] = row
                continue
            if len(row) == 0:
                continue
            reached = min(start // h, most)  # a start at s closes at most s/h segments
            for breaks in range(1, reached + 1):
                if breaks == most:  # only the whole sample is asked of the last level
                    np.maximum(levels[most, n], levels[most - 1, start] + row[-1], out=levels[most, n])
                else:
                    target = levels[breaks, start + h :]
                    np.maximum(target, levels[breaks - 1, start] + row, out=target)
    return {trim: levels[1:, n] for trim, levels in best.items()}


def single(rng: np.random.Generator, width: int = 500) -> dict[str, np.ndarray]:
    """sup, exp and average statistic of one break: name -> (trimming, dimension, draw)."""
    time = np.arange(1, STEPS, dtype=np.float32)[:, None]
    scale = time * (STEPS - time) / STEPS
    wald = np.zeros((STEPS - 1, width), dtype=np.float32)
    found = {name: np.empty((len(TRIMMINGS), DIMENSIONS, width)) for name in ("sup1", "exp1", "ave1")}
    for q in range(DIMENSIONS):
        sums = np.cumsum(rng.standard_normal((STEPS, width), dtype=np.float32), axis=0)
        wald += (sums[:-1] - time / STEPS * sums[-1]) ** 2 / scale
        for place, trim in enumerate(TRIMMINGS):
            h = round(trim * STEPS)
            inside = wald[h - 1 : STEPS - h]
            top = inside.max(axis=0)
            found["sup1"][place, q] = top
            found["exp1"][place, q] = top / 2 + np.log(np.exp((inside - top) / 2).mean(axis=0))
            found["ave1"][place, q] = inside.mean(axis=0)
    return found


def draw(seed: int, batches: int, singles: int, to: Path) -> None:
    """Draws `batches` x 16 samples for several breaks and `singles` x 500 for one, and keeps them."""
    many, one = (np.random.default_rng([seed, kind]) for kind in (0, 1))
    alone = [single(one) for _ in range(singles)]
    names = ("sup1", "exp1", "ave1") if alone else ()
    kept = {name: np.concatenate([item[name] for item in alone], axis=-1) for name in names}
    sheets = []
    for batch in range(batches):
        sheets.append(several(many))
        if batch % 10 == 9 or batch == batches - 1:  # a long run may be stopped without losing all
            kept |= {name: np.concatenate([item[name] for item in sheets], axis=-1) for name in sheets[0]}
            np.savez(to, **{name: values.astype(np.float32) for name, values in kept.items()})


def table(files: list[Path]) -> None:
    """Writes the table from all draws."""
    sheets = [dict(np.load(file)) for file in files]
    drawn = {
        name: np.concatenate([sheet[name] for sheet in sheets if name in sheet], axis=-1)
        for name in {name for sheet in sheets for name in sheet}
    }
    lines = [",".join(["statistic", "regressors", "trimming", "breaks", *(f"{tail:g}" for tail in TAILS)])]
    for (place, trim), q in product(enumerate(TRIMMINGS), range(1, DIMENSIONS + 1)):
        for name in ("sup", "exp", "ave"):
            values = drawn[f"{name}1"][place, q - 1]
            lines.append(_line(f"{name}_one", q, trim, 1, np.quantile(values, 1 - np.array(TAILS)), 3))
        lines += _several_lines(drawn[f"{trim}"][q - 1], q, trim)
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{TABLE.name}: {drawn['0.15'].shape[-1]} draws, {drawn['sup1'].shape[-1]} for one break")


def _several_lines(sup: np.ndarray, q: int, trim: float) -> list[str]:
    lines = []
    reliable = [tail for tail in TAILS if tail >= 0.001]
    critical = np.quantile(sup, 1 - np.array(WEIGHTED), axis=1)
    for breaks in range(2, len(sup) + 1):
        first = sup[:breaks]
        lines.append(_line("sup", q, trim, breaks, np.quantile(sup[breaks - 1], 1 - np.array(reliable)), 2))
        lines.append(_line("ud", q, trim, breaks, np.quantile(first.max(axis=0), 1 - np.array(reliable)), 2))
        cells = dict.fromkeys(TAILS, "")
        for tail, row in zip(WEIGHTED, critical, strict=True):
            weights = row[0] / row[:breaks, None]
            cells[tail] = f"{np.quantile((weights * first).max(axis=0), 1 - tail):.2f}"
        lines.append(",".join(["wd", str(q), f"{trim:g}", str(breaks), *cells.values()]))
    return lines


def _line(name: str, q: int, trim: float, breaks: int, values: np.ndarray, digits: int) -> str:
    cells = [f"{value:.{digits}f}" for value in values] + [""] * (len(TAILS) - len(values))
    return ",".join([name, str(q), f"{trim:g}", str(breaks), *cells])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    drawing = verbs.add_parser("draw")
    drawing.add_argument("--seed", type=int, required=True)
    drawing.add_argument("--batches", type=int, default=320, help="of 16 draws each, several breaks")
    drawing.add_argument("--singles", type=int, default=200, help="of 500 draws each, one break")
    drawing.add_argument("--to", type=Path, required=True)
    tabling = verbs.add_parser("table")
    tabling.add_argument("files", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.verb == "draw":
        draw(asked.seed, asked.batches, asked.singles, asked.to)
    else:
        table(asked.files)
