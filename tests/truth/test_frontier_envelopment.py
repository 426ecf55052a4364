"""Data envelopment and Malmquist productivity against worked examples of textbooks and other programs."""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.frontier.envelopment import efficiency, scale_region, slacks
from longwave.measure.frontier.malmquist import malmquist
from longwave.measure.frontier.resampling import bandwidth, resample
from longwave.measure.productivity.data_envelopment import measure_envelopment
from longwave.measure.productivity.malmquist import measure_malmquist


def columns(*rows):
    return np.array(rows, dtype=float)


def test_coelli_two_inputs_constant_returns():
    """Coelli (1998), also Coelli, Rao, O'Donnell and Battese (2005), table 6.2: .5, 1, .833, .714, 1."""
    x, y = columns((2, 5), (2, 4), (6, 6), (3, 2), (6, 2)), columns((1,), (2,), (3,), (1,), (2,))
    np.testing.assert_allclose(efficiency(x, y), [0.5, 1, 5 / 6, 5 / 7, 1], atol=1e-9)
    found = slacks(x, y)
    # The first firm, moved to half of (2, 5), still uses .5 more of the second input than the second firm at half size.
    np.testing.assert_allclose(found.inputs, [[0, 0.5], [0, 0], [0, 0], [0, 0], [0, 0]], atol=1e-9)


def test_coelli_scale_efficiency():
    """Coelli (1996), "A Guide to DEAP Version 2.1", example 2: one input, one output, five firms."""
    x, y = columns((2,), (4,), (3,), (5,), (6,)), columns((1,), (2,), (3,), (4,), (5,))
    crs, vrs = efficiency(x, y), efficiency(x, y, returns="vrs")
    np.testing.assert_allclose(crs, [0.5, 0.5, 1.0, 0.8, 0.833], atol=5e-4)
    np.testing.assert_allclose(vrs, [1.0, 0.625, 1.0, 0.9, 1.0], atol=5e-4)
    np.testing.assert_allclose(crs / vrs, [0.5, 0.8, 1.0, 0.889, 0.833], atol=5e-4)
    nirs = efficiency(x, y, returns="nirs")
    kinds = [scale_region(*three) for three in zip(crs, vrs, nirs, strict=True)]
    assert kinds == ["increasing", "increasing", "constant", "decreasing", "decreasing"]


FLS_X = columns(
    (5, 13), (16, 12), (16, 26), (17, 15), (18, 14), (23, 6), (25, 10), (27, 22), (37, 14), (42, 25), (5, 17)
)
FLS_Y = columns((12,), (14,), (25,), (26,), (8,), (9,), (27,), (30,), (31,), (26,), (12,))


def test_fried_lovell_schmidt_all_returns_and_orientations():
    """Data of Fried, Lovell and Schmidt (2008); answers of R and of DataEnvelopmentAnalysis.jl (Barbero and Zofío)."""
    crs = [
        1,
        0.6222896791,
        0.8198562244,
        1,
        0.3103709311,
        0.5555555556,
        1,
        0.7576690896,
        0.8201058201,
        0.4905660377,
        1,
    ]
    vrs = [1, 0.8699861687, 1, 1, 0.7116402116, 1, 1, 1, 1, 0.4931209269, 1]
    out = [1, 1.507518797, 1, 1, 3.203947368, 1, 1, 1, 1, 1.192307692, 1]
    np.testing.assert_allclose(efficiency(FLS_X, FLS_Y), crs, atol=1e-8)
    np.testing.assert_allclose(efficiency(FLS_X, FLS_Y, orientation="output"), crs, atol=1e-8)
    np.testing.assert_allclose(efficiency(FLS_X, FLS_Y, returns="vrs"), vrs, atol=1e-8)
    np.testing.assert_allclose(
        1 / efficiency(FLS_X, FLS_Y, returns="vrs", orientation="output"), out, atol=1e-8
    )


def test_fried_lovell_schmidt_slacks():
    crs = slacks(FLS_X, FLS_Y)
    expected = np.zeros((11, 2))
    expected[5, 0], expected[8, 0], expected[10, 1] = 4.444444444, 1.640211640, 4
    np.testing.assert_allclose(crs.inputs, expected, atol=1e-6)
    np.testing.assert_allclose(crs.outputs, 0, atol=1e-6)
    np.testing.assert_allclose(crs.peers[2, [0, 3]], [1.134321653, 0.4380053908], atol=1e-6)
    vrs = slacks(FLS_X, FLS_Y, returns="vrs")
    assert vrs.outputs[4, 0] == pytest.approx(2.698412698, abs=1e-6)
    assert vrs.inputs[10, 1] == pytest.approx(4, abs=1e-6)
    out = slacks(FLS_X, FLS_Y, returns="vrs", orientation="output")
    np.testing.assert_allclose(out.inputs[9], [5, 11], atol=1e-6)
    np.testing.assert_allclose(
        out.peers[1, [0, 3, 6]], [0.38157894737, 0.1710526316, 0.4473684211], atol=1e-6
    )


def test_the_measure_tells_the_same_scores():
    table = pd.DataFrame(FLS_X, columns=["input", "input_2"]).assign(
        output=FLS_Y[:, 0], unit=[f"U{at}" for at in range(11)]
    )
    found = measure_envelopment(table)
    assert found.table.loc["U1", "efficiency_crs"] == pytest.approx(0.6222896791)
    assert found.table.loc["U1", "efficiency_vrs"] == pytest.approx(0.8699861687)
    assert found.table.loc["U5", "slack_input"] == pytest.approx(4.4444444, abs=1e-6)


EG4_Y = columns((1, 2, 3, 4, 5), (1, 3, 4, 3, 5), (1, 3, 4, 3, 5))
EG4_X = columns((2, 4, 3, 5, 6), (2, 4, 3, 5, 5), (2, 4, 3, 5, 5))


def test_malmquist_of_coelli_s_guide():
    """Coelli (1996), "A Guide to DEAP Version 2.1", example 4: output oriented, the program's printed answers."""
    before, after = ((EG4_X[at][:, None], EG4_Y[at][:, None]) for at in (0, 1))
    found = malmquist(before, after)
    np.testing.assert_allclose(found.efficiency_change, [0.750, 1.125, 1.000, 0.562, 0.900], atol=6e-4)
    np.testing.assert_allclose(found.technical_change, [1.333] * 5, atol=6e-4)
    np.testing.assert_allclose(found.pure_change, [1.000, 1.222, 1.000, 0.650, 1.000], atol=6e-4)
    np.testing.assert_allclose(found.scale_change, [0.750, 0.920, 1.000, 0.865, 0.900], atol=6e-4)
    np.testing.assert_allclose(found.productivity, [1.000, 1.500, 1.333, 0.750, 1.200], atol=6e-4)
    # The means that the program prints are geometric.
    means = [
        np.exp(np.log(part).mean())
        for part in (found.efficiency_change, found.pure_change, found.productivity)
    ]
    np.testing.assert_allclose(means, [0.844, 0.955, 1.125], atol=6e-4)


def test_malmquist_measure_on_the_same_firms():
    rows = [
        {"unit": f"F{unit}", "period": str(2001 + at), "output": EG4_Y[at, unit], "input": EG4_X[at, unit]}
        for at in range(3)
        for unit in range(5)
    ]
    found = measure_malmquist(pd.DataFrame(rows)).table
    assert found.loc["F3 2002", "productivity"] == pytest.approx(0.75)
    assert found.loc["F3 2003", "productivity"] == pytest.approx(1.0)
    assert found.loc["F1 2002", "pure_change"] == pytest.approx(1.222, abs=6e-4)


def test_malmquist_of_barbero_and_zofio():
    """DataEnvelopmentAnalysis.jl, its worked example of the index of Färe, Grosskopf, Norris and Zhang (1994)."""
    before = columns((2,), (3,), (5,), (4,), (4,)), columns((1,), (4,), (6,), (3,), (5,))
    after = columns((1,), (2,), (4,), (3,), (4,)), columns((1,), (4,), (6,), (3,), (3,))
    found = malmquist(before, after)
    np.testing.assert_allclose(found.productivity, [2.0, 1.5, 1.25, 4 / 3, 0.6])
    np.testing.assert_allclose(found.efficiency_change, [4 / 3, 1.0, 5 / 6, 8 / 9, 0.4])
    np.testing.assert_allclose(found.technical_change, [1.5] * 5)


def test_bias_correction_is_near_that_of_another_program():
    """DataEnvelopmentAnalysis.jl, deaboot of the five firms of DEAP's example 2 (its own random draws): bias-corrected
    .606 and .870 for the two inside; too few for our measure, whose kernel the bandwidth .134 is."""
    distance = 1 / np.array([1.0, 0.625, 1.0, 0.9, 1.0])
    assert 0.05 < bandwidth(distance) < 0.5
    rng = np.random.default_rng(0)
    x = rng.uniform(1, 5, (40, 1))
    y = np.sqrt(x) * np.exp(-np.abs(rng.normal(0, 0.3, (40, 1))))
    found = resample(x, y, returns="vrs", draws=100)
    assert (found.corrected <= found.score + 1e-9).all()
    assert (found.low <= found.corrected).all()
