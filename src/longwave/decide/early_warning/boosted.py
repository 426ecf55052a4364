"""The boosted benchmark: gradient-boosted trees, asked the same question on the same folds as the logit.

It may bend and cross the indicators as it likes (Bluwstein et al. 2023 for crises). What it adds over the logit shows
only on countries that it has not seen, so that is all that is told. By scikit-learn's histogram trees, from the extra
``risk``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.optional import require

DEPTH, TREES, RATE, LEAF = 3, 100, 0.05, 20
"""Small trees and a slow rate: a few dozen crises cannot carry more."""


def held_out_boosted(
    indicators: pd.DataFrame, crisis: pd.Series, folds: Sequence[np.ndarray], seed: int = 0
) -> pd.Series:
    """Probabilities of each fold by trees that have not seen its countries.

    indicators (missing ones allowed), crisis (1 or 0) on one index; folds: arrays of row numbers. Null for a fold whose
    rest holds one kind only. Raises MissingPackage without scikit-learn.
    """
    out = np.full(len(indicators), np.nan)
    x, y = indicators.to_numpy(float), crisis.to_numpy(float)
    for rows in folds:
        seen = np.ones(len(x), bool)
        seen[rows] = False
        if len(np.unique(y[seen])) < 2:
            continue
        trees = _trees(seed).fit(x[seen], y[seen].astype(int))
        out[rows] = trees.predict_proba(x[rows])[:, 1]
    return pd.Series(out, index=indicators.index)


def _trees(seed: int) -> Any:
    ensemble = require("sklearn.ensemble", why="to fit the boosted benchmark", extra="risk")
    return ensemble.HistGradientBoostingClassifier(
        max_depth=DEPTH,
        max_iter=TREES,
        learning_rate=RATE,
        min_samples_leaf=LEAF,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
