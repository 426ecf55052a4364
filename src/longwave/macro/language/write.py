"""A model back to text: ``read_model(write_model(m)) == m``, neatly laid out, long lines folded.

Brackets stand only where the tree needs them. Templates are gone (a model is what they came to), comments are kept
where they were written as notes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.macro.language.assemble import FREQUENCIES, NO_SECTION
from longwave.macro.language.binding import BINDING
from longwave.macro.language.letters import clean
from longwave.macro.language.tree import Apply, Expression, Name, Number
from longwave.macro.language.uses import uses_of
from longwave.macro.model import Equation, EstimationNote, Kind, Model, Parameter, Section, Variable

WIDTH = 100  # columns of a written line
_ATOM = 9
_LOOSEST = 0
_NAME = re.compile(r"[^\W\d]\w*(?:#\d+(?=\.rho\d))?(?:\.[^\W\d]\w*)?")
_SPACED = {
    "<": " < ",
    "<=": " <= ",
    ">": " > ",
    ">=": " >= ",
    "==": " == ",
    "!=": " != ",
    "and": " and ",
    "or": " or ",
}


# expressions ----------------------------------------------------------------------------------------------------------


def write_expression(expression: Expression) -> str:
    """The text of an expression: ``read_expression(write_expression(e)) == e``.

    Raises UsageError for a number that is not finite.
    """
    ready: dict[int, str] = {}
    waiting: list[tuple[Expression, bool]] = [(expression, False)]
    while waiting:
        node, parts_ready = waiting.pop()
        if not isinstance(node, Apply):
            ready[id(node)] = _number(node.value) if isinstance(node, Number) else _name(node)
        elif parts_ready:
            ready[id(node)] = _joined(node, lambda part: ready[id(part)])
        elif id(node) not in ready:
            waiting.append((node, True))
            waiting.extend((part, False) for part in node.arguments)
    return ready[id(expression)]


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise UsageError(say("language.not_finite", value=str(value)), say("language.not_finite_mend"))
    text = repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return f"({text})" if value < 0 else text


def _name(node: Name) -> str:
    return f"{node.name}({node.shift:+d})" if node.shift else node.name


def _strength(node: Expression) -> int:
    return BINDING.get(node.operator, _ATOM) if isinstance(node, Apply) else _ATOM


def _joined(node: Apply, text: Callable[[Expression], str]) -> str:
    word, parts = node.operator, node.arguments
    if word not in BINDING:
        return f"{word}({', '.join(text(each) for each in parts)})"

    def at_least(part: Expression, strength: int) -> str:
        if _strength(part) >= strength:
            return text(part)
        if _is_minus_number(part):
            return f"(-({text(part.arguments[0])}))"  # type: ignore[union-attr]
        return f"({text(part)})"

    def factor(part: Expression, strength: int) -> str:
        """A part after a sign: a minus before a number needs no bracket there."""
        return text(part) if _is_minus_number(part) else at_least(part, strength)

    match word:
        case "neg":
            return "-" + at_least(parts[0], BINDING["neg"])
        case "not":
            return "not " + at_least(parts[0], BINDING["not"])
        case "+":
            rest = "".join(_term(each, at_least) for each in parts[1:])
            return at_least(parts[0], BINDING["*"]) + rest
        case "*":
            first = parts[0]
            begin = f"({text(first)})" if _operator(first) == "*" else at_least(first, BINDING["*"])
            return "*".join((begin, *(factor(each, BINDING["^"]) for each in parts[1:])))
        case "/":
            return f"{at_least(parts[0], BINDING['*'])}/{factor(parts[1], BINDING['^'])}"
        case "^":
            return f"{at_least(parts[0], _ATOM)}^{factor(parts[1], BINDING['^'])}"
        case "and" | "or":
            return _SPACED[word].join(at_least(each, BINDING[word] + 1) for each in parts)
    return _SPACED[word].join(at_least(each, BINDING["+"]) for each in parts)


def _term(part: Expression, at_least: Callable[[Expression, int], str]) -> str:
    if isinstance(part, Apply) and part.operator == "neg":
        return " - " + at_least(part.arguments[0], BINDING["*"])
    return " + " + at_least(part, BINDING["*"])


def _operator(node: Expression) -> str:
    return node.operator if isinstance(node, Apply) else ""


def _is_minus_number(node: Expression) -> bool:
    return isinstance(node, Apply) and node.operator == "neg" and isinstance(node.arguments[0], Number)


# models ---------------------------------------------------------------------------------------------------------------


def write_model(model: Model) -> str:
    """The text of a model. Raises UsageError for a name or number that the language cannot write."""
    _check_names(model)
    blocks = ["\n".join(_header(model))]
    blocks.extend(_by_section(model) if _in_order_of_sections(model) else _by_kind(model))
    return clean("\n\n".join(block for block in blocks if block) + "\n")


def write_equation(equation: Equation, model: Model | None = None) -> str:
    """One equation as a statement; with its label where the reader would not find name and variable by itself."""
    return _equation(equation, _Around.of(model) if model else _Around(frozenset(), frozenset()))


@dataclass(frozen=True)
class _Around:
    """What decides whether an equation needs a label: which names are given, which variables have one equation."""

    given: frozenset[str]
    once: frozenset[str]

    @classmethod
    def of(cls, model: Model) -> _Around:
        counts = Counter(each.variable for each in model.equations)
        given: list[Variable | Parameter] = [*model.exogenous, *model.parameters]
        return cls(
            frozenset(each.name for each in given),
            frozenset(name for name, count in counts.items() if count == 1),
        )


def _check_names(model: Model) -> None:
    named: list[Variable | Parameter | Section] = [
        *model.endogenous, *model.exogenous, *model.parameters, *model.sections
    ]  # fmt: skip
    bases = [_base(each.name) for each in model.equations]
    for name in (model.name, *(each.name for each in named), *bases):
        if not _NAME.fullmatch(name) or name == "not":
            raise UsageError(say("language.unwritable", name=name), say("language.unwritable_mend"))
    seen: Counter[str] = Counter()
    for each, base in zip(model.equations, bases, strict=True):
        seen[base] += 1
        if each.name != (base if seen[base] == 1 else f"{base}#{seen[base]}"):
            raise UsageError(
                say("language.unwritable_regime", name=each.name), say("language.unwritable_mend")
            )


def _base(name: str) -> str:
    return re.sub(r"#\d+$", "", name)


def _header(model: Model) -> Iterator[str]:
    yield f"model {model.name}{_labels(model.names)}"
    for word, frequency in FREQUENCIES.items():
        if frequency is model.frequency:
            yield f"frequency {word}"
    if model.source:
        yield f"source {_quoted(model.source)}"
    for note in model.notes:
        yield f"note{_labels(note) or ' ' + _quoted('')}"


def _in_order_of_sections(model: Model) -> bool:
    """Whether variables and equations each come section by section, so that sections can be written as chapters."""
    order = {"": -1} | {section.name: place for place, section in enumerate(model.sections)}
    streams = (
        [order.get(each.section) for each in model.exogenous],
        [order.get(each.section) for each in model.endogenous],
        [order.get(each.section) for each in model.equations],
    )
    return all(
        before is not None and after is not None and before <= after
        for places in streams
        for before, after in pairwise(places)
    )


def _by_section(model: Model) -> Iterator[str]:
    yield "\n".join(_parameters(model.parameters))
    around = _Around.of(model)
    for section in (Section(""), *model.sections):
        if section.name:
            yield f"section {section.name}{_labels(section.names)}"
        yield "\n".join(_variables("exogenous", [e for e in model.exogenous if e.section == section.name]))
        yield "\n".join(_variables("endogenous", [e for e in model.endogenous if e.section == section.name]))
        yield "\n".join(_equation(each, around) for each in model.equations if each.section == section.name)


def _by_kind(model: Model) -> Iterator[str]:
    """Sections are named first and opened again wherever the order of the model asks for it."""
    around = _Around.of(model)
    yield "\n".join(f"section {each.name}{_labels(each.names)}" for each in model.sections)
    yield "\n".join(_parameters(model.parameters))
    for word, variables in (("exogenous", model.exogenous), ("endogenous", model.endogenous)):
        for name, some in groupby(variables, key=lambda each: each.section):
            yield f"section {name or NO_SECTION}"
            yield "\n".join(_variables(word, list(some)))
    for name, equations in groupby(model.equations, key=lambda each: each.section):
        yield f"section {name or NO_SECTION}"
        yield "\n".join(_equation(each, around) for each in equations)


def _variables(word: str, variables: Sequence[Variable]) -> Iterator[str]:
    """Variables with labels on a line each, bare names side by side."""
    if not variables:
        return
    texts = [_variable(each) for each in variables]
    if all(text == each.name for text, each in zip(texts, variables, strict=True)):
        yield from _folded(f"{word} {', '.join(texts)}")
    elif len(texts) == 1:
        yield f"{word} {texts[0]}"
    else:
        yield word
        yield ",\n".join(f"  {text}" for text in texts)


def _variable(each: Variable) -> str:
    return each.name + _labels(each.names) + (f" [{_escaped(each.unit, '[]')}]" if each.unit else "")


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    for estimated, group in groupby(parameters, key=lambda each: each.estimated):
        members = list(group)
        word = "coefficient" if estimated else "parameter"
        texts = [_parameter(each) for each in members]
        if any(each.names != Names("") for each in members) and len(members) > 1:
            yield word
            yield ",\n".join(f"  {text}" for text in texts)
        else:
            yield from _folded(f"{word} {', '.join(texts)}")


def _parameter(each: Parameter) -> str:
    text = each.name
    if each.value is not None:
        text += " = " + _number(each.value).strip("()")
    text += _labels(each.names)
    if each.low is not None or each.high is not None:
        low = "" if each.low is None else _number(each.low).strip("()")
        high = "" if each.high is None else _number(each.high).strip("()")
        text += f" in {low}..{high}"
    return text


def _equation(each: Equation, around: _Around) -> str:
    text = f"{each.kind.value} {_label(each, around)}"
    text += f"{write_expression(each.left)} = {write_expression(each.right)}"
    if each.condition is not None:
        text += f" when {write_expression(each.condition)}"
    lines = list(_folded(text))
    if each.estimation is not None:
        lines.extend(_clauses(each.estimation))
    return "\n".join(lines)


def _label(each: Equation, around: _Around) -> str:
    base = _base(each.name)
    alone = each.left == Name(each.variable) and each.variable not in around.given
    if alone and base == each.variable and each.names == Names("") and each.kind is Kind.IDENTITY:
        return ""
    current = uses_of((each.left,)).current.keys() - around.given
    by_label = base == each.variable and base in current
    by_left = base not in current and current == {each.variable} and each.variable in around.once
    about = "" if by_label or by_left else f" for {each.variable or '?'}"
    return f"{base}{_labels(each.names)}{about}: "


def _clauses(note: EstimationNote) -> Iterator[str]:
    """The clauses on one line where they fit, else on a line each."""
    parts = [f"estimate {note.method}".strip()]
    if note.first or note.last:
        parts.append(f"sample {note.first}..{note.last}")
    if note.iv_instruments:
        parts.append("instruments " + ", ".join(write_expression(each) for each in note.iv_instruments))
    if note.restrictions:
        pairs = (f"{write_expression(left)} = {write_expression(right)}" for left, right in note.restrictions)
        parts.append("restrict " + ", ".join(pairs))
    if note.ar:
        parts.append(f"errors ar({note.ar})")
    line = "  " + "  ".join(parts)
    if len(line) <= WIDTH:
        yield line
    else:
        for part in parts:
            yield from _folded("  " + part)


def _labels(names: Names) -> str:
    if names.zh:
        return f" {_quoted(names.en)} {_quoted(names.zh)}"
    return f" {_quoted(names.en)}" if names.en else ""


def _quoted(text: str) -> str:
    return f'"{_escaped(text, chr(34))}"'


def _escaped(text: str, signs: str) -> str:
    out = text.replace("\\", "\\\\").replace("\n", "\\n")
    for sign in signs:
        out = out.replace(sign, "\\" + sign)
    return out


def _folded(text: str) -> Iterator[str]:
    """A statement on lines of at most `WIDTH` columns where it has blanks to break at; breaks stand before + and -."""
    line = ""
    for piece in _pieces(text):
        if line.strip() and len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = "    " + piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line


def _pieces(text: str) -> list[str]:
    """Words of a statement; a sign stays with the term after it, and quoted text stays whole."""
    words = re.findall(r'(?:^\s+)?(?:"(?:[^"\\]|\\.)*"|[^\s"])+', text)
    pieces: list[str] = []
    for word in words:
        if pieces and pieces[-1] in ("+", "-", "=", "<", ">", "<=", ">=", "==", "!=", "and", "or"):
            pieces[-1] += " " + word
        else:
            pieces.append(word)
    return pieces
