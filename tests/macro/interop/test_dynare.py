"""The subset of Dynare's language: what it means, what is refused, and that it solves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from longwave.core.errors import BadInput
from longwave.core.period import Period
from longwave.macro.interop.dynare import read_dynare
from longwave.macro.interop.scene import Scene
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.write import write_model
from longwave.macro.solve import solve

GROWTH = """
/* the stochastic growth model,
   with full depreciation where the answer is known: c = (1 - alpha*beta)*y */
var c ${c}$ (long_name='Consumption'), k y, z;   // states and more
varexo e;                                        % technology
predetermined_variables k;
parameters alpha beta rho share;
alpha = 0.33;
beta  = 1/(1 + 0.04);
rho   = 0.9;
half  = 0.5;
share = ln(exp(half))*alpha;
model;
  # mpk = alpha*exp(z)*k^(alpha - 1);
  [name='Euler equation', relevance='high']
  1/c = beta/c(+1)*mpk(+1);
  y = exp(z)*k^alpha;
  k(+1) = y - c;
  [static] z = 0;
  [dynamic] z - rho*z(-1) - e;
end;
initval;
  z = 0;
  k = (alpha*beta)^(1/(1 - alpha));
  y = k^alpha;
  c = (1 - alpha*beta)*y;
end;
shocks;
  var e; periods 1 3:4; values 0.1 (0.2/2);
end;
steady; check;
perfect_foresight_setup(periods=150);
perfect_foresight_solver;
"""
"""Periods and values do not fit on purpose: see `test_a_shock_wants_a_value_for_each_span`."""

SOUND = GROWTH.replace("values 0.1 (0.2/2)", "values 0.1 (-0.2/2)")
FIRST, LAST = Period.parse("2001"), Period.parse("2150")


def test_declarations_parameters_and_equations() -> None:
    found = read_dynare(SOUND)
    model = found.model
    assert [each.name for each in model.endogenous] == ["c", "k", "y", "z"]
    assert [each.name for each in model.exogenous] == ["e"]
    assert model.values == pytest.approx({"alpha": 0.33, "beta": 1 / 1.04, "rho": 0.9, "share": 0.165})
    assert model.variable("c").names.en == "Consumption"
    assert [each.names.en for each in model.equations] == ["Euler equation", "", "", ""]
    assert model.equations[0].right == read_expression("beta/c(+1)*(alpha*exp(z(+1))*k^(alpha - 1))")
    assert model.equations[1].right == read_expression("exp(z)*k(-1)^alpha")
    assert model.equations[2].left == read_expression("k")
    assert (model.equations[3].left, model.equations[3].right) == (
        read_expression("z - rho*z(-1) - e"),
        read_expression("0"),
    )
    assert "check" in found.warnings[0].text() and "perfect_foresight_solver" in found.warnings[0].text("zh")
    assert found.defaults == {"e": 0.0}
    assert read_model(write_model(model)) == model


def test_the_known_policy_is_found() -> None:
    found = read_dynare(SOUND)
    assert found.scene is not None
    assert found.scene.paths == {"e": {1: 0.1, 3: -0.1, 4: -0.1}}
    for model in (found.model, read_model(write_model(found.model))):
        data = found.scene.bank(model, FIRST, LAST)
        solved = solve(model, data, FIRST, LAST)
        assert solved.certificate.residual < 1e-10
        share = 1 - 0.33 / 1.04
        near = slice(0, 100)  # later the end of the path is felt
        assert solved.path("c")[near] == pytest.approx(share * solved.path("y")[near], rel=1e-9)
        assert solved.path("z")[0] == pytest.approx(0.1)
    bank = found.complete(data)
    assert bank.series("e")["2003"] == -0.1


def test_end_values_history_and_deviations() -> None:
    found = read_dynare(
        "var x; varexo u v; parameters a; a = 0.5;\nmodel(linear); x = a*x(-1) + u + v; end;\n"
        "initval; u = 1; x = 2; end; endval; u = 2; x = 4; end; histval; x(0) = 3; x(-1) = 7; end;\n"
        "shocks; var u; stderr 0.1; var v = 0.09; corr u, v = 0.5; end;\n"
    )
    assert found.scene is not None
    assert found.scene.deviations == pytest.approx({"u": 0.1, "v": 0.3}) and found.stochastic == ("u", "v")
    assert "corr" in found.warnings[0].text()
    data = found.scene.bank(found.model, FIRST, FIRST + 2)
    assert list(data.series("x")) == [3.0, 2.0, 2.0, 2.0, 4.0]
    assert list(data.series("u")) == [1.0, 2.0, 2.0, 2.0, 2.0]
    solved = solve(found.model, data, FIRST, FIRST + 2)
    assert solved.path("x")[0] == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ln(2)", math.log(2)),
        ("log10(100)", 2.0),
        ("log2(8)", 3.0),
        ("cbrt(-27)", -3.0),
        ("tan(0.5)", math.tan(0.5)),
        ("max(1, min(2, 3))", 2.0),
        ("normcdf(0) + normcdf(5, 5, 2)", 1.0),
        ("2^-1 - -1", 1.5),
        ("(1 > 0)*(2 != 2) + (1 <= 1)", 1.0),
        ("sqrt(4) + abs(-3) + sign(-2) + sin(0) + cos(0)", 5.0),
    ],
)
def test_functions_give_their_values(text: str, expected: float) -> None:
    found = read_dynare(f"var x y;\nmodel; y = 1; x = {text}; end;")
    data = found.complete(read_dynare(SOUND).scene.bank(read_dynare(SOUND).model, FIRST, FIRST))  # type: ignore[union-attr]
    assert solve(found.model, data, FIRST, FIRST).path("x")[0] == pytest.approx(expected)


def test_differences() -> None:
    found = read_dynare("var x;\nvarexo u;\nmodel; diff(x) = u; end;")
    assert found.model.equations[0].left == read_expression("d(x)")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("values 0.1 (-0.2/2)", "values 0.1 0.2 0.3", "shock"),
        ("periods 1 3:4", "periods one", "one"),
        ("varexo e;", "@#define N = 3\nvarexo e;", "macro"),
        ("varexo e;", "varexo e_@{i};", "macro"),
        ("varexo e;", "varexo e, c;", "c"),
        ("varexo e;", "varexo e; trend_var(growth_factor=1.02) A;", "trend_var"),
        ("var c", "var(deflator=A) c", "deflator"),
        ("y = exp(z)", "y = STEADY_STATE(z)", "STEADY_STATE|steady_state"),
        ("y = exp(z)", "y = EXPECTATION(-1)(z)", "expectation|EXPECTATION"),
        ("y = exp(z)", "y = mystery(z, 1)", "mystery"),
        ("y = exp(z)", "y = exp(zz)", "zz"),
        ("y = exp(z)", "[mcp = 'c > 0'] y = exp(z)", "mcp"),
        ("beta  = 1/(1 + 0.04)", "beta = 1/0", "beta|1/0"),
        ("# mpk =", "# mpk(+1) =", "local"),
        ("k^alpha;\n  k", "k^alpha^2;\n  k", "powers"),
        ("end;\ninitval", "\ninitval", "end|unexpected|initval|stand"),
        ("steady; check;", "model; y = 1; end;", "second model"),
        ("perfect_foresight_solver;", "perfect_foresight_solver", "semicolon"),
        ("z = 0;\n  k", "z == 0;\n  k", "stand|value"),
    ],
)
def test_refusals_are_by_name(old: str, new: str, told: str) -> None:
    assert old in SOUND
    with pytest.raises(BadInput, match=told) as caught:
        read_dynare(SOUND.replace(old, new, 1))
    assert caught.value.mend is not None and caught.value.text("zh")


def test_a_shock_wants_a_value_for_each_span() -> None:
    assert read_dynare(GROWTH).scene.paths["e"] == {1: 0.1, 3: 0.1, 4: 0.1}  # type: ignore[union-attr]


def test_local_variables_cannot_swell() -> None:
    doubling = "".join(f"# x{n} = x{n - 1}*x{n - 1};\n" for n in range(1, 60))
    with pytest.raises(BadInput, match="1000000"):
        read_dynare(f"var x0;\nmodel;\n{doubling}x0 = x59;\nend;")
    deeper = "".join(f"# x{n} = -x{n - 1};\n" for n in range(1, 1_200))
    with pytest.raises(BadInput, match="levels"):
        read_dynare(f"var x0;\nmodel;\n{deeper}x0 = x1199(+1);\nend;")


def test_comments_and_strings_do_not_hide_one_another() -> None:
    found = read_dynare(
        "var x; // ' not a string\nmodel; [name='a // b % c;d'] x = 1; /* y = 2; */ end; /* open"
    )
    assert len(found.model.equations) == 1 and found.model.equations[0].names.en == "a // b % c;d"
    assert np.isfinite(found.scene.bank(found.model, FIRST, FIRST).values).all()  # type: ignore[union-attr]


def test_steady_states_by_formula_and_by_search() -> None:
    """A permanent rise of technology: both ends are states of rest, known on paper."""
    share = 0.33 / 1.04
    rest = (
        "steady_state_model; z = e/(1 - rho); k = (alpha*beta*exp(z))^(1/(1 - alpha)); y = exp(z)*k^alpha; "
    )
    rest += "c = y - k; end;\n"
    opening = SOUND[: SOUND.index("initval")]
    ends = "initval; e = 0; end;\nendval; e = 0.01; end;\n"
    guesses = "initval; c = 0.5; k = 0.2; y = 0.6; end; steady;\nendval; e = 0.01; end; steady;\n"
    for text in (opening + rest + ends, opening + guesses):
        found = read_dynare(text)
        assert found.scene is not None
        data = found.scene.bank(found.model, FIRST, LAST)
        low = share ** (1 / 0.67)
        assert data.series("k").iloc[0] == pytest.approx(low, rel=1e-9)
        assert data.series("k").iloc[-1] == pytest.approx((share * math.exp(0.1)) ** (1 / 0.67), rel=1e-9)
        solved = solve(found.model, data, FIRST, LAST)
        assert solved.path("c") == pytest.approx((1 - share) * solved.path("y"), rel=1e-7)
    named = read_dynare(opening + "steady_state_model; [k, y] = helper(alpha); end;")
    assert "helper" in named.warnings[0].text()


def test_parameters_may_be_set_by_command() -> None:
    text = "var x; parameters a;\nset_param_value('a', 2/4);\nmodel; x = a; end;"
    assert read_dynare(text).model.values == {"a": 0.5}
    with pytest.raises(BadInput):
        read_dynare(text.replace("'a'", "'b'"))


def test_the_length_of_the_simulation_is_the_file_s() -> None:
    head = (
        "var y; varexo e; model; y = 0.5*y(-1) + e; end; shocks; var e; periods 3 140:150; values 1 2; end;"
    )
    lengths = {"": 150, "simul(periods=200);": 200, "perfect_foresight_setup(periods = 20);": 20}
    for command, length in lengths.items():
        scene = read_dynare(head + "\n" + command).scene
        assert scene is not None
        assert (scene.length(), scene.said()) == (length, ("shocks",))
    assert Scene().length() == 100
