"""Social impact: how incomes are spread, what labour gets, and who is left without work.

Gini of incomes, shares of the richest tenth and the poorest fifth, the labour share, youth and long-term
unemployment, self-employment.
Each is told by itself; they need not agree, and none is averaged with another.
"""

from __future__ import annotations

from longwave.core.panel import Panel
from longwave.measure.drivers.levels import read_level, several
from longwave.measure.measurement import MEASURES, Measure, Measurement

NAME = "social_impact"
NEEDS = ("income_gini", "labour_share")
USES = (
    "top_income_share",
    "bottom_income_share",
    "youth_unemployment_rate",
    "long_term_unemployment_rate",
    "self_employment_share",
)


def measure_social_impact(panel: Panel, area: str) -> Measurement:
    """Levels and mean yearly change of every indicator that the area has.

    Table: the indicators (fractions). Estimates: <indicator>_yearly_change by stretch (fraction of the whole a year) and its
    change between the last ten years and those before. Indicators without figures are refused one by one.
    """
    return several(NAME, "social", area, [read_level(panel, area, name) for name in (*NEEDS, *USES)])


MEASURES.register(NAME)(Measure(NAME, "social", NEEDS, measure_social_impact, USES))
