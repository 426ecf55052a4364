"""One source for each area and concept, by the rule as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.period import Frequency
from longwave.prepare.choose import choose, weigh, weigh_concepts
from longwave.prepare.prepare import Prepared

from .tables import origin, rows


def panel(*tables: pd.DataFrame) -> Panel:
    return Panel.of(pd.concat(tables, ignore_index=True))


def years(source: str, first: int, last: int, variable: str = "inflation", area: str = "USA") -> pd.DataFrame:
    return rows(
        variable, {area: [0.02] * (last - first + 1)}, first=first, source=source, unit="share a year"
    )


ORIGINS = {"a": origin("a", released="2020-01-01"), "b": origin("b", released="2024-01-01")}


def taken(given: Panel, origins: Mapping[str, Origin] = ORIGINS) -> list[str]:
    return choose(given, origins).sources()


def test_the_later_of_two_comparable_sources_is_taken() -> None:
    assert taken(panel(years("a", 1960, 2023), years("b", 1970, 2024))) == ["b"]


def test_a_short_source_does_not_win_by_being_recent() -> None:
    assert taken(panel(years("a", 1960, 2020), years("b", 2010, 2024))) == ["a"]


def test_of_equally_recent_sources_the_longer_is_taken() -> None:
    assert taken(panel(years("a", 1960, 2020), years("b", 1970, 2020))) == ["a"]


def test_then_the_newer_release_and_then_the_name() -> None:
    both = panel(years("a", 1960, 2020), years("b", 1960, 2020))
    assert taken(both) == ["b"]
    assert taken(both, {}) == ["a"]


def test_sources_are_never_spliced_and_the_rest_is_told() -> None:
    choice = weigh(panel(years("a", 1960, 2020), years("b", 1953, 2022)), ORIGINS)
    assert choice.panel.sources() == ["b"]
    assert choice.passed_over.to_dict("records") == [
        {
            "area": "USA",
            "variable": "inflation",
            "source": "a",
            "first": "1960",
            "last": "2020",
            "observations": 61,
            "taken": "b",
        }
    ]


def test_areas_are_chosen_for_one_by_one() -> None:
    choice = choose(panel(years("a", 1960, 2020), years("b", 1990, 2024, area="CHN")), ORIGINS)
    assert dict(zip(choice.frame["area"], choice.frame["source"], strict=True)) == {"USA": "a", "CHN": "b"}


def test_concepts_of_one_identity_come_from_one_dataset() -> None:
    accounts = [years("a", 1950, 2019, name) for name in ("real_gdp", "capital_services", "employment")]
    choice = choose(panel(*accounts, years("b", 1940, 2024, "real_gdp")), ORIGINS)
    assert choice.sources() == ["a"]


def test_an_identity_moves_to_the_newer_dataset_that_gives_as_much() -> None:
    names = ("real_gdp", "capital_services", "employment")
    old = [years("a", 1950, 2019, name) for name in (*names, "depreciation_rate")]
    new = [years("b", 1950, 2023, name) for name in names]
    choice = choose(panel(*old, *new), ORIGINS)
    assert set(choice.select(variable=names).sources()) == {"b"}


def industries(source: str, first: int, last: int, *names: str) -> list[pd.DataFrame]:
    return [years(source, first, last, name) for name in names]


def test_industries_are_not_taken_from_a_dataset_that_ends_long_before() -> None:
    """Two data sets on the United States: ten sectors with employment to 2010, 44 industries to 2023."""
    old = industries("a", 1947, 2010, "sector_value_added", "sector_employment")
    new = industries("b", 1947, 2023, "sector_value_added")
    choice = choose(panel(*old, *new), ORIGINS)
    assert choice.select(variable="sector_value_added").sources() == ["b"]
    assert choice.select(variable="sector_employment").sources() == ["a"]


def test_industries_stay_together_where_the_other_is_little_later_or_much_shorter() -> None:
    together = industries("a", 1950, 2018, "sector_value_added", "sector_employment")
    for other in (years("b", 1950, 2023, "sector_value_added"), years("b", 2000, 2024, "sector_value_added")):
        assert choose(panel(*together, other), ORIGINS).sources() == ["a"]


def test_what_has_to_add_up_stays_together_however_late_another_is() -> None:
    accounts = [years("a", 1950, 2010, name) for name in ("real_gdp", "capital_services", "employment")]
    assert choose(panel(*accounts, years("b", 1950, 2024, "real_gdp")), ORIGINS).sources() == ["a"]


def test_projections_and_other_frequencies_are_left_out() -> None:
    projected = years("a", 2000, 2025)
    projected.loc[projected["period"] == "2025", "status"] = "F"
    quarterly = years("b", 2000, 2025).assign(period=lambda table: table["period"] + "-Q1")
    both = panel(projected, quarterly)
    assert choose(both, ORIGINS).frame["period"].max() == "2024"
    assert choose(both, ORIGINS, Frequency.QUARTERLY).sources() == ["b"]
    assert len(choose(both, ORIGINS, Frequency.MONTHLY)) == 0


spans = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1950, 2000), st.integers(0, 30)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(spans)
def test_every_area_and_variable_keeps_one_whole_source(offers: list[tuple[str, int, int]]) -> None:
    unique = {source: years(source, first, first + more) for source, first, more in offers}
    table = panel(*unique.values())
    chosen = choose(table, ORIGINS)
    assert len(chosen.sources()) == 1
    assert len(chosen) == len(unique[chosen.sources()[0]])
    assert len(weigh(table, ORIGINS).passed_over) == len(unique) - 1


@pytest.mark.parametrize("area", ["USA", "CHN", "BRA"])
def test_growth_accounts_of_the_world_pack_come_from_the_penn_world_table(
    world_ready: Callable[[str], Prepared], area: str
) -> None:
    ready = [world_ready(name) for name in ("pwt1001", "fred_qd_2025m01", "ncses_rd", "wb_wdi_2022")]
    both = Panel.concat(part.panel.select(area=area) for part in ready)
    chosen = choose(both, {part.origin.dataset: part.origin for part in ready})
    accounts = chosen.select(variable=["real_gdp", "capital_services", "employment", "labour_share"])
    assert accounts.sources() == ["pwt1001"]
    if area == "USA":
        assert chosen.select(variable="rd_intensity").sources() == ["ncses_rd"]  # 1953-2022 against 2000-2020


def quarters(source: str, variable: str) -> pd.DataFrame:
    table = rows(variable, {"USA": [0.02] * 40}, source=source, unit="share a year")
    return table.assign(period=[f"{2000 + at // 4}-Q{at % 4 + 1}" for at in range(40)])


def test_quarterly_figures_stand_under_their_own_name_and_yearly_ones_under_theirs() -> None:
    given = panel(years("a", 1990, 2020, "long_term_rate"), quarters("b", "long_term_rate"))
    found = weigh_concepts(given, ORIGINS, ["long_term_rate", "long_term_rate_quarterly"]).panel
    assert {name: found.select(variable=name).sources() for name in found.variables()} == {
        "long_term_rate": ["a"],
        "long_term_rate_quarterly": ["b"],
    }
    assert len(found.select(variable="long_term_rate_quarterly")) == 40


def test_a_dataset_that_has_the_quarterly_name_itself_is_read_under_it() -> None:
    given = panel(quarters("a", "long_term_rate"), quarters("a", "long_term_rate_quarterly"))
    found = weigh_concepts(given, ORIGINS, ["long_term_rate_quarterly"]).panel
    assert len(found) == 40


def test_what_nobody_asked_for_is_not_weighed() -> None:
    assert weigh_concepts(panel(years("a", 1990, 2020)), ORIGINS, []).panel.frame.empty
    assert weigh_concepts(panel(years("a", 1990, 2020)), ORIGINS, ["mine"]).panel.frame.empty
