"""Forecasts of many series at once."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.forecast.forecast import forecast
from longwave.forecast.frames import read_many
from longwave.forecast.many import ORIGINS, Task, forecast_many, learn_pools

from .made_series import growing, quarterly, random_walk, yearly

TASK = Task(6, "fast")


def frame_of(series, freq="YE"):
    """Name -> values, as a long frame."""
    parts = [
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": pd.date_range("1960-12-31", periods=len(values), freq=freq),
                "y": values,
            }
        )
        for name, values in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def walks(count, length=40):
    return {f"walk{seed:03d}": random_walk(length, seed) for seed in range(count)}


def of(found, name):
    return found.frame[found.frame["unique_id"] == name]


def test_a_small_panel_has_the_medians_and_raw_bands_of_single_forecasts():
    """Without a pool only the widening differs: six origins here, eight there."""
    series = walks(4) | {f"season{seed}": growing(30, seed) for seed in range(2)}
    found = forecast_many(read_many(frame_of(series)), TASK)
    for name, values in series.items():
        single = forecast(
            yearly(values, first=1960), variable="x", area="", unit="", horizon=6, method="fast"
        )
        many = of(found, name)
        np.testing.assert_allclose(many["longwave"], single.frame["0.5"])
        for column, share in (("longwave-raw-lo-80", "0.1"), ("longwave-raw-hi-95", "0.975")):
            np.testing.assert_allclose(many[column], single.raw[share])
        width = many["longwave-hi-80"] - many["longwave-lo-80"]
        own = many["longwave-raw-hi-80"] - many["longwave-raw-lo-80"]
        assert (width >= own * (1 - 1e-9)).all()
    assert ORIGINS == 6


def test_ids_and_dates_come_back_in_their_order():
    found = forecast_many(read_many(frame_of({"b": random_walk(30, 0), "a": random_walk(35, 1)})), TASK).frame
    assert (
        found["unique_id"].drop_duplicates().tolist()
        == read_many(frame_of({"b": random_walk(30, 0), "a": random_walk(35, 1)})).ids.tolist()
    )
    assert of_dates(found, "b") == [f"{year}-12-31" for year in range(1990, 1996)]
    assert of_dates(found, "a")[0] == "1995-12-31"
    assert found.columns.tolist() == [
        "unique_id",
        "ds",
        "longwave-lo-95",
        "longwave-lo-80",
        "longwave-lo-50",
        "longwave",
        "longwave-hi-50",
        "longwave-hi-80",
        "longwave-hi-95",
        *[f"longwave-raw-{side}" for side in ("lo-95", "lo-80", "lo-50", "hi-50", "hi-80", "hi-95")],
    ]


def of_dates(frame, name):
    return [str(day)[:10] for day in frame.loc[frame["unique_id"] == name, "ds"]]


def test_a_pool_is_learned_from_thirty_and_holds_what_it_says():
    """70 walks: the calibrated 80% bands held what came later, and what the pool had seen."""
    made = {f"walk{seed}": random_walk(46, seed) for seed in range(70)}
    found = forecast_many(read_many(frame_of({name: values[:40] for name, values in made.items()})), TASK)
    held = [
        (each["longwave-lo-80"].to_numpy() <= made[name][40:])
        & (made[name][40:] <= each["longwave-hi-80"].to_numpy())
        for name, each in found.frame.groupby("unique_id")
    ]
    assert 0.65 <= np.mean(held) <= 0.93
    assert set(found.coverage) == {0.5, 0.8, 0.95}
    assert 0.75 <= found.coverage[0.8] <= 0.9
    bands = found.frame.filter(like="longwave").filter(regex="^(?!.*raw)").to_numpy()
    assert (np.diff(bands, axis=1) > 0).all()


def test_pools_learned_before_give_the_same_numbers():
    read = read_many(frame_of(walks(32, 24)))
    pools = learn_pools(read, TASK)
    assert set(pools.by_season) == {1}
    whole, later = forecast_many(read, TASK), forecast_many(read, TASK, pools=pools)
    pd.testing.assert_frame_equal(whole.frame, later.frame)
    other = Task(6, "fast", levels=(0.9,))
    with pytest.raises(UsageError, match="levels"):
        forecast_many(read, other, pools=pools)
    longer = forecast_many(read, Task(9, "fast"), pools=pools).frame
    np.testing.assert_allclose(of_first(longer, 6)["longwave"], whole.frame["longwave"])


def of_first(frame, count):
    return frame[frame.groupby("unique_id").cumcount() < count].reset_index(drop=True)


def test_frequencies_have_their_own_pools():
    years = frame_of(walks(31, 24))
    quarters = frame_of({f"q{seed}": quarterly(40, seed) for seed in range(31)}, "QE")
    pools = learn_pools(read_many(pd.concat([years, quarters], ignore_index=True)), Task(3, "naive2"))
    assert {season: pool.series for season, pool in pools.by_season.items()} == {1: 31, 4: 31}


def test_bad_series_are_refused_and_the_others_go_on():
    series = {
        "good": random_walk(30, 0),
        "constant": np.full(30, 3.0),
        "regular": np.arange(30.0),
        "short": random_walk(4, 0),
        "few": random_walk(5, 0),
        "late gap": np.where(np.arange(30) == 27, np.nan, random_walk(30, 1)),
        "infinite": np.append(random_walk(29, 0), np.inf),
        "below": random_walk(30, 2) - 100,
        "huge": 1e200 * (5 + random_walk(30, 0)),
    }
    found = forecast_many(read_many(frame_of(series)), TASK)
    assert set(found.frame["unique_id"]) == {"good", "few", "below"}
    refused = {one.subject: one for one in found.refusals}
    assert set(refused) == {"constant", "regular", "short", "late gap", "infinite", "huge"}
    assert all(one.reason.text("zh") and one.mend.text("zh") for one in found.refusals)
    assert "at least 5" in str(refused["short"].reason)
    assert found.fallen == {"drift": 1}
    assert np.isfinite(found.frame.filter(like="longwave").to_numpy()).all()


def test_only_short_series_give_no_coverage_rather_than_a_hole():
    found = forecast_many(read_many(frame_of(walks(3, 8))), TASK)
    assert found.coverage == {}
    assert len(found.frame) == 18


def test_nothing_left_is_an_empty_table():
    found = forecast_many(read_many(frame_of({"flat": np.full(20, 1.0)})), TASK)
    assert len(found.frame) == 0
    assert "longwave-hi-95" in found.frame
    assert [one.subject for one in found.refusals] == ["flat"]


def test_one_series_is_not_moved_by_what_stands_beside_it_without_a_pool():
    alone = forecast_many(read_many(frame_of(walks(1))), TASK).frame
    beside = of(forecast_many(read_many(frame_of(walks(5))), TASK), "walk000").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside)


def test_progress_is_told_to_the_end():
    told = []
    forecast_many(
        read_many(frame_of(walks(5))), TASK, progress=lambda what, done, total: told.append((done, total))
    )
    assert told[-1] == (5, 5)


@pytest.mark.parametrize("task", [Task(0), Task(6, "magic"), Task(6, levels=()), Task(6, levels=(1.0,))])
def test_bad_tasks_are_errors(task):
    with pytest.raises(UsageError):
        forecast_many(read_many(frame_of(walks(1))), task)


@pytest.mark.slow
def test_two_processes_give_the_same_numbers():
    """Also what is refused comes back from them, in the same order."""
    read = read_many(frame_of({**walks(70, 24), "flat": np.full(20, 1.0), "walk999": random_walk(24, 999)}))
    one = forecast_many(read, TASK)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        two = forecast_many(read, TASK, executor=executor)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.coverage == two.coverage
    assert [str(each.reason) for each in one.refusals] == [str(each.reason) for each in two.refusals]
