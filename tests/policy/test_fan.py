"""Draws of parameters and shocks, the same for every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from tests.policy.worlds import world

from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.evidence import state_of
from longwave.policy.fan import PROBABILITIES, Outcomes, drawn
from longwave.policy.known_part import known_part
from longwave.policy.parameter_evidence import ParameterEvidence, parameters_of


def _evidence(domain: Domain, panel: Panel) -> dict[str, ParameterEvidence]:
    return parameters_of(domain, state_of(domain, panel, "FRA"), panel)


def test_one_column_a_parameter_and_one_row_a_year_of_shocks(the_garden: Domain, the_world: Panel):
    found = drawn(the_garden, _evidence(the_garden, the_world), 500, 0)
    assert found.names == ("growing", "watering", "picking")
    assert found.table.shape == (500, 3)
    assert np.corrcoef(found.table.T)[0, 1] == np.clip(np.corrcoef(found.table.T)[0, 1], -0.15, 0.15)
    assert found.residuals is not None
    assert list(found.residuals.columns) == ["green.add"]
    assert found.residuals.index[0] == "1976"
    again = drawn(the_garden, _evidence(the_garden, the_world), 500, 0)
    assert np.array_equal(found.table, again.table)


def test_a_parameter_is_drawn_alike_whichever_others_there_are(the_garden: Domain, the_world: Panel):
    evidence = _evidence(the_garden, the_world)
    alone = drawn(the_garden, {"watering": evidence["watering"]}, 50, 3)
    together = drawn(the_garden, evidence, 50, 3)
    assert np.array_equal(alone.table[:, 0], together.table[:, 1])


def test_what_is_unknown_is_not_drawn_and_shocks_nothing(the_garden: Domain):
    panel = world({"FRA": 0.0}, noise=0.2)
    evidence = _evidence(the_garden, panel)
    found = drawn(the_garden, evidence, 50, 0)
    assert found.names == ("growing", "watering")
    part = replace(the_garden, model=known_part(the_garden.model, ["watering"]))
    assert drawn(part, evidence, 50, 0).residuals is None


def test_quantiles_are_those_of_the_draws():
    paths = np.arange(101.0)[:, None] * np.ones((1, 2))
    table = Outcomes(("2025", "2026"), {"y": paths}).quantiles("y")
    assert list(table.columns) == list(PROBABILITIES)
    assert table.loc["2025"].tolist() == [100 * each for each in PROBABILITIES]
    assert isinstance(table, pd.DataFrame)
