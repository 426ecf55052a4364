"""A rule is read as it is written, and what is wrong with it is told with file, key and mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from longwave.core.errors import BadInput
from longwave.core.message import Names
from longwave.policy.monitor.rule import WatchRule, check_rule, read_rule, read_rules
from longwave.policy.toml_table import read_toml

CHART = """
[[watch]]
name = "inflation_misses"
title = { en = "Inflation", zh = "通胀" }
indicator = "inflation"
kind = "cusum"
run_length = 80
skip = ["2020", "2021-Q2"]
meaning = { en = "The target is lost.", zh = "偏离目标。" }
action = { en = "Look at the rate.", zh = "检视利率。" }
"""
THRESHOLD = """
[[watch]]
name = "high_inflation"
indicator = "d(cpi) / cpi(-1)"
kind = "threshold"
direction = "up"
value = 4
persistence = 3
meaning = "Too high."
action = "Tighten."
"""


def read(text: str) -> tuple[WatchRule, ...]:
    return read_rules(read_toml(text.encode(), "macro/domain.toml").tables("watch"))


def test_rules_are_read_as_they_are_written():
    chart, threshold = read(CHART + THRESHOLD)
    assert chart == WatchRule(
        "inflation_misses",
        "inflation",
        "cusum",
        "both",
        Names("The target is lost.", "偏离目标。"),
        Names("Look at the rate.", "检视利率。"),
        Names("Inflation", "通胀"),
        run_length=80.0,
        skip=("2020", "2021-Q2"),
    )
    assert (threshold.value, threshold.persistence, threshold.direction) == (4.0, 3, "up")
    assert threshold.title == Names("high_inflation")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "cusum"', 'kind = "shewhart"', "kind.*cusum, ewma, threshold"),
        ('kind = "cusum"', "", "kind"),
        ("run_length = 80", "run_length = 1", "run_length.*5 to 2000"),
        ("run_length = 80", 'run_length = "long"', "run_length.*number"),
        ("run_length = 80", "run_length = nan", "run_length"),
        ("run_length = 80", "run_lenght = 80", "run_lenght"),
        ("run_length = 80", "value = 3", "value.*left out"),
        ("run_length = 80", "assurance = 1.0", "assurance.*0.95"),
        ("run_length = 80", 'direction = "sideways"', "direction.*up, down, both"),
        ('["2020", "2021-Q2"]', '["soon"]', "skip.*2020-Q3"),
        ('["2020", "2021-Q2"]', "2020", "skip"),
        ('"inflation_misses"', '"Inflation misses"', "name.*lower-case"),
        ('indicator = "inflation"', 'indicator = " "', "indicator"),
        ('{ en = "Look at the rate.", zh = "检视利率。" }', '""', "action.*says something"),
        ('{ en = "Look at the rate.", zh = "检视利率。" }', "3", "action"),
    ],
)
def test_a_chart_s_faults_are_told_with_file_and_key(old, new, told):
    with pytest.raises(BadInput, match=told) as caught:
        read(CHART.replace(old, new))
    assert "macro/domain.toml" in caught.value.text("en")
    assert caught.value.mend is not None
    assert caught.value.text("zh")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 4", "", "value"),
        ("value = 4", "value = inf", "value"),
        ('direction = "up"', "", "direction"),
        ('direction = "up"', 'direction = "both"', "direction.*up or down"),
        ("persistence = 3", "persistence = 0", "persistence.*1 to 60"),
        ("persistence = 3", "persistence = 2.5", "persistence.*whole"),
        ("persistence = 3", "run_length = 50", "run_length.*left out"),
    ],
)
def test_a_threshold_s_faults_are_told_with_file_and_key(old, new, told):
    with pytest.raises(BadInput, match=told):
        read(THRESHOLD.replace(old, new))


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(BadInput, match="high_inflation is there twice"):
        read(THRESHOLD + THRESHOLD)


def test_a_rule_made_in_python_is_checked_too():
    (rule,) = read(THRESHOLD)
    check_rule(rule)
    for wrong in ({"value": None}, {"direction": "both"}, {"kind": "guess"}, {"persistence": 0}):
        with pytest.raises(BadInput, match="high_inflation"):
            check_rule(replace(rule, **wrong))


def test_one_table_is_read_alone():
    (table,) = read_toml(CHART.encode(), "my.toml").tables("watch")
    assert read_rule(table).name == "inflation_misses"
