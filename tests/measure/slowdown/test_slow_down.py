"""Since when: a break that is there is dated, noise is not, and what cannot be looked at is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.core.message import LANGUAGES
from longwave.measure.slowdown.leading import Leading
from longwave.measure.slowdown.slow_down import slow_down


def series(values: np.ndarray, step: int = 1) -> Leading:
    years = np.arange(1950, 1950 + step * len(values), step)
    growth = pd.Series(values, years)
    return Leading("productivity", "USA", "tfp_growth", growth, "contribution", growth.cumsum(), step, ("x",))


def noise(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.01, count)


def test_a_break_that_is_there_is_dated_by_the_last_year_of_the_old_regime() -> None:
    held = []
    for seed in range(4):
        values = noise(60, seed)
        values[:25] += 0.04
        found = slow_down(series(values))
        dating = found.datings[0]
        assert dating.state is DatingState.PASSED
        held.append((dating.low or "") <= "1974" <= (dating.high or ""))
        assert found.estimates[0].value > found.estimates[1].value
        assert {"value", "trend", "trend_low", "trend_high"} == set(found.table.columns)
    assert sum(held) >= 3, "an interval of 95% that misses the date twice in four"


def test_noise_has_no_break_and_says_so_in_both_languages() -> None:
    found = slow_down(series(noise(60)))
    assert found.datings[0].state is DatingState.NO_BREAK
    for lang in LANGUAGES:
        assert all("nan" not in sentence.text(lang) for sentence in found.findings)


def test_a_trend_that_bends_down_is_probably_lower_now() -> None:
    values = np.linspace(0.05, 0.0, 60) + noise(60) / 5
    found = slow_down(series(values))
    told = next(sentence for sentence in found.findings if sentence.key == "slowdown.drift")
    assert float(told.values["probability"]) > 0.9  # type: ignore[arg-type]
    change = next(one for one in found.estimates if "trend_change" in one.name)
    assert change.high < 0


def test_surveys_years_apart_and_short_series_are_refused() -> None:
    assert slow_down(series(noise(12), step=5)).refusals
    short = slow_down(series(noise(15)))
    assert short.refusals
    assert short.datings[0].state is DatingState.NOT_DATABLE
