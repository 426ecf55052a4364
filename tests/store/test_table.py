"""A panel as Parquet: nothing lost, known by its content, one area in few row groups."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.core.panel import COLUMNS, Panel
from longwave.store.table import Table, encode

text = st.text(min_size=1, max_size=5).filter(str.strip)
row = st.tuples(
    text, text, st.text(max_size=3), st.integers(1000, 9999), st.floats(allow_infinity=False) | st.none()
)


def panel(rows: list[tuple[str, str, str, int, float | None]]) -> Panel:
    frame = pd.DataFrame(rows, columns=["area", "variable", "item", "period", "value"])
    frame = frame.drop_duplicates(["area", "variable", "item", "period"])
    return Panel.of(frame.assign(source="who", period=frame["period"].astype(str), vintage="2024-01-31"))


def decoded(table: Table) -> pd.DataFrame:
    frame = pq.read_table(io.BytesIO(table.data)).to_pandas()
    return frame.astype({name: object for name in COLUMNS if name != "value"})


@given(st.lists(row, max_size=12))
@settings(max_examples=40)
def test_nothing_is_lost(rows):
    brought = panel(rows)
    table = encode(brought)
    if rows:
        pd.testing.assert_frame_equal(Panel.of(decoded(table)).frame, brought.frame)
    assert table.observations == brought.frame["value"].notna().sum()
    assert table.series == len(brought.frame[["area", "variable", "item"]].drop_duplicates())
    assert table.areas == brought.frame["area"].nunique()


@given(st.lists(row, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_rows_makes_no_other_content(rows, random):
    brought = panel(rows)
    order = list(range(len(brought)))
    random.shuffle(order)
    shuffled = Panel(brought.frame.iloc[order].reset_index(drop=True))
    assert (encode(shuffled).content, encode(shuffled).data) == (
        encode(brought).content,
        encode(brought).data,
    )


@given(st.lists(row, min_size=1, max_size=12), st.sampled_from(COLUMNS))
@settings(max_examples=40)
def test_any_change_makes_another_content(rows, column):
    frame = panel(rows).frame
    changed = frame.copy()
    changed.loc[0, column] = (
        0.5 if column == "value" and frame.loc[0, "value"] != 0.5 else "9" if column != "value" else 1.5
    )
    if changed.equals(frame):
        return
    assert encode(Panel(changed)).content != encode(Panel(frame)).content


def test_words_that_differ_after_a_null_character_are_two_words():
    rows = panel([("USA", "gdp", "", 2000, 1.0)]).frame
    twice = pd.concat([rows, rows.assign(item="\x00b", value=2.0)], ignore_index=True)
    table = encode(Panel(twice))
    assert table.series == 2
    assert list(decoded(table)["item"]) == ["", "\x00b"]


def test_words_and_codes_are_not_mixed_up():
    """Two columns whose letters run together to the same bytes are still two contents."""
    first = panel([("a", "bc", "", 2000, 1.0)])
    second = panel([("ab", "c", "", 2000, 1.0)])
    assert encode(first).content != encode(second).content


def test_one_area_lies_in_few_row_groups():
    years = np.arange(1000, 1500)
    areas = [f"A{number:03}" for number in range(400)]
    frame = pd.DataFrame({"area": np.tile(areas, 500), "period": np.repeat(years, 400).astype(str)})
    frame = frame.assign(
        source="who", variable="gdp", item="", value=1.0, unit="", status="A", vintage="", note=""
    )
    file = pq.ParquetFile(io.BytesIO(encode(Panel(frame)).data))
    column = COLUMNS.index("area")
    held = [
        group
        for group in range(file.num_row_groups)
        for statistics in [file.metadata.row_group(group).column(column).statistics]
        if statistics.min <= "A200" <= statistics.max
    ]
    assert file.num_row_groups == 4
    assert len(held) <= 2


def test_text_that_is_no_unicode_is_refused():
    frame = panel([("USA", "gdp", "", 2000, 1.0)]).frame.assign(note="\ud800")
    with pytest.raises(BadInput, match="column note"):
        encode(Panel(frame))


def test_a_null_among_the_words_is_refused():
    frame = panel([("USA", "gdp", "", 2000, 1.0)]).frame.assign(note=None)
    with pytest.raises(BadInput, match="note"):
        encode(Panel(frame))
