"""Changes as people read them: points of a share, other units as they are, nought without a sign."""

from __future__ import annotations

import pytest

from longwave.text.score.points import number, points


@pytest.mark.parametrize(
    ("change", "unit", "signed", "told"),
    [
        (0.0123, "share", True, "+1.2"),
        (-0.0123, "share", False, "1.2"),
        (-0.0001, "share", True, "0.0"),
        (-0.0123, "correlation", True, "-0.012"),
        (0.0, "steps", True, "0.000"),
    ],
)
def test_a_change(change: float, unit: str, signed: bool, told: str) -> None:
    assert number(change, unit, signed=signed) == told


def test_only_of_a_share_are_there_points() -> None:
    assert str(points(0.05, "share")) == "+5.0 points"
    assert points(0.05, "correlation", 2) == "+0.0500"
