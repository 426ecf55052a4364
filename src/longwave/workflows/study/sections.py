"""What a study's report tells in which order: sections, the measures of each, and which of their columns are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.workflows.study.charts import LineSpec


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A measure as a part of a section: which columns of its table are drawn as lines, and which of its means by span
    stand as bars."""

    measure: str
    lines: tuple[LineSpec, ...] = ()
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section; dated: the dimension whose leading series answers "since when" at its head, empty for none."""

    key: str
    parts: tuple[PartSpec, ...]
    dated: str = ""


SECTIONS = (
    SectionSpec(
        "productivity",
        (
            PartSpec(
                "labour_productivity",
                (LineSpec("labour_productivity", "labour_productivity", "times", log=True, decimals=2),),
                ("productivity_growth",),
            ),
            PartSpec(
                "growth_accounting",
                (LineSpec("growth_accounting", "tfp_index", "times", decimals=3),),
                ("tfp_growth",),
            ),
            PartSpec("productivity_sources"),
            PartSpec("productivity_by_industry"),
            PartSpec("frontier_distance"),
        ),
        "productivity",
    ),
    SectionSpec(
        "innovation",
        (
            PartSpec(
                "innovation",
                (
                    LineSpec("innovation", "rd_intensity", "percent", decimals=2),
                    LineSpec("innovation", "patent_applications", "number", log=True, decimals=0),
                ),
            ),
            PartSpec("research_productivity"),
            PartSpec("patent_fields"),
            PartSpec("technology_adoption"),
        ),
        "innovation",
    ),
    SectionSpec(
        "structure",
        (
            PartSpec("structural_change", (LineSpec("structural_change", "speed", "percent", decimals=2),)),
            PartSpec("industry_change"),
        ),
        "structure",
    ),
    SectionSpec(
        "skills",
        (
            PartSpec(
                "skills",
                (
                    LineSpec("skills", "human_capital", "number", decimals=2),
                    LineSpec("skills", "unemployment_rate", "percent"),
                ),
            ),
            PartSpec("skills_demand"),
        ),
        "skills",
    ),
    SectionSpec(
        "returns",
        (
            PartSpec("return_on_capital", (LineSpec("return_on_capital", "return_on_capital", "percent"),)),
            PartSpec("decay_of_returns"),
            PartSpec("marginal_product_of_capital"),
            PartSpec("incremental_capital_output_ratio"),
        ),
        "returns",
    ),
    SectionSpec(
        "competition",
        (
            PartSpec(
                "competition",
                (
                    LineSpec("competition", "establishment_entry_rate", "percent"),
                    LineSpec("competition", "establishment_exit_rate", "percent"),
                ),
            ),
        ),
        "competition",
    ),
    SectionSpec(
        "drivers",
        (
            PartSpec("internet_use", (LineSpec("internet_use", "internet_users", "percent"),)),
            PartSpec("digital_divide"),
            PartSpec("security"),
            PartSpec("adaptability"),
            PartSpec(
                "social_impact",
                (
                    LineSpec("social_impact", "income_gini", "percent"),
                    LineSpec("social_impact", "labour_share", "percent"),
                ),
            ),
        ),
    ),
    SectionSpec(
        "rising",
        (PartSpec("emerging_industries"), PartSpec("emerging_technologies"), PartSpec("ai_postings")),
    ),
)
"""Sections in order; the era stands before them, effects, scorecard and outlook after them."""
