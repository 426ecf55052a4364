"""The news: parts that add up to the change, for releases, revisions and withdrawals."""

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.nowcast.dynamic_factor import DynamicFactor, FactorFit
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.news import News, news
from longwave.forecast.nowcast.ragged import Ragged

from .economy import economy


def read(target: pd.Series, indicators: dict[str, pd.Series]) -> Ragged:
    return read_inputs(target, indicators, {}, dict.fromkeys(["output", *indicators], "log")).data


TARGET, INDICATORS = economy(ends=("2019-12",))


@pytest.fixture(scope="module")
def after() -> Ragged:
    return read(TARGET, INDICATORS)


@pytest.fixture(scope="module")
def fit(after: Ragged) -> FactorFit:
    return DynamicFactor().fit(after)


def told(before: Ragged, after: Ragged, fit: FactorFit) -> News:
    found = news(before, after, fit, after.target.last + 1)
    assert found.frame["impact"].sum() == pytest.approx(found.after - found.before, abs=1e-12)
    assert found.after == pytest.approx(fit.predict(after, 1).mean[0])
    return found


def test_releases_add_up(after: Ragged, fit: FactorFit) -> None:
    before = read(
        TARGET[:-1],
        {name: series[: -(1 + place % 2)] for place, (name, series) in enumerate(INDICATORS.items())},
    )
    found = told(before, after, fit)
    assert set(found.frame["cause"]) == {"release"}
    assert len(found.rows) == 5 + 2 + 1
    parts = found.frame["weight"] * (found.frame["actual"] - found.frame["expected"])
    np.testing.assert_allclose(parts, found.frame["impact"])
    assert found.rows[0].period in str(found.rows[0].said) and found.rows[0].said.text("zh")
    assert "2019-Q3" in found.frame["period"].to_list()


def test_a_weight_is_what_one_more_unit_of_surprise_does(after: Ragged, fit: FactorFit) -> None:
    before = read(
        TARGET, {name: series[:-1] if name == "x1" else series for name, series in INDICATORS.items()}
    )
    (row,) = told(before, after, fit).rows
    bumped = {name: series.copy() for name, series in INDICATORS.items()}
    bumped["x1"].iloc[-1] *= np.exp(0.01)
    moved = fit.predict(read(TARGET, bumped), 1).mean[0] - fit.predict(after, 1).mean[0]
    assert moved == pytest.approx(0.01 * row.weight)


def test_revisions_new_and_old_add_up(after: Ragged, fit: FactorFit) -> None:
    revised = {name: series.copy() for name, series in INDICATORS.items()}
    revised["x0"].iloc[-3:] *= 1.01
    revised["x2"].iloc[:200] *= 1.01  # long ago, with one change at the seam
    found = told(read(TARGET, revised), after, fit)
    assert {"revision", "older_revisions"} >= set(found.frame["cause"]) >= {"revision"}
    row = next(row for row in found.rows if row.series == "x0")
    assert row.period == "2019-10" and row.actual - row.expected == pytest.approx(-np.log(1.01))


def test_a_revision_of_everything_adds_up(after: Ragged, fit: FactorFit) -> None:
    random = np.random.default_rng(1)
    other = {
        name: series[:-1] * np.exp(0.002 * random.normal(size=len(series) - 1))
        for name, series in INDICATORS.items()
    }
    told(read(TARGET * np.exp(0.001 * random.normal(size=len(TARGET))), other), after, fit)


def test_what_was_withdrawn_is_told(after: Ragged, fit: FactorFit) -> None:
    less = read(
        TARGET, {name: series[:-2] if name == "x3" else series for name, series in INDICATORS.items()}
    )
    found = told(after, less, fit)
    assert found.frame["cause"].to_list() == ["withdrawn"]


def test_nothing_new_is_no_news(after: Ragged, fit: FactorFit) -> None:
    found = told(after, after, fit)
    assert found.rows == () and "nothing changed" in str(found.said[0])


def test_what_moves_nothing_is_not_put_into_words(after: Ragged, fit: FactorFit) -> None:
    expected = INDICATORS["x1"].copy()
    expected.iloc[-2] *= np.exp(1e-6)
    before = read(TARGET[:-1], {**INDICATORS, "x1": expected})
    for found in (told(before, after, fit), told(read(TARGET * 1.3, INDICATORS), after, fit)):
        for lang in ("en", "zh"):
            said = " ".join(sentence.text(lang) for sentence in found.said)
            assert "-0.000" not in said and "+0.000" not in said


def test_a_change_of_base_year_is_no_news(after: Ragged, fit: FactorFit) -> None:
    found = told(read(TARGET * 1.3, {name: series * 0.7 for name, series in INDICATORS.items()}), after, fit)
    assert abs(found.after - found.before) < 1e-9
    assert all(row.cause == "older_revisions" for row in found.rows)
