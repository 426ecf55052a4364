"""The era model as a whole: answers, refusals and what must leave the answer alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.dating import DatingState
from longwave.measure.era.model import era_model
from longwave.measure.era.series import EraSeries

from .samples import contribution, noise, state

QUICK = {"draws": 60, "test_draws": 159, "waves": False, "path": False, "breaks": False}


def six(date=30, years=60, **options):
    series = {f"d{j}": state(years, date, seed=10 + j, **options) for j in range(2)}
    return series | {"c": contribution(years, date, seed=20, **options)}


def answer(era):
    return [(one.name, one.state, one.period, one.low, one.high) for one in era.datings]


def test_a_clear_turning_point_is_dated() -> None:
    era = era_model(six(), draws=100, seed=1, waves=False, breaks=False)
    head = era.headline[0]
    assert era.together
    assert head.dating.state is DatingState.PASSED
    assert int(head.dating.low or 0) <= 1980 <= int(head.dating.high or 0)
    decay = {one.name: one for one in era.estimates}
    assert decay["decay_factor_era"].high < 1
    assert decay["half_life_era"].value == pytest.approx(
        np.log(2) / -np.log(decay["decay_factor_era"].value), rel=1e-9
    )
    assert decay["loading_d0"].low < 20 < decay["loading_d0"].high
    assert {"maturity", "maturity_low", "maturity_high", "d0_fitted"} <= set(era.table.columns)
    assert era.table["maturity"].between(era.table["maturity_low"], era.table["maturity_high"]).all()


@pytest.mark.parametrize("ahead", [2, 5, 10])
def test_what_lies_ahead_is_not_dated(ahead) -> None:
    passed = 0
    for seed in range(3):
        series = {"d": state(45, 44 + ahead, seed=seed), "c": contribution(45, 44 + ahead, seed=seed + 50)}
        era = era_model(series, seed=seed, **QUICK)
        passed += sum(one.passed for one in (*era.dimensions.values(), *[era.pooled]))
    assert passed == 0


@pytest.mark.parametrize("kind", ["noise", "walk", "line", "dip"])
def test_without_an_era_there_is_hardly_ever_a_date(kind) -> None:
    passed = 0
    for seed in range(8):
        u = noise(50, 0.5, seed)
        values = {
            "noise": u,
            "walk": np.cumsum(np.random.default_rng(seed).normal(size=50)),
            "line": u + 0.2 * np.arange(50),
            "dip": u - 5 * np.isin(np.arange(50), [46, 47, 48] if seed % 2 else [20, 21]),
        }[kind]
        which = "contribution" if seed % 2 else "state"
        era = era_model({"a": EraSeries(pd.Series(values, index=range(1970, 2020)), which)}, **QUICK)
        passed += era.dimensions["a"].passed
    assert passed <= 1


def test_unlike_dates_are_not_pooled() -> None:
    series = {"a": state(70, 15, 30, seed=1), "b": state(70, 52, 30, seed=2)}
    era = era_model(series, seed=3, **QUICK)
    tests = {one.name: one for one in era.tests}
    assert tests["common_date"].rejected
    assert not era.together
    assert [one.names for one in era.headline] == [("a",), ("b",)]


def test_noise_that_moves_together_is_not_pooled() -> None:
    shared = noise(60, 0.2, 5)
    series = {}
    for j in range(3):
        one = state(60, 30, seed=30 + j)
        series[f"d{j}"] = EraSeries(one.values + 2 * shared, "state")
    era = era_model(series, **QUICK)
    assert {one.name: one.rejected for one in era.tests}["independent_noise"]
    assert not era.together


@settings(max_examples=3)
@given(
    shift=st.integers(-150, 150),
    scale=st.sampled_from([1e-3, 0.5, 40.0]),
    level=st.floats(-5, 5),
    turn=st.booleans(),
)
def test_units_levels_order_and_calendar_leave_the_answer_alone(shift, scale, level, turn) -> None:
    series = six()
    moved = {
        name: EraSeries(
            pd.Series(
                (scale * one.values + level * scale).to_numpy() * (-1 if turn and one.kind == "state" else 1),
                index=one.values.index + shift,
            ),
            one.kind,
            one.sources,
        )
        for name, one in reversed(series.items())
    }
    before, after = era_model(series, seed=4, **QUICK), era_model(moved, seed=4, **QUICK)
    assert after.headline[0].date == before.headline[0].date + shift
    # A shock that is named by its calendar years may come or go as the calendar moves; the answer's kind may not.
    assert after.headline[0].dating.state is before.headline[0].dating.state


def test_the_same_seed_gives_the_same_answer() -> None:
    series = {"d": state(40, 20, seed=1)}
    first, second = (era_model(series, seed=9, **QUICK) for _ in range(2))
    assert answer(first) == answer(second)
    assert first.estimates == second.estimates


def test_many_and_few_draws_tell_the_same_p_values() -> None:
    series = {
        f"d{j}": EraSeries(pd.Series(noise(40, 0.5, j), index=range(1980, 2020)), "state") for j in range(2)
    }
    few, many = (era_model(series, seed=3, **(QUICK | {"draws": draws})) for draws in (30, 90))
    assert [(one.name, one.p_value) for one in few.tests] == [(one.name, one.p_value) for one in many.tests]


def test_a_dimension_among_several_answers_for_the_family() -> None:
    era = era_model({f"d{j}": state(40, 18, 9.0, persistence=0.6, seed=j) for j in range(4)}, **QUICK)
    tests = {one.name: one for one in era.tests}
    for name, found in era.dimensions.items():
        assert found.chance.among == 4
        assert tests[f"no_fade_{name}"].p_value == found.p_value >= found.chance.alone
        assert tests[f"no_fade_{name}"].rejected == (found.p_value <= 0.05)
        assert "4 dimensions" in tests[f"no_fade_{name}"].method.text("en")
        assert found.p_value <= 0.05 or found.dating.state is DatingState.NOT_DATABLE


def test_a_contribution_never_moves_against_the_era() -> None:
    told = 0
    for seed in range(4):
        era = era_model({"c": contribution(60, 28, 4.0, seed=seed)}, seed=seed, **QUICK)
        assert {one.name for one in era.estimates if one.name.startswith("loading")} == (
            {"loading_c"} if era.headline[0].passed else set()
        )
        for one in era.estimates:
            if one.name == "loading_c":
                told += 1
                assert 0 <= one.low <= one.value <= one.high
                assert one.unit == "log points in all"
    assert told


def test_gaps_and_unlike_spans_are_taken_as_they_are() -> None:
    series = six()
    holes = series["d0"].values.drop([1960, 1961, 1975])
    holes.loc[1990] = np.nan
    series["d0"] = EraSeries(holes, "state")
    series["d1"] = EraSeries(series["d1"].values.loc[1965:], "state")
    era = era_model(series, **QUICK)
    assert set(era.dimensions) == {"c", "d0", "d1"}
    assert era.dimensions["d0"].sample.observations == 56
    assert abs(era.headline[0].date - 1980) <= 4


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (pd.Series([1.0, 2.0], index=[2000, 2001]), "at least"),
        (pd.Series(np.ones(40), index=range(1980, 2020)), "exact line"),
        (pd.Series(np.arange(40.0), index=range(1980, 2020)), "exact line"),
        (pd.Series(np.full(40, np.nan), index=range(1980, 2020)), "at least"),
        (pd.Series(noise(40, 0, 1), index=[*range(1980, 2019), 2018]), "two figures"),
        (pd.Series(noise(40, 0, 1), index=[f"y{i}" for i in range(40)]), "not a year"),
        (pd.Series(np.repeat(noise(10, 0, 1), 4), index=range(1980, 2020)), "stands still"),
        (pd.Series([np.inf] * 40, index=range(1980, 2020)), "at least"),
    ],
)
def test_what_cannot_carry_an_answer_is_refused_with_a_reason(values, word) -> None:
    era = era_model({"skills": EraSeries(values, "state")}, **QUICK)
    assert not era.dimensions
    assert word in era.refusals[0].reason.text("en")
    assert era.refusals[0].reason.text("zh")


def test_nothing_given_is_a_refusal_too() -> None:
    assert era_model({}).refusals


def test_mistakes_of_the_caller_are_errors() -> None:
    with pytest.raises(ValueError, match="kind"):
        era_model({"a": EraSeries(state(40, 20).values, "level")}, **QUICK)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="draws"):
        era_model(six(), draws=5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["noise", "walk", "line", "dip"])
def test_in_many_series_without_an_era_at_most_one_in_twenty_has_a_date(kind) -> None:
    passed = 0
    for seed in range(80):
        u = noise(45, 0.6, 100 + seed)
        values = {
            "noise": u,
            "walk": np.cumsum(np.random.default_rng(seed).normal(size=45)),
            "line": u + 0.2 * np.arange(45),
            "dip": u - 4 * np.isin(np.arange(45), [41, 42, 43, 44] if seed % 4 < 2 else [20, 21, 22]),
        }[kind]
        which = "contribution" if seed % 2 else "state"
        era = era_model({"a": EraSeries(pd.Series(values, index=range(1970, 2015)), which)}, **QUICK)
        passed += era.dimensions["a"].passed
    # Five in a hundred of eighty, and two standard deviations of that count.
    assert passed <= 8


@pytest.mark.slow
def test_the_set_of_dates_covers() -> None:
    held = []
    for seed in range(60):
        era = era_model({"d": state(50, 25, 14, seed=seed, persistence=0.6)}, seed=seed, **QUICK)
        found = era.dimensions["d"].dates
        held.append(found.first <= 1975 <= found.last)
    assert np.mean(held) >= 0.87
