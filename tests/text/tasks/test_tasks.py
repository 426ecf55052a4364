"""What each task asks of a head, and what it chooses on dev."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tokenizers")

from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.portable.encode import encode
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS
from longwave.text.tasks.answers import NOWHERE, longest_answer, margin_of, token_span

from ..portable.vocabularies import vocabulary
from .made import sales, table

RECIPE = Recipe()
CONTEXT = "Apple bought Beats for three billion dollars, the U.S. firm said."


def test_intents_learn_only_the_labels_that_are_there() -> None:
    rows = [{"text": "pay", "label": "pay"}, {"text": "card", "label": "card"}]
    task = TASKS.get("intent")
    head = task.head(table("intent", rows, ["card", "oos", "pay"]), RECIPE)
    assert (head["labels"], head["outside"], head["scope"]) == (["card", "pay"], "oos", "probability")
    with_oos = [*rows, {"text": "moon", "label": "oos"}]
    head = task.head(table("intent", with_oos, ["card", "oos", "pay"]), RECIPE)
    assert (head["labels"], head["scope"]) == (["card", "oos", "pay"], "outside")
    head = task.head(table("intent", rows, ["card", "pay"]), RECIPE)
    assert head["outside"] == ""
    assert task.target({"label": "moon"}, {}, head) is None


def test_pairs_with_several_labels_have_bars_of_their_own_as_texts_have() -> None:
    rows = [
        {"text": "a", "other": "b", "labels": ("same",) if at % 2 else ("same", "rare")} for at in range(60)
    ]
    told = [{"scores": {"same": 0.9, "rare": 0.2 if at % 2 else 0.3}} for at in range(60)]
    head = {"labels": ["same", "rare"], "several": True}
    dev = table("pairs", rows, ["same", "rare"], several=True)
    tuned = TASKS.get("pairs").tuned(head, dev, told)
    assert 0.2 < tuned["thresholds"][1] <= 0.3
    assert tuned == TASKS.get("classify").tuned(head, dev, told)


def told_intent(label: str, probability: float, energy: float) -> dict[str, object]:
    other = "card" if label == "pay" else "pay"
    return {"label": label, "scores": {label: probability, other: 1 - probability}, "energy": energy}


def test_the_measure_that_tells_scope_best_on_dev_is_kept() -> None:
    inside = [{"text": "x", "label": "pay"}] * 30
    outside = [{"text": "y", "label": "oos"}] * 30
    dev = table("intent", inside + outside, ["card", "oos", "pay"])
    told = [told_intent("pay", 0.9, 5.0 + at / 100) for at in range(30)]
    told += [told_intent("pay", 0.9, 1.0 + at / 100) for at in range(30)]
    head = {"labels": ["card", "pay"], "outside": "oos", "scope": "probability"}
    tuned = TASKS.get("intent").tuned(head, dev, told)
    assert tuned["scope"] == "energy"
    assert 1.3 < tuned["scope_centre"] < 5.0
    squeezed = 1 / (1 + np.exp(tuned["scope_centre"] - np.array([1.29, 5.0])))
    assert squeezed[0] < tuned["scope_bar"] <= squeezed[1]
    without = TASKS.get("intent").tuned(
        {**head, "outside": ""}, table("intent", inside, ["card", "pay"]), told[:30]
    )
    assert without["scope_bar"] == pytest.approx(0.9)


def test_relations_learn_a_label_with_its_direction() -> None:
    rows = sales(6)
    task, made = TASKS.get("relations"), table("relations", rows, ["sale(e1,e2)", "sale(e2,e1)"])
    head = task.head(made, RECIPE)
    assert [task.target(row, {}, head) for row in rows] == [
        head["labels"].index(row["label"]) for row in rows
    ]
    assert task.layout(made, RECIPE)["kind"] == "markers"
    assert task.module() == "pair_of_things"


def test_what_is_asked_about_changes_the_layout() -> None:
    rows = [{"text": "Apple rose, Sony fell", "about": "Sony", "label": "down"}]
    task = TASKS.get("classify")
    assert task.layout(table("classify", rows), RECIPE)["kind"] == "thing"
    assert task.layout(table("classify", [{"text": "a", "label": "b"}]), RECIPE)["kind"] == "text"


def features(most: int, stride: int = 2) -> list[dict[str, object]]:
    row = {"question": "Who bought?", "context": CONTEXT}
    return encode([row], vocabulary("wordpiece"), {"kind": "question", "max_length": most, "stride": stride})


@given(st.integers(0, len(CONTEXT) - 1), st.integers(1, 20), st.integers(20, 60))
def test_the_tokens_of_an_answer_hold_its_characters(start: int, length: int, most: int) -> None:
    end = min(len(CONTEXT), start + length)
    for each in features(most):
        span = token_span(each["offsets"], start, end)
        known = [offset for offset in each["offsets"] if offset != (-1, -1)]
        inside = [offset for offset in known if offset[0] < end and offset[1] > start]
        whole = CONTEXT[start:end].strip() and known[0][0] <= start and known[-1][1] >= end
        if whole:
            assert span is not None
        if span is not None:
            assert each["offsets"][span[0]] == inside[0]
            assert each["offsets"][span[1]] == inside[-1]


def test_an_answer_elsewhere_points_to_the_first_token() -> None:
    task = TASKS.get("answers")
    row = {"answers": ("Apple",), "starts": (0,)}
    first, *rest = features(20)
    begin, last = (first["offsets"][place] for place in task.target(row, first, {}))
    assert CONTEXT[begin[0] : last[1]] == "Apple"
    assert rest
    assert all(tuple(task.target(row, each, {})) == NOWHERE for each in rest[1:])
    assert tuple(task.target({"answers": (), "starts": ()}, first, {})) == NOWHERE


def test_an_answer_cut_by_the_window_is_not_there() -> None:
    offsets = [(-1, -1), (0, 5), (6, 12), (-1, -1)]
    assert token_span(offsets, 0, 12) == (1, 2)
    assert token_span(offsets, 6, 20) is None
    assert token_span([(-1, -1), (6, 12), (13, 18)], 0, 12) is None
    assert token_span(offsets, 3, 3) is None
    assert token_span(offsets, 5, 6) is None


def test_answers_are_as_long_as_they_were() -> None:
    assert longest_answer([("ab",), ()]) == 16
    assert longest_answer([("x" * 90,)] * 10) == 45
    assert longest_answer([("行" * 90,)] * 10) == 135
    assert longest_answer([()]) == 40


def test_the_bar_for_no_answer_is_chosen_on_dev() -> None:
    task = TASKS.get("answers")
    asked = [{"question": "Who?", "context": CONTEXT, "answers": ("Apple",), "starts": (0,)}] * 12
    asked += [{"question": "When?", "context": CONTEXT, "answers": (), "starts": ()}] * 12
    dev = table("answers", asked)
    head = task.head(dev, RECIPE)
    assert head["unanswered"]
    told = [{"answer": "Apple", "score": 0.9, "candidate": "Apple"}] * 12
    told += [{"answer": "Beats", "score": 0.7, "candidate": "Beats"}] * 12
    bar = task.tuned(head, dev, told)["null_bar"]
    assert margin_of(told[-1]) < bar < margin_of(told[0])
    answered = task.head(table("answers", asked[:12]), RECIPE)
    assert not answered["unanswered"]
    assert task.tuned(answered, dev, told) == answered


def test_a_column_that_says_what_is_asked_about_comes_through_the_door() -> None:
    made = text_table(
        read_rows(
            pd.DataFrame(
                {
                    "headline": ["Apple rose, Sony fell", "Apple rose, Sony fell", "Markets were calm"],
                    "entity": ["Apple", "Sony", ""],
                    "sentiment": ["good", "bad", "good"],
                }
            )
        ),
        "classify",
    )
    assert made.frame["about"].tolist() == ["Apple", "Sony", ""]
    assert len(set(made.texts())) == 3
    assert TASKS.get("classify").layout(made, RECIPE)["kind"] == "thing"
