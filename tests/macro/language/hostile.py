"""Texts that must be refused, made by rule: each kind of fault at many places of a sound model."""

from __future__ import annotations

from collections.abc import Iterator

SOUND = """\
model small "Small" "小"
frequency annual
list sectors = agr "Agriculture" "农业", ind
exogenous G "Spending" "支出" [USD], z
parameter share = 0.3 in 0..1
coefficient c0, c1 = 0.5
behavioural C: C = c0 + c1*Y + share*C(-1)
  estimate 2sls  sample 1950..1990  instruments G, z(-1)  restrict c1 + c0 = 1  errors ar(1)
identity Y = C + G
behavioural r: r = 2 + 1.5*(Y - z) when z > 0
behavioural r: r = 0.25
for s in sectors { identity Q_{s} = share*Y }
identity Q = sum(s in sectors, Q_{s})
"""
HEAD = "exogenous a, b\nparameter k = 1\n"


def hostile() -> list[tuple[str, str]]:
    """Pairs of a name and a text."""
    made = [
        *_cut(),
        *_hidden(),
        *_within_an_equation(),
        *_deep(),
        *_swelling(),
        *_statements(),
        *_structure(),
    ]
    return [(f"{number:03d}-{kind}", text) for number, (kind, text) in enumerate(made)]


def _cut() -> Iterator[tuple[str, str]]:
    """The sound model without its tail, cut inside statements, and with one sign taken out or doubled."""
    for at in range(8, len(SOUND), 9):
        if SOUND[:at].count("(") > SOUND[:at].count(")") or SOUND[:at].count('"') % 2:
            yield "cut", SOUND[:at]
    for sign in ('"', "(", ")", "=", "..", "{", "}", "[", "]"):
        first, last = SOUND.find(sign), SOUND.rfind(sign)
        for at in {first, last}:
            yield "without", SOUND[:at] + SOUND[at + len(sign) :]
            if sign != "..":
                yield "doubled", SOUND[:at] + sign + SOUND[at:]


def _hidden() -> Iterator[tuple[str, str]]:
    codes = [
        *range(9),
        11,
        12,
        *range(14, 32),
        127,
        0x85,
        0xAD,
        0x200B,
        0x200E,
        0x202E,
        0x2028,
        0x2066,
        0xFEFF,
        0xD800,
    ]
    for code in codes:
        yield "hidden", SOUND + "identity v = z" + chr(code) + " + G\n"


def _within_an_equation() -> Iterator[tuple[str, str]]:
    wrong = (
        "a b", "2a", "a +", "* a", "a ** ** b", "(a", "a)", "a = b", "a < b < k", "a == b == k", "1e999", "a(-1001)",
        "a(0.5)", "a(b)", "log()", "log(a, b)", "max(a)", "if(a, b)", "nothing", "nothing(-1)", "foo(a, b)", "movavg(a)",
        "movavg(a, 0)", "movavg(a, 1001)", "movavg(a, b)", "movavg(a, 2.5)", "lag(a, -1)", "lag(lag(a, 900), 900)",
        "d(a, 0)", "pdl(a)", "pdl(a, w, 2, 3)", "pdl(a, 3, 2, 1)", "pdl(a, w, 2.5, 1)", "k(-1)", "a_{s}",
        "sum(s in none, a)",
        "a; b", "a & b", "a && b", "a || b", "!a", "a % b", "a @ b", "a $ b", "'a'", "a?b", "a:b", "a[1]", "{a}", "a..b",
        "__import__('os')", "a.b", "a.add", "lambda: a", "a if b else k", "a\\b", "`a`", "（a）", "a × b", "−a", "ａ",
        "0x10", "1_000", "1e", "1e+", "a(--)", "a(+)", "a(", "a,b", "not", "and a", "if a", "d(-1)",
    )  # fmt: skip
    for each in wrong:
        yield "expression", f"{HEAD}identity x = {each}\n"
        if not each.isidentifier():  # a new name on the left is a new variable
            yield "left", f"{HEAD}identity {each} = a\n"


def _deep() -> Iterator[tuple[str, str]]:
    for count in (151, 2_000, 100_000):
        yield "brackets", f"{HEAD}identity x = {'(' * count}a{')' * count}"
        yield "open brackets", f"{HEAD}identity x = {'(' * count}"
        yield "minus", f"{HEAD}identity x = {'-' * count}a"
        yield "not", f"{HEAD}identity x = {'not ' * count}a"
        yield "calls", f"{HEAD}identity x = {'exp(' * count}a"
        yield "closing", f"{HEAD}identity x = a{')' * count}"
        yield "loops", f"{HEAD}{'for s in q { ' * count}"
        yield "sums", f"{HEAD}list q = u, v\nidentity x = {'sum(s in q, ' * count}a"
        yield "long name", f"{HEAD}identity x = {'a' * (count + 50)}"
        yield "long number", f"{HEAD}identity x = {'9' * (count + 200)}"
    for count in (151, 2_000):
        yield "powers", f"{HEAD}identity x = {'^'.join(['a'] * count)}"
        yield "divisions", f"{HEAD}identity x = {'/'.join(['a'] * count)}"
        yield "mixed", f"{HEAD}identity x = {'*a/'.join(['a'] * count)}"
        yield "if", f"{HEAD}identity x = {'if(a > b, a, ' * count}a{')' * count}"


def _swelling() -> Iterator[tuple[str, str]]:
    lists = HEAD + "list q = 1..5000\n"
    yield "square", lists + "identity x = sum(i in q, sum(j in q, a))"
    yield "cube", lists + "for i in q { for j in q { for l in q { identity x_{i}_{j}_{l} = a } } }"
    yield "side by side", lists + "for i in q, j in q { identity x_{i}_{j} = a }"
    yield "averages", HEAD + "identity x = movavg(movavg(movavg(movavg(a, 1000), 1000), 1000), 1000)"
    yield "too long", "#" * 5_000_001
    yield "range", HEAD + "list q = 1..999999999\nidentity x = a"
    yield "range of digits", HEAD + f"list q = 1..{'9' * 5000}\nidentity x = a"


def _statements() -> Iterator[tuple[str, str]]:
    wrong = (
        "model", "model 1", "frequency", "frequency hourly", "source none", "note", "section", "list", "list q",
        "list q =", "list q = 1", "list q = 3..1", "exogenous", "exogenous a", "exogenous 1", "exogenous c, c",
        "exogenous c [", 'exogenous c "', "exogenous c d", "endogenous", "endogenous e", "parameter", "parameter p =",
        "parameter p = a", "parameter p = 1/0", "parameter p = q", "parameter p = 2 in 0..1", "parameter p = 1 in 2..1",
        "parameter p in", "parameter p = log(-1)", "coefficient 3", "coefficient k", "behavioural", "behavioural x:",
        "behavioural x: x", "identity x", "identity x ==a", "identity = a", "identity x = a estimate ols",
        "identity x = a errors ar(1)", "behavioural x: x = a estimate 3sls", "behavioural x: x = a estimate what",
        "behavioural x: x = a sample 50..60", "behavioural x: x = a sample 1960..1950", "behavioural x: x = a sample",
        "behavioural x: x = a sample 1960-Q1..1970", "behavioural x: x = a errors ar(0)", "behavioural x: x = a errors",
        "behavioural x: x = a errors ar(25)", "behavioural x: x = a errors ma(1)", "behavioural x: x = a restrict",
        "behavioural x: x = a restrict c1 = 1", "behavioural x: x = a restrict 1 = 1", "behavioural x: x = a instruments",
        "behavioural x: x = a instruments nothing", "behavioural x: x = a instruments k", "behavioural x: x = a when",
        "behavioural x: x = a when nothing > 0", "behavioural x: x = a when a when b", "for", "for s", "for s in",
        "for s in q", "for s in q {", "for s in q { identity x_{s} = a }", "}", "{", "foo", "var x", "x = a", ";", "\\",
        "eval(1)", "identity x = a identity x = b", "behavioural x: x = a behavioural x: x = b when a > 0", "identity a = b",
        "identity k = a", "exogenous x.y", "exogenous C.add", "exogenous ａ", "exogenous o, о", "identity b + a = k",
        "section s section s \"other\" section s \"third\"", "model m model n", "frequency annual frequency annual",
    )  # fmt: skip
    for each in wrong:
        yield "statement", f"{HEAD}identity y0 = a\n{each}\n"


def _structure() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "blank", " \n\t\n"
    yield "comment", "# nothing\n"
    yield "python", "import os\nos.system('true')\n"
    yield "binary", "\x7fELF\x02\x01"
    yield "xml", "<?xml version='1.0'?><model><variable/></model>"
    yield "json", '{"model": {"equations": []}}'
    yield "dynare", "var y; varexo e; model; y = e; end;"
    yield "function", HEAD + "identity x = log\n"
    yield "swapped", HEAD + "identity x for y: x = a\nidentity y for x: y = b\n"
