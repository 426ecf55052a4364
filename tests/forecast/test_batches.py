"""A long file in batches: each series whole, whatever the size of a batch."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.forecast.batches import read_batches
from longwave.forecast.frames import read_many


def frame(lengths=(7, 1, 30, 12, 5), seed=0):
    rng = np.random.default_rng(seed)
    parts = [
        pd.DataFrame(
            {
                "unique_id": f"{place:04d}",
                "ds": pd.date_range("2010-01-31", periods=length, freq="ME"),
                "y": rng.random(length),
            }
        )
        for place, length in enumerate(lengths)
    ]
    return pd.concat(parts, ignore_index=True)


def saved(table, folder, suffix):
    path = folder / f"series{suffix}"
    if suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",")
    return path


@pytest.mark.parametrize("rows", [1, 3, 7, 8, 20, 1000])
@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".tsv"])
def test_batches_of_any_size_hold_the_same_series(tmp_path, rows, suffix):
    table = frame()
    whole = read_many(table, freq="ME")
    batches = list(read_batches(saved(table, tmp_path, suffix), rows=rows, freq="ME"))
    assert [one for batch in batches for one in batch.ids] == whole.ids.tolist()
    np.testing.assert_array_equal(np.concatenate([batch.values for batch in batches]), whole.values)
    np.testing.assert_array_equal(np.concatenate([batch.last for batch in batches]), whole.last)


def test_a_batch_without_one_good_series_does_not_stop_the_others(tmp_path):
    table = frame((6, 6, 6, 6))
    table.loc[6:11, "y"] = np.inf
    batches = list(read_batches(saved(table, tmp_path, ".parquet"), rows=6))
    assert [len(batch) for batch in batches] == [1, 0, 2]
    assert "Row 7 " in str(batches[1].refusals[0].reason)


def test_ids_and_dates_of_a_csv_stay_as_written(tmp_path):
    table = frame((12, 12)).replace({"unique_id": {"0000": "NA", "0001": "007"}})
    table["y"] = table["y"].astype(object)
    table.loc[3, "y"] = "NA"
    (batch,) = read_batches(saved(table, tmp_path, ".csv"))
    assert batch.ids.tolist() == ["007", "NA"]
    assert len(batch.of(1)) == 8
    assert batch.form.dates_ahead(["NA"], batch.last[1:], 1).tolist() == ["2011-01-31"]


def test_rows_that_do_not_stand_together_are_refused_with_the_command_that_sorts(tmp_path):
    path = saved(frame((5, 5)).sample(frac=1, random_state=1), tmp_path, ".parquet")
    with pytest.raises(BadInput, match="ORDER BY unique_id"):
        list(read_batches(path, rows=2))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "a.csv"),
        ("a.csv", "unique_id,ds,y\n", "no rows"),
        ("a.csv", "ds,y\n2001,1\n2002,2\n", "unique_id"),
        ("a.csv", "unique_id,ds,y\n,2001,1\na,2002,2\n", "Row 1 "),
        ("a.parquet", "no parquet", "cannot be read"),
        ("a.json", "{}", "neither"),
        ("none.csv", None, "cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, text, said):
    path = tmp_path / name
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        list(read_batches(path))
    assert said in caught.value.text()


def test_today_and_headings_are_handed_on(tmp_path):
    table = frame((12, 12)).rename(columns={"unique_id": "country"})
    path = saved(table, tmp_path, ".parquet")
    (batch,) = read_batches(path, columns={"unique_id": "country"}, today=date(2010, 6, 1))
    assert len(batch) == 0
    assert len(batch.refusals) == 2
