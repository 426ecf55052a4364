"""The change in words: what the sentences say is what the tables hold, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.message import LANGUAGES, Names
from longwave.forecast.revision import Revision, revision
from longwave.forecast.revision_wording import sentences

from .test_held import series_of, table_of, wandering
from .test_revision import LEVEL, grown, made

HOURS = Names("hours worked", "工时")


def told(found: Revision) -> list[str]:
    said = sentences(found, HOURS)
    assert all(one.text("zh") for one in said)
    return [one.text("en") for one in said]


def test_the_change_names_its_causes_the_weightiest_first() -> None:
    old = wandering()
    step = float(np.diff(old).mean())
    new = grown(old, float(old.iloc[-1]) + step + 8.0)
    new["2009"] += 0.5
    change, outcome, figures, band = told(made(old, new, unit="persons"))
    assert change.startswith(
        "Portugal: since the forecast from data up to 2009, the forecast of hours worked for 2014"
    )
    assert "rose by" in change
    assert change.index("because 2010 came out above") < change.index("were revised")
    assert outcome.startswith("2010 came out above the earlier forecast")
    assert "z = +" in outcome
    assert figures.startswith("1 of the 30 figures known before")
    assert f"(2009; most of all 2009, {0.5 / old['2009']:+.2%})" in figures
    assert band.startswith("The new forecast for 2014 lies")


def test_rates_move_in_percentage_points() -> None:
    old = wandering() / 10_000
    new = grown(old, float(old.iloc[-1]) + 0.001)
    assert "percentage points" in told(made(old, new, unit="share a year"))[0]


def test_many_outcomes_are_counted() -> None:
    old = wandering()
    new = grown(old, 118.0, 119.0, 120.0, 900.0)
    change, counted = told(made(old, new))[:2]
    assert "most of all 2013, +" in change
    assert counted.startswith("Of 4 new figures")
    assert "farthest from its forecast was 2013" in counted


def test_a_change_of_base_is_not_told_as_news() -> None:
    old = wandering()
    new = grown(old * 1.25, 190.0)
    assert any("1.25 times what it was" in one for one in told(made(old, new, unit="persons")))


def test_without_change_it_says_so() -> None:
    old = wandering()
    assert told(made(old, old))[0].endswith("is what it was with data up to 2009.")


def test_without_the_earlier_figures_the_split_is_told_to_be_missing() -> None:
    old = wandering()
    new = grown(old, 130.0)
    found = revision(table_of(old, unit=LEVEL), table_of(new, unit=LEVEL), None, None, new)
    last = told(found)[-1]
    assert "cannot be split" in last
    assert ", of which" not in told(found)[0]


def test_falls_and_negative_forecasts_are_told_in_the_unit() -> None:
    old = series_of(np.array(wandering()) - 200.0)
    new = pd.concat([old, series_of(np.array([-90.0]), "2010")])
    first = told(made(old, new, unit="index"))[0]
    assert "fell by" in first or "rose by" in first
    assert "%" not in first


def test_all_languages() -> None:
    old = wandering()
    found = made(old, grown(old, 130.0))
    for lang in LANGUAGES:
        assert all(one.text(lang) for one in sentences(found, HOURS))
