"""What is done about findings, and that every check is registered, tested and told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.message import catalogue
from longwave.prepare.quality import CHECKS, check
from longwave.prepare.sheet import Sheet

from .tables import rows

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "concepts" / "quality.md"


def run(*tables: pd.DataFrame, released: str = ""):
    return check(Sheet.of(pd.concat(tables, ignore_index=True), released))


@pytest.mark.parametrize("name", CHECKS.names())
def test_every_check_has_a_heading_and_a_test(name: str) -> None:
    assert f"## {name}\n" in PAGE.read_text("utf-8")
    tests = "".join(path.read_text("utf-8") for path in (Path(__file__).parent / "checks").glob("test_*.py"))
    assert f'"{name}"' in tests


def test_every_sentence_is_in_both_languages_with_the_same_blanks() -> None:
    entries = {key: texts for key, texts in catalogue().items() if key.startswith("prepare.")}
    assert len(entries) > 30
    for key, texts in entries.items():
        assert texts["en"], key
        assert texts["zh"], key


def test_a_clean_table_passes_untouched() -> None:
    steps = [1.0 + 0.02 * k + 0.003 * (k % 3) for k in range(30)]
    table = rows("anything", {"USA": steps, "CHN": [value * 2 for value in steps]}, unit="index")
    checked = run(table)
    assert checked.faults == ()
    assert checked.held_back == ()
    pd.testing.assert_frame_equal(checked.frame.reset_index(drop=True), Sheet.of(table).frame)


def test_zeros_become_missing_with_a_reason() -> None:
    checked = run(rows("anything", {"USA": [25.0, 24.5, 0.0, 25.5, 24.8, 25.1, 25.0]}))
    row = checked.frame[checked.frame["period"] == "2002"].iloc[0]
    assert np.isnan(row["value"])
    assert (row["status"], row["note"]) == ("O", "zero for missing")
    fault = next(fault for fault in checked.faults if fault.check == "zeros_for_missing")
    assert (fault.held_back, fault.rows, fault.subject) == (False, 1, "mine:anything@USA")


def test_projections_are_marked_and_kept() -> None:
    checked = run(rows("anything", {"USA": [1.0, 1.1, 1.2]}, first=2018), released="2019-06-01")
    assert checked.frame["status"].tolist() == ["A", "F", "F"]
    assert checked.frame["value"].tolist() == [1.0, 1.1, 1.2]


def test_only_the_series_in_doubt_is_held_back() -> None:
    good, bad = [0.02 + 0.001 * k for k in range(10)], [2.0 + 0.1 * k for k in range(10)]
    table = rows("rd_intensity", {"USA": good, "CHN": good[::-1], "DEU": bad}, unit="share of GDP")
    checked = run(table)
    assert [str(key) for key in checked.held_back] == ["mine:rd_intensity@DEU"]
    assert set(checked.frame["area"]) == {"CHN", "USA"}
    assert checked.faults[0].held_back


def test_many_areas_are_counted_not_listed() -> None:
    codes = ["USA", "CHN", "DEU", "FRA", "GBR", "ITA", "JPN", "KOR", "BRA"]
    checked = run(rows("anything", {code: [1.0] for code in codes}))
    text = next(fault for fault in checked.faults if fault.check == "one_observation").message.text("en")
    assert "and 3 more" in text
    text = next(fault for fault in checked.faults if fault.check == "one_observation").message.text("zh")
    assert "中国" in text
    assert "另外 3 个" in text


numbers = st.floats(-1e308, 1e308).filter(lambda value: value != 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=40))
def test_numbers_that_are_not_zero_are_never_changed(values: list[float]) -> None:
    table = rows("anything", {"USA": values})
    checked = run(table, released="2100-01-01")
    kept = checked.frame["value"].to_numpy()
    assert len(kept) in {0, len(values)}
    if len(kept):
        np.testing.assert_array_equal(kept, values)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_every_change_has_its_fault(values: list[float]) -> None:
    checked = run(rows("anything", {"USA": values}))
    missing = int(checked.frame["value"].isna().sum())
    told = sum(fault.rows for fault in checked.faults if fault.check == "zeros_for_missing")
    if len(checked.frame):
        assert missing == told
    else:
        assert any(fault.held_back for fault in checked.faults)
