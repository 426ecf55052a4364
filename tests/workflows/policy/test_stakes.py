"""Who gains and who loses, group by group: sides that meet are netted where a figure stands for the group, else told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from longwave.core.message import Names, say
from longwave.policy.joint import Stake
from longwave.policy.read import GROUPS
from longwave.workflows.policy.brief import MOST_GROUPS, further
from longwave.workflows.policy.stakes import by_group

DEBT = ("debt_effect", "future_taxpayers")


def _stake(group: str, sign: int) -> Stake:
    return Stake(group, sign, Names("Domain"), Names("Spending"), Names("because"))


def _design(column: str = "", low: float = 0.0, middle: float = 0.0, high: float = 0.0) -> Any:
    """What the netting reads of a design: its targets and the change of each column."""
    target = SimpleNamespace(name=column, names=Names("Debt"), unit=Names("% of GDP"), tolerance=5.0)
    frame = pd.DataFrame(
        {"low": [0.0, low], "median": [0.0, middle], "high": [0.0, high]}, index=["2026", "2027"]
    )
    effect = SimpleNamespace(name=column, frame=frame)
    return SimpleNamespace(problem=SimpleNamespace(targets=(target,)), effects=(effect,))


def test_one_side_stands_for_itself() -> None:
    (found,) = by_group([_stake("savers", 1), _stake("savers", 1)], _design())
    assert found.side == "gains" and found.together is None and len(found.stakes) == 2


def test_sides_that_meet_without_a_figure_are_told_and_not_netted() -> None:
    first, second = by_group([_stake("savers", 1), _stake("young", -1), _stake("savers", -1)], _design())
    assert first.group == "savers" and first.side == "both" and first.together is not None
    assert "not netted" in first.together.words.text("en") and "得失无法相抵" in first.together.words.text(
        "zh"
    )
    assert second.side == "loses"


@pytest.mark.parametrize(
    ("low", "middle", "high", "side"),
    [
        (1.0, 2.0, 3.0, "loses"),
        (-3.0, -2.0, -1.0, "gains"),
        (-1.0, 0.0, 2.0, "unclear"),
        (-0.05, 0.0, 0.04, "about_nothing"),
    ],
)
def test_debt_nets_those_who_will_pay_it(low: float, middle: float, high: float, side: str) -> None:
    stakes = [_stake("future_taxpayers", 1), _stake("future_taxpayers", -1)]
    (found,) = by_group(stakes, _design("debt_effect", low, middle, high))
    assert found.side == side and found.together is not None
    assert "2027" in found.together.words.text("en")


def test_the_brief_names_the_groups_that_its_table_leaves_out() -> None:
    """Nothing is said where all stand in the table; else how many are left, and which."""
    groups = by_group([_stake(name, 1) for name in GROUPS[: MOST_GROUPS + 2]], _design())
    assert further(groups[:MOST_GROUPS]) == ()
    (told,) = further(groups)
    assert f"holds {MOST_GROUPS} groups; 2 more" in told.text("en")
    for name in GROUPS[MOST_GROUPS : MOST_GROUPS + 2]:
        assert say(f"policy_page.group_{name}").text("en") in told.text("en")
        assert say(f"policy_page.group_{name}").text("zh") in told.text("zh")
