"""The list of crises and its waves."""

from __future__ import annotations

from longwave.core.area import areas
from longwave.decide.early_warning.crises import Crisis, known_crises, waves


def test_the_list_is_the_one_cited() -> None:
    table = known_crises()
    assert len(table.crises) == 52
    assert {each.area for each in table.crises} <= set(areas())
    assert len({(each.area, each.start) for each in table.crises}) == 52
    assert {each.area for each in table.crises if each.start == 2007} == {"GBR", "USA"}
    border = {each.area for each in table.crises if each.borderline}
    assert border == {"FRA", "HUN", "ITA", "PRT", "RUS", "SVN", "SWE", "CHE"}
    assert len(table.strict().crises) == 44
    assert [each.start for each in table.of("UKR")] == [2008, 1998]


def test_what_was_known_in_a_year_holds_nothing_later() -> None:
    early = known_crises().known_in(2003)
    assert max(each.start for each in early.crises) == 2003
    assert early.last == 2003


def test_waves_are_runs_of_years_cut_after_five() -> None:
    found = waves(known_crises().crises)
    assert [each.years for each in found] == ["1991", "1994–1995", "1997–1998", "2000–2003", "2007–2009"]
    assert found[-1].crises == 25
    long = waves([Crisis("USA", year) for year in range(1980, 1992)])
    assert [(each.first, each.last) for each in long] == [(1980, 1984), (1985, 1989), (1990, 1991)]
    assert waves([]) == ()


def test_a_crisis_without_an_end_lasts_five_years() -> None:
    assert Crisis("USA", 2007).last == 2011
    assert Crisis("USA", 2007, 2009).last == 2009
