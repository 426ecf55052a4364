"""Rolling origins on vintages: no origin knows what was not out, and what came is the figure that was asked for."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, DuplicateObservations, NotEnoughData, UnitMismatch, UsageError
from longwave.core.panel import Panel
from longwave.core.period import Period
from longwave.forecast.evaluate import evaluate
from longwave.forecast.method import FitError
from longwave.forecast.real_time import is_over, real_time_trials, vintages_of

from .made_trials import periods, walk

YEARS = periods("1990", 30)
VALUES = walk(30, 0)


def naive(series, horizon):
    return np.full(horizon, series.iloc[-1]), pd.DataFrame({"0.1": [0.0] * horizon, "0.9": [1e3] * horizon})


def releases(first: int = 15, revision: float = 1.0) -> dict[str, pd.Series]:
    """A release each June with the year before as the newest; its newest figure is `revision` too high at first."""
    found = {}
    for count in range(first, 31):
        seen = VALUES[:count].copy()
        seen[-1] += revision
        found[f"{1990 + count}-06-30"] = pd.Series(seen, index=YEARS[:count])
    return found


def test_each_origin_sees_only_its_own_release():
    seen = {}

    def spy(series, horizon):
        seen[series.index[-1]] = series.copy()
        return naive(series, horizon)

    given = releases()
    real_time_trials(dict(reversed(given.items())), {"spy": spy}, 2, fewest=15)
    for day, values in list(given.items())[:-1]:
        assert seen[values.index[-1]].tolist() == values.tolist(), day
    assert len(seen) == len(given) - 1


def test_what_came_is_the_figure_that_was_asked_for():
    for outcome, after, expected in (
        ("latest", 0, VALUES[15]),
        ("first", 0, VALUES[15] + 1),
        ("after_periods", 0, VALUES[15] + 1),
        ("after_periods", 1, VALUES[15]),
    ):
        trials = real_time_trials(releases(), {"naive": naive}, 2, outcome=outcome, after=after, fewest=15)
        row = trials.frame.iloc[0]
        assert (row["origin"], row["vintage"], row["period"], row["step"]) == (
            "2004",
            "2005-06-30",
            "2005",
            1,
        )
        assert row["outcome"] == pytest.approx(expected), outcome
        assert row["mean"] == pytest.approx(VALUES[14] + 1)
        assert any(f"{after} periods" in str(note) or outcome != "after_periods" for note in trials.notes)


def test_an_outcome_that_is_not_out_is_no_row():
    frame = real_time_trials(releases(), {"naive": naive}, 3, outcome="after_periods", after=2).frame
    assert frame["period"].max() == "2017"
    assert real_time_trials(releases(), {"naive": naive}, 3).frame["period"].max() == "2019"


def test_history_is_the_newest_release():
    trials = real_time_trials(releases(), {"naive": naive}, 1, unique_id="gdp")
    assert trials.history["gdp"].tolist() == pytest.approx([*VALUES[:-1], VALUES[-1] + 1])
    assert (trials.season, trials.methods) == (1, ["naive"])
    assert set(trials.frame["unique_id"]) == {"gdp"}
    assert evaluate(trials, "naive", rivals=()).scores.loc["naive", "forecasts"] == len(trials.frame)


def test_ragged_starts_and_gaps_are_cut_to_the_last_run():
    given = releases()
    given["2007-06-30"] = given["2007-06-30"].iloc[3:]
    given["2008-06-30"] = given["2008-06-30"].drop("1994")
    starts = {}

    def spy(series, horizon):
        starts[series.index[-1]] = series.index[0]
        return naive(series, horizon)

    real_time_trials(given, {"spy": spy}, 1, fewest=5)
    assert (starts["2005"], starts["2006"], starts["2007"]) == ("1990", "1993", "1995")


def test_several_releases_of_one_period_are_one_origin():
    given = releases()
    given["2006-12-31"] = given["2006-06-30"] + 5
    frame = real_time_trials(given, {"naive": naive}, 1).frame
    assert frame.loc[frame["origin"] == "2005", "vintage"].tolist() == ["2006-06-30"]


def test_a_part_of_a_file_is_no_release():
    given = releases()
    given["2010-12-31"] = given["2010-06-30"].iloc[-3:] + 100
    given["2021-01-01"] = given["2020-06-30"].iloc[:-5] + 100
    trials = real_time_trials(given, {"naive": naive}, 1)
    assert any("part of the series are left out: 2" in str(note) for note in trials.notes)
    pd.testing.assert_frame_equal(trials.frame, real_time_trials(releases(), {"naive": naive}, 1).frame)


def test_projections_are_no_figures():
    given = {day: pd.concat([values, pd.Series({day[:4]: 1e6})]) for day, values in releases().items()}
    trials = real_time_trials(given, {"naive": naive}, 1)
    assert trials.frame["mean"].max() < 1e5
    assert any("projections" in str(note) for note in trials.notes)


def test_one_vintage_is_pseudo_real_time_and_says_so():
    trials = real_time_trials(
        {"2020-06-30": pd.Series(VALUES, index=YEARS)}, {"naive": naive}, 2, outcome="first"
    )
    assert set(trials.frame["vintage"]) == {""}
    assert trials.frame["origin"].min() == "2001"
    assert "Only one vintage is known (2020-06-30)" in str(trials.notes[0])
    undated = real_time_trials({"": pd.Series(VALUES, index=YEARS)}, {"naive": naive}, 2)
    pd.testing.assert_frame_equal(undated.frame, trials.frame)
    assert "日期不详" in undated.notes[0].text("zh")


def test_a_new_base_year_is_told_and_can_be_linked():
    given = releases(revision=0.0)
    rebased = {day: values * (0.5 if day < "2012" else 1.0) for day, values in given.items()}
    raw = real_time_trials(rebased, {"naive": naive}, 2)
    assert any("stand on another level" in str(note) for note in raw.notes)
    assert abs(raw.frame["outcome"] - raw.frame["mean"]).max() > 20
    linked = real_time_trials(rebased, {"naive": naive}, 2, link=True)
    plain = real_time_trials(given, {"naive": naive}, 2)
    columns = ["outcome", "mean"]
    pd.testing.assert_frame_equal(linked.frame[columns], plain.frame[columns])
    assert any("growth since the origin" in str(note) for note in linked.notes)
    falling = {day: values - 200 for day, values in given.items()}
    with pytest.raises(BadInput, match="cannot be linked"):
        real_time_trials(falling, {"naive": naive}, 2, link=True)


def test_an_origin_that_was_withdrawn_cannot_be_linked():
    given = releases(revision=0.0)
    last = max(given)
    given[last] = given[last].drop("2010")
    frame = real_time_trials(given, {"naive": naive}, 1, link=True).frame
    assert "2010" not in set(frame["origin"])
    assert {"2011", "2012"} <= set(frame["origin"])


def test_origins_may_be_fewer_and_reach_from_end_to_end():
    every = real_time_trials(releases(), {"naive": naive}, 2).frame["origin"].unique()
    some = real_time_trials(releases(), {"naive": naive}, 2, most=5).frame["origin"].unique()
    assert len(some) == 5
    assert (some[0], some[-1]) == (every[0], every[-1])
    assert set(some) < set(every)
    pseudo = {"2020-06-30": pd.Series(VALUES, index=YEARS)}
    assert real_time_trials(pseudo, {"naive": naive}, 2, most=4).frame["origin"].nunique() == 4


def test_the_past_of_the_first_release_is_tried_too():
    """Fifteen figures in the first release: at 12, 13 and 14 of them it is cut, undated."""
    trials = real_time_trials(releases(), {"naive": naive}, 1)
    undated = trials.frame[trials.frame["vintage"] == ""]
    assert undated["origin"].tolist() == ["2001", "2002", "2003"]
    np.testing.assert_allclose(undated["mean"], VALUES[11:14])
    np.testing.assert_allclose(undated["outcome"], VALUES[12:15])
    assert any(
        "3 of 18 origins lie before the first release (2005-06-30)" in str(one) for one in trials.notes
    )
    first = real_time_trials(releases(), {"naive": naive}, 1, outcome="first").frame
    np.testing.assert_allclose(first["outcome"].iloc[:3], [*VALUES[12:14], VALUES[14] + 1])
    assert not any(
        "lie before" in str(one) for one in real_time_trials(releases(), {"naive": naive}, 1, fewest=15).notes
    )


def test_releases_are_linked_where_all_are_above_zero():
    given = releases(revision=0.0)
    rebased = {day: values * (0.5 if day < "2012" else 1.0) for day, values in given.items()}
    linked, chosen = (real_time_trials(rebased, {"naive": naive}, 2, link=link) for link in (True, None))
    pd.testing.assert_frame_equal(linked.frame, chosen.frame)
    below = {day: values - 200 for day, values in rebased.items()}
    plain, chosen = (real_time_trials(below, {"naive": naive}, 2, link=link) for link in (False, None))
    pd.testing.assert_frame_equal(plain.frame, chosen.frame)
    assert any(
        "stand on another level" in str(note) for note in real_time_trials(rebased, {"naive": naive}, 2).notes
    )


def test_a_method_without_a_fit_is_left_out_there():
    def shy(series, horizon):
        if len(series) < 20:
            raise FitError("too short")
        return np.full(horizon, 1.0), pd.DataFrame()

    frame = real_time_trials(releases(), {"naive": naive, "shy": shy}, 1).frame
    assert frame.loc[frame["method"] == "shy", "origin"].min() == "2009"
    assert frame.loc[frame["method"] == "shy", "0.1"].isna().all()


def test_quantiles_come_in_any_order_or_not_at_all():
    def turned(series, horizon):
        return np.ones(horizon), pd.DataFrame({"0.90": [3.0] * horizon, 0.1: [0.5] * horizon})

    frame = real_time_trials(releases(), {"turned": turned, "none": lambda s, h: (np.ones(h), None)}, 1).frame
    assert frame.columns[-2:].tolist() == ["0.1", "0.9"]
    assert frame[frame["method"] == "turned"].iloc[0][["0.1", "0.9"]].tolist() == [0.5, 3.0]
    assert frame[frame["method"] == "none"]["0.1"].isna().all()


def test_a_forecaster_cannot_spoil_the_figures():
    def vandal(series, horizon):
        series.iloc[:] = 0.0
        return np.zeros(horizon), pd.DataFrame()

    frame = real_time_trials(releases(), {"vandal": vandal, "naive": naive}, 1).frame
    assert (frame.loc[frame["method"] == "naive", "mean"] > 50).all()


def gave(said):
    """A forecaster that always says this."""
    return {"methods": {"odd": lambda series, horizon: said}}


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"horizon": 0}, UsageError, "horizon"),
        ({"outcome": "best"}, UsageError, "best"),
        ({"methods": {}}, UsageError, "at least one method"),
        ({"after": -1}, UsageError, "negative"),
        ({"most": 0}, UsageError, "one origin"),
        ({"vintages": {}}, NotEnoughData, "No release"),
        ({"fewest": 40}, NotEnoughData, "40 figures"),
        ({"vintages": {"June 2020": pd.Series(VALUES, index=YEARS)}}, BadInput, "no day of release"),
        ({"vintages": {"20200630": pd.Series(VALUES, index=YEARS)}}, BadInput, "no day of release"),
        ({"vintages": {"": pd.Series([1.0, 2.0], index=["2001", "2001"])}}, BadInput, "twice"),
        ({"vintages": {"": pd.Series([1.0, np.inf], index=["2001", "2002"])}}, BadInput, "infinite"),
        ({"vintages": {"": pd.Series([1.0, 2.0], index=["2001", "2001-Q1"])}}, BadInput, "2001"),
        ({"vintages": {"": pd.Series([1.0, 2.0], index=["2001", "soon"])}}, BadInput, "soon"),
        ({"methods": {"odd": lambda series, horizon: ([1.0], pd.DataFrame())}}, BadInput, "'odd' gave 1"),
        ({"horizon": "2"}, UsageError, "horizon"),
        ({"horizon": True}, UsageError, "horizon"),
        ({"outcome": ["first"]}, UsageError, "first"),
        ({"most": "3"}, UsageError, "one origin"),
        ({"methods": None}, UsageError, "at least one method"),
        ({"methods": {"odd": None}}, UsageError, "at least one method"),
        ({"vintages": None}, BadInput, "vintages cannot be read"),
        ({"vintages": {"2020-06-30": None}}, BadInput, "vintages cannot be read"),
        ({"vintages": {date(2020, 6, 30): pd.Series(VALUES, index=YEARS)}}, BadInput, "no day of release"),
        (gave(None), BadInput, "cannot be used"),
        (gave(([1.0, 2.0],)), BadInput, "cannot be used"),
        (gave((["a", "b"], pd.DataFrame())), BadInput, "cannot be used"),
        (gave(([1.0, np.nan], pd.DataFrame())), BadInput, "cannot be used"),
        (gave(([1.0, 2.0], np.ones((2, 2)))), BadInput, "cannot be used"),
        (gave(([1.0, 2.0], pd.DataFrame({"low": [1.0, 2.0]}))), BadInput, "cannot be used"),
        (gave(([1.0, 2.0], pd.DataFrame({"0.1": [1.0, np.nan]}))), BadInput, "cannot be used"),
        (
            gave(([1.0, 2.0], pd.DataFrame({"0.9": [1.0, 2.0], "0.1": [1.0, 3.0]}))),
            BadInput,
            "cannot be used",
        ),
    ],
)
def test_bad_input_is_a_sentence_with_a_mend(change, error, said):
    arguments = {"vintages": releases(), "methods": {"naive": naive}, "horizon": 2} | change
    with pytest.raises(error, match=said) as caught:
        real_time_trials(**arguments)
    assert caught.value.text("zh")


@pytest.mark.parametrize(
    ("period", "day", "over"),
    [
        ("2019", "2019-12-31", True),
        ("2019", "2019-12-30", False),
        ("2019-Q2", "2019-06-30", True),
        ("2019-Q2", "2019-06-29", False),
        ("2020-02", "2020-02-28", False),
        ("2020-02", "2020-02-29", True),
        ("2019-12", "2020-01-01", True),
        ("9999", "2020-01-01", False),
        ("0000", "2020-01-01", True),
    ],
)
def test_when_a_period_is_over(period, day, over):
    assert is_over(Period.parse(period), date.fromisoformat(day)) is over


def panel_of(rows) -> Panel:
    frame = pd.DataFrame(rows, columns=["period", "value", "vintage"])
    return Panel.of(frame.assign(area="USA", variable="real_gdp", source="fred", unit="index"))


ROWS = [
    ("2001", 1.0, "2003-01-31"),
    ("2002", 2.0, "2003-01-31"),
    ("2002", 2.5, "2004-01-31"),
    ("2003", 3.0, "2004-01-31"),
    ("2001", None, "2005-01-31"),
    ("2004", 4.0, "2005-01-31"),
]


def test_vintages_hold_for_each_period_the_newest_figure_of_the_day():
    found = vintages_of(panel_of(ROWS), "real_gdp", "USA")
    assert {day: values.to_dict() for day, values in found.items()} == {
        "2003-01-31": {"2001": 1.0, "2002": 2.0},
        "2004-01-31": {"2001": 1.0, "2002": 2.5, "2003": 3.0},
        "2005-01-31": {"2002": 2.5, "2003": 3.0, "2004": 4.0},
    }


def test_whole_releases_take_nothing_from_older_ones():
    found = vintages_of(panel_of(ROWS), "real_gdp", "USA", whole=True)
    assert found["2004-01-31"].to_dict() == {"2002": 2.5, "2003": 3.0}


def test_what_has_no_vintages_is_refused():
    panel = panel_of(ROWS)
    with pytest.raises(NotEnoughData, match="real_gdp in FRA"):
        vintages_of(panel, "real_gdp", "FRA")
    other = Panel.of(panel.frame.assign(source="other"))
    with pytest.raises(DuplicateObservations, match="more than one source"):
        vintages_of(Panel.concat([panel, other]), "real_gdp", "USA")
    units = panel.frame.assign(unit=np.where(panel.frame["vintage"] < "2004", "index", "share of GDP"))
    with pytest.raises(UnitMismatch, match="several units"):
        vintages_of(Panel.of(units), "real_gdp", "USA")
