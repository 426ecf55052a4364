"""What an uncased vocabulary throws away of a word: its case and its letters, as small whole numbers.

Shapes (8): nothing, lower, Title, UPPER, mIxed, a single capital, digits, digits with letters, and signs count as
nothing. Letters: one number a character, at most `width` of them, the middle of a long word left out; ASCII as it is,
other characters by their code modulo 128, so that no alphabet has to be kept.
"""

from __future__ import annotations

from .script import unspaced

SHAPES = 8
LETTERS = 257
"""Numbers of letters, nought for none."""


def word_shape(word: str) -> int:
    """0 signs or no case (Chinese), 1 lower, 2 Title, 3 UPPER, 4 mixed, 5 one capital, 6 digits, 7 digits and letters."""
    digits = any(letter.isdigit() for letter in word)
    letters = [letter for letter in word if letter.isalpha()]
    if digits:
        return 7 if letters else 6
    upper = [letter.isupper() for letter in letters]
    lower = [letter.islower() for letter in letters]
    if not any(upper) and not any(lower):
        return 0
    if all(lower):
        return 1
    if all(upper):
        return 5 if len(letters) == 1 else 3
    return 2 if upper[0] and not any(upper[1:]) else 4


def letters_of(word: str, width: int) -> list[int]:
    """`width` numbers, padded with noughts."""
    head = (width + 1) // 2
    kept = word if len(word) <= width else word[:head] + word[len(word) - (width - head) :]
    numbers = [1 + (ord(each) if ord(each) < 128 else 128 + ord(each) % 128) for each in kept]
    return numbers + [0] * (width - len(numbers))


def form(token: str) -> str:
    """The token's form: X upper, x lower, 9 digit, 字 of an unspaced script, else itself; runs are cut to 3."""
    run = ""
    for char in token[:40]:
        kind = (
            "字"
            if unspaced(char)
            else "X"
            if char.isupper()
            else "9"
            if char.isdigit()
            else "x"
            if char.isalpha()
            else char
        )
        if not run.endswith(kind * 3):
            run += kind
    return run
