"""The LSTM baseline: it learns, the same seed gives the same weights, it is kept whole, and nothing of torch leaks out."""

from pathlib import Path

import numpy as np
import pytest
from tests.text.baselines.made import table

pytest.importorskip("torch")

import torch

from longwave.core.errors import BadInput
from longwave.text.baselines.baseline import load
from longwave.text.baselines.lstm import Lstm, sequence
from longwave.text.baselines.recurrent.words import buckets, ends


def test_it_learns_is_the_same_by_seed_and_is_kept_whole(news_train, news_test, tmp_path: Path):
    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    fitted = Lstm().fit(news_train, seed=0)
    found = fitted.predict(news_test)
    assert (
        np.mean([row["label"] == label for row, label in zip(found, news_test.frame["label"], strict=True)])
        > 0.9
    )
    fitted.save(tmp_path)
    assert load(tmp_path).predict(news_test) == found
    few = news_train.take(range(40))
    assert Lstm().fit(few, seed=0).predict(news_test) == Lstm().fit(few, seed=0).predict(news_test)
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.get_num_threads() == threads
    odd = table("classify", [{"text": text} for text in ("", "x" * 100_000, "😀 ", "w " * 3000)])
    assert all(np.isfinite(row["probability"]) for row in fitted.predict(odd))


def test_weights_of_another_shape_are_refused(news_train, tmp_path: Path):
    fitted = Lstm().fit(news_train.take(range(20)), seed=0)
    fitted.learnt.words.append("one more")
    fitted.save(tmp_path)
    with pytest.raises(BadInput):
        load(tmp_path)


def test_several_labels_are_learnt():
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(100):
        chosen = tuple(name for name in ("jobs", "rates") if rng.random() < 0.5)
        rows.append({"text": "news of " + " and ".join((*chosen, "today")), "labels": chosen})
    whole = table("classify", rows, ("jobs", "rates"), several=True)
    found = Lstm().fit(whole, seed=0).predict(whole)
    assert (
        np.mean([set(row["labels"]) == set(true["labels"]) for row, true in zip(found, rows, strict=True)])
        > 0.9
    )


def test_entities_and_pairs_are_put_between_marks():
    row = {"text": "A bought B", "head_start": 9, "head_end": 10, "tail_start": 0, "tail_end": 1}
    assert sequence(row) == ["<tail>", "a", "</tail>", "bought", "<head>", "b", "</head>"]
    assert sequence({"text": "a b", "other": "c"}) == ["a", "b", "</s>", "c"]


def test_batches_hold_like_lengths_and_every_row_once():
    lengths = list(np.random.default_rng(0).integers(1, 300, 1000))
    found = buckets(lengths, 32, np.random.default_rng(1))
    assert sorted(np.concatenate(found)) == list(range(1000))
    assert np.mean([np.ptp(np.array(lengths)[each]) for each in found]) < 30
    assert ends([str(k) for k in range(10)], 4) == ["0", "7", "8", "9"]
