"""Model text as EViews and ModelFlow write it.

EViews: an equation a line, ``'`` begins a comment, ``_`` at a line's end goes on; ``@IDENTITY`` marks what holds
exactly, all other equations have an add-factor. ``c(1)`` is an element of a coefficient vector, with values from lines
such as ``c(1) = 0.4`` or ``@PARAM c(1) 0.4``. Names and functions know no case; names are written large here. A minus
sign binds before a power and powers go from left to right: -2^2 is 4, 2^3^2 is 64. ``+ [AR(1)=0.4]`` at the end of
an equation says that its errors are autoregressive.

ModelFlow: ``FRML <OPTIONS> x = ... $``. Its add-factors (`x_A`) and switches (`x_X` where `x_D` is one) stand in the
text and stay ordinary exogenous variables, so that ModelFlow's data solve it; equations that only report
(``FIT``) or compute add-factors (``CALC_ADD_FACTOR``) are left out. A power is as in Python.

Sources: EViews Help, "Numeric Expressions" and "Specifying the model"; ModelFlow documentation (Hansen, World Bank).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.core.period import Frequency
from longwave.macro.interop.calendar import Kind as MadeKind
from longwave.macro.interop.calendar import Made, period_of
from longwave.macro.interop.draft import Draft
from longwave.macro.interop.formula import Call, Dialect, Function, equation, ours, whole_number
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.source import text_of
from longwave.macro.interop.tokens import Lines, Token, at
from longwave.macro.language.tree import TIME_FUNCTIONS, Apply, Expression, Name, Number, Place, walk
from longwave.macro.model import EstimationNote, Kind, Parameter

# functions of values


def _logit(call: Call) -> Expression:
    """log(x / (1 - x)), as ModelFlow has it."""
    call.count(1, 1)
    inside = call.arguments[0]
    rest = Apply("+", (Number(1.0), Apply("neg", (inside,))))
    return Apply("log", (Apply("/", (inside, rest)),), call.place)


def _inverse(call: Call) -> Expression:
    call.count(1, 1)
    return Apply("/", (Number(1.0), call.arguments[0]), call.place)


def _log10(call: Call) -> Expression:
    call.count(1, 1)
    return Apply("/", (Apply("log", call.arguments), Number(math.log(10.0))), call.place)


def _recode(call: Call) -> Expression:
    call.count(3, 3)
    return Apply("if", call.arguments, call.place)


# functions over time


def _differences(of: str, word: str) -> Function:
    """d(x, n, s): the n-th difference, then one over s periods; of: "" or "log" for dlog."""

    def build(call: Call) -> Expression:
        call.count(1, 3)
        order, season = call.whole(1, 1), call.whole(2, 0)
        if not 0 <= order <= 10 or not 0 <= season <= 1000 or order + season == 0:
            raise at(
                call.place, say("interop.not_whole", word=call.word), say("interop.not_whole_mend", most=10)
            )
        if order == 1 and not season:
            return Apply(word, call.arguments[:1], call.place)
        if order == 0:
            return Apply(word, (call.arguments[0], Number(float(season))), call.place)
        made = Apply(of, call.arguments[:1], call.place) if of else call.arguments[0]
        for _ in range(order):
            made = Apply("d", (made,), call.place)
        return Apply("d", (made, Number(float(season))), call.place) if season else made

    return build


def _lagged(call: Call) -> Expression:
    """@lag(x, n)."""
    call.count(1, 2)
    return Apply("lag", call.arguments, call.place)


def _moving(word: str) -> Function:
    """movav(x, n); ModelFlow writes the number of periods with a minus as well."""

    def build(call: Call) -> Expression:
        call.count(2, 2)
        return Apply(word, (call.arguments[0], Number(float(abs(call.whole(1))))), call.place)

    return build


Asked = Callable[[], Frequency | None]
"""Gives the frequency, None where nothing tells it."""


def _growth(percent: bool, periods: int | Asked, power: int | Asked) -> Function:
    """@pch and its sisters: growth over so many periods, to such a power; both may be as many as a year has."""

    def build(call: Call) -> Expression:
        call.count(1, 1)
        over, compound = _number(periods, call), _number(power, call)
        if percent and compound == 1:
            return Apply("pct", (call.arguments[0], *([Number(float(over))] if over > 1 else [])), call.place)
        before = Apply("lag", (call.arguments[0], Number(float(over))), call.place)
        ratio: Expression = Apply("/", (call.arguments[0], before), call.place)
        if compound != 1:
            ratio = Apply("^", (ratio, Number(float(compound))), call.place)
        grown = Apply("+", (ratio, Apply("neg", (Number(1.0),))), call.place)
        return Apply("*", (Number(100.0), grown), call.place) if percent else grown

    return build


def _number(wanted: int | Asked, call: Call) -> int:
    """A number of periods, or of those of a year. Raises BadInput where nothing tells the frequency."""
    if isinstance(wanted, int):
        return wanted
    frequency = wanted()
    if frequency is None:
        raise at(
            call.place, say("interop.needs_frequency", word=call.word), say("interop.needs_frequency_mend")
        )
    return frequency.value


_PLAIN: dict[str, Function] = {
    "log": ours("log", 1),
    "exp": ours("exp", 1),
    "abs": ours("abs", 1),
    "sqrt": ours("sqrt", 1),
    "d": _differences("", "d"),
    "dlog": _differences("log", "dlog"),
}

_EVIEWS: dict[str, Function] = {
    **_PLAIN,
    **{f"@{name}": made for name, made in _PLAIN.items() if name not in ("d", "dlog")},
    "sqr": ours("sqrt", 1),
    "@sqr": ours("sqrt", 1),
    "sin": ours("sin", 1),
    "cos": ours("cos", 1),
    "@sin": ours("sin", 1),
    "@cos": ours("cos", 1),
    "@sign": ours("sign", 1),
    "@log10": _log10,
    "@inv": _inverse,
    "@logit": ours("logistic", 1),
    "@cnorm": ours("normcdf", 1),
    "@recode": _recode,
    "@emax": ours("max", 2),
    "@emin": ours("min", 2),
    "@lag": _lagged,
    "@movav": _moving("movavg"),
    "@movsum": _moving("movsum"),
}

_MODELFLOW: dict[str, Function] = {
    **_PLAIN,
    "diff": _differences("", "d"),
    "diff_log": _differences("log", "dlog"),
    "pct": ours("pct", 1, 2),
    "pct_growth": ours("pct", 1),
    "lag": _lagged,
    "movavg": _moving("movavg"),
    "movav": _moving("movavg"),
    "movsum": _moving("movsum"),
    "recode": _recode,
    "logit": _logit,
    "logit_inverse": ours("logistic", 1),
    "max": ours("max", 2, 100),
    "min": ours("min", 2, 100),
    "normcdf": ours("normcdf", 1),
    "sign": ours("sign", 1),
    "sin": ours("sin", 1),
    "cos": ours("cos", 1),
}


def _growths(year: Asked) -> dict[str, Function]:
    return {
        "@pc": _growth(True, 1, 1),
        "@pch": _growth(False, 1, 1),
        "@pca": _growth(True, 1, year),
        "@pcha": _growth(False, 1, year),
        "@pcy": _growth(True, year, 1),
        "@pchy": _growth(False, year, 1),
    }


@dataclass
class _Calendar:
    """Gathers the columns that equations want made."""

    made: dict[str, Made] = field(default_factory=dict)

    def words(self) -> dict[str, Function]:
        return {
            "@elem": self._element,
            "@during": self._during,
            "@trend": self._trend,
            "@seas": self._season,
        }

    def bare(self, token: Token) -> Name | None:
        """@trend, @year, @quarter, @month without brackets."""
        kinds: dict[str, MadeKind] = {
            "@trend": "trend",
            "@year": "year",
            "@quarter": "step",
            "@month": "step",
        }
        kind = kinds.get(token.text.lower())
        return None if kind is None else self._name(Made(token.text[1:].upper(), kind), token.place)

    def _name(self, made: Made, place: Place) -> Name:
        self.made[made.name] = made
        return Name(made.name, 0, place)

    def _element(self, call: Call) -> Expression:
        call = _with_date(call, 1)
        call.count(1, 1, texts=1)
        if not call.texts:
            raise at(call.place, say("interop.element"), say("interop.element_mend"))
        return self._then(call.arguments[0], call.texts[0].strip(), call.place)

    def _then(self, expression: Expression, date: str, place: Place) -> Expression:
        """An expression on a date: every variable in it is what it was then."""
        if isinstance(expression, Name):
            if expression.shift:
                raise at(place, say("interop.element"), say("interop.element_mend"))
            name = f"{expression.name}_VALUE_{_tag(date)}"
            return self._name(Made(name, "element", expression.name, date), place)
        if isinstance(expression, Apply):
            if expression.operator in TIME_FUNCTIONS:
                raise at(place, say("interop.element"), say("interop.element_mend"))
            return replace(
                expression, arguments=tuple(self._then(each, date, place) for each in expression.arguments)
            )
        return expression

    def _during(self, call: Call) -> Expression:
        call = _with_date(call, 0)
        call.count(0, 0, texts=1)
        dates = (call.texts or ("",))[0].strip()
        first, _, last = dates.partition(" ")
        return self._name(Made(f"DURING_{_tag(dates)}", "during", "", first, last.strip()), call.place)

    def _trend(self, call: Call) -> Expression:
        call = _with_date(call, 0)
        call.count(0, 0, texts=1)
        if not call.texts:
            return self._name(Made("TREND", "trend"), call.place)
        date = call.texts[0].strip()
        return self._name(Made(f"TREND_{_tag(date)}", "trend", "", date), call.place)

    def _season(self, call: Call) -> Expression:
        call.count(1, 1)
        number = call.whole(0)
        return self._name(Made(f"SEAS_{number}", "season", number=number), call.place)


def _tag(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip()).upper()


def _with_date(call: Call, place: int) -> Call:
    """The call with its date in quotes, where it is written as a bare year. Raises BadInput for what is no date."""
    if len(call.arguments) > place and not call.texts:
        year = whole_number(call.arguments[place])
        if year is not None:
            rest = (*call.arguments[:place], *call.arguments[place + 1 :])
            call = replace(call, arguments=rest, texts=(str(year),))
    for text in call.texts:
        for written in text.split() or [""]:
            _check_date(written, call.place)
    return call


def _check_date(written: str, place: Place) -> None:
    try:
        period_of(written, Frequency.MONTHLY)
    except BadInput as error:
        raise at(place, error.message, say("interop.bad_period_mend")) from error


# EViews

_IGNORED = frozenset({"@innov", "@add", "@addassign", "assign", "@endog", "@exog", "@trace", "smpl"})
_FREQUENCY = re.compile(r"\s*freq\s+(?P<letter>[aqm])\w*\s*", re.IGNORECASE)
_FREQUENCIES = {"a": Frequency.ANNUAL, "q": Frequency.QUARTERLY, "m": Frequency.MONTHLY}
_ERRORS = re.compile(r"\+?\s*\[(?P<terms>[^\[\]]{0,1000})\]\s*\Z")
_ERROR_TERM = re.compile(
    r"\s*AR\(\s*(?P<order>\d{1,2})\s*\)\s*=\s*"
    r"(?:(?P<vector>[^\W\d]\w*)\s*\(\s*(?P<number>\d{1,5})\s*\)|(?P<value>[-+]?[\d.][\w.+-]*))\s*",
    re.IGNORECASE,
)
_ERROR_OPTION = re.compile(r"\s*(?:UNCOND|COND|(?:ESTSMPL|INITMA|BACKCAST)\s*=.*|)\s*", re.IGNORECASE)
MOST_ORDERS = 24
_VALUE = re.compile(
    r"\s*(?P<vector>[^\W\d]\w*)\s*\(\s*(?P<number>\d{1,5})\s*\)\s*=\s*(?P<value>[-+]?[\d.][\w.+-]*)\s*"
)
_VECTOR = re.compile(r"\s*coef\s*(?:\(\s*\d+\s*\))?\s+(?P<name>[^\W\d]\w*)\s*", re.IGNORECASE)


def read_eviews(
    source: str | Path | bytes, *, frequency: Frequency | Callable[[], Frequency] | None = None
) -> Imported:
    """The model of EViews text.

    frequency: wanted by functions such as @pcy; a function is called only where it is wanted and no line ``freq q``
    says it. Raises BadInput.
    """
    lines = list(_lines(text_of(source)))
    reading = _EViews(frequency)
    for text, place in lines:
        reading.declare(text, place)
    for text, place in lines:
        reading.take(text, place)
    return reading.imported()


def _lines(text: str) -> list[tuple[str, Place]]:
    """The lines with something in them, comments cut off, continued ones joined (with their line breaks)."""
    found: list[tuple[str, Place]] = []
    open_line = ""
    begun = 1
    for number, line in enumerate(text.splitlines(), start=1):
        line = _uncommented(line)
        if not open_line:
            begun = number
        whole = open_line + line
        if whole.rstrip().endswith(" _") or whole.rstrip().endswith("\t_") or whole.strip() == "_":
            open_line = whole.rstrip()[:-1] + "\n"
            continue
        open_line = ""
        if whole.strip():
            found.append((whole, Place(begun, 1)))
    if open_line.strip():
        found.append((open_line, Place(begun, 1)))
    return found


_BEFORE_COMMENT = re.compile(r"(?:[^'\"]+|\"[^\"]*\"?)*")


def _uncommented(line: str) -> str:
    found = _BEFORE_COMMENT.match(line)
    return found[0] if found else line


class _EViews:
    def __init__(self, frequency: Frequency | Callable[[], Frequency] | None) -> None:
        self._draft = Draft("eviews")
        self._frequency = frequency if isinstance(frequency, Frequency) else None
        self._ask = None if isinstance(frequency, Frequency) else frequency
        self._calendar = _Calendar()
        self._vectors = {"C"}
        self._values: dict[str, float] = {}
        self._ignored: dict[str, None] = {}
        self._dialect = Dialect(
            language="EViews",
            functions={**_EVIEWS, **_growths(self._year), **self._calendar.words()},
            spelling=str.upper,
            powers="left",
            minus_first=True,
            single_equals=True,
            coefficients=self._coefficient,
            bare=self._calendar.bare,
        )

    def _year(self) -> Frequency | None:
        """The frequency, asked for once where nothing in the text told it."""
        if self._frequency is None and self._ask is not None:
            self._frequency = self._ask()
        return self._frequency

    def declare(self, text: str, place: Place) -> None:
        """Notes coefficient vectors and values, which may stand behind the equations, and the frequency."""
        vector, value, often = _VECTOR.fullmatch(text), _VALUE.fullmatch(text), _FREQUENCY.fullmatch(text)
        if often is not None:
            self._frequency = self._frequency or _FREQUENCIES[often["letter"].lower()]
        elif vector is not None:
            self._vectors.add(vector["name"].upper())
        elif value is not None:
            self._vectors.add(value["vector"].upper())
            self._set(value["vector"], value["number"], value["value"], place)
        elif (word := text.split()[0].lower()) in ("@param", "param"):
            self._pairs(text[text.lower().index(word) + len(word) :], place)

    def _pairs(self, text: str, place: Place) -> None:
        """c(1) 0.4 c(2) 0.6"""
        found = re.findall(r"([^\W\d]\w*)\s*\(\s*(\d{1,5})\s*\)\s*=?\s*([-+]?[\d.][\w.+-]*)", text)
        if not found:
            raise at(
                place, say("interop.eviews_param", text=text.strip()[:60]), say("interop.eviews_param_mend")
            )
        for vector, number, value in found:
            self._vectors.add(vector.upper())
            self._set(vector, number, value, place)

    def _set(self, vector: str, number: str, text: str, place: Place) -> None:
        value = _finite(text)
        name = f"{vector.upper()}_{int(number)}"
        if value is None:
            raise at(place, say("interop.no_number", name=name, text=text[:60]), say("interop.number_mend"))
        self._values[name] = value

    def _coefficient(self, token: Token, number: int) -> Name | None:
        vector = token.text.upper()
        if vector not in self._vectors or number < 1:
            return None
        name = f"{vector}_{number}"
        known = self._values.get(name)
        self._draft.parameters.setdefault(name, Parameter(name, known, estimated=True, place=token.place))
        return Name(name, 0, token.place)

    def take(self, text: str, place: Place) -> None:
        """An equation of the text; declarations were read before."""
        word = text.split()[0].lower()
        if _VECTOR.fullmatch(text) or _VALUE.fullmatch(text) or word in ("@param", "param"):
            return
        if _FREQUENCY.fullmatch(text):
            return
        if word in _IGNORED:
            self._ignored[word] = None
            return
        if word.startswith(":") or "{" in text or "%" in text or "!" in text:
            raise at(
                place, say("interop.eviews_link", text=text.strip()[:60]), say("interop.eviews_link_mend")
            )
        kind = Kind.BEHAVIOURAL
        begin = len(text) - len(text.lstrip())
        if word == "@identity":
            kind, begin = Kind.IDENTITY, begin + len(word)
        body = text[begin:]
        errors = _ERRORS.search(body) if "[" in body else None
        sides = equation(
            body[: errors.start()] if errors else body, self._dialect, Place(place.line, begin + 1)
        )
        variable = _explained(sides[0], set(self._draft.parameters), place)
        if errors is None:
            self._draft.add(kind, variable, sides, place)
            return
        where = Place(place.line, begin + errors.start() + 1)
        if kind is Kind.IDENTITY:
            raise _no_errors(errors["terms"], where)
        rhos = self._rhos(errors["terms"], where)
        made = self._draft.add(kind, variable, sides, place, estimation=EstimationNote(ar=len(rhos)))
        for order, parameter in enumerate(rhos, start=1):
            name = f"{made.name}.rho{order}"
            self._draft.parameters[name] = replace(parameter, name=name)

    def _rhos(self, written: str, place: Place) -> list[Parameter]:
        """The coefficients of ``AR(1)=0.4, AR(2)=c(5)`` by their order, still without names. Raises BadInput."""
        found: dict[int, Parameter] = {}
        for text in written.split(","):
            term = _ERROR_TERM.fullmatch(text)
            if term is None:
                if not _ERROR_OPTION.fullmatch(text):
                    raise _no_errors(text, place)
                continue
            order, value = int(term["order"]), None
            if not 1 <= order <= MOST_ORDERS or order in found:
                raise _no_errors(text, place)
            if term["vector"]:
                value = self._values.get(f"{term['vector'].upper()}_{int(term['number'])}")
            else:
                value = _finite(term["value"])
                if value is None:
                    raise _no_errors(text, place)
            found[order] = Parameter("", value, estimated=True, place=place)
        if not found:
            raise _no_errors(written, place)
        none = Parameter("", 0.0, place=place)
        return [found.get(order, none) for order in range(1, max(found) + 1)]

    def imported(self) -> Imported:
        if not self._draft.equations:
            raise BadInput(say("interop.no_equations", format="EViews"), say("interop.eviews_mend"))
        if self._ignored:
            self._draft.warnings.append(say("interop.ignored", words=tuple(self._ignored)))
        _single(self._draft)
        return _with_made(self._draft.imported("eviews", frequency=self._frequency), self._calendar)


def _no_errors(text: str, place: Place) -> BadInput:
    return at(
        place,
        say("interop.ar_term", text=text.strip()[:60]),
        say("interop.ar_term_mend", most=MOST_ORDERS),
    )


def _finite(text: str) -> float | None:
    """The number that a text says, None where it says none or one without end."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _explained(left: Expression, parameters: set[str], place: Place) -> str:
    """The first variable of this period on the left, as EViews decides."""
    for node in walk(left):
        if isinstance(node, Name) and not node.shift and node.name not in parameters:
            return node.name
    raise at(place, say("interop.no_left"), say("interop.no_left_mend"))


def _single(draft: Draft) -> None:
    """Raises BadInput where two equations explain one variable."""
    seen: set[str] = set()
    for each in draft.equations:
        if each.variable in seen:
            raise at(
                each.place or Place(1, 1),
                say("interop.mdl_twice", name=each.variable),
                say("interop.twice_mend"),
            )
        seen.add(each.variable)


def _with_made(found: Imported, calendar: _Calendar) -> Imported:
    if not calendar.made:
        return found
    told: tuple[Message, ...] = (say("interop.made", names=tuple(calendar.made)),)
    return replace(found, made=tuple(calendar.made.values()), warnings=(*found.warnings, *told))


# ModelFlow

_FRML = re.compile(r"\bFRML\b\s*(?:<(?P<options>[^<>$]{0,500})>)?", re.IGNORECASE)
_LEFT_OUT = frozenset({"FIT", "CALC_ADD_FACTOR", "CALC_ADJUST"})
_MACRO = re.compile(r"^\s*(?:do|enddo|list|sum|prod)\b", re.IGNORECASE | re.MULTILINE)

MODELFLOW = Dialect(language="ModelFlow", functions=_MODELFLOW, spelling=str.upper)


def read_frml(source: str | Path | bytes, name: str = "modelflow") -> Imported:
    """The model of ModelFlow's FRML text. Raises BadInput."""
    text = text_of(source)
    lines = Lines(text)
    starts = list(_FRML.finditer(text))
    if not starts:
        raise BadInput(say("interop.no_equations", format="ModelFlow"), say("interop.frml_mend"))
    draft = Draft("modelflow")
    stochastic: list[str] = []
    left_out: dict[str, int] = {}
    stray = _MACRO.search(text[: starts[0].start()])
    if stray is not None:
        raise at(lines.place(stray.start()), say("interop.frml_macro"), say("interop.frml_macro_mend"))
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        end = text.find("$", start.end(), following.start() if following else len(text))
        if end < 0:
            raise at(lines.place(start.start()), say("interop.frml_open"), say("interop.frml_mend"))
        options = {word.strip().upper().partition("=")[0] for word in (start["options"] or "").split(",")}
        omitted = options & _LEFT_OUT
        if omitted:
            for each in omitted:
                left_out[each] = left_out.get(each, 0) + 1
            continue
        place = lines.place(start.end())
        left, right = equation(text[start.end() : end], MODELFLOW, place)
        variable = _explained(left, set(), place)
        exact = "IDENT" in options or not options & {"STOC", "DAMP", "J", "JR", "JLED", "Z", "EXO", "ENDO"}
        draft.add(Kind.IDENTITY if exact else Kind.BEHAVIOURAL, variable, (left, right), place)
        stochastic.extend([variable] if "STOC" in options else [])
    _single(draft)
    if left_out:
        told = tuple(f"{count} {word}" for word, count in left_out.items())
        draft.warnings.append(say("interop.frml_left_out", words=told))
    return replace(draft.imported(name), stochastic=tuple(stochastic))


_SIGN = re.compile(
    r"@identity\b|@recode\b|@movav|@elem\b|@param\b|\bc\(\d+\)|^\s*'", re.IGNORECASE | re.MULTILINE
)
_LINE = re.compile(r"^[^\n=;$>]+=[^\n;$]+$", re.MULTILINE)

IMPORTERS.register("eviews")(
    Importer(lambda text: 2 if _SIGN.search(text) else 1 if _LINE.search(text) else 0, read_eviews, asks=True)
)
IMPORTERS.register("frml")(
    Importer(lambda text: 3 if _FRML.search(text) and text.lstrip()[:1] != "{" else 0, read_frml)
)
