"""Where files lie, whatever a dataset is called."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from longwave.store.layout import dataset_folder, is_draft, is_own, table_path


@given(st.text(st.characters()))
def test_a_dataset_never_leaves_its_folder(dataset):
    path = table_path(dataset, "2024-01-31", "f" * 64)
    assert len(PurePosixPath(path).parts) == 3
    assert len(PureWindowsPath(path).parts) == 3
    assert path.isascii()
    assert ".." not in path


@given(st.text(), st.text())
def test_two_datasets_have_two_folders(first, second):
    assert (dataset_folder(first) == dataset_folder(second)) == (first == second)


def test_a_plain_id_is_its_own_folder():
    assert dataset_folder("wb_wdi-2022") == "wb_wdi-2022"
    assert dataset_folder("NUL").startswith("x-")


def test_the_store_knows_its_own_names():
    own = [
        "f" * 64,
        "f" * 64 + ".origin.json",
        "f" * 64 + ".json",
        "2024-01-31-0123abcd.parquet",
        ".writing-2024-01-31-0123abcd.parquet",
    ]
    assert all(map(is_own, own))
    assert not any(map(is_own, ["notes.txt", "panel.parquet", "2024.parquet", "README"]))
    assert [is_draft(name) for name in own] == [False, False, False, False, True]
