"""How p-values are written."""

import pytest

from longwave.measure.breaks.chances import chance


@pytest.mark.parametrize(
    ("p_value", "text"),
    [
        (0.0, "p < 0.01"),
        (0.001, "p < 0.01"),
        (0.01, "p = 0.01"),
        (0.034, "p = 0.03"),
        (0.0493, "p = 0.049"),
        (0.05, "p = 0.05"),
        (0.0504, "p = 0.0504"),
        (0.053, "p = 0.053"),
        (0.12, "p = 0.12"),
        (0.35, "p about 0.3"),
        (0.44, "p about 0.4"),
        (0.97, "p > 0.9"),
        (1.0, "p > 0.9"),
    ],
)
def test_a_p_value_is_no_finer_than_it_can_be_told(p_value, text) -> None:
    assert chance(p_value).text("en") == text
    assert chance(p_value).text("zh")
