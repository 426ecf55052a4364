from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS, IVGMM, IVLIML

from longwave.core.errors import BadInput, ModelError, NotEnoughData, UnknownSeries, UsageError
from longwave.macro.estimate.equation import estimate_equation, estimate_model
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.model import EstimationNote, Model

from .made import QUARTERS, bank, model, simulated

PLAIN = "y = a + b*x + c*z"
WITH = PLAIN + " estimate instruments z, v, w"


def matrices(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return frame["y"].to_numpy(), sm.add_constant(frame[["x", "z"]].to_numpy())


@pytest.mark.parametrize("covariance", ["classical", "HC0", "HC1", "HC2", "HC3"])
def test_least_squares_is_that_of_statsmodels(covariance: str) -> None:
    frame = simulated()
    y, x = matrices(frame)
    theirs = sm.OLS(y, x).fit(cov_type="nonrobust" if covariance == "classical" else covariance)
    ours = estimate_equation(model(PLAIN), "y", bank(frame), covariance=covariance)
    np.testing.assert_allclose(list(ours.values.values()), theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-9, atol=1e-14)
    assert ours.r2 == pytest.approx(theirs.rsquared)
    assert ours.adjusted_r2 == pytest.approx(theirs.rsquared_adj)
    assert ours.log_likelihood == pytest.approx(theirs.llf)
    assert ours.aic == pytest.approx(theirs.aic)
    assert ours.bic == pytest.approx(theirs.bic)
    if covariance == "classical":
        np.testing.assert_allclose([(each.low, each.high) for each in ours.coefficients], theirs.conf_int())


def test_hac_is_that_of_statsmodels_with_the_bandwidth_said() -> None:
    frame = simulated(200)
    y, x = matrices(frame)
    ours = estimate_equation(model(PLAIN), "y", bank(frame), covariance="hac")
    lags = ours.how.values["errors"].values["lags"]
    theirs = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-9, atol=1e-14)
    assert f"{lags} lags" in ours.how.text()
    assert f"{lags}期" in ours.how.text("zh")


@pytest.mark.parametrize(("method", "theirs"), [("2sls", IV2SLS), ("liml", IVLIML)])
@pytest.mark.parametrize("covariance", ["classical", "HC0", "HC1"])
def test_instruments_are_those_of_linearmodels(method: str, theirs: type, covariance: str) -> None:
    frame = simulated()
    exogenous = sm.add_constant(frame[["z"]])
    kind = "unadjusted" if covariance == "classical" else "robust"
    found = theirs(frame["y"], exogenous, frame[["x"]], frame[["v", "w"]]).fit(
        cov_type=kind, debiased=covariance == "HC1"
    )
    ours = estimate_equation(model(WITH), "y", bank(frame), method=method, covariance=covariance)
    order = ["const", "x", "z"]
    np.testing.assert_allclose(list(ours.values.values()), found.params[order], rtol=1e-9)
    np.testing.assert_allclose(ours.covariance, found.cov.loc[order, order], rtol=1e-7, atol=1e-13)
    if method == "liml":
        assert ours.kappa == pytest.approx(found.kappa)
    else:
        assert ours.test("sargan").statistic == pytest.approx(found.sargan.stat)
        assert ours.test("wu_hausman").p_value == pytest.approx(found.wu_hausman().pval, rel=1e-6)
        regression = sm.OLS(frame["x"], sm.add_constant(frame[["z", "v", "w"]])).fit()
        first = regression.f_test("v = 0, w = 0")
        assert ours.test("first_stage b").statistic == pytest.approx(
            float(np.squeeze(first.fvalue)), rel=1e-6
        )
        assert ours.test("first_stage b").p_value == pytest.approx(float(first.pvalue), rel=1e-6)


@pytest.mark.parametrize(("method", "rounds"), [("gmm", 2), ("gmm_iterated", 1000)])
def test_moments_are_those_of_linearmodels(method: str, rounds: int) -> None:
    frame = simulated()
    found = IVGMM(frame["y"], sm.add_constant(frame[["z"]]), frame[["x"]], frame[["v", "w"]]).fit(
        iter_limit=rounds, tol=1e-12 if rounds > 2 else 1e-4, cov_type="robust"
    )
    ours = estimate_equation(model(WITH), "y", bank(frame), method=method)
    np.testing.assert_allclose(list(ours.values.values()), found.params[["const", "x", "z"]], rtol=1e-7)
    assert ours.test("hansen_j").statistic == pytest.approx(found.j_stat.stat, rel=1e-6)
    hac = estimate_equation(model(WITH), "y", bank(frame), method=method, covariance="HAC")
    assert hac.values["b"] == pytest.approx(0.5, abs=0.2)


def test_a_nonlinear_spelling_of_a_linear_equation_gives_the_same() -> None:
    """b = exp(k): Amemiya's nonlinear two-stage least squares and GMM agree with the linear ones."""
    frame = simulated()
    bent = model("y = a + exp(b)*x + c*z estimate instruments z, v, w")
    for method in ("2sls", "gmm", "gmm_iterated"):
        linear = estimate_equation(model(WITH), "y", bank(frame), method=method)
        curved = estimate_equation(bent, "y", bank(frame), method=method)
        assert np.exp(curved.values["b"]) == pytest.approx(linear.values["b"], rel=1e-6)
        assert curved.values["c"] == pytest.approx(linear.values["c"], rel=1e-6)
        error = curved.standard_error_of("b") * np.exp(curved.values["b"])
        # the covariance of GMM by linearmodels takes its weights after the last step too
        assert error == pytest.approx(linear.standard_error_of("b"), rel=0.02 if method == "gmm" else 1e-5)
        name = "sargan" if method == "2sls" else "hansen_j"
        assert curved.test(name).statistic == pytest.approx(linear.test(name).statistic, rel=1e-4)


def test_liml_refuses_what_is_not_linear() -> None:
    bent = model("y = a + exp(b)*x + c*z estimate instruments z, v, w")
    with pytest.raises(UsageError, match="LIML is for linear"):
        estimate_equation(bent, "y", bank(simulated()), method="liml")


def test_nonlinear_least_squares_of_a_linear_equation_is_least_squares() -> None:
    frame = simulated()
    bent = estimate_equation(model("y = a + exp(b)*x + c*z"), "y", bank(frame))
    plain = estimate_equation(model(PLAIN), "y", bank(frame))
    assert (bent.method, plain.method) == ("nls", "ols")
    assert np.exp(bent.values["b"]) == pytest.approx(plain.values["b"], rel=1e-9)
    assert bent.standard_error_of("c") == pytest.approx(plain.standard_error_of("c"), rel=1e-7)
    np.testing.assert_allclose(bent.residuals, plain.residuals, atol=1e-8)
    # tests of the errors that do not look at the form agree too
    for name in ("breusch_godfrey", "jarque_bera", "breusch_pagan"):
        assert bent.test(name).statistic == pytest.approx(plain.test(name).statistic, rel=1e-5)


def test_known_parameters_move_to_the_left() -> None:
    frame = simulated()
    text = "model m\nexogenous x, z, v, w\nparameter k = -0.3\ncoefficient a, b\nbehavioural y: y = a + b*x + k*z\n"
    found = estimate_equation(read_model(text), "y", bank(frame))
    theirs = sm.OLS(frame["y"] + 0.3 * frame["z"], sm.add_constant(frame["x"])).fit()
    np.testing.assert_allclose(list(found.values.values()), theirs.params, rtol=1e-10)
    np.testing.assert_allclose(found.actual, frame["y"])
    np.testing.assert_allclose(found.fitted + found.residuals, frame["y"])


def test_left_sides_that_are_transformed() -> None:
    frame = simulated().assign(y=lambda f: np.exp(f["y"] / 10).cumsum())
    found = estimate_equation(model("dlog(y) = a + b*x + c*z"), "y", bank(frame))
    change = np.diff(np.log(frame["y"]))
    theirs = sm.OLS(change, sm.add_constant(frame[["x", "z"]].to_numpy()[1:])).fit()
    np.testing.assert_allclose(list(found.values.values()), theirs.params, rtol=1e-9)
    np.testing.assert_allclose(found.actual, change)
    assert found.sample.first == "1960-Q2"


# what the text and the caller say


def test_the_sample_is_the_caller_s_else_the_text_s_else_all_there_is() -> None:
    frame = simulated()
    data = bank(frame)
    written = model(PLAIN + " estimate sample 1962-Q1..1970-Q4")
    assert estimate_equation(written, "y", data).sample.first == "1962-Q1"
    assert estimate_equation(written, "y", data, first="1965-Q1", last="1972-Q4").sample.last == "1972-Q4"
    assert estimate_equation(model(PLAIN), "y", data).sample.observations == 80
    frame.loc[["1960-Q1", "1979-Q4"], ["x", "y"]] = np.nan
    trimmed = estimate_equation(model(PLAIN), "y", bank(frame)).sample
    assert (trimmed.first, trimmed.last) == ("1960-Q2", "1979-Q3")


def test_restrictions_hold_exactly_and_agree_with_hand_made_ones() -> None:
    frame = simulated()
    found = estimate_equation(model(PLAIN + " estimate restrict b + c = 0.2, a = 2"), "y", bank(frame))
    assert found.values["a"] == 2.0
    assert found.values["b"] + found.values["c"] == pytest.approx(0.2, abs=1e-15)
    theirs = sm.OLS(frame["y"] - 2 - 0.2 * frame["z"], frame["x"] - frame["z"]).fit()
    assert found.values["b"] == pytest.approx(theirs.params.iloc[0])
    assert found.standard_error_of("b") == pytest.approx(theirs.bse.iloc[0])
    assert found.standard_error_of("a") == 0.0
    assert found.free == 1
    y, x = matrices(frame)
    wald = sm.OLS(y, x).fit().f_test((np.array([[0, 1, 1], [1, 0, 0]]), np.array([0.2, 2])))
    assert found.test("restrictions").statistic == pytest.approx(float(np.squeeze(wald.fvalue)))
    assert found.test("restrictions").p_value == pytest.approx(float(wald.pvalue))
    assert "restrictions: 2" in found.how.text()


def test_restrictions_with_instruments_and_nonlinear() -> None:
    frame = simulated()
    note = " estimate instruments z, v, w restrict c = -0.3"
    linear = estimate_equation(model(PLAIN + note), "y", bank(frame))
    bent = estimate_equation(model("y = a + exp(b)*x + c*z" + note), "y", bank(frame))
    assert linear.values["c"] == bent.values["c"] == -0.3
    assert np.exp(bent.values["b"]) == pytest.approx(linear.values["b"], rel=1e-6)


def restricted(left: str) -> Model:
    """A restriction that the reader of models would not let pass."""
    made = model(PLAIN)
    note = EstimationNote(restrictions=((read_expression(left), read_expression("1")),))
    return dataclasses.replace(made, equations=(dataclasses.replace(made.equations[0], estimation=note),))


def test_contradictory_and_foreign_restrictions_are_refused() -> None:
    data = bank(simulated())
    with pytest.raises(ModelError, match="contradict"):
        estimate_equation(model(PLAIN + " estimate restrict b + c = 1, b + c = 2"), "y", data)
    for left, reason in (("b*c", "not linear"), ("2 + 3", "not linear"), ("d", "names d")):
        with pytest.raises(ModelError, match=reason):
            estimate_equation(restricted(left), "y", data)
    redundant = model(PLAIN + " estimate restrict b + c = 0.2, 2*b = 0.4 - 2*c")
    assert estimate_equation(redundant, "y", data).free == 2


def test_regimes_use_the_periods_in_which_they_hold() -> None:
    frame = simulated(120)
    frame["s"] = (np.arange(120) % 3 == 0) * 1.0
    text = """model m
exogenous x, z, v, w, s
coefficient a, b, c, d
behavioural y: y = a + b*x when s == 1
behavioural y: y = c + d*x
"""
    made = read_model(text)
    first, second = (estimate_equation(made, each.name, bank(frame)) for each in made.equations)
    one, other = frame[frame["s"] == 1], frame[frame["s"] == 0]
    for found, part in ((first, one), (second, other)):
        theirs = sm.OLS(part["y"], sm.add_constant(part["x"])).fit()
        np.testing.assert_allclose(list(found.values.values()), theirs.params, rtol=1e-9)
        assert [str(each) for each in found.periods] == list(part.index)
        assert any("durbin_watson" in each.subject for each in found.untested), "gaps in time"


def test_polynomial_lags_show_their_weights() -> None:
    frame = simulated(150)
    made = model("y = a + pdl(x, c, 4, 2)", coefficients="a, c0, c1, c2")
    found = estimate_equation(made, "y", bank(frame))
    lags = np.column_stack([frame["x"].shift(k) for k in range(5)])[4:]
    turn = np.arange(5.0)[:, None] ** np.arange(3.0)
    theirs = sm.OLS(frame["y"].to_numpy()[4:], sm.add_constant(lags @ turn)).fit()
    weights = found.lag_weights[0]
    np.testing.assert_allclose([each.value for each in weights.weights], turn @ theirs.params[1:], rtol=1e-8)
    assert weights.total.value == pytest.approx((turn @ theirs.params[1:]).sum())
    total = turn.sum(axis=0)
    error = np.sqrt(total @ theirs.cov_params()[1:, 1:] @ total)
    assert weights.total.high - weights.total.value == pytest.approx(error * 1.9768, rel=1e-3)
    assert weights.variable == "x"


def test_bounds_of_sense_are_told() -> None:
    found = estimate_equation(
        model(PLAIN, coefficients="a, b in 0.9..1, c"), "y", bank(simulated()), tests=False
    )
    assert ["outside its bounds" in each.text() for each in found.notes] == [True]


# what is refused


def test_missing_data_name_variable_and_period() -> None:
    frame = simulated()
    frame.loc["1965-Q3", "z"] = np.nan
    with pytest.raises(BadInput, match=r"z of 1965-Q3"):
        estimate_equation(model(PLAIN), "y", bank(frame))
    with pytest.raises(BadInput, match=r"needs z of 1965-Q3 to be estimated in 1965-Q4"):
        estimate_equation(model("y = a + b*x + c*z(-1)"), "y", bank(frame))
    with pytest.raises(BadInput, match=r"y of 1980-Q1"):
        estimate_equation(model("y = a + b*x"), "y", bank(frame), last="1980-Q1")
    with pytest.raises(BadInput, match=r"x of 1959-Q4 to be estimated in 1960-Q1"):
        estimate_equation(model("y = a + b*x(-1)"), "y", bank(frame), first="1960-Q1")
    with pytest.raises(UnknownSeries, match="no column for: z"):
        estimate_equation(model(PLAIN), "y", bank(frame.drop(columns="z")))
    with pytest.raises(BadInput, match="z has no figure"):
        estimate_equation(model(PLAIN), "y", bank(frame.assign(z=np.nan)))
    with pytest.raises(BadInput, match=r"-1\.5 is not a finite number|log of -1\.5"):
        odd = frame.assign(x=frame["x"].abs() + 1)
        odd.loc["1961-Q1", "x"] = -1.5
        estimate_equation(model("y = a + b*log(x)"), "y", bank(odd))


def test_figures_that_overflow_are_refused() -> None:
    with pytest.raises(BadInput, match="too large"):
        estimate_equation(
            model(PLAIN), "y", bank(simulated().assign(y=lambda f: f["y"] * 1e200)), tests=False
        )


def test_words_that_do_not_fit_are_refused() -> None:
    data = bank(simulated())
    with pytest.raises(UsageError, match="no single equation"):
        estimate_equation(model(PLAIN), "q", data)
    with pytest.raises(UsageError, match="method"):
        estimate_equation(model(PLAIN), "y", data, method="ridge")
    with pytest.raises(UsageError, match="covariance"):
        estimate_equation(model(PLAIN), "y", data, covariance="HC9")
    with pytest.raises(UsageError, match="not linear"):
        estimate_equation(model("y = a + exp(b)*x + c*z"), "y", data, method="ols")
    with pytest.raises(UsageError, match="least squares only"):
        estimate_equation(model(WITH), "y", data, covariance="HC3")
    with pytest.raises(ModelError, match="names no instruments"):
        estimate_equation(model(PLAIN), "y", data, method="2sls")
    with pytest.raises(UsageError, match="no period"):
        estimate_equation(model(PLAIN), "y", data, first="1970-Q1", last="1965-Q1")
    with pytest.raises(UsageError, match="identity"):
        text = "model m\nexogenous x\nidentity y = 2*x\n"
        estimate_equation(read_model(text), "y", data)
    with pytest.raises(UsageError, match="no coefficient"):
        text = "model m\nexogenous x\nbehavioural y = 2*x\n"
        estimate_equation(read_model(text), "y", data)
    with pytest.raises(ModelError, match="parameter k"):
        text = "model m\nexogenous x\nparameter k\ncoefficient a\nbehavioural y = a + k*x\n"
        estimate_equation(read_model(text), "y", data)


def test_collinear_regressors_are_named() -> None:
    frame = simulated().assign(w=lambda f: 2 * f["x"] - f["v"])
    collinear = model("y = a + b*x + c*z + d*v + e*w", coefficients="a, b, c, d, e")
    with pytest.raises(ModelError, match=r"collinear.*: b, d, e\."):
        estimate_equation(collinear, "y", bank(frame))
    with pytest.raises(ModelError, match=r"collinear.*: c\."):
        estimate_equation(model(PLAIN), "y", bank(frame.assign(z=0.0)))
    with pytest.raises(ModelError, match=r"cannot tell these coefficients apart: b, c"):
        estimate_equation(model("y = a + exp(b + c)*x"), "y", bank(frame))


def test_few_observations_and_too_few_instruments() -> None:
    data = bank(simulated())
    with pytest.raises(NotEnoughData, match="3 observations for 3 coefficients"):
        estimate_equation(model(PLAIN), "y", data, first="1960-Q1", last="1960-Q3")
    with pytest.raises(ModelError, match=r"2 independent instruments for 3 coefficients, 1 lacking"):
        estimate_equation(model(PLAIN + " estimate instruments z"), "y", data)
    with pytest.raises(ModelError, match=r"2 independent instruments for 3 coefficients"):
        estimate_equation(model(PLAIN + " estimate instruments z, 2*z + 1"), "y", data)
    with pytest.raises(NotEnoughData, match="explain everything"):
        estimate_equation(model(WITH), "y", data, first="1960-Q1", last="1960-Q4")


def test_the_rank_condition_is_checked() -> None:
    """An instrument that has nothing to do with the regressor in the sample: exactly orthogonal to all."""
    frame = simulated()
    others = np.column_stack([np.ones(80), frame[["x", "z", "y"]]])
    frame["v"] = frame["v"] - others @ np.linalg.lstsq(others, frame["v"], rcond=None)[0]
    with pytest.raises(ModelError, match="rank condition"):
        estimate_equation(model(PLAIN + " estimate instruments z, v"), "y", bank(frame))


# a whole model


MODEL = """model two
exogenous x, z, v, w
coefficient a, b, c, d, e, f, g
behavioural y: y = a + b*x
behavioural p: p = c + d*y + e*q
behavioural q: q = f + g*missing
identity t = y + p
exogenous missing
"""


def test_the_rest_stands_where_an_equation_fails() -> None:
    frame = simulated().assign(p=lambda f: f["v"] + f["y"], q=lambda f: f["w"])
    found = estimate_model(read_model(MODEL), bank(frame))
    assert [each.name for each in found.equations] == ["y", "p"]
    assert [each.subject for each in found.refusals] == ["q"]
    assert "missing" in found.refusals[0].reason.text()
    assert found.model.values == found.values
    assert set(found.values) == {"a", "b", "c", "d", "e"}
    assert found.to_frame("zh").index.names[0] == "方程"
    assert list(found.residual_frame().columns) == ["y", "p"]
    assert found.as_dict("zh")["refusals"][0]["subject"] == "q"
    with pytest.raises(UsageError, match="no estimate"):
        found.equation("q")


def test_shared_coefficients_belong_to_a_system() -> None:
    text = "model m\nexogenous x, z\ncoefficient a, b, c\nbehavioural y = a + b*x\nbehavioural p = c + b*z\n"
    found = estimate_model(read_model(text), bank(simulated().assign(p=lambda f: f["v"])))
    assert [each.subject for each in found.refusals] == ["y", "p"]
    assert "b" in found.refusals[0].reason.text()


def test_the_result_speaks_both_languages() -> None:
    found = estimate_equation(model(WITH), "y", bank(simulated()))
    assert list(found.to_frame().columns) == ["value", "standard error", "t", "p-value", "low", "high"]
    assert list(found.to_frame("zh").columns) == ["估计值", "标准误", "t", "p值", "下限", "上限"]
    assert "两阶段最小二乘法" in found.how.text("zh")
    assert list(found.fit_frame("zh").columns) == ["实际值", "拟合值", "残差"]
    table = found.tests_frame("zh")
    assert "sargan" in table.index
    told = found.as_dict("zh")
    assert told["coefficients"][0]["interval"]["level"] == 0.95
    assert dataclasses.is_dataclass(found)
    with pytest.raises(UsageError, match="no coefficient 'q'"):
        found.coefficient("q")
    with pytest.raises(UsageError, match="no test"):
        found.test("guess")
    for lang in ("en", "zh"):
        for each in found.tests:
            assert each.null.text(lang)
            assert each.method.text(lang)


# laws


@settings(max_examples=15, deadline=None)
@given(st.floats(-8, 8), st.floats(-8, 8), st.sampled_from(["ols", "2sls", "liml", "gmm"]))
def test_units_only_scale_the_coefficients(first: float, second: float, method: str) -> None:
    frame = simulated(60)
    scaled = frame.assign(x=frame["x"] * 10**first, w=frame["w"] * 10**second)
    text = "y = a + b*x + c*z estimate instruments z, v, w"
    one = estimate_equation(model(text), "y", bank(frame), method=method, tests=False)
    other = estimate_equation(model(text), "y", bank(scaled), method=method, tests=False)
    assert other.values["b"] * 10**first == pytest.approx(one.values["b"], rel=1e-6)
    assert other.standard_error_of("b") * 10**first == pytest.approx(one.standard_error_of("b"), rel=1e-6)
    assert other.values["c"] == pytest.approx(one.values["c"], rel=1e-6)
    np.testing.assert_allclose(other.residuals, one.residuals, atol=1e-7)


@settings(max_examples=10, deadline=None)
@given(st.permutations(["a", "b*x", "c*z", "d*v"]), st.randoms())
def test_order_of_terms_and_columns_changes_nothing(terms: list[str], shuffle: object) -> None:
    frame = simulated(40)
    columns = list(frame.columns)
    shuffle.shuffle(columns)  # type: ignore[attr-defined]
    one = estimate_equation(
        model("y = a + b*x + c*z + d*v", coefficients="a, b, c, d"), "y", bank(frame), tests=False
    )
    turned = model("y = " + " + ".join(terms), coefficients="a, b, c, d")
    other = estimate_equation(turned, "y", bank(frame[columns]), tests=False)
    for name, value in one.values.items():
        assert other.values[name] == pytest.approx(value, rel=1e-9)
        assert other.standard_error_of(name) == pytest.approx(one.standard_error_of(name), rel=1e-9)


def test_intervals_cover_what_is_true() -> None:
    """100 samples: 95 per cent intervals hold the true coefficient about so often; least squares is biased, 2SLS is not."""
    inside = {"ols": 0, "2sls": 0}
    for seed in range(100):
        data = bank(simulated(60, seed))
        for method in inside:
            b = estimate_equation(model(WITH), "y", data, method=method, tests=False).coefficient("b")
            inside[method] += b.low <= 0.5 <= b.high
    assert 88 <= inside["2sls"] <= 99
    assert inside["ols"] < 40


def test_a_long_quarterly_sample_with_years_of_lags() -> None:
    frame = simulated(len(QUARTERS))
    found = estimate_equation(model("y = a + b*x(-8) + c*y(-4)"), "y", bank(frame))
    assert found.sample.first == "1962-Q1"
    assert any("durbin_watson" in each.subject for each in found.untested), "own lag"
