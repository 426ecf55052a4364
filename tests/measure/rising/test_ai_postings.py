import numpy as np
import pandas as pd
import pytest

from longwave.core.dating import DatingState
from longwave.core.panel import Panel
from longwave.measure.rising.ai_postings import doubling_time, measure_ai_postings
from longwave.measure.skills.monthly import ordinal, written


def panel_of(
    paces: list[float], unit: str = "percent of postings", noise: float = 0.02, seed: int = 1
) -> Panel:
    """A share of 2 per cent whose logarithm moves by so much a month."""
    rng = np.random.default_rng(seed)
    logs = np.cumsum(np.array(paces) + rng.normal(0, noise, len(paces)))
    scale = 1.0 if unit.startswith("percent") else 0.01
    rows = pd.DataFrame(
        {
            "period": [written(ordinal("2019-01") + at) for at in range(len(paces))],
            "value": scale * 2.0 * np.exp(logs),
        }
    )
    return Panel.of(rows.assign(area="AAA", variable="ai_postings_share", unit=unit, source="made"))


JUMP = [0.0] * 66 + [0.05] * 24


def test_a_faster_pace_is_seen_and_dated() -> None:
    found = measure_ai_postings(panel_of(JUMP), "AAA")
    recent, before = found.estimate("pace_recent"), found.estimate("pace_before")
    assert recent.low <= 0.6 <= recent.high
    assert before.low <= 0 <= before.high
    assert found.estimate("pace_change").low > 0
    dating = found.datings[0]
    assert dating.state is DatingState.PASSED
    # The first change at the new pace is that of July 2024.
    assert dating.low <= "2024-06" <= dating.high
    assert {"rising.ai_faster", "rising.ai_break"} <= {each.key for each in found.findings}
    assert all(each.text("zh") and each.text("en") for each in found.findings)


def test_one_pace_has_no_break() -> None:
    found = measure_ai_postings(panel_of([0.0] * 90), "AAA")
    assert [each.state for each in found.datings] == [DatingState.NO_BREAK]
    assert "rising.ai_no_faster" in [each.key for each in found.findings]
    assert any(one.key == "rising.ai_pace" for one in found.findings)


def test_no_future_is_told() -> None:
    found = measure_ai_postings(panel_of(JUMP), "AAA")
    assert found.refusals[-1].subject == "ai_postings_ceiling"


def test_per_cent_and_fractions_are_one() -> None:
    one, other = (
        measure_ai_postings(panel_of(JUMP, unit), "AAA")
        for unit in ("percent of postings", "share of postings")
    )
    assert one.table["share"].to_numpy() == pytest.approx(other.table["share"].to_numpy())
    assert one.table["share"].iloc[0] == pytest.approx(0.02, abs=0.002)


def test_short_bad_and_missing_series() -> None:
    short = measure_ai_postings(panel_of([0.01] * 30), "AAA")
    assert "pace_before" in [each.subject for each in short.refusals]
    assert len(short.estimates) == 1
    tiny = measure_ai_postings(panel_of([0.01] * 5), "AAA")
    assert not tiny.estimates
    assert tiny.findings
    assert measure_ai_postings(panel_of(JUMP), "BBB").refusals[0].reason.key == "measure.missing"
    huge = measure_ai_postings(panel_of([0.0] * 20 + [0.2] * 70, "share of postings"), "AAA")
    assert huge.refusals[0].reason.key == "rising.share_outside"
    still = measure_ai_postings(panel_of([0.0] * 90, noise=0.0), "AAA")
    assert not still.estimates
    assert not still.datings


def test_doubling() -> None:
    assert doubling_time(np.log(2)) == pytest.approx(1)
    with pytest.raises(ValueError, match="grows"):
        doubling_time(0.0)


def test_the_pace_is_a_compound_rate_with_its_interval() -> None:
    found = measure_ai_postings(panel_of(JUMP), "AAA")
    recent = found.estimate("pace_recent")
    told = next(str(each) for each in found.findings if each.key == "rising.ai_pace")
    assert f"rose by {np.expm1(recent.value):.0%} a year" in told
    assert f"95% interval {np.expm1(recent.low):.0%} to {np.expm1(recent.high):.0%} a year" in told
    assert told.count("(") == 1


def test_a_fall_is_told_as_one() -> None:
    found = measure_ai_postings(panel_of([0.0] * 66 + [-0.05] * 24), "AAA")
    told = next(str(each) for each in found.findings if each.key == "rising.ai_pace")
    assert "fell by" in told
    assert "-" not in told
