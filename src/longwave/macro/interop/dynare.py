"""A clear subset of Dynare's ``.mod``: declarations, parameters, one model block, values and shocks around it.

Read: ``var``, ``varexo``, ``varexo_det``, ``parameters``, ``predetermined_variables``, assignments of parameters,
``model;`` with or without ``(linear)``, local variables ``# x = ...``, equation tags, ``initval``, ``endval``,
``histval``, ``steady_state_model``, ``steady`` and ``shocks``. Dynare's equations do not say which variable they
explain, so the matching of equations and variables decides; they hold exactly, shocks are exogenous variables, nought
where nothing is said.
Refused by name: the macro processor (``@#``, ``@{``), ``STEADY_STATE``, ``EXPECTATION`` and what changes the meaning
of the model (trends, deflators). Commands and blocks that only ask Dynare to do something are named as read over.

Source: Dynare reference manual, "The model file".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from longwave.core.errors import BadInput
from longwave.core.message import Names, say
from longwave.macro.interop.draft import Draft
from longwave.macro.interop.formula import Call, Dialect, Function, Reader, equation, formula, ours
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.scene import Scene
from longwave.macro.interop.source import text_of
from longwave.macro.interop.tokens import Lines, at, tokens
from longwave.macro.language.constant import value_of
from longwave.macro.language.tree import MOST_DEPTH, MOST_SHIFT, Apply, Expression, Name, Number, Place, walk
from longwave.macro.model import Kind, Parameter

MOST_NODES = 1_000_000
"""Of the equations, when local variables are written out; they may be nested and would swell."""


def _over(inner: str, base: float) -> Function:
    def build(call: Call) -> Expression:
        call.count(1, 1)
        return Apply("/", (Apply(inner, call.arguments), Number(base)), call.place)

    return build


def _normcdf(call: Call) -> Expression:
    """normcdf(x) or normcdf(x, mean, deviation)."""
    call.count(1, 3)
    if len(call.arguments) == 2:
        call.count(3, 3)
    if len(call.arguments) == 1:
        return Apply("normcdf", call.arguments, call.place)
    x, mean, deviation = call.arguments
    away = Apply("+", (x, Apply("neg", (mean,))))
    return Apply("normcdf", (Apply("/", (away, deviation)),), call.place)


def _cube_root(call: Call) -> Expression:
    """The cube root, of negative numbers too."""
    call.count(1, 1)
    x = call.arguments[0]
    root = Apply("^", (Apply("abs", (x,)), Apply("/", (Number(1.0), Number(3.0)))))
    return Apply("*", (Apply("sign", (x,)), root), call.place)


def _tangent(call: Call) -> Expression:
    call.count(1, 1)
    return Apply("/", (Apply("sin", call.arguments), Apply("cos", call.arguments)), call.place)


_REFUSED = (
    "steady_state", "expectation", "var_expectation", "pac_expectation", "pac_target_nonstationary", "adl", "normpdf",
    "erf", "erfc",
)  # fmt: skip

DIALECT = Dialect(
    language="Dynare",
    functions={
        **{word: ours(word, 1) for word in ("exp", "log", "sqrt", "abs", "sign", "sin", "cos")},
        "ln": ours("log", 1),
        "log10": _over("log", math.log(10.0)),
        "log2": _over("log", math.log(2.0)),
        "cbrt": _cube_root,
        "tan": _tangent,
        "max": ours("max", 2),
        "min": ours("min", 2),
        "normcdf": _normcdf,
        "diff": ours("d", 1),
    },
    powers="single",
    refused={word: say("interop.dynare_operator", word=word) for word in _REFUSED},
)

_BLOCKS = frozenset({
    "model", "initval", "endval", "histval", "shocks", "mshocks", "steady_state_model", "estimated_params",
    "estimated_params_init", "estimated_params_bounds", "observation_trends", "deterministic_trends", "optim_weights",
    "homotopy_setup", "moment_calibration", "irf_calibration", "ramsey_constraints", "verbatim", "epilogue",
    "svar_identification", "matched_moments", "occbin_constraints", "conditional_forecast_paths", "shock_groups",
    "filter_initial_state", "generate_irfs", "init2shocks", "heteroskedastic_shocks", "bvar_density", "det_cond_forecast",
})  # fmt: skip
_MEANING = frozenset({
    "trend_var", "log_trend_var", "change_type", "model_local_variable", "model_remove", "model_replace", "var_remove",
    "external_function", "var_model", "trend_component_model", "pac_model",
})  # fmt: skip


def read_dynare(source: str | Path | bytes) -> Imported:
    """The model of a ``.mod`` file. `scene` of what it gives holds initial and end values, history and shocks.

    Raises BadInput that names line, column and mend.
    """
    text = _uncommented(text_of(source))
    reading = _Reading()
    for statement, block in _statements(text):
        reading.take(statement, block)
    return reading.imported()


@dataclass(frozen=True)
class _Statement:
    """text without its semicolon; word: its first, in small letters; place: of the text."""

    text: str
    place: Place

    @property
    def word(self) -> str:
        found = re.match(r"[A-Za-z_]\w*", self.text)
        return found[0] if found else ""

    def rest(self) -> tuple[str, Place]:
        """What stands behind the first word, with its place."""
        cut = len(self.word)
        return self.text[cut:], Place(self.place.line, self.place.column + cut)


def _uncommented(text: str) -> str:
    """The text with spaces in place of comments, so that places stay."""

    def blank(found: re.Match[str]) -> str:
        if found[0][0] in "'\"":
            return found[0]
        return re.sub(r"[^\n]", " ", found[0])

    return re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*|%[^\n]*|/\*.*?(?:\*/|\Z)", blank, text, flags=re.DOTALL)


def _statements(text: str) -> Iterator[tuple[_Statement, list[_Statement]]]:
    """Each statement with those inside it, where it opens a block. Raises BadInput."""
    lines = Lines(text)
    macro = re.search(r"@\s*[#{]", text)
    if macro is not None:
        raise at(lines.place(macro.start()), say("interop.dynare_macro"), say("interop.dynare_macro_mend"))
    opened: _Statement | None = None
    inside: list[_Statement] = []
    for found in re.finditer(r"((?:'[^'\n]*'|\"[^\"\n]*\"|[^;])*)(;|\Z)", text):
        written = found[1]
        begin = found.start(1) + len(written) - len(written.lstrip())
        statement = _Statement(written.strip(), lines.place(begin))
        if not statement.text:
            continue
        if found[2] != ";":
            raise at(
                statement.place,
                say("interop.dynare_open", text=statement.text[:60]),
                say("interop.dynare_mend"),
            )
        if opened is None and statement.word in _BLOCKS:
            opened, inside = statement, []
        elif opened is None:
            yield statement, []
        elif statement.text == "end":
            yield opened, inside
            opened = None
        else:
            inside.append(statement)
    if opened is not None:
        raise at(opened.place, say("interop.dynare_block", word=opened.word), say("interop.dynare_mend"))


class _Reading:
    """Takes the statements of a file one after the other."""

    def __init__(self) -> None:
        self._draft = Draft("dynare")
        self._values: dict[str, float] = {}
        self._predetermined: set[str] = set()
        self._locals: dict[str, Expression] = {}
        self._nodes = 0
        self._model: Place | None = None
        self._start: dict[str, float] = {}
        self._end: dict[str, float] = {}
        self._history: dict[tuple[str, int], float] = {}
        self._paths: dict[str, dict[int, float]] = {}
        self._deviations: dict[str, float] = {}
        self._rest: list[_Statement] = []
        self._steady = {"start": False, "end": False}
        self._over: dict[str, None] = {}
        self._periods = 0

    def take(self, statement: _Statement, block: list[_Statement]) -> None:
        word = statement.word
        takers = {
            "var": self._declare,
            "varexo": self._declare,
            "varexo_det": self._declare,
            "parameters": self._declare,
            "predetermined_variables": self._declare,
        }
        if word in _MEANING:
            raise at(statement.place, say("interop.dynare_operator", word=word), say("interop.refused_mend"))
        if word in takers:
            takers[word](statement)
        elif word == "model":
            self._take_model(statement, block)
        elif word in ("initval", "endval"):
            self._take_values(self._start if word == "initval" else self._end, block)
        elif word == "histval":
            self._take_history(block)
        elif word == "shocks":
            self._take_shocks(block)
        elif word == "steady_state_model":
            self._rest = block
        elif word == "steady":
            self._steady["end" if self._end else "start"] = True
        elif word in ("simul", "perfect_foresight_setup") and (found := _LENGTH.search(statement.text)):
            self._periods = int(found[1])
        elif word == "set_param_value":
            self._set(statement)
        elif re.fullmatch(r"[A-Za-z_]\w*\s*=.*", statement.text, re.DOTALL):
            self._assign(statement)
        else:
            self._over[word or statement.text[:20]] = None

    # declarations

    def _declare(self, statement: _Statement) -> None:
        text, place = statement.rest()
        options = re.match(r"\s*\(([^()]*)\)", text)
        if options is not None:
            raise at(place, say("interop.dynare_operator", word=f"{statement.word} {options[0].strip()}"),
                     say("interop.refused_mend"))  # fmt: skip
        lines = Lines(text, place)
        for found in _DECLARED.finditer(text):
            if found["other"]:
                where = lines.place(found.start())
                raise at(where, say("interop.unexpected", text=found["other"]), say("interop.dynare_mend"))
            if found["name"]:
                self._declared(statement.word, found["name"], lines.place(found.start()), found["long"] or "")

    def _declared(self, word: str, name: str, place: Place, long_name: str) -> None:
        draft = self._draft
        known = name in draft.endogenous or name in draft.exogenous or name in draft.parameters
        if word == "predetermined_variables":
            self._predetermined.add(name)
            return
        if known:
            raise at(place, say("interop.twice", name=name), say("interop.twice_mend"))
        if word == "var":
            draft.endogenous[name] = place
        elif word == "parameters":
            draft.parameters[name] = Parameter(name, names=Names(long_name), place=place)
        else:
            draft.exogenous[name] = place
        if long_name and word != "parameters":
            draft.described[name] = Names(long_name)

    def _assign(self, statement: _Statement) -> None:
        """A parameter's value; other names are variables of Matlab and may be used by later ones."""
        name = statement.word
        _, _, right = statement.text.partition("=")
        parameter = self._draft.parameters.get(name)
        try:
            value = self._value(right, _behind_equals(statement))
        except BadInput:
            if parameter is not None:
                raise
            self._over[name] = None
            return
        self._values[name] = value
        if parameter is not None:
            self._draft.parameters[name] = replace(parameter, value=value)

    def _set(self, statement: _Statement) -> None:
        """set_param_value('alpha', 0.3)"""
        found = re.fullmatch(r"set_param_value\s*\(\s*['\"](\w+)['\"]\s*,(.*)\)", statement.text, re.DOTALL)
        if found is None or found[1] not in self._draft.parameters:
            raise at(
                statement.place,
                say("interop.unexpected", text=statement.text[:60]),
                say("interop.dynare_mend"),
            )
        value = self._value(found[2], Lines(statement.text, statement.place).place(found.start(2)))
        self._values[found[1]] = value
        self._draft.parameters[found[1]] = replace(self._draft.parameters[found[1]], value=value)

    def _value(self, text: str, place: Place) -> float:
        expression = formula(text, DIALECT, place)
        value = value_of(expression, {**self._values, "pi": self._values.get("pi", math.pi)})
        if value is None:
            raise at(
                place, say("interop.dynare_value", text=text.strip()[:60]), say("interop.dynare_value_mend")
            )
        return value

    # the model

    def _take_model(self, statement: _Statement, block: list[_Statement]) -> None:
        if self._model is not None:
            raise at(statement.place, say("interop.dynare_twice"), say("interop.twice_mend"))
        self._model = statement.place
        for each in block:
            self._take_equation(each)

    def _take_equation(self, statement: _Statement) -> None:
        text, place, tags = _untagged(statement)
        if "static" in tags:
            return
        if "mcp" in tags:
            raise at(place, say("interop.dynare_operator", word="mcp"), say("interop.refused_mend"))
        if text.startswith("#"):
            self._take_local(text[1:], Place(place.line, place.column + 1))
            return
        reader = Reader(tokens(text, place), DIALECT)
        left = reader.expression()
        right: Expression = Number(0.0)
        if reader.word.text == "=":
            reader.take("=")
            right = reader.expression()
        reader.end()
        sides = (self._meant(left, place), self._meant(right, place))
        if max(depth(each) for each in sides) > MOST_DEPTH:
            raise at(place, say("interop.too_deep", most=MOST_DEPTH), say("interop.split_mend"))
        self._draft.add(Kind.IDENTITY, "", sides, place, names=Names(tags.get("name", "")[:200]))

    def _take_local(self, text: str, place: Place) -> None:
        left, right = equation(text, DIALECT, place)
        if not isinstance(left, Name) or left.shift:
            raise at(place, say("interop.dynare_local"), say("interop.dynare_local_mend"))
        if left.name in self._locals:
            raise at(place, say("interop.twice", name=left.name), say("interop.twice_mend"))
        meant = self._meant(right, place)
        if depth(meant) > MOST_DEPTH:
            raise at(place, say("interop.too_deep", most=MOST_DEPTH), say("interop.split_mend"))
        self._locals[left.name] = meant

    def _meant(self, expression: Expression, place: Place) -> Expression:
        """With local variables written out and predetermined ones a period earlier."""
        if isinstance(expression, Name):
            inside = self._locals.get(expression.name)
            if inside is not None:
                self._count(inside, place)
                return inside if not expression.shift else self._shifted(inside, expression.shift, place)
            earlier = expression.name in self._predetermined
            return replace(expression, shift=expression.shift - 1) if earlier else expression
        if isinstance(expression, Apply):
            return replace(
                expression, arguments=tuple(self._meant(each, place) for each in expression.arguments)
            )
        return expression

    def _count(self, inside: Expression, place: Place) -> None:
        self._nodes += sum(1 for _ in walk(inside))
        if self._nodes > MOST_NODES:
            raise at(place, say("interop.too_long", most=MOST_NODES), say("interop.split_mend"))

    def _shifted(self, expression: Expression, by: int, place: Place) -> Expression:
        """A local variable at another time: every variable in it is."""
        if isinstance(expression, Name):
            if expression.name in self._draft.parameters:
                return expression
            if abs(expression.shift + by) > MOST_SHIFT:
                what = say("interop.far_shift", name=expression.name, most=MOST_SHIFT)
                raise at(place, what, say("interop.split_mend"))
            return replace(expression, shift=expression.shift + by)
        if isinstance(expression, Apply):
            return replace(
                expression, arguments=tuple(self._shifted(each, by, place) for each in expression.arguments)
            )
        return expression

    # values

    def _take_values(self, values: dict[str, float], block: list[_Statement]) -> None:
        for each in block:
            if "=" not in each.text:
                raise at(
                    each.place, say("interop.unexpected", text=each.text[:60]), say("interop.dynare_mend")
                )
            place = _behind_equals(each)
            expression = formula(each.text.partition("=")[2], DIALECT, place)
            known = {**self._values, **self._start, **values}
            value = value_of(expression, known)
            if value is None:
                what = say("interop.dynare_value", text=each.text[:60])
                raise at(place, what, say("interop.dynare_value_mend"))
            values[each.word] = value

    def _take_history(self, block: list[_Statement]) -> None:
        for each in block:
            found = re.match(r"([A-Za-z_]\w*)\s*\(\s*([-+]?\s*\d+)\s*\)\s*=", each.text)
            if found is None:
                raise at(
                    each.place, say("interop.unexpected", text=each.text[:60]), say("interop.dynare_mend")
                )
            place = _behind_equals(each)
            period = int(found[2].replace(" ", ""))
            self._history[found[1], period] = self._value(each.text[found.end() :], place)

    def _take_shocks(self, block: list[_Statement]) -> None:
        name = ""
        periods: list[range] = []
        for each in block:
            text, place = each.rest()
            if each.word == "var" and re.fullmatch(r"\s*[A-Za-z_]\w*\s*", text):
                name, periods = text.strip(), []
            elif each.word == "stderr" and name:
                self._deviations[name] = self._value(text, place)
            elif each.word == "var" and re.fullmatch(r"\s*[A-Za-z_]\w*\s*=.*", text, re.DOTALL):
                variable, _, variance = text.partition("=")
                self._deviations[variable.strip()] = math.sqrt(max(0.0, self._value(variance, place)))
            elif each.word == "periods" and name:
                periods = _periods(text, place)
            elif each.word == "values" and name:
                self._path(name, periods, text, place)
            else:
                self._over[f"shocks: {each.text[:40]}"] = None

    def _path(self, name: str, periods: list[range], text: str, place: Place) -> None:
        written = _listed(text)
        if len(written) not in (1, len(periods)) or not periods:
            raise at(place, say("interop.dynare_shock", name=name), say("interop.dynare_shock_mend"))
        values = [self._value(each, place) for each in written]
        path = self._paths.setdefault(name, {})
        for number, span in enumerate(periods):
            path.update(dict.fromkeys(span, values[number if len(values) > 1 else 0]))

    def _at_rest(self, given: Mapping[str, float]) -> dict[str, float]:
        """The formulas of ``steady_state_model`` for these exogenous values; what cannot be computed is named."""
        exogenous = {name: given.get(name, 0.0) for name in self._draft.exogenous}
        known = {**self._values, **exogenous}
        values: dict[str, float] = {}
        for each in self._rest:
            left, _, right = each.text.partition("=")
            name = left.strip()
            value = None
            if re.fullmatch(r"[A-Za-z_]\w*", name):
                value = value_of(formula(right, DIALECT, _behind_equals(each)), known)
            if value is None:
                self._over[f"steady_state_model: {each.text[:40]}"] = None
                return {}
            known[name] = value
            if name in self._draft.endogenous:
                values[name] = value
        return values

    def imported(self) -> Imported:
        draft = self._draft
        if self._model is None or not draft.equations:
            raise BadInput(say("interop.no_equations", format="Dynare"), say("interop.dynare_mend"))
        self._check_declared()
        if self._rest:
            self._start.update(self._at_rest(self._start))
            self._end.update(self._at_rest({**self._start, **self._end}) if self._end else {})
        if self._over:
            draft.warnings.append(say("interop.ignored", words=tuple(self._over)))
        found = draft.imported("dynare")
        new = {old: found.renamed.get(old, old) for old in (*draft.endogenous, *draft.exogenous)}
        scene = Scene(
            start=_under(self._start, new),
            end=_under(self._end, new),
            history={(new.get(name, name), period): value for (name, period), value in self._history.items()},
            paths=_under(self._paths, new),
            deviations=_under(self._deviations, new),
            steady_start=self._steady["start"],
            steady_end=self._steady["end"],
            periods=self._periods,
        )
        defaults = {new[name]: scene.start.get(new[name], 0.0) for name in draft.exogenous}
        return replace(found, scene=scene, defaults=defaults, stochastic=tuple(scene.deviations))

    def _check_declared(self) -> None:
        """Dynare has no variables that go without saying. Raises BadInput."""
        draft = self._draft
        known = {*draft.endogenous, *draft.exogenous, *draft.parameters}
        for each in draft.equations:
            for side in (each.left, each.right):
                for node in walk(side):
                    if isinstance(node, Name) and node.name not in known:
                        what = say("interop.unknown_name", name=node.name, equation=each.name)
                        raise at(node.place or Place(1, 1), what, say("interop.unknown_name_mend"))


_DECLARED = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*(?:\$[^$]*\$\s*)?"
    r"(?:\(\s*(?:long_name\s*=\s*(?:'(?P<long>[^']*)'|\"[^\"]*\")|[^()]*)\s*\))?"
    r"|[\s,]+|(?P<other>.)",
    re.DOTALL,
)
_TAGS = re.compile(r"\s*\[(?P<tags>(?:'[^']*'|\"[^\"]*\"|[^\]'\"])*)\]\s*")
_TAG = re.compile(r"(?P<key>[A-Za-z_]\w*)\s*(?:=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"))?")


def _untagged(statement: _Statement) -> tuple[str, Place, Mapping[str, str]]:
    """An equation without its tags, its place, and the tags."""
    found = _TAGS.match(statement.text)
    if found is None:
        return statement.text, statement.place, {}
    tags = {each["key"]: each["single"] or each["double"] or "" for each in _TAG.finditer(found["tags"])}
    return statement.text[found.end() :], Lines(statement.text, statement.place).place(found.end()), tags


def depth(expression: Expression) -> int:
    """How many levels of operators stand within each other."""
    deepest, waiting = 0, [(expression, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(node, Apply):
            waiting.extend((each, level + 1) for each in node.arguments)
    return deepest


def _behind_equals(statement: _Statement) -> Place:
    return Lines(statement.text, statement.place).place(statement.text.find("=") + 1)


def _listed(text: str) -> list[str]:
    """Values apart by spaces or commas; a bracket holds one together."""
    return [found for found in re.findall(r"\([^()]*\)|[^\s,()]+", text) if found]


def _periods(text: str, place: Place) -> list[range]:
    """1 4:6 9 as ranges."""
    found: list[range] = []
    for each in _listed(text):
        ends = each.split(":")
        if len(ends) > 2 or not all(end.isdecimal() and len(end) < 6 for end in ends):
            raise at(place, say("interop.dynare_periods", text=each[:40]), say("interop.dynare_periods_mend"))
        found.append(range(int(ends[0]), int(ends[-1]) + 1))
    return found


T = TypeVar("T")


def _under(values: Mapping[str, T], new: Mapping[str, str]) -> dict[str, T]:
    return {new.get(name, name): value for name, value in values.items()}


_LENGTH = re.compile(r"\bperiods\s*=\s*([1-9]\d{0,4})\b")
_SIGN = re.compile(r"(?:^|;)\s*model\s*(?:\([^)]*\))?\s*;|@#", re.MULTILINE)

IMPORTERS.register("dynare")(
    Importer(lambda text: 3 if _SIGN.search(text) else 0, read_dynare, endings=(".mod", ".dyn"))
)
