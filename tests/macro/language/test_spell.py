"""Functions over time, spelt out, mean what their definitions say."""

import math

import pytest
from hypothesis import assume, given, settings
from tests.macro.language.trees import NAMES, expressions

from longwave.core.errors import BadInput
from longwave.macro.language.read import read_expression
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import TIME_FUNCTIONS, Apply, Name, Number, walk
from longwave.macro.language.write import write_expression

CONSTANTS = ("w0", "w1", "w2", "w3", "a1")


def _figure(name: str, t: int) -> float:
    """A made-up series for each name; coefficients are the same in every period."""
    if name in CONSTANTS:
        return 0.3 + CONSTANTS.index(name)
    return 2.0 + math.sin(1.7 * t + NAMES.index(name))


def _plain(word: str, parts: list[float]) -> float:
    """Operators and functions of values now, by their definitions."""
    match word:
        case "+":
            return sum(parts[1:], parts[0])
        case "*":
            return math.prod(parts)
        case "/":
            return parts[0] / parts[1]
        case "^":
            return math.pow(*parts)
        case "neg":
            return -parts[0]
        case "<":
            return float(parts[0] < parts[1])
        case "<=":
            return float(parts[0] <= parts[1])
        case ">":
            return float(parts[0] > parts[1])
        case ">=":
            return float(parts[0] >= parts[1])
        case "==":
            return float(parts[0] == parts[1])
        case "!=":
            return float(parts[0] != parts[1])
        case "and":
            return float(all(parts))
        case "or":
            return float(any(parts))
        case "not":
            return float(not parts[0])
        case "sqrt":
            return math.sqrt(parts[0])
        case "abs":
            return abs(parts[0])
        case "sign":
            return math.copysign(1.0, parts[0]) if parts[0] else 0.0
        case "normcdf":
            return 0.5 * math.erfc(-parts[0] / math.sqrt(2))
        case "logistic":
            return 1 / (1 + math.exp(-parts[0]))
        case "if":
            return parts[1] if parts[0] else parts[2]
        case "max" | "min":
            return max(parts) if word == "max" else min(parts)
    return getattr(math, word)(parts[0])


def value(node, t: int) -> float:
    """The value of an expression in period t by the definitions of tree.py, without spelling anything out."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return _figure(node.name, t + node.shift)
    word, parts = node.operator, node.arguments
    if word not in TIME_FUNCTIONS:
        return _plain(word, [value(each, t) for each in parts])
    x = parts[0]
    n = int(parts[1].value) if len(parts) == 2 else 1
    match word:
        case "lag":
            return value(x, t - n)
        case "lead":
            return value(x, t + n)
        case "d":
            return value(x, t) - value(x, t - n)
        case "dlog":
            return math.log(value(x, t)) - math.log(value(x, t - n))
        case "pct":
            return 100 * (value(x, t) / value(x, t - n) - 1)
        case "movsum":
            return sum(value(x, t - k) for k in range(n))
        case "movavg":
            return sum(value(x, t - k) for k in range(n)) / n
    reach, degree = int(parts[2].value), int(parts[3].value)
    return sum(
        value(x, t - k) * sum(_figure(f"w{power}", t) * k**power for power in range(degree + 1))
        for k in range(reach + 1)
    )


def _or_nan(node, t: int) -> float:
    try:
        return value(node, t)
    except (ValueError, OverflowError, ZeroDivisionError):
        return math.nan


@settings(max_examples=150)
@given(expressions)
def test_spelt_out_it_has_the_value_of_its_definition(tree):
    try:
        plain = spelt(tree, CONSTANTS)
    except BadInput:
        assume(False)
    nodes = list(walk(plain)) if plain is tree else None
    assume(nodes is None or len(nodes) < 20_000)
    assert not any(isinstance(node, Apply) and node.operator in TIME_FUNCTIONS for node in _distinct(plain))
    for t in (0, 3):
        expected, got = _or_nan(tree, t), _or_nan(plain, t)
        if math.isnan(expected) or abs(expected) > 1e12:
            continue
        assert got == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _distinct(tree):
    seen, waiting = {}, [tree]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting.extend(getattr(node, "arguments", ()))
    return seen.values()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("d(x)", "x - x(-1)"),
        ("d(x, 4)", "x - x(-4)"),
        ("dlog(x)", "log(x) - log(x(-1))"),
        ("pct(x(-1), 4)", "100*(x(-1)/x(-5) - 1)"),
        ("movavg(x, 3)", "(x + x(-1) + x(-2))/3"),
        ("movsum(x, 1)", "x"),
        ("lag(a1*x + y, 2)", "a1*x(-2) + y(-2)"),
        ("lead(d(x))", "x(+1) - x"),
        ("lag(x, 0)", "x"),
        ("d(d(x))", "x - x(-1) - (x(-1) - x(-2))"),
        ("pdl(x, w, 2, 1)", "w0*x + (w0 + w1*1)*x(-1) + (w0 + w1*2)*x(-2)"),
        ("pdl(x, w, 1, 0)", "w0*x + w0*x(-1)"),
        ("sign(x) + logistic(y)", "sign(x) + logistic(y)"),
    ],
)
def test_spelt_examples(text, plain):
    got = write_expression(spelt(read_expression(text), CONSTANTS))
    assert got.replace("(x - x(-1)) - ", "x - x(-1) - ") == plain


@pytest.mark.parametrize(
    "text",
    ["movavg(x, 0)", "d(x, 1001)", "movavg(x, y)", "pdl(x, w, 2, 3)", "lag(lag(x, 600), 600)", "lag(x, 1.5)"],
)
def test_what_reaches_too_far_or_says_no_number_is_refused(text):
    with pytest.raises(BadInput):
        spelt(read_expression(text))


def test_averages_of_averages_share_their_parts_and_are_bounded():
    assert spelt(read_expression("movavg(movavg(x, 100), 100)"))
    with pytest.raises(BadInput):
        spelt(read_expression("movavg(movavg(movavg(movavg(x, 900), 90), 90), 90)"))


def test_without_functions_over_time_nothing_is_copied():
    tree = read_expression("log(x) + y(-1)")
    assert spelt(tree) is tree
