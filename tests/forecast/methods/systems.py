"""Systems of several series that the tests of vector autoregressions share."""

import numpy as np


def system(n: int, seed: int = 0, root: float = 0.7, k: int = 3) -> np.ndarray:
    """A VAR(1) with the given largest root, (n, k): every column acts on those after it, and shocks are correlated."""
    rng = np.random.default_rng(seed)
    matrix = root * np.eye(k) + np.triu(np.full((k, k), 0.2), 1)
    shocks = rng.normal(size=(n + 50, k)) + 0.5 * rng.normal(size=(n + 50, 1))
    path = np.zeros((n + 50, k))
    for t in range(1, len(path)):
        path[t] = path[t - 1] @ matrix + shocks[t]
    return path[50:]
