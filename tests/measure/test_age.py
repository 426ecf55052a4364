"""Figures that ended long ago are told as old, and carry less."""

import pandas as pd
import pytest

from longwave.core.estimate import Estimate, Grade, Sample
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.measure.age import newest_year, told_as_old
from longwave.measure.measurement import Measurement


def panel(**years: int) -> Panel:
    rows = [("USA", name, str(year), 1.0, "A", "2026-01-01") for name, year in years.items()]
    rows += [("USA", "forecast", "2060", 1.0, "F", "2026-01-01"), ("DEU", "other", "2025", 1.0, "A", "")]
    rows += [("USA", "projected", "2100", 1.0, "A", "2019-05-01")]
    columns = ["area", "variable", "period", "value", "status", "vintage"]
    return Panel.of(pd.DataFrame(rows, columns=columns))


def measured(last: int) -> Measurement:
    table = pd.DataFrame({"x": [1.0]}, index=pd.Index([str(last)], name="period"))
    one = Estimate(
        "x", 1.0, 0.0, 2.0, "share", say("measure.nothing"), Sample(50, "1950", str(last)), Grade.A
    )
    return Measurement("made", "trade", "USA", table, estimates=(one,))


def test_the_newest_year_is_neither_a_forecast_nor_after_its_release():
    assert newest_year(panel(a=1960, b=2018), "USA") == 2019
    assert newest_year(panel(a=2024), "USA") == 2024
    assert newest_year(panel(a=2024), "FRA") is None


@pytest.mark.parametrize(
    ("last", "grade", "told"),
    [(2024, "A", 0), (2019, "A", 0), (2018, "C", 1), (2009, "C", 1), (2008, "D", 1)],
)
def test_grades_fall_with_age(last: int, grade: str, told: int):
    found = told_as_old(measured(last), panel(a=2024))
    assert str(found.estimates[0].grade) == grade
    assert len(found.findings) == told
    if told:
        for lang in ("en", "zh"):
            assert str(last) in found.findings[0].text(lang) and "2024" in found.findings[0].text(lang)
