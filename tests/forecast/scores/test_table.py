"""The table of a back-test: the same forecasts for every method, means over series, and columns left empty."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.core.forecast import Trials
from longwave.forecast.scores import point
from longwave.forecast.scores.table import align, quantile_columns, score_table, step_table

from ..made_trials import NAMES, one_series, periods, trials_of, walk

METHODS = {"naive": 0.0, "naive2": 0.3, "bold": 1.0}


def table_of(trials: Trials, method: str = "bold") -> pd.DataFrame:
    return score_table(align(trials, method))


def test_scores_are_those_of_the_single_functions():
    trials = trials_of(one_series(), METHODS)
    found = table_of(trials)
    part = trials.of("bold")
    assert found.index.tolist() == ["bold", "naive", "naive2"]
    row = found.loc["bold"]
    assert row["rmse"] == pytest.approx(point.rmse(part["outcome"], part["mean"]))
    assert row["mae"] == pytest.approx(point.mae(part["outcome"], part["mean"]))
    assert row["smape"] == pytest.approx(point.smape(part["outcome"], part["mean"]))
    scaled = [
        abs(one.outcome - one.mean) / point.naive_scale(trials.history["a"].loc[: one.origin], 4)
        for one in part.itertuples()
    ]
    assert row["mase"] == pytest.approx(np.mean(scaled))
    assert found.loc["naive2", "owa"] == 1
    inside = part["outcome"].between(part["0.1"], part["0.9"]).mean()
    assert row["coverage_80"] == pytest.approx(inside)


def test_nothing_changes_when_rows_change_places():
    trials = trials_of(one_series(), METHODS)
    mixed = trials.frame.sample(frac=1.0, random_state=0)
    mixed = mixed[[*mixed.columns[:8], *NAMES[::-1]]]
    pd.testing.assert_frame_equal(
        table_of(trials).sort_index(), table_of(Trials(mixed, trials.history, 4)).sort_index()
    )


def test_scale_free_scores_do_not_hang_on_units():
    series = one_series()
    plain = trials_of(series, METHODS)
    frame = plain.frame.copy()
    frame[["outcome", "mean", *NAMES]] *= 1000
    scaled = Trials(frame, {"a": 1000 * series["a"]}, 4)
    before, after = table_of(plain), table_of(scaled)
    for name in ("mase", "smape", "owa", "msis", "scaled_crps", "coverage_50", "coverage_95"):
        assert after[name].tolist() == pytest.approx(before[name].tolist()), name
    for name in ("rmse", "mae", "bias", "crps", "wis"):
        assert after[name].tolist() == pytest.approx((1000 * before[name]).tolist()), name


def test_methods_are_compared_on_forecasts_that_all_made():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame
    late = frame[~((frame["method"] == "naive") & (frame["origin"] < "2007-Q1"))]
    found = table_of(Trials(late, trials.history, 4))
    assert found["forecasts"].nunique() == 1
    alone = frame[frame["origin"] >= "2007-Q1"]
    expected = table_of(Trials(alone, trials.history, 4))
    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index())


def test_a_method_with_few_forecasts_does_not_cut_the_others():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame
    few = frame[~((frame["method"] == "naive") & (frame["origin"] < "2013-Q1"))]
    aligned = align(Trials(few, trials.history, 4), "bold")
    assert aligned.methods == ["bold", "naive2"]
    assert any("naive made only" in str(note) for note in aligned.notes)


def test_many_series_count_alike():
    """Twice as many origins do not make a series count twice."""
    series = {
        "short": pd.Series(walk(25, 1), index=periods("2000-Q1", 25)),
        "long": pd.Series(walk(60, 2), index=periods("2000-Q1", 60)),
    }
    both = table_of(trials_of(series, METHODS))
    each = [table_of(trials_of({name: values}, METHODS)) for name, values in series.items()]
    for name in ("rmse", "mase", "smape", "crps", "coverage_80"):
        assert both.loc["bold", name] == pytest.approx(np.mean([one.loc["bold", name] for one in each]))


def test_a_series_without_a_scale_leaves_only_the_scaled_scores():
    flat = np.full(30, 5.0)
    flat[25:] = [5.0, 6.0, 5.0, 7.0, 6.0]
    series = one_series() | {"flat": pd.Series(flat, index=periods("2000-Q1", 30))}
    aligned = align(trials_of(series, METHODS, horizon=1), "bold")
    found = score_table(aligned)
    assert np.isfinite(found.to_numpy(float)).all()
    assert any("no scale" in str(note) for note in aligned.notes)
    only = table_of(trials_of({"flat": series["flat"].iloc[:26]}, METHODS, horizon=1))
    assert only[["mase", "msis", "owa", "scaled_crps"]].isna().all(axis=None)
    assert only[["rmse", "mae", "smape", "crps", "wis"]].notna().all(axis=None)


def test_points_alone_leave_scores_of_bands_empty():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame.copy()
    frame.loc[frame["method"] == "naive", NAMES] = np.nan
    aligned = align(Trials(frame, trials.history, 4), "bold")
    found = score_table(aligned)
    assert found.loc["naive", ["crps", "wis", "msis", "coverage_80"]].isna().all()
    assert found.loc["bold", ["crps", "wis", "msis", "coverage_80"]].notna().all()
    bare = table_of(Trials(frame.drop(columns=NAMES), trials.history, 4))
    assert not any(name.startswith("coverage") for name in bare.columns)


def test_only_outcomes_are_scored():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame.copy()
    frame.loc[frame["period"] >= "2014-Q1", "outcome"] = np.nan
    aligned = align(Trials(frame, trials.history, 4), "bold")
    assert (aligned.frame["period"] < "2014-Q1").all()
    assert any("without an outcome" in str(note) for note in aligned.notes)


def test_a_history_that_is_missing_gives_no_scale():
    trials = trials_of(one_series(), METHODS)
    assert table_of(Trials(trials.frame, {}, 4))["mase"].isna().all()


def test_by_step():
    found = step_table(align(trials_of(one_series(300), METHODS), "bold"))
    assert found[["method", "step"]].head(3).to_numpy().tolist() == [["bold", 1], ["naive", 1], ["naive2", 1]]
    naive = found[found["method"] == "naive"].set_index("step")
    assert naive["rmse"].is_monotonic_increasing
    assert naive["coverage_80"].tolist() == pytest.approx([0.8] * 3, abs=0.08)


def test_quantile_columns_are_those_that_are_probabilities():
    frame = pd.DataFrame(columns=["mean", "0.9", "note", "0.1", "2", "nan"])
    assert quantile_columns(frame) == ["0.1", "0.9"]


def test_columns_of_other_kinds_are_read():
    """Categories, numbers as names, nullable numbers, and figures as objects."""
    trials = trials_of(one_series(name="7"), METHODS)
    frame = trials.frame.astype({"method": "category", "step": float, "mean": "Float64", "0.5": object})
    frame["unique_id"] = 7
    frame["vintage"] = None
    frame.loc[frame["period"] >= "2014-Q1", "mean"] = pd.NA
    expected = trials.frame[trials.frame["period"] < "2014-Q1"]
    pd.testing.assert_frame_equal(
        table_of(Trials(frame, trials.history, 4)), table_of(Trials(expected, trials.history, 4))
    )


def test_what_cannot_be_aligned_is_refused():
    trials = trials_of(one_series(), METHODS)
    frame = trials.frame
    with pytest.raises(UsageError, match="no method 'arima'"):
        align(trials, "arima")
    with pytest.raises(BadInput, match="outcome"):
        align(Trials(frame.drop(columns="outcome"), {}, 4), "bold")
    with pytest.raises(BadInput, match="there twice: naive, series a"):
        align(Trials(pd.concat([frame, frame.iloc[[0]]]), {}, 4), "bold")
    with pytest.raises(BadInput, match="No forecast of 'bold'"):
        align(Trials(frame.assign(outcome=np.nan), {}, 4), "bold")
    for step in (0, 1.5, None):
        with pytest.raises(BadInput, match="whole numbers from 1"):
            align(Trials(frame.assign(step=step).drop_duplicates(["method", "origin"]), {}, 4), "bold")
    crossed = frame.assign(**{"0.1": 1e6})
    with pytest.raises(BadInput, match="Quantiles fall"):
        score_table(align(Trials(crossed, trials.history, 4), "bold"))
