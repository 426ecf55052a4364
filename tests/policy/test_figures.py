"""The figures that a plan starts from: its base year, what is held, what is old, and what is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from tests.policy.worlds import MODEL, garden, panel

from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.evidence import state_of
from longwave.policy.figures import Figures, figures_of, with_path

YEARS = np.arange(1990, 2025)
GIVEN = (
    MODEL.replace('first_year "1', 'rain "Rain" "雨" [mm],\n  first_year "1'),
    ('jobs = "0*size"', 'jobs = "0*size"\nrain = "population"'),
)


def _figures(domain: Domain, figures: Panel, start: int | None = None, horizon: int = 5) -> Figures | Refusal:
    state = state_of(domain, figures, "FRA")
    return figures_of(domain, domain.model, state, figures, domain.model.values, start, horizon)


def _world(gdp_to: int = 2024, people_to: int = 2024) -> Panel:
    gdp, people = YEARS[gdp_to >= YEARS], YEARS[people_to >= YEARS]
    return panel(
        {
            ("FRA", "real_gdp"): pd.Series(np.arange(len(gdp)) + 1.0, index=gdp),
            ("FRA", "population"): pd.Series(np.arange(len(people)) + 100.0, index=people),
        }
    )


def test_a_plan_begins_after_the_last_year_that_is_known(the_garden: Domain):
    found = _figures(the_garden, _world())
    assert isinstance(found, Figures)
    assert [str(each) for each in (found.base, found.first, found.start, found.last)] == [
        "2024",
        "2025",
        "2025",
        "2029",
    ]
    assert found.bank.frame().loc["2025", "first_year"] == 1.0
    assert found.bank.frame()["first_year"].sum() == 1.0
    assert np.isnan(found.bank.frame().loc["2026", "green"])
    later = _figures(the_garden, _world(), start=2027)
    assert isinstance(later, Figures)
    assert (str(later.first), str(later.start), str(later.last)) == ("2025", "2027", "2031")
    early = _figures(the_garden, _world(), start=2001)
    assert isinstance(early, Figures)
    assert str(early.start) == "2025"


def test_what_is_given_is_held_where_it_ends_and_an_old_end_is_told(tmp_path: Path):
    domain = garden(tmp_path, GIVEN[1], model=GIVEN[0])
    fresh = _figures(domain, _world(people_to=2023))
    assert isinstance(fresh, Figures)
    assert fresh.bank.frame().loc["2027", "rain"] == 100.0 + (2023 - 1990)
    assert not any("held" in str(each) for each in fresh.notes)
    old = _figures(domain, _world(people_to=2015))
    assert isinstance(old, Figures)
    assert any("Rain ends in 2015" in str(each) for each in old.notes)


def test_an_old_base_is_told(tmp_path: Path):
    domain = garden(tmp_path, GIVEN[1], model=GIVEN[0])
    found = _figures(domain, _world(gdp_to=2012))
    assert isinstance(found, Figures)
    assert str(found.base) == "2012"
    assert any("2012" in str(each) for each in found.notes)


def test_an_alternative_without_a_figure_gives_way_to_the_next(tmp_path: Path):
    domain = garden(
        tmp_path,
        (
            'green = "size"',
            'green = ["population + size", { is = "size", en = "as large as it is", zh = "按现状" }]',
        ),
    )  # fmt: skip
    apart = panel(
        {
            ("FRA", "real_gdp"): pd.Series(2.0, index=YEARS),
            ("FRA", "population"): pd.Series([9.0], index=[1950]),
        }
    )
    found = _figures(domain, apart)
    assert isinstance(found, Figures)
    assert found.bank.frame().loc["2024", "green"] == 2.0
    assert any("as large as it is" in str(each) for each in found.notes)


def test_a_column_that_cannot_be_had_is_named(the_garden: Domain):
    found = _figures(the_garden, panel({("FRA", "population"): pd.Series([9.0], index=[1950])}))
    assert isinstance(found, Refusal)
    assert found.subject == "garden"
    assert str(found.reason)


def test_a_path_is_set_where_it_has_figures(the_garden: Domain):
    found = _figures(the_garden, _world())
    assert isinstance(found, Figures)
    path = pd.Series([1.0, np.nan, 3.0], index=["2025", "2026", "2099"])
    made = with_path(found.bank, "water", path).frame()["water"]
    assert made["2025"] == 1.0
    assert made.drop("2025").eq(0.0).all()
