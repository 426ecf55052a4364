"""Near-duplicates are found, and no split parts them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import NotEnoughData, UsageError
from longwave.text.corpus.duplicates import near_groups, normalised
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.splits import folds, with_splits
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable

WORDS = np.array([f"w{number:03d}" for number in range(400)])


def sentences(count: int, seed: int = 0, words: int = 12) -> list[str]:
    random = np.random.default_rng(seed)
    return [" ".join(row) for row in WORDS[random.integers(0, len(WORDS), (count, words))]]


def table(count: int = 200, **columns: Any) -> TextTable:
    data = {"text": sentences(count), "label": [f"c{at % 4}" for at in range(count)], **columns}
    return text_table(read_rows(pd.DataFrame(data)), "classify")


def test_normalised_forms() -> None:
    assert normalised("Profit, ROSE!") == normalised("profit rose") == "profit rose"
    assert normalised("很好，真的。") == normalised("很好真的")
    assert normalised("😀!") == "😀!"


def test_near_duplicates_are_found_and_others_are_not() -> None:
    texts = sentences(2_000, words=30)
    copies = [text + " more" for text in texts[:300]]
    chinese = [
        f"第{at}条{'央行下调利率市场反应平稳投资者情绪改善' if at % 2 else '企业利润增长前景看好订单持续增加'}"
        for at in (1, 2)
    ]
    near = [f"{each}了。" for each in chinese]
    groups = near_groups([normalised(text) for text in (*texts, *copies, *chinese, *near)])
    assert (groups[:300] == groups[2_000:2_300]).mean() > 0.95
    assert len(np.unique(groups[:2_000])) == 2_000
    assert groups[2_300] == groups[2_302] != groups[2_301]


@settings(max_examples=30)
@given(st.lists(st.text("ab 中文，", max_size=12), min_size=1, max_size=30))
def test_equal_texts_share_a_group(texts: list[str]) -> None:
    normal = [normalised(text) for text in texts]
    groups = near_groups(normal)
    assert len(groups) == len(texts)
    by_text: dict[str, int] = {}
    for text, group in zip(normal, groups.tolist(), strict=True):
        assert by_text.setdefault(text, group) == group


def test_sixty_thousand_rows_in_seconds() -> None:
    texts = sentences(60_000)
    start = time.process_time()
    near_groups(texts)
    assert time.process_time() - start < 10


def test_a_split_keeps_the_mix_and_is_repeatable() -> None:
    made = with_splits(table(), seed=3)
    counts = made.frame.groupby(["split", "label"]).size().unstack()
    assert counts.loc["test"].between(7, 8).all()
    assert counts.loc["dev"].sum() == pytest.approx(20, abs=2)
    assert made.frame["split"].equals(with_splits(table(), seed=3).frame["split"])
    assert not made.frame["split"].equals(with_splits(table(), seed=4).frame["split"])
    assert all(note.text("zh") for note in made.notes)


def test_copies_and_documents_are_not_parted() -> None:
    texts = sentences(100)
    data = {
        "text": [*texts, *(text.upper() + "!" for text in texts)],
        "label": ["a", "b"] * 100,
        "source": [f"doc{at // 2}" for at in range(200)],
    }
    made = with_splits(text_table(read_rows(pd.DataFrame(data)), "classify"))
    split = made.frame["split"].to_numpy()
    assert (split[:100] == split[100:]).all()
    assert (made.frame.groupby("source")["split"].nunique() == 1).all()


def test_wide_sources_are_subjects() -> None:
    made = with_splits(table(source=["tech", "house"] * 100))
    assert (made.frame.groupby("source")["split"].nunique() > 1).all()
    assert "not as documents" in " ".join(map(str, made.notes))


def test_dates_part_by_day_and_the_latest_are_the_test() -> None:
    days = [f"2020-{1 + at // 20:02d}-15" for at in range(200)]
    frame = with_splits(table(date=days)).frame
    assert (
        frame.loc[frame["split"] == "train", "date"].max() < frame.loc[frame["split"] == "dev", "date"].min()
    )
    assert (
        frame.loc[frame["split"] == "dev", "date"].max() < frame.loc[frame["split"] == "test", "date"].min()
    )


def test_rows_that_a_likeness_took_to_a_later_part_are_told() -> None:
    days = [f"2020-{1 + at // 20:02d}-15" for at in range(200)]
    texts = sentences(200)
    texts[199], texts[198] = texts[3], texts[5]
    made = with_splits(table(text=texts, date=days))
    told = next(note for note in made.notes if note.key == "text_corpus.moved_by_likeness")
    assert "2" in told.text("en")
    assert made.frame["split"].iloc[3] == made.frame["split"].iloc[199] == "test"


def test_one_day_cannot_be_parted_by_date() -> None:
    made = with_splits(table(date=["2020-01-01"] * 200))
    assert "at random" in " ".join(map(str, made.notes))


def test_own_parts_are_kept_and_a_dev_is_set_aside() -> None:
    given_split = ["train"] * 150 + ["test"] * 50
    made = with_splits(table(split=given_split)).frame["split"].to_numpy()
    assert (made[150:] == "test").all()
    assert 10 <= (made[:150] == "dev").sum() <= 20
    dev = with_splits(table(split=["train"] * 150 + ["dev"] * 50)).frame["split"].to_numpy()
    assert (dev[150:] == "dev").all()
    assert (dev[:150] == "test").sum() > 15
    only = table(split=["test"] * 200)
    assert with_splits(only) is only


def test_what_cannot_be_split() -> None:
    with pytest.raises(UsageError):
        with_splits(table(), test=0.9, dev=0.2)
    with pytest.raises(NotEnoughData):
        with_splits(table(3))
    with pytest.raises(NotEnoughData):
        with_splits(table(split=["dev"] * 100 + ["test"] * 100))
    with pytest.raises(NotEnoughData):
        folds(table(3), 5)


def test_folds_test_each_row_once() -> None:
    made = folds(table(), 5, seed=1)
    tests = np.stack([each.frame["split"].to_numpy() == "test" for each in made])
    assert (tests.sum(axis=0) == 1).all()
    for each in made:
        assert each.part("test").frame["label"].value_counts().tolist() == [10] * 4


def test_a_test_without_labels_is_told_when_another_is_dealt() -> None:
    split = ["train"] * 150 + ["test"] * 50
    bare = table(split=split, label=["a", "b"] * 75 + [None] * 50)
    (note,) = (each for each in with_splits(bare).notes if each.key == "text_corpus.no_test_left")
    assert "dealt out of train" in note.text()
    for whole in (table(), table(split=split)):
        assert "text_corpus.no_test_left" not in [each.key for each in with_splits(whole).notes]


def test_texts_of_a_column_document_stay_on_one_side() -> None:
    rows = {"text": [f"sentence {at} of {at * 7}" for at in range(300)], "label": ["a", "b"] * 150}
    frame = pd.DataFrame({**rows, "document": [f"d{at // 10}" for at in range(300)]})
    split = with_splits(text_table(read_rows(frame), "classify"), seed=0).frame
    assert (split.groupby("source")["split"].nunique() == 1).all()
    assert split["source"].nunique() == 30


def test_two_rows_a_class_are_parted_with_one_of_each_to_learn_from() -> None:
    whole = with_splits(table(120, label=[f"c{at // 2}" for at in range(120)]))
    counts = whole.frame["split"].value_counts().to_dict()
    assert counts == {"train": 90, "test": 18, "dev": 12}
    assert set(whole.part("train").frame["label"]) == set(whole.labels)


def test_equal_texts_of_thin_classes_stay_together() -> None:
    texts = [text for text in sentences(60) for _ in range(2)]
    thin = text_table(
        read_rows(pd.DataFrame({"text": texts, "label": [f"c{at // 4}" for at in range(120)]})), "classify"
    )
    split = with_splits(thin).frame
    assert (split.groupby("text")["split"].nunique() == 1).all()
    assert set(split["split"]) == {"train", "dev", "test"}


def test_a_test_that_is_given_is_kept_though_train_is_too_small_for_a_dev() -> None:
    given = table(210, split=["train"] * 10 + ["test"] * 200, label=[f"c{at % 5}" for at in range(210)])
    found = with_splits(given)
    assert found.frame["split"].tolist() == given.frame["split"].tolist()
    assert "text_corpus.no_dev_made" in [note.key for note in found.notes]
