"""What changed since the last forecast: the parts add up, and each is what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from longwave.core.errors import BadInput, UnitMismatch, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.forecast.held import Replay, held
from longwave.forecast.revision import PARTS, Revision, revision, saved

from .test_held import QUANTILES, series_of, table_of, wandering

LEVEL = "percent a year"


def replay_of(earlier: ForecastTable, old: pd.Series) -> Replay:
    found = held("drift", earlier, old)
    assert not isinstance(found, Refusal)
    return found


def made(old: pd.Series, new: pd.Series, unit: str = LEVEL, horizon: int = 5) -> Revision:
    earlier, later = (table_of(one, unit=unit, horizon=horizon) for one in (old, new))
    return revision(earlier, later, replay_of(earlier, old), old, new)


def grown(old: pd.Series, *values: float) -> pd.Series:
    return pd.concat([old, series_of(np.array(values), "2010")])


def test_a_hand_worked_split_of_the_random_walk_with_drift() -> None:
    """Forecast = last figure + h steps. The last known figure is revised by 0.5; the new one comes out 1 above
    what was expected of the unrevised figures. Handed over first, the revision moves the forecast by 0.5, handed
    over last, by nothing: 0.25 on the mean. The new figure then moves it by 0.5 or by 1: 0.75."""
    old = wandering()
    step = float(np.diff(old).mean())
    new = grown(old, float(old.iloc[-1]) + step + 1.0)
    new["2009"] += 0.5
    found = made(old, new).median
    assert list(found.index) == ["2011", "2012", "2013", "2014"]
    np.testing.assert_allclose(found["revisions"], 0.25)
    np.testing.assert_allclose(found["new_observations"], 0.75)
    np.testing.assert_allclose(found["between_orders"], 0.25)
    new_step = float(np.diff(new).mean())
    np.testing.assert_allclose(found["re_estimation"], (new_step - step) * np.arange(1, 5))
    np.testing.assert_allclose(found["unreproduced"], 0.0, atol=1e-9)


@settings(max_examples=25)
@given(
    st.lists(st.floats(-3, 3), min_size=0, max_size=4),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    st.floats(0.01, 1000),
)
def test_parts_add_up_and_scale_with_the_series(
    fresh: list[float], changes: list[float], factor: float
) -> None:
    old = wandering()
    new = grown(old, *(110.0 + one for one in fresh))
    new.iloc[25:28] += changes
    found = made(old, new, horizon=7)
    parts = found.table[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(parts, found.table["change"], atol=1e-9)
    np.testing.assert_allclose(found.news.sum(axis=1), found.median["new_observations"], atol=1e-9)
    scaled = made(old * factor, new * factor, horizon=7)
    for column in (*PARTS, "change", "between_orders"):
        np.testing.assert_allclose(scaled.table[column], found.table[column] * factor, atol=1e-7 * factor)


def test_parts_add_up_on_the_log_scale_for_every_quantile() -> None:
    old = wandering()
    new = grown(old * np.where(np.arange(30) > 25, 1.01, 1.0), 190.0, 195.0)
    earlier, later = (table_of(one, "long_run") for one in (old, new))
    replay = held("long_run", earlier, old)
    assert not isinstance(replay, Refusal)
    found = revision(earlier, later, replay, old, new)
    assert set(found.table["quantile"]) == set(QUANTILES)
    np.testing.assert_allclose(found.table[list(PARTS)].sum(axis=1), found.table["change"], rtol=1e-9)
    np.testing.assert_allclose(found.table["unreproduced"], 0.0, atol=1e-9)
    assert (found.median["revisions"].abs() > 1e-3).all()


def test_nothing_new_changes_nothing() -> None:
    old = wandering()
    found = made(old, old)
    assert (found.table["change"] == 0).all()
    assert np.abs(found.table[list(PARTS)].to_numpy()).max() < 1e-9
    assert found.surprises.empty
    assert found.revised.empty
    assert not found.refusals


def test_a_pure_revision_has_no_other_part_but_re_estimation() -> None:
    old = wandering()
    new = old.copy()
    new["2005"] += 1.0
    found = made(old, new)
    assert list(found.revised.index) == ["2005"]
    np.testing.assert_allclose(found.median["new_observations"], 0.0, atol=1e-9)
    np.testing.assert_allclose(found.median["revisions"], 0.0, atol=1e-9)


def test_a_method_that_was_changed_is_a_part_of_its_own() -> None:
    old = wandering()
    new = grown(old, 130.0)
    earlier, later = table_of(old, unit=LEVEL), table_of(new, unit=LEVEL)
    shifted = replace(earlier, frame=earlier.frame + 2.0)
    found = revision(shifted, later, replay_of(earlier, old), old, new)
    np.testing.assert_allclose(found.median["unreproduced"], -2.0)
    np.testing.assert_allclose(found.table[list(PARTS)].sum(axis=1), found.table["change"])


def test_a_replay_that_estimates_anew_leaves_nothing_to_re_estimation() -> None:
    old = wandering()
    new = grown(old, 130.0, 131.0)
    new["2008"] -= 1.0
    earlier, later = table_of(old, unit=LEVEL), table_of(new, unit=LEVEL)
    found = revision(earlier, later, lambda series: table_of(series, unit=LEVEL), old, new)
    np.testing.assert_allclose(found.median["re_estimation"], 0.0, atol=1e-9)
    np.testing.assert_allclose(found.table[list(PARTS)].sum(axis=1), found.table["change"], atol=1e-9)


def test_surprises_are_places_in_the_earlier_distribution() -> None:
    old = wandering()
    earlier = table_of(old, unit=LEVEL)
    at = earlier.frame.iloc[0]
    for column in QUANTILES:
        new = grown(old, float(at[column]))
        later = table_of(new, unit=LEVEL)
        found = revision(earlier, later, None, None, new).surprises.iloc[0]
        assert found["z"] == pytest.approx(ndtri(float(column)), abs=1e-9)
        assert found["inside"] == (column not in {"0.025", "0.975"})
    beyond = grown(old, float(at["0.975"] + (at["0.975"] - at["0.5"])))
    found = revision(earlier, table_of(beyond, unit=LEVEL), None, None, beyond).surprises.iloc[0]
    assert found["z"] == pytest.approx(2 * ndtri(0.975), rel=0.01)


def test_a_band_without_width_gives_no_score() -> None:
    old = wandering()
    earlier = table_of(old, unit=LEVEL)
    flat = replace(earlier, frame=earlier.frame * 0 + 5.0)
    new = grown(old, 5.0)
    found = revision(flat, table_of(new, unit=LEVEL), None, None, new).surprises.iloc[0]
    assert np.isnan(found["z"])
    assert found["inside"]


def test_of_a_saved_forecast_surprises_and_the_whole_change_are_told() -> None:
    old = wandering()
    new = grown(old, 130.0)
    frame = table_of(old, unit=LEVEL).frame
    earlier = saved(frame, variable="hours", area="PRT", unit=LEVEL)
    assert earlier.origin == "2009"
    found = revision(earlier, table_of(new, unit=LEVEL), None, None, new)
    assert list(found.table.columns) == ["period", "quantile", "earlier", "later", "change"]
    assert len(found.surprises) == 1
    assert found.revised.empty
    assert [one.reason.key for one in found.refusals] == ["revision.no_vintage"]


def test_many_new_figures_are_handed_over_together() -> None:
    old = wandering()
    calls = []

    def replay(series: pd.Series) -> ForecastTable:
        calls.append(len(series))
        return table_of(series, unit=LEVEL, horizon=40)

    new = pd.concat([old, series_of(np.linspace(120, 150, 30), "2010")])
    earlier = table_of(old, unit=LEVEL, horizon=40)
    found = revision(earlier, table_of(new, unit=LEVEL), replay, old, new)
    assert list(found.news.columns) == ["2010/2039"]
    assert calls == [30, 60, 30, 60]


def test_figures_withdrawn_and_added_count_as_revised() -> None:
    old = wandering()
    new = pd.concat([series_of(np.array([95.0]), "1979"), grown(old, 130.0)]).drop("1995")
    found = made(old, new)
    assert list(found.revised.index) == ["1979", "1995"]
    assert found.revised["before"].isna().tolist() == [True, False]
    np.testing.assert_allclose(found.table[list(PARTS)].sum(axis=1), found.table["change"], atol=1e-9)


def test_forecasts_that_share_no_period_still_give_surprises() -> None:
    old = wandering()
    new = grown(old, 120.0, 121.0, 122.0)
    earlier, later = table_of(old, unit=LEVEL, horizon=2), table_of(new, unit=LEVEL)
    found = revision(earlier, later, replay_of(earlier, old), old, new)
    assert found.table.empty
    assert len(found.surprises) == 2
    assert found.refusals[-1].reason.key == "revision.no_shared"


def test_a_replay_that_refuses_or_falls_short_leaves_the_whole_change() -> None:
    old = wandering()
    new = grown(old, 130.0)
    earlier, later = table_of(old, unit=LEVEL), table_of(new, unit=LEVEL)
    no = Refusal("hours", say("revision.no_fit"))
    found = revision(earlier, later, lambda _: no, old, new)
    assert "revisions" not in found.table
    assert found.refusals == (no,)
    short = revision(earlier, later, lambda one: table_of(one, unit=LEVEL, horizon=2), old, new)
    assert short.refusals[0].reason.key == "revision.short_replay"
    gone = revision(earlier, later, replay_of(earlier, old), old, new["2010":])
    assert gone.refusals[0].reason.key == "revision.history_gone"


def test_what_cannot_be_compared_is_refused_in_words() -> None:
    old = wandering()
    new = grown(old, 130.0)
    earlier, later = table_of(old, unit=LEVEL), table_of(new, unit=LEVEL)
    with pytest.raises(UsageError, match="two different series"):
        revision(replace(earlier, area="ESP"), later, None, None, new)
    with pytest.raises(UnitMismatch, match="persons"):
        revision(replace(earlier, unit="persons"), later, None, None, new)
    with pytest.raises(UsageError, match="Swap"):
        revision(later, earlier, None, None, old)
    with pytest.raises(BadInput, match="end in 2009"):
        revision(earlier, later, None, None, old)
    with pytest.raises(BadInput, match="median"):
        revision(replace(earlier, frame=earlier.frame.drop(columns="0.5")), later, None, None, new)
    quarters = table_of(series_of(np.arange(20.0) ** 1.5, "2010-Q1"), unit=LEVEL)
    with pytest.raises(BadInput, match="2009"):
        revision(earlier, quarters, None, None, new)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame(), "no median"),
        (pd.DataFrame({"mean": [1.0]}, index=["2020"]), "no median"),
        (pd.DataFrame({"0.5": [1.0, 2.0]}, index=["2020", "2022"]), "unbroken"),
        (pd.DataFrame({"0.1": [3.0], "0.5": [1.0]}, index=["2020"]), "rise"),
        (pd.DataFrame({"0.1": [np.nan], "0.5": [1.0]}, index=["2020"]), "missing"),
        (pd.DataFrame({"0.5": [1.0]}, index=["soon"]), "soon"),
    ],
)
def test_a_saved_frame_is_checked(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        saved(frame, variable="hours", area="PRT", unit=LEVEL)
