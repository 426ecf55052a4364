"""A quick look, before anything is parsed, for sums, products and argument lists that no model can have.

The parser would refuse them as well, but only after it has built every term. The look errs on the side of the text:
what it lets pass is still counted when the tree is built.
"""

from __future__ import annotations

import re

from longwave.core.message import say
from longwave.macro.language.finding import Finding
from longwave.macro.language.tree import MOST_DEPTH, OPERATORS, Place

MOST_TERMS = OPERATORS["+"][1]

_WORD = re.compile(
    r"(?P<skip>\"(?:[^\"\\\n]|\\.)*\"?|\[(?:[^\]\\\n]|\\.)*\]?|\#[^\n]*|\s+)"
    r"|(?P<join>\b(?:and|or)\b)|(?P<cut>\b(?:behavioural|identity)\b|[<>=!]=?|/)"
    r"|(?P<operand>\d+\.?\d*(?:[eE][+-]?\d+)?|[\w.{}]+)"
    r"|(?P<power>\*\*|\^)|(?P<sign>[-+])|(?P<times>\*)|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
)


def overlong(text: str) -> Finding | None:
    """The finding on the first row of more than `MOST_TERMS` terms, factors or arguments; None where there is none."""
    signs = text.count("+") + text.count("-")
    if max(signs, text.count("*"), text.count(","), text.count(" and "), text.count(" or ")) < MOST_TERMS:
        return None
    stack: list[list[int]] = []
    row = [1, 1, 1, 1]  # terms, factors, arguments, conditions
    operand = False
    prefixes = 0
    for match in _WORD.finditer(text):
        kind = match.lastgroup
        if kind == "skip":
            continue
        if kind == "open":
            stack.append(row)
            row = [1, 1, 1, 1]
        elif kind == "close":
            row = stack.pop() if stack else [1, 1, 1, 1]
        elif kind == "sign" and operand:
            row[0] += 1
            row[1] = 1
        elif kind == "sign":
            prefixes += 1
        elif kind == "times":
            row[1] += 1
        elif kind == "comma":
            row = [1, 1, row[2] + 1 if stack else 1, 1]
        elif kind == "join":
            row = [1, 1, row[2], row[3] + 1]
        elif match.group() == "/":
            row[1] = 1
        elif kind == "cut":
            row = [1, 1, row[2], row[3] if match.group()[0] in "<>=!" else 1]
        operand = kind in ("operand", "close")
        prefixes = 0 if operand else prefixes
        if len(stack) > MOST_DEPTH or prefixes > MOST_DEPTH:
            return None  # which the parser refuses
        if max(row) > MOST_TERMS:
            line = text.count("\n", 0, match.start()) + 1
            place = Place(line, match.start() - text.rfind("\n", 0, match.start()))
            return Finding(
                place,
                say("language.too_many_terms", most=MOST_TERMS),
                say("language.too_many_terms_mend"),
            )
    return None
