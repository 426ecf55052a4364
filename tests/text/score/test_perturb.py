"""Careless writing that leaves the truth where it is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import UsageError
from longwave.text.score.perturb import KINDS, kinds_for, perturbed, rows_changed
from longwave.text.table import TextTable

from .made import asked, classified, tagged

TEXTS = st.text(max_size=40)


def one(text: str) -> TextTable:
    return TextTable(
        "classify", pd.DataFrame({"id": ["1"], "text": [text], "label": ["up"]}), labels=("up", "down")
    )


def written(text: str, kind: str, rate: float = 1.0, seed: int = 0) -> str:
    return str(perturbed(one(text), kind, rate, seed).frame["text"][0])  # type: ignore[arg-type]


def test_what_each_kind_does() -> None:
    assert written("The Bank cut rates", "lower") == "the bank cut rates"
    assert written("The Bank", "upper") == "THE BANK"
    assert written("the bank", "title") == "The Bank"
    assert written("Rates, (up): 3.5%!", "no_punctuation") == "Rates up 35"
    assert written("GDP 3%", "full_width") == "ＧＤＰ ３％"
    assert written("ＧＤＰ，３％", "half_width") == "GDP,3%"
    assert written("up", "emoji") != "up"
    assert written("cut rates", "blanks").split() == ["cut", "rates"]
    assert written("cut rates", "blanks") != "cut rates"
    assert written("!!!", "no_punctuation") == "!!!"


def test_typos_are_one_slip_a_word() -> None:
    text = "monetary policy tightening announced yesterday"
    for seed in range(20):
        for old, new in zip(text.split(), written(text, "typos", seed=seed).split(), strict=True):
            assert abs(len(old) - len(new)) <= 1
    assert written("央行宣布下调存款准备金率", "typos", 0.5) != "央行宣布下调存款准备金率"
    assert written("I", "typos") == "I"


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_text_and_rate_nought_is_none(kind: str) -> None:
    text = "The Bank, of ＡＢ cut 央行降息 rates"
    assert written(text, kind, 0.5, 3) == written(text, kind, 0.5, 3)
    assert written(text, kind, 0.0) == text


@given(TEXTS, st.sampled_from(KINDS), st.integers(0, 5))
@settings(max_examples=80)
def test_no_text_vanishes_and_labels_stay(text: str, kind: str, seed: int) -> None:
    table = perturbed(one(text), kind, 0.7, seed)  # type: ignore[arg-type]
    assert bool(table.frame["text"][0].strip()) == bool(text.strip())
    assert table.frame["label"][0] == "up"


@given(
    st.lists(st.text(min_size=1, max_size=8).filter(lambda text: not text.isspace()), min_size=1, max_size=6)
)
@settings(max_examples=60)
def test_tokens_keep_their_number_and_none_is_empty(tokens: list[str]) -> None:
    table = tagged([["O"] * len(tokens)])
    table.frame["tokens"] = [tuple(tokens)]
    for kind in kinds_for(table):
        found = perturbed(table, kind, 1.0).frame["tokens"][0]
        assert len(found) == len(tokens)
        assert all(found)


@pytest.mark.parametrize("kind", KINDS)
def test_marked_entities_move_with_their_characters(kind: str) -> None:
    text = "The company fabricates plastic chairs."
    frame = pd.DataFrame(
        {
            "id": ["1"],
            "text": [text],
            "head_start": [4],
            "head_end": [11],
            "tail_start": [31],
            "tail_end": [37],
            "label": ["x"],
        }
    )
    for seed in range(5):
        row = perturbed(TextTable("relations", frame, labels=("x",)), kind, 1.0, seed).rows()[0]  # type: ignore[arg-type]
        head, tail = (
            row["text"][row["head_start"] : row["head_end"]],
            row["text"][row["tail_start"] : row["tail_end"]],
        )
        assert abs(len(head) - len("company")) <= 3
        assert abs(len(tail) - len("chairs")) <= 3
        assert not head.isspace()
        assert head
        assert tail


def test_of_questions_only_the_question_and_of_talks_all_but_the_reply() -> None:
    table = perturbed(asked([("Who cut the rates?", ("the bank",))]), "upper", 1.0)
    assert table.frame["question"][0] == "WHO CUT THE RATES?"
    assert table.frame["context"][0] == "the text"
    talk = TextTable(
        "generate", pd.DataFrame({"id": ["1"], "turns": [(("user", "hello there"), ("model", "hi you"))]})
    )
    assert perturbed(talk, "upper", 1.0).frame["turns"][0] == (("user", "HELLO THERE"), ("model", "hi you"))


def test_chinese_characters_that_are_tokens_are_slips_for_others_of_the_table() -> None:
    table = tagged([["O"] * 8] * 30)
    table.frame["tokens"] = [tuple("央行下调基准利率")] * 15 + [tuple("出口增长超出预期")] * 15
    again = perturbed(table, "typos", 0.1)
    assert rows_changed(table, again) > 10
    assert {len(each) for each in again.frame["tokens"]} == {8}
    assert set("".join(map("".join, again.frame["tokens"]))) <= set("央行下调基准利率出口增长超出预期")
    assert again.frame["tokens"].tolist() == perturbed(table, "typos", 0.1).frame["tokens"].tolist()
    assert rows_changed(table, perturbed(table, "no_punctuation", 1.0)) == 0


def test_refusals_and_the_note() -> None:
    with pytest.raises(UsageError):
        perturbed(one("x"), "sideways")  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        perturbed(one("x"), "lower", 1.5)
    with pytest.raises(UsageError):
        perturbed(tagged([["O"]]), "blanks")
    assert "lower" in perturbed(classified(3), "lower", 1.0).notes[-1].text("en")
