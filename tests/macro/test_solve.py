"""Solving: modes, certificates, missing figures, and failures that are named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, SolveError, UsageError
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.library import catalogue as library
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions, add_factors_for, solve

P = Period.parse
TOY = read_model(
    """model toy exogenous g parameter a = 0.6, b = 0.2 endogenous c, y, k
    behavioural c: c = a*y + b*c(-1)
    identity y = c + g
    behavioural k: dlog(k) = 0.01*y/k(-1)"""
)


def _bank(**columns: list[float]) -> Databank:
    length = len(next(iter(columns.values())))
    return Databank.from_frame(pd.DataFrame(columns, index=range(2000, 2000 + length)))


def _toy(**changed: list[float]) -> Databank:
    plain = {"c": [5.0] * 6, "y": [8.0] * 6, "k": [20.0] * 6, "g": [3.0, 3.0, 4.0, 4.0, 3.0, 3.0]}
    return _bank(**{**plain, **changed})


def _solved(model: Model, bank: Databank, first: str = "2001", last: str = "2005", **words: str) -> Solution:
    return solve(model, bank, P(first), P(last), options=SolveOptions(**words))  # type: ignore[arg-type]


def test_dynamic_uses_its_own_past() -> None:
    found = _solved(TOY, _toy())
    c = 5.0
    for g, solved in zip([3.0, 4.0, 4.0, 3.0, 3.0], found.path("c"), strict=True):
        c = (0.6 * g + 0.2 * c) / 0.4
        assert solved == pytest.approx(c, rel=1e-13)
    assert found.certificate.holds


def test_static_uses_the_figures_of_the_past() -> None:
    found = _solved(TOY, _toy(), mode="static")
    assert found.path("c") == pytest.approx([(0.6 * g + 0.2 * 5.0) / 0.4 for g in (3.0, 4.0, 4.0, 3.0, 3.0)])


def test_one_equation_uses_all_figures() -> None:
    found = _solved(TOY, _toy(), mode="one_equation")
    assert found.path("c") == pytest.approx([0.6 * 8.0 + 0.2 * 5.0] * 5)
    assert found.path("y") == pytest.approx([5.0 + g for g in (3.0, 4.0, 4.0, 3.0, 3.0)])


def test_one_equation_by_newton_where_it_cannot_be_turned() -> None:
    model = read_model("model m exogenous z endogenous x, w identity x + exp(x) = z + 0*w identity w = 2*x")
    found = _solved(model, _bank(x=[1.0] * 3, w=[5.0] * 3, z=[2.0] * 3), "2001", "2002", mode="one_equation")
    assert found.path("x") + np.exp(found.path("x")) == pytest.approx(2.0)
    assert found.path("w") == pytest.approx([2.0, 2.0])


def test_both_engines_agree() -> None:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    both = [
        solve(entry.model(), bank, P("1921"), P("1941"), options=SolveOptions(engine=engine))  # type: ignore[arg-type]
        for engine in ("compiled", "interpreted")
    ]
    assert both[0].frame().to_numpy() == pytest.approx(both[1].frame().to_numpy(), rel=1e-12)
    assert {each.certificate.engine for each in both} == {"compiled", "interpreted"}


def test_the_solution_of_the_solution_is_the_solution() -> None:
    found = _solved(TOY, _toy())
    again = solve(TOY, found.bank, found.first, found.last)
    assert again.frame().to_numpy() == pytest.approx(found.frame().to_numpy(), rel=1e-13)


def test_add_factors_make_the_figures_a_solution() -> None:
    bank = _toy()
    tracked = add_factors_for(TOY, bank, P("2001"), P("2005"))
    missed = solve(TOY, tracked, P("2001"), P("2005"), options=SolveOptions(mode="one_equation"))
    assert missed.path("c") == pytest.approx(bank.series("c").iloc[1:])
    assert missed.path("k") == pytest.approx(bank.series("k").iloc[1:])


@given(st.lists(st.floats(0.5, 20.0), min_size=6, max_size=6))
def test_tracking_holds_for_any_figures_that_fit_the_identities(c: list[float]) -> None:
    g = [3.0] * 6
    bank = _toy(c=c, g=g, y=[a + b for a, b in zip(c, g, strict=True)])
    found = solve(TOY, add_factors_for(TOY, bank, P("2001"), P("2005")), P("2001"), P("2005"))
    assert found.path("c") == pytest.approx(c[1:], rel=1e-9, abs=1e-9)


def test_missing_figures_are_named_before_anything_is_solved() -> None:
    with pytest.raises(SolveError) as error:
        _solved(TOY, _toy(g=[3.0, 3.0, np.nan, 4.0, 3.0, 3.0]))
    assert "g (2002" in str(error.value)
    with pytest.raises(SolveError, match="c "):
        _solved(TOY, _toy(c=[np.nan] * 6))
    with pytest.raises(SolveError, match="2006"):
        _solved(TOY, _toy(), "2001", "2006")
    _solved(TOY, _toy(c=[5.0, *[np.nan] * 5], y=[np.nan] * 6))  # unknown ones need no figure


def test_the_periods_must_make_sense() -> None:
    with pytest.raises(UsageError):
        _solved(TOY, _toy(), "2005", "2001")
    with pytest.raises(BadInput):
        solve(TOY, _toy(), P("2001-Q1"), P("2002-Q1"))


@pytest.mark.parametrize(
    ("equation", "z", "words"),
    [
        ("x = log(z)", -1.0, ["logarithm of -1", "2001", "x"]),
        ("x = sqrt(z)", -1.0, ["square root of -1"]),
        ("x = 1/(z + 1)", -1.0, ["divided by nought"]),
        ("x = exp(z)", 1000.0, ["exp of 1000"]),
        ("x = (z)^0.5", -4.0, ["-4"]),
        ("x + x^3 + log(z) = 1", -1.0, ["logarithm of -1"]),
        ("x^2 = z", -4.0, ["2001"]),
    ],
)
def test_a_failure_names_its_cause(equation: str, z: float, words: list[str]) -> None:
    model = read_model(f"model m exogenous z endogenous x identity {equation}")
    with pytest.raises(SolveError) as error:
        _solved(model, _bank(x=[1.0] * 3, z=[2.0, z, 2.0]), "2001", "2002")
    for word in words:
        assert word in str(error.value)


def test_no_regime_is_no_silent_nan() -> None:
    model = read_model("model m exogenous z endogenous x identity x = 1 when z > 0")
    assert _solved(model, _bank(x=[1.0] * 3, z=[1.0] * 3), "2001", "2002").path("x").tolist() == [1.0, 1.0]
    with pytest.raises(SolveError, match="regime"):
        _solved(model, _bank(x=[1.0] * 3, z=[-1.0] * 3), "2001", "2002")


def test_singular_equations_are_named() -> None:
    model = read_model("model m exogenous z endogenous x, y identity x + y = z identity 2*x + 2*y = 2*z + 1")
    with pytest.raises(SolveError) as error:
        _solved(model, _bank(x=[1.0] * 3, y=[1.0] * 3, z=[1.0] * 3), "2001", "2002")
    assert "2001" in str(error.value)


def test_a_missing_start_is_found_from_the_period_before() -> None:
    model = read_model("model m exogenous z endogenous x identity x*log(x) = z")
    found = _solved(model, _bank(x=[3.0, np.nan, np.nan], z=[2.0] * 3), "2001", "2002")
    assert found.path("x") * np.log(found.path("x")) == pytest.approx(2.0)


def test_differences_of_solutions() -> None:
    one, two = _solved(TOY, _toy()), _solved(TOY, _toy(g=[3.0, 3.0, 5.0, 5.0, 3.0, 3.0]))
    change = two.against(one, ["y"])
    assert change["y"].iloc[0] == 0.0
    assert two.against(one, ["y"], relative=True)["y"].iloc[1] == pytest.approx(
        100 * (two.path("y")[1] / one.path("y")[1] - 1)
    )
    with pytest.raises(UsageError):
        two.against(_solved(TOY, _toy(), "2002"))


def test_figures_of_another_frequency_and_unknown_parameters_are_refused() -> None:
    model = read_model("model m frequency quarterly exogenous z endogenous x identity x = z")
    with pytest.raises(BadInput, match="2000"):
        _solved(model, _bank(x=[1.0] * 3, z=[1.0] * 3), "2001", "2002")
    with pytest.raises(UsageError, match="nobody"):
        solve(TOY, _toy(), P("2001"), P("2005"), parameters={"nobody": 1.0})


def test_a_singular_stacked_system_is_explained() -> None:
    model = read_model(
        "model m exogenous x endogenous y, z identity y = 0.5*y(+1) + z identity z = y - 0.5*y(+1)"
    )
    with pytest.raises(SolveError):
        _solved(model, _bank(x=[1.0] * 8, y=[1.0] * 8, z=[2.0] * 8), "2001", "2006")


def test_figures_that_nothing_reads_are_not_asked_for() -> None:
    model = read_model(
        "exogenous g\nbehavioural c = 0.5*c(-1) + g\nidentity y = c + g\nidentity z: exp(z) = y\n"
    )
    bank = Databank(Period.parse("2000"), ("g", "c"), np.array([[1.0, 2.0], [1.0, 2.5], [2.0, 2.0]]))
    span = (Period.parse("2001"), Period.parse("2002"))
    static = solve(model, bank, *span, options=SolveOptions(mode="static"))
    assert static.path("c").tolist() == pytest.approx([2.0, 3.25])
    assert static.path("z").tolist() == pytest.approx(np.log([3.0, 5.25]))
    with pytest.raises(SolveError, match="y") as caught:
        solve(model, bank, *span, options=SolveOptions(mode="one_equation"))
    assert "missing" in str(caught.value)
    given = bank.with_columns({"y": np.array([np.nan, 3.0, 4.0])})
    alone = solve(model, given, *span, options=SolveOptions(mode="one_equation"))
    assert alone.path("z").tolist() == pytest.approx(np.log([3.0, 4.0]))
    assert alone.path("y").tolist() == pytest.approx([3.5, 4.0])
    with pytest.raises(SolveError, match="c"):
        solve(
            model,
            Databank(bank.first, ("g",), bank.values[:, :1]),
            *span,
            options=SolveOptions(mode="static"),
        )


@pytest.mark.parametrize("mode", ["static", "one_equation"])
def test_kleins_model_is_solved_in_every_mode(mode: str) -> None:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    assert "Y" not in bank.names
    found = solve(entry.model(), bank, *entry.span, options=SolveOptions(mode=mode))  # type: ignore[misc,arg-type]
    assert found.certificate.residual < 1e-10
    assert np.isfinite(found.path("Y")).all()


def test_a_block_that_stopped_far_from_its_equations_is_no_rounding() -> None:
    """Steps that vanish beside an immense slope end the search; that the equations do not hold is said as such."""
    text = "model m exogenous g endogenous z identity a for z: sin(1000000000000000*z) = 0.5*g + 0*z"
    bank = Databank.from_frame(pd.DataFrame({"g": 1.0, "z": 1.0}, index=range(2000, 2004)))
    with pytest.raises(SolveError) as error:
        solve(read_model(text), bank, "2001", "2002")
    assert error.value.message.key == "model.no_convergence"
