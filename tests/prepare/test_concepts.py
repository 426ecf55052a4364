"""The code book: complete, unambiguous, and told as it is on its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from longwave.core.unit import Unit
from longwave.prepare.concepts import concepts, families, find_concept, groups
from longwave.prepare.harmonise import convert

from .tables import origin

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "concepts.md"

PWT = origin("pwt110", title="Penn World Table 11.0", publisher="GGDC")
OTHER = origin("mine")


def test_every_concept_has_both_names_and_a_unit_that_survives_writing() -> None:
    for concept in concepts().values():
        assert concept.names.en, concept.name
        assert concept.names.zh, concept.name
        assert Unit.parse(str(concept.unit)) == concept.unit, concept.name


def test_bounds_are_in_order() -> None:
    for concept in concepts().values():
        low = concept.low if concept.low is not None else float("-inf")
        high = concept.high if concept.high is not None else float("inf")
        assert low < high
        if concept.typical:
            assert low <= concept.typical[0] < concept.typical[1] <= high, concept.name


def test_every_source_names_a_family_and_its_unit_comes_into_the_concepts() -> None:
    for concept in concepts().values():
        for rank, source in enumerate(concept.sources, start=1):
            assert source.family in families()
            assert source.unit is not None, source.code
            match = find_concept(source.code, _member(source.family))
            assert match is not None
            assert (match.concept, match.rank) == (concept, 0 if source.code == concept.name else rank)
            assert convert(source.unit, match) is not None, source.code


def _member(family: str):
    words = families()[family].words
    return origin("x", title=words[0] if words else "anything")


def test_groups_name_concepts() -> None:
    for group in groups():
        assert set(group.concepts) <= set(concepts())
        assert set(group.decides) <= set(group.concepts)


def test_a_code_belongs_to_its_family_only() -> None:
    assert find_concept("hc", PWT).concept.name == "human_capital"  # type: ignore[union-attr]
    assert find_concept("hc", OTHER) is None


def test_world_bank_codes_are_known_anywhere() -> None:
    assert find_concept("NY.GDP.MKTP.CD", OTHER).concept.name == "gdp_current"  # type: ignore[union-attr]


def test_a_concepts_own_name_always_maps() -> None:
    for name in concepts():
        match = find_concept(name, OTHER)
        assert match is not None
        assert (match.concept.name, match.source) == (name, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("NY.GDP.MKTP.KD", "rgdpna"),  # exchange rates and purchasing power
        ("NY.GDP.MKTP.CD", "NY.GDP.MKTP.KD"),
        ("FP.CPI.TOTL.ZG", "NY.GDP.DEFL.KD.ZG"),
    ],
)
def test_unlike_definitions_are_unlike_concepts(first: str, second: str) -> None:
    assert find_concept(first, PWT).concept != find_concept(second, PWT).concept  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["rgdpo", "NY.GDP.MKTP.PP.KD", "csh_r", "IP.PAT.RESD", "PAYEMS", "CPIAUCSL"])
def test_codes_of_other_definitions_stay_unmapped(code: str) -> None:
    assert find_concept(code, PWT) is None


def test_gapminders_inflation_is_the_deflators() -> None:
    """Its label says "Inflation (annual %)"; 87 % of its figures are the World Bank's deflator, 0.3 % its CPI."""
    about = origin("gapminder_sg", title="Systema Globalis", publisher="Gapminder")
    match = find_concept("inflation_annual_percent", about)
    assert match is not None
    assert match.concept.name == "gdp_deflator_inflation"


@pytest.mark.parametrize("name", sorted(concepts()))
def test_the_page_tells_each_concept_as_the_code_book_does(name: str) -> None:
    concept = concepts()[name]
    line = next(
        (line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{name}` |")), ""
    )
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    assert cells[1:4] == [concept.names.en, concept.names.zh, str(concept.unit)]
    for source in concept.sources:
        assert f"`{source.code.replace('|', '&#124;')}`" in line
