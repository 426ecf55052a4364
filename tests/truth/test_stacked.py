"""Forward-looking solutions against closed forms, shooting, generalised Schur vectors and the Federal Reserve's package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.expectations import solve_stacked
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.language.read import read_model
from longwave.macro.scenario import Scenario
from longwave.macro.solve import SolveOptions, gather, solve

FIRST = Period.parse("2001")


def bank(**columns) -> Databank:
    frame = pd.DataFrame(columns)
    frame.index = [str(2000 + step) for step in range(len(frame))]
    return Databank.from_frame(frame)


def test_brock_and_mirman():
    """Log utility, full depreciation: k = alpha beta z k(-1)^alpha (Brock and Mirman, 1972; Stokey and Lucas, 1989)."""
    model = read_model(
        """model brock_mirman
        exogenous z
        parameter alpha = 0.36, beta = 0.95
        identity c + k = z*k(-1)^alpha
        identity 1/c = beta*alpha*z(+1)*k^(alpha - 1)/c(+1)
        endogenous c, k"""
    )
    rng = np.random.default_rng(5)
    z = np.exp(0.1 * rng.normal(size=72))
    exact = np.empty(72)
    exact[0] = 0.05
    for row in range(1, 72):
        exact[row] = 0.36 * 0.95 * z[row] * exact[row - 1] ** 0.36
    consumption = np.r_[0.3, z[1:] * exact[:-1] ** 0.36 - exact[1:]]
    started = consumption.copy()
    started[1:-1] = 0.3
    data = bank(z=z, k=np.r_[0.05, np.full(71, 0.15)], c=started)
    found = solve(model, data, FIRST, FIRST + 69)
    assert found.path("k") == pytest.approx(exact[1:71], rel=1e-12)
    assert found.path("c") == pytest.approx(consumption[1:71], rel=1e-12)


RAMSEY = """
model ramsey
exogenous x
parameter alpha = 0.5, gamma = 0.5, delta = 0.02, rho = 0.05, tfp = 0.5
identity c + k - tfp*x*k(-1)^alpha - (1 - delta)*k(-1) = 0
identity c^(-gamma) - (tfp*alpha*x(+1)*k^(alpha - 1) + 1 - delta)*c(+1)^(-gamma)/(1 + rho) = 0
endogenous c, k
"""
STEADY_K = (0.07 / 0.25) ** -2.0
STEADY_C = 0.5 * STEADY_K**0.5 - 0.02 * STEADY_K


def _shot(first_c: float, x: np.ndarray) -> tuple[np.ndarray, int]:
    """Consumption from a first guess on, and on which side it leaves the road: +1 too much is eaten, -1 too little."""
    k, c, path = STEADY_K, first_c, []
    for row in range(1, len(x) - 1):
        path.append(c)
        k = 0.5 * x[row] * k**0.5 + 0.98 * k - c
        if k <= 0.0:
            return np.array(path), 1
        c *= ((0.25 * x[row + 1] * k**-0.5 + 0.98) / 1.05) ** 2.0
        if row > 3 and abs(k - STEADY_K) > 3.0:
            return np.array(path), 1 if k < STEADY_K else -1
    return np.array(path), 1 if k < STEADY_K else -1


def test_the_ramsey_example_of_dynare():
    """Dynare's ramst.mod: k = 12.7551, c = 1.53061 at rest; productivity is a fifth higher for one period.

    The path is compared with bisection on the first period's consumption (shooting), which needs no matrix.
    """
    assert pytest.approx(12.7551, abs=1e-4) == STEADY_K
    assert pytest.approx(1.53061, abs=1e-5) == STEADY_C
    x = np.ones(202)
    x[1] = 1.2
    data = bank(x=x, k=np.full(202, STEADY_K), c=np.full(202, STEADY_C))
    found = solve(read_model(RAMSEY), data, FIRST, FIRST + 199)
    low, high = 1.0, 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        _, side = _shot(middle, x)
        low, high = (low, middle) if side > 0 else (middle, high)
    path, _ = _shot(low, x)
    assert found.path("c")[0] == pytest.approx(low, rel=1e-9)
    assert found.path("c")[:40] == pytest.approx(path[:40], rel=1e-7)


def test_a_new_keynesian_model_by_generalised_schur_vectors():
    """Klein (2000): the stable subspace of A E[y(+1)] = B y gives the jumps as a linear map of what is given."""
    from scipy.linalg import ordqz

    model = read_model(
        """model new_keynesian
        exogenous news
        parameter sigma = 0.5, beta = 0.98, kappa = 0.15, rho = 0.6, phi = 1.6, h = 0.3, g = 0.25
        identity x = h*x(-1) + (1 - h)*x(+1) - sigma*(i - pi(+1))
        identity pi = g*pi(-1) + (beta - g)*pi(+1) + kappa*x + u
        identity i = 0.5*i(-1) + 0.5*phi*pi
        identity u = rho*u(-1) + news
        endogenous x, pi, i, u"""
    )
    sigma, beta, kappa, rho, phi, h, g = 0.5, 0.98, 0.15, 0.6, 1.6, 0.3, 0.25
    # states: x(-1) pi(-1) i(-1) u; jumps: x pi.  A z(+1) = B z
    a, b = np.zeros((6, 6)), np.zeros((6, 6))
    a[0, 0], b[0, 4] = 1.0, 1.0
    a[1, 1], b[1, 5] = 1.0, 1.0
    a[2, 2], b[2, 2], b[2, 5] = 1.0, 0.5, 0.5 * phi
    a[3, 3], b[3, 3] = 1.0, rho
    a[4, 4], a[4, 5], a[4, 2], b[4, 4], b[4, 0] = 1.0 - h, sigma, -sigma, 1.0, -h
    a[5, 5], b[5, 5], b[5, 1], b[5, 4], b[5, 3] = beta - g, 1.0, -g, -kappa, -1.0
    _, _, alpha, roots, _, z = ordqz(b, a, sort=lambda top, bottom: abs(top) < abs(bottom))
    assert int(np.sum(np.abs(alpha) < np.abs(roots))) == 4
    rule = z[4:, :4] @ np.linalg.inv(z[:4, :4])
    states, expected = np.array([0.0, 0.0, 0.0, 1.0]), []
    for _ in range(30):
        x, pi = rule @ states
        i = 0.5 * states[2] + 0.5 * phi * pi
        expected.append((x, pi, i))
        states = np.array([x, pi, i, rho * states[3]])
    zero = np.zeros(302)
    news = zero.copy()
    news[1] = 1.0
    found = solve(model, bank(x=zero, pi=zero, i=zero, u=zero, news=news), FIRST, FIRST + 299)
    paths = np.column_stack([found.path(name)[:30] for name in ("x", "pi", "i")])
    assert paths == pytest.approx(np.array(expected), abs=1e-10)


@pytest.fixture(scope="module")
def fed(frbus_pack: Path):
    model = read_frbus(frbus_pack / "model.xml", "mcap+wp").model
    data = read_longbase(next(frbus_pack.glob("longbase*")))
    first = Period.parse("2040-Q1")
    last = first + 79
    given = ["dfpdbt = 0", "dfpsrp = 1", f"drstar = 1 in {first + 39}..{last}"]
    figures = (Scenario(model, data, first, last) + given).shocked_data
    return Scenario(model, figures, first, last, tracking=True)


def test_frbus_with_expectations_of_asset_markets_and_wages(fed):
    """The Board's own PyFRB/US on model.xml and LONGBASE of February 2024, mcap+wp, a hundred basis points on rff."""
    shocked = fed + "rffintay.add + 1 in 2040-Q1"
    moved = shocked - fed
    change = moved.frame(["rff", "picxfe", "lur"])
    assert change["rff"].loc["2040-Q1"] == pytest.approx(0.9997554429948, abs=1e-12)
    assert change["picxfe"].loc["2040-Q1"] == pytest.approx(-0.0044387031, abs=5e-11)
    assert change["rff"].loc["2042-Q1"] == pytest.approx(0.148139713646, abs=1e-12)
    assert change["lur"].loc["2042-Q1"] == pytest.approx(0.0976606282, abs=5e-11)
    output = moved.per_cent(["xgdp"])["xgdp"].iloc[[0, 4, 8, 16]].tolist()
    assert output == pytest.approx([8.085951e-5, -0.18623019, -0.16653986, -0.06437375], abs=5e-9)
    assert shocked.solution.certificate.residual <= 1e-11
    assert shocked.solution.certificate.method == "stacked"


def test_frbus_backward_stacked_is_what_blocks_give(frbus_pack: Path):
    model = read_frbus(frbus_pack / "model.xml", "var").model
    data = read_longbase(next(frbus_pack.glob("longbase*")))
    first, last = Period.parse("2040-Q1"), Period.parse("2044-Q4")
    scenario = Scenario(model, data, first, last, tracking=True) + "rffintay.add + 1 in 2040-Q1"
    system = bind(model)
    inputs = gather(system, scenario.shocked_data, first, last)
    values, outcome = solve_stacked(
        system, inputs.values, inputs.rows.start, inputs.rows.stop, inputs.parameters
    )
    by_blocks = solve(system, scenario.shocked_data, first, last, options=SolveOptions(engine="interpreted"))
    for name in ("rff", "lur", "xgdp", "picxfe"):
        assert values[inputs.rows, system.column(name)] == pytest.approx(by_blocks.path(name), rel=1e-10)
    assert outcome.end_weight == 0.0
