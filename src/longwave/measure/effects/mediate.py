"""What runs through what: driver, then dimension, then growth.

    m = a d + controls + effects + e1          (the dimension, one window after the driver)
    g = b m + c d + controls + effects + e2    (growth, one window after the dimension)

The indirect effect is a b, the direct one c, and on the same rows a b + c is the total. The interval of a b is the
percentile bootstrap that draws whole countries (Preacher and Hayes 2008; MacKinnon 2008), because a product is not
normal near zero. It is an effect only under sequential ignorability: given country, year and the controls,
neither the driver nor the
dimension shares an unseen cause with growth (Imai, Keele and Yamamoto 2010). How far that may fail is told by rho: the
correlation of e1 and e2 at which the indirect effect would be nil, which in this linear system is the correlation of
the residuals of m and g once d and the controls are taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.estimate import Grade
from longwave.core.message import Language, Message
from longwave.measure.effects.within import Matrix, Sample, Vector, sweep

DRAWS = 999


@dataclass(frozen=True, eq=False)
class Mediation:
    """One path. indirect with low and high; direct; total = indirect + direct; all in growth a year for one standard
    deviation of the driver within countries. rho: correlation of the two equations' errors that would make the indirect
    effect nil; clear: whether the interval leaves zero out after correction for the number of paths (q_value).
    """

    driver: str
    dimension: str
    indirect: float
    low: float
    high: float
    direct: float
    total: float
    rho: float
    p_value: float
    q_value: float
    clusters: int
    observations: int
    grade: Grade
    first: int
    last: int
    level: float = 0.95
    method: Message | None = None

    @property
    def clear(self) -> bool:
        return (self.low > 0 or self.high < 0) and self.q_value <= 1 - self.level

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "driver": self.driver,
            "dimension": self.dimension,
            "indirect": self.indirect,
            "interval": {"low": self.low, "high": self.high, "level": self.level},
            "direct": self.direct,
            "total": self.total,
            "rho": self.rho,
            "p_value": self.p_value,
            "q_value": self.q_value,
            "countries": self.clusters,
            "observations": self.observations,
            "grade": str(self.grade),
            "method": None if self.method is None else self.method.text(lang),
        }


@dataclass(frozen=True, slots=True)
class Path:
    """The numbers of one mediation, before they are scaled and corrected for how many there are."""

    indirect: float
    low: float
    high: float
    direct: float
    total: float
    rho: float
    p_value: float


def mediate(sample: Sample, *, draws: int = DRAWS, level: float = 0.95, seed: int = 0) -> Path | None:
    """A path from rows whose regressors are driver, mediator, controls...; y is growth. None where either equation
    cannot be told apart."""
    swept = sweep(sample)
    # Columns: driver, mediator, controls and years; the mediator's equation leaves column 1 out of the right side.
    z, y = swept.z, swept.y
    joined = np.column_stack([z, y])
    edges = np.append(swept.starts, len(y))
    grams = np.array([rows.T @ rows for rows in np.split(joined, edges[1:-1])])
    if not _solid(grams.sum(axis=0)[:-1, :-1]):
        return None
    a, b, c = (float(one[0]) for one in _paths(grams.sum(axis=0)[None]))
    rng = np.random.default_rng(seed)
    g = len(grams)
    counts = rng.multinomial(g, np.full(g, 1.0 / g), size=draws).astype(float)
    drawn = np.einsum("bg,gij->bij", counts, grams, optimize=True)
    ones = _paths(drawn)
    product = ones[0] * ones[1]
    product = product[np.isfinite(product)]
    tail = (1 - level) / 2
    low, high = (float(bound) for bound in np.quantile(product, [tail, 1 - tail]))
    below = (float((product <= 0).sum()) + 1) / (len(product) + 1)
    above = (float((product >= 0).sum()) + 1) / (len(product) + 1)
    return Path(a * b, low, high, c, a * b + c, _rho(z, y), min(1.0, 2 * min(below, above)))


def _paths(grams: Matrix) -> tuple[Vector, Vector, Vector]:
    """a, b and c from z'z stacked with y: one a leading index. The ridge is far below rounding of any figure here; it only
    keeps draws that miss a year from failing."""
    size = np.sqrt(np.einsum("bii->bi", grams))
    size = np.where(size > 0, size, 1.0)
    scaled = grams / size[:, :, None] / size[:, None, :]
    width = scaled.shape[1]
    scaled = scaled + 1e-10 * np.eye(width)
    mediator = 1
    right = [column for column in range(width - 1) if column != mediator]
    first = np.linalg.solve(
        scaled[np.ix_(range(len(scaled)), right, right)], scaled[:, right, mediator, None]
    )
    second = np.linalg.solve(scaled[:, :-1, :-1], scaled[:, :-1, -1, None])
    a = first[:, 0, 0] * size[:, mediator] / size[:, 0]
    b = second[:, mediator, 0] * size[:, -1] / size[:, mediator]
    c = second[:, 0, 0] * size[:, -1] / size[:, 0]
    return a, b, c


def _solid(gram: Matrix) -> bool:
    """Whether driver and mediator are neither mixtures of the other columns."""
    size = np.sqrt(np.diag(gram))
    if (size[:2] <= 0).any():
        return False
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(size, size))
    dropped = np.abs(vectors[:2, values < 1e-9])
    return dropped.size == 0 or bool(dropped.max() < 1e-4)


def _rho(z: Matrix, y: Vector) -> float:
    right = np.delete(z, 1, axis=1)
    both = np.column_stack([z[:, 1], y])
    left = both - right @ np.linalg.lstsq(right, both, rcond=None)[0]
    return float(left[:, 0] @ left[:, 1] / np.sqrt((left**2).sum(axis=0).prod()))
