"""Conversations out of instructions with their input, and out of one text with a speaker a line."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable


def made(data: dict[str, list[Any]], **options: Any) -> TextTable:
    return text_table(read_rows(pd.DataFrame(data)), "generate", **options)


@pytest.mark.parametrize(("below", "reply"), [("input", "output"), ("context", "response")])
def test_what_stands_beside_an_instruction_is_read_with_it(below: str, reply: str) -> None:
    data = {"instruction": ["Sum up.", "Greet."], below: ["Prices rose.", ""], reply: ["Up.", "Hi."]}
    table = made(data)
    assert table.frame["turns"].tolist() == [
        (("user", "Sum up.\nPrices rose."), ("assistant", "Up.")),
        (("user", "Greet."), ("assistant", "Hi.")),
    ]
    assert "text_corpus.input_joined" in [note.key for note in table.notes]
    asked = made({"instruction": data["instruction"], below: data[below]}, for_prediction=True)
    assert asked.frame["turns"].tolist()[0] == (("user", "Sum up.\nPrices rose."),)


def test_columns_that_the_user_joins_are_not_joined_twice() -> None:
    data = {"instruction": ["Sum up."], "input": ["Prices rose."], "output": ["Up."]}
    table = made(data, columns={"prompt": "input+instruction"})
    assert table.frame["turns"].tolist() == [(("user", "Prices rose.\nSum up."), ("assistant", "Up."))]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("#Person1#: Hi: you?\n\n#Person2#: Fine.", (("Person1", "Hi: you?"), ("Person2", "Fine."))),
        ("A: one\nB: two\nA: three\nB: four", (("A", "one"), ("B", "two"), ("A", "three"), ("B", "four"))),
        ("User: hi\nAssistant: yo", (("user", "hi"), ("assistant", "yo"))),
        ("客户：贵吗？\n客服：不贵。", (("user", "贵吗？"), ("assistant", "不贵。"))),
    ],
)
def test_a_speaker_a_line(text: str, turns: tuple[tuple[str, str], ...]) -> None:
    assert made({"dialogue": [text]}).frame["turns"].tolist() == [turns]


@pytest.mark.parametrize(
    "text", ["A: hi\nno speaker here", "see\nhttps://a.b", '[{"role": "user"', "12:30 it rang"]
)
def test_lines_without_speakers_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="row 1") as caught:
        made({"dialogue": [text]})
    assert caught.value.mend is not None
    assert "its speaker and a colon" in caught.value.mend.text()


def test_a_system_that_answers_is_the_assistant() -> None:
    asked = {"speaker": "USER", "utterance": "A table?"}
    answered = {"speaker": "SYSTEM", "utterance": "For how many?"}
    rule = {"role": "system", "content": "Be kind."}
    told = {"role": "assistant", "content": "Hello."}
    table = made({"turns": [[asked, answered], [rule, asked, answered], [rule, asked, rule, told]]})
    said = [[who for who, _ in row] for row in table.frame["turns"]]
    assert said == [
        ["user", "assistant"],
        ["system", "user", "assistant"],
        ["system", "user", "system", "assistant"],
    ]


def test_a_prompt_and_a_completion_of_messages_are_one_conversation() -> None:
    rule, asked = {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi."}
    said = {"role": "assistant", "content": "Hello."}
    data = {"prompt": [[rule, asked], [asked]], "completion": [[said], "Hello."]}
    whole = [(("user", "Hi."), ("assistant", "Hello."))]
    assert made(data).frame["turns"].tolist() == [(("system", "Be kind."), *whole[0]), *whole]
    asked_for = made({"prompt": data["prompt"]}, for_prediction=True)
    assert asked_for.frame["turns"].tolist()[1] == (("user", "Hi."),)
