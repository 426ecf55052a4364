"""Explanations: weights go to the words that the answer hangs on, and add up where they are said to."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.bases import find_base  # noqa: E402
from longwave.text.explain.alignment import owners  # noqa: E402
from longwave.text.explain.explanation import words_of  # noqa: E402
from longwave.text.explain.gradients import attributed  # noqa: E402
from longwave.text.explain.occlusion import BLANK, occluded, odds_of, without  # noqa: E402
from longwave.text.learners.encoder_learner import EncoderLearner  # noqa: E402
from longwave.text.settings.settled import settled  # noqa: E402

LABELS = ("growth", "prices", "jobs")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def classifier(base, tmp_path_factory):
    rows = made.table("classify", made.labelled(150, LABELS), LABELS)
    recipe = made.recipe(base, "full", learning_rate=2e-3, num_train_epochs=6)
    return made.learnt(rows, recipe, tmp_path_factory.mktemp("classifier")).learner


@pytest.fixture(scope="module")
def tagger(base, tmp_path_factory):
    rows = made.table("entities", made.tagged(120), ("O", "B-PLACE", "I-PLACE"))
    recipe = made.recipe(base, "full", learning_rate=2e-3, num_train_epochs=6)
    return made.learnt(rows, recipe, tmp_path_factory.mktemp("tagger")).learner


def by_counting(rows):
    """A predictor whose log odds are a sum over words: each word's weight is then known."""
    weights = {"good": 2.0, "bad": -3.0}
    found = []
    for row in rows:
        odds = sum(weights.get(word, 0.0) for name in ("text", "other") for word in row.get(name, "").split())
        chance = 1 / (1 + math.exp(-odds))
        found.append({"label": "yes" if chance > 0.5 else "no", "scores": {"yes": chance, "no": 1 - chance}})
    return found


def test_occlusion_finds_the_weights_of_a_sum():
    found = occluded("classify", {"text": "a good day and a bad day"}, by_counting, label="yes")
    weights = {part.word.text: part.weight for part in found.parts}
    assert weights["good"] == pytest.approx(2.0)
    assert weights["bad"] == pytest.approx(-3.0)
    assert weights["day"] == pytest.approx(0.0)
    assert found.strongest[0].word.text == "bad"
    pair = occluded("pairs", {"text": "good", "other": "bad night"}, by_counting, label="yes")
    assert {(part.word.field, part.word.text): round(part.weight, 6) for part in pair.parts} == {
        ("text", "good"): 2.0, ("other", "bad"): -3.0, ("other", "night"): 0.0,
    }  # fmt: skip


def test_a_long_text_is_asked_about_a_few_hundred_times_at_most():
    asked = []

    def counting(rows):
        asked.append(len(rows))
        return by_counting(rows)

    found = occluded("classify", {"text": "word " * 2_000}, counting)
    assert sum(asked) <= 257
    assert found.together == 8
    assert len(found.parts) == 2_000


def test_what_is_left_out_leaves_head_and_tail_in_place():
    text = "In May Apple moved to Cupertino"
    row = {"text": text, "head_start": 7, "head_end": 12, "tail_start": 22, "tail_end": 31}
    for word in words_of("relations", row):
        made_of = without("relations", row, [word])
        if word.text in ("Apple", "Cupertino"):
            assert made_of is None
        else:
            assert made_of["text"][made_of["head_start"] : made_of["head_end"]] == "Apple"
            assert made_of["text"][made_of["tail_start"] : made_of["tail_end"]] == "Cupertino"
    tokens = without("entities", {"tokens": ("a", "b")}, words_of("entities", {"tokens": ("a", "b")})[1:])
    assert tokens["tokens"] == ("a", BLANK)


def test_chinese_is_read_by_the_character_and_texts_of_nothing_have_no_words():
    assert [word.text for word in words_of("classify", {"text": "利润 up 3.5%"})] == [
        "利",
        "润",
        "up",
        "3.5",
        "%",
    ]
    assert occluded("classify", {"text": "  "}, by_counting).parts == ()


LAYOUTS = [
    ({"kind": "text", "max_length": 12, "long": "head"}, {"text": "prices rose again in march as planned " * 3}),
    ({"kind": "text", "max_length": 12, "long": "ends"}, {"text": "prices rose again in march as planned " * 3}),
    ({"kind": "text", "max_length": 4, "long": "ends"}, {"text": "prices rose again in march as planned " * 30}),
    ({"kind": "text", "max_length": 12, "long": "windows", "stride": 3}, {"text": "today output, growth! " * 6}),
    ({"kind": "thing", "max_length": 16}, {"text": "today output and growth", "about": "OUTPUT"}),
    ({"kind": "thing", "max_length": 16}, {"text": "today output and growth", "about": "jobs"}),
    ({"kind": "thing", "max_length": 16}, {"text": "today output and growth", "about": ""}),
    (
        {"kind": "markers", "max_length": 16},
        {"text": "today output drives growth", "head_start": 20, "head_end": 26, "tail_start": 6, "tail_end": 12},
    ),
    (
        {"kind": "pair", "max_length": 64, "symmetric": True},
        {"text": "today output and growth again", "other": "jobs as planned this year"},
    ),
    (
        {"kind": "tokens", "max_length": 8, "stride": 2, "shapes": True},
        {"tokens": ("today", "xq", "output", "Lima", "zz", "again")},
    ),
]  # fmt: skip
TASK = {
    "text": "classify",
    "thing": "classify",
    "markers": "relations",
    "pair": "pairs",
    "tokens": "entities",
}


@pytest.mark.parametrize(("layout", "row"), LAYOUTS)
def test_every_token_belongs_to_the_word_that_it_spells(base, layout, row):
    from tokenizers import Tokenizer

    from longwave.text.portable.encode import encode

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    task = TASK[layout["kind"]]
    words, features = words_of(task, row), encode([row], tokenizer, layout)
    mine = owners(row, words, features, tokenizer, layout)
    assert len(mine) == len(features)
    for feature, owner in zip(features, mine, strict=True):
        assert len(owner) == len(feature["input_ids"])
        for number, place in zip(feature["input_ids"], owner, strict=True):
            piece = tokenizer.id_to_token(number)
            if place < 0:
                # signs of the vocabulary, signs about a thing, and a thing put before the text
                assert piece in ("[CLS]", "[SEP]", "[UNK]", "jobs") or piece in "$#:"
            elif piece != "[UNK]":
                assert piece.removeprefix("##") in words[place].text.lower()
    if layout["kind"] != "text":
        assert {place for owner in mine for place in owner if place >= 0} == set(range(len(words)))


def test_gradients_add_up_and_go_to_the_words_that_tell(classifier):
    pytest.importorskip("captum")
    row = {"text": "today prices again in march inflation"}
    found = attributed(classifier, row)
    assert found.label == "prices"
    assert abs(found.gap) <= 0.02 * max(1.0, abs(found.whole - found.without))
    assert sum(part.weight for part in found.parts) == pytest.approx(
        found.whole - found.without, abs=abs(found.gap) + 1e-4
    )
    cool = classifier.model.told.get("temperature", 1.0)
    (answer,) = classifier.predict([row])
    assert cool > 0
    assert found.whole == pytest.approx(odds_of(answer, "prices"), abs=0.01)
    assert {part.word.text for part in found.strongest[:2]} == {"prices", "inflation"}


def test_both_ways_agree_on_the_words_that_tell(classifier):
    pytest.importorskip("captum")
    row = {"text": "as planned hiring today jobs"}
    for found in (
        occluded("classify", row, classifier.predict, label="jobs"),
        attributed(classifier, row, label="jobs"),
    ):
        best = max(found.parts, key=lambda part: part.weight)
        assert found.label == "jobs"
        assert best.word.text in ("hiring", "jobs")
        assert best.weight > 0


def test_an_entity_is_explained_by_its_own_words(tagger):
    pytest.importorskip("captum")
    row = {"tokens": ("today", "Lima", "as", "planned")}
    for found in (attributed(tagger, row), occluded("entities", row, tagger.predict)):
        assert found.entity["text"] == "Lima"
        assert found.strongest[0].word.text == "Lima"
    with pytest.raises(UsageError):
        attributed(tagger, row, entity=4)


@pytest.mark.parametrize(
    "kind", ["several", "ordered", "pairs", "relations", "ensemble", "windows", "lora", "prefix"]
)
def test_gradients_add_up_for_every_kind_of_answer(base, kind, tmp_path):
    pytest.importorskip("captum")
    rows = made.labelled(12, LABELS)
    settings = {"members": 2, "num_train_epochs": 1} if kind == "ensemble" else {}
    task, more = "classify", {}
    if kind == "several":
        rows, more = [{"text": row["text"], "labels": (row["label"],)} for row in rows], {"several": True}
    elif kind == "ordered":
        more = {"ordered": True}
    elif kind == "pairs":
        task, rows = "pairs", [{**row, "other": "output again"} for row in rows]
    elif kind == "relations":
        task = "relations"
        rows = [{**row, "head_start": 0, "head_end": 5, "tail_start": 6, "tail_end": 9} for row in rows]
    elif kind == "windows":
        settings = {"long": "windows", "max_length": 8, "stride": 2}
    table = made.table(task, rows, LABELS, **more)
    method = kind if kind in ("lora", "prefix") else "full"
    recipe = made.recipe(base, method, **settings)
    if kind == "ensemble":
        learner = made.learnt(table, recipe, tmp_path).learner
    else:
        learner = EncoderLearner.start(table, settled(recipe, task, 8), find_base(str(base)))
    row = table.rows()[0]
    found = attributed(learner, row)
    assert abs(found.gap) <= 0.02 * max(1.0, abs(found.whole - found.without))
    assert np.isfinite([part.weight for part in found.parts]).all()
    assert any(part.weight for part in found.parts)
    assert attributed(learner, row, label="jobs").label == "jobs"


def test_what_cannot_be_explained_refuses(classifier):
    with pytest.raises(UsageError):
        occluded("summarise", {"text": "a"}, by_counting)
    with pytest.raises(UsageError):
        occluded("classify", {"text": "a"}, by_counting, label="maybe")
    pytest.importorskip("captum")
    with pytest.raises(UsageError):
        attributed(object(), {"text": "a"})


def test_all_labels_of_an_answer_are_kept_beside_the_one_that_is_explained():
    def both(rows):
        return [{"labels": ["a", "b"], "scores": {"a": 0.7, "b": 0.9, "c": 0.1}} for _ in rows]

    found = occluded("classify", {"text": "one word"}, both)
    assert (found.label, found.given) == ("b", ("a", "b"))
    assert occluded("classify", {"text": "good"}, by_counting).given is None
