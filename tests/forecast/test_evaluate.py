"""The back-test of a method: tests that see what is there, refusals where nothing can be said."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.core.forecast import Trials
from longwave.forecast.evaluate import evaluate

from .made_trials import NAMES, one_series, periods, trials_of, walk

METHODS = {"naive": 0.0, "naive2": 0.0, "ar2": 0.3, "bold": 2.0}


def named(found, name):
    return next(test for test in found.tests if test.name == name)


def test_a_bad_method_is_found_out():
    found = evaluate(trials_of(one_series(80), METHODS | {"bold": 4.0}), "bold")
    assert [test.name for test in found.tests] == [
        "diebold_mariano_naive_step_1",
        "diebold_mariano_naive",
        "diebold_mariano_ar2_step_1",
        "diebold_mariano_ar2",
        "mincer_zarnowitz_step_1",
        "uniform_transforms_step_1",
    ]
    for test in found.tests:
        assert test.rejected, test.name
        assert test.null.text("en")
        assert test.null.text("zh")
        assert test.method.text("zh")
    one = named(found, "diebold_mariano_naive_step_1")
    assert "errors were smaller for naive" in str(one.method)
    assert (one.sample.observations, one.sample.first, one.sample.last) == (60, "2004-Q4", "2019-Q3")
    assert "up to 3 origins in a row" in str(named(found, "diebold_mariano_naive").method)
    assert found.refusals == ()


def test_the_right_method_is_left_alone():
    found = evaluate(trials_of(one_series(80, seed=4), METHODS), "naive", rivals=("ar2",))
    assert not named(found, "mincer_zarnowitz_step_1").rejected
    assert not named(found, "uniform_transforms_step_1").rejected
    assert "never varies" in str(named(found, "mincer_zarnowitz_step_1").method)


def test_narrow_bands_show_in_the_transforms():
    found = evaluate(trials_of(one_series(120), METHODS, spread=0.4), "naive")
    assert named(found, "uniform_transforms_step_1").rejected
    assert found.pit.iloc[[0, -1]].sum() > 2.5 * found.pit.sum() / 5
    assert found.pit.sum() == pytest.approx(len(found.trials.of("naive")))
    assert found.pit.index.tolist() == ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]


def test_growth_is_judged_as_change_from_the_last_value():
    """On the levels any forecast near the last value has slope 1; in changes a method that only shouts is seen."""
    series = one_series(100, seed=1)
    trials = trials_of(series, {"naive": 0.0, "shout": 0.0}, horizon=1)
    frame = trials.frame.copy()
    noise = np.random.default_rng(0).normal(size=int((frame["method"] == "shout").sum()))
    frame.loc[frame["method"] == "shout", "mean"] += noise
    for present in (frame, frame[frame["method"] == "shout"]):
        found = evaluate(Trials(present, trials.history, 4), "shout", rivals=())
        test = named(found, "mincer_zarnowitz_step_1")
        assert test.rejected
        assert "slope -0." in str(test.method) or "slope 0." in str(test.method)


def test_rivals_that_are_not_there_are_refused_not_failed():
    found = evaluate(trials_of(one_series(), {"bold": 1.0}), "bold")
    assert {each.subject for each in found.refusals} == {"diebold_mariano_naive", "diebold_mariano_ar2"}
    assert found.scores["owa"].isna().all()
    assert any("Naive2" in str(note) for note in found.notes)
    with pytest.raises(UsageError):
        evaluate(found.trials, "naive")


def test_few_origins_refuse_tests_and_keep_scores():
    found = evaluate(trials_of(one_series(25), METHODS), "bold")
    assert found.tests == ()
    assert len(found.refusals) == 6
    assert np.isfinite(found.scores["mase"]).all()
    for refusal in found.refusals:
        assert refusal.mend is not None
        assert refusal.reason.text("zh")


def test_two_names_of_one_forecast_are_refused():
    found = evaluate(trials_of(one_series(), {"naive": 0.0, "twin": 0.0}), "twin", rivals=("naive",))
    reasons = {each.subject: str(each.reason) for each in found.refusals}
    assert "never differ" in reasons["diebold_mariano_naive"]


def test_many_series_are_tested_over_time_not_over_series():
    """Copies of one series add nothing: the statistic is that of the one."""
    one = one_series(60)["a"]
    copies = {f"s{number}": 10.0**number * one for number in range(3)}
    single = trials_of({"a": one}, METHODS)
    frames = []
    for number, name in enumerate(copies):
        frame = single.frame.assign(unique_id=name)
        frame[["outcome", "mean", *NAMES]] *= 10.0**number
        frames.append(frame)
    many = evaluate(Trials(pd.concat(frames), copies, 4), "bold")
    test = named(many, "diebold_mariano_naive_step_1")
    assert test.sample.observations == 40
    assert {each.subject for each in many.refusals} == {
        "mincer_zarnowitz_step_1",
        "uniform_transforms_step_1",
    }
    assert any("3 series" in str(note) for note in many.notes)


def test_one_origin_of_many_series_is_no_sample_in_time():
    series = {f"s{n}": pd.Series(walk(21, n), index=periods("2000-Q1", 21)) for n in range(30)}
    found = evaluate(trials_of(series, METHODS), "bold")
    assert not any(test.name.startswith("diebold") for test in found.tests)
    assert found.scores.loc["bold", "forecasts"] == 30


def test_no_error_to_compare_is_a_refusal():
    """Forecasts that begin two steps ahead, and several series without a scale."""
    trials = trials_of(one_series(), METHODS)
    late = evaluate(Trials(trials.frame[trials.frame["step"] > 1], trials.history, 4), "bold")
    subjects = {each.subject for each in late.refusals}
    assert subjects == {"diebold_mariano_naive_step_1", "diebold_mariano_ar2_step_1"}
    pair = pd.concat([trials.frame, trials.frame.assign(unique_id="b")])
    bare = evaluate(Trials(pair, {}, 4), "bold")
    assert bare.tests == ()
    assert "error that can be compared" in " ".join(str(each.reason) for each in bare.refusals)


def test_points_only_give_points_only():
    trials = trials_of(one_series(), METHODS)
    found = evaluate(Trials(trials.frame.drop(columns=NAMES), trials.history, 4), "bold")
    assert found.pit.isna().all()
    assert not any(test.name.startswith("uniform") for test in found.tests)
    assert any("points only" in str(note) for note in found.notes)


def test_origins_further_apart_overlap_less():
    trials = trials_of(one_series(140), METHODS)
    origins = sorted(trials.frame["origin"].unique())[::3]
    sparse = Trials(trials.frame[trials.frame["origin"].isin(origins)], trials.history, 4)
    assert "small-sample correction" in str(named(evaluate(sparse, "bold"), "diebold_mariano_naive").method)
