"""One list and one function of what is out of scope, for model, score, headline and floors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.text.baselines.baseline import BASELINES
from longwave.text.score.judge import judge
from longwave.text.score.scope import NOTHING, no_relation, outside_of
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS


@pytest.mark.parametrize(
    "name",
    [
        "oos",
        "OOD",
        "out of scope",
        "Out-Of-Scope",
        "none_of_the_above",
        "outofscope",
        "范围外",
        "none",
        "其他",
    ],
)
def test_each_usual_name_is_found_however_it_is_written(name: str) -> None:
    assert outside_of(("pay", name, "ask")) == name


def test_a_doubtful_name_gives_way_to_a_sure_one_and_a_given_one_to_none() -> None:
    assert outside_of(("other", "oos", "pay")) == "oos"
    assert outside_of(("other", "pay")) == "other"
    assert outside_of(("other", "pay"), NOTHING) is None
    assert outside_of(("other", "pay"), "pay") == "pay"
    assert outside_of(("pay", "ask")) is None
    assert no_relation(("合资", "unknown")) == "unknown"
    assert no_relation(("合资", "unknown"), NOTHING) is None


def intents(outside: str = "", name: str = "other") -> TextTable:
    labels = ["pay", "ask", name] * 20
    words = {"pay": "money card bill", "ask": "what when why", name: "moon sheep green"}
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": [str(n) for n in range(60)],
            "text": [" ".join(rng.permutation(words[label].split())) for label in labels],
            "label": labels,
        }
    )
    return TextTable("intent", frame, tuple(sorted(set(labels))), outside=outside)


@pytest.mark.parametrize(
    "name", ["other", "none", "ood", "unknown", "范围外", "none_of_the_above", "outofscope"]
)
def test_model_score_and_floors_mean_the_same(name: str) -> None:
    table = intents(name=name)
    pytest.importorskip("sklearn")
    told = BASELINES.get("linear")().fit(table).predict(table)
    assert all(row["in_scope"] == max(p for k, p in row["scores"].items() if k != name) for row in told)
    judged = judge("intent", table, told)
    assert judged.interval("accuracy_in_scope").n == 40
    assert judged.interval("out_of_scope_recall").n == 20
    assert judged.metrics["auroc"].point > 0.9
    assert TASKS.get("intent").head(table, Recipe())["outside"] == name
    assert BASELINES.get("majority")().fit(table).predict(table)[0]["in_scope"] == pytest.approx(1 / 3)


def test_an_ordinary_intent_by_such_a_name_can_be_said_to_be_one() -> None:
    table = intents(NOTHING)
    told = [{"label": label, "in_scope": 1.0} for label in table.frame["label"]]
    judged = judge("intent", table, told)
    assert judged.interval("accuracy_in_scope").n == 60
    assert "out_of_scope_recall" not in judged.metrics
    assert TASKS.get("intent").head(table, Recipe(out_of_scope=NOTHING))["outside"] == ""
    by_name = judge("intent", intents(), told)
    assert any("out_of_scope=-" in note.text("en") for note in by_name.notes)
    said = judge("intent", intents("other"), told)
    assert not any("out_of_scope=-" in note.text("en") for note in said.notes)
