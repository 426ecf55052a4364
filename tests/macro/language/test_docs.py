"""The reference page is true: its models read, and it names every statement, clause and function."""

import re
from pathlib import Path

import pytest

from longwave.macro.language.read import look_at, read_model
from longwave.macro.language.syntax import CLAUSE_WORDS, STATEMENT_WORDS
from longwave.macro.language.tree import FUNCTIONS, TIME_FUNCTIONS
from longwave.macro.language.write import write_model

PAGE = (Path(__file__).parents[3] / "docs" / "concepts" / "model_language.md").read_text("utf-8")
EXAMPLES = re.findall(r"```lw\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_read_and_write(text):
    model, findings = look_at(text)
    assert model is not None, [str(each.message) for each in findings]
    assert read_model(write_model(model)) == model


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("word", [*STATEMENT_WORDS, *CLAUSE_WORDS, *FUNCTIONS, *TIME_FUNCTIONS])
def test_every_word_has_its_line(word):
    if word != "behavioral":  # the American spelling is read, too
        assert re.search(
            rf"^\|[^|\n]*`[^|\n]*\b{word}\b|`{word} |^\| `[^|\n]*\b{word}\b", PAGE, re.MULTILINE
        ), word
