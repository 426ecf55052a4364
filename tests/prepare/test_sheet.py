"""The sheet: series laid side by side, and medians of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.prepare.sheet import Sheet, group_median

from .tables import rows


def test_series_are_runs_sorted_by_period() -> None:
    table = pd.concat([rows("b", {"USA": [1.0, 2.0]}), rows("a", {"USA": [3.0], "CHN": [4.0, 5.0]})])
    sheet = Sheet.of(table.sample(frac=1, random_state=1))
    assert len(sheet) == 3
    assert sheet.value.tolist() == [4.0, 5.0, 3.0, 1.0, 2.0]
    assert sheet.of_row.tolist() == [0, 0, 1, 2, 2]
    assert str(sheet.key(0)) == "mine:a@CHN"


def test_vintages_are_series_of_their_own() -> None:
    table = pd.concat(
        [rows("a", {"USA": [1.0, 2.0]}).assign(vintage=day) for day in ("2020-01-01", "2021-01-01")]
    )
    sheet = Sheet.of(table)
    assert sheet.count.tolist() == [2, 2]
    assert sheet.value.tolist() == [1.0, 2.0, 1.0, 2.0]


def test_steps_stay_inside_a_series() -> None:
    sheet = Sheet.of(rows("a", {"CHN": [1.0, np.nan, 3.0], "USA": [4.0, 5.0]}))
    before, after = sheet.steps
    assert list(zip(before.tolist(), after.tolist(), strict=True)) == [(0, 2), (3, 4)]


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-1e6, 1e6)), max_size=40))
def test_medians_agree_with_numpy(pairs: list[tuple[int, float]]) -> None:
    groups = np.array([group for group, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs])
    medians = group_median(values, groups, 5)
    for group in range(5):
        own = values[groups == group] if pairs else np.array([])
        if len(own):
            assert medians[group] == pytest.approx(np.median(own))
        else:
            assert np.isnan(medians[group])
