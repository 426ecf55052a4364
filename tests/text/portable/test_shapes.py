"""What an uncased vocabulary throws away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.text.portable.script import wide
from longwave.text.portable.shapes import LETTERS, SHAPES, letters_of, word_shape


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        *(("", 0), ("%", 0), ("银行", 0), ("rate", 1), ("co-op", 1), ("Bank", 2), ("GDP", 3), ("U.S.", 3)),
        *(("McDonald", 4), ("iPhone", 4), ("A", 5), ("2009", 6), ("3.5", 6), ("Q4", 7), ("É", 5), ("ﬁ", 1)),
    ],
)
def test_shapes(word: str, shape: int) -> None:
    assert word_shape(word) == shape


@given(st.text(max_size=40), st.integers(1, 12))
def test_letters_fill_their_width_and_stay_within_their_numbers(word: str, width: int) -> None:
    numbers = letters_of(word, width)
    assert len(numbers) == width
    assert all(0 <= each < LETTERS for each in numbers)
    assert sum(each > 0 for each in numbers) == min(len(word), width)
    assert 0 <= word_shape(word) < SHAPES


def test_both_ends_of_a_long_word_are_kept() -> None:
    assert letters_of("abcdefg", 4) == letters_of("abfg", 4)
    assert letters_of("abcdefg", 1) == letters_of("a", 1)


def test_scripts_without_spaces() -> None:
    assert [wide(each) for each in ("银", "か", "，", "a", "", "é", "한")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
