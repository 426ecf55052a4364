"""Least squares of diffusion curves against certified and published values.

NIST Statistical Reference Datasets, nonlinear regression (https://www.itl.nist.gov/div898/strd/): the five sets whose
models saturate. Data, both certified starts, certified parameters, standard errors and sum of squares.
Bass model of videocassette recorder sales by nonlinear least squares (Srinivasan and Mason 1986), as the R package
`diffusion` and R's `nls` documentation of the same series give it.
"""

import numpy as np
import pytest

from longwave.measure.diffusion.least_squares import by_complex_step, least_squares, standard_errors


def numbers(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


THURBER = numbers(
    "80.574 -3.067 84.248 -2.981 87.264 -2.921 87.195 -2.912 89.076 -2.840 89.608 -2.797 89.868 -2.702 90.101 -2.699 "
    "92.405 -2.633 95.854 -2.481 100.696 -2.363 101.060 -2.322 401.672 -1.501 390.724 -1.460 567.534 -1.274 "
    "635.316 -1.212 733.054 -1.100 759.087 -1.046 894.206 -0.915 990.785 -0.714 1090.109 -0.566 1080.914 -0.545 "
    "1122.643 -0.400 1178.351 -0.309 1260.531 -0.109 1273.514 -0.103 1288.339 0.010 1327.543 0.119 1353.863 0.377 "
    "1414.509 0.790 1425.208 0.963 1421.384 1.006 1442.962 1.115 1464.350 1.572 1468.705 1.841 1447.894 2.047 "
    "1457.628 2.200"
).reshape(-1, 2)

SETS = {
    "Misra1a": (
        lambda b, x: b[0] * (1 - np.exp(-b[1] * x)),
        numbers("77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0"),
        numbers("10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78"),
        [(500, 0.0001), (250, 0.0005)],
        (2.3894212918e2, 5.5015643181e-4),
        (2.7070075241, 7.2668688436e-6),
        1.2455138894e-1,
    ),
    "Rat42": (
        lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)),
        numbers("9 14 21 28 42 57 63 70 79"),
        numbers("8.93 10.8 18.59 22.33 39.35 56.11 61.73 64.62 67.08"),
        [(100, 1, 0.1), (75, 2.5, 0.07)],
        (7.2462237576e1, 2.6180768402, 6.7359200066e-2),
        (1.7340283401, 8.8295217536e-2, 3.4465663377e-3),
        8.0565229338,
    ),
    "Rat43": (
        lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)) ** (1 / b[3]),
        np.arange(1.0, 16.0),
        numbers(
            "16.08 33.83 65.80 97.20 191.55 326.20 386.87 520.53 590.03 651.92 724.93 699.56 689.96 637.56 717.41"
        ),
        [(100, 10, 1, 1), (700, 5, 0.75, 1.3)],
        (6.9964151270e2, 5.2771253025, 7.5962938329e-1, 1.2792483859),
        (1.6302297817e1, 2.0828735829, 1.9566123451e-1, 6.8761936385e-1),
        8.7864049080e3,
    ),
    "MGH09": (
        lambda b, x: b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]),
        numbers("4 2 1 .5 .25 .167 .125 .1 .0833 .0714 .0625"),
        numbers(".1957 .1947 .1735 .1600 .0844 .0627 .0456 .0342 .0323 .0235 .0246"),
        [(25, 39, 41.5, 39), (0.25, 0.39, 0.415, 0.39)],
        (1.9280693458e-1, 1.9128232873e-1, 1.2305650693e-1, 1.3606233068e-1),
        (1.1435312227e-2, 1.9633220911e-1, 8.0842031232e-2, 9.0025542308e-2),
        3.0750560385e-4,
    ),
    "Thurber": (
        lambda b, x: (
            (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)
        ),
        THURBER[:, 1],
        THURBER[:, 0],
        [(1000, 1000, 400, 40, 0.7, 0.3, 0.03), (1300, 1500, 500, 75, 1, 0.4, 0.05)],
        (
            1.2881396800e3,
            1.4910792535e3,
            5.8323836877e2,
            7.5416644291e1,
            9.6629502864e-1,
            3.9797285797e-1,
            4.9727297349e-2,
        ),
        (
            4.6647963344,
            3.9571156086e1,
            2.8698696102e1,
            5.5675370270,
            3.1333340687e-2,
            1.4984928198e-2,
            6.5842344623e-3,
        ),
        5.6427082397e3,
    ),
}


def fitted(function, x, y, starts):
    model = by_complex_step(lambda theta: function([one[:, None] for one in theta.T], x))
    with np.errstate(all="ignore"):
        found = least_squares(
            model,
            np.repeat(y[None], len(starts), axis=0),
            np.array(starts, float),
            steps=2000,
            tolerance=1e-13,
        )
    return found, standard_errors(model, found, len(y))


@pytest.mark.parametrize("name", SETS)
def test_certified_values_from_both_starts(name):
    function, x, y, starts, parameters, errors, rest = SETS[name]
    found, deviations = fitted(function, x, y, starts)
    for which in range(2):
        assert found.converged[which]
        assert found.parameters[which] == pytest.approx(parameters, rel=1e-7)
        assert deviations[which] == pytest.approx(errors, rel=1e-6)
        assert found.rest[which] == pytest.approx(rest, rel=1e-10)


def test_bass_model_of_videocassette_recorders():
    sales = numbers("840 1470 2110 4000 7590 10950 10530 9470 7790 5890")

    def bass(b, x):
        gone = np.exp(-(b[1] + b[2]) * x)
        return b[0] * (b[1] + b[2]) ** 2 / b[1] * gone / (1 + b[2] / b[1] * gone) ** 2

    found, errors = fitted(bass, np.arange(1.0, 11.0), sales, [(60630, 0.01, 0.4)])
    assert found.parameters[0] == pytest.approx((67980.9, 0.0065940, 0.638091), rel=1e-5)
    assert errors[0] == pytest.approx((3127.5, 0.0014303, 0.041396), rel=2e-4)
