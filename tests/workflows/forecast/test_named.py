"""Series by their names: what is found, measured, or refused with the nearest."""

from __future__ import annotations

import pytest

import longwave as lw
from longwave.core.errors import DataError, UnknownArea, UnknownSeries, UsageError
from longwave.core.period import Frequency
from longwave.core.settings import Settings
from longwave.workflows.forecast.named import NamedSeries, SeriesName, named_series, nearest


def named(
    text: str, settings: Settings, as_of: str | None = None, frequency: Frequency | None = None
) -> NamedSeries:
    return named_series(text, as_of=as_of, frequency=frequency, settings=settings)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("real_gdp@USA", ("real_gdp", "USA", "", "")),
        (" fernald:tfp@United States ", ("tfp", "United States", "", "fernald")),
        ("patents[semi conductors]@JPN", ("patents", "JPN", "semi conductors", "")),
        ("patents[]@JPN", ("patents", "JPN", "", "")),
    ],
)
def test_the_parts_of_a_name(text: str, parts: tuple[str, ...]) -> None:
    found = SeriesName.parse(text)
    assert (found.variable, found.area, found.item, found.source) == parts


@pytest.mark.parametrize("text", ["", "@", "real_gdp", "real_gdp@", "@USA", "a@b@c", "a[b@c", ":x@USA"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(UsageError, match="names no series"):
        SeriesName.parse(text)


def test_published_figures_with_their_source(settings: Settings) -> None:
    found = named("real_gdp@China", settings)
    assert (found.key, found.area, found.unit) == ("real_gdp@CHN", "CHN", "million USD, constant 2017")
    assert list(found.origins) == ["factbook_pwt1001"]
    assert found.values.index[-1] == "2019"
    assert found.values.equals(named("factbook_pwt1001:real_gdp@CHN", settings).values)


def test_what_no_publisher_has_is_measured(settings: Settings) -> None:
    found = named("labour_productivity@USA", settings)
    assert found.values.notna().all()
    assert found.name.text("zh") == "劳动生产率"
    assert list(found.origins) == ["factbook_pwt1001"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("labor_productivity@USA", "labour_productivity"),
        ("nothere:real_gdp@CHN", "these have it: factbook_pwt1001"),
        ("real_gdp[x]@USA", "has no items"),
    ],
)
def test_an_unknown_series_names_the_nearest(settings: Settings, text: str, words: str) -> None:
    with pytest.raises(UnknownSeries, match=words):
        named(text, settings)


def test_an_unknown_area_names_the_nearest(settings: Settings) -> None:
    with pytest.raises(UnknownArea, match="Did you mean"):
        named("real_gdp@Narnia", settings)


def test_a_measure_that_the_figures_cannot_carry_says_why(settings: Settings) -> None:
    with pytest.raises(DataError):
        named("patent_growth@USA", settings)


@pytest.mark.parametrize("text", ["real_gdp@CHN", "labour_productivity@CHN"])
def test_a_day_before_the_first_release(settings: Settings, text: str) -> None:
    with pytest.raises(UnknownArea, match="1990-01-01 or earlier"):
        named(text, settings, as_of="1990-01-01")


@pytest.mark.parametrize("text", ["real_gdp@CHN", "labour_productivity@CHN"])
def test_a_frequency_that_is_not_there_names_those_that_are(settings: Settings, text: str) -> None:
    with pytest.raises(UnknownSeries, match="it has: A"):
        named(text, settings, frequency=Frequency.QUARTERLY)


def test_items_are_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("items")
    rows = [
        f"JPN,patents_by_field,{item},{year},{year - 1980},grants"
        for year in range(1990, 2000)
        for item in ("semiconductors", "chemistry")
    ]
    (home / "own.csv").write_text("area,variable,item,period,value,unit\n" + "\n".join(rows) + "\n", "utf-8")
    own = Settings(store=home / "store", cache=home / "cache")
    lw.add(home / "own.csv", settings=own)
    found = named("patents_by_field[semiconductors]@JPN", own)
    assert found.key == "patents_by_field[semiconductors]@JPN"
    assert "semiconductors" in found.name.text("en")
    with pytest.raises(UnknownSeries, match="semiconductors"):
        named("patents_by_field[semi]@JPN", own)
    with pytest.raises(UnknownSeries, match="none was named") as caught:
        named("patents_by_field@JPN", own)
    assert caught.value.mend is not None
    assert "patents_by_field[chemistry]@JPN" in caught.value.mend.text()


def test_the_nearest_words_stand_once() -> None:
    assert nearest("ensembel", ["ensemble", "ensemble", "naive"]) == ("ensemble",)
    assert nearest("semi", ["chemistry", "semiconductors"])[-1] == "semiconductors"
    assert nearest("zzz", ["b", "a"]) == ("a", "b")
