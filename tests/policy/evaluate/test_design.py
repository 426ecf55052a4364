"""Designs from a domain's file."""

import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.policy.evaluate.design import EvaluationDesign, read_design
from longwave.policy.toml_table import read_toml

WRITTEN = """
name = "after_five_years"
title = { en = "After five years", zh = "五年之后" }
outcome = "unemployment_rate"
horizon = 5
estimator = "synthetic_control"
donors = "all"
exclude = ["USA"]
better = "lower"
promised = "u"
minimum_detectable_effect = 0.5
unit = "percent"
"""


def test_a_design_is_read() -> None:
    design = read_design(read_toml(WRITTEN.encode(), "domain.toml"))
    assert design == EvaluationDesign(
        "after_five_years",
        "unemployment_rate",
        5,
        "synthetic_control",
        title=design.title,
        exclude=("USA",),
        higher_is_better=False,
        promised="u",
        minimum_detectable_effect=0.5,
        unit="percent",
    )
    assert design.title.zh == "五年之后"
    listed = WRITTEN.replace('donors = "all"', 'donors = ["FRA", "DEU"]')
    assert read_design(read_toml(listed.encode(), "domain.toml")).donors == ("FRA", "DEU")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"synthetic_control"', '"crystal_ball"', BadInput),
        ("horizon = 5", "horizon = 0", UsageError),
        ("horizon = 5", 'horizon = "long"', BadInput),
        ('outcome = "unemployment_rate"', 'outcome = " "', UsageError),
        ('outcome = "unemployment_rate"', "", BadInput),
        ("= 0.5", "= -0.5", UsageError),
        ('better = "lower"', 'better = "sideways"', BadInput),
        ('donors = "all"', "donors = 3", BadInput),
        ('unit = "percent"', 'unit = "percent"\nhorizn = 3', BadInput),
        ('unit = "percent"', "lags = 99", UsageError),
        ('unit = "percent"', "fewest_donors = 1", UsageError),
    ],
)
def test_a_wrong_design_is_refused(old: str, new: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read_design(read_toml(WRITTEN.replace(old, new).encode(), "domain.toml"))


def test_bounds_of_a_design_made_by_hand() -> None:
    with pytest.raises(UsageError, match="estimator"):
        EvaluationDesign("a", "y", 5, "guess")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="level"):
        EvaluationDesign("a", "y", 5, "state_space", level=1.0)
