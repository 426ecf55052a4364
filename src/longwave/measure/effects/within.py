"""Within-country regression: what moves with the outcome once each country's own level and each year's common
level are taken out.

    y_it = a_i + f_t + x_it' b + e_it

Country effects are swept out by demeaning each country; year effects are dummies, demeaned with everything else,
so that the panel may be unbalanced. The errors of a country may be correlated over time in any way: the variance
is clustered by country with the factor G/(G-1) (n-1)/(n-k), k without the country effects, which are nested in
the clusters (Cameron and Miller 2015). `influence` keeps each country's part of the estimate, so that estimates
from other samples (half panels, other horizons) can be combined with the right covariance.

The half-panel jackknife 2b - (b_1 + b_2)/2 takes out the bias of order 1/T that country effects bring where the
regressors answer to past outcomes (Nickell 1981; Dhaene and Jochmans 2015; Chudik, Pesaran and Yang 2018 for
unbalanced panels, where each country is halved at its own middle).

Arrays are checked by the caller: this is the kernel that bootstraps call.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

_RANK = 1e-11
"""Eigenvalues of the scaled z'z below this part of the largest are taken for zero."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of a panel regression, sorted by country and year.

    y: n outcomes; x: n by k regressors, those of interest first; units, times: codes of country and year.
    """

    y: Vector
    x: Matrix
    units: Codes
    times: Codes

    @property
    def clusters(self) -> int:
        return len(np.unique(self.units))

    @property
    def periods(self) -> int:
        return len(np.unique(self.times))

    def keep(self, rows: NDArray[np.bool_]) -> Sample:
        return Sample(self.y[rows], self.x[rows], self.units[rows], self.times[rows])


def tidy(y: Vector, x: Matrix, units: Codes, times: Codes) -> Sample:
    """The rows without gaps, sorted, without countries or years that are there but once (they carry nothing)."""
    whole = np.isfinite(y) & np.isfinite(x).all(axis=1)
    order = np.lexsort((times, units))
    order = order[whole[order]]
    sample = Sample(y[order], x[order], units[order], times[order])
    while True:
        alone = np.zeros(len(sample.y), dtype=bool)
        for codes in (sample.units, sample.times):
            _, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
            alone |= (counts == 1)[inverse]
        if not alone.any():
            return sample
        sample = sample.keep(~alone)


@dataclass(frozen=True, eq=False)
class Swept:
    """A sample with country means taken out: y, and z = the regressors followed by year dummies.

    starts: where each country's rows begin; labels: the country of each cluster; k: how many columns of z are
    regressors.
    """

    y: Vector
    z: Matrix
    starts: Codes
    labels: Codes
    k: int

    def blocks(self) -> tuple[Matrix, Matrix]:
        """Per country: z'z and z'y. Weights of a cluster bootstrap multiply them, since whole countries are drawn
        and demeaning a country does not depend on how often it is drawn."""
        edges = np.append(self.starts, len(self.y))
        width = self.z.shape[1]
        gram = np.empty((len(self.starts), width, width))
        moment = np.empty((len(self.starts), width))
        for which, (first, last) in enumerate(pairwise(edges)):
            rows = self.z[first:last]
            gram[which] = rows.T @ rows
            moment[which] = rows.T @ self.y[first:last]
        return gram, moment


def sweep(sample: Sample) -> Swept:
    """Country means out; year dummies (all but the first) added and demeaned alike."""
    labels, starts, counts = np.unique(sample.units, return_index=True, return_counts=True)
    years = np.unique(sample.times)
    dummies = (sample.times[:, None] == years[None, 1:]).astype(float)
    table = np.column_stack([sample.y, sample.x, dummies])
    means = np.add.reduceat(table, starts, axis=0) / counts[:, None]
    table = table - np.repeat(means, counts, axis=0)
    return Swept(
        table[:, 0], table[:, 1:], starts.astype(np.int64), labels.astype(np.int64), sample.x.shape[1]
    )


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of the k regressors of interest.

    influence: clusters by k, each country's part in the error of b (sums to zero); labels: their codes;
    variance: clustered by country; determined: whether the first regressor can be told apart from everything else;
    resid: in the order of the sample.
    """

    b: Vector
    influence: Matrix
    labels: Codes
    variance: Matrix
    clusters: int
    observations: int
    resid: Vector
    determined: bool

    def error(self, which: int = 0) -> float:
        return float(np.sqrt(self.variance[which, which]))


def fit(sample: Sample) -> Fit:
    """Least squares with country and year effects, clustered by country; see the top of the file."""
    return fit_swept(sweep(sample))


def fit_swept(swept: Swept) -> Fit:
    """The same from a sample that is swept already."""
    z, y, k = swept.z, swept.y, swept.k
    inverse, rank, determined = _inverse(z.T @ z, k)
    b = inverse @ (z.T @ y)
    resid = y - z @ b
    scores = np.add.reduceat(z * resid[:, None], swept.starts, axis=0)
    influence = scores @ inverse[:, :k]
    g, n = len(swept.starts), len(y)
    factor = g / max(g - 1, 1) * (n - 1) / max(n - rank - 1, 1)
    variance = factor * influence.T @ influence
    return Fit(b[:k], influence, swept.labels, variance, g, n, resid, determined)


def _inverse(gram: Matrix, k: int) -> tuple[Matrix, int, bool]:
    """Generalised inverse of z'z, its rank, and whether the first regressor is no mixture of the other columns."""
    size = np.sqrt(np.diag(gram))
    scale = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    used = values > _RANK * max(float(values[-1]), 1e-300)
    inverse = (vectors[:, used] / values[used]) @ vectors[:, used].T
    # A column is determined where no direction that was dropped has a part in it.
    dropped = np.abs(vectors[0, ~used])
    determined = bool(size[0] > 0 and (dropped.size == 0 or dropped.max() < 1e-5)) if k else False
    return inverse / np.outer(scale, scale), int(used.sum()), determined


def halves(sample: Sample) -> tuple[Sample, Sample]:
    """Each country cut at the middle of its own years; the middle year of an odd number goes to the later half
    for every second country, so that neither half is longer on the whole."""
    labels, starts, counts = np.unique(sample.units, return_index=True, return_counts=True)
    rank = np.arange(len(sample.y)) - np.repeat(starts, counts)
    middle = (counts + np.arange(len(labels)) % 2) // 2
    early = rank < np.repeat(middle, counts)
    parts = (sample.keep(early), sample.keep(~early))
    first, second = (tidy(part.y, part.x, part.units, part.times) for part in parts)
    return first, second


def jackknifed(sample: Sample) -> Fit | None:
    """The half-panel jackknife, with its own clustered variance; None where a half cannot be estimated."""
    whole = fit(sample)
    parts = halves(sample)
    if any(len(part.y) < 2 * part.x.shape[1] + part.periods + part.clusters for part in parts):
        return None
    first, second = (fit(part) for part in parts)
    if not (first.determined and second.determined and whole.determined):
        return None
    influence = 2 * whole.influence.copy()
    place = {int(label): which for which, label in enumerate(whole.labels)}
    for part in (first, second):
        rows = [place[int(label)] for label in part.labels]
        influence[rows] -= part.influence / 2
    g = whole.clusters
    return Fit(
        2 * whole.b - (first.b + second.b) / 2,
        influence,
        whole.labels,
        g / max(g - 1, 1) * influence.T @ influence,
        g,
        whole.observations,
        whole.resid,
        determined=True,
    )
