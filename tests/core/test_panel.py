"""The panel's door: what passes is whole, what does not is told why."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, DuplicateObservations, UnitMismatch, UnknownSeries
from longwave.core.panel import COLUMNS, Panel


def table(**changes: object) -> pd.DataFrame:
    rows = {"source": "x", "area": "USA", "variable": "v", "period": ["2018", "2019"], "value": [1.0, 2.0]}
    return pd.DataFrame(rows | changes)


def test_defaults_are_filled_and_columns_ordered() -> None:
    frame = Panel.of(table()).frame
    assert tuple(frame.columns) == COLUMNS
    assert frame["status"].tolist() == ["A", "A"]


def test_missing_is_marked_with_its_status() -> None:
    frame = Panel.of(table(value=[1.0, np.nan])).frame
    assert frame["status"].tolist() == ["A", "O"]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (table().drop(columns="value"), "lacks the columns value"),
        (table(value=[1, "n/a"]), "holds text"),
        (table(value=[1, np.inf]), "infinite"),
        (table(period=["2018", "soon"]), "not a period"),
        (table(period=["2018", "2018-Q1"]), "mixes years"),
        (table(status=["A", "zz"]), "status"),
        (table(status=["A", "O"]), "missing"),
        (table(area=["USA", " "]), "empty cells"),
    ],
)
def test_what_breaks_the_rules_is_refused(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Panel.of(frame)


def test_one_key_two_values_is_refused() -> None:
    with pytest.raises(DuplicateObservations, match="USA in 2018"):
        Panel.of(table(period=["2018", "2018"]))


def test_two_units_in_a_series_are_refused() -> None:
    with pytest.raises(UnitMismatch):
        Panel.of(table(unit=["percent", "share"]))


def test_series_leaves_missing_out_and_names_what_is_not_there() -> None:
    panel = Panel.of(table(value=[np.nan, 2.0]))
    assert panel.series("v", area="USA").to_dict() == {"2019": 2.0}
    with pytest.raises(UnknownSeries):
        panel.series("w", area="USA")


def test_overlapping_sources_are_not_silently_merged() -> None:
    panel = Panel.of(pd.concat([table(), table(source="y")]))
    with pytest.raises(DuplicateObservations):
        panel.series("v", area="USA")


values = st.lists(st.floats(-1e12, 1e12) | st.none(), min_size=1, max_size=12)


@given(values, st.randoms())
def test_row_order_does_not_matter(numbers: list[float | None], shuffle: object) -> None:
    frame = pd.DataFrame(
        {"area": "USA", "variable": "v", "period": [str(1950 + i) for i in range(len(numbers))]}
    )
    frame["value"] = pd.array(numbers, dtype="Float64").astype(object)
    order = list(frame.index)
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(Panel.of(frame).frame, Panel.of(frame.loc[order]).frame)


@given(values)
def test_checking_twice_changes_nothing(numbers: list[float | None]) -> None:
    frame = pd.DataFrame(
        {"area": "USA", "variable": "v", "period": [str(1950 + i) for i in range(len(numbers))]}
    )
    frame["value"] = pd.array(numbers, dtype="Float64").astype(object)
    once = Panel.of(frame)
    pd.testing.assert_frame_equal(Panel.of(once.frame).frame, once.frame)


def test_an_empty_panel_is_a_panel() -> None:
    assert len(Panel.empty()) == 0
    assert len(Panel.concat([])) == 0
