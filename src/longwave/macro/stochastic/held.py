"""What is kept of the replications: everything up to a size, a sketch above it.

Kept whole: the paths of every column that is looked at, so that any quantile is exact and any event can be asked
for afterwards. Above the size: moments and a quantile sketch, whose memory does not grow, and the paths of the
first few replications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.macro.stochastic.sketch import Sketch
from longwave.macro.stochastic.watched import Lens, Scene, constant_over

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Whole:
    """paths: [solved replications, horizon, moving columns], in order; parameters: [P] or [solved replications, P]."""

    scene: Scene
    paths: Vector
    parameters: Vector

    rank_error = 0.0

    @property
    def count(self) -> int:
        return len(self.paths)

    def cells(self, through: Lens) -> Vector:
        """float64 [horizon, outputs, solved replications]."""
        window = self.scene.window(through, self.paths)
        return through.values(window, constant_over(self.parameters), self.scene.horizon)


@dataclass(frozen=True, eq=False)
class Sketched:
    """sketch: over columns [horizon x outputs of the lens], in that order."""

    sketch: Sketch
    outputs: int

    @property
    def count(self) -> int:
        return self.sketch.count

    @property
    def rank_error(self) -> float:
        return self.sketch.rank_error

    def quantiles(self, place: int, probabilities: Sequence[float]) -> Vector:
        """float64 [probabilities, horizon] of one output."""
        found = self.sketch.quantiles(probabilities)
        return found.reshape(len(probabilities), -1, self.outputs)[:, :, place]


Held: TypeAlias = Whole | Sketched


def order_ranks(count: float, probability: float, level: float) -> tuple[float, float]:
    """Shares between whose quantiles the true quantile lies with at least this probability, by the binomial
    distribution.

    Of n sorted draws the l-th and u-th bound the quantile for p when l and u are binomial quantiles (David and
    Nagaraja, 2003, 7.1). Below nought or above one there is no bound.
    """
    from scipy.special import bdtr, bdtrik  # scipy.stats takes most of a second to load

    def sorted_place(share: float) -> float:
        """The fewest successes whose chance, with all fewer, is at least `share`."""
        place = float(np.ceil(bdtrik(share, trials, probability)))
        return place - 1.0 if place > 0.0 and bdtr(place - 1.0, trials, probability) >= share else place

    trials = max(int(count), 1)
    low = sorted_place((1.0 - level) / 2.0)
    high = sorted_place((1.0 + level) / 2.0) + 1.0
    return (low / trials if low >= 1.0 else -1.0), (high / trials if high <= trials else 2.0)
