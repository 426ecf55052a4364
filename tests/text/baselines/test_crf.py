"""A field's weights read out of CRFsuite give its own chances; what train lacks is never given."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pycrfsuite")

import pycrfsuite

from longwave.text.baselines.crf import ITERATIONS, Encoded, Penalty, learn_tags
from longwave.text.portable.decode import marginals

PENALTY = Penalty(0.1, 0.1)


def drawn(seed: int, tags: int) -> list[Encoded]:
    """Twenty sentences whose tags follow their first feature, mostly."""
    rng = np.random.default_rng(seed)
    rows = []
    for length in rng.integers(1, 8, 20):
        features = [rng.integers(0, 12, rng.integers(1, 5)).tolist() for _ in range(length)]
        noise = rng.integers(0, tags, length)
        lead = [
            found[0] % tags if rng.random() < 0.8 else int(other)
            for found, other in zip(features, noise, strict=True)
        ]
        rows.append(Encoded(features, lead))
    return rows


def filled(features: list[list[int]], names: int) -> np.ndarray:
    width = max(map(len, features))
    return np.array([[*each, *[names] * (width - len(each))] for each in features])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_chances_are_those_of_crfsuite(tmp_path_factory, seed):
    rows, tags = drawn(seed, 3), ["O", "B-A", "B-B"]  # no tag that needs another before it: nothing is barred
    mine = learn_tags(rows, 12, tags, PENALTY, lambda done: None)
    trainer = pycrfsuite.Trainer(
        "lbfgs",
        {"c1": 0.1, "c2": 0.1, "max_iterations": ITERATIONS, "feature.possible_transitions": True},
        verbose=False,
    )
    for row in rows:
        trainer.append([[str(x) for x in each] for each in row.features], [str(tag) for tag in row.tags])
    path = str(Path(tmp_path_factory.mktemp("field")) / "model")
    trainer.train(path)
    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    for row in rows[:5]:
        best = tagger.tag([[str(x) for x in each] for each in row.features])
        read = filled(row.features, 12)
        chances = marginals(mine.emissions(read), mine.steps, mine.start)
        assert mine.best(mine.emissions(read)).tolist() == [int(tag) for tag in best]
        for tag in {str(each) for one in rows for each in one.tags}:
            theirs = [tagger.marginal(tag, at) for at in range(len(row.tags))]
            assert chances[:, int(tag)] == pytest.approx(theirs, abs=1e-5)


def test_a_tag_that_train_lacks_is_never_given():
    rows = drawn(3, 2)
    weights = learn_tags(rows, 12, ["O", "B-A", "I-A"], PENALTY, lambda done: None)
    for row in rows:
        assert 2 not in weights.best(weights.emissions(filled(row.features, 12)))


def test_features_without_weight_are_left_out_and_nothing_changes():
    rows = drawn(5, 2)
    weights = learn_tags(rows, 40, ["O", "B-A"], PENALTY, lambda done: None)
    kept = weights.weighty()
    assert 0 < len(kept) <= 12
    place = {int(name): at for at, name in enumerate(kept)}
    few = weights.of(kept)
    for row in rows:
        left = [[place[name] for name in each if name in place] for each in row.features]
        assert few.emissions(
            filled(left, len(kept)) if any(left) else np.zeros((len(left), 0), int)
        ) == pytest.approx(weights.emissions(filled(row.features, 40)))


def test_iterations_are_told():
    told = []
    learn_tags(drawn(1, 2), 12, ["O", "B-A"], PENALTY, told.append)
    assert told == list(range(1, len(told) + 1))
    assert 1 < len(told) <= ITERATIONS


def test_where_there_is_one_tag_only_nothing_is_printed(capfd):
    weights = learn_tags([Encoded([[0], [1]], [1, 1])] * 5, 2, ["O", "B-A"], PENALTY, lambda done: None)
    assert weights.best(weights.emissions(filled([[0], [1]], 2))).tolist() == [1, 1]
    assert capfd.readouterr() == ("", "")
