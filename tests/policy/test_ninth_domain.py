"""The page that adds a ninth domain: its three files hold together and run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import COUNTRIES, panel

from longwave.core.estimate import Grade
from longwave.policy.domain import Domain
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.read import find_domain

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-policy-domain.md"
FILE = re.compile(r"<!-- file: participation/(\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    folder = tmp_path_factory.mktemp("ninth") / "participation"
    folder.mkdir()
    for name, text in FILE.findall(PAGE.read_text("utf-8")):
        (folder / name).write_text(text, "utf-8")
    return find_domain(folder)


@pytest.fixture(scope="module")
def figures():
    generator = np.random.default_rng(5)
    index = np.arange(1975, 2025)
    series = {}
    for code in (*COUNTRIES[:15], "DEU"):
        step = np.zeros(len(index))
        for t in range(1, len(index)):
            step[t] = 0.6 * step[t - 1] + 0.2 * generator.normal()
        series[code, "participation_rate"] = pd.Series(0.6 + step.cumsum() / 100, index=index)
    return panel(series, {"participation_rate": "share"})


def test_without_the_user_s_range_there_is_a_diagnosis_and_no_design(domain: Domain, figures):
    plan = plan_for(domain, figures, "DEU", PlanOptions(start=2026, replications=50))
    assert plan.design is None
    assert plan.parameters["par_per_spending"].grade is Grade.D
    assert plan.parameters["par_slowness"].grade in (Grade.A, Grade.B)
    assert len(plan.diagnoses) == 1


def test_with_it_the_mix_keeps_bounds_steps_and_budget(domain: Domain, figures):
    options = PlanOptions(
        start=2026, replications=50, budget=0.5, parameters={"par_per_spending": (0.5, 2.0)}
    )
    plan = plan_for(domain, figures, "DEU", options)
    assert plan.design is not None
    path = plan.design.mix_interval.loc["par_care"]["best"].to_numpy()
    assert 0.2 < path.max() <= 0.5 + 1e-7
    assert np.diff(np.concatenate([[0.0], path])).max() <= 0.25 + 1e-7
    assert plan.design.sure["par_care"]
