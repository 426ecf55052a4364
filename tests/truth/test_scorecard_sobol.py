"""Sobol effects against functions whose effects are known in closed form: Ishigami and Homma (1990), and Sobol's g
function (Saltelli and Sobol 1995)."""

import numpy as np
import pytest

from longwave.measure.scorecard.sobol import sobol_effects


def ishigami(inputs):
    x = np.pi * (2 * inputs - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    found = sobol_effects(ishigami, 3, 4096)
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert (found.total_error < 0.03).all()


def test_g_function():
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])

    def g(inputs):
        return np.prod((np.abs(4 * inputs - 2) + a) / (1 + a), axis=1)

    parts = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + parts) - 1
    found = sobol_effects(g, 5, 8192)
    assert found.first == pytest.approx(parts / variance, abs=0.02)
    total = parts * np.prod(1 + parts) / (1 + parts) / variance
    assert found.total == pytest.approx(total, abs=0.02)
