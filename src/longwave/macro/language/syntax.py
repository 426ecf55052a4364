"""What the parser could not read, told in the modeller's words: where, what stands there, what could, and the mend.

The place that is shown is where the fault lies, not where the parser gave up: the opening of a quotation or bracket
that is never closed, the statement word that is misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from longwave.core.message import Message, Names, say
from longwave.macro.language.finding import Finding
from longwave.macro.language.tree import FUNCTIONS, TIME_FUNCTIONS, Place

STATEMENT_WORDS = (
    "model", "frequency", "source", "note", "section", "list", "exogenous", "endogenous", "parameter", "coefficient",
    "behavioural", "behavioral", "identity", "for",
)  # fmt: skip
CLAUSE_WORDS = ("when", "estimate", "sample", "instruments", "restrict", "errors")
STATEMENT_START = re.compile(rf"^[ \t]*(?:\}}\s*)*(?=(?:{'|'.join(STATEMENT_WORDS)})(?!\w))", re.MULTILINE)
_STATEMENT_TERMINALS = frozenset(
    ("MODEL", "FREQUENCY", "SOURCE", "NOTE", "SECTION", "LIST", "EXOGENOUS", "ENDOGENOUS", "PARAMETER", "COEFFICIENT",
     "BEHAVIOURAL", "IDENTITY", "FOR")
)  # fmt: skip
_CLAUSE_TERMINALS = frozenset(word.upper() for word in CLAUSE_WORDS)

# what people write who come from other programs -> what to write here
_OTHER_WORDS = {
    "var": "endogenous", "varexo": "exogenous", "endo": "endogenous", "exo": "exogenous", "parameters": "parameter",
    "coefficients": "coefficient", "coeff": "coefficient", "param": "parameter", "params": "parameter",
    "equation": "behavioural", "eq": "behavioural", "stochastic": "behavioural", "ident": "identity",
    "identities": "identity", "definition": "identity", "variables": "endogenous", "title": "model", "end": "section",
    "estimated": "coefficient", "given": "exogenous", "foreach": "for", "set": "list",
}  # fmt: skip
_OTHER_SIGNS = {
    ";": "", "（": "(", "）": ")", "，": ",", "：": ":", "＝": "=", "＋": "+", "－": "-", "＊": "*", "／": "/", "“": '"',
    "”": '"', "‘": '"', "’": '"', "「": '"', "」": '"', "、": ",", "。": "", "；": "", "−": "-", "–": "-", "—": "-",
    "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "&&": "and", "||": "or", "&": "and", "|": "or",
    "!": "not", ":=": "=", "'": '"', "%": "#", "//": "#", "@": "", "$": "", "<>": "!=", "=>": ">=", "=<": "<=",
    "'s": "", "…": "..", "【": "[", "】": "]", "｛": "{", "｝": "}", "～": "..", "^^": "^", "¬": "not", "∗": "*",
}  # fmt: skip
_OTHER_FUNCTIONS = {
    "ln": "log", "log_e": "log", "pow": "^", "del": "d", "diff": "d", "delta": "d", "tsdelta": "d", "difflog": "dlog",
    "dlogs": "dlog", "dln": "dlog", "tsdeltalog": "dlog", "growth": "pct", "pch": "pct", "pchya": "pct", "tsdeltap": "pct",
    "tslag": "lag", "tslead": "lead", "movav": "movavg", "ma": "movavg", "mavg": "movavg", "mave": "movavg",
    "iif": "if", "ifelse": "if", "where": "if", "recode": "if", "pnorm": "normcdf", "cnorm": "normcdf", "ncdf": "normcdf",
    "sgn": "sign", "sqr": "sqrt", "fabs": "abs", "maximum": "max", "minimum": "min", "invlogit": "logistic",
}  # fmt: skip
_PIECE = re.compile(r"\w+|&&|\|\||:=|//|<>|=>|=<|==|=|\S")

# terminals -> the key of the words for them, in the order in which they are told
_KINDS: tuple[tuple[Collection[str], str], ...] = (
    (("NUMBER", "OPEN", "SUM"), "operand"),
    (("OPERATOR", "AND"), "operator"),
    (("EQUALS",), "equals"),
    (("CLOSE",), "close"),
    (("COMMA",), "comma"),
    (("COLON",), "colon"),
    (("STRING",), "string"),
    (("UNIT",), "unit"),
    (("PERIOD",), "period"),
    (("RANGE",), "range"),
    (("IN",), "in"),
    (("METHOD",), "method"),
    (("AR",), "ar"),
    (("OPEN_BLOCK",), "open_block"),
    (("CLOSE_BLOCK",), "close_block"),
    (_CLAUSE_TERMINALS, "clause"),
    (("IDENTITY",), "statement"),
)


def unread(text: str, at: int, expected: Collection[str], brackets: Sequence[tuple[str, Place]]) -> Finding:
    """What is wrong at a character of a text.

    expected: names of the terminals that could stand there; brackets: those open there, each with its place.
    """
    at += len(text[at:]) - len(text[at:].lstrip()) if at < len(text) else 0
    if at >= len(text):
        return _at_end(text, expected, brackets)
    place = place_of(text, at)
    match = _PIECE.match(text, at)
    piece = match[0] if match else text[at]
    if piece == '"' and "\n" not in text[at + 1 : at + 2]:
        if not re.match(r'"(?:[^"\\\n]|\\[^\n])*"', text[at:]):
            return Finding(place, say("language.open_quote"), say("language.open_quote_mend"))
    elif piece == "[" and not re.match(r"\[(?:[^\[\]\\\n]|\\[^\n])*\]", text[at:]):
        return Finding(place, say("language.open_unit"), say("language.open_unit_mend"))
    special = _special(text, at, piece, place, expected, brackets)
    if special is not None:
        return special
    shown = piece if len(piece) <= 40 else piece[:40] + "…"
    return Finding(
        place, say("language.unexpected", text=shown), say("language.expected", what=_expected(expected))
    )


def function_meant(name: str) -> str:
    """The function that a name unknown here most likely means; "" where none is near."""
    known = _OTHER_FUNCTIONS.get(name.lower(), "")
    if known:
        return known
    near = (
        get_close_matches(name[:40].lower(), (*FUNCTIONS, *TIME_FUNCTIONS), 1, 0.7) if len(name) > 2 else []
    )
    return near[0] if near else ""


def place_of(text: str, at: int) -> Place:
    """Line and column of a character."""
    return Place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _at_end(text: str, expected: Collection[str], brackets: Sequence[tuple[str, Place]]) -> Finding:
    if brackets:
        return _open_bracket(brackets)
    if "EQUALS" in expected and "OPERATOR" in expected:
        return _no_equals(text, len(text))
    place = place_of(text, max(0, len(text.rstrip()) - 1)) if text.strip() else Place(1, 1)
    return Finding(place, say("language.ends_early"), say("language.expected", what=_expected(expected)))


def _open_bracket(brackets: Sequence[tuple[str, Place]]) -> Finding:
    sign, place = brackets[-1]
    closing = {"(": ")", "{": "}"}[sign]
    return Finding(
        place, say("language.open_bracket", sign=sign), say("language.open_bracket_mend", sign=closing)
    )


def _special(
    text: str,
    at: int,
    piece: str,
    place: Place,
    expected: Collection[str],
    brackets: Sequence[tuple[str, Place]],
) -> Finding | None:
    """Faults that people make often, each with its own words."""
    in_round = bool(brackets) and brackets[-1][0] == "("
    if in_round and "OPERATOR" in expected and _begins_anew(text, at, piece):
        return _open_bracket(brackets)
    if piece in STATEMENT_WORDS and {"EQUALS", "OPERATOR"} <= set(expected):
        return _no_equals(text, at)
    if piece == ")" and not in_round:
        return Finding(place, say("language.stray_close"), say("language.stray_close_mend"))
    if piece == "}" and not brackets:
        return Finding(place, say("language.stray_brace"), say("language.stray_brace_mend"))
    if piece == "=" and "OPERATOR" in expected:
        if in_round:
            return _equals_inside(text, place, brackets)
        return Finding(place, say("language.second_equals"), say("language.second_equals_mend"))
    if piece == "==" and "EQUALS" in expected:
        return Finding(place, say("language.double_equals"), say("language.double_equals_mend"))
    if piece in _OTHER_SIGNS:
        return _other_sign(piece, place)
    if re.match(r"\d[\d.]*[^\W\d]", text[at:]) and ("NUMBER" in expected or "OPERATOR" in expected):
        return _glued(text, at, place)
    if expected and "IDENTITY" in expected and "OPERATOR" not in expected:
        return _statement_word(piece, place, expected)
    if "OPERATOR" in expected and re.match(r"\w|[\"\[({]", piece):
        return _after_operand(piece, place, expected)
    if piece in STATEMENT_WORDS and "NUMBER" in expected:
        return Finding(
            place, say("language.breaks_off", word=piece), say("language.expected", what=_expected(expected))
        )
    return None


def _begins_anew(text: str, at: int, piece: str) -> bool:
    """Whether a word after an operand is a statement or clause, or a statement word misspelt at the head of a line."""
    if piece in STATEMENT_WORDS or piece in CLAUSE_WORDS:
        return True
    heads_line = not text[text.rfind("\n", 0, at) + 1 : at].strip()
    return heads_line and bool(get_close_matches(piece[:40].lower(), STATEMENT_WORDS, 1, 0.75))


def _equals_inside(text: str, place: Place, brackets: Sequence[tuple[str, Place]]) -> Finding:
    """A lone = within brackets: a comparison in the same line, or the equals sign of the next equation."""
    if brackets[-1][1].line == place.line:
        return Finding(place, say("language.equals_inside"), say("language.equals_inside_mend"))
    return _open_bracket(brackets)


def _no_equals(text: str, at: int) -> Finding:
    """An equation that came to its end without =; often it has == instead."""
    starts = [match.end() for match in STATEMENT_START.finditer(text, 0, at)]
    start = starts[-1] if starts else 0
    double = text.rfind("==", start, at)
    if double >= 0:
        return Finding(
            place_of(text, double), say("language.double_equals"), say("language.double_equals_mend")
        )
    return Finding(place_of(text, start), say("language.no_equals"), say("language.no_equals_mend"))


def _other_sign(piece: str, place: Place) -> Finding:
    instead = _OTHER_SIGNS[piece]
    mend = say("language.other_sign_mend", instead=instead) if instead else say("language.other_sign_out")
    return Finding(place, say("language.other_sign", sign=piece), mend)


def _glued(text: str, at: int, place: Place) -> Finding:
    match = re.match(r"(\d+(?:\.\d+)?)(\w+)", text[at:])
    number, rest = (match[1], match[2]) if match else (text[at], "")
    return Finding(
        place, say("language.glued", text=(number + rest)[:40]),
        say("language.glued_mend", number=number[:20], rest=rest[:20]),
    )  # fmt: skip


def _statement_word(piece: str, place: Place, expected: Collection[str]) -> Finding:
    shown = piece[:40]
    instead = _OTHER_WORDS.get(piece.lower())
    near = get_close_matches(piece[:40].lower(), STATEMENT_WORDS + CLAUSE_WORDS, 1, 0.7)
    if instead or near:
        return Finding(
            place,
            say("language.no_statement", word=shown),
            say("language.unknown_near", near=instead or near[0]),
        )
    return Finding(place, say("language.no_statement", word=shown), say("language.no_statement_mend"))


def _after_operand(piece: str, place: Place, expected: Collection[str]) -> Finding:
    """A word where a sign was due: a misspelt statement or clause, or a missing operator."""
    shown = piece[:40]
    near = get_close_matches(shown.lower(), STATEMENT_WORDS + CLAUSE_WORDS, 1, 0.75)
    instead = _OTHER_WORDS.get(shown.lower())
    if "IDENTITY" in expected and (near or instead):
        return Finding(
            place,
            say("language.no_statement", word=shown),
            say("language.unknown_near", near=instead or near[0]),
        )
    return Finding(
        place, say("language.no_operator", text=shown), say("language.no_operator_mend", text=shown)
    )


def _expected(expected: Collection[str]) -> Message:
    known = set(expected)
    told = [say(f"language.expected_{key}") for terminals, key in _KINDS if known & set(terminals)]
    if "NAME" in known and "NUMBER" not in known:
        told.insert(0, say("language.expected_name"))
    if "$END" in known and not told:
        told.append(say("language.expected_end"))
    return say("language.one_of", what=tuple(told) or Names("–"))
