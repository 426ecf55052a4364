"""What a model is worth that may keep silent: the share of rows answered, and how many of these are right.

Rows are answered from the most to the least sure (El-Yaniv and Wiener 2010, On the foundations of noise-free selective
classification). The threshold of each line is the lowest probability still answered; rows that tie are answered
together, so the coverage reached may lie above the one asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.text.score.draws import Vector
from longwave.text.score.proportion import wilson

COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.25, 0.1)


def risk_coverage(
    probability: Vector, right: NDArray[np.bool_], coverages: Sequence[float] = COVERAGES
) -> pd.DataFrame:
    """Columns coverage, threshold, rows, right, low, high (Wilson), one line a coverage that can be told apart."""
    if len(probability) == 0:
        return pd.DataFrame(columns=["coverage", "threshold", "rows", "right", "low", "high"])
    ranked = np.sort(probability)[::-1]
    asked = [ranked[max(1, int(np.ceil(share * len(ranked)))) - 1] for share in coverages]
    thresholds = np.array(list(dict.fromkeys(float(each) for each in asked)))
    kept = probability[None, :] >= thresholds[:, None]
    rows, hits = kept.sum(axis=1), (kept & right[None, :]).sum(axis=1)
    low, high = wilson(hits, rows)
    return pd.DataFrame(
        {
            "coverage": rows / len(probability),
            "threshold": thresholds,
            "rows": rows,
            "right": hits / rows,
            "low": low,
            "high": high,
        }
    )
