"""What holds for every measure in the catalogue."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.message import LANGUAGES
from longwave.core.panel import Panel
from longwave.measure.measurement import (
    DIMENSIONS,
    DRIVERS,
    MEASURES,
    POLICY,
    WIDER,
    Measurement,
    of_panel,
    of_table,
    studied,
)
from longwave.measure.own_table import of_own_table

DOCS = Path(__file__).parents[2] / "docs" / "measures"
NAMES = sorted(of_panel())
TABLES = sorted(of_table())


def check(found: Measurement) -> None:
    for one in found.estimates:
        assert np.isfinite([one.value, one.low, one.high]).all(), one
        assert one.low <= one.high
        assert one.sample.observations > 0
    assert len({one.name for one in found.estimates}) == len(found.estimates)
    assert len(found.table) or found.refusals
    assert found.table.empty or set(found.units) == set(found.table.columns)
    assert all(isinstance(period, str) for period in found.table.index)
    for test in found.tests:
        assert np.isfinite(test.statistic), test
        assert test.p_value is None or 0 <= test.p_value <= 1
    for dating in found.datings:
        assert (dating.state == "passed") == (dating.period is not None), dating
    said = [*found.findings, *(one.method for one in found.estimates)]
    said += [message for test in found.tests for message in (test.null, test.method)]
    said += [dating.reason for dating in found.datings if dating.reason is not None]
    for refusal in found.refusals:
        said += [refusal.reason] if refusal.mend is None else [refusal.reason, refusal.mend]
    for message in said:
        for lang in LANGUAGES:
            assert "nan" not in message.text(lang).lower().split()
            assert "inf" not in message.text(lang).lower().split()


@pytest.mark.parametrize("name", MEASURES.names())
def test_every_measure_has_a_page_and_a_dimension(name):
    assert MEASURES.get(name).dimension in (*DIMENSIONS, *DRIVERS, *WIDER, *POLICY)
    assert (DOCS / f"{name}.md").exists()


def test_a_study_leaves_out_the_fields_of_policy_and_nothing_else():
    left_out = {name: of_panel()[name].dimension for name in set(of_panel()) - set(studied())}
    assert left_out["output_gap"] == "economy"
    assert set(left_out.values()) <= set(POLICY)


READING = [name for name in NAMES if of_panel()[name].needs or of_panel()[name].uses]
"""Measures that read the panel; the others stand on a table that comes with the house."""


@pytest.mark.parametrize("name", READING)
def test_an_empty_panel_is_refused_not_raised(name):
    found = of_panel()[name].compute(Panel.empty(), "USA")
    assert found.table.empty
    assert found.refusals
    assert found.measure == name
    check(found)


KINDS = ("constant", "noise", "wild", "zeros", "share")


def figures(kind: str, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return {
        "constant": np.full(count, 0.3),
        "noise": 0.33 + rng.normal(0, 0.01, count),
        "wild": rng.normal(0, 1e6, count),
        "zeros": np.zeros(count),
        "share": rng.uniform(0, 1, count),
    }[kind]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_whatever_the_figures_estimates_are_finite_and_sentences_speak(name, data):
    measure = of_panel()[name]
    rows = []
    for area in ("USA", "CHN", "DEU") if measure.across else ("USA",):
        for variable in measure.needs + measure.uses:
            years = sorted(data.draw(st.sets(st.integers(1985, 2022), max_size=38)))
            kind = data.draw(st.sampled_from(KINDS))
            values = figures(kind, len(years), data.draw(st.integers(0, 99)))
            rows += [
                {"area": area, "variable": variable, "period": str(y), "value": v}
                for y, v in zip(years, values, strict=True)
            ]
    panel = Panel.of(pd.DataFrame(rows, columns=["area", "variable", "period", "value"]))
    check(measure.compute(panel, "USA"))


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_whatever_the_table_the_answer_is_finite_or_refused(name, data):
    measure = of_table()[name]
    count = data.draw(st.sampled_from([0, 1, 2, 5, 12, 40]))
    columns = {}
    for column in measure.columns:
        if column.optional and data.draw(st.booleans()):
            continue
        seed = data.draw(st.integers(0, 99))
        rng = np.random.default_rng(seed)
        if column.kind == "number":
            columns[column.name] = figures(data.draw(st.sampled_from(KINDS)), count, seed)
            if count and data.draw(st.booleans()):
                columns[column.name][rng.integers(count)] = np.nan
        elif column.kind == "period":
            columns[column.name] = [str(year) for year in rng.integers(1980, 2020, count)]
        else:
            columns[column.name] = [f"x{item}" for item in rng.integers(0, 6, count)]
    check(of_own_table(measure, pd.DataFrame(columns)))
