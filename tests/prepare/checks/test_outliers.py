"""Numbers far off their neighbours."""

from __future__ import annotations

from collections.abc import Callable

from longwave.prepare.prepare import Prepared

from ..tables import found, rows

STEADY = [100 + step + 0.3 * (-1) ** step for step in range(20)]


def test_a_spike_is_noted_and_kept() -> None:
    (finding,) = found("outliers", rows("x", {"USA": [*STEADY[:10], 180.0, *STEADY[11:]]}))
    assert len(finding.rows) == 1


def test_a_trend_a_step_and_a_short_series_are_not() -> None:
    assert not found("outliers", rows("x", {"USA": STEADY}))
    assert not found("outliers", rows("x", {"USA": [*STEADY[:10], *(value + 80 for value in STEADY[10:])]}))
    assert not found("outliers", rows("x", {"USA": [1.0, 1.1, 90.0, 1.0, 1.2]}))


def test_outliers_never_hold_anything_back(world_ready: Callable[[str], Prepared]) -> None:
    faults = [fault for fault in world_ready("pwt1001").faults if fault.check == "outliers"]
    assert faults
    assert not any(fault.held_back for fault in faults)
