import numpy as np
import pytest

from longwave.core.estimate import Grade
from longwave.measure.competition.dynamism import measure_competition


def line(slope, noise=0.003, seed=0):
    rng = np.random.default_rng(seed)
    return {year: 0.15 + slope * (year - 1980) + rng.normal(0, noise) for year in range(1980, 2020)}


def test_sign_is_estimated(panel_of):
    panel = panel_of({"establishment_entry_rate": line(-0.001), "establishment_exit_rate": line(0.0, seed=3)})
    found = measure_competition(panel, "AAA")
    entry = found.estimate("establishment_entry_rate_trend")
    assert entry.value == pytest.approx(-0.01, abs=0.003)
    assert "downward" in str(found.findings[0])
    assert "no trend is distinguishable" in str(found.findings[1])
    assert entry.unit == "share a decade"
    assert entry.grade is Grade.A


def test_a_part_of_the_area_is_named_and_loses_a_grade(panel_of):
    found = measure_competition(
        panel_of({"establishment_entry_rate": line(-0.001)}, item="US_ex_AZ_CT", note="no Arizona"), "AAA"
    )
    assert found.estimate("establishment_entry_rate_trend").grade is Grade.B
    texts = [str(one) for one in found.findings]
    assert any("(without AZ, CT)" in text for text in texts)
    assert any("（不含 AZ、CT）" in one.text("zh") for one in found.findings)
    assert any("no Arizona" in text for text in texts)


def test_refused_without_entry_and_exit(panel_of):
    found = measure_competition(panel_of({"job_creation_rate": line(0.0)}), "AAA")
    assert found.table.empty
    assert len(found.refusals) == 2


@pytest.mark.parametrize("values", [{2000: 0.1}, dict.fromkeys(range(2000, 2010), 0.1)])
def test_too_short_or_constant(panel_of, values):
    found = measure_competition(panel_of({"establishment_entry_rate": values}), "AAA")
    assert not found.estimates
    assert any(one.subject == "establishment_entry_rate_trend" for one in found.refusals)
