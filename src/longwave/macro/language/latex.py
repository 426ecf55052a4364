r"""A model, or one equation, in the economist's notation as LaTeX (amsmath).

Lags and leads are subscripts (``Y(-1)`` is Y_{t-1}), ``dlog(C)`` is \Delta\log C_t, averages and polynomial lags are
sums, regimes and ``if`` are cases, a behavioural equation ends in its error. Greek words become Greek letters, what
stands after the first underscore of a name becomes its subscript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby, pairwise

from longwave.core.message import Language, say
from longwave.macro.language.binding import BINDING
from longwave.macro.language.tree import Apply, Expression, Name, Number
from longwave.macro.language.uses import lag_coefficients, whole
from longwave.macro.model import Equation, Kind, Model, Parameter, Variable

_ATOM = 9
_LINE = 150  # signs of LaTeX before a sum is broken
_GREEK = frozenset(
    (
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
        "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
        "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
    )
)  # fmt: skip
_RELATIONS = {
    "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne", "and": r"\wedge", "or": r"\vee",
}  # fmt: skip
_FUNCTIONS = {
    "log": r"\log", "exp": r"\exp", "sin": r"\sin", "cos": r"\cos", "max": r"\max", "min": r"\min",
    "sign": r"\operatorname{sgn}", "normcdf": r"\Phi", "logistic": r"\Lambda",
}  # fmt: skip
_PLAIN = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


# expressions ----------------------------------------------------------------------------------------------------------


def expression_to_latex(expression: Expression, constants: Collection[str] = ()) -> str:
    """An expression; constants: names that carry no time (parameters and coefficients)."""
    constants = frozenset(constants)
    ready: dict[int, str] = {}
    waiting: list[tuple[Expression, bool]] = [(expression, False)]
    while waiting:
        node, parts_ready = waiting.pop()
        if isinstance(node, Number):
            ready[id(node)] = _number(node.value)
        elif isinstance(node, Name):
            ready[id(node)] = _symbol(node.name, None if node.name in constants else node.shift)
        elif parts_ready:
            ready[id(node)] = _joined(node, lambda part: ready[id(part)], constants)
        elif id(node) not in ready:
            waiting.append((node, True))
            waiting.extend((part, False) for part in node.arguments)
    return ready[id(expression)]


def _number(value: float) -> str:
    text = repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \times 10^{{{int(power)}}}"
    return rf"\left({text}\right)" if value < 0 else text


def _symbol(name: str, shift: int | None, index: str = "") -> str:
    """A name with its subscripts; shift None: no time; index: a running index that is taken off, as in x_{t-i}."""
    owner, dot, last = name.partition(".")
    if dot:  # C.rho1, C.add
        letters = re.fullmatch(r"rho(\d+)", last)
        return rf"\rho^{{{_symbol(owner, None)}}}_{{{letters[1]}}}" if letters else _add_factor(owner, shift)
    base, _, below = name.partition("_")
    if not base:
        base, below = name, ""
    letters = re.fullmatch(r"([^\W\d]+?)(\d+)", base)
    parts = []
    if letters and (letters[1] in _GREEK or len(letters[1]) == 1):
        base = letters[1]
        parts.append(letters[2])
    if below:
        parts.append(
            below
            if below.isdecimal() or (len(below) == 1 and below.isascii())
            else rf"\mathrm{{{_plain(below)}}}"
        )
    if shift is not None:
        parts.append("t" + (f"{shift:+d}" if shift else "") + (f"-{index}" if index else ""))
    sign = "\\" + base if base in _GREEK else base if len(base) == 1 else rf"\mathit{{{_plain(base)}}}"
    if not base.isascii():
        sign = rf"\text{{{_plain(base)}}}"
    return f"{sign}_{{{','.join(parts)}}}" if parts else sign


def _add_factor(owner: str, shift: int | None) -> str:
    time = "t" + (f"{shift:+d}" if shift else "")
    return rf"\mathit{{add}}^{{{_symbol(owner, None)}}}_{{{time}}}"


def _plain(text: str) -> str:
    return "".join(_PLAIN.get(each, each) for each in text)


def _strength(node: Expression) -> int:
    if not isinstance(node, Apply) or node.operator == "/":
        return _ATOM  # a fraction holds together by its bar
    return BINDING.get(node.operator, BINDING["^"] if node.operator in ("d", "dlog", "pct") else _ATOM)


def _joined(node: Apply, text: Callable[[Expression], str], constants: Collection[str]) -> str:
    word, parts = node.operator, node.arguments

    def at_least(part: Expression, strength: int) -> str:
        return text(part) if _strength(part) >= strength else rf"\left({text(part)}\right)"

    match word:
        case "neg":
            return "-" + at_least(parts[0], BINDING["*"])
        case "not":
            return rf"\neg {at_least(parts[0], _ATOM)}"
        case "+":
            return at_least(parts[0], BINDING["+"]) + "".join(_term(each, at_least) for each in parts[1:])
        case "*":
            return _product(parts, at_least)
        case "/":
            return rf"\frac{{{text(parts[0])}}}{{{text(parts[1])}}}"
        case "^":
            base = (
                text(parts[0])
                if isinstance(parts[0], Number) and parts[0].value >= 0
                else _powered(parts[0], text)
            )
            return rf"{base}^{{{text(parts[1])}}}"
        case "sqrt":
            return rf"\sqrt{{{text(parts[0])}}}"
        case "abs":
            return rf"\left|{text(parts[0])}\right|"
        case "if":
            return (
                rf"\begin{{cases}} {text(parts[1])} & \text{{if }} {text(parts[0])} \\ "
                rf"{text(parts[2])} & \text{{otherwise}} \end{{cases}}"
            )
    if word in _RELATIONS:
        return f" {_RELATIONS[word]} ".join(at_least(each, BINDING[word] + 1) for each in parts)
    if word in _FUNCTIONS:
        inside = ", ".join(text(each) for each in parts)
        bare = word == "log" and isinstance(parts[0], Name)
        return rf"\log {inside}" if bare else rf"{_FUNCTIONS[word]}\left({inside}\right)"
    return _timed(node, text, at_least, constants)


def _powered(base: Expression, text: Callable[[Expression], str]) -> str:
    return text(base) if isinstance(base, Name) else rf"\left({text(base)}\right)"


def _term(part: Expression, at_least: Callable[[Expression, int], str]) -> str:
    if isinstance(part, Apply) and part.operator == "neg":
        return " - " + at_least(part.arguments[0], BINDING["*"])
    return " + " + at_least(part, BINDING["*"])


def _product(parts: Sequence[Expression], at_least: Callable[[Expression, int], str]) -> str:
    """Factors side by side; a dot where two numbers would run together."""
    out = at_least(parts[0], BINDING["*"])
    for before, each in pairwise(parts):
        sign = (
            r" \cdot "
            if isinstance(each, Number) or (isinstance(before, Number) and _begins(each))
            else r" \, "
        )
        out += sign + at_least(each, BINDING["neg"] + 1)
    return out


def _begins(node: Expression) -> bool:
    """Whether a factor begins with a number."""
    while isinstance(node, Apply) and node.operator in ("^", "*", "+"):
        node = node.arguments[0]
    return isinstance(node, Number)


def _timed(
    node: Apply,
    text: Callable[[Expression], str],
    at_least: Callable[[Expression, int], str],
    constants: Collection[str],
) -> str:
    """Functions over time."""
    word, part = node.operator, node.arguments[0]
    n = whole(node.arguments[1]) if len(node.arguments) > 1 else 1
    if word in ("d", "dlog", "pct"):
        span = "" if n == 1 else f"_{{{n}}}"
        tail = at_least(part, BINDING["^"] + 1)
        return {"d": r"\Delta{} ", "dlog": r"\Delta{}\log ", "pct": r"\%\Delta{} "}[word].format(span) + tail
    if word in ("lag", "lead"):
        by = -(n or 0) if word == "lag" else (n or 0)
        if isinstance(part, Name) and part.name not in constants:
            return _symbol(part.name, part.shift + by)
        return rf"L^{{{-by}}}\left({text(part)}\right)"
    if word in ("movavg", "movsum"):
        sum_ = rf"\sum_{{i=0}}^{{{(n or 1) - 1}}} {_running(part, 'i', text, constants)}"
        return rf"\frac{{1}}{{{n}}} {sum_}" if word == "movavg" else sum_
    if word == "pdl" and len(node.arguments) == 4:
        powers = ["", " k", *(f" k^{{{power}}}" for power in range(2, 30))]
        names = lag_coefficients(node)
        weight = " + ".join(_symbol(name, None) + power for name, power in zip(names, powers, strict=False))
        weight = rf"\left({weight}\right)" if len(names) > 1 else weight
        return rf"\sum_{{k=0}}^{{{text(node.arguments[2])}}} {weight} {_running(part, 'k', text, constants)}"
    return rf"\operatorname{{{_plain(word)}}}\left({', '.join(text(each) for each in node.arguments)}\right)"


def _running(
    part: Expression, index: str, text: Callable[[Expression], str], constants: Collection[str]
) -> str:
    """What a sum over lags runs over: x_{t-i}, or the lag operator on an expression."""
    if isinstance(part, Name) and part.name not in constants:
        return _symbol(part.name, part.shift, index)
    return rf"L^{{{index}}}\left({text(part)}\right)"


# equations ------------------------------------------------------------------------------------------------------------


def equation_to_latex(equation: Equation, model: Model | None = None) -> str:
    """One equation without surroundings; the model tells which names are parameters."""
    constants = _constants(model)
    right = expression_to_latex(equation.right, constants) + _error(equation)
    condition = ""
    if equation.condition is not None:
        condition = rf" \quad \text{{if }} {expression_to_latex(equation.condition, constants)}"
    return f"{expression_to_latex(equation.left, constants)} = {right}{condition}"


def _constants(model: Model | None) -> frozenset[str]:
    return frozenset(each.name for each in model.parameters) if model else frozenset()


def _error(equation: Equation) -> str:
    if equation.kind is Kind.IDENTITY:
        return ""
    return rf" + {_error_symbol(equation)}_t"


def _error_symbol(equation: Equation) -> str:
    name = equation.variable or equation.name
    return rf"\varepsilon^{{{_symbol(name, None)}}}"


def _rows(group: Sequence[Equation], constants: Collection[str]) -> Iterator[str]:
    """The rows of an align environment for one equation, or for the regimes of one variable."""
    if len(group) > 1 and len({each.left for each in group}) == 1:
        left = expression_to_latex(group[0].left, constants)
        cases = r" \\ ".join(_case(each, constants) for each in group)
        yield rf"{left} &= \begin{{cases}} {cases} \end{{cases}}{_error(group[0])}"
    else:
        for each in group:
            yield _broken(each, constants)
    for each in group:
        if each.estimation is not None and each.estimation.ar:
            yield _autoregression(each)


def _case(each: Equation, constants: Collection[str]) -> str:
    right = expression_to_latex(each.right, constants)
    if each.condition is None:
        return rf"{right} & \text{{otherwise}}"
    return rf"{right} & \text{{if }} {expression_to_latex(each.condition, constants)}"


def _broken(each: Equation, constants: Collection[str]) -> str:
    """An equation on as many lines as its sum needs."""
    terms = (
        each.right.arguments
        if isinstance(each.right, Apply) and each.right.operator == "+"
        else (each.right,)
    )
    lines: list[str] = []
    line = ""
    for number, term in enumerate(terms):
        piece = _piece(term, constants, number == 0)
        if line and len(line) + len(piece) > _LINE:
            lines.append(line)
            line = ""
        line += piece
    tail = _error(each)
    if each.condition is not None:
        tail += rf" \quad \text{{if }} {expression_to_latex(each.condition, constants)}"
    lines.append(line + tail)
    return f"{expression_to_latex(each.left, constants)} &= " + " \\\\\n  &\\quad {} ".join(lines)


def _piece(term: Expression, constants: Collection[str], first: bool) -> str:
    """One term of a sum with its sign."""

    def at_least(part: Expression, strength: int) -> str:
        text = expression_to_latex(part, constants)
        return text if _strength(part) >= strength else rf"\left({text}\right)"

    return at_least(term, BINDING["+"] if first else BINDING["*"]) if first else _term(term, at_least)


def _autoregression(each: Equation) -> str:
    sign = _error_symbol(each)
    order = each.estimation.ar if each.estimation else 0
    past = " + ".join(rf"\rho_{{{lag}}} {sign}_{{t-{lag}}}" for lag in range(1, order + 1))
    return rf"{sign}_t &= {past} + u_t"


# models ---------------------------------------------------------------------------------------------------------------


def model_to_latex(model: Model, lang: Language = "en", *, whole_document: bool = True) -> str:
    """The model: title, source, equations by section, tables of variables and parameters.

    whole_document: with preamble (article, amsmath, longtable; ctex for Chinese), or only what stands in between.
    """
    parts = [rf"\section*{{{_plain(model.names.text(lang) or model.name)}}}"]
    parts.extend(
        _plain(text) + "\n" for text in (model.source, *(note.text(lang) for note in model.notes)) if text
    )
    parts.extend(_sections(model, lang))
    parts.append(_variables(model, lang))
    if model.parameters:
        parts.append(_parameters(model.parameters, lang))
    body = "\n".join(parts)
    if not whole_document:
        return body + "\n"
    chinese = "\\usepackage{ctex}\n" if lang == "zh" else ""
    return (
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{longtable}\n"
        f"{chinese}\\allowdisplaybreaks\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def _sections(model: Model, lang: Language) -> Iterator[str]:
    constants = _constants(model)
    titles = {each.name: each.names.text(lang) or each.name for each in model.sections}
    for name, group in groupby(model.equations, key=lambda each: each.section):
        if name:
            yield rf"\subsection*{{{_plain(titles.get(name, name))}}}"
        regimes: dict[str, list[Equation]] = {}
        for each in group:
            regimes.setdefault(each.variable or each.name, []).append(each)
        rows = [row for members in regimes.values() for row in _rows(members, constants)]
        yield "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}"


def _variables(model: Model, lang: Language) -> str:
    groups = (
        (say("language.latex_endogenous"), model.endogenous),
        (say("language.latex_exogenous"), model.exogenous),
    )
    tables = [
        _table(title.text(lang), [_variable(each, lang) for each in rows]) for title, rows in groups if rows
    ]
    return "\n".join(tables)


def _variable(each: Variable, lang: Language) -> tuple[str, ...]:
    return f"${_symbol(each.name, 0)}$", _plain(each.names.text(lang) or each.name), _plain(each.unit)


def _parameters(parameters: Sequence[Parameter], lang: Language) -> str:
    rows = [
        (
            f"${_symbol(each.name, None)}$",
            _plain(each.names.text(lang) or each.name),
            say("language.latex_to_estimate").text(lang)
            if each.value is None
            else f"${_number(float(f'{each.value:.6g}'))}$",
        )
        for each in parameters
    ]
    return _table(say("language.latex_parameters").text(lang), rows)


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    lines = " \\\\\n".join(" & ".join(row) for row in rows)
    return f"\\subsection*{{{title}}}\n\\begin{{longtable}}{{lll}}\n{lines} \\\\\n\\end{{longtable}}"
