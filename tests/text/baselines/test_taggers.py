"""Taggers: legal runs only, entities as spelled, names known from train, kept whole; the floor of the most frequent tag."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.baselines.made import table

pytest.importorskip("safetensors")

from longwave.core.errors import NotEnoughData
from longwave.text.baselines import bio
from longwave.text.baselines.baseline import BASELINES, load
from longwave.text.baselines.linear_tagger import LinearTagger, entity_f1
from longwave.text.portable.decode import best_path, marginals
from longwave.text.portable.refused import Refused
from longwave.text.portable.tagger import Tagger
from longwave.text.portable.tagging import Names

TAGS = ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]


def legal(tags) -> bool:
    return all(bio.may_follow(before, tag) for before, tag in zip([None, *tags], tags, strict=False))


@given(st.lists(st.sampled_from(TAGS), max_size=12))
def test_mended_tags_are_legal_and_legal_ones_stay(tags):
    assert legal(bio.mended(tags))
    assert bio.mended(bio.mended(tags)) == bio.mended(tags)
    if legal(tags):
        assert bio.mended(tags) == tags


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_viterbi_finds_the_best_legal_run_and_marginals_sum_as_runs_do(seed, length):
    rng = np.random.default_rng(seed)
    emissions = rng.normal(size=(length, len(TAGS)))
    steps, start = bio.barriers(TAGS)
    steps = steps + rng.normal(size=steps.shape)
    runs = np.array(np.meshgrid(*[range(len(TAGS))] * length)).reshape(length, -1).T
    scores = emissions[np.arange(length), runs].sum(axis=1) + start[runs[:, 0]]
    scores = scores + steps[runs[:, :-1], runs[:, 1:]].sum(axis=1)
    best = best_path(emissions, steps, start)
    assert tuple(best) == tuple(runs[scores.argmax()])
    assert legal([TAGS[tag] for tag in best])
    weights = np.exp(scores - scores.max())
    expected = [np.bincount(runs[:, at], weights, len(TAGS)) / weights.sum() for at in range(length)]
    assert marginals(emissions, steps, start) == pytest.approx(np.array(expected), abs=1e-9)


def test_a_name_of_a_sentence_counts_only_where_another_holds_it():
    names = Names.of([["Li", "Wei"], ["Li", "Wei"], ["Oslo"]], [["B-PER", "I-PER"]] * 2 + [["B-LOC"]])
    assert names.marks(["Li", "Wei"], ["B-PER", "I-PER"]) == [["known B-PER"], ["known I-PER"]]
    assert names.marks(["oslo"], ["B-LOC"]) == [[]]
    assert names.marks(["oslo"], None) == [["known S-LOC"]]


@pytest.mark.parametrize("name", ["linear_tagger", "lstm_tagger"])
def test_a_tagger_finds_known_and_new_sentences_and_is_kept_whole(
    name, people_train, people_test, tmp_path: Path
):
    if name == "lstm_tagger":
        pytest.importorskip("torch")
    fitted = BASELINES.get(name)().fit(people_train, seed=0)
    found = fitted.predict(people_test)
    assert entity_f1(list(people_test.frame["tags"]), [row["tags"] for row in found]) > 0.9
    assert all(legal(row["tags"]) for row in found)
    for row, tokens in zip(found, people_test.frame["tokens"], strict=True):
        for entity in row["entities"]:
            assert entity["text"] == " ".join(tokens[entity["start"] : entity["end"]])
            assert 0.0 <= entity["score"] <= 1.0
    fitted.save(tmp_path)
    assert load(tmp_path).predict(people_test) == found
    assert BASELINES.get(name)().fit(people_train, seed=0).predict(people_test) == found


@pytest.mark.parametrize("name", ["majority", "frequent_tag", "linear_tagger"])
def test_empty_and_odd_sentences_are_tagged(name, people_train):
    odd = [(), ("",), ("\x00", "😀"), ("x" * 100_000,), ("中", "国"), ("Paris",) * 300]
    found = (
        BASELINES.get(name)()
        .fit(people_train, seed=0)
        .predict(table("entities", [{"tokens": each} for each in odd]))
    )
    assert [len(row["tags"]) for row in found] == [len(each) for each in odd]


def test_train_without_an_entity_is_refused():
    rows = [{"tokens": ("a", "b"), "tags": ("O", "O")}] * 5
    with pytest.raises(NotEnoughData):
        LinearTagger().fit(table("entities", rows), seed=0)


def test_the_most_frequent_tag_is_the_floor_and_all_o_the_one_below(people_train, people_test):
    floor = BASELINES.get("frequent_tag")().fit(people_train, seed=0).predict(people_test)
    lowest = BASELINES.get("majority")().fit(people_train, seed=0).predict(people_test)
    assert entity_f1(list(people_test.frame["tags"]), [row["tags"] for row in floor]) > 0.8
    assert {tag for row in lowest for tag in row["tags"]} == {"O"}


def test_the_kept_tagger_reads_alike_without_the_house(people_train, people_test, tmp_path: Path):
    fitted = BASELINES.get("linear_tagger")().fit(people_train, seed=0)
    fitted.save(tmp_path)
    odd = [
        {"tokens": each} for each in [(), ("\x00", "😀"), ("中", "国"), ("Ａｎｎａ", "Berg"), ("Paris",) * 50]
    ]
    rows = [*people_test.rows(), *odd]
    mine, theirs = fitted.learnt.predict_chances(rows), Tagger(tmp_path).predict(rows)
    for one, other, row in zip(mine, theirs, rows, strict=True):
        assert list(one["chances"]) == list(other["chances"])
        for tag, chances in one["chances"].items():
            assert chances == pytest.approx(other["chances"][tag], abs=1e-9)
        if len(row["tokens"]):
            assert sum(other["chances"].values()) == pytest.approx(np.ones(len(row["tokens"])))
    (tmp_path / "vocabulary.json").write_text('{"tags": ["O"], "features": []}')
    with pytest.raises(Refused):
        Tagger(tmp_path)


def test_few_sentences_choose_nothing_and_make_no_tag_certain(people_train):
    few = LinearTagger().fit(people_train.take(people_train.frame.index[:15]), seed=0)
    assert (few.settings["chosen_on"], few.settings["temperature"]) == ("train itself", 1.0)
    more = LinearTagger().fit(people_train, seed=0)
    assert more.settings["chosen_on"] == "a tenth of train"
    assert more.settings["temperature"] >= 1.0


def test_a_very_long_sentence_is_read_in_parts_alike(people_train):
    fitted = LinearTagger().fit(people_train, seed=0)
    tokens = list(people_train.frame["tokens"].iloc[0])
    long = tokens * (5_000 // len(tokens))
    weights, reader = fitted.learnt.weights, fitted.learnt.reader
    features = reader.features(long)
    assert weights.emissions(features) == pytest.approx(weights.features[features].sum(axis=1), abs=1e-4)
