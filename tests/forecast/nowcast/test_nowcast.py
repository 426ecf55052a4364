"""The whole nowcast: what it says, how it refuses, that it does not depend on what should not matter."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.forecast.nowcast.nowcast import Nowcast, nowcast

from .economy import MONTHS, economy, truth

TARGET, INDICATORS = economy()


def made(*args: Any, **options: Any) -> Nowcast:
    found = nowcast(*args, **options)
    assert isinstance(found, Nowcast)
    return found


@pytest.fixture(scope="module")
def found() -> Nowcast:
    steps: list[tuple[int, int]] = []
    earlier = {"output": TARGET[:-1], **{name: series[:-1] for name, series in INDICATORS.items()}}
    result = made(
        TARGET, INDICATORS, earlier=earlier, progress=lambda _, done, total: steps.append((done, total))
    )
    assert [done for done, _ in steps] == sorted(done for done, _ in steps) and steps[-1] == (13, 13)
    return result


def test_it_says_all_that_it_should(found: Nowcast) -> None:
    assert (found.period, found.origin, found.latest, found.kind) == ("2019-Q4", "2019-Q3", "2019-12", "log")
    assert list(found.frame.index) == ["2019-Q4"]
    assert list(found.frame.columns) == ["mean", "0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]
    assert found.change.loc["2019-Q4", "0.025"] < truth() < found.change.loc["2019-Q4", "0.975"]
    assert list(found.scores.index) == ["dynamic_factor", "ar2", "mean"]
    assert found.scores["rmse"].idxmin() == "dynamic_factor"
    assert found.scores["origins"].eq(12).all()
    assert set(found.trials.methods) == {"dynamic_factor", "ar2", "mean"}
    assert len(found.tests) == 2 and found.news is not None
    for message in (*found.said, *found.notes, found.method, *(test.null for test in found.tests)):
        assert message.text("en") and message.text("zh")
    assert "missed by less than both" in " ".join(map(str, found.said))


def test_both_scales_say_the_same(found: Nowcast) -> None:
    np.testing.assert_allclose(found.frame, TARGET.iloc[-1] * np.exp(found.change))


def test_quantiles_ascend(found: Nowcast) -> None:
    for table in (found.own, *found.rivals):
        for frame in (table.changes, table.values, table.raw):
            columns = [name for name in frame.columns if name != "mean"]
            for left, right in pairwise(columns):
                assert (frame[left] < frame[right]).all()


def test_it_is_the_same_every_time_and_in_any_order(found: Nowcast) -> None:
    again = made(TARGET[::-1], {name: INDICATORS[name][::-1] for name in INDICATORS})
    pd.testing.assert_frame_equal(again.frame, found.frame)


def test_several_unknown_periods() -> None:
    result = made(TARGET[:-1], INDICATORS, method="bridge", period="2020-Q1")
    assert list(result.frame.index) == ["2019-Q3", "2019-Q4", "2020-Q1"]
    assert result.period == "2020-Q1"
    wide = result.frame["0.9"] - result.frame["0.1"]
    assert wide.is_monotonic_increasing
    assert any("No indicator reaches into 2020-Q1" in str(note) for note in result.notes)


def test_where_nothing_can_be_known_no_victory_is_claimed() -> None:
    random = np.random.default_rng(4)
    target = pd.Series(np.exp(np.cumsum(0.01 * random.normal(size=87))), index=TARGET.index, name="output")
    noise = {
        f"n{n}": pd.Series(np.exp(np.cumsum(0.01 * random.normal(size=264))), index=MONTHS) for n in range(4)
    }
    result = made(target, noise)
    (record,) = [str(sentence) for sentence in result.said if "past origins" in str(sentence)]
    assert "may be chance" in record
    assert ("did not beat" in record) is (result.scores["rmse"].idxmin() != "dynamic_factor")


def test_a_yearly_target_goes_by_bridge_and_says_so() -> None:
    monthly = pd.Series(100 * np.exp(np.cumsum(0.002 + 0.01 * np.random.default_rng(1).normal(size=480))))
    monthly.index = pd.period_range("1980-01", periods=480, freq="M").astype(str)
    yearly = pd.Series(
        monthly.to_numpy().reshape(-1, 12).mean(axis=1), index=[str(y) for y in range(1980, 2020)]
    )
    result = made(yearly[:-1].rename("sales"), {"a": monthly[:-2], "b": monthly[:-1] ** 0.5})
    assert result.own.name == "bridge" and result.frame.index.to_list() == ["2019"]
    assert any("carried by bridge" in str(note) for note in result.notes)
    assert abs(result.frame.loc["2019", "mean"] / yearly["2019"] - 1) < 0.02


def test_without_a_past_to_try_it_on_nothing_is_claimed() -> None:
    result = made(TARGET, INDICATORS, origins=0)
    assert result.own.widened == (1.0,)
    assert "too little past" in str(result.method)
    assert any("too little past to tell" in str(sentence) for sentence in result.said)


@pytest.mark.parametrize(
    ("target", "indicators", "word"),
    [
        (TARGET[-12:], INDICATORS, "at least 21"),
        (pd.Series(5.0, index=TARGET.index), INDICATORS, "does not vary"),
        (pd.Series(np.arange(87.0) - 3, index=TARGET.index), INDICATORS, "perfect regularity"),
        (TARGET, {"x0": INDICATORS["x0"]}, "common factor"),
        (TARGET, {}, "No indicator"),
        (TARGET["2010-Q1":], {n: s[:"2009-12"] for n, s in INDICATORS.items()}, "No indicator"),
        (TARGET[:"2018-Q1"], INDICATORS, "before the newest indicator"),
    ],
)
def test_what_the_data_cannot_carry_is_refused(
    target: pd.Series, indicators: dict[str, pd.Series], word: str
) -> None:
    found = nowcast(target, indicators)
    assert isinstance(found, Refusal) and word in str(found.reason)
    assert found.mend is not None and found.mend.text("zh") and found.reason.text("zh")


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"method": "oracle"}, UsageError, "oracle"),
        ({"levels": (1.2,)}, UsageError, "between 0 and 1"),
        ({"levels": ()}, UsageError, "between 0 and 1"),
        ({"origins": -1}, UsageError, "-1"),
        ({"period": "2019-Q2"}, BadInput, "known already"),
        ({"period": "2019-12"}, BadInput, "not a period of"),
        ({"period": "2029-Q1"}, BadInput, "too far"),
        ({"earlier": {"x0": TARGET}}, BadInput, "frequency"),
    ],
)
def test_what_was_asked_wrongly(options: dict[str, Any], error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        nowcast(TARGET, INDICATORS, **options)


def test_indicators_that_end_early_are_named() -> None:
    result = made(TARGET, {**INDICATORS, "old": INDICATORS["x1"][:"2016-06"] * 1.5}, origins=0)
    assert any("old" in str(note) and "2016-06" in str(note) for note in result.notes)


def test_news_wants_the_factor_model() -> None:
    result = made(TARGET, INDICATORS, method="bridge", earlier={"x0": INDICATORS["x0"][:-1]})
    assert result.news is None and any("dynamic factor model only" in str(note) for note in result.notes)


def test_series_not_among_the_earlier_count_as_unchanged() -> None:
    result = made(TARGET, INDICATORS, origins=0, earlier={"x0": INDICATORS["x0"][:-1]})
    assert result.news is not None and {row.series for row in result.news.rows} == {"x0"}
    assert any("taken as unchanged" in str(note) for note in result.notes)
