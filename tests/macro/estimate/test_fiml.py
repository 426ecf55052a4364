"""Full-information maximum likelihood: what it must equal, its derivatives, and when it says that it has no answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import LongwaveError
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.estimate import jacobian as jacobian_room
from longwave.macro.estimate.fiml import Likelihood
from longwave.macro.estimate.fiml_search import likelihood_of
from longwave.macro.estimate.system import estimate_system
from longwave.macro.estimate.system_design import system_design
from longwave.macro.language.read import read_model
from longwave.macro.model import Model
from longwave.macro.solve import solve
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

from .made import QUARTERS
from .test_system import MARKET, market, pair

BENT = """model bent
exogenous G, R
endogenous C, I, Y, share
coefficient a0 = 0.75, a1 = 0.7, a2 = -0.1, b0 = 0.7, b1 = 0.5
behavioural C: log(C) = a0 + a1*log(Y) + a2*R + 0.2*share(-1)
behavioural I: I/Y(-1) = exp(b0)*Y^b1/Y
identity Y: Y = C + I + G
identity share: share = C/Y
"""


def bent(count: int = 80, seed: int = 1, text: str = BENT) -> tuple[Model, Databank]:
    """Data that the model itself makes from random errors, through its own solver."""
    model = read_model(text)
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "G": np.exp(draw.normal(3.0, 0.2, count)),
            "R": draw.normal(0.0, 0.3, count),
            "C.add": draw.normal(0.0, 0.02, count),
            "I.add": draw.normal(0.0, 0.02, count),
        },
        index=QUARTERS[:count],
    )
    for name, value in {"C": 60.0, "I": 20.0, "Y": 100.0, "share": 0.6}.items():
        frame[name] = np.where(np.arange(count) == 0, value, np.nan)
    bank = Databank.from_frame(frame)
    return model, solve(model, bank, Period.parse(QUARTERS[1]), Period.parse(QUARTERS[count - 1])).bank


def made(model: Model, bank: Databank) -> Likelihood:
    return likelihood_of(system_design(model, bank, None, None, None, full=True))


@given(st.integers(0, 10_000), st.integers(2, 4))
@settings(max_examples=6)
def test_without_simultaneity_it_is_iterated_seemingly_unrelated_regressions(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    names = [f"y{place}" for place in range(count)]
    x = draw.standard_normal((50, count))
    mixed = draw.standard_normal((50, count)) @ draw.standard_normal((count, count))
    frame = pd.DataFrame(
        np.hstack([1.0 + 2.0 * x + mixed, x]), columns=[*names, *(f"x{place}" for place in range(count))]
    )
    frame.index = pd.Index(QUARTERS[:50])
    lines = [f"behavioural y{p}: y{p} = a{p} + b{p}*x{p} + c{p}*y{(p + 1) % count}(-1)" for p in range(count)]
    coefficients = ", ".join(f"a{p}, b{p}, c{p}" for p in range(count))
    model = read_model(
        "\n".join(
            [
                "model free",
                f"exogenous {', '.join(frame.columns[count:])}",
                f"coefficient {coefficients}",
                *lines,
            ]
        )
    )
    bank = Databank.from_frame(frame)
    full, iterated = (estimate_system(model, bank, method=method) for method in ("fiml", "isur"))
    np.testing.assert_allclose(
        list(full.values.values()), list(iterated.values.values()), rtol=1e-6, atol=1e-8
    )
    assert full.log_likelihood == pytest.approx(iterated.log_likelihood, rel=1e-10)


@given(st.integers(0, 10_000))
@settings(max_examples=6)
def test_a_just_identified_system_is_two_stage_least_squares(seed: int) -> None:
    model, bank = pair(count=80, seed=seed)
    full, second = (
        estimate_system(model, bank, method="fiml"),
        estimate_system(model, bank, method="2sls", instruments=["income", "weather"]),
    )
    np.testing.assert_allclose(list(full.values.values()), list(second.values.values()), rtol=1e-6, atol=1e-7)


def test_the_same_right_sides_without_simultaneity_are_least_squares() -> None:
    text = """model same
exogenous income, weather
endogenous quantity, price
coefficient a, b, c, d, e, f
behavioural quantity: quantity = a + b*income + c*weather
behavioural price: log(price) = d + e*income + f*weather
"""
    table = market()
    table["price"] = np.exp(table["price"] / 10)
    model = read_model(text)
    full = estimate_system(model, Databank.from_frame(table), method="fiml")
    x = np.column_stack([np.ones(60), table.income, table.weather])
    y = np.column_stack([table.quantity, np.log(table.price)])
    plain = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(list(full.values.values()), plain.T.ravel(), rtol=1e-8)
    left = y - x @ plain
    volume = -np.log(table.price).sum()
    expected = -60 * (math.log(2 * math.pi) + 1) - 30 * np.linalg.slogdet(left.T @ left / 60)[1] + volume
    assert full.log_likelihood == pytest.approx(expected, rel=1e-10)


def test_the_likelihood_of_a_bent_model_is_its_formula() -> None:
    """Against the formula with the Jacobian by finite differences of the errors, identities substituted out."""
    model, bank = bent(40)
    likelihood = made(model, bank)
    theta = np.array([0.7, 0.65, -0.05, 0.8, 0.45])
    system = bind(model)
    values = bank.columns(system.columns)
    values[:, [place for place, name in enumerate(system.columns) if name.endswith(".add")]] = 0.0
    tape = record(system.graph, system.residuals)
    vector = system.vector(dict(zip(("a0", "a1", "a2", "b0", "b1"), theta, strict=True)))
    volume, begin = 0.0, bank.row(Period.parse(QUARTERS[1]))
    for row in range(begin, begin + 39):
        slopes = np.zeros((4, 4))
        for place, column in enumerate(system.unknowns):
            up, down = values.copy(), values.copy()
            step = 1e-5 * abs(values[row, column])
            up[row, column] += step
            down[row, column] -= step
            high, low = (np.array(interpret(tape, each, row, vector)) for each in (up, down))
            slopes[:, place] = (high - low) / (2 * step)
        volume += math.log(abs(np.linalg.det(slopes)))
    errors = np.array(interpret(tape, values, slice(begin, begin + 39), vector)[:2])
    covariance = errors @ errors.T / 39
    expected = -39 * (math.log(2 * math.pi) + 1) - 19.5 * np.linalg.slogdet(covariance)[1] + volume
    assert likelihood.value(theta) == pytest.approx(expected, rel=1e-8)


@given(st.integers(0, 1000))
@settings(max_examples=8)
def test_gradient_and_scores_agree_with_differences(seed: int) -> None:
    likelihood = BENT_LIKELIHOOD
    draw = np.random.default_rng(seed)
    theta = np.array([0.75, 0.7, -0.1, 0.7, 0.5]) + 0.1 * draw.standard_normal(5)
    gradient = likelihood.gradient(theta)
    for place in range(5):
        step = np.zeros(5)
        step[place] = 1e-5
        slope = (likelihood.value(theta + step) - likelihood.value(theta - step)) / 2e-5
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-5)
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(
        likelihood.profiled_scores(theta).sum(axis=0), gradient, rtol=1e-9, atol=1e-9 * scale
    )
    np.testing.assert_allclose(
        likelihood.joint_scores(theta)[:, :5].sum(axis=0), gradient, rtol=1e-9, atol=1e-9 * scale
    )


BENT_LIKELIHOOD = made(*bent())


def test_the_hessian_by_differences_agrees_with_complex_steps() -> None:
    model, bank = bent()
    found = estimate_system(model, bank, method="fiml")
    assert found.settled
    theta = np.array(list(found.values.values()))
    hessian = np.zeros((5, 5))
    for place in range(5):
        moved = theta.astype(complex)
        moved[place] += 1e-30j
        hessian[place] = made(model, bank).gradient(moved).imag / 1e-30
    np.testing.assert_allclose(np.linalg.inv(-hessian), found.covariance, rtol=1e-7)


def test_it_finds_what_made_the_data() -> None:
    model, bank = bent(240)
    found = estimate_system(model, bank, method="fiml")
    for name, value in {"a1": 0.7, "a2": -0.1, "b1": 0.5}.items():
        assert found.values[name] == pytest.approx(value, abs=4 * found.standard_error_of(name)), name
    assert set(found.covariances) == {"hessian", "outer", "sandwich"}
    sizes = np.sqrt(np.diag(found.covariance))
    for way in ("outer", "sandwich"):
        ratio = np.sqrt(np.diag(found.covariances[way])) / sizes
        assert (ratio > 0.5).all(), way
        assert (ratio < 2.0).all(), way


def test_how_an_identity_is_written_and_which_others_there_are_changes_nothing() -> None:
    model, bank = bent()
    found = estimate_system(model, bank, method="fiml")
    other = (
        BENT.replace("Y = C + I + G", "7*Y - 7*C = 7*I + 7*G") + "identity double: twice = 2*Y + 3*share\n"
    )
    again = estimate_system(read_model(other), bent(text=other)[1], method="fiml")
    assert again.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-9)
    assert again.values["a1"] == pytest.approx(found.values["a1"], rel=1e-6)


def test_units_move_the_likelihood_by_their_logarithm_only() -> None:
    model, bank = pair()
    found = estimate_system(model, bank, method="fiml")
    frame = market()
    frame["quantity"] *= 1000.0
    scaled = estimate_system(model, Databank.from_frame(frame), method="fiml")
    assert scaled.log_likelihood == pytest.approx(found.log_likelihood - 60 * math.log(1000.0), rel=1e-9)
    assert scaled.values["d2"] == pytest.approx(1000.0 * found.values["d2"], rel=1e-6)


@pytest.mark.parametrize("most", [0, 80])
def test_eliminating_identities_gives_the_determinant_of_the_whole(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dense and sparse elimination against the determinant of the full matrix of exact partials."""
    monkeypatch.setattr(jacobian_room, "MOST_DENSE", most)
    model, bank = bent(30)
    design = system_design(model, bank, None, None, None, full=True)
    likelihood = likelihood_of(design)
    theta = np.array([0.7, 0.65, -0.05, 0.8, 0.45])
    system, sampled = design.system, design.sampled
    numbers = (*design.numbers, *design.identities)
    assert len(numbers) == 3  # `share` is in no loop
    nodes = [
        system.graph.partial(system.residuals[number], system.graph.column(system.unknowns[other]))
        for number in numbers
        for other in numbers
    ]
    found = sampled.values(record(system.graph, nodes), theta)
    whole = np.stack([np.broadcast_to(each, 29) for each in found], axis=-1).reshape(29, 3, 3)
    logs = np.linalg.slogdet(whole)[1]
    assert likelihood.jacobian.log_determinant(theta).sum() + likelihood.jacobian.constant == pytest.approx(
        logs.sum()
    )


def test_a_choice_of_equations_takes_the_others_as_given_and_says_so() -> None:
    model, bank = bent()
    found = estimate_system(model, bank, method="fiml", equations=["C"])
    assert [each.name for each in found.equations] == ["C"]
    assert "I" in found.notes[0].text("en")
    assert set(found.values) == {"a0", "a1", "a2"}


def test_an_equation_without_coefficients_counts_with_its_errors_and_without_as_an_identity() -> None:
    text = MARKET.replace("s0 + s1*quantity + s2*weather", "2 + 0.4*quantity - weather").replace(
        ", s0, s1, s2", ""
    )
    model, bank = pair(text=text)
    found = estimate_system(model, bank, method="fiml")
    assert [each.name for each in found.equations] == ["demand", "supply"]
    assert found.equation("supply").coefficients == ()
    frame = market()
    frame["price"] = 2 + 0.4 * frame["quantity"] - frame["weather"]
    exact = estimate_system(model, Databank.from_frame(frame), method="fiml")
    assert [each.name for each in exact.equations] == ["demand"]
    assert "supply" in exact.notes[0].text("en")


def test_regimes_are_estimated_together() -> None:
    text = MARKET + "exogenous state\n"
    text = text.replace("d0 + d1*price + d2*income", "d0 + d1*price + d2*income when state == 0").replace(
        "behavioural supply",
        "behavioural calm for quantity: quantity = d3 + d1*price + d2*income\nbehavioural supply",
    )
    text = text.replace("d2, s0", "d2, d3, s0")
    frame = market()
    frame["state"] = (np.arange(60) % 3 == 0).astype(float)
    frame.loc[frame["state"] == 1.0, "quantity"] += 2.0
    found = estimate_system(read_model(text), Databank.from_frame(frame), method="fiml")
    assert found.settled
    assert np.isfinite(found.standard_errors).all()
    assert found.values["d3"] > found.values["d0"]


def test_data_that_break_an_identity_are_noted() -> None:
    model, bank = bent()
    frame = bank.frame()
    frame.loc["1970-Q1", "G"] += 5.0
    found = estimate_system(model, Databank.from_frame(frame), method="fiml")
    said = " ".join(each.text("en") for each in found.notes)
    assert "Y" in said
    assert "1970-Q1" in said


def test_a_flat_likelihood_is_refused_by_name() -> None:
    text = (
        MARKET.replace(" + d2*income", "")
        .replace("d1, d2", "d1")
        .replace("s2*weather", "s2*weather + s3*income")
    )
    text = text.replace("s1, s2", "s1, s2, s3")
    with pytest.raises(LongwaveError) as caught:
        estimate_system(*pair(text=text), method="fiml")
    assert "flat" in caught.value.text("en")
    for name in ("s0", "s1", "s2", "s3", "supply"):
        assert name in caught.value.text("en")
    assert "d1" not in caught.value.text("en")


def test_a_likelihood_without_top_is_refused() -> None:
    text = MARKET.replace("d2*income", "d2*income + d3*wage + d4*wage(-1) + d5*income(-1)")
    text = text.replace("s2*weather", "s2*weather + s3*weather(-1) + s4*wage(-2)")
    text = text.replace("d2, s0, s1, s2", "d2, d3, d4, d5, s0, s1, s2, s3, s4")
    with pytest.raises(LongwaveError) as caught:
        estimate_system(*pair(text=text), method="fiml", first="1961-Q1", last="1962-Q4")
    assert "no maximum" in caught.value.text("en") or "flat" in caught.value.text("en")


def test_leads_and_singular_models_are_refused() -> None:
    with pytest.raises(LongwaveError, match="ahead"):
        estimate_system(*pair(text=MARKET.replace("d1*price", "d1*price(+1)")), method="fiml")


def test_several_tops_are_told() -> None:
    """Demand with the square of a coefficient has one top on either side of nought."""
    text = MARKET.replace("d2*income", "d2^2*income").replace("d1, d2", "d1, d2 = 0.02")
    found = estimate_system(*pair(text=text), method="fiml")
    assert abs(found.values["d2"]) > 0.5
    assert found.settled
    assert found.tops[0] == max(found.tops)


def test_few_periods_do_without_the_outer_product() -> None:
    model, bank = pair()
    found = estimate_system(model, bank, method="fiml", last="1961-Q4", covariance="outer")
    assert "outer" not in found.covariances
    assert "too few" in " ".join(each.text("en") for each in found.notes)
    assert "Hessian" in found.how.text("en")
