"""Systems by least squares in stages: laws that hold for any data, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import LongwaveError, UsageError
from longwave.macro.databank import Databank
from longwave.macro.estimate.equation import estimate_equation
from longwave.macro.estimate.instruments import instruments_of
from longwave.macro.estimate.minimum_distance import metric, minimise
from longwave.macro.estimate.system import estimate_system
from longwave.macro.estimate.system_design import system_design
from longwave.macro.estimate.system_result import likelihood_ratio
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.model import Model

from .made import QUARTERS

MARKET = """model market
exogenous income, weather, wage
endogenous quantity, price
coefficient d0, d1, d2, s0, s1, s2
behavioural demand for quantity: quantity = d0 + d1*price + d2*income
behavioural supply for price: price = s0 + s1*quantity + s2*weather
"""


def market(count: int = 60, seed: int = 3) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    income, weather, wage = draw.standard_normal((3, count))
    u, v = draw.multivariate_normal([0, 0], [[1.0, 0.4], [0.4, 0.8]], count).T
    # quantity = 10 - 0.5 price + income + u and price = 2 + 0.4 quantity - weather + v, solved
    quantity = (10 - 0.5 * (2 - weather + v) + income + u) / 1.2
    price = 2 + 0.4 * quantity - weather + v
    columns = {"quantity": quantity, "price": price, "income": income, "weather": weather, "wage": wage}
    return pd.DataFrame(columns, index=QUARTERS[:count])


def pair(count: int = 60, seed: int = 3, text: str = MARKET) -> tuple[Model, Databank]:
    return read_model(text), Databank.from_frame(market(count, seed))


SEEDS = st.integers(0, 10_000)


@given(SEEDS)
@settings(max_examples=8)
def test_just_identified_equations_are_the_same_in_two_and_three_stages(seed: int) -> None:
    model, bank = pair(seed=seed, text=MARKET.replace(", wage", ""))
    second, third = (estimate_system(model, bank, method=method) for method in ("2sls", "3sls"))
    np.testing.assert_allclose(
        list(third.values.values()), list(second.values.values()), rtol=1e-7, atol=1e-9
    )
    assert [each.subject for each in third.untested] == ["hansen_sargan"]


@given(SEEDS)
@settings(max_examples=6)
def test_iterated_three_stages_are_their_own_fixed_point(seed: int) -> None:
    model, bank = pair(seed=seed)
    found = estimate_system(model, bank, method="i3sls", instruments=["income", "weather", "wage", "wage^2"])
    assert found.settled
    design = system_design(model, bank, None, None, None, full=False)
    trees = [read_expression(each) for each in ("income", "weather", "wage", "wage^2")]
    bases = instruments_of(design, trees).bases
    theta = np.array(list(found.values.values()))
    again = minimise(design.sampled, design.freedom, metric(bases, found.residual_covariance), theta)
    np.testing.assert_allclose(again.coefficients, theta, rtol=1e-9, atol=1e-10)


def test_two_stages_without_restrictions_are_each_equation_alone() -> None:
    text = MARKET.replace("d2*income\n", "d2*income estimate 2sls instruments income, weather\n")
    text = text.replace("s2*weather\n", "s2*weather estimate 2sls instruments income, weather\n")
    model, bank = pair(text=text)
    together = estimate_system(model, bank, method="2sls")
    for name in ("demand", "supply"):
        alone = estimate_equation(model, name, bank, method="2sls")
        for coefficient in alone.coefficients:
            assert together.values[coefficient.name] == pytest.approx(coefficient.value, rel=1e-9)
            assert together.standard_error_of(coefficient.name) == pytest.approx(
                alone.standard_error_of(coefficient.name), rel=1e-8
            )


def test_the_same_regressors_make_seemingly_unrelated_regressions_least_squares() -> None:
    text = """model same
exogenous income, weather
endogenous quantity, price
coefficient a, b, c, d, e, f
behavioural quantity: quantity = a + b*income + c*weather
behavioural price: price = d + e*income + f*weather
"""
    model, bank = pair(text=text)
    found = estimate_system(model, bank, method="isur")
    table = market()
    x = np.column_stack([np.ones(60), table.income, table.weather])
    plain = np.linalg.lstsq(x, table[["quantity", "price"]].to_numpy(), rcond=None)[0]
    np.testing.assert_allclose(list(found.values.values()), plain.T.ravel(), rtol=1e-10)


def test_equations_in_another_order_and_units_change_nothing() -> None:
    lines = MARKET.strip().splitlines()
    turned = "\n".join([*lines[:4], lines[5], lines[4]])
    model, bank = pair()
    named = ["income", "weather", "wage", "income*wage"]
    found = estimate_system(model, bank, instruments=named)
    other = estimate_system(read_model(turned), bank, instruments=named)
    for name, value in found.values.items():
        assert other.values[name] == pytest.approx(value, rel=1e-9)
    frame = market()
    frame["income"] *= 1e9
    frame["weather"] *= 1e-7
    scaled = estimate_system(model, Databank.from_frame(frame), instruments=named)
    assert scaled.values["d2"] * 1e9 == pytest.approx(found.values["d2"], rel=1e-8)
    assert scaled.values["s2"] * 1e-7 == pytest.approx(found.values["s2"], rel=1e-8)
    assert scaled.test("hansen_sargan").statistic == pytest.approx(
        found.test("hansen_sargan").statistic, rel=1e-7
    )


def test_equations_that_are_not_linear_give_what_the_linear_ones_give() -> None:
    model, bank = pair()
    bent = MARKET.replace("d2*income", "exp(d2)*income").replace("s1*quantity", "s1^3*quantity")
    for named in (["income", "weather"], ["income", "weather", "wage"]):
        plain = estimate_system(model, bank, instruments=named)
        found = estimate_system(read_model(bent), bank, instruments=named)
        assert found.settled
        assert np.exp(found.values["d2"]) == pytest.approx(plain.values["d2"], rel=1e-7)
        assert found.values["s1"] ** 3 == pytest.approx(plain.values["s1"], rel=1e-6)
    assert found.test("hansen_sargan").statistic == pytest.approx(
        plain.test("hansen_sargan").statistic, rel=1e-6
    )


def test_restrictions_hold_exactly_and_their_likelihood_ratio_says_its_null() -> None:
    text = """model two
exogenous income, weather
endogenous quantity, price
coefficient a, b, c, d
behavioural quantity: quantity = a + b*income
behavioural price: price = c + d*weather
"""
    model, bank = pair(text=text)
    free = estimate_system(model, bank, method="isur")
    held = estimate_system(model, bank, method="isur", restrictions=["b + d = 0", "a = 7.5"])
    assert held.values["a"] == 7.5
    assert held.values["b"] == -held.values["d"]
    assert held.standard_error_of("a") == 0.0
    ratio = likelihood_ratio(held, free)
    assert ratio.statistic == pytest.approx(2 * (free.log_likelihood - held.log_likelihood))
    assert "2 restriction(s) hold" in ratio.null.text("en")
    with pytest.raises(UsageError):
        likelihood_ratio(free, held)
    with pytest.raises(UsageError):
        likelihood_ratio(estimate_system(model, bank, method="sur"), free)


def test_an_autoregressive_error_is_found() -> None:
    draw = np.random.default_rng(5)
    count = 240
    x, z = draw.standard_normal((2, count))
    memory, noise = np.zeros(count), draw.standard_normal((2, count)) * 0.3
    for period in range(1, count):
        memory[period] = 0.6 * memory[period - 1] + noise[0, period]
    frame = pd.DataFrame(
        {"y": 1 + 2 * x + memory, "w": 3 - z + noise[1], "x": x, "z": z}, index=QUARTERS[:count]
    )
    model = read_model(
        """model memory
exogenous x, z
endogenous y, w
coefficient a, b, c, d
behavioural y: y = a + b*x estimate errors ar(1)
behavioural w: w = c + d*z
"""
    )
    for method in ("sur", "3sls", "fiml"):
        found = estimate_system(model, Databank.from_frame(frame), method=method)
        assert found.values["y.rho1"] == pytest.approx(0.6, abs=0.12), method
        assert found.values["b"] == pytest.approx(2.0, abs=0.05), method


def test_the_model_that_comes_back_has_the_values_and_the_result_tells_itself() -> None:
    model, bank = pair()
    found = estimate_system(model, bank, instruments=["income", "weather", "wage"])
    assert found.model.values == found.values
    assert found.residuals.shape == (2, 60)
    for place, each in enumerate(found.equations):
        np.testing.assert_allclose(each.actual, each.fitted + each.residuals)
        np.testing.assert_array_equal(each.residuals, found.residuals[place])
        assert each.r2 == pytest.approx(1 - each.residuals.var() / each.actual.var(), abs=0.02)
    for lang in ("en", "zh"):
        told = found.as_dict(lang)
        assert len(told["coefficients"]) == 6
        assert not found.to_frame(lang).empty
        assert len(found.tests_frame(lang)) == 2
    assert found.instruments["demand"] == ("1", "income", "weather", "wage")
    assert found.residual_correlations().shape == (2, 2)
    assert list(found.residual_frame().columns) == ["demand", "supply"]
    with pytest.raises(UsageError):
        found.coefficient("nobody")
    with pytest.raises(UsageError):
        found.equation("nobody")
    with pytest.raises(UsageError):
        found.test("nobody")


def test_bounds_of_sense_and_needless_instruments_are_noted() -> None:
    model, bank = pair(text=MARKET.replace("d1, d2", "d1 in 0..1, d2"))
    found = estimate_system(model, bank, instruments=["income", "weather", "2*income"])
    said = " ".join(each.text("en") for each in found.notes)
    assert "outside the bounds 0 to 1" in said
    assert "2 * income" in said


def test_the_sample_begins_where_lagged_instruments_do() -> None:
    model, bank = pair()
    found = estimate_system(model, bank, instruments=["income", "weather", "wage(-3)"])
    assert found.sample.first == QUARTERS[3]
    with pytest.raises(LongwaveError, match="wage"):
        estimate_system(model, bank, instruments=["income", "weather", "wage(-3)"], first=QUARTERS[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "4sls"}, "4sls"),
        ({"covariance": "none"}, "none"),
        ({"equations": ["nobody"]}, "nobody"),
        ({"first": "1950-Q1"}, "1950-Q1"),
        ({"first": "1965-Q1", "last": "1964-Q1"}, "no periods"),
        ({"first": "1960-Q1", "last": "1960-Q3"}, "observations"),
        ({"instruments": ["income"]}, "order condition"),
        ({"instruments": ["income", "2*income + 1", "log(income)"]}, "log"),
        ({"instruments": ["nobody"]}, "nobody"),
        ({"instruments": ["wage", "wage^2", "wage^3"], "method": "2sls", "restrictions": ["d1 = d1"]}, "d1"),
        ({"restrictions": ["d1*s1 = 1"]}, "not linear"),
        ({"restrictions": ["d1 = s1", "d1 = s1 + 1"]}, "contradict"),
        ({"restrictions": ["income = 1"]}, "income"),
        ({"method": "fiml", "last": "1960-Q2"}, "periods"),
    ],
)
def test_what_is_refused_says_why(options: dict[str, object], words: str) -> None:
    model, bank = pair()
    with pytest.raises(LongwaveError) as caught:
        estimate_system(model, bank, **options)  # type: ignore[arg-type]
    assert words in caught.value.text("en")
    assert caught.value.mend is not None
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_gap_is_named_with_its_equation_variable_and_period() -> None:
    frame = market()
    frame.loc["1965-Q2", "weather"] = np.nan
    with pytest.raises(LongwaveError) as caught:
        estimate_system(read_model(MARKET), Databank.from_frame(frame))
    for word in ("supply", "weather", "1965-Q2"):
        assert word in caught.value.text("en")
    with pytest.raises(LongwaveError, match="weather"):
        estimate_system(read_model(MARKET), Databank.from_frame(market().drop(columns="weather")))
    frame["weather"] = np.nan
    with pytest.raises(LongwaveError, match="empty"):
        estimate_system(read_model(MARKET), Databank.from_frame(frame))


def test_a_logarithm_of_a_negative_number_is_named() -> None:
    text = MARKET.replace("s2*weather", "s2*log(weather)")
    with pytest.raises(LongwaveError) as caught:
        estimate_system(*pair(text=text))
    assert "supply" in caught.value.text("en")
    assert "logarithm" in caught.value.text("en")


def test_identities_and_models_without_coefficients_are_refused() -> None:
    text = MARKET + "identity value: worth = price*quantity\n"
    model, bank = pair(text=text)
    with pytest.raises(LongwaveError, match="identity"):
        estimate_system(model, bank, equations=["worth"])
    fixed = read_model(
        """model fixed
exogenous x
endogenous y
parameter b = 2
behavioural y: y = b*x
"""
    )
    with pytest.raises(LongwaveError, match="coefficient"):
        estimate_system(fixed, bank)


def test_collinear_regressors_are_named() -> None:
    text = MARKET.replace("d2*income", "d2*income + d3*(2*income - 1)").replace("d2, s0", "d2, d3, s0")
    for method in ("sur", "2sls", "fiml"):
        with pytest.raises(LongwaveError) as caught:
            estimate_system(
                *pair(text=text), method=method, instruments=["income", "weather", "wage", "wage^2"]
            )
        assert "demand" in caught.value.text("en")
        assert "d3" in caught.value.text("en")


def test_shares_that_add_up_are_refused_where_their_covariance_is_needed() -> None:
    frame = market()
    frame["first"] = 0.3 + 0.1 * frame["income"] + 0.01 * frame["price"]
    frame["second"] = 1.0 - frame["first"]
    model = read_model(
        """model shares
exogenous income, weather
endogenous first, second
coefficient a, b, c, d
behavioural first: first = a + b*weather
behavioural second: second = c + d*weather
"""
    )
    assert estimate_system(model, Databank.from_frame(frame), method="2sls").values["b"] == pytest.approx(
        -estimate_system(model, Databank.from_frame(frame), method="2sls").values["d"]
    )
    for method in ("sur", "3sls", "fiml"):
        with pytest.raises(LongwaveError, match="first, second"):
            estimate_system(model, Databank.from_frame(frame), method=method)


def test_a_restriction_of_a_text_reaches_across_equations() -> None:
    text = """model two
exogenous income, weather
endogenous quantity, price
coefficient a, b, c, d
behavioural quantity: quantity = a + b*income  restrict b + d = 0
behavioural price: price = c + d*weather
"""
    model, bank = pair(text=text)
    asked = read_model(text.replace("  restrict b + d = 0", ""))
    held = estimate_system(model, bank, method="sur")
    assert held.values["b"] == -held.values["d"]
    assert held.values == estimate_system(asked, bank, method="sur", restrictions=["b + d = 0"]).values
    with pytest.raises(LongwaveError, match="as a system"):
        estimate_equation(model, "quantity", bank, method="ols")
