"""Tags of entities in many spellings come out as one scheme, and kinds that only look like prefixes stay kinds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table


def tags_of(*rows: list[Any]) -> list[tuple[str, ...]]:
    tokens = [[f"w{at}" for at in range(len(row))] for row in rows]
    frame = pd.DataFrame({"tokens": pd.Series(tokens), "tags": pd.Series(list(rows))})
    return list(text_table(read_rows(frame), "entities").frame["tags"])


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["B", "I", "O", "B"], ("B-ENTITY", "I-ENTITY", "O", "B-ENTITY")),
        (["b", "i", "o"], ("B-ENTITY", "I-ENTITY", "O")),
        (["B", "E", "O", "S", "S"], ("B-ENTITY", "I-ENTITY", "O", "B-ENTITY", "B-ENTITY")),
        (["b-per", "i-per", "o", "b-LOC"], ("B-per", "I-per", "O", "B-LOC")),
        (["B-PER", "I-PER", "OUT", "B-LOC"], ("B-PER", "I-PER", "O", "B-LOC")),
        (["B-PER", "I-PER", "", "0"], ("B-PER", "I-PER", "O", "O")),
        (["PER-B", "PER-I", "O", "LOC-B"], ("B-PER", "I-PER", "O", "B-LOC")),
        (["o", "PER", "o", "LOC"], ("O", "B-PER", "O", "B-LOC")),
    ],
)
def test_common_spellings_are_one_scheme(given: list[str], made: tuple[str, ...]) -> None:
    assert tags_of(given) == [made]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["PER", "PER", "LOC", "O"], ("B-PER", "I-PER", "B-LOC", "O")),
        (["e-mail", "O", "phone"], ("B-e-mail", "O", "B-phone")),
        (["e-mail", "O", "e-mail"], ("B-e-mail", "O", "B-e-mail")),
        (["hepatitis-B", "O", "hepatitis-E"], ("B-hepatitis-B", "O", "B-hepatitis-E")),
        (["B", "O", "I", "O", "B", "O", "I"], ("B-B", "O", "B-I", "O", "B-B", "O", "B-I")),
        (["B", "C", "O"], ("B-B", "B-C", "O")),
    ],
)
def test_kinds_that_look_like_prefixes_stay(given: list[str], made: tuple[str, ...]) -> None:
    assert tags_of(given) == [made]


def test_a_tag_without_prefix_among_prefixed_ones_is_still_refused() -> None:
    with pytest.raises(BadInput, match="has the tag PER"):
        tags_of(["b-PER", "I-PER", "B-LOC", "PER", "o"])


@pytest.mark.parametrize(
    ("given", "wrong"),
    [(["B-ORG", "X-ORG", "X-ORG"], "X-ORG"), (["B-ORG", "I-ORG", "X-PER", "X-LOC", "X-LOC"], "X-PER")],
)
def test_a_prefix_of_no_scheme_among_right_ones_is_refused(given: list[str], wrong: str) -> None:
    with pytest.raises(BadInput, match=f"has the tag {wrong}"):
        tags_of(given)


def test_kinds_named_by_a_letter_and_a_word_are_kinds() -> None:
    assert tags_of(["T-cell", "O", "B-cell", "O", "T-cell"]) == [
        ("B-T-cell", "O", "B-B-cell", "O", "B-T-cell")
    ]
