"""Coverage of the intervals of the skills room: regression slopes against HAC, Fieller, mismatch over cells,
shapes.

    python benchmarks/skills_regression.py [SAMPLES]

All intervals say 95 per cent. Slope: y on a persistent regressor (AR(1) with 0.9) with AR(1) errors, 25 and
60 observations, as in the premium's regression; sigma: Fieller's and the delta interval of -1/b with b =
-0.7; mismatch: cells drawn from a population of 200,000, log-normal, of spread 0.5 and 1.
"""

from __future__ import annotations

import sys

import numpy as np

from longwave.measure.skills.mismatch_index import mismatch_index, mismatch_interval
from longwave.measure.skills.premium import fieller_of_inverse
from longwave.measure.skills.regression import Segment, SegmentedRegression, hac_covariance

ANSWER = -0.7


def persistent(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    steps, out = rng.normal(size=n + 50), np.zeros(n + 50)
    for at in range(1, n + 50):
        out[at] = rho * out[at - 1] + steps[at]
    return out[50:]


def slopes(n: int, rho: float, samples: int) -> tuple[float, float, float, float, float]:
    rng = np.random.default_rng(n + int(10 * rho))
    ours, hac, fieller, delta, bounded = 0, 0, 0, 0, 0
    for _ in range(samples):
        times = np.arange(n, dtype=np.int64)
        x = np.column_stack([np.ones(n), times - times.mean(), persistent(rng, n, 0.9)])
        y = 0.02 * times + ANSWER * x[:, 2] + persistent(rng, n, rho)
        segment = Segment(times, y, x)
        found = SegmentedRegression([segment]).coefficient(0, 2)
        ours += found.low <= ANSWER <= found.high
        error = float(np.sqrt(hac_covariance(x, segment.residuals())[2, 2]))
        hac += abs(found.value - ANSWER) <= 1.96 * error
        inverse = fieller_of_inverse(-found.high, -found.low)
        bounded += inverse is not None
        fieller += inverse is None or inverse[0] <= -1 / ANSWER <= inverse[1]
        half = (found.high - found.low) / 2 / found.value**2
        delta += abs(-1 / found.value + 1 / ANSWER) <= half
    return ours / samples, hac / samples, fieller / samples, delta / samples, bounded / samples


def cells(count: int, spread: float, samples: int) -> float:
    rng = np.random.default_rng(count)
    u, v = rng.lognormal(0, spread, (2, 200_000))
    truth, inside = mismatch_index(u, v), 0
    for _ in range(samples):
        pick = rng.integers(0, len(u), count)
        low, high = mismatch_interval(u[pick], v[pick])
        inside += low <= truth <= high
    return inside / samples


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print("  n  rho   ours    hac  fieller  delta  bounded")
    for n in (25, 60):
        for rho in (0.0, 0.4, 0.7, 0.9):
            ours, hac, fieller, delta, bounded = slopes(n, rho, samples)
            print(f"{n:>3}  {rho:.1f}  {ours:.3f}  {hac:.3f}    {fieller:.3f}  {delta:.3f}    {bounded:.3f}")
    print("cells  spread  coverage")
    for count in (5, 10, 20, 40, 100):
        for spread in (0.5, 1.0):
            print(f"{count:>5}  {spread:>6.1f}  {cells(count, spread, 5 * samples):.3f}")


if __name__ == "__main__":
    main()
