"""What holds for every measure in the catalogue."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.message import LANGUAGES
from longwave.core.panel import Panel
from longwave.core.unit import Unit
from longwave.measure.measurement import DIMENSIONS, MEASURES, Measurement

DOCS = Path(__file__).parents[2] / "docs" / "measures"
NAMES = MEASURES.names()


def check(found: Measurement) -> None:
    for one in found.estimates:
        assert np.isfinite([one.value, one.low, one.high]).all(), one
        assert one.low <= one.high
        assert one.sample.observations > 0
    assert len({one.name for one in found.estimates}) == len(found.estimates)
    assert len(found.table) or found.refusals
    assert found.table.empty or set(found.units) == set(found.table.columns)
    assert all(isinstance(period, str) for period in found.table.index)
    said = [*found.findings, *(one.method for one in found.estimates)]
    for refusal in found.refusals:
        said += [refusal.reason] if refusal.mend is None else [refusal.reason, refusal.mend]
    for message in said:
        for lang in LANGUAGES:
            assert "nan" not in message.text(lang).lower().split()
            assert "inf" not in message.text(lang).lower().split()


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_has_a_page_and_a_dimension(name):
    assert MEASURES.get(name).dimension in DIMENSIONS
    assert (DOCS / f"{name}.md").exists()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_panel_is_refused_not_raised(name):
    found = MEASURES.get(name).compute(Panel.empty(), "USA")
    assert found.table.empty
    assert found.refusals
    assert found.measure == name
    check(found)


VARIABLES = sorted(
    {variable for name in NAMES for variable in MEASURES.get(name).needs + MEASURES.get(name).uses}
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_the_figures_estimates_are_finite_and_sentences_speak(name, data):
    measure = MEASURES.get(name)
    rows = []
    for variable in measure.needs + measure.uses:
        years = sorted(data.draw(st.sets(st.integers(1985, 2022), max_size=38)))
        kind = data.draw(st.sampled_from(["constant", "noise", "wild", "zeros"]))
        rng = np.random.default_rng(data.draw(st.integers(0, 99)))
        values = {
            "constant": np.full(len(years), 0.3),
            "noise": 0.33 + rng.normal(0, 0.01, len(years)),
            "wild": rng.normal(0, 1e6, len(years)),
            "zeros": np.zeros(len(years)),
        }[kind]
        rows += [
            {"area": "USA", "variable": variable, "period": str(y), "value": v}
            for y, v in zip(years, values, strict=True)
        ]
    panel = Panel.of(pd.DataFrame(rows, columns=["area", "variable", "period", "value"]))
    check(measure.compute(panel, "USA"))


def test_units_are_texts_that_units_print():
    assert str(Unit.parse("share of GDP")) == "share of GDP"
