"""Series that the store has in several releases: what a day may know, changed price bases, other frequencies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from longwave.core.estimate import Refusal
from longwave.core.settings import Settings
from longwave.workflows.forecast import ForecastOptions, make_forecast
from longwave.workflows.forecast.make import _record
from longwave.workflows.forecast.named import named_series

from .conftest import release

NAME = "activity@JPN"


def test_a_backtest_as_of_a_day_knows_nothing_of_later(released: Settings) -> None:
    made = make_forecast(
        NAME, horizon=2, method="drift", backtest=True, as_of="2012-12-31", settings=released
    )
    frame = made.backtests[NAME].trials.frame
    assert frame["vintage"].max() <= "2012-12-31"
    assert frame["vintage"].nunique() > 2
    assert frame["period"].max() == made.histories[NAME].index[-1] == "2011"
    whole = make_forecast(NAME, horizon=2, method="drift", backtest=True, settings=released)
    assert whole.backtests[NAME].trials.frame["vintage"].max() > "2012-12-31"


def test_a_changed_unit_leaves_the_older_releases_out(tmp_path: Path) -> None:
    own = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    for year, base in ((2009, 2005), (2010, 2005), (2011, 2010), (2012, 2010)):
        release(own, f"{year}-06-30", year - 1980, f"million USD, constant {base}")
    made = make_forecast(NAME, horizon=2, method="drift", settings=own)
    assert not made.notes
    tried = make_forecast(NAME, horizon=1, method="drift", backtest=True, settings=own)
    assert [note.key for note in tried.notes] == ["workflows.vintages_unit"]
    assert "2010-06-30" in tried.notes[0].text("en")
    assert set(tried.backtests[NAME].trials.frame["vintage"]) <= {"", "2011-06-30", "2012-06-30"}


def test_a_newer_series_of_another_frequency_is_named(tmp_path: Path) -> None:
    own = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    release(own, "2012-06-30", 30)
    release(own, "2012-06-30", 100, freq="Q")
    for freq in ("A", "Q"):
        assert not make_forecast(NAME, horizon=2, method="drift", freq=freq, settings=own).notes
    by_rule = make_forecast(NAME, horizon=2, method="drift", settings=own)
    assert by_rule.histories[NAME].index[-1] == "2004-Q4"
    (note,) = by_rule.notes
    assert "2009" in note.text("en")
    assert "--freq A" in note.text("zh")


def test_since_a_day_without_figures_is_a_refusal_of_that_series(released: Settings) -> None:
    made = make_forecast(
        NAME, "real_gdp@JPN", horizon=2, method="drift", since="2011-01-01", settings=released
    )
    assert set(made.tables) == {NAME, "real_gdp@JPN"}
    assert NAME in made.revisions
    assert {one.subject for one in made.refusals} == {"real_gdp@JPN"} - set(made.revisions)
    long_ago = make_forecast(NAME, horizon=2, method="drift", since="1990-01-01", settings=released)
    assert not long_ago.revisions
    assert [one.subject for one in long_ago.refusals] == [NAME]


def test_the_farthest_horizon_with_a_comparison(released: Settings) -> None:
    made = make_forecast(NAME, horizon=120, method="drift", since="2011-01-01", settings=released)
    assert len(made.revisions[NAME].median) > 100


def test_a_record_that_cannot_be_made_is_a_refusal(released: Settings) -> None:
    made = named_series(NAME, as_of=None, frequency=None, settings=released, vintages=True)
    assert len(made.vintages) == 7
    broken = replace(made, vintages={**made.vintages, "no day": made.values})
    found = _record(NAME, broken, {}, ForecastOptions(2, "drift"), lambda done, total: None)
    assert isinstance(found, Refusal)
    assert found.subject == NAME
