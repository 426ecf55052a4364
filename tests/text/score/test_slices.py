"""Where a model is weaker, without crying wolf."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.score.judge import judge
from longwave.text.score.slices import holm, script, slices
from longwave.text.table import TextTable

from .made import classified, guesses, tagged


def test_a_weak_source_is_flagged_and_only_it() -> None:
    sources = np.array(["mail", "news", "web"])[np.arange(600) % 3]
    table = classified(600, source=sources.tolist())
    told = guesses(table, right=0.9)
    for row, source in enumerate(sources):
        if source == "web" and row % 2:
            told[row] = {"label": "up" if table.frame["label"][row] != "up" else "down"}
    found = slices(judge("classify", table, told), table)
    weak = [part for part in found.flagged if part.gap < 0]
    assert [(part.by, part.name) for part in weak] == [("source", "web")]
    assert found.metric == "accuracy"
    assert "slice" in found.table().columns
    assert found.notes


def test_without_a_difference_holm_keeps_the_number_of_alarms_low() -> None:
    alarms = 0
    for seed in range(25):
        table = classified(300, seed=seed, topic=[f"t{n % 5}" for n in range(300)])
        judged = judge("classify", table, guesses(table, seed=seed + 100))
        alarms += bool(slices(judged, table, columns=["topic"], draws=200).flagged)
    assert alarms <= 4


def test_dates_by_year_or_by_half_year() -> None:
    years = [f"20{18 + n % 3}-03-05" for n in range(120)]
    halves = [f"2020-{1 + n % 12:02d}-05T10:00:00Z" if n else "no date" for n in range(120)]
    for dates, names in ((years, {"2018", "2019", "2020"}), (halves, {"2020 H1", "2020 H2"})):
        table = classified(120, date=dates)
        found = slices(judge("classify", table, guesses(table)), table, draws=50)
        assert {part.name for part in found.parts if part.by == "date"} == names


def test_few_rows_are_shown_but_never_flagged() -> None:
    table = classified(200, source=["rare"] * 10 + ["usual"] * 190)
    told = guesses(table, right=1.0)
    told[:10] = [{"label": "up" if label != "up" else "down"} for label in table.frame["label"][:10]]
    found = {part.name: part for part in slices(judge("classify", table, told), table).parts}
    assert found["rare"].few
    assert not found["rare"].flagged
    assert np.isnan(found["rare"].p_value)


def test_length_of_tokens_and_labels_among_several() -> None:
    table = tagged([["O"] * (1 + n % 30) for n in range(100)])
    judged = judge("entities", table, [{"tags": row} for row in table.frame["tags"]])
    found = slices(judged, table, metric="token_accuracy", draws=50)
    assert {part.by for part in found.parts} == {"length"}
    assert [part.name for part in found.parts] == ["<= 9", "10 - 19", "> 19"]
    assert sum(part.score.n for part in found.parts) == 100


def test_writings_are_told_apart() -> None:
    assert script("央行 said") == "latin"
    assert script("中国人民银行宣布GDP") == "han"
    assert script("日本銀行は") == "kana"
    assert script("Банк") == "cyrillic"
    assert script("123 !") == ""
    table = classified(120)
    table.frame["text"] = ["央行宣布降息" if n % 2 else "the bank cut rates" for n in range(120)]
    found = slices(judge("classify", table, guesses(table)), table, draws=50)
    assert {part.name for part in found.parts if part.by == "script"} == {"han", "latin"}


def test_holm_steps_down() -> None:
    assert holm([0.01, 0.04, 0.03, float("nan")]) == [True, False, False, False]
    assert holm([0.01, 0.02, 0.04]) == [True, True, True]
    assert holm([]) == []


def test_refusals() -> None:
    table = classified(60)
    judged = judge("classify", table, guesses(table))
    with pytest.raises(BadInput):
        slices(judged, table.take([0, 1]))
    with pytest.raises(BadInput):
        slices(judged, table, columns=["colour"])
    with pytest.raises(BadInput):
        slices(judged, table, metric="bleu")


def test_slices_of_few_documents_are_never_flagged() -> None:
    """Twenty rows a document, three documents in the slice: one odd document would make it weak."""
    rng = np.random.default_rng(0)
    names = [f"d{at // 20}" for at in range(800)]
    right = np.repeat(rng.random(40) < 0.5, 20)
    frame = pd.DataFrame(
        {
            "id": [str(at) for at in range(800)],
            "text": ["x"] * 800,
            "label": ["a"] * 800,
            "source": names,
            "kind": ["odd" if at < 60 else "usual" for at in range(800)],
        }
    )
    table = TextTable("classify", frame, ("a", "b"))
    judged = judge("classify", table, [{"label": "a" if each else "b"} for each in right])
    assert judged.groups is not None
    parts = [part for part in slices(judged, table, columns=("kind",)).parts if part.by == "kind"]
    assert [part.few for part in parts] == [True, True]
    assert not any(part.flagged for part in parts)
