import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.message import LANGUAGES
from longwave.forecast.scale import choose_scale, is_amount, method_scale


@pytest.mark.parametrize(
    ("values", "unit", "kind", "fallback"),
    [
        ([0.2, 0.9], "share of population", "logit", False),
        ([0.0, 0.9], "share of population", "level", True),
        ([20.0, 90.0], "percent of population", "logit", False),
        ([20.0, 100.0], "percent of population", "level", True),
        ([20.0, 130.0], "percent of population", "level", False),
        ([20.0, 60.0], "percent of GDP", "logit", False),
        ([20.0, 90.0], "percent of GDP", "level", False),
        ([0.2, 0.9], "share of GDP", "level", False),
        ([0.2, 0.5], "share", "logit", False),
        ([2.0, 5.0], "percent", "level", False),
        ([0.05, 0.08], "share a year", "level", False),
        ([2.0, 3.0], "percent a year", "level", False),
        ([2.0, 3.0], "% change on the year before", "level", False),
        ([2.0, 3.0], "percentage points", "level", False),
        ([2.0, 3.0], "同比增长", "level", False),
        ([2.0, 3.0], "net balance of answers", "level", False),
        ([-0.05, 0.08], "share of GDP", "level", False),
        ([10.0, 20.0], "million USD, constant 2017", "log", False),
        ([10.0, -20.0], "million USD, constant 2017", "level", True),
        ([10.0, 0.0], "persons", "level", True),
        ([1.0, 2.0], "index", "log", False),
        ([1.0, 2.0], "patents a year", "log", False),
        ([1.0, 2.0], "USD per hour, constant 2017", "log", False),
        ([1.0, 2.0], "", "log", False),
    ],
)
def test_rule(values, unit, kind, fallback):
    found = choose_scale(np.array(values), unit)
    assert (found.kind, found.fallback) == (kind, fallback)
    assert all(found.said.text(lang) for lang in LANGUAGES)


@given(st.lists(st.floats(0.001, 0.999), min_size=1))
def test_there_and_back(values):
    scale = choose_scale(np.array(values), "share of population")
    np.testing.assert_allclose(scale.backward(scale.forward(np.array(values))), values, rtol=1e-9)


@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=20), st.sampled_from(["population", "GDP"]))
def test_a_share_is_the_same_in_per_cent(values, whole):
    fraction, percent = np.array(values), 100 * np.array(values)
    one, other = choose_scale(fraction, f"share of {whole}"), choose_scale(percent, f"percent of {whole}")
    assert (one.kind, one.fallback, 100 * one.high) == (other.kind, other.fallback, other.high)
    if one.kind == "logit":
        np.testing.assert_allclose(one.forward(fraction), other.forward(percent), atol=1e-9)


@given(
    st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=20),
    st.floats(1e-3, 1e3),
    st.sampled_from(["persons", "index", "million USD, current", ""]),
)
def test_the_scale_of_amounts_does_not_depend_on_their_unit_of_count(values, factor, unit):
    steps = np.diff(np.log(values))
    if len(steps) > 1 and abs(np.std(steps) - 1) < 1e-6:
        return  # at the very threshold, rounding decides
    assert choose_scale(np.array(values), unit).kind == choose_scale(factor * np.array(values), unit).kind


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.sampled_from(
        ["persons", "index", "percent of GDP", "share of population", "percent", "", "share a year"]
    ),
    st.booleans(),
)
def test_no_band_leaves_the_values_it_can_take_and_none_crosses_another(values, unit, log):
    scale = method_scale(np.array(values), unit, log=log)
    middle = scale.forward(np.array(values)).mean()
    said = scale.backward(middle + np.linspace(-50, 50, 21))
    assert (np.diff(said) >= 0).all()
    assert said.min() >= scale.low
    assert said.max() <= scale.high
    if min(values) >= 0 and unit in {"persons", "index"}:
        assert said.min() >= 0


def test_touching_shares_are_cut_to_their_bounds():
    scale = choose_scale(np.array([0.0, 1.0]), "share of population")
    assert scale.backward(np.array([-0.3, 1.4])).tolist() == [0.0, 1.0]


def test_counts_with_zeros_get_no_negative_band():
    scale = choose_scale(np.array([0.0, 3.0, 1.0]), "persons")
    assert scale.backward(np.array([-2.0, 2.0])).tolist() == [0.0, 2.0]


def test_shares_of_gdp_may_pass_it():
    scale = choose_scale(np.array([0.7, 0.95]), "share of GDP")
    assert scale.backward(np.array([-0.1, 1.2])).tolist() == [0.0, 1.2]


def test_jumps_of_an_order_of_magnitude_take_the_logarithm_away_and_say_so():
    scale = choose_scale(np.array([1.0, 1e6, 1.0, 1.0, 1e6, 2.0]), "index")
    assert scale.kind == "level"
    assert "order of magnitude" in str(scale.said)
    growing = choose_scale(np.exp(2.0 * np.arange(9)), "transistors")
    assert growing.kind == "log"


def test_methods_that_ask_for_no_logarithm_see_the_values():
    values = np.array([10.0, 20.0, 15.0])
    assert [method_scale(values, "index", log=log).kind for log in (True, None)] == ["log", "log"]
    assert method_scale(np.array([1.0, -1.0]), "index", log=None).fallback
    plain = method_scale(values, "index", log=False)
    assert (plain.kind, plain.low, plain.fallback) == ("level", 0.0, False)
    assert method_scale(values, "", log=False).low == -np.inf
    assert method_scale(values, "percent of population", log=False).kind == "logit"
    assert not method_scale(np.array([1.0, -1.0]), "index", log=False).fallback


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        ("USD per hour, constant 2017", True),
        ("million USD, constant 2017", True),
        ("patents per million persons", True),
        ("index, 2017 = 100", True),
        ("percent per year", False),
        ("change in USD per hour", False),
        ("percent of GDP", False),
        ("not stated", False),
        ("", False),
    ],
)
def test_what_counts_as_an_amount(unit: str, amount: bool) -> None:
    assert is_amount(unit) is amount
