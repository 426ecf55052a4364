"""Models with leads: closed forms, ends, surprises, and what is said when a solve fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import SolveError, UsageError
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.expectations import solve_stacked, surprises
from longwave.macro.language.read import read_model
from longwave.macro.solve import SolveOptions, gather, solve
from longwave.numerics.newton import NewtonOptions

HYBRID = """
model hybrid
exogenous z
parameter a = 0.4, b = 0.5
behavioural y: y = a*y(-1) + b*y(+1) + z
"""

RAMSEY = """
model ramsey
exogenous x
parameter alpha = 0.5, gamma = 0.5, delta = 0.02, rho = 0.05, tfp = 0.5
identity c + k - tfp*x*k(-1)^alpha - (1 - delta)*k(-1) = 0
identity c^(-gamma) - (tfp*alpha*x(+1)*k^(alpha - 1) + 1 - delta)*c(+1)^(-gamma)/(1 + rho) = 0
endogenous c, k
"""


def year(number: int) -> Period:
    return Period.parse(str(number))


def bank(first: int, **columns) -> Databank:
    frame = pd.DataFrame(columns)
    frame.index = [str(first + step) for step in range(len(frame))]
    return Databank.from_frame(frame)


def stable_root(a: float, b: float) -> tuple[float, float]:
    """The roots of b r^2 - r + a, the smaller first."""
    low, high = sorted(np.roots([b, -1.0, a]).real)
    return float(low), float(high)


@given(st.floats(0.05, 0.45), st.floats(0.05, 0.5), st.integers(0, 10))
@settings(max_examples=20)
def test_a_saddle_path(a, b, when):
    """y = a y(-1) + b y(+1) + z: y = r y(-1) + sum of z(+k) / R^k / (b R), r < 1 < R the roots (Sargent, 1987, ch. 9)."""
    model = read_model(HYBRID).with_values({"a": a, "b": b})
    low, high = stable_root(a, b)
    z = np.zeros(202)
    z[1 + when] = 1.0
    data = bank(1900, z=z, y=np.zeros(202))
    found = solve(model, data, year(1901), year(2100)).path("y")
    y, expected = 0.0, []
    for step in range(200):
        ahead = when - step
        y = low * y + (high**-ahead / (b * high) if ahead >= 0 else 0.0)
        expected.append(y)
    assert found[:60] == pytest.approx(expected[:60], abs=1e-9)


@pytest.mark.parametrize("terminal", ["data", "constant", "growth", "difference"])
def test_a_longer_horizon_converges_whatever_the_end(terminal):
    model = read_model(HYBRID)
    firsts = []
    for last in (1920, 1940, 1980):
        z = np.full(last - 1899 + 2, 0.3)
        data = bank(1900, z=z, y=np.ones(len(z)))
        options = SolveOptions(terminal=terminal)
        firsts.append(solve(model, data, year(1901), year(last), options=options).path("y")[0])
    assert abs(firsts[2] - firsts[1]) < abs(firsts[1] - firsts[0])
    assert firsts[2] == pytest.approx(firsts[1], abs=1e-4)


def test_a_solution_solved_again_is_itself():
    model = read_model(RAMSEY)
    k, c = 12.75510204, 1.53061224
    data = bank(2000, x=np.r_[1.0, 1.2, np.ones(120)], k=np.full(122, k), c=np.full(122, c))
    options = SolveOptions(terminal="constant")
    once = solve(model, data, year(2001), year(2100), options=options)
    twice = solve(model, once.bank, year(2001), year(2100), options=options)
    assert twice.path("k") == pytest.approx(once.path("k"), rel=1e-10)
    assert once.certificate.residual <= 1e-10
    assert once.certificate.method == "stacked"


def test_a_steady_end():
    model = read_model(RAMSEY)
    system = bind(model)
    k = (0.07 / 0.25) ** -2.0
    c = 0.5 * k**0.5 - 0.02 * k
    data = bank(2000, x=np.ones(152), k=np.full(152, 0.5 * k), c=np.full(152, c))
    inputs = gather(system, data, year(2001), year(2150))
    values, outcome = solve_stacked(
        system, inputs.values, inputs.rows.start, inputs.rows.stop, inputs.parameters,
        terminal="steady", steady={"k": k, "c": c},
    )  # fmt: skip
    assert outcome.residual <= 1e-10
    path = values[inputs.rows, system.column("k")]
    assert np.all(np.diff(path)[:100] > 0.0)
    assert path[-1] == pytest.approx(k, rel=1e-4)
    assert outcome.end_weight < 1.0
    assert outcome.warning() is None


def test_capital_far_from_rest_is_found_from_a_poor_start():
    model = read_model(RAMSEY)
    k = (0.07 / 0.25) ** -2.0
    kept = np.full(152, np.nan)
    kept[0] = 0.05 * k
    data = bank(2000, x=np.ones(152), k=kept, c=np.r_[0.1, np.full(151, np.nan)])
    found = solve(model, data, year(2001), year(2150), options=SolveOptions(terminal="constant"))
    assert found.path("k")[-1] == pytest.approx(k, rel=1e-3)


def test_an_unknown_terminal_condition_is_refused():
    system = bind(read_model(HYBRID))
    with pytest.raises(UsageError, match="eternal"):
        solve_stacked(system, np.ones((5, 3)), 1, 4, system.vector(), terminal="eternal")


def test_a_lead_without_a_value_names_equation_variable_and_period():
    system = bind(read_model(HYBRID))
    inputs = gather(system, bank(2000, z=np.ones(5), y=np.ones(5)), year(2001), year(2004))
    with pytest.raises(SolveError, match=r"Equation y looks ahead to y in 2005") as caught:
        solve_stacked(
            system,
            inputs.values,
            inputs.rows.start,
            inputs.rows.stop,
            inputs.parameters,
            first_period=inputs.first,
        )
    assert "终端条件" in caught.value.text("zh")
    with pytest.raises(SolveError, match=r"y .*2005"):
        solve(system, bank(2000, z=np.ones(5), y=np.ones(5)), year(2001), year(2004))


def test_a_logarithm_of_a_negative_names_the_place():
    model = read_model("model bad exogenous z behavioural y: y = 0.5*y(+1) + log(z)")
    data = bank(2000, z=[1.0, 1.0, -3.0, 1.0, 1.0], y=np.ones(5))
    with pytest.raises(SolveError, match=r"(?s)y.*2002.*-3"):
        solve(model, data, year(2001), year(2003))


def test_a_singular_jacobian_names_equation_variable_and_period():
    model = read_model("model bad exogenous z identity y = 0.5*y(+1) + w identity z*w = 0 endogenous y, w")
    data = bank(2000, z=[1.0, 1.0, 0.0, 1.0, 1.0], y=np.ones(5), w=np.ones(5))
    with pytest.raises(SolveError, match=r"singular.*2002.* (w|y) in 200"):
        solve(model, data, year(2001), year(2003))


def test_no_solution_is_an_error_that_names_the_worst_equation():
    model = read_model("model none exogenous z identity y^2 = 0.1*y(+1)^2 - z endogenous y")
    data = bank(2000, z=np.ones(6), y=np.ones(6))
    with pytest.raises(SolveError, match=r"No solution found: equation .* in 20"):
        solve(model, data, year(2001), year(2004))


def test_an_explosive_model_is_warned_of():
    model = read_model("model far exogenous z behavioural y: y = 1.2*y(+1) + z")
    system = bind(model)
    inputs = gather(system, bank(2000, z=np.zeros(42), y=np.ones(42)), year(2001), year(2040))
    _, outcome = solve_stacked(system, inputs.values, inputs.rows.start, inputs.rows.stop, inputs.parameters)
    warning = outcome.warning()
    assert warning is not None
    assert "unstable roots" in warning.text("en")
    assert "不稳定根" in warning.text("zh")


def test_a_baseline_leads_where_a_leap_fails():
    """A sharply bent equation whose direct search has one iteration only."""
    model = read_model("model bent exogenous z identity y + exp(3*y) = 0.2*y(+1) + z endogenous y")
    system = bind(model)
    calm = gather(system, bank(2000, z=np.ones(22), y=np.zeros(22)), year(2001), year(2020))
    base, _ = solve_stacked(
        system, calm.values, calm.rows.start, calm.rows.stop, calm.parameters, terminal="constant"
    )
    wild = base.copy()
    wild[:, system.column("z")] = 4000.0
    options = NewtonOptions(most_iterations=4, continuation=False)
    with pytest.raises(SolveError):
        solve_stacked(
            system,
            wild,
            calm.rows.start,
            calm.rows.stop,
            calm.parameters,
            terminal="constant",
            options=options,
        )
    found, outcome = solve_stacked(
        system, wild, calm.rows.start, calm.rows.stop, calm.parameters,
        terminal="constant", options=options, baseline=base,
    )  # fmt: skip
    assert outcome.degrees > 1
    assert outcome.residual <= 1e-10
    assert found[calm.rows, system.column("y")] == pytest.approx(2.76, abs=0.01)


def test_the_order_of_equations_changes_nothing():
    one = read_model(
        "model one exogenous z identity y = 0.4*y(+1) + 0.2*w + z identity w = 0.5*w(-1) + 0.1*y"
    )
    two = read_model(
        "model two exogenous z identity w = 0.5*w(-1) + 0.1*y identity y = 0.4*y(+1) + 0.2*w + z"
    )
    data = bank(2000, z=np.linspace(0, 1, 22), y=np.ones(22), w=np.ones(22))
    for name in ("y", "w"):
        paths = [solve(model, data, year(2001), year(2020)).path(name) for model in (one, two)]
        assert paths[0] == pytest.approx(paths[1], abs=1e-11)


# news


def test_what_is_known_from_the_start_is_no_surprise():
    model = read_model(HYBRID)
    data = bank(2000, z=np.zeros(62), y=np.zeros(62))
    known = surprises(model, data, year(2001), year(2060), {"2001": "z + 1 in 2010"})
    z = np.zeros(62)
    z[10] = 1.0
    plain = solve(model, bank(2000, z=z, y=np.zeros(62)), year(2001), year(2060))
    assert known.solution.path("y") == pytest.approx(plain.path("y"), abs=1e-12)
    assert known.dates == (year(2001),)


def test_nobody_acts_on_a_surprise_before_its_date():
    model = read_model(HYBRID)
    data = bank(2000, z=np.zeros(62), y=np.zeros(62))
    told = surprises(
        model, data, year(2001), year(2060), {"2005": "z + 1 in 2010", "2010": ["z - 1 in 2010"]}
    )
    path = told.solution.path("y")
    assert path[:4] == pytest.approx(0.0, abs=1e-14)
    assert np.all(path[4:9] > 0.01)
    assert [str(each) for each in told.dates] == ["2001", "2005", "2010"]
    assert told.expected[1].path("y")[5] > path[9]
    low, _ = stable_root(0.4, 0.5)
    assert path[9:20] == pytest.approx(path[8] * low ** np.arange(1, 12), rel=1e-9)
    assert told.solution.certificate.residual <= 1e-10


def test_a_surprise_is_what_a_new_solve_from_its_date_gives():
    model = read_model(RAMSEY)
    k = (0.07 / 0.25) ** -2.0
    c = 0.5 * k**0.5 - 0.02 * k
    data = bank(2000, x=np.ones(122), k=np.full(122, k), c=np.full(122, c))
    told = surprises(model, data, year(2001), year(2120), {"2010": "x + 0.2 in 2010..2012"})
    x = np.ones(122)
    x[10:13] += 0.2
    alone = solve(model, bank(2000, x=x, k=np.full(122, k), c=np.full(122, c)), year(2010), year(2120))
    assert told.solution.path("c")[9:] == pytest.approx(alone.path("c"), abs=1e-9)
    assert told.solution.path("c")[:9] == pytest.approx(c, abs=1e-9)


def test_a_system_with_a_variable_taken_out_can_be_surprised():
    model = read_model(
        "model two exogenous z behavioural w: w = 0.5*w(-1) + z behavioural y: y = 0.5*y(+1) + w"
    )
    system = bind(model, exogenised=["w"])
    data = bank(2000, z=np.zeros(22), y=np.zeros(22), w=np.zeros(22))
    told = surprises(system, data, year(2001), year(2020), {"2003": "w + 1 in 2004"})
    assert told.solution.path("y")[:5] == pytest.approx([0.0, 0.0, 0.5, 1.0, 0.0])


def test_news_from_outside_the_span_is_refused():
    model = read_model(HYBRID)
    data = bank(2000, z=np.zeros(22), y=np.zeros(22))
    with pytest.raises(UsageError, match="2030"):
        surprises(model, data, year(2001), year(2020), {"2030": "z + 1"})


# a floor under the interest rate

FLOOR = """
model floor
exogenous r
identity x = 0.2*x(-1) + 0.8*x(+1) - 0.5*(i - pi(+1) - r)
identity pi = 0.2*pi(-1) + 0.79*pi(+1) + 0.04*x
identity i = max(0, 1 + 1.5*pi + 0.5*x)
endogenous x, pi, i
"""


def _with_floor_until(r: np.ndarray, stop: int) -> np.ndarray:
    """The linear model in which i is nought before `stop` and follows its rule from there on [periods, 3]."""
    count = len(r)
    a, b = np.zeros((3 * count, 3 * count)), np.zeros(3 * count)

    def put(equation: int, variable: int, row: int, value: float) -> None:
        if 0 <= row < count:
            a[equation, 3 * row + variable] += value
        else:
            b[equation] -= value * (0.0, 0.0, 1.0)[variable]

    for row in range(count):
        x, pi, i = 3 * row, 3 * row + 1, 3 * row + 2
        for variable, shift, value in ((0, 0, 1.0), (0, -1, -0.2), (0, 1, -0.8), (2, 0, 0.5), (1, 1, -0.5)):
            put(x, variable, row + shift, value)
        b[x] += 0.5 * r[row]
        for variable, shift, value in ((1, 0, 1.0), (1, -1, -0.2), (1, 1, -0.79), (0, 0, -0.04)):
            put(pi, variable, row + shift, value)
        put(i, 2, row, 1.0)
        if row >= stop:
            put(i, 1, row, -1.5)
            put(i, 0, row, -0.5)
            b[i] += 1.0
    return np.linalg.solve(a, b).reshape(count, 3)


@pytest.mark.parametrize("size", [-1.0, -3.0, -8.0])
def test_a_floor_that_binds_for_a_while(size):
    """The length of the spell by guess and verification (Guerrieri and Iacoviello, 2015)."""
    r = np.ones(100)
    r[:10] = size
    guesses = [(_with_floor_until(r, stop), stop) for stop in range(30)]
    fits = []
    for path, stop in guesses:
        wished = 1.0 + 1.5 * path[:, 1] + 0.5 * path[:, 0]
        if (wished[:stop] <= 1e-9).all() and (wished[stop:] >= -1e-9).all():
            fits.append(path)
    assert len(fits) == 1
    data = bank(2000, r=np.r_[1.0, r, 1.0], x=np.zeros(102), pi=np.zeros(102), i=np.ones(102))
    found = solve(read_model(FLOOR), data, year(2001), year(2100))
    for place, name in enumerate(("x", "pi", "i")):
        assert found.path(name) == pytest.approx(fits[0][:, place], abs=1e-8)


def test_a_residual_that_fades_is_no_solution():
    """1/c = 2/c(+1) - 0 holds to any digit as c grows without bound; no finite path solves it with this end."""
    model = read_model("model fading exogenous z identity 1/c^2 = 1e-3*z/c(+1)^2 + 1e-9*z endogenous c")
    data = bank(2000, z=np.r_[np.ones(10), 1.0], c=np.full(11, 30.0))
    found = solve(model, data, year(2001), year(2009), options=SolveOptions(terminal="constant"))
    assert found.path("c") == pytest.approx((1e-9 / (1.0 - 1e-3)) ** -0.5, rel=1e-4)
